"""Is ``engagement.yaml`` sound: its syntax, its fields and its values, each mistake with its line and path."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from adoption_lib.engagement.problems import Fault, Place, closest
from adoption_lib.engagement.settings import Settings
from adoption_lib.errors import Problem
from adoption_lib.method import METHOD

__all__ = ["SettingsRead", "read_settings"]

_DEEPEST = 20


@dataclass(frozen=True)
class SettingsRead:
    """Settings where they are sound; else the department names that could be made out, to check tables by."""

    settings: Settings | None
    departments: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_settings(path: Path) -> SettingsRead:
    """Read and validate ``engagement.yaml``; nothing is raised for a mistake in the file."""
    place = Place(path.name)
    text = _text(path, place)
    if isinstance(text, Problem):
        return SettingsRead(None, (), (text,))
    root = _tree(text, place)
    if isinstance(root, Problem):
        return SettingsRead(None, (), (root,))
    problems = list(_structure_problems(root, place))
    data = _Plain("").construct_document(root)
    try:
        settings: Settings | None = Settings.model_validate(data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        problems.extend(_problem(detail, root, place) for detail in details if not _follows(detail, details))
        settings = None
    return SettingsRead(None if problems else settings, _departments(data), tuple(problems))


class _Plain(yaml.SafeLoader):
    """Safe loader that keeps an impossible date as text, for the settings to refuse with its path."""

    def construct_yaml_timestamp(self, node: yaml.ScalarNode) -> Any:
        try:
            return super().construct_yaml_timestamp(node)
        except ValueError:
            return node.value


_Plain.add_constructor("tag:yaml.org,2002:timestamp", _Plain.construct_yaml_timestamp)


def _text(path: Path, place: Place) -> str | Problem:
    limit = METHOD.threshold("max_settings_kilobytes")
    try:
        if path.stat().st_size > limit * 1000:
            return place.problem(Fault("settings_too_big", {"limit": int(limit)}))
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return place.problem(Fault("settings_encoding"))
    except OSError as error:
        return place.problem(Fault("unreadable", {"why": error.strerror or type(error).__name__}))


def _tree(text: str, place: Place) -> yaml.MappingNode | Problem:
    try:
        # An alias can make a small file unfold into gigabytes; settings need none.
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:  # the parser takes quadratic time over brackets within brackets
                return place.problem(Fault("settings_nested"), _mark_line(event.start_mark))
            if isinstance(event, yaml.AliasEvent):
                return place.problem(Fault("settings_alias"), _mark_line(event.start_mark), value=f"*{event.anchor}")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        _Plain("").construct_document(root) if root is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        why = error.problem or error.context or ""
        return place.problem(Fault("settings_syntax", {"why": why}), _mark_line(mark))
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1 if isinstance(error.position, int) else None
        return place.problem(Fault("settings_character"), line)
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        return place.problem(Fault("settings_syntax", {"why": type(error).__name__}))
    if root is None:
        return place.problem(Fault("settings_empty"))
    if not isinstance(root, yaml.MappingNode):
        return place.problem(Fault("settings_not_mapping"), root.start_mark.line + 1)
    return root


def _mark_line(mark: Any) -> int | None:
    return None if mark is None else int(mark.line) + 1


def _structure_problems(node: yaml.Node, place: Place, path: str = "") -> Iterable[Problem]:
    """Keys that stand twice in one mapping: YAML would silently keep the second."""
    if isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            yield from _structure_problems(child, place, f"{path}[{index}]")
    elif isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, child in node.value:
            line, name = key.start_mark.line + 1, str(key.value)
            column = f"{path}.{name}" if path else name
            if name in seen:
                yield place.problem(Fault("settings_key_twice", {"key": name, "line": seen[name]}), line, column)
            seen.setdefault(name, line)
            yield from _structure_problems(child, place, column)


def _follows(detail: ErrorDetails, details: list[ErrorDetails]) -> bool:
    """Whether a list counts as too short only because its entries are faulty, which is told of them already."""
    size = len(detail["loc"])
    inner = any(len(other["loc"]) > size and other["loc"][:size] == detail["loc"] for other in details)
    return detail["type"] == "too_short" and inner


def _problem(detail: ErrorDetails, root: yaml.Node, place: Place) -> Problem:
    location = [part for part in detail["loc"] if part != "[key]"]
    column = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")
    kind, found = detail["type"], detail.get("input")
    value = "" if isinstance(found, (dict, list, tuple)) or kind == "missing" else found
    context = detail.get("ctx", {})
    if kind == "missing":
        fault = Fault("settings_required")
    elif kind == "extra_forbidden":
        fault = Fault("settings_unknown", {"hint": closest(str(location[-1]), _fields(location[:-1]))})
        value = str(location[-1])
    elif kind == "value_error":
        fault = Fault("settings_value", {"why": str(context.get("error", detail["msg"]))})
    elif kind == "string_pattern_mismatch":
        fault = Fault("settings_pattern")
    elif isinstance(found, bool) and kind.startswith(("string", "literal")):
        fault = Fault("settings_unquoted")
    else:
        fault = Fault("settings_value", {"why": detail["msg"][:1].lower() + detail["msg"][1:]})
    return place.problem(fault, _line(root, location), column, value)


def _line(node: yaml.Node, location: list[int | str]) -> int:
    """Line of the node at ``location``, or of the last part of the way that exists."""
    line = node.start_mark.line + 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, child) for key, child in node.value if str(key.value) == str(part)), None)
            if pair is None:
                return line
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            return line
    return line


def _fields(location: list[int | str]) -> list[str]:
    """Names of the fields that may stand at ``location`` of the settings."""
    model: type[BaseModel] = Settings
    for part in location:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(str(part))
        inner = _model_within(field.annotation) if field else None
        if inner is None:
            return []
        model = inner
    return list(model.model_fields)


def _model_within(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _model_within(argument)
        if found is not None:
            return found
    return None


def _departments(data: Any) -> tuple[str, ...]:
    entries = data.get("departments") if isinstance(data, dict) else None
    names = [entry.get("name") for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    return tuple(dict.fromkeys(" ".join(name.split()) for name in names if isinstance(name, str) and name.strip()))
