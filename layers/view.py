"""Everything a reader can change, as one value: the permalink, the filter, the query."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from layers import links
from layers.catalogue import LANGUAGES
from layers.errors import LayersError
from layers.filters import SEARCH, YEARS, Condition, Reading
from layers.links import (
    CHANGED,
    CUT,
    CUT_BEHIND,
    ENCODED,
    LINK_SCHEMA,
    LINK_SCHEMAS,
    TOO_LONG,
    TOO_MANY,
    UnreadError,
)
from layers.search import search_terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

MIN_ZOOM, MAX_ZOOM = 7.0, 18.0
# A link longer than this is not read: the longest view of 200 ids has some 12,000 characters.
MAX_QUERY = 65_536
MAX_FIELDS = 100
FIRST_YEAR, LAST_YEAR = 1000, 9999
UNDATED = "undated"


@dataclass(frozen=True)
class MapView:
    """A map as one reader sees it.

    Attributes
    ----------
    layers
        Ids of the layers shown; an id that the catalogue does not have shows nothing.
    on
        The day from which build windows count as past.
    conditions
        What a feature must meet, besides layers, years and text; see `layers.filters`.
    years
        First and last year, met by overlap with a feature's build window.
    undated
        Whether features without any year are shown while `years` is set.
    text
        Free text; each of its words must be found in a feature's names.
    outside
        Whether outside knowledge counts, or the planning documents only.
    centre
        Longitude and latitude, WGS 84.
    selected
        Id of the feature whose card is open, or empty.
    version
        The data version, or empty for the current one.
    since
        The data version that what is shown is compared with, or empty.
    unread
        Parts of a link that could not be read, as key and text, to be shown.
    is_unreadable
        Whether such a part would have narrowed the view; it then shows nothing rather than more.
    renamed
        What the link named as it was called before: field, former name, name of now.
    layer_numbers
        The numbers by which a link may count layers, in the order of display; see `layers.links`.
        They are the catalogue's, not the reader's: two views that differ in nothing else are equal.
    """

    layers: tuple[str, ...]
    on: date
    conditions: tuple[Condition, ...] = ()
    years: tuple[int, int] | None = None
    undated: bool = True
    text: str = ""
    outside: bool = True
    centre: tuple[float, float] = (114.9, 30.2)
    zoom: float = 8.5
    basemap: str = "offline"
    language: str = "zh"
    selected: str = ""
    version: str = ""
    since: str = ""
    unread: tuple[tuple[str, str], ...] = field(default=())
    is_unreadable: bool = False
    renamed: tuple[tuple[str, str, str], ...] = field(default=())
    layer_numbers: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    @property
    def reading(self) -> Reading:
        """How the data is read for this view."""
        return Reading(on=self.on, outside=self.outside)

    def all_conditions(self) -> tuple[Condition, ...]:
        """Return the view's filter whole: layers, conditions, years and text."""
        rows = [Condition("layer", "in", self.shown_layers()), *self.conditions]
        if self.years is not None:
            rows.append(Condition(YEARS, "overlaps", self.years, undated=self.undated))
        terms = search_terms(self.text)
        if terms:
            rows.append(Condition(SEARCH, "has", terms))
        return tuple(rows)

    def shown_layers(self) -> tuple[str, ...]:
        """Return the layers to show: none where a part of the link's filter cannot be read."""
        return () if self.is_unreadable else self.layers

    def values_of(self, name: str, op: str = "in") -> tuple[Any, ...]:
        """Return the values that the view asks of a field, empty where it asks none."""
        asked = (row.values for row in self.conditions if (row.field, row.op) == (name, op))
        return next(asked, ())

    def asking(self, name: str, values: Iterable[Any], op: str = "in") -> Self:
        """Return this view with other values asked of a field; no values take the condition away."""
        others = tuple(row for row in self.conditions if (row.field, row.op) != (name, op))
        wanted = tuple(values)
        added = (Condition(name, op, wanted),) if wanted else ()
        return replace(self, conditions=others + added)

    def filter_json(self, seq: int = 0) -> dict[str, Any]:
        """Return the filter as the map document takes it."""
        # The first row is that of the layers; a condition may ask for some of them again.
        rows = [row.as_json() for row in self.all_conditions()[1:]]
        return {
            "seq": seq,
            "layers": list(self.shown_layers()),
            "outside": self.outside,
            "on": self.on.isoformat(),
            "rows": rows,
        }

    def to_query(self) -> str:
        """Return the view as the query of a link, without the question mark.

        What narrows the view stands first, under a check that a link which was cut or changed there
        does not meet. What could not be read is told again only where it leaves the view without places.
        """
        pairs = [("w", links.written_condition(row)) for row in self.conditions]
        if self.years is not None:
            pairs.append(("y", "{}-{}".format(*self.years) + f",{UNDATED}" * self.undated))
        # Where a second text is among what could not be read, an empty first one must stay the first.
        if self.text or self.is_unreadable:
            pairs.append(("q", self.text))
        pairs += [("out", "1" if self.outside else "0"), ("on", self.on.isoformat()), ("d", self.version)]
        if self.since:
            pairs.append(("since", self.since))
        pairs += [(key, text) for key, text in self.unread if links.is_narrowing(key)]
        pairs.append(links.written_layers(self.layers, self.layer_numbers))
        if self.selected:
            pairs.append(("s", self.selected))
        pairs += [
            ("at", ",".join(repr(number).removesuffix(".0") for number in (*self.centre, self.zoom))),
            ("base", self.basemap),
            ("lang", self.language),
        ]
        pairs.insert(0, ("v", LINK_SCHEMA))
        pairs.insert(1, ("c", links.check_of(pairs)))
        return links.query_of(pairs)

    @classmethod
    def from_query(cls, query: str, start: MapView) -> MapView:
        """Return the view that a link's query asks for.

        Parameters
        ----------
        query
            What stands behind the question mark.
        start
            The view of a reader who comes without a link; it is returned where the query holds
            nothing of ours, and gives the day and what moves the map but does not filter it.

        Returns
        -------
        view
            What cannot be read is in `unread`, and never shows more than was asked.
        """
        if len(query) > MAX_QUERY:
            unread = ((TOO_LONG, str(len(query))),)
            return replace(start, layers=(), unread=unread, is_unreadable=True)
        made = links.decoded(query)
        pairs = links.pairs_of(made)
        if not any(_is_ours(key) for key, _ in pairs):
            return replace(start, unread=tuple(pairs[:MAX_FIELDS]))
        # Our own links have schema and check; one without was written by hand and is taken at its word.
        is_by_hand = {"v", "c"}.isdisjoint(key for key, _ in pairs)
        blank = MapView(
            layers=start.layers if is_by_hand else (),
            on=start.on,
            centre=start.centre,
            zoom=start.zoom,
            basemap=start.basemap,
            language=start.language,
            layer_numbers=start.layer_numbers,
        )
        if made != query:
            pairs.insert(0, (ENCODED, ""))
        view = _read_pairs(blank, pairs if is_by_hand else _uncut(made, pairs))
        count = made.count("&") + 1
        if count <= MAX_FIELDS:
            return view
        return replace(view, unread=((TOO_MANY, str(count)), *view.unread), is_unreadable=True)


