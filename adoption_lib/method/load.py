"""Read the method's data files and the wording of one language, and refuse any contradiction between them."""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Iterable, Mapping
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml
from pydantic import ValidationError

from adoption_lib.errors import MethodError
from adoption_lib.method.model import (
    CapabilityItem,
    CodingGuide,
    Column,
    Construct,
    DecisionRule,
    Element,
    FieldQuestion,
    Method,
    Scale,
    SurveyItem,
    Table,
    Term,
    Threshold,
)

__all__ = ["Method", "available_languages", "load_method", "method_hash"]

_ROOT = files("adoption_lib.method")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def available_languages(root: Traversable | None = None) -> tuple[str, ...]:
    """Languages that have wording, English first; ``root`` as in :func:`load_method`."""
    folder = (_ROOT if root is None else root) / "wording"
    found = sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and entry.name[0] != "_")
    return tuple(sorted(found, key=lambda name: (name != "en", name)))


def load_method(language: str = "en", root: Traversable | None = None) -> Method:
    """Load and validate the method in ``language``.

    Parameters
    ----------
    language : str
        Name of a folder below ``wording``.
    root : folder, optional
        Where ``data`` and ``wording`` are read from; the package's own, read once, where it is not given.

    Raises
    ------
    MethodError
        Lists every contradiction found: repeated ids, references to nothing, wording without data or the reverse.
    """
    return _own_method(language) if root is None else _read(language, root)


@lru_cache(maxsize=8)
def _own_method(language: str) -> Method:
    return _read(language, _ROOT)


def _read(language: str, root: Traversable) -> Method:
    languages = available_languages(root)
    if language not in languages:
        raise MethodError(f"no wording for language {language!r}; there is {', '.join(languages)}")
    try:
        return _Reader(language, root).build()
    except ValidationError as error:
        raise MethodError(f"method data ({language}): {error}") from error
    except KeyError as error:
        raise MethodError(f"method data ({language}): {error} is missing") from error


def method_hash() -> str:
    """SHA-256 of all method files, for manifests."""
    digest = hashlib.sha256()
    for name, entry in sorted(_walk(_ROOT)):
        digest.update(name.encode())
        digest.update(entry.read_bytes())
    return digest.hexdigest()


