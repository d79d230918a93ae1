"""What the documents set out to reach: targets, milestones and the baselines they start from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Self

from layers import strict_json
from layers.catalogue import Text
from layers.findings import Issue

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from layers.catalogue import Catalogue
    from layers.provenance import Texts
    from layers.schema import LayerSchema

BASELINE = "baseline"
VALUES = ("value", "value_max", "base_value")
YEARS = ("start_year", "target_year", "base_year")
_CHINESE_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")


@dataclass(frozen=True)
class TargetCitation:
    """Where a document prints a target.

    Attributes
    ----------
    year_line
        The line that prints its years where they stand apart from it: a table's head, a clause's beginning.
    """

    document_id: str
    clause: str
    line: int
    phrase: str
    year_line: int | None

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Self:
        """Build from a checked citation."""
        return cls(raw["document"], raw["clause"], raw["line"], raw["phrase"], raw["year_line"])


@dataclass(frozen=True)
class Target:
    """One figure or state that a document sets out to reach, or has reached.

    Attributes
    ----------
    kind
        `target` to be reached, `milestone` of a place or project, `baseline` reached before.
    value, value_max, comparison, unit
        As printed: `=`, `>=`, `>`, `about` the value, up to `value_max` where a range is printed.
        With `text` there is no number; `text` says what is to be reached.
    base_value, base_year
        What it starts from, where a document prints that.
    scope, scope_ids
        What it is of, in words, and as the ids of places.
    binding
        `约束性` or `预期性` of a table of indicators; None elsewhere.
    indicator
        The same for what several documents or years say of one quantity.
    """

    target_id: str
    name: Text
    kind: str
    value: float | None
    value_max: float | None
    comparison: str
    text: Text | None
    unit: Text | None
    base_value: float | None
    base_year: int | None
    target_year: int | None
    start_year: int | None
    scope: Text
    scope_ids: tuple[str, ...]
    binding: str | None
    indicator: str
    citation: TargetCitation
    remarks: tuple[Text, ...]

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Self:
        """Build from a checked target."""
        same = ("kind", "comparison", "binding", "indicator", *VALUES, *YEARS)
        return cls(
            **{name: raw[name] for name in same},
            target_id=raw["id"],
            name=Text.read(raw["name"]),
            text=Text.read(raw["text"]) if raw["text"] else None,
            unit=Text.read(raw["unit"]) if raw["unit"] else None,
            scope=Text.read(raw["scope"]),
            scope_ids=tuple(raw["scope_ids"]),
            citation=TargetCitation.read(raw["citation"]),
            remarks=tuple(map(Text.read, raw["remarks"])),
        )


def parse_targets(content: bytes) -> list[Any]:
    """Return the targets in a file's bytes, not yet checked.

    Raises
    ------
    ValueError
        Not UTF-8, no strict JSON (see `strict_json.parse`), or no list.
    """
    raw = strict_json.parse(content.decode("utf-8"))
    if not isinstance(raw, list):
        message = "no list of targets"
        raise ValueError(message)  # noqa: TRY004 - what a file says is wrong, not what a caller passed
    return raw


def faults(raw: Sequence[Any], schema: LayerSchema, catalogue: Catalogue) -> list[Issue]:
    """Return every fault of targets against their schema, the documents' list and each other's ids."""
    issues: list[Issue] = []
    seen: set[str] = set()
    for number, target in enumerate(raw, start=1):
        named = _named(target, number)
        issues += schema.broken(named, [target]) or _unknown_document(named, target, catalogue)
        if named in seen:
            issues.append(Issue(named, "id", "repeated_id", "also in this file"))
        seen.add(named)
    return issues


def unknown_places(targets: Sequence[Target], feature_ids: Collection[str]) -> list[Issue]:
    """Return a fault for each place that a target is of and that no layer has."""
    known = set(feature_ids)
    return [
        Issue(target.target_id, "scope_ids", "unknown_place", feature_id)
        for target in targets
        for feature_id in target.scope_ids
        if feature_id not in known
    ]


def unproved_targets(targets: Sequence[Target], texts: Texts) -> list[Issue]:
    """Return a fault for each phrase, value or year of a target that does not stand at its line.

    A base value and its year may rest on a baseline of the same indicator and scope instead.
    """
    baselines = {_base(target, target.value) for target in targets if target.kind == BASELINE}
    return list(chain.from_iterable(_unproved(target, baselines, texts) for target in targets))


def _named(target: object, number: int) -> str:
    target_id = target.get("id") if isinstance(target, dict) else None
    return target_id if isinstance(target_id, str) and target_id else f"#{number}"


def _unknown_document(named: str, target: Mapping[str, Any], catalogue: Catalogue) -> list[Issue]:
    document_id = target["citation"]["document"]
    if document_id in catalogue.documents:
        return []
    return [Issue(named, "citation.document", "unknown_document", repr(document_id))]


def _base(target: Target, value: float | None) -> tuple[object, ...]:
    return target.indicator, target.scope_ids, value, target.base_year


def _unproved(target: Target, baselines: set[tuple[object, ...]], texts: Texts) -> Iterator[Issue]:
    citation, named = target.citation, target.target_id
    if citation.document_id not in texts.lines:
        return
    line = texts.line(citation.document_id, citation.line)
    year_line = texts.line(citation.document_id, citation.year_line)
    has_baseline = target.base_value is not None and _base(target, target.base_value) in baselines
    if citation.phrase not in line:
        yield Issue(named, "citation.phrase", "not_at_line", citation.phrase)
    for field in VALUES:
        value = getattr(target, field)
        if value is None or (field == "base_value" and has_baseline):
            continue
        if not _prints_value(line, value):
            yield Issue(named, field, "not_at_line", _written(value))
    for field in YEARS:
        year = getattr(target, field)
        if year is None or (field == "base_year" and has_baseline):
            continue
        if not (_prints_year(line, year) or _prints_year(year_line, year)):
            yield Issue(named, field, "not_at_line", str(year))


def _written(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _prints_value(line: str, value: float) -> bool:
    # 5 does not stand in 15, 5.2 or 0.5.
    return re.search(rf"(?<![\d.]){re.escape(_written(value))}(?!\d|\.\d)", line) is not None


def _prints_year(line: str, year: int) -> bool:
    in_words = f"{str(year).translate(_CHINESE_DIGITS)}年"
    return in_words in line or re.search(rf"(?<!\d){year}(?!\d)", line) is not None
