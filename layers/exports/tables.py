"""Features as flat tables: a row each, lists joined, the words of codes beside the codes."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any
from weakref import finalize

import prcoords
import pyarrow as pa
import pyarrow.compute as pc

from layers.catalogue import LANGUAGES
from layers.errors import CatalogueError
from layers.exports.columns import (
    TEXT,
    Coded,
    as_wkb,
    content_of,
    held,
    integers,
    is_text,
    plain,
    same,
    taken,
    texts,
)
from layers.exports.job import LayerTable, Note
from layers.fields import CITATIONS, FEATURES, FILE, HISTORY, SHIFTED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import geopandas as gpd

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
    "documents": "document",
}
# What no XML and few programs take in a text; tab and line breaks they do.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# The same in UTF-8.
_CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")


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

    The tables of a frame are kept as long as the frame is: a data version's layers, which are shared, are
    made flat once.

    Parameters
    ----------
    features
        WGS 84, with all attributes, as a snapshot has them. Nobody writes to it.
    notes
        Takes a note for each text out of which control characters were left.

    Raises
    ------
    CatalogueError
        `fields.json` is missing or names a column that there is not.
    """
    source = _Source(entry, features, wanted)
    rows = {}
    for table in (FEATURES, HISTORY, CITATIONS):
        is_wanted = table == FEATURES or wanted.has_entries
        rows[table], told = _kept(source, table) if is_wanted else _made(source, table)
        notes += told
    return LayerTable(
        layer_id=entry.layer_id,
        title=entry.title,
        style=entry.style,
        rows=rows,
        geometry=features.geometry,
        names=wanted.written_names(),
        kept_wkb=partial(_kept_wkb, features),
    )


def part_of(table: LayerTable, features: gpd.GeoDataFrame) -> LayerTable:
    """Return of a layer's flat tables what belongs to some of its features.

    Parameters
    ----------
    features
        Rows of the frame that the tables were made of, in any order.
    """
    numbers = pa.array(table.geometry.index.get_indexer(features.index))
    ids = texts(map(str, features.index))
    rows = {FEATURES: taken(table.rows[FEATURES], numbers)}
    for name in (HISTORY, CITATIONS):
        is_of_one = pc.is_in(table.rows[name].column("feature_id"), ids)
        rows[name] = taken(table.rows[name], pc.indices_nonzero(is_of_one))
    return replace(table, rows=rows, geometry=features.geometry, kept_wkb=None)


# By the frame they were made of and what else they are made of; the catalogue is kept, so that no other
# one gets its number.
_KEPT: dict[tuple[object, ...], tuple[pa.RecordBatch, list[Note], Catalogue]] = {}


def _kept(source: _Source, table: str) -> tuple[pa.RecordBatch, list[Note]]:
    features, wanted = source.features, source.wanted
    shifted = tuple(wanted.shifted) if table == FEATURES else ()
    key = (id(features), id(wanted.catalogue), source.entry.layer_id, wanted.version, table, shifted)
    found = _KEPT.get(key)
    if found is None:
        found = (*_made(source, table), wanted.catalogue)
        _KEPT[key] = found
        finalize(features, _KEPT.pop, key, None)
    return found[:2]


_KEPT_WKB: dict[int, pa.Array] = {}


def _kept_wkb(features: gpd.GeoDataFrame) -> pa.Array:
    key = id(features)
    if key not in _KEPT_WKB:
        _KEPT_WKB[key] = as_wkb(features.geometry.to_numpy())
        finalize(features, _KEPT_WKB.pop, key, None)
    return _KEPT_WKB[key]


def _made(source: _Source, table: str) -> tuple[pa.RecordBatch, list[Note]]:
    notes: list[Note] = []
    told = _Cleaner(source.entry.layer_id, notes)
    if table == FEATURES:
        return _rows(source.wanted.of_features(), source.column, told, source.ids), notes
    entries = source.entries(table)
    return _rows(source.wanted.fields.of(table), entries.column, told, entries.ids), notes


