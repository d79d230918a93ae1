"""What each layer is, the code lists, the documents, the basemaps and the colours: `data/catalogue/`."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from layers import strict_json
from layers.errors import CatalogueError, ShiftedDatumError, UnknownLayerError
from layers.fields import Fields
from layers.style import FORMER, LayerStyle, Theme

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

LANGUAGES = ("zh", "en")
PLAN = "plan"
# CGCS2000 and WGS 84 agree to a few centimetres, far below a pixel of any tile.
UNSHIFTED_DATUMS = ("WGS 84", "CGCS2000")
# A layer's id is a file's name and a part of addresses.
LAYER_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")

Bbox: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True)
class Text:
    """The same words in Chinese and in English."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the words in `zh` or `en`."""
        return self.zh if language == "zh" else self.en

    @classmethod
    def read(cls, raw: Mapping[str, str]) -> Self:
        """Build from `{"zh": ..., "en": ...}`."""
        return cls(raw["zh"], raw["en"])


@dataclass(frozen=True)
class Code:
    """One value of a code list."""

    code: str
    label: Text


@dataclass(frozen=True)
class Document:
    """A source that facts are cited from.

    Attributes
    ----------
    kind
        `plan` for the planning documents; `press`, `timetable` and `knowledge` are outside knowledge.
    date
        As ISO 8601, to the month where the day is not known; empty for general knowledge.
    file
        Name of the text file in the documents folder; empty for outside knowledge.
    """

    document_id: str
    kind: str
    date: str
    title: Text
    short: Text
    publisher: Text
    file: str

    @property
    def is_outside(self) -> bool:
        """Whether this source is none of the planning documents."""
        return self.kind != PLAN


@dataclass(frozen=True)
class Basemap:
    """What lies under the layers: the offline map, or tiles from a server."""

    basemap_id: str
    title: Text
    kind: str
    datum: str
    urls: tuple[str, ...] = ()
    subdomains: str = ""
    max_zoom: int = 18
    attribution: Text = field(default=Text("", ""))
    approval: str = ""
    key: str = ""

    def checked(self) -> Self:
        """Return this basemap if its tiles lie where our coordinates say.

        Raises
        ------
        ShiftedDatumError
            The tiles are in GCJ-02 or BD-09.
        """
        if self.datum not in UNSHIFTED_DATUMS:
            raise ShiftedDatumError(self.basemap_id, self.datum)
        return self


@dataclass(frozen=True)
class LayerEntry:
    """What a layer is called, how it is drawn and where its facts come from."""

    layer_id: str
    title: Text
    abstract: Text
    style: LayerStyle


@dataclass(frozen=True)
class Place:
    """A named point of the gazetteer, to go to."""

    name: str
    category: str
    lon: float
    lat: float
    accuracy_m: int
    source: str


@dataclass(frozen=True)
class Tombstone:
    """What is left of a place that was taken out of the atlas.

    Attributes
    ----------
    date
        The day on which it was taken out.
    successor
        Id of the place that stands for it now, or empty.
    """

    reason: Text
    date: date
    successor: str = ""


@dataclass(frozen=True)
class FormerIds:
    """Ids that no place may have again.

    Attributes
    ----------
    aliases
        The new id of each place that was renamed. The new one may have been renamed or retired since.
    tombstones
        By id, the places that were taken out.
    """

    aliases: Mapping[str, str] = field(default_factory=dict)
    tombstones: Mapping[str, Tombstone] = field(default_factory=dict)

    def __contains__(self, feature_id: object) -> bool:
        """Whether an id belonged to a place that has another one now, or is gone."""
        return feature_id in self.aliases or feature_id in self.tombstones

    def current(self, feature_id: str) -> str:
        """Return the id that a place has now; an id that was never renamed is its own."""
        while feature_id in self.aliases:
            feature_id = self.aliases[feature_id]
        return feature_id


