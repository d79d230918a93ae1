"""The history of the data: a component of ours that fetches each comparison by itself.

Which two versions a reader compares stays in the browser and behind the `#` of the address, so that the
view of the map's page is left as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from layers.render.paths import changed_places_path, changes_path, config_path, place_path
from pages.components import cache, state
from pages.components.scripts import module

if TYPE_CHECKING:
    from layers.versions import Publication

KEY = "changes"
FILES = ("json", "geojson", "csv")


def show() -> None:
    """Show the published versions, the newest first, under the data that are served now."""
    view = state.current().view
    current = cache.snapshot("")
    published = cache.publications()
    component = st.components.v2.component(
        "corridor_changes",
        html='<div class="changes-host"></div>',
        js=module("changes.js"),
        isolate_styles=False,
    )
    # Paths with gaps in them: which versions are compared is chosen in the browser.
    gaps = ("{old}", "{new}")
    component(
        key=KEY,
        data={
            "config": config_path(cache.assets_version(), cache.snapshot(view.version).version),
            "language": view.language,
            "current": current.version,
            "layers": len(current.layers),
            "versions": [_entry(entry) for entry in reversed(published)],
            "places": _open(changed_places_path(*gaps, "now", outside=True)),
            "files": {extension: _open(changes_path(*gaps, extension)) for extension in FILES},
            "place": _open(place_path("{id}")),
            "basemap": view.basemap,
        },
    )


def _entry(entry: Publication) -> dict[str, Any]:
    return {
        "version": entry.version, "at": entry.at.isoformat(), "note": entry.note, "layers": len(entry.layers),
    }  # fmt: skip


def _open(path: str) -> str:
    return path.replace("%7B", "{").replace("%7D", "}")
