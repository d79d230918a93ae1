"""One place in lines of text, for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from layers.catalogue import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from layers.catalogue import Catalogue, LayerEntry
    from layers.served import Served

_WIDTH = 12


def place_lines(place: Served, entry: LayerEntry, catalogue: Catalogue) -> Iterator[str]:
    """Return what the atlas knows of a place: a line each fact, then one each step of its history."""
    told = place.properties
    yield f"{place.name.zh} · {place.name.en}"
    for head, text in _facts(place, entry, catalogue):
        if text:
            yield f"  {head:{_WIDTH}}{_plain(text)}"
    yield "  history"
    for step in told["history"]:
        yield f"    {_plain(_step(step, catalogue))}"
    for remark in told["remarks"]:
        yield f"  {'remark':{_WIDTH}}{_plain(remark['zh'])} · {_plain(remark['en'])}"


def _facts(place: Served, entry: LayerEntry, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    told = place.properties
    yield "id", place.place_id
    yield "layer", f"{entry.layer_id}  {entry.title.zh} · {entry.title.en}"
    yield "category", _labels(catalogue, "category", [told["category"]])
    yield "status", _labels(catalogue, "status", [place.status(outside=True)])
    yield "years", _years(*place.years(outside=True))
    yield "city", _labels(catalogue, "city", told["city"])
    yield "serves", _labels(catalogue, "city", told["serves"])
    yield "sets", _labels(catalogue, "membership", told["memberships"])
    yield "lead", _labels(catalogue, "unit", told["lead_units"])
    yield "responsible", _labels(catalogue, "unit", told["responsible_units"])
    yield "also called", ", ".join(told["aliases"])
    yield "position", _position(place, catalogue)


def _position(place: Served, catalogue: Catalogue) -> str:
    position = place.position
    if not position:
        return "none"
    geometry = place.feature["geometry"]
    method = catalogue.label("method", position["method"], "en")
    where = " ".join(map(str, geometry["coordinates"])) if geometry["type"] == "Point" else geometry["type"]
    return f"{where}, {method}, within {position['accuracy_m']} m: {position['basis']['en']}"


def _step(step: Mapping[str, Any], catalogue: Catalogue) -> str:
    document = catalogue.documents.get(step["document"])
    title = document.short.en if document else step["document"]
    status, words = catalogue.label("status", step["status"], "en"), step["words"]
    parts = [
        step["date"] or "undated",
        f"{status} “{words}”" if words else status,
        _years(step["year_start"], step["year_end"]),
        title,
        step["clause"] or "",
        f"line {step['line']}" if step["line"] else "",
    ]
    return "  ".join(part for part in parts if part)


def _labels(catalogue: Catalogue, code_list: str, codes: Iterable[str]) -> str:
    named = ([catalogue.label(code_list, code, language) for language in LANGUAGES] for code in codes)
    # A code without words is its own name in every language.
    return ", ".join(" · ".join(dict.fromkeys(names)) for names in named)


def _years(first: int | None, last: int | None) -> str:
    return "–".join(dict.fromkeys(str(year or "") for year in (first, last))) if first or last else ""


def _plain(text: str) -> str:
    # Data is printed on terminals: marks that steer one are left out.
    return "".join(letter if letter.isprintable() else " " for letter in text)