@dataclass(frozen=True)
class Catalogue:
    """All of `data/catalogue/`, read once.

    Attributes
    ----------
    product
        The atlas's name and what it is of, shown in headers and titles; where its map opens, and
        the `bbox` within which its features lie.
    layers
        In the order of display.
    codes
        Code lists by name (`status`, `category`, `city`, `method`, `membership`, `unit`), each in
        the order of display.
    status_words
        By status, the words that documents print for it.
    former_ids
        Ids of places that were renamed or taken out; none where `aliases.json` is not there.
    former_codes
        By code list, and by `layer` and `document`, the present code of each one that was renamed;
        from the same file.
    layer_numbers
        The number of each layer that has one: those of the catalogue in the order of display, then
        those that are gone. A number is given once; none where `layer_numbers.json` is not there.
    distinct
        Why two places with names much alike are two, by the pair of their ids; none where
        `distinct.json` is not there.
    fields
        What the columns of exports are called; none where `fields.json` is not there.
    """

    product: Mapping[str, Any]
    layers: tuple[LayerEntry, ...]
    codes: Mapping[str, tuple[Code, ...]]
    documents: Mapping[str, Document]
    basemaps: tuple[Basemap, ...]
    gazetteer: tuple[Place, ...]
    theme: Theme
    status_words: Mapping[str, tuple[str, ...]]
    former_ids: FormerIds = field(default=FormerIds())
    former_codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    layer_numbers: Mapping[str, int] = field(default_factory=dict)
    distinct: Mapping[frozenset[str], Text] = field(default_factory=dict)
    fields: Fields = field(default=Fields({}))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read every file of a catalogue folder.

        Raises
        ------
        CatalogueError
            A file is missing, is not JSON or lacks something that must be there.
        """
        reader = _Reader(folder)
        layer_ids = reader.build("layers.json", _layer_ids)
        return cls(
            product=reader.build("product.json", _product),
            layers=tuple(
                reader.build(f"layers/{layer_id}.json", partial(_layer_entry, layer_id))
                for layer_id in layer_ids
            ),
            codes=reader.build("codes.json", _code_lists),
            documents=reader.build("documents.json", _documents),
            basemaps=reader.build("basemaps.json", _basemaps),
            gazetteer=reader.gazetteer("gazetteer.csv"),
            theme=reader.build("theme.json", Theme.read),
            status_words=reader.build("status_words.json", _status_words),
            former_ids=reader.build_if_there("aliases.json", _former_ids, FormerIds()),
            former_codes=reader.build_if_there("aliases.json", _former_codes, {}),
            layer_numbers=reader.build_if_there(
                "layer_numbers.json", partial(_layer_numbers, layer_ids), {},
            ),
            distinct=reader.build_if_there("distinct.json", _distinct, {}),
            fields=reader.build_if_there("fields.json", Fields.read, Fields({})),
        )

    @property
    def bbox(self) -> Bbox | None:
        """Within which every feature must lie, in degrees; None where the product names no box."""
        named = self.product.get("bbox")
        return (named[0], named[1], named[2], named[3]) if named else None

    def layer_ids(self) -> tuple[str, ...]:
        """Return every layer's id, in the order of display."""
        return tuple(entry.layer_id for entry in self.layers)

    def layer(self, layer_id: str) -> LayerEntry:
        """Return one layer's entry.

        Raises
        ------
        UnknownLayerError
            The catalogue has no such layer.
        """
        for entry in self.layers:
            if entry.layer_id == layer_id:
                return entry
        raise UnknownLayerError(layer_id, self.layer_ids())

    def entries(self, layer_ids: Collection[str]) -> tuple[LayerEntry, ...]:
        """Return the entries of layers in the order of display, last those that the catalogue has not.

        Data of before may have such a layer; it goes by its id and is drawn plainly.
        """
        known = tuple(entry for entry in self.layers if entry.layer_id in layer_ids)
        gone = (layer_id for layer_id in layer_ids if layer_id not in self.layer_ids())
        plain = (LayerEntry(name, Text(name, name), Text("", ""), FORMER) for name in gone)
        return (*known, *plain)

    def label(self, code_list: str, code: str, language: str) -> str:
        """Return the words for a code, or the code itself where the list does not have it."""
        for entry in self.codes.get(code_list, ()):
            if entry.code == code:
                return entry.label.in_language(language)
        return code

    def plan_documents(self) -> tuple[Document, ...]:
        """Return the planning documents, oldest first."""
        plans = (entry for entry in self.documents.values() if not entry.is_outside)
        return tuple(sorted(plans, key=lambda document: document.date))


