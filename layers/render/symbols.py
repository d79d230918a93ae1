"""How features are drawn as SVG: hue and shape say the layer, fill and stroke say the status.

The map's own script draws the same symbols on a canvas; sizes and patterns here are those there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from shapely import LineString, MultiLineString, Polygon, clip_by_rect
from shapely.geometry import box

from layers.history import STATUSES, UNSTATED
from layers.render.markup import Drawing, element, path_data

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from layers.style import Look

Corners: TypeAlias = list[tuple[float, float]]
POINT, LINE, AREA = "point", "line", "area"
# The spacing of an area's hatch, in pixels.
HATCH = 6.0
HALF_SHADE = 0.45
_AREA_SHADES = dict(zip(STATUSES, (0.35, 0.1, 0.08, 0.04, 0.22, 0.12), strict=True))


def _regular(count: int, turn: float = 0, inner: float = 0) -> Corners:
    total = 2 * count if inner else count
    radii = [inner if inner and corner % 2 else 1 for corner in range(total)]
    angles = [turn + 2 * math.pi * corner / total for corner in range(total)]
    return [
        (radius * math.sin(angle), -radius * math.cos(angle))
        for radius, angle in zip(radii, angles, strict=True)
    ]


def _bezier(*points: tuple[float, float]) -> Corners:
    steps = [step / 6 for step in range(6)]
    weights = [((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3) for t in steps]
    return [
        (sum(w * x for w, (x, _) in zip(row, points, strict=True)),
         sum(w * y for w, (_, y) in zip(row, points, strict=True)))
        for row in weights
    ]  # fmt: skip


_ARM = 0.38
# Scaled so that all shapes weigh alike to the eye.
_SHAPES: dict[str, tuple[float, Corners]] = {
    "hexagon": (1.1, _regular(6)),
    "diamond": (1.24, _regular(4)),
    "square": (1.24, _regular(4, math.pi / 4)),
    "pentagon": (1.14, _regular(5)),
    "triangle": (1.26, [(x, y + 0.14) for x, y in _regular(3)]),
    "star": (1.36, _regular(5, 0, 0.48)),
    "cross": (1.14, [
        (-_ARM, -1), (_ARM, -1), (_ARM, -_ARM), (1, -_ARM), (1, _ARM), (_ARM, _ARM),
        (_ARM, 1), (-_ARM, 1), (-_ARM, _ARM), (-1, _ARM), (-1, -_ARM), (-_ARM, -_ARM),
    ]),
    "leaf": (1, [
        *_bezier((-0.9, 0.9), (-1.3, -0.7), (-0.1, -1.2), (1.05, -1.05)),
        *_bezier((1.05, -1.05), (1.2, 0.1), (0.7, 1.3), (-0.9, 0.9)),
    ]),
}  # fmt: skip


@dataclass(frozen=True)
class Marks:
    """The small marks beside a point: a clock for a window that is past, a split disc for a conflict."""

    is_past: bool = False
    is_conflicting: bool = False


@dataclass(frozen=True)
class Coat:
    """How an area is painted besides its status.

    Attributes
    ----------
    width
        Of its outline, in pixels.
    fade
        Share of the fill that is left: that of an area as large as the map would colour all of it.
    band
        The fill keeps to so many pixels along the outline, so that areas in one another stay apart;
        0 fills the whole area.
    """

    width: float = 1.4
    fade: float = 1.0
    band: float = 0.0


NO_MARKS = Marks()
PLAIN_COAT = Coat()
# How much of a fill there is inside its band.
FAINT = 0.014


def radius_at(zoom: float) -> float:
    """Return the radius of points at a zoom, in steps of half a pixel: size says the zoom."""
    return round(2 * max(4.5, min(8.5, 4.5 + (zoom - 8) * 0.62))) / 2


def width_at(zoom: float) -> float:
    """Return the width of lines at a zoom, in pixels."""
    return max(1.3, min(4.2, 1.5 + (zoom - 9) * 0.38))


def known_status(status: str) -> str:
    """Return a status that can be drawn; one outside the list looks unstated."""
    return status if status in STATUSES else UNSTATED


@lru_cache(maxsize=512)
def point(shape: str, status: str, radius: float, marks: Marks = NO_MARKS) -> str:
    """Return the symbol of a point at the origin, as markup."""
    edge = max(1.1, radius * 0.2)
    status = known_status(status)
    outer = radius + edge * 0.9 if status == "upgrading" else radius
    whole = _outline(shape, outer)
    base = element("path", class_="base", d=whole, stroke_width=edge + 2.4)
    drawn = {
        "built": [_fill(whole)],
        "under_construction": [_fill(_outline(shape, radius, is_lower=True)), _stroke(whole, edge)],
        "planned": [_stroke(whole, edge * 1.15)],
        "preliminary": [_stroke(whole, edge * 1.15, dash=(0.01, edge * 2.05))],
        "upgrading": [_stroke(whole, edge * 0.85), _fill(_outline(shape, radius * 0.66))],
        UNSTATED: [_fill(whole, HALF_SHADE)],
    }[status]
    return base + "".join(drawn) + mark(radius, marks)


def line(look: Look, status: str, drawn: str, width: float = 2.4) -> str:
    """Return a line as markup; `drawn` is the `d` of its path or the reference `#id` of a path."""
    status = known_status(status)
    is_double, is_ticked, is_dotted = (look.line == kind for kind in ("double", "ticked", "dotted"))
    whole = width * 1.9 + 1.4 if is_double else width
    rim = 4.5 if status == "upgrading" else 0

    def stroke(class_: str, wide: float, dash: tuple[float, ...] = ()) -> str:
        shade = HALF_SHADE if status == UNSTATED and class_ == "hue" else None
        return _along(
            drawn, class_=f"line {class_}", stroke_width=wide, stroke_dasharray=_dashes(dash),
            stroke_linecap="round" if dash and dash[0] < 1 else None, opacity=shade,
        )  # fmt: skip

    strokes = [stroke("halo", whole + 3 + rim)]
    if rim:
        strokes += [stroke("hue", whole + 5.2), stroke("rim", whole + 3.2)]
    if is_dotted:
        return "".join([*strokes, stroke("hue", width * 1.35, _dots(status, width))])
    dash = _line_dash(status, width)
    strokes.append(stroke("hue", max(1.2, width * 0.7) if is_ticked else whole, dash))
    if is_double:
        strokes.append(stroke("rim", max(0.9, whole - 2 * max(1.05, width * 0.5)), dash))
    if is_ticked:
        strokes.append(stroke("hue", width + 4.4, (max(1.0, width * 0.42), width * 2.6 + 4)))
    return "".join(strokes)


def area(
    status: str, outline: BaseGeometry, drawn: str, *, is_schematic: bool = False, coat: Coat = PLAIN_COAT,
) -> str:
    """Return an area in pixels as markup; `drawn` is as for `line`, of the same outline."""
    status, width = known_status(status), coat.width
    parts = _filled(status, outline, drawn, coat)
    parts.append(_along(drawn, class_="line halo", stroke_width=width + 2))
    if status == "upgrading":
        parts.append(_along(drawn, class_="line hue", stroke_width=width + 3.4))
        parts.append(_along(drawn, class_="line halo", stroke_width=width + 1.2))
    dash = (0.01, width * 2 + 1.8) if status == "preliminary" else (width * 3.5 + 2, width * 2 + 2)
    is_broken = status == "preliminary" or is_schematic
    parts.append(_along(drawn, class_="line hue", stroke_width=width,
        stroke_dasharray=_dashes(dash if is_broken else ()),
        stroke_linecap="round" if status == "preliminary" else None,
        opacity=0.6 if status == UNSTATED else None,
    ))  # fmt: skip
    return "".join(parts)


def quiet(look: Look, status: str, drawn: BaseGeometry, kind: str) -> str:
    """Return a line or area that only stands beside another one, as one path of markup."""
    status = known_status(status)
    dash = _line_dash(status, 1.4)
    # Lighter than the place itself: several may lie over one another.
    shade = _AREA_SHADES[status] / 2 if kind == AREA else None
    return element(
        "path", class_=f"quiet {kind} {look.hue.css_class}", d=path_data(drawn), fill_opacity=shade,
        stroke_dasharray=_dashes(dash), stroke_linecap="round" if status == "preliminary" else None,
    )  # fmt: skip


def swatch(look: Look, status: str, kind: str = POINT, size: int = 20, marks: Marks = NO_MARKS) -> Drawing:
    """Return a small picture of how a layer's category looks in a status; no reader needs to hear it."""
    width = size if kind == POINT else round(size * 1.5)
    if kind == POINT:
        radius = size * (0.26 if marks != NO_MARKS else 0.3)
        middle = f"translate({size / 2:g} {size / 2:g})"
        inside = element("g", point(look.shape, status, radius, marks), transform=middle)
    elif kind == LINE:
        inside = line(look, status, f"M1.5 {size / 2:g}H{width - 1.5:g}", 2.1)
    else:
        outline = box(3, size * 0.18, width - 3, size * 0.82)
        inside = area(status, outline, path_data(outline))
    return Drawing(element(
        "svg", inside, class_=f"swatch {look.hue.css_class}", viewBox=f"0 0 {width} {size}",
        width=width, height=size, aria_hidden="true",
    ))  # fmt: skip