def _read_pairs(view: MapView, pairs: list[tuple[str, str]]) -> MapView:
    seen: set[str] = set()
    for key, text in pairs[:MAX_FIELDS]:
        reader = _READERS.get(key)
        sets = "l" if key == "all" else key
        is_repeated = sets in seen and key != "w"
        seen.add(sets)
        try:
            if reader is None or is_repeated:
                raise UnreadError
            view = replace(view, **reader(view, text))
        except (ValueError, KeyError, LayersError):
            view = replace(
                view,
                unread=(*view.unread, (key, text)),
                is_unreadable=view.is_unreadable or links.is_narrowing(key),
            )
    return view


def _is_ours(key: str) -> bool:
    return key in _READERS or links.is_narrowing(key)


def _uncut(query: str, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the pairs of a link of ours, with a word on what it lost on its way."""
    asked = dict(reversed(pairs))
    schema = asked.get("v", LINK_SCHEMA)
    if schema not in LINK_SCHEMAS:
        return pairs
    if schema == LINK_SCHEMA or "c" in asked:
        return _unchanged(query, pairs, asked)
    # The first schema has no check, but always something behind the layers: `sites` as the very last
    # may be what is left of another layer's id.
    if pairs[-1][0] != "l":
        return pairs
    whole, comma, last = pairs[-1][1].rpartition(",")
    return [*pairs[:-1], (CUT, last), ("l", whole)] if comma or last else pairs


def _unchanged(query: str, pairs: list[tuple[str, str]], asked: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the pairs with a word on a check that is not met, or on an end that is not there.

    A link ends in its language. Where that is missing, a last key without a text is the beginning of
    another one, and a selected place at the end may be what is left of another one's id.
    """
    if "lang" not in asked:
        if pairs[-1] == (query.rpartition("&")[2], ""):
            pairs = pairs[:-1]
        kept = [(key, text) for key, text in pairs if key != "s" or "at" in asked]
        pairs = [*kept, (CUT_BEHIND, "")]
    if links.check_of(pairs) != asked.get("c"):
        pairs = [(CHANGED, asked.get("c", "")), *(pair for pair in pairs if pair[0] != CUT_BEHIND)]
    return pairs


def _read_condition(view: MapView, text: str) -> dict[str, Any]:
    return {"conditions": (*view.conditions, links.read_condition(text))}


def _read_layers(_: MapView, text: str) -> dict[str, Any]:
    return {"layers": tuple(links.read_list(text))}


def _read_all(view: MapView, text: str) -> dict[str, Any]:
    return {"layers": links.read_all(text, view.layer_numbers)}


def _read_years(_: MapView, text: str) -> dict[str, Any]:
    window, _comma, rest = text.partition(",")
    first, last = (int(year) for year in window.split("-"))
    if first > last or rest not in {"", UNDATED} or not first >= FIRST_YEAR or not last <= LAST_YEAR:
        raise UnreadError
    return {"years": (first, last), "undated": rest == UNDATED}


def _read_centre(_: MapView, text: str) -> dict[str, Any]:
    lon, lat, zoom = (float(number) for number in text.split(","))
    if not (-180 <= lon <= 180 and -90 <= lat <= 90 and MIN_ZOOM <= zoom <= MAX_ZOOM):  # noqa: PLR2004 - degrees
        raise UnreadError
    return {"centre": (lon, lat), "zoom": zoom}


def _read_language(_: MapView, text: str) -> dict[str, Any]:
    if text not in LANGUAGES:
        raise UnreadError
    return {"language": text}


def _read_outside(_: MapView, text: str) -> dict[str, Any]:
    return {"outside": links.FLAGS[text]}


def _read_schema(_: MapView, text: str) -> dict[str, Any]:
    if text not in LINK_SCHEMAS:
        raise UnreadError
    return {}


def _read_text(name: str) -> Callable[[MapView, str], dict[str, Any]]:
    return lambda _, text: {name: text}


# What each key of a link sets.
_READERS: Mapping[str, Callable[[MapView, str], dict[str, Any]]] = {
    "w": _read_condition,
    "y": _read_years,
    "q": _read_text("text"),
    "l": _read_layers,
    "all": _read_all,
    "s": _read_text("selected"),
    "at": _read_centre,
    "base": _read_text("basemap"),
    "lang": _read_language,
    "out": _read_outside,
    "on": lambda _, text: {"on": date.fromisoformat(text)},
    "d": _read_text("version"),
    "since": _read_text("since"),
    "v": _read_schema,
    # What it says of the whole link is looked at before.
    "c": lambda _, __: {},
}
