"""Sheets of paper: their sizes, and where on them the map, the legend and the lines of text stand.

All lengths are in millimetres from the upper left corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from layers.errors import UnknownPrintError

PAPERS = {"a4": (210.0, 297.0), "a3": (297.0, 420.0)}
PORTRAIT, LANDSCAPE = "portrait", "landscape"
ORIENTATIONS = (PORTRAIT, LANDSCAPE)
# A pixel of the map on screen is so wide on paper: letters of 12 pixels come out at 6.8 points.
PIXEL = 0.2
# A sheet on a wall is read from further off: all of it is so much larger, only the map is not.
LARGER = {"a4": 1.0, "a3": 1.25}
_MARGIN, _HEADER, _FOOTER, _BAND, _GAP = 9.0, 18.0, 9.5, 4.2, 4.5
# Of the legend beside a map, and below one; the scale bar and the code stand in the corner.
_BESIDE, _BELOW, _CORNER_WIDTH, _SCALE_HEIGHT = 57.0, 66.0, 54.0, 20.0


@dataclass(frozen=True)
class Area:
    """A rectangle on a sheet."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Sheet:
    """One size of paper, one way round."""

    paper: str
    orientation: str

    @classmethod
    def of(cls, paper: str, orientation: str) -> Self:
        """Return the sheet of that name.

        Raises
        ------
        UnknownPrintError
            There is no such paper or orientation.
        """
        for name, asked, known in (("paper", paper, tuple(PAPERS)), ("orient", orientation, ORIENTATIONS)):
            if asked not in known:
                raise UnknownPrintError(name, asked, known)
        return cls(paper, orientation)

    @property
    def is_landscape(self) -> bool:
        """Whether the sheet is wider than high."""
        return self.orientation == LANDSCAPE

    @property
    def width(self) -> float:
        """The width of the paper."""
        return PAPERS[self.paper][self.is_landscape]

    @property
    def height(self) -> float:
        """The height of the paper."""
        return PAPERS[self.paper][not self.is_landscape]

    @property
    def unit(self) -> float:
        """By how much letters and margins are larger than on A4."""
        return LARGER[self.paper]

    @property
    def header(self) -> Area:
        """Where the title stands."""
        margin = self.unit * _MARGIN
        return Area(margin, margin, self.width - 2 * margin, self.unit * (_HEADER - _GAP / 2))

    @property
    def footer(self) -> Area:
        """Where sources and the data version stand."""
        margin, height = self.unit * _MARGIN, self.unit * (_FOOTER - _GAP / 2)
        return Area(margin, self.height - margin - height, self.width - 2 * margin, height)

    @property
    def body(self) -> Area:
        """What header and footer leave."""
        unit = self.unit
        margin, top = unit * _MARGIN, unit * (_MARGIN + _HEADER)
        bottom = self.height - unit * (_MARGIN + _FOOTER)
        return Area(margin, top, self.width - 2 * margin, bottom - top)

    @property
    def frame(self) -> Area:
        """The outer edge of the map's frame, in which the degrees stand."""
        body, unit = self.body, self.unit
        beside, below = (unit * (size + _GAP) for size in (_BESIDE, _BELOW))
        if self.is_landscape:
            return Area(body.x, body.y, body.width - beside, body.height)
        return Area(body.x, body.y, body.width, body.height - below)

    @property
    def map(self) -> Area:
        """The map itself, within its frame."""
        frame, band = self.frame, self.unit * _BAND
        return Area(frame.x + band, frame.y + band, frame.width - 2 * band, frame.height - 2 * band)

    def corner(self, code: float) -> Area:
        """Return where scale bar, north arrow and a code of that width stand: at the lower right."""
        body, unit = self.body, self.unit
        wide = unit * (_BESIDE if self.is_landscape else _CORNER_WIDTH)
        tall = unit * _SCALE_HEIGHT + code if self.is_landscape else unit * _BELOW
        return Area(body.x + body.width - wide, body.y + body.height - tall, wide, tall)

    def legend(self, code: float) -> Area:
        """Return where the legend stands: above that corner, or to the left of it."""
        body, corner, frame, unit = self.body, self.corner(code), self.frame, self.unit
        if self.is_landscape:
            return Area(corner.x, body.y, corner.width, body.height - corner.height - unit * _GAP)
        top = frame.y + frame.height + unit * _GAP
        return Area(body.x, top, body.width - corner.width - unit * 2 * _GAP, unit * _BELOW)

    @property
    def legend_columns(self) -> int:
        """How many columns the legend has."""
        return 1 if self.is_landscape else 3
