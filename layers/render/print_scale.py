"""The scale of a printed map: round, true on the ground at the middle of the map; its bar; its degrees."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.measure import WGS84
from layers.render.drawn import round_length
from layers.render.ground import EARTH_M, Frame
from layers.render.markup import element, number
from layers.render.print_sheet import PIXEL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layers.catalogue import Bbox
    from layers.render.print_sheet import Area

MILLIMETRES_PER_METRE = 1000
SECONDS_PER_DEGREE, SECONDS_PER_MINUTE = 3600, 60
KILOMETRE = 1000
# A scale is one to one of these times a power of ten.
_ROUND = (1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0)
# Nothing is known so exactly that a larger scale would show more.
LARGEST = 5_000
# Between lines of the graticule, in seconds of arc.
_STEPS = (36_000, 18_000, 7_200, 3_600, 1_800, 1_200, 600, 300, 120, 60, 30, 20, 10, 5, 2, 1)
# Lines of the graticule are no nearer to one another, on A4.
_APART = 34.0
# A bar of 5, 50, 500 is divided in five, others in four.
_FIVE = 5


@dataclass(frozen=True)
class Bar:
    """A scale bar.

    Attributes
    ----------
    width
        On paper, in millimetres.
    parts
        Into how many equal parts it is divided.
    """

    metres: int
    width: float
    parts: int

    @property
    def labels(self) -> list[tuple[float, str]]:
        """What stands along the bar, each with how far along it: a share."""
        unit, size = ("km", KILOMETRE) if self.metres >= KILOMETRE else ("m", 1)
        middle = [(0.5, f"{self.metres / size / 2:g}")] if self.parts % 2 == 0 else []
        return [(0.0, "0"), *middle, (1.0, f"{self.metres / size:g} {unit}")]


@dataclass(frozen=True)
class Tick:
    """Where a line of the graticule meets the edge of the map, in millimetres along it, and its name."""

    at: float
    label: str


def pixels(area: Area) -> tuple[float, float]:
    """Return the size of an area of paper in pixels of the map."""
    return area.width / PIXEL, area.height / PIXEL


def round_scale(least: float) -> float:
    """Return the denominator of the largest round scale that is no larger than one to `least`."""
    least = max(least, LARGEST)
    power = 10 ** math.floor(math.log10(least))
    # What a rounding error alone puts above a round scale is that scale.
    return float(next(step * power for step in _ROUND if step * power >= least * (1 - 1e-9)))


def at_scale(lon: float, lat: float, denominator: float, area: Area) -> Frame:
    """Return the window of an area of paper at a scale that is true along the parallel of its middle."""
    ground = denominator * PIXEL / MILLIMETRES_PER_METRE
    return Frame(lon, lat, ground / _stretch(lat), *pixels(area))


def scale_of(frame: Frame) -> float:
    """Return the denominator of the scale of a printed window."""
    return frame.metres_per_pixel * _stretch(frame.lat) * MILLIMETRES_PER_METRE / PIXEL


def rounded(frame: Frame, area: Area) -> Frame:
    """Return the window that shows on paper whole what another one shows, at a round scale."""
    wide, tall = pixels(area)
    grown = max(frame.width / wide, frame.height / tall)
    least = frame.metres_per_pixel * grown * _stretch(frame.lat) * MILLIMETRES_PER_METRE / PIXEL
    return at_scale(frame.lon, frame.lat, round_scale(least), area)


def around(bbox: Bbox, area: Area, rim: float) -> Frame:
    """Return the window that shows a box in degrees whole at a round scale, with a rim of millimetres."""
    wide, tall = pixels(area)
    return rounded(Frame.around(bbox, wide, tall, rim / PIXEL, math.inf), area)


def scale_bar(frame: Frame, widest: float) -> Bar:
    """Return the scale bar of a printed window, no wider than so many millimetres."""
    per_metre = MILLIMETRES_PER_METRE / scale_of(frame)
    metres = max(1, round_length(max(1.0, widest / per_metre)))
    return Bar(metres, metres * per_metre, _FIVE if str(metres).startswith(str(_FIVE)) else 4)


def graticule(frame: Frame, unit: float) -> tuple[str, list[Tick], list[Tick]]:
    """Return the graticule as markup, and where meridians and parallels meet the edges.

    Parameters
    ----------
    unit
        By how much letters are larger than on A4.
    """
    west, north = _position(frame, 0, 0)
    east, south = _position(frame, frame.width, frame.height)
    apart = _APART * unit / PIXEL
    per_pixel = (east - west) * SECONDS_PER_DEGREE / frame.width
    step = min((step for step in _STEPS if step / per_pixel >= apart), default=_STEPS[0])
    meridians = [(frame.at(s / SECONDS_PER_DEGREE, frame.lat)[0], s) for s in _between(west, east, step)]
    parallels = [(frame.at(frame.lon, s / SECONDS_PER_DEGREE)[1], s) for s in _between(south, north, step)]
    lines = [f"M{number(x)} 0V{number(frame.height)}" for x, _ in meridians]
    lines += [f"M0 {number(y)}H{number(frame.width)}" for y, _ in parallels]
    drawn = element("path", class_="graticule", d="".join(lines)) if lines else ""
    return (
        drawn,
        [Tick(x * PIXEL, _degrees(seconds, "E", "W")) for x, seconds in meridians],
        [Tick(y * PIXEL, _degrees(seconds, "N", "S")) for y, seconds in parallels],
    )


def _between(low: float, high: float, step: int) -> Iterable[int]:
    """Return the multiples of a step between two angles in degrees, in seconds of arc."""
    first = math.ceil(low * SECONDS_PER_DEGREE / step)
    last = math.floor(high * SECONDS_PER_DEGREE / step)
    return (step * times for times in range(first, last + 1))


def _degrees(seconds: int, positive: str, negative: str) -> str:
    minutes, second = divmod(abs(seconds), SECONDS_PER_MINUTE)
    degree, minute = divmod(minutes, SECONDS_PER_MINUTE)
    text = f"{degree}°"
    if minute or second:
        text += f"{minute:02}′"
    if second:
        text += f"{second:02}″"
    return text + (positive if seconds > 0 else negative if seconds < 0 else "")


def _position(frame: Frame, x: float, y: float) -> tuple[float, float]:
    """Return longitude and latitude of a position in pixels, by the spherical formulas of the map."""
    radius = EARTH_M * math.cos(math.radians(frame.lat)) / frame.metres_per_pixel
    lon = frame.lon + math.degrees((x - frame.width / 2) / radius)
    middle = math.asinh(math.tan(math.radians(frame.lat)))
    return lon, math.degrees(math.atan(math.sinh(middle + (frame.height / 2 - y) / radius)))


def _stretch(lat: float) -> float:
    """Return by how much the ellipsoid's parallel is longer than that of the map's sphere."""
    return WGS84.a / math.sqrt(1 - WGS84.es * math.sin(math.radians(lat)) ** 2) / EARTH_M
