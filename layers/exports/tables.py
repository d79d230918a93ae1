"""Features as flat tables: a row each, lists joined, the words of codes beside the codes."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import prcoords

from layers.errors import CatalogueError
from layers.exports.job import LayerTable, Note
from layers.fields import BOOLEAN, CITATIONS, FEATURES, FILE, HISTORY, INTEGER, NUMBER, SHIFTED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from layers.catalogue import Catalogue, LayerEntry
    from layers.fields import Field, Fields

# Between the values of a list in one cell.
BETWEEN = ";"
DATUMS = ("gcj02", "bd09")
_MOVED = {"gcj02": prcoords.wgs_gcj, "bd09": prcoords.wgs_bd}
# The attributes that hold codes, with the list of each.
_CODE_LISTS = {
    "category": "category",
    "status": "status",
    "status_documents": "status",
    "city": "city",
    "serves": "city",
    "memberships": "membership",
    "lead_units": "unit",
    "responsible_units": "unit",
    "position_method": "method",
}
# What no XML and few programs take in a text; tab and line breaks they do.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DTYPES = {INTEGER: "Int64", BOOLEAN: "bool", NUMBER: "float64"}


@dataclass(frozen=True)
class Wanted:
    """What tables are made of besides features.

    Attributes
    ----------
    names
        For each table the name to be written for each field id.
    shifted
        The datums for which columns with a point are added, of `DATUMS`.
    has_entries
        Whether history and citations are wanted; their tables are without rows otherwise.
    """

    catalogue: Catalogue
    version: str
    names: Mapping[str, Mapping[str, str]]
    shifted: Sequence[str] = ()
    has_entries: bool = True

    @property
    def fields(self) -> Fields:
        """The columns of every table."""
        return self.catalogue.fields

    def of_features(self) -> tuple[Field, ...]:
        """Return the columns of the features, with those of map services that are asked for."""
        shifted = [row for row in self.fields.of(SHIFTED) if row.field_id.partition("_")[0] in self.shifted]
        return (*self.fields.of(FEATURES), *shifted)

    def written_names(self) -> dict[str, dict[str, str]]:
        """Return for each table that is written the names of its columns, in their order."""
        named = {**self.names[FEATURES], **self.names[SHIFTED]}
        features = {row.field_id: named[row.field_id] for row in self.of_features()}
        return {FEATURES: features, **{table: dict(self.names[table]) for table in (HISTORY, CITATIONS)}}


def layer_table(
    entry: LayerEntry, features: gpd.GeoDataFrame, wanted: Wanted, notes: list[Note],
) -> LayerTable:
    """Return a layer's features as flat tables, in the CRS that they are in.

    Parameters
    ----------
    features
        WGS 84, with all attributes, as a snapshot has them.
    notes
        Takes a note for each text out of which control characters were left.

    Raises
    ------
    CatalogueError
        `fields.json` is missing or names a column that there is not.
    """
    source = _Source(entry, features, wanted)
    told = _Cleaner(entry.layer_id, notes)
    rows = _frame(wanted.of_features(), source.column, told, source.ids).set_axis(features.index)
    history, citations = (
        _frame(wanted.fields.of(table), entries.column, told, entries.ids)
        for table in (HISTORY, CITATIONS)
        for entries in [source.entries(table)]
    )
    return LayerTable(
        layer_id=entry.layer_id,
        title=entry.title,
        style=entry.style,
        features=gpd.GeoDataFrame(rows, geometry=features.geometry),
        history=history,
        citations=citations,
        names=wanted.written_names(),
    )


class _Labels:
    """The words of codes in one language; those of the same codes are looked up once."""

    def __init__(self, catalogue: Catalogue, language: str) -> None:
        self._catalogue = catalogue
        self._language = language
        self._known: defaultdict[str, dict[tuple[str, ...], str]] = defaultdict(dict)

    def column(self, code_list: str, rows: Iterable[tuple[str, ...]]) -> list[str]:
        known = self._known[code_list]
        return [
            known[codes] if codes in known else known.setdefault(codes, self._found(code_list, codes))
            for codes in rows
        ]

    def _found(self, code_list: str, codes: tuple[str, ...]) -> str:
        return BETWEEN.join(self._label(code_list, code) for code in codes)

    def _label(self, code_list: str, code: str) -> str:
        if code_list != "document":
            return self._catalogue.label(code_list, code, self._language)
        document = self._catalogue.documents.get(code)
        return document.short.in_language(self._language) if document else code


class _Source:
    """Makes the columns of one layer's features."""

    def __init__(self, entry: LayerEntry, features: gpd.GeoDataFrame, wanted: Wanted) -> None:
        self._entry = entry
        self._features = features
        self._wanted = wanted
        self._count = len(features)
        self._known: dict[str, list[tuple[str, ...]]] = {}
        self.labels = {language: _Labels(wanted.catalogue, language) for language in ("zh", "en")}
        self.ids = [str(feature_id) for feature_id in features.index]

    def column(self, field: str) -> list[Any]:
        base, _, language = field.rpartition("_")
        if language in self.labels and base in {*_CODE_LISTS, "documents"}:
            code_list = _CODE_LISTS.get(base, "document")
            return self.labels[language].column(code_list, self._codes(base))
        if field in _CODE_LISTS or field == "documents":
            return [BETWEEN.join(row) for row in self._codes(field)]
        if field in _PLAIN:
            return _PLAIN[field](self)
        raise _no_column(field)

    def values(self, attribute: str) -> list[Any]:
        return list(self._features[attribute])

    @cached_property
    def positions(self) -> list[Mapping[str, Any]]:
        return [position or {} for position in self.values("position")]

    def same(self, value: str) -> list[str]:
        return [value] * self._count

    @property
    def entry(self) -> LayerEntry:
        return self._entry

    @property
    def version(self) -> str:
        return self._wanted.version

    def joined(self, attribute: str, language: str = "") -> list[str]:
        """Return a column of lists as text; `language` where the values have two."""
        lists = self.values(attribute)
        if not language:
            return [BETWEEN.join(row) for row in lists]
        return [BETWEEN.join(text[language] for text in row) for row in lists]

    def bases(self, language: str) -> list[str]:
        return [position["basis"][language] if position else "" for position in self.positions]

    def shifted(self, field: str) -> list[float | None]:
        datum, _, axis = field.partition("_")
        return [getattr(place, axis) if place else None for place in self._moved(datum)]

    def _moved(self, datum: str) -> list[Any]:
        points = self._features.geometry.representative_point()
        return [
            # A place outside China is moved like any other: the atlas says which area it is of.
            None if math.isnan(lon) else _MOVED[datum]((lat, lon), check_china=False)
            for lon, lat in zip(points.x, points.y, strict=True)
        ]

    def entries(self, attribute: str) -> _Entries:
        rows = [
            (feature_id, number, entry)
            for feature_id, entries in zip(self.ids, self.values(attribute), strict=True)
            for number, entry in enumerate(entries, start=1)
            if self._wanted.has_entries
        ]
        return _Entries(rows, self._entry.layer_id, self._wanted.catalogue, self.labels)

    def _codes(self, attribute: str) -> list[tuple[str, ...]]:
        if attribute not in self._known:
            self._known[attribute] = self._read_codes(attribute)
        return self._known[attribute]

    def _read_codes(self, attribute: str) -> list[tuple[str, ...]]:
        if attribute == "documents":
            both = zip(self.values("history"), self.values("citations"), strict=True)
            return [tuple(dict.fromkeys([row["document"] for row in (*one, *other)])) for one, other in both]
        if attribute == "position_method":
            return [(position["method"],) if position else () for position in self.positions]
        return [(row,) if isinstance(row, str) else tuple(row) for row in self.values(attribute)]


