"""The choices of an export: a component of ours that asks the server what each would come to.

What a reader chooses stays in the browser and behind the `#` of the address; the file is made beside this
session, so that leaving the page or losing the connection does not stop it.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import streamlit as st

from layers.exports.formats import ANY, FORMATS, SHORT
from layers.exports.tables import DATUMS
from layers.render.paths import EXPORT_OUTLOOK, EXPORTS, PRINTED, config_path
from layers.render.print_files import FITS
from layers.render.print_files import FORMATS as FORMS
from layers.render.print_sheet import ORIENTATIONS, PAPERS
from pages.components import cache, state
from pages.components.scripts import module

if TYPE_CHECKING:
    from layers.exports.formats import Format
    from layers.view import MapView

KEY = "export"
WORDS = "export_page"
# Rows of `FORMATS` by who takes them.
GROUPS = {
    "desktop": ("gpkg", "qgis", "shp", "filegdb", "fgb"),
    "office": ("xlsx", "csv"),
    "drawing": ("dxf", "kmz", "kml"),
    "programs": ("geojson", "geojsonl", "geoparquet", "pmtiles"),
}
# Where longitude and latitude are of no use.
IN_METRES = ("dxf",)
# Holds only what a map filters and names by.
WITHOUT_COLUMNS = ("pmtiles",)


def show() -> None:
    """Show what can be exported of the session's view, and how."""
    session = state.current()
    view = session.view
    snapshot = cache.snapshot(view.version)
    component = st.components.v2.component(
        "corridor_export",
        html='<div class="export-host"></div>',
        js=module("export.js"),
        isolate_styles=False,
    )
    component(
        key=KEY,
        data={
            "config": config_path(cache.assets_version(), snapshot.version),
            "language": view.language,
            "words": dict(cache.words(WORDS, view.language)),
            "query": view.to_query(),
            "version": snapshot.version,
            "versions": _versions(),
            "place": _place(view),
            "area": [list(corner) for corner in session.area],
            "groups": {group: [_row(FORMATS[name]) for name in names] for group, names in GROUPS.items()},
            "datums": list(DATUMS),
            "outlook": EXPORT_OUTLOOK,
            "jobs": EXPORTS,
            "print": {
                "path": PRINTED,
                "papers": list(PAPERS),
                "orientations": list(ORIENTATIONS),
                "forms": {kind: list(forms) for kind, forms in FORMS.items()},
                "fits": list(FITS),
            },
        },
    )


def _row(row: Format) -> dict[str, Any]:
    return {
        "id": row.format_id,
        "title": asdict(row.title),
        "encodings": list(row.encodings),
        "isAnywhere": row.crs == ANY,
        "isShort": row.names == SHORT,
        "isInMetres": row.format_id in IN_METRES,
        "hasColumns": row.format_id not in WITHOUT_COLUMNS,
    }


def _versions() -> list[dict[str, Any]]:
    """Return the data versions that can be exported, the newest first: what is served now stands on top."""
    current = cache.snapshot("").version
    published = {entry.version: entry for entry in cache.publications()}
    rows = [current, *(version for version in reversed(published) if version != current)]
    return [
        {
            "version": version,
            "at": published[version].at.isoformat() if version in published else None,
            "note": published[version].note if version in published else "",
            "isCurrent": version == current,
        }
        for version in rows
    ]


def _place(view: MapView) -> dict[str, Any] | None:
    """Return the place whose card is open, which can be exported by itself."""
    for layer in cache.snapshot(view.version).layers.values():
        if view.selected in layer.features.index:
            row = layer.features.loc[view.selected]
            return {"id": view.selected, "name": {"zh": row["name_zh"], "en": row["name_en"]}}
    return None