def mark(radius: float, marks: Marks) -> str:
    """Return the small marks beside a symbol of a radius at the origin, as markup."""
    size, off = max(2.8, radius * 0.4), radius * 0.9
    drawn = ""
    if marks.is_past:
        hands = LineString([(off, off - size * 0.62), (off, off), (off + size * 0.5, off + size * 0.2)])
        drawn += element("circle", class_="mark", cx=off, cy=off, r=size)
        drawn += element("path", class_="mark", d=path_data(hands))
    if marks.is_conflicting:
        half = f"M{off:g} {-off - size:g}a{size:g} {size:g} 0 0 0 0 {2 * size:g}z"
        drawn += element("circle", class_="mark", cx=off, cy=-off, r=size)
        drawn += element("path", class_="ink", d=half)
    return drawn


def _outline(shape: str, radius: float, *, is_lower: bool = False) -> str:
    """Return the `d` of a shape, or of its lower half."""
    if shape not in _SHAPES:
        turn = f"a{radius:g} {radius:g} 0 1 0"
        back = "z" if is_lower else f"{turn} {-2 * radius:g} 0z"
        return f"M{-radius:g} 0{turn} {2 * radius:g} 0{back}"
    scale, corners = _SHAPES[shape]
    whole = Polygon([(x * radius * scale, y * radius * scale) for x, y in corners])
    return path_data(clip_by_rect(whole, -2 * radius, 0, 2 * radius, 2 * radius) if is_lower else whole)