@dataclass(frozen=True)
class _Entries:
    """Makes the columns of a layer's history or citations."""

    rows: list[tuple[str, int, Mapping[str, Any]]]
    layer_id: str
    catalogue: Catalogue
    labels: Mapping[str, _Labels]

    @property
    def ids(self) -> list[str]:
        return [feature_id for feature_id, _, _ in self.rows]

    def column(self, field: str) -> list[Any]:
        if field in _OF_ENTRY:
            return _OF_ENTRY[field](self)
        base, _, language = field.rpartition("_")
        if language in self.labels and base in {"document", "status"}:
            return self.labels[language].column(base, ((entry[base],) for _, _, entry in self.rows))
        if field.startswith("note_"):
            return [(entry["note"] or {}).get(language, "") for _, _, entry in self.rows]
        if field in _AS_STORED:
            return [entry.get(field) for _, _, entry in self.rows]
        raise _no_column(field)

    def of_documents(self, attribute: str) -> list[Any]:
        documents = self.catalogue.documents
        return [getattr(documents.get(entry["document"]), attribute, None) for _, _, entry in self.rows]


class _Cleaner:
    """Leaves control characters out of texts and notes where."""

    def __init__(self, layer_id: str, notes: list[Note]) -> None:
        self._layer_id = layer_id
        self._notes = notes

    def clean(self, values: list[Any], field: str, ids: Sequence[str]) -> list[str]:
        texts = [value or "" for value in values]
        # One search over all of them is many times faster than one each.
        if not _CONTROL.search("".join(texts)):
            return texts
        return [self._cleaned(text, field, feature_id) for text, feature_id in zip(texts, ids, strict=True)]

    def _cleaned(self, text: str, field: str, feature_id: str) -> str:
        plain, count = _CONTROL.subn("", text)
        if count:
            self._notes.append(Note("control", self._layer_id, feature_id, field, str(count)))
        return plain


