"""What stands around a printed map: title and counts, scale and code, sources and data version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from layers.filters import matching
from layers.render.print_edition import LONGEST_SENTENCE, set_text
from layers.render.print_scale import scale_bar, scale_of
from layers.render.qr import qr_code
from layers.summary import totals

if TYPE_CHECKING:
    from layers.render.ground import Frame
    from layers.render.print_drawings import Drawings
    from layers.render.print_edition import Edition
    from layers.render.print_sheet import Area

# Of what a link asks for and cannot be met, the first is named and the others are counted.
LONGEST_NOTE = 160
NAMED_DOCUMENTS = 3
# In millimetres on A4. A module of a code is no smaller than a telephone can read.
LONGEST_BAR = 36.0
MODULE, LEAST_MODULE, WIDEST_CODE = 0.4, 0.28, 31.0
LONGEST_LINK = 1_000


def header(edition: Edition, above: str, title: str, count: int) -> dict[str, Any]:
    """Return the head of a page with a map of so many places."""
    counts = totals(edition.atlas.snapshot, edition.view)
    shown = edition.say("shown.one" if counts.shown == 1 else "shown", number=f"{counts.shown:,}")
    if counts.unlocated:
        shown += edition.say("unlocated", number=f"{counts.unlocated:,}")
    note = set_text(edition.problems[0], LONGEST_NOTE) if edition.problems else ""
    if len(edition.problems) > 1:
        note += " " + edition.say("notes.more", number=len(edition.problems) - 1)
    return {
        **box(edition.sheet.header),
        "above": set_text(above),
        "title": set_text(title),
        "sentence": _filter_and_changes(edition),
        "note": note,
        "number": f"{count:,}",
        "unit": edition.say("unit.one" if count == 1 else "unit.many"),
        "shown": shown,
    }


def footer(edition: Edition) -> dict[str, Any]:
    """Return the lines at the foot of every page."""
    product, between = edition.atlas.catalogue.product, edition.words["between"]
    grounds = [product[key][edition.language] for key in ("boundaries", "water") if key in product]
    about = [
        edition.say("version", version=edition.atlas.snapshot.version),
        edition.say("published", date=edition.published) if edition.published else "",
        edition.say("printed", date=edition.imprint.printed.isoformat()),
        edition.say("disclaimer"),
    ]
    lines = [between.join(filter(None, line)) for line in ([_sources(edition), *grounds], about)]
    return {**box(edition.sheet.footer), "lines": [set_text(line, LONGEST_SENTENCE) for line in lines]}


def corner(edition: Edition, frame: Frame, code: dict[str, Any]) -> dict[str, Any]:
    """Return scale, north arrow and code."""
    bar = scale_bar(frame, LONGEST_BAR * edition.sheet.unit)
    return {
        **box(edition.sheet.corner(code["width"])),
        "ratio": ratio(frame),
        "bar": {"width": bar.width, "parts": bar.parts, "labels": bar.labels},
        "note": edition.say("projection"),
        "north": edition.words["north"],
        "code": code,
    }


def code_of(edition: Edition, drawings: Drawings) -> dict[str, Any]:
    """Return the code of the view's link; without a drawing where there is no link or it is too long."""
    link, unit = edition.link, edition.sheet.unit
    told = {"drawing": "", "width": 0.0, "link": link, "said": "", "host": set_text(urlsplit(link).netloc)}
    if not link:
        return told
    code = qr_code(link) if len(link) <= LONGEST_LINK else None
    if code is None or code.modules * LEAST_MODULE > WIDEST_CODE * unit:
        return {**told, "said": edition.say("code.too_long")}
    width = min(code.modules * MODULE * unit, WIDEST_CODE * unit)
    return {**told, "drawing": drawings.name(code.svg.decode()), "width": width, "said": edition.say("code")}


def ratio(frame: Frame) -> str:
    """Return the scale of a printed window as `1:250 000`."""
    # No break within the number; the typeface has no thin space.
    return f"1:{round(scale_of(frame)):,}".replace(",", "\u00a0")


def box(area: Area) -> dict[str, float]:
    """Return an area as the template takes it."""
    return {"x": area.x, "y": area.y, "width": area.width, "height": area.height}


def _filter_and_changes(edition: Edition) -> str:
    """Return the filter in words, and what has changed; a long filter does not push that off the sheet."""
    changes = set_text(edition.changes, LONGEST_SENTENCE // 2)
    parts = [set_text(edition.sentence, LONGEST_SENTENCE - len(changes)), changes]
    return edition.words["between"].join(filter(None, parts))


def _sources(edition: Edition) -> str:
    """Return the documents that the places shown are cited from: the most cited ones by name."""
    view, index, known = edition.view, edition.atlas.snapshot.index, edition.atlas.catalogue.documents
    mask = matching(index, view.all_conditions(), view.reading)
    counts = index.coded[index.read_as("document", outside=view.outside)].counted(mask)
    cited = sorted((name for name in known if counts.get(name)), key=lambda name: -counts[name])
    if not cited:
        return ""
    names = [known[name].short.in_language(view.language) for name in cited[:NAMED_DOCUMENTS]]
    documents = edition.words["list.separator"].join(names)
    key = "sources.more" if len(cited) > NAMED_DOCUMENTS else "sources"
    return edition.say(key, documents=documents, number=len(cited))