class _Source:
    """Makes the columns of one layer's features."""

    def __init__(self, entry: LayerEntry, features: gpd.GeoDataFrame, wanted: Wanted) -> None:
        self.entry = entry
        self.features = features
        self.wanted = wanted
        self._known: dict[str, Coded] = {}

    @cached_property
    def ids(self) -> list[str]:
        return list(map(str, self.features.index.tolist()))

    def column(self, field: str) -> pa.Array:
        base, _, language = field.rpartition("_")
        if language in LANGUAGES and base in _CODE_LISTS:
            return self._codes(base).texts(_words(self.wanted.catalogue, _CODE_LISTS[base], language))
        if field in _CODE_LISTS:
            return self._codes(field).texts(BETWEEN.join)
        if field in _PLAIN:
            return _PLAIN[field](self)
        raise _no_column(field)

    def values(self, attribute: str) -> list[Any]:
        return list(self.features[attribute])

    def same(self, text: str) -> pa.Array:
        return same(text, len(self.features))

    @cached_property
    def positions(self) -> Coded:
        """How places were put on the map: method, accuracy and basis in two languages, or nothing."""
        return Coded.of(
            (row["method"], row["accuracy_m"], row["basis"]["zh"], row["basis"]["en"]) if row else ()
            for row in self.values("position")
        )

    def of_position(self, part: int) -> pa.Array:
        return self.positions.texts(lambda row: row[part] if row else "")

    def remarks(self, language: int) -> pa.Array:
        rows = Coded.of(tuple((one["zh"], one["en"]) for one in row) for row in self.values("remarks"))
        return rows.texts(lambda row: BETWEEN.join(one[language] for one in row))

    def shifted(self, field: str) -> pa.Array:
        datum, _, axis = field.partition("_")
        values = [getattr(place, axis) if place else None for place in self._moved(datum)]
        return pa.array(values, pa.float64())

    def _moved(self, datum: str) -> list[Any]:
        points = self.features.geometry.representative_point()
        return [
            # A place outside China is moved like any other: the atlas says which area it is of.
            None if math.isnan(lon) else _MOVED[datum]((lat, lon), check_china=False)
            for lon, lat in zip(points.x, points.y, strict=True)
        ]

    def entries(self, attribute: str) -> _Entries:
        every = zip(self.ids, self.values(attribute), strict=True) if self.wanted.has_entries else ()
        rows = [
            (feature_id, number, entry)
            for feature_id, entries in every
            for number, entry in enumerate(entries, start=1)
        ]
        return _Entries(rows, self.entry.layer_id, self.wanted.catalogue)

    def _codes(self, attribute: str) -> Coded:
        if attribute not in self._known:
            self._known[attribute] = self._read_codes(attribute)
        return self._known[attribute]

    def _read_codes(self, attribute: str) -> Coded:
        if attribute == "documents":
            both = zip(self.values("history"), self.values("citations"), strict=True)
            return Coded.of(
                tuple(dict.fromkeys([row["document"] for row in (*one, *other)])) for one, other in both
            )
        if attribute == "position_method":
            positions = self.positions
            return Coded(positions.numbers, [row[:1] for row in positions.distinct])
        return Coded.of((row,) if isinstance(row, str) else tuple(row) for row in self.values(attribute))


@dataclass(frozen=True)
class _Entries:
    """Makes the columns of a layer's history or citations."""

    rows: list[tuple[str, int, Mapping[str, Any]]]
    layer_id: str
    catalogue: Catalogue

    @property
    def ids(self) -> list[str]:
        return [feature_id for feature_id, _, _ in self.rows]

    def column(self, field: str) -> pa.Array:
        if field in _OF_ENTRY:
            return _OF_ENTRY[field](self)
        base, _, language = field.rpartition("_")
        if language in LANGUAGES and base in {"document", "status"}:
            codes = Coded.of((entry[base],) for _, _, entry in self.rows)
            return codes.texts(_words(self.catalogue, base, language))
        if field.startswith("note_"):
            return self.coded(lambda entry: (entry["note"] or {}).get(language, ""))
        if field in _TEXTS:
            return self.coded(lambda entry: entry.get(field))
        if field in _NUMBERS:
            return integers([entry.get(field) for _, _, entry in self.rows])
        raise _no_column(field)

    def coded(self, text: Callable[[Mapping[str, Any]], str | None]) -> pa.Array:
        return Coded.of(text(entry) for _, _, entry in self.rows).texts(lambda value: value)

    def of_documents(self, attribute: str) -> list[Any]:
        documents = self.catalogue.documents
        return [getattr(documents.get(entry["document"]), attribute, None) for _, _, entry in self.rows]