def _frame(
    fields: Iterable[Field], column: Callable[[str], list[Any]], cleaner: _Cleaner, ids: Sequence[str],
) -> pd.DataFrame:
    return pd.DataFrame(dict(_columns(fields, column, cleaner, ids)), index=range(len(ids)))


def _columns(
    fields: Iterable[Field], column: Callable[[str], list[Any]], cleaner: _Cleaner, ids: Sequence[str],
) -> Iterator[tuple[str, pd.Series]]:
    for field in fields:
        values = column(field.field_id)
        if field.kind in _DTYPES:
            yield field.field_id, pd.Series(values, dtype=_DTYPES[field.kind])
        else:
            yield field.field_id, pd.Series(cleaner.clean(values, field.field_id, ids), dtype="str")


def _no_column(field: str) -> CatalogueError:
    return CatalogueError(FILE, f"{field!r} is no column that features have")


def _history_text(entries: Iterable[Mapping[str, Any]]) -> str:
    """Return a history in one cell, in no language: date, document, place in it, status, words, years."""
    return BETWEEN.join(" ".join(_history_parts(entry)) for entry in entries)


def _history_parts(entry: Mapping[str, Any]) -> Iterator[str]:
    if entry["date"]:
        yield entry["date"]
    yield entry["document"]
    if entry["clause"]:
        yield entry["clause"]
    if entry["line"] is not None:
        yield f"L{entry['line']}"
    yield entry["status"]
    if entry["words"]:
        yield f"“{entry['words']}”"
    years = [str(entry[name]) if entry[name] is not None else "" for name in ("year_start", "year_end")]
    if any(years):
        yield "–".join(years)


def _attribute(name: str) -> Callable[[_Source], list[Any]]:
    return lambda source: source.values(name)


_PLAIN: Mapping[str, Callable[[_Source], list[Any]]] = {
    **{
        name: _attribute(name)
        for name in (
            "id", "name_zh", "name_en", "year_start", "year_end", "year_start_documents",
            "year_end_documents", "conflict",
        )
    },
    "layer": lambda source: source.same(source.entry.layer_id),
    "layer_zh": lambda source: source.same(source.entry.title.zh),
    "layer_en": lambda source: source.same(source.entry.title.en),
    "aliases": lambda source: source.joined("aliases"),
    "history": lambda source: [_history_text(entries) for entries in source.values("history")],
    "position_accuracy_m": lambda source: [position.get("accuracy_m") for position in source.positions],
    "position_basis_zh": lambda source: source.bases("zh"),
    "position_basis_en": lambda source: source.bases("en"),
    "remarks_zh": lambda source: source.joined("remarks", "zh"),
    "remarks_en": lambda source: source.joined("remarks", "en"),
    "data_version": lambda source: source.same(source.version),
    "gcj02_lon": lambda source: source.shifted("gcj02_lon"),
    "gcj02_lat": lambda source: source.shifted("gcj02_lat"),
    "bd09_lon": lambda source: source.shifted("bd09_lon"),
    "bd09_lat": lambda source: source.shifted("bd09_lat"),
}  # fmt: skip

_OF_ENTRY: Mapping[str, Callable[[_Entries], list[Any]]] = {
    "feature_id": lambda entries: entries.ids,
    "layer": lambda entries: [entries.layer_id] * len(entries.rows),
    "entry": lambda entries: [number for _, number, _ in entries.rows],
    "date": lambda entries: entries.of_documents("date"),
    "outside": lambda entries: [bool(value) for value in entries.of_documents("is_outside")],
}
_AS_STORED = {
    "document", "status", "words", "words_line", "year_start", "year_end", "clause", "line", "phrase",
    "supports",
}  # fmt: skip