class _Reader:
    """Reads the files of one catalogue folder and says which one is at fault."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def json(self, name: str) -> Any:  # noqa: ANN401 - whatever the file holds
        try:
            return strict_json.parse((self.folder / name).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CatalogueError(name, str(error)) from error

    def build(self, name: str, maker: Any) -> Any:  # noqa: ANN401 - whatever the maker makes
        raw = self.json(name)
        try:
            return maker(raw)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise CatalogueError(name, f"{type(error).__name__}: {error}") from error

    def build_if_there(self, name: str, maker: Any, otherwise: Any) -> Any:  # noqa: ANN401 - as `build`
        return self.build(name, maker) if (self.folder / name).exists() else otherwise

    def gazetteer(self, name: str) -> tuple[Place, ...]:
        try:
            # A spreadsheet writes a byte order mark.
            text = (self.folder / name).read_text(encoding="utf-8-sig")
            return tuple(map(_place, csv.DictReader(io.StringIO(text, newline=""))))
        except (OSError, KeyError, TypeError, ValueError, csv.Error) as error:
            raise CatalogueError(name, str(error)) from error


def _product(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    Text.read(raw["name"])
    lon, lat = raw["centre"]
    _on_earth(lon, lat)
    float(raw["zoom"])
    minx, miny, maxx, maxy = raw.get("bbox") or (lon, lat, lon, lat)
    if not (minx <= lon <= maxx and miny <= lat <= maxy):
        message = f"the centre {lon}, {lat} lies outside the bbox"
        raise ValueError(message)
    return raw


def _layer_ids(raw: object) -> list[str]:
    if not isinstance(raw, list):
        message = "no list of ids"
        raise TypeError(message)
    for layer_id in raw:
        if not LAYER_ID.fullmatch(layer_id) or raw.count(layer_id) > 1:
            message = f"{layer_id!r} stands twice or is no id of small letters, digits, _ and -"
            raise ValueError(message)
    return raw


def _place(row: Mapping[str, str]) -> Place:
    lon, lat = float(row["lon"]), float(row["lat"])
    _on_earth(lon, lat)
    return Place(
        name=row["name_zh"],
        category=row["category"],
        lon=lon,
        lat=lat,
        accuracy_m=int(row["tolerance_m"]),
        source=row["source"],
    )


def _on_earth(lon: float, lat: float) -> None:
    # NaN fails the comparison too.
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):  # noqa: PLR2004 - degrees
        message = f"{lon}, {lat} is no longitude and latitude"
        raise ValueError(message)


def _layer_entry(layer_id: str, raw: Mapping[str, Any]) -> LayerEntry:
    if raw["id"] != layer_id:
        message = f"the id in the file is {raw['id']!r}"
        raise ValueError(message)
    return LayerEntry(
        layer_id=raw["id"],
        title=Text.read(raw["title"]),
        abstract=Text.read(raw["abstract"]),
        style=LayerStyle.read(raw["style"]),
    )


def _code_lists(raw: Mapping[str, Any]) -> dict[str, tuple[Code, ...]]:
    return {
        name: tuple(Code(row["code"], Text.read(row)) for row in rows) for name, rows in raw.items()
    }


def _status_words(raw: list[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    return {row["status"]: tuple(row["words"]) for row in raw}


def _former_ids(raw: Mapping[str, Any]) -> FormerIds:
    aliases: dict[str, str] = {**raw["aliases"]}
    tombstones = {
        feature_id: Tombstone(
            Text.read(row["reason"]), date.fromisoformat(row["date"]), row.get("successor") or "",
        )
        for feature_id, row in raw["tombstones"].items()
    }
    both = aliases.keys() & tombstones.keys()
    if both:
        message = f"both renamed and retired: {sorted(both)}"
        raise ValueError(message)
    for feature_id in aliases:
        _check_ends(feature_id, aliases)
    return FormerIds(aliases, tombstones)


def _former_codes(raw: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    renamed = {name: {**codes} for name, codes in raw.get("codes", {}).items()}
    for codes in renamed.values():
        for code in codes:
            _check_ends(code, codes)
    return renamed


def _layer_numbers(layer_ids: list[str], raw: object) -> dict[str, int]:
    numbers = {layer_id: number for number, layer_id in enumerate(_layer_ids(raw), start=1)}
    shown = [layer_id for layer_id in layer_ids if layer_id in numbers]
    return {layer_id: numbers[layer_id] for layer_id in dict.fromkeys((*shown, *numbers))}


def _distinct(raw: Mapping[str, Any]) -> dict[frozenset[str], Text]:
    reviewed: dict[frozenset[str], Text] = {}
    for one, other, why in raw["pairs"]:
        pair = frozenset((one, other))
        if one == other or pair in reviewed:
            message = f"the pair {one!r}, {other!r} stands twice or is one place"
            raise ValueError(message)
        reviewed[pair] = Text.read(why)
    return reviewed


def _check_ends(feature_id: str, aliases: Mapping[str, str]) -> None:
    passed = [feature_id]
    while passed[-1] in aliases:
        following = aliases[passed[-1]]
        if not isinstance(following, str) or following in passed:
            message = f"{feature_id!r} leads to {following!r} and on to no place"
            raise ValueError(message)
        passed.append(following)


def _documents(raw: list[Mapping[str, Any]]) -> dict[str, Document]:
    return {
        row["id"]: Document(
            document_id=row["id"],
            kind=row["kind"],
            date=row["date"],
            title=Text.read(row["title"]),
            short=Text.read(row["short"]),
            publisher=Text.read(row["publisher"]),
            file=row.get("file", ""),
        )
        for row in raw
    }


def _basemaps(raw: list[Mapping[str, Any]]) -> tuple[Basemap, ...]:
    return tuple(
        Basemap(
            basemap_id=row["id"],
            title=Text.read(row["title"]),
            kind=row["kind"],
            datum=row["datum"],
            urls=tuple(row.get("urls", ())),
            subdomains=row.get("subdomains", ""),
            max_zoom=row.get("max_zoom", 18),
            attribution=Text.read(row["attribution"]),
            approval=row.get("approval", ""),
            key=row.get("key", ""),
        )
        for row in raw
    )
