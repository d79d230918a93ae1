"""A view of the map as one SVG of a given size: the ground, symbols and names of the map on screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layers.render.drawn import round_length
from layers.render.ground import FINE, Frame
from layers.render.labels import fitted, width_of
from layers.render.markup import element, number, plain, words
from layers.render.still_features import city_places, shown
from layers.render.still_names import LONGEST, WIDEST, Namer
from layers.render.still_paint import Painter
from layers.render.still_style import LIGHT, SCALE, TITLE, style_of

if TYPE_CHECKING:
    from layers.catalogue import Bbox, Catalogue
    from layers.render.ground import Ground
    from layers.render.labels import Box
    from layers.render.still_features import Item
    from layers.render.still_names import Name
    from layers.render.still_paint import Placed
    from layers.snapshot import Snapshot
    from layers.view import MapView

SVG = "http://www.w3.org/2000/svg"
LONGEST_BAR = 120
KILOMETRE = 1000
# Around what a window is fitted to so much stays free, in pixels; a single place is shown at this zoom.
RIM, NEAREST = 28, 14.0
EDGE = 12


@dataclass(frozen=True)
class Atlas:
    """What is drawn from: all layers at one data version, what they are, and the ground under them."""

    snapshot: Snapshot
    catalogue: Catalogue
    ground: Ground


@dataclass(frozen=True)
class Paper:
    """What a view is drawn on.

    Attributes
    ----------
    width, height
        In CSS pixels, 96 an inch.
    scheme
        `light`, `dark` or `paper`.
    title
        A line at the upper left, or empty.
    description
        What a reader hears who does not see the map.
    lines
        Markup between the ground and the places.
    widest_name
        A longer name is cut.
    """

    width: float
    height: float
    scheme: str = LIGHT
    title: str = ""
    has_scale_bar: bool = True
    description: str = ""
    lines: str = ""
    widest_name: float = WIDEST


@dataclass(frozen=True)
class StillMap:
    """A finished still map.

    Attributes
    ----------
    svg
        Needs nothing but a typeface. Each symbol, line and area has its id as `data-id`, a bubble all
        ids that it stands for as `data-ids`.
    count
        Places that meet the filter, on the map or not.
    items
        The places within the edges and just outside.
    painter
        What drew them.
    has_arcs
        Whether there are arcs to the cities served.
    names
        The names on it.
    """

    svg: str
    frame: Frame
    count: int
    items: tuple[Item, ...]
    painter: Painter
    has_arcs: bool
    names: tuple[Name, ...]

    def placed(self) -> tuple[Placed, ...]:
        """Return the places within the edges, each with where it is marked."""
        return tuple(self.painter.placed(self.items))


def window_of(view: MapView, paper: Paper) -> Frame:
    """Return the window that a view asks for: its centre and its zoom."""
    return Frame.at_zoom(view.centre, view.zoom, paper.width, paper.height)


def fitted_window(bbox: Bbox, paper: Paper) -> Frame:
    """Return the window that shows a box in degrees whole."""
    return Frame.around(bbox, paper.width, paper.height, RIM, NEAREST)


def still_map(view: MapView, atlas: Atlas, paper: Paper, frame: Frame | None = None) -> StillMap:
    """Return a view as a picture.

    Parameters
    ----------
    frame
        The window, where it is not the one that the view asks for.
    """
    frame = frame or window_of(view, paper)
    catalogue = atlas.catalogue
    found = shown(view, atlas.snapshot, catalogue, frame)
    places = city_places(atlas.snapshot)
    painter = Painter(found.items, frame, view.selected)
    cities = {code.code: code.label.in_language(view.language) for code in catalogue.codes.get("city", ())}
    namer = Namer(painter, frame, cities, places, paper.widest_name)
    arcs = [arc for arc in painter.arcs(found.arcs, places) if arc]
    corners = [*_title(paper), *(_scale_bar(frame) if paper.has_scale_bar else ())]
    for _, box in corners:
        namer.reserve(box)
    looks = (item.drawn.look for item in (*found.items, *found.arcs))
    hues = sorted({look.hue for look in looks}, key=lambda hue: hue.css_class)
    svg = element(
        "svg",
        element("title", words(paper.description or paper.title, LONGEST)),
        element("style", style_of(catalogue.theme, paper.scheme, hues)),
        element("rect", class_="paper", width=paper.width, height=paper.height),
        atlas.ground.drawn(frame, FINE),
        paper.lines,
        *painter.shapes(),
        *arcs,
        *painter.symbols(),
        *namer.names(found.items, atlas.ground, view.language, view.selected),
        *(drawn for drawn, _ in corners),
        xmlns=SVG, width=paper.width, height=paper.height,
        viewBox=f"0 0 {number(paper.width)} {number(paper.height)}", role="img",
    )  # fmt: skip
    return StillMap(svg, frame, found.count, found.items, painter, bool(arcs), tuple(namer.done))


def _title(paper: Paper) -> list[tuple[str, Box]]:
    text = fitted(plain(paper.title, LONGEST), TITLE.size, paper.width - 2 * EDGE)
    if not text:
        return []
    line = element("text", words(text, LONGEST), class_=TITLE.css_class, x=EDGE, y=EDGE + TITLE.size)
    return [(line, (0, 0, EDGE + width_of(text, TITLE.size) + EDGE, EDGE + 1.5 * TITLE.size))]


def _scale_bar(frame: Frame) -> list[tuple[str, Box]]:
    metres = round_length(frame.metres_per_pixel * LONGEST_BAR)
    text = f"{metres // KILOMETRE} km" if metres >= KILOMETRE else f"{metres} m"
    width, y = metres / frame.metres_per_pixel, frame.height - EDGE
    path = f"M{EDGE} {number(y - 5)}v5h{number(width)}v-5"
    drawn = [element("path", class_=css_class, d=path) for css_class in ("bar-rim", "bar")]
    label = element("text", text, class_=SCALE.css_class, x=EDGE + width + 6, y=y)
    right = EDGE + width + 6 + width_of(text, SCALE.size) + EDGE
    return [(element("g", *drawn, label, class_="scale"), (0, y - 16, right, frame.height))]
