"""Everything a reader can change, as one value: the permalink, the filter, the query."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, quote

from layers.catalogue import LANGUAGES
from layers.errors import LayersError
from layers.filters import PAST_WINDOW, SEARCH, YEARS, Condition, Reading
from layers.search import search_terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

LINK_SCHEMA = "1"
MIN_ZOOM, MAX_ZOOM = 7.0, 18.0
# A link longer than this is not read: the longest view of 200 ids has some 12,000 characters.
MAX_QUERY = 65_536
MAX_FIELDS = 100
FIRST_YEAR, LAST_YEAR = 1000, 9999
# Left as they are in a link, so that a person can read it; all other characters are escaped.
READABLE = ",:;~!*()"
UNDATED = "undated"
# Under these names `unread` tells what befell the link as a whole.
TOO_LONG, TOO_MANY, CUT = "too_long", "too_many", "cut"


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
    unread
        Parts of a link that could not be read, as key and text. They are kept and shown.
    is_unreadable
        Whether such a part would have narrowed the view; it then shows nothing rather than more.
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
    unread: tuple[tuple[str, str], ...] = field(default=())
    is_unreadable: bool = False

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

        What narrows the view stands before the layers, and something always stands behind them: a
        link cut short loses layers, never a condition, and a layer's id that was cut is noticed.
        """
        pairs = [("v", LINK_SCHEMA), *(("w", _written(row)) for row in self.conditions)]
        if self.years is not None:
            pairs.append(("y", "{}-{}".format(*self.years) + f",{UNDATED}" * self.undated))
        # Where a second text is among what could not be read, an empty first one must stay the first.
        if self.text or self.is_unreadable:
            pairs.append(("q", self.text))
        pairs += [("out", "1" if self.outside else "0"), ("on", self.on.isoformat()), ("d", self.version)]
        pairs += self.unread
        pairs.append(("l", ",".join(map(_escaped, self.layers))))
        if self.selected:
            pairs.append(("s", self.selected))
        pairs += [
            ("at", ",".join(repr(number).removesuffix(".0") for number in (*self.centre, self.zoom))),
            ("base", self.basemap),
            ("lang", self.language),
        ]
        return "&".join(f"{_quoted(key, '')}={_quoted(text, READABLE)}" for key, text in pairs)

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
        pairs = parse_qsl(query, keep_blank_values=True, errors="replace")
        if not any(_is_ours(key) for key, _ in pairs):
            return replace(start, unread=tuple(pairs[:MAX_FIELDS]))
        # Our own links begin with their schema; one without was written by hand and cannot be cut short.
        is_by_hand = "v" not in dict(pairs)
        blank = MapView(
            layers=start.layers if is_by_hand else (),
            on=start.on,
            centre=start.centre,
            zoom=start.zoom,
            basemap=start.basemap,
            language=start.language,
        )
        return _read_pairs(blank, _uncut(pairs))


def _read_pairs(view: MapView, pairs: list[tuple[str, str]]) -> MapView:
    seen: set[str] = set()
    for key, text in pairs[:MAX_FIELDS]:
        reader = _READERS.get(key)
        is_repeated = key in seen and key != "w"
        seen.add(key)
        try:
            if reader is None or is_repeated:
                raise _UnreadError
            view = replace(view, **reader(view, text))
        except (ValueError, KeyError, LayersError):
            is_filter = key in _NARROWING or _is_encoded_twice(key)
            view = replace(
                view,
                unread=(*view.unread, (key, text)),
                is_unreadable=view.is_unreadable or is_filter,
            )
    if len(pairs) > MAX_FIELDS:
        unread = (*view.unread, (TOO_MANY, str(len(pairs))))
        view = replace(view, unread=unread, is_unreadable=True)
    return view


def _is_ours(key: str) -> bool:
    return key in _READERS or key in _NARROWING or _is_encoded_twice(key)


def _is_encoded_twice(key: str) -> bool:
    # A link encoded twice is one long key, `v%3D1%26w%3D...`; what it asks must not read as nothing.
    return "=" in key or "%3D" in key.upper()


