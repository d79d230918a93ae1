"""The map's symbols as other programs take them: pictures of points, strokes and fills of lines and areas.

Shapes, widths, dashes and shades are read from what the map itself draws, so that both stay alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shapely.geometry import box

from layers.history import STATUSES
from layers.render import symbols
from layers.render.markup import element
from layers.render.still_paint import BAND

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from layers.style import Look

# Of points and lines, in pixels: those of the map at a zoom where single places are told apart.
RADIUS, WIDTH = 7.0, 2.4
# Half the side of a point's picture: the symbol with its ring and its halo.
HALF = 14.0
# How much of what lies below a halo it hides.
HALO = 0.7
# How much of the colour is left where no dashes can show a status, as in the thinnest lines of the map.
PALE = dict(zip(STATUSES, (1.0, 0.85, 0.6, 0.45, 1.0, 0.4), strict=True))
_TAG = re.compile(r"<(\w+) ([^>]*?)/>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


@dataclass(frozen=True)
class Stroke:
    """A line along a geometry; all lengths are in pixels.

    Attributes
    ----------
    colour
        As `#RRGGBB`.
    dash
        Lengths of strokes and gaps in turn; empty for an unbroken line.
    is_round
        Whether strokes end in half discs.
    """

    colour: str
    width: float
    dash: tuple[float, ...] = ()
    is_round: bool = False
    opacity: float = 1.0


@dataclass(frozen=True)
class Paint:
    """How an area is drawn.

    Attributes
    ----------
    opacity
        Of its fill in the colour `colour`; large areas have it in a band along their outline, and `inner`
        within, so that areas in one another stay apart.
    band
        How wide that is.
    hatch
        The line of its hatching, `HATCH` pixels apart at 45 degrees, or None.
    strokes
        Along its outline, from below to above.
    """

    colour: str
    opacity: float
    inner: float
    band: float
    hatch: Stroke | None
    strokes: tuple[Stroke, ...]


@dataclass(frozen=True)
class Shape:
    """A filled or drawn outline of a point's symbol.

    Attributes
    ----------
    path
        The `d` of an SVG path around the place of the point, y downwards.
    stroke
        How it is drawn; None where it is filled.
    opacity
        Of the fill.
    """

    path: str
    stroke: Stroke | None
    opacity: float = 1.0


class Symbology:
    """Symbols on the light map.

    Attributes
    ----------
    colours
        Of the ground, by role.
    """

    def __init__(self, colours: Mapping[str, str]) -> None:
        self.colours = colours

    def point_svg(self, look: Look, status: str) -> str:
        """Return a point's symbol as an SVG picture, `2 * HALF` pixels wide, its place in the middle."""
        drawn = "".join(self._shapes(symbols.point(look.shape, status, RADIUS), look))
        return element(
            "svg", drawn, xmlns="http://www.w3.org/2000/svg", width=2 * HALF, height=2 * HALF,
            viewBox=f"{-HALF:g} {-HALF:g} {2 * HALF:g} {2 * HALF:g}",
        )  # fmt: skip

    def point(self, look: Look, status: str) -> tuple[Shape, ...]:
        """Return what a point's symbol is made of in its own colour, from below to above."""
        tags = [_attributes(found[2]) for found in _TAG.finditer(symbols.point(look.shape, status, RADIUS))]
        return tuple(
            Shape(tag["d"], None, float(tag.get("fill-opacity", 1)))
            if tag["class"] == "fill"
            else Shape(tag["d"], self._stroke(tag, look))
            for tag in tags
            if tag["class"] != "base"
        )

    def line(self, look: Look, status: str) -> tuple[Stroke, ...]:
        """Return the strokes of a line, from below to above."""
        return tuple(self._strokes(symbols.line(look, status, "#", WIDTH), look))

    def area(self, look: Look, status: str, *, is_schematic: bool) -> Paint:
        """Return how an area is drawn."""
        drawn = symbols.area(status, box(0, 0, 20, 20), "#", is_schematic=is_schematic)
        tags = [_attributes(found[2]) for found in _TAG.finditer(drawn)]
        # The hatch is the one stroke with a path of its own.
        hatches = [self._stroke(tag, look) for tag in tags if "d" in tag]
        return Paint(
            colour=look.hue.light,
            opacity=float(tags[0]["fill-opacity"]),
            inner=min(float(tags[0]["fill-opacity"]), symbols.FAINT),
            band=BAND,
            hatch=hatches[0] if hatches else None,
            strokes=tuple(self._stroke(tag, look) for tag in tags[1:] if "d" not in tag),
        )

    def _strokes(self, drawn: str, look: Look) -> Iterator[Stroke]:
        for found in _TAG.finditer(drawn):
            yield self._stroke(_attributes(found[2]), look)

    def _stroke(self, tag: Mapping[str, str], look: Look) -> Stroke:
        return Stroke(
            colour=self._colour(tag["class"], look),
            width=float(tag["stroke-width"]),
            dash=tuple(map(float, tag.get("stroke-dasharray", "").split())),
            is_round=tag.get("stroke-linecap") == "round",
            opacity=float(tag.get("opacity", HALO if tag["class"].endswith("halo") else 1)),
        )

    def _shapes(self, drawn: str, look: Look) -> Iterator[str]:
        """Return shapes with the colours of their classes; pictures elsewhere have no style sheet."""
        for found in _TAG.finditer(drawn):
            tag = _attributes(found[2])
            kind, path = tag["class"], tag["d"]
            if kind == "base":
                # Its outline lies below its fill, for which not every program has an attribute.
                yield element("path", d=path, fill="none", stroke=self.colours["halo"],
                    stroke_width=float(tag["stroke-width"]), stroke_linejoin="round")  # fmt: skip
                yield element("path", d=path, fill=self.colours["city"])
            elif kind == "fill":
                yield element(
                    "path", d=path, fill=look.hue.light, fill_opacity=float(tag.get("fill-opacity", 1)),
                )
            else:
                yield element("path", d=path, fill="none", stroke=self._colour(kind, look),
                    stroke_width=float(tag["stroke-width"]), stroke_linejoin="round",
                    stroke_dasharray=tag.get("stroke-dasharray"), stroke_linecap=tag.get("stroke-linecap"),
                )  # fmt: skip

    def _colour(self, css_class: str, look: Look) -> str:
        role = css_class.rpartition(" ")[2]
        return {"hue": look.hue.light, "halo": self.colours["halo"], "rim": self.colours["city"]}[role]


def _attributes(text: str) -> dict[str, str]:
    return dict(_ATTRIBUTE.findall(text))
