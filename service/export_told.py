"""What a reader is told of an export: before it is made, while it is, and when it is there."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.errors import GeoError, OutsideCRSError, RefusedDatumError, UnknownCRSError, WrongZoneError
from i18n.messages import LANGUAGES, messages
from layers.errors import (
    AmbiguousVersionError,
    LayersError,
    UnknownLayerError,
    UnknownPlaceError,
    UnknownVersionError,
)
from layers.exports.errors import (
    EmptySelectionError,
    InvalidAreaError,
    UnencodableError,
    UnknownFormatError,
    UnsuitedError,
)
from layers.exports.export import planned, refuse_unencodable
from layers.exports.formats import FORMATS
from layers.exports.grids import fitting_grids
from layers.read_back import problem_text, sentence
from layers.render.paths import export_job_path, exported_path
from layers.summary import problems
from service.export_orders import AREA, CRS, ENCODING, FORMAT, LAYERS, PLACE, VERSION, atlas_of
from service.status import told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.exports.desk import Ticket
    from layers.exports.export import Plan
    from layers.exports.selection import Chosen
    from service.export_orders import Order
    from service.site import Site

# Which choice a refusal is about; the first row that an error is an instance of counts.
_ABOUT: Mapping[type[Exception], str] = {
    UnknownFormatError: FORMAT,
    UnknownCRSError: CRS,
    RefusedDatumError: CRS,
    WrongZoneError: CRS,
    OutsideCRSError: CRS,
    UnencodableError: ENCODING,
    InvalidAreaError: AREA,
    UnknownPlaceError: PLACE,
    UnknownLayerError: LAYERS,
    EmptySelectionError: LAYERS,
    UnknownVersionError: VERSION,
    AmbiguousVersionError: VERSION,
}
# Characters are looked through before an export is asked for where that takes a moment only.
MOST_LOOKED_THROUGH = 5_000


def refusal(error: Exception) -> dict[str, Any]:
    """Return an error for a page: its code, which choice it is about, its words in each language."""
    about = next((name for kind, name in _ABOUT.items() if isinstance(error, kind)), "")
    if isinstance(error, UnsuitedError):
        about = error.option
    words = told(error) if isinstance(error, LayersError | GeoError) else {}
    right = getattr(error, "right", "")
    return {
        "code": getattr(error, "code", ""), "about": about, "message": words, "instead": right or None,
    }  # fmt: skip


def outlook(order: Order, site: Site) -> dict[str, Any]:
    """Return what an export would come to, as JSON; `refused` says why it cannot be made like that."""
    selection = order.selection
    view, catalogue = selection.view, site.store.catalogue
    # Each layer with its number, those that are not chosen too: a reader may choose them yet.
    whole = replace(selection, layers=None).chosen()
    row = FORMATS.get(order.asked.format_id)
    said = {
        "version": selection.snapshot.version,
        "sentence": {
            language: sentence(view, catalogue, messages(language, "sentence"), language)
            for language in LANGUAGES
        },
        "problems": [
            {
                language: problem_text(problem, messages(language, "sentence"), language)
                for language in LANGUAGES
            }
            for problem in problems(selection.snapshot, catalogue, view)
            if problem.code != "refused_layer"
        ],
        "layers": {name: len(features) for name, features in whole.layers.items()},
        "grids": _grids(whole),
        "has_unplaced_left_out": row is not None and not row.has_no_place,
    }
    try:
        plan = planned(selection, order.asked, Path(f"export{order.ending}"), atlas_of(site, ""))
        if plan.chosen.total <= MOST_LOOKED_THROUGH:
            refuse_unencodable(plan)
    except (LayersError, GeoError) as error:
        return {**said, "refused": refusal(error)}
    return {**said, "refused": None, "file": order.file_name(), **_of_plan(plan, site)}


def _of_plan(plan: Plan, site: Site) -> dict[str, Any]:
    reasons = {row.reason: 0 for row in plan.chosen.left_out}
    for row in plan.chosen.left_out:
        reasons[row.reason] += 1
    atlas = atlas_of(site, "")
    return {
        "features": plan.chosen.total,
        "missing": list(plan.chosen.missing),
        "left_out": [
            {"reason": reason, "words": atlas.said(f"left_out.{reason}"), "count": count}
            for reason, count in reasons.items()
        ],
        "crs": [
            {
                "id": share.target.crs_id,
                "name": {"zh": share.target.name_zh, "en": share.target.name_en},
                "city": asdict(share.title) if share.title else None,
                "features": sum(len(features) for features in share.layers.values()),
                "beyond": share.check.beyond if share.check else 0,
            }
            for share in plan.shares
        ],
    }


def _grids(chosen: Chosen) -> list[dict[str, Any]]:
    """Return the two grids that fit the places, without the zone's number and with it; none for no place."""
    return [
        {"id": one.crs_id, "name": {"zh": one.name_zh, "en": one.name_en}} for one in fitting_grids(chosen)
    ]


def state_of(ticket: Ticket, title: str) -> dict[str, Any]:
    """Return how an export stands, as JSON.

    Parameters
    ----------
    title
        The name of its file, as long as that is not there.
    """
    made = ticket.made
    return {
        "key": ticket.key,
        "state": ticket.state,
        "name": made.exported.file.name if made else title,
        "ahead": ticket.ahead,
        "done": ticket.done,
        "total": ticket.total,
        "seconds": round(ticket.seconds, 1),
        "left_seconds": round(ticket.left_seconds),
        "error": refusal(ticket.error) if ticket.error else None,
        "path": export_job_path(ticket.key),
        "result": {
            "size": made.size,
            "sha256": made.sha256,
            "file": export_job_path(ticket.key, "file"),
            "manifest": export_job_path(ticket.key, "manifest.json"),
            "files": len(made.exported.manifest["files"]),
            **{
                name: made.exported.manifest[name]
                for name in ("format", "crs", "encoding", "features", "layers", "left_out", "missing_layers")
            },
            "notes": [
                {name: note[name] for name in ("code", "words", "count")}
                for note in made.exported.manifest["notes"]
            ],
            "version": made.exported.manifest["data_version"],
        }
        if made
        else None,
    }


def direct_path(order: Order, query: str) -> str:
    """Return the path at which a script gets the same in one request."""
    return exported_path(f"{order.plain}{order.ending}", query)