def _along(drawn: str, **attributes: str | float | None) -> str:
    if drawn.startswith("#"):
        return element("use", href=drawn, **attributes)
    return element("path", d=drawn, **attributes)


def _filled(status: str, outline: BaseGeometry, drawn: str, coat: Coat) -> list[str]:
    shade = _AREA_SHADES[status] * coat.fade
    inner = min(shade, FAINT) if coat.band else shade
    parts = [_along(drawn, class_="fill", fill_rule="evenodd", fill_opacity=inner)]
    painted = outline
    if coat.band:
        painted = outline.difference(outline.buffer(-coat.band))
        parts.append(element("path", class_="fill", d=path_data(painted), fill_opacity=shade))
    if status == "under_construction":
        shade = 0.6 * (max(0.3, coat.fade) if coat.band else 1)
        parts.append(element("path", class_="line hue", d=_hatched(painted), stroke_width=1.1, opacity=shade))
    return parts


def _fill(drawn: str, shade: float | None = None) -> str:
    return element("path", class_="fill", d=drawn, fill_opacity=shade)


def _stroke(drawn: str, width: float, dash: tuple[float, ...] = ()) -> str:
    return element(
        "path", class_="line hue", d=drawn, stroke_width=width, stroke_dasharray=_dashes(dash),
        stroke_linecap="round" if dash else None,
    )  # fmt: skip


def _line_dash(status: str, width: float) -> tuple[float, ...]:
    return {
        "under_construction": (width * 4 + 5, width * 1.6 + 3),
        "planned": (width * 1.6 + 2, width * 1.4 + 2),
        "preliminary": (0.01, width * 2.1 + 1),
    }.get(status, ())


def _dots(status: str, width: float) -> tuple[float, ...]:
    gap = width * {"planned": 3.0, "preliminary": 4.2}.get(status, 2.0) + 1.5
    return (0.01, gap, 0.01, gap, 0.01, gap * 2) if status == "under_construction" else (0.01, gap)


def _dashes(dash: tuple[float, ...]) -> str | None:
    return " ".join(f"{part:.2f}".rstrip("0").rstrip(".") for part in dash) or None


def _hatched(outline: BaseGeometry) -> str:
    minx, miny, maxx, maxy = outline.bounds
    tall = maxy - miny
    count = math.ceil((maxx - minx + tall) / HATCH)
    starts = (minx - tall + HATCH * step for step in range(count + 1))
    lines = MultiLineString([[(start, maxy), (start + tall, miny)] for start in starts])
    return path_data(lines.intersection(outline))
