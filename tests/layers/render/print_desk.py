"""Editions for the tests of print: a data folder's view on a sheet, and what readers of PDF see of it."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from i18n.messages import messages
from layers.render.ground import Ground
from layers.render.print_edition import Edition, Imprint, Said, edition_of
from layers.render.print_sheet import Sheet
from layers.render.still_map import Atlas
from layers.stores.folder import FolderStore
from layers.versions import Publication
from layers.view import MapView

CENTRE = (114.5, 30.45)
DAY = date(2026, 11, 22)
ADDRESS = "https://atlas.example.cn"
POINTS_PER_MILLIMETRE = 72 / 25.4


def atlas_of(folder: Path) -> Atlas:
    store = FolderStore(folder)
    return Atlas(store.snapshot(), store.catalogue, Ground.read(store.ground))


def edition(
    atlas: Atlas,
    paper: str = "a4",
    orientation: str = "landscape",
    language: str = "zh",
    **changes: Any,  # noqa: ANN401 - whatever a test asks of the view
) -> Edition:
    """Return the edition of a view of all layers; `title`, `address` and `compared` go on the imprint."""
    title, address = changes.pop("title", ""), changes.pop("address", ADDRESS)
    compared = changes.pop("compared", None)
    view = MapView(
        layers=atlas.catalogue.layer_ids(), on=DAY, centre=CENTRE, zoom=10.5, language=language,
        layer_numbers=atlas.catalogue.layer_numbers,
    )  # fmt: skip
    said = Said(*(messages(language, part) for part in ("map", "print", "sentence", "changes")))
    publication = Publication(atlas.snapshot.version, datetime(2026, 11, 20, tzinfo=UTC), "", {})
    imprint = Imprint(DAY, (publication,), address=address, title=title, compared=compared)
    return edition_of(replace(view, **changes), atlas, Sheet.of(paper, orientation), said, imprint)


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf), strict=True)


def text_of(pdf: bytes) -> str:
    """Return the text of all pages without blanks: typesetting breaks lines and spaces letters."""
    return "".join("".join(page.extract_text().split()) for page in reader(pdf).pages)


def fonts_of(pdf: bytes) -> list[Any]:
    """Return the descriptors of the typefaces of a document, also of those within its drawings."""
    found = []
    waiting: list[Any] = [page["/Resources"] for page in reader(pdf).pages]
    while waiting:
        resources = waiting.pop().get_object()
        for font in resources.get("/Font", {}).values():
            below = font.get_object().get("/DescendantFonts", [font])[0].get_object()
            found.append(below["/FontDescriptor"].get_object())
        forms = (form.get_object() for form in resources.get("/XObject", {}).values())
        waiting += [form["/Resources"] for form in forms if "/Resources" in form]
    return found