class _Cleaner:
    """Leaves control characters out of texts and notes where."""

    def __init__(self, layer_id: str, notes: list[Note]) -> None:
        self._layer_id = layer_id
        self._notes = notes

    def clean(self, column: pa.Array, field: str, ids: Sequence[str]) -> pa.Array:
        # One search over all of them is many times faster than one each.
        if not _CONTROL_BYTES.search(content_of(held(column))):
            return column
        rows = zip(plain(column).to_pylist(), ids, strict=True)
        return pa.array([self._cleaned(text, field, feature_id) for text, feature_id in rows], TEXT)

    def _cleaned(self, text: str, field: str, feature_id: str) -> str:
        plain_text, count = _CONTROL.subn("", text)
        if count:
            self._notes.append(Note("control", self._layer_id, feature_id, field, str(count)))
        return plain_text


def _rows(
    fields: Iterable[Field], column: Callable[[str], pa.Array], cleaner: _Cleaner, ids: Sequence[str],
) -> pa.RecordBatch:
    made = {}
    for field in fields:
        values = column(field.field_id)
        made[field.field_id] = cleaner.clean(values, field.field_id, ids) if is_text(values) else values
    return pa.RecordBatch.from_pydict(made)


def _words(catalogue: Catalogue, code_list: str, language: str) -> Callable[[Iterable[str]], str]:
    """Return what makes the words of some codes out of them."""

    def word(code: str) -> str:
        if code_list != "document":
            return catalogue.label(code_list, code, language)
        document = catalogue.documents.get(code)
        return document.short.in_language(language) if document else code

    return lambda codes: BETWEEN.join(map(word, codes))


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


_PLAIN: Mapping[str, Callable[[_Source], pa.Array]] = {
    **{
        name: lambda source, name=name: texts(source.features[name])  # type: ignore[misc]
        for name in ("id", "name_zh", "name_en")
    },
    **{
        name: lambda source, name=name: integers(source.features[name])  # type: ignore[misc]
        for name in ("year_start", "year_end", "year_start_documents", "year_end_documents")
    },
    "conflict": lambda source: pa.array(source.values("conflict"), pa.bool_()),
    "layer": lambda source: source.same(source.entry.layer_id),
    "layer_zh": lambda source: source.same(source.entry.title.zh),
    "layer_en": lambda source: source.same(source.entry.title.en),
    "aliases": lambda source: Coded.of(map(tuple, source.values("aliases"))).texts(BETWEEN.join),
    "history": lambda source: Coded.of(map(_history_text, source.values("history"))).texts(str),
    "position_accuracy_m": lambda source: source.positions.integers(lambda row: row[1] if row else None),
    "position_basis_zh": lambda source: source.of_position(2),
    "position_basis_en": lambda source: source.of_position(3),
    "remarks_zh": lambda source: source.remarks(0),
    "remarks_en": lambda source: source.remarks(1),
    "data_version": lambda source: source.same(source.wanted.version),
    "gcj02_lon": lambda source: source.shifted("gcj02_lon"),
    "gcj02_lat": lambda source: source.shifted("gcj02_lat"),
    "bd09_lon": lambda source: source.shifted("bd09_lon"),
    "bd09_lat": lambda source: source.shifted("bd09_lat"),
}  # fmt: skip

_OF_ENTRY: Mapping[str, Callable[[_Entries], pa.Array]] = {
    "feature_id": lambda entries: texts(entries.ids),
    "layer": lambda entries: same(entries.layer_id, len(entries.rows)),
    "entry": lambda entries: integers([number for _, number, _ in entries.rows]),
    "date": lambda entries: Coded.of(entries.of_documents("date")).texts(lambda value: value),
    "outside": lambda entries: pa.array(map(bool, entries.of_documents("is_outside")), pa.bool_()),
}
_TEXTS = {"document", "status", "words", "clause", "phrase", "supports"}
_NUMBERS = {"words_line", "year_start", "year_end", "line"}
