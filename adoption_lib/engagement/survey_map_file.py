"""Is a mapping file sound: its syntax, its fields and its values, each mistake with its line and path.

A mapping is written by a person, so it is read leniently where YAML is treacherous (``Yes`` and ``No`` stay words,
keys stay the text as written) and strictly everywhere else: a field it does not know is refused, never ignored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from adoption_lib.engagement.survey_map import MODELS, SurveyMap, closest, problem
from adoption_lib.errors import InputError, Problem
from adoption_lib.method import METHOD

__all__ = ["KeyPath", "MapFile", "line_of", "load_map", "path_text"]

KeyPath = tuple[str | int, ...]

_LARGEST = 1_000_000


@dataclass(frozen=True)
class MapFile:
    """A mapping with the name of its file and its tree, so that a later problem can still name the line."""

    content: SurveyMap
    file: str
    node: yaml.Node

    def problem(self, key: str, path: KeyPath, found: str = "", **values: object) -> Problem:
        """Build a problem at ``path`` of the mapping."""
        row, column = line_of(self.node, path), path_text(path)
        return problem(key, self.file, row=row, column=column, found=found, values=values)

    def where(self, path: KeyPath) -> str:
        """Name ``path`` and its line, for the problem of another place."""
        return METHOD.say("survey_import.place", path=path_text(path), file=self.file, line=line_of(self.node, path))


def path_text(path: KeyPath) -> str:
    """``("items", 3, "values")`` as ``items[3].values``, counted from 0 as in the settings."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def line_of(node: yaml.Node, path: KeyPath) -> int:
    """Line of the deepest part of ``path`` that exists, counted from 1."""
    line = node.start_mark.line
    for part in path:
        if isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == part), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line
        else:
            break
    return line + 1


def load_map(path: Path) -> MapFile:
    """Read a mapping file.

    Raises
    ------
    InputError
        The file cannot be read, is no YAML, or does not have the shape of a mapping: all faults with their lines.
    """
    node = _tree(_text(path), path.name)
    try:
        content = SurveyMap.model_validate(_MapLoader("").construct_document(node))
    except yaml.MarkedYAMLError as error:
        raise _no_yaml(error, path.name) from None
    except ValidationError as error:
        raise InputError(_shape_problems(error, path.name, node), title=path.name) from None
    return MapFile(content, path.name, node)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        if len(raw) > _LARGEST:
            raise InputError([problem("map_large", path.name)])
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise InputError([problem("map_unreadable", path.name, reason=error.strerror or str(error))]) from None
    except UnicodeDecodeError:
        raise InputError([problem("map_encoding", path.name)]) from None


def _tree(text: str, file: str) -> yaml.Node:
    try:
        node = yaml.compose(text, Loader=_MapLoader)
    except yaml.MarkedYAMLError as error:
        raise _no_yaml(error, file) from None
    except (yaml.YAMLError, RecursionError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise InputError([problem("map_yaml", file, reason=reason)]) from None
    if not isinstance(node, yaml.MappingNode):
        raise InputError([problem("map_shape", file)])
    return node


def _no_yaml(error: yaml.MarkedYAMLError, file: str) -> InputError:
    row = error.problem_mark.line + 1 if error.problem_mark else None
    return InputError([problem("map_yaml", file, row=row, reason=error.problem or "")])


def _shape_problems(error: ValidationError, file: str, node: yaml.Node) -> list[Problem]:
    found = []
    for fault in error.errors(include_url=False):
        path: KeyPath = tuple(part for part in fault["loc"] if part != "[key]")
        row, column, value = line_of(node, path), path_text(path), fault["input"]
        shown = "" if isinstance(value, (dict, list, tuple)) or value is None else str(value)
        if fault["type"] == "extra_forbidden":
            near = closest(str(path[-1]), _FIELDS)
            found.append(problem("map_unknown", file, row=row, column=column, near=near))
        elif fault["type"] == "missing":
            found.append(problem("map_missing", file, row=row, column=column))
        else:
            reason = fault["msg"].removeprefix("Value error, ")
            found.append(problem("map_field", file, row=row, column=column, found=shown, reason=reason))
    return found


_FIELDS = tuple(field.alias or name for model in MODELS for name, field in model.model_fields.items())


class _MapLoader(yaml.SafeLoader):
    """Safe YAML in which only true/false are yes-or-no, only plain digits are numbers, and keys are text."""


_MapLoader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0].rpartition(":")[2] in ("null", "merge")]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_MapLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_MapLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]*)$"), list("-0123456789"))


def _text_keys(loader: Any, node: yaml.MappingNode) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            reason = METHOD.say("survey_import.key_no_text")
        elif key.value in result:
            reason = METHOD.say("survey_import.key_twice", name=key.value)
        else:
            result[key.value] = loader.construct_object(value, deep=True)
            continue
        raise yaml.constructor.ConstructorError(None, None, reason, key.start_mark)
    return result


_MapLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _text_keys)
