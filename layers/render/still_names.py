"""Names on a still map: set one after the other by rank, each where it covers no symbol and no other name."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shapely import clip_by_rect

from layers.render.drawn import middle_of
from layers.render.labels import Room, fitted, width_of
from layers.render.markup import element, plain, words
from layers.render.still_style import AREA_NAME, CITY, COUNTY, PLACE, SELECTED, WATER, Lettering
from layers.render.symbols import AREA, LINE, POINT, width_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from shapely.geometry import Point

    from layers.render.crowds import Crowd
    from layers.render.ground import Frame, Ground, GroundName
    from layers.render.labels import Box
    from layers.render.still_features import Item
    from layers.render.still_paint import Painter

WIDEST, LONGEST = 188, 120
TRIED_MOST = 420
# The same name nearer than this is the same thing drawn twice, in pixels.
TWINS = 260
LETTERING = {"city": CITY, "county": COUNTY, "water": WATER}
SHOWN_FROM = {"city": 7, "county": 9, "water": 10}
CITIES_UNTIL, COUNTIES_FIRST = 11.5, 11
# So many pixels of paper a name, by the zoom up to which it holds.
PAPER_PER_NAME = ((9, 26_000), (11, 15_000), (math.inf, 9_000))
FEWEST = 18
# Where the name of a city may step aside to: half its width and 20 pixels are one step.
ASIDE = (
    (0, 0), (0, -1.5), (1, -0.7), (-1, -0.7), (1, 0.6), (-1, 0.6), (0, 1), (0, -2.5), (1.4, 0), (-1.4, 0),
    (0, 2.2), (1.2, 1.8), (-1.2, 1.8), (1.2, -2.2), (-1.2, -2.2),
)  # fmt: skip
BELOW_CITY = 14


@dataclass(frozen=True)
class Name:
    """A name at its place: its left edge and the middle of its height."""

    x: float
    y: float
    text: str
    lettering: Lettering
    pad: float = 2
    css_class: str = ""

    @property
    def width(self) -> float:
        """Its width in pixels."""
        return width_of(self.text, self.lettering.size, self.lettering.spacing)

    @property
    def box(self) -> Box:
        """What it covers, with the room around it."""
        half = self.lettering.size / 2 + 1.5 + self.pad / 2
        return self.x - self.pad, self.y - half, self.x + self.width + self.pad, self.y + half

    def markup(self) -> str:
        """Return the name as it is drawn."""
        drawn = element(
            "text", words(self.text, LONGEST + 1), class_=self.lettering.css_class, x=self.x,
            y=self.y + self.lettering.size * 0.36,
        )  # fmt: skip
        return element("g", drawn, class_=self.css_class) if self.css_class else drawn


class Namer:
    """Sets the names of one still map.

    Parameters
    ----------
    cities
        Names of cities by code.
    city_places
        Where the cities' own features lie; their names stand just below.
    widest
        A longer name is cut, in pixels.

    Attributes
    ----------
    done
        The names that have their place.
    """

    def __init__(
        self, painter: Painter, frame: Frame, cities: Mapping[str, str], city_places: Mapping[str, Point],
        widest: float = WIDEST,
    ) -> None:
        self._painter = painter
        self._frame = frame
        self._zoom = frame.zoom
        self._cities = cities
        self._widest = widest
        self._city_places = city_places
        self._room = Room()
        self.done: list[Name] = []
        self._named: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
        for crowd in painter.crowds:
            self._room.take(crowd.box, None if crowd.is_bubble else self._item(crowd).feature_id)

    def reserve(self, box: Box) -> None:
        """Keep names off a part of the paper."""
        self._room.take(box)

    def names(self, items: Sequence[Item], ground: Ground, language: str, selected: str) -> Iterator[str]:
        """Return the names, those of the ground among them."""
        candidates = sorted(self._candidates(items, selected), key=lambda row: row[0])[:TRIED_MOST]
        chosen = [row for row in candidates if row[0] < 0]
        for _, item, crowd in chosen:
            self._name(item, crowd, SELECTED)
        ground_names = list(self._ground_names(ground, language))
        first = {"city", "county"} if self._zoom < COUNTIES_FIRST else {"city"}
        self._set_ground(ground_names, first)
        has_cities = any(name.lettering is CITY for name in self.done)
        left = self._budget()
        for _, item, crowd in candidates[len(chosen) :]:
            if left <= 0:
                break
            # The ground already says the names of the cities.
            if not (has_cities and item.category == "city"):
                left -= self._name(item, crowd, AREA_NAME if item.kind == AREA else PLACE)
        self._set_ground(ground_names, set(LETTERING) - first)
        return (name.markup() for name in self.done)

    # ── features ──────────────────────────────────────────────────────────────────────────────

    def _item(self, crowd: Crowd) -> Item:
        return self._painter.points[crowd.members[0]]

    def _budget(self) -> int:
        per_name = next(paper for until, paper in PAPER_PER_NAME if self._zoom < until)
        return max(FEWEST, round(self._frame.width * self._frame.height / per_name))

    def _candidates(
        self, items: Sequence[Item], selected: str,
    ) -> Iterator[tuple[int, Item, Crowd | None]]:
        singles = ((self._item(crowd), crowd) for crowd in self._painter.crowds if not crowd.is_bubble)
        shapes = ((item, None) for item in items if item.kind != POINT)
        for item, crowd in (*singles, *shapes):
            is_selected = item.feature_id == selected
            if crowd is None and not is_selected:
                seen = self._painter.seen[item.feature_id]
                minx, miny, maxx, maxy = (0, 0, 0, 0) if seen.is_empty else seen.bounds
                if maxx - minx + maxy - miny < 46:  # noqa: PLR2004 - pixels, as on screen
                    continue
            yield (-1 if is_selected else item.rank), item, crowd

    def _name(self, item: Item, crowd: Crowd | None, lettering: Lettering) -> bool:
        """Set the name of a feature at the first place that has room; whether there was one."""
        widest = self._widest * 1.4 if lettering is SELECTED else self._widest
        text = fitted(plain(item.drawn.name, LONGEST), lettering.size, widest, lettering.spacing)
        if not text:
            return False
        css_class = item.css_class if lettering is AREA_NAME else ""
        name = Name(0, 0, text, lettering, css_class=css_class)
        for x, y in self._places(item, crowd, name):
            if any(math.dist(twin, (x, y)) < TWINS for twin in self._named[text]):
                return False
            if self._put(replace(name, x=x, y=y), item.feature_id if crowd else None):
                self._named[text].append((x, y))
                return True
        return False

    def _places(self, item: Item, crowd: Crowd | None, name: Name) -> Iterable[tuple[float, float]]:
        wide, tall = name.width, name.lettering.size
        if crowd:
            gap = crowd.radius + (10 if name.lettering is SELECTED else 4)
            x, y = crowd.x, crowd.y
            return (
                (x + gap, y), (x - gap - wide, y), (x - wide / 2, y - gap - tall / 2),
                (x - wide / 2, y + gap + tall / 2), (x + gap * 0.7, y - gap), (x + gap * 0.7, y + gap),
            )  # fmt: skip
        # What lies beyond the edge carries no name.
        seen = clip_by_rect(self._painter.seen[item.feature_id], 0, 0, self._frame.width, self._frame.height)
        if seen.is_empty:
            return ()
        if item.kind == LINE:
            if seen.length < wide * 0.7:
                return ()
            x, y = middle_of(seen)
            off = tall * 0.5 + width_at(self._zoom) * 1.6 + 4
            return (x - wide / 2, y - off), (x - wide / 2, y + off), (x + 9, y), (x - wide - 9, y)
        minx, miny, maxx, maxy = self._frame.on_paper(item.drawn.geometry).bounds
        x, y = self._frame.at(item.at.x, item.at.y)
        is_seen = 0 < x < self._frame.width and 0 < y < self._frame.height
        if not is_seen or not wide * 0.55 <= maxx - minx <= 3 * self._frame.width:
            return ()
        step = (maxy - miny) * 0.22
        return (x - wide / 2, y), (x - wide / 2, y - step), (x - wide / 2, y + step)

    # ── the ground ────────────────────────────────────────────────────────────────────────────

    def _ground_names(self, ground: Ground, language: str) -> Iterator[tuple[str, Name]]:
        kinds = {kind for kind, zoom in SHOWN_FROM.items() if self._zoom >= zoom}
        if self._zoom >= CITIES_UNTIL:
            kinds -= {"city"}
        for place, seen in ground.names_in(self._frame, kinds):
            text = self._ground_text(place, language)
            lettering = LETTERING[place.kind]
            name = Name(0, 0, text, lettering, pad=5 if place.kind == "city" else 3)
            minx, miny, maxx, maxy = seen.bounds
            wide, tall = maxx - minx, maxy - miny
            # A name that would run out of its lake or county waits for a nearer view.
            fits = place.kind == "city" or (wide > name.width * 0.9 and tall > lettering.size)
            if text and fits:
                x, y = self._ground_at(place)
                yield place.kind, replace(name, x=x - name.width / 2, y=y)

    def _ground_text(self, place: GroundName, language: str) -> str:
        text = (place.en or place.zh) if language == "en" else (place.zh or place.en)
        return plain(self._cities.get(text, "") if place.kind == "city" else text, LONGEST)

    def _ground_at(self, place: GroundName) -> tuple[float, float]:
        own = self._city_places.get(place.zh) if place.kind == "city" else None
        if own is None:
            return self._frame.at(place.at.x, place.at.y)
        x, y = self._frame.at(own.x, own.y)
        return x, y + BELOW_CITY

    def _set_ground(self, names: Iterable[tuple[str, Name]], kinds: set[str]) -> None:
        for kind, name in names:
            if kind not in kinds:
                continue
            # The few names of cities are what one finds one's way by: they step aside rather than go.
            for across, down in ASIDE if kind == "city" else ASIDE[:1]:
                aside = replace(name, x=name.x + across * (name.width / 2 + 12), y=name.y + down * 20)
                if self._put(aside, None):
                    break

    def _put(self, name: Name, owner: str | None) -> bool:
        x0, y0, x1, y1 = name.box
        # A name is whole or not there: one cut by the edge helps nobody.
        is_whole = x0 >= 0 and y0 >= 0 and x1 <= self._frame.width and y1 <= self._frame.height
        if not is_whole or not self._room.is_free(name.box, owner):
            return False
        self._room.take(name.box)
        self.done.append(name)
        return True
