"""Prints as files: PDF, PNG at 300 dots an inch, SVG."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from layers.errors import UnknownPrintError, UnsuitedDotsError
from layers.render.ground import Frame
from layers.render.print_atlas import atlas_pages
from layers.render.print_page import Window, map_page
from layers.render.print_scale import LARGEST, around, at_scale, rounded
from layers.render.print_sheet import PAPERS
from layers.render.print_svg import one_drawing, set_names, without_text
from layers.render.still_features import bounds_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from layers.render.press import Press
    from layers.render.print_edition import Edition
    from layers.render.print_page import MapPage, Page

MAP, ATLAS = "map", "atlas"
PDF, PNG, SVG = "pdf", "png", "svg"
# An atlas has several pages; only a document holds them.
FORMATS: Mapping[str, tuple[str, ...]] = {MAP: (PDF, PNG, SVG), ATLAS: (PDF,)}
MEDIA_TYPES = {PDF: "application/pdf", PNG: "image/png", SVG: "image/svg+xml"}
DOTS_PER_INCH = 300
# An A3 at the most has 70 million dots, and typesetting them takes 1 GB of memory.
DPI = 36, 600
SCALES = LARGEST, 50_000_000
MILLIMETRES_PER_INCH = 25.4
# A reader who says nothing of the window has seen so much of the map, in pixels.
SEEN = (1000.0, 640.0)
VIEW, PLACES = "view", "places"
FITS = (VIEW, PLACES)
_RIM = 9.0
_SHEET = "print"
# The signature and the header chunk of a PNG; what says its size in metres follows them.
_PNG_HEAD = 33


@dataclass(frozen=True)
class Wanted:
    """What is to be printed.

    Attributes
    ----------
    kind
        `map` or `atlas`.
    form
        `pdf`, `png` or `svg`.
    fit
        Whether a map shows what the `view` shows, or all its `places`.
    seen
        The size of the window that the reader sees the view in, in pixels.
    scale
        The denominator of the scale of a map; 0 for the largest round one at which it fits.
    dpi
        Dots an inch of a PNG.
    """

    kind: str = MAP
    form: str = PDF
    fit: str = VIEW
    seen: tuple[float, float] = SEEN
    scale: float = 0
    dpi: int = DOTS_PER_INCH

    def checked(self) -> Wanted:
        """Return this if there is such a print.

        Raises
        ------
        UnknownPrintError
            There is none.
        UnsuitedDotsError
            Its picture would have too many dots, or too few.
        """
        for name, asked, known in (
            ("kind", self.kind, tuple(FORMATS)),
            ("format", self.form, FORMATS.get(self.kind, ())),
            ("fit", self.fit, FITS),
        ):
            if asked not in known:
                raise UnknownPrintError(name, asked, known)
        name, (least, most) = "scale", SCALES
        if not least <= (self.scale or least) <= most:
            raise UnknownPrintError(name, f"{self.scale:g}", (f"{least:,}–{most:,}",))
        if not DPI[0] <= self.dpi <= DPI[1]:
            raise UnsuitedDotsError(self.dpi, DPI, most_dots(DPI[1]))
        return self


def most_dots(dpi: float) -> int:
    """Return how many dots the largest sheet has, at so many an inch."""
    return max(
        round(width / MILLIMETRES_PER_INCH * dpi) * round(height / MILLIMETRES_PER_INCH * dpi)
        for width, height in PAPERS.values()
    )


def printed(edition: Edition, wanted: Wanted, press: Press) -> bytes:
    """Return a print as a file.

    Raises
    ------
    UnknownPrintError
        There is no such print.
    """
    wanted = wanted.checked()
    if wanted.kind == ATLAS:
        return press.pdf(_SHEET, *_inputs(edition, atlas_pages(edition)))
    page = map_page(edition, map_window(edition, wanted))
    if wanted.form == PDF:
        return press.pdf(_SHEET, *_inputs(edition, [page]))
    if wanted.form == PNG:
        return _sized(press.png(_SHEET, *_inputs(edition, [page]), ppi=wanted.dpi), wanted.dpi)
    catalogue = edition.atlas.catalogue
    return one_drawing(press.svg(_SHEET, *_inputs(edition, [_set_apart(page, edition)])), catalogue)


def map_window(edition: Edition, wanted: Wanted) -> Window:
    """Return the window of a single map: at a round scale, with all that was seen of the view on it."""
    room, view = edition.sheet.map, edition.view
    box = bounds_of(view, edition.atlas.snapshot) if wanted.fit == PLACES else None
    if box is not None:
        frame = around(box, room, _RIM * edition.sheet.unit)
    else:
        frame = rounded(Frame.at_zoom(view.centre, view.zoom, *wanted.seen), room)
    if wanted.scale:
        frame = at_scale(frame.lon, frame.lat, wanted.scale, room)
    return Window(frame, edition.title, edition.area, edition.title)


def _inputs(edition: Edition, pages: Sequence[Page]) -> tuple[dict[str, Any], dict[str, str]]:
    drawings = {name: svg for page in pages for name, svg in page.drawings.items()}
    return {"document": edition.document(), "pages": [page.told for page in pages]}, drawings


def _set_apart(page: MapPage, edition: Edition) -> MapPage:
    """Return a page whose map has its names beside it, to be set in type, and whose code is no link."""
    name = page.told["map"]["drawing"]
    names = set_names(page.made, edition.sheet.map, edition.atlas.catalogue)
    drawings = {**page.drawings, name: without_text(page.made.svg)}
    # Typesetting writes a link's ampersands into SVG as they are, which no reader of XML takes.
    corner = page.told["corner"]
    alone = {**corner, "code": {**corner["code"], "link": ""}}
    return replace(page, told={**page.told, "names": names, "corner": alone}, drawings=drawings)


def _sized(png: bytes, dpi: float) -> bytes:
    """Return a PNG that says how large it is: word processors put it in at that size."""
    per_metre = round(dpi / MILLIMETRES_PER_INCH * 1000)
    chunk = b"pHYs" + struct.pack(">IIB", per_metre, per_metre, 1)
    told = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return png[:_PNG_HEAD] + told + png[_PNG_HEAD:]