def _walk(folder: Traversable, prefix: str = "") -> Iterable[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _walk(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".yaml"):
            yield f"{prefix}{entry.name}", entry


class _Reader:
    """Joins data and wording; collects contradictions instead of stopping at the first."""

    def __init__(self, language: str, root: Traversable) -> None:
        self.language = language
        self.root = root
        self.faults: list[str] = []

    def data(self, name: str) -> Any:
        return _parse(self.root / "data" / f"{name}.yaml")

    def wording(self, name: str) -> dict[str, Any]:
        return dict(_parse(self.root / "wording" / self.language / f"{name}.yaml"))

    def fault(self, text: str) -> None:
        self.faults.append(text)

    def joined(self, what: str, data: Mapping[str, Any], words: Mapping[str, Any]) -> Iterable[tuple[str, Any, Any]]:
        """Pairs of data and wording for the ids both have; ids that only one has are faults."""
        for missing in data.keys() - words.keys():
            self.fault(f"{what} {missing} has no wording in {self.language}")
        for unused in words.keys() - data.keys():
            self.fault(f"{what} {unused} has wording in {self.language} but no data")
        return [(key, data[key], words[key]) for key in data if key in words]

    def build(self) -> Method:
        vocabularies = self._vocabularies()
        tables = self._tables()
        survey, survey_words = self.data("survey"), self.wording("survey")
        capability, capability_words = self.data("capability"), self.wording("capability")
        coding = self.wording("coding")
        method = Method(
            version=str(self.data("method")["version"]),
            language=self.language,
            elements=self._elements(),
            tables=tables,
            vocabularies=vocabularies,
            scales={
                key: Scale(id=key, labels=tuple(words))
                for key, points, words in self.joined("scale", survey["scales"], survey_words["scales"])
                if self._same(points, len(words), f"scale {key}")
            },
            constructs={
                key: Construct(id=key, **values, **words)
                for key, values, words in self.joined("construct", survey["constructs"], survey_words["constructs"])
            },
            survey_items={
                key: SurveyItem(id=key, text=words, **values)
                for key, values, words in self.joined("survey item", survey["items"], survey_words["items"])
            },
            capability_items={
                key: CapabilityItem(id=key, part=part, **words)
                for key, part, words in self.joined("capability item", capability["items"], capability_words["items"])
            },
            concern_fields={k: FieldQuestion(id=k, **v) for k, v in coding["concern_fields"].items()},
            concern_codes={k: CodingGuide(code=k, **v) for k, v in coding["concern_codes"].items()},
            territorial_codes={k: CodingGuide(code=k, **v) for k, v in coding["territorial_codes"].items()},
            cause_rules={k: DecisionRule(id=k, **v) for k, v in self.data("rules")["cause_gap"].items()},
            part_gaps={k: str(v) for k, v in self.data("rules")["part_gap"].items()},
            decision_holders={k: str(v) for k, v in self.data("rules")["decision_holder"].items()},
            thresholds={k: Threshold(id=k, **v) for k, v in self.data("thresholds").items()},
            sentences=self._sentences(),
        )
        self._check(method)
        if self.faults:
            raise MethodError("\n".join([f"{len(self.faults)} faults in the method data:", *sorted(self.faults)]))
        return method

    def _same(self, expected: object, found: object, what: str) -> bool:
        if expected != found:
            self.fault(f"{what}: {expected} in the data, {found} in the wording ({self.language})")
        return expected == found

    def _vocabularies(self) -> dict[str, tuple[Term, ...]]:
        data, words = self.data("vocabularies"), self.wording("vocabularies")
        result = {}
        for name, ids, labels in self.joined("vocabulary", data, words):
            if len(set(ids)) != len(ids):
                self.fault(f"vocabulary {name} repeats a term")
            terms = self.joined(f"vocabulary {name}, term", dict.fromkeys(ids), labels)
            result[name] = tuple(
                Term(id=key, **(word if isinstance(word, dict) else {"label": word})) for key, _, word in terms
            )
        return result

    def _tables(self) -> dict[str, Table]:
        result = {}
        for name, data, words in self.joined("table", self.data("tables"), self.wording("tables")):
            joined = self.joined(f"table {name}, column", data["columns"], words.get("columns", {}))
            columns = tuple(Column(id=key, **values, **labels) for key, values, labels in joined)
            head = {key: value for key, value in words.items() if key != "columns"}
            rest = {key: value for key, value in data.items() if key != "columns"}
            result[name] = Table(id=name, columns=columns, **head, **rest)
        return result

    def _elements(self) -> dict[str, Element]:
        data, words = self.data("elements"), self.wording("elements")
        return {key: Element(id=key, **value, **word) for key, value, word in self.joined("element", data, words)}

    def _sentences(self) -> dict[str, str]:
        result: dict[str, str] = {}
        folder = self.root / "wording" / self.language / "sentences"
        for entry in sorted(folder.iterdir(), key=lambda e: e.name):
            if not entry.name.endswith(".yaml"):
                continue
            for key, text in _flatten(_parse(entry)):
                if key in result:
                    self.fault(f"sentence {key} stands twice")
                try:
                    list(string.Formatter().parse(text))
                except ValueError as error:
                    self.fault(f"sentence {key}: {error}")
                result[key] = text
        return result

    def _check(self, method: Method) -> None:
        for element in method.elements.values():
            for taken in element.takes:
                if taken not in method.tables and taken not in ("engagement.yaml", "communications"):
                    self.fault(f"element {element.id} takes unknown table {taken}")
            for other in element.builds_on:
                if other not in method.elements:
                    self.fault(f"element {element.id} builds on unknown element {other}")
            if not re.fullmatch(r"elements/[A-D]\d+\.md", element.anchor):
                self.fault(f"element {element.id}: anchor {element.anchor!r} is not elements/ID.md")
        try:
            TopologicalSorter({element.id: element.builds_on for element in method.elements.values()}).prepare()
        except CycleError as error:
            self.fault(f"elements build on each other in a circle: {', '.join(error.args[1])}")
        for table in method.tables.values():
            names = {column.id for column in table.columns}
            for column in table.columns:
                wanted = column.type == "category" or column.terms is not None
                if wanted and column.terms not in method.vocabularies:
                    self.fault(f"table {table.id}, column {column.id}: unknown vocabulary {column.terms}")
                if column.ref is not None:
                    target, _, target_column = column.ref.partition(".")
                    known = {c.id for c in method.tables[target].columns} if target in method.tables else set()
                    if target_column not in known:
                        self.fault(f"table {table.id}, column {column.id}: {column.ref} does not exist")
            for name in (*table.key, *table.ordered):
                if name not in names:
                    self.fault(f"table {table.id}: key or order names unknown column {name}")
        for item in method.survey_items.values():
            if item.construct not in method.constructs:
                self.fault(f"survey item {item.id}: unknown construct {item.construct}")
            if item.scale not in method.scales:
                self.fault(f"survey item {item.id}: unknown scale {item.scale}")
        for construct in method.constructs.values():
            if construct.element not in method.elements:
                self.fault(f"construct {construct.id}: unknown element {construct.element}")
        parts = method.term_ids("part") if "part" in method.vocabularies else ()
        for capability_item in method.capability_items.values():
            if capability_item.part not in parts:
                self.fault(f"capability item {capability_item.id}: unknown part {capability_item.part}")
        guides = ((method.concern_codes, "concern_cause"), (method.territorial_codes, "territorial_concern"))
        for codes, vocabulary in guides:
            if tuple(codes) != method.term_ids(vocabulary):
                self.fault(f"coding guide and vocabulary {vocabulary} differ")
        concern_columns = {column.id for column in method.tables["concern_log"].columns}
        for field in method.concern_fields:
            if field not in concern_columns:
                self.fault(f"concern field {field} is no column of concern_log")
        if "cause" in method.vocabularies and set(method.cause_rules) != set(method.term_ids("cause")):
            self.fault("rules and vocabulary cause differ")
        if "decision" in method.vocabularies and set(method.decision_holders) != set(method.term_ids("decision")):
            self.fault("rules and vocabulary decision differ")
        if "part" in method.vocabularies and set(method.part_gaps) != set(method.term_ids("part")):
            self.fault("rules and vocabulary part differ")
        for decision, holder in method.decision_holders.items():
            if holder not in ("department", "ai_team"):
                self.fault(f"decision {decision}: {holder} is neither the department nor the AI team")
        for rule in method.cause_rules.values():
            if rule.gap not in method.term_ids("gap") or rule.owner not in method.term_ids("owner"):
                self.fault(f"rule for cause {rule.id}: unknown gap or owner")
        for name in set(method.survey_items) & {column.id for column in method.tables["employee_survey"].columns}:
            self.fault(f"survey item {name} has the name of a survey column")


def _parse(path: Traversable) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeys)  # noqa: S506 (a safe loader)
    except (OSError, yaml.YAMLError, MethodError) as error:
        raise MethodError(f"{path.name}: {error}") from error


def _flatten(tree: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    for key, value in tree.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{name}.")
        else:
            yield name, str(value).strip()


class _UniqueKeys(_Loader):  # type: ignore[misc,valid-type]
    """A safe YAML loader that refuses a key that stands twice: the second would silently win."""


def _unique_mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    seen = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise MethodError(f"key {key!r} stands twice, again in line {key_node.start_mark.line + 1}")
        seen.add(key)
    return dict(loader.construct_pairs(node, deep=True))


_UniqueKeys.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _unique_mapping)