def _uncut(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the pairs without a last layer that may be cut short, such as `sites` to `site`.

    `to_query` writes the schema first and always something behind the layers. A link without a
    schema was written by hand and is taken at its word.
    """
    keys = [key for key, _ in pairs]
    if keys[-1] != "l" or "v" not in keys:
        return pairs
    whole, comma, last = pairs[-1][1].rpartition(",")
    return [*pairs[:-1], (CUT, last), ("l", whole)] if comma or last else pairs


_FLAGS = {"1": True, "0": False}


class _UnreadError(ValueError):
    """A part of a link cannot be read."""


def _read_condition(view: MapView, text: str) -> dict[str, Any]:
    subject, values = _split(text, ":", 1)
    name, op = _split(subject, "~", 1) if "~" in subject else (subject, "in")
    if name in _OWN_KEYS or not values:
        raise _UnreadError
    asked = Condition(name, op, tuple(_value(name, part) for part in _listed(values)))
    return {"conditions": (*view.conditions, asked)}


def _split(text: str, mark: str, times: int) -> list[str]:
    parts = text.split(mark, times)
    if len(parts) != times + 1:
        raise _UnreadError
    return parts


def _value(name: str, text: str) -> str | float | bool:
    if name == PAST_WINDOW:
        return _FLAGS[text]
    if name == "accuracy_m":
        return int(text)
    return text


def _read_years(_: MapView, text: str) -> dict[str, Any]:
    window, _comma, rest = text.partition(",")
    first, last = (int(year) for year in _split(window, "-", 1))
    if first > last or rest not in {"", UNDATED} or not first >= FIRST_YEAR or not last <= LAST_YEAR:
        raise _UnreadError
    return {"years": (first, last), "undated": rest == UNDATED}


def _read_centre(_: MapView, text: str) -> dict[str, Any]:
    lon, lat, zoom = (float(number) for number in text.split(","))
    if not (-180 <= lon <= 180 and -90 <= lat <= 90 and MIN_ZOOM <= zoom <= MAX_ZOOM):  # noqa: PLR2004 - degrees
        raise _UnreadError
    return {"centre": (lon, lat), "zoom": zoom}


def _read_language(_: MapView, text: str) -> dict[str, Any]:
    if text not in LANGUAGES:
        raise _UnreadError
    return {"language": text}


def _read_outside(_: MapView, text: str) -> dict[str, Any]:
    return {"outside": _FLAGS[text]}


def _read_schema(_: MapView, text: str) -> dict[str, Any]:
    if text != LINK_SCHEMA:
        raise _UnreadError
    return {}


def _read_text(name: str) -> Callable[[MapView, str], dict[str, Any]]:
    return lambda _, text: {name: text}


# What each key of a link sets.
_READERS: Mapping[str, Callable[[MapView, str], dict[str, Any]]] = {
    "w": _read_condition,
    "y": _read_years,
    "q": _read_text("text"),
    "l": lambda _, text: {"layers": tuple(_listed(text))},
    "s": _read_text("selected"),
    "at": _read_centre,
    "base": _read_text("basemap"),
    "lang": _read_language,
    "out": _read_outside,
    "on": lambda _, text: {"on": date.fromisoformat(text)},
    "d": _read_text("version"),
    "v": _read_schema,
}
# The keys without which a view would show more: where one cannot be read, it shows nothing. A link
# made from a view that could not be read whole says so again.
_NARROWING = {"w", "y", "q", "l", "out", "on", "v", TOO_LONG, TOO_MANY}
# Years and text have a key each, so no condition asks for them.
_OWN_KEYS = {YEARS, SEARCH}


def _quoted(text: str, safe: str) -> str:
    return quote(text, safe=safe, errors="replace")


def _written(row: Condition) -> str:
    subject = row.field if row.op == "in" else f"{row.field}~{row.op}"
    values = (str(int(value)) if isinstance(value, bool) else str(value) for value in row.values)
    return f"{subject}:{','.join(map(_escaped, values))}"


def _escaped(value: str) -> str:
    return value.replace("~", "~~").replace(",", "~;") or "~e"


def _listed(text: str) -> list[str]:
    return [_ESCAPE.sub(lambda mark: _MEANT[mark[1]], part) for part in text.split(",")] if text else []


# In a list a comma is written ~; and a tilde ~~ and an empty value ~e, which no messenger decodes.
_MEANT = {";": ",", "~": "~", "e": ""}
_ESCAPE = re.compile("~([;~e])")
