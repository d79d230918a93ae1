"""The documents beside a map: a component of ours that fetches the texts by itself.

What a reader chooses here stays in the browser and behind the `#` of the address: a clause, a line, a
place. So a click moves the map at once, nothing is sent to the server, and the view of the map's page
is left as it was.
"""

from __future__ import annotations

import streamlit as st

from layers.render.paths import config_path, document_path, frame_path, library_path
from pages.components import cache, state
from pages.components.scripts import module

KEY = "documents"


def show() -> None:
    """Show the documents in the reader's language and theme, at the view's data version."""
    session = state.current()
    view = session.view
    version = cache.snapshot(view.version).version
    component = st.components.v2.component(
        "corridor_documents",
        html='<div class="documents-host"></div>',
        js=module("documents.js"),
        isolate_styles=False,
    )
    catalogue = cache.catalogue()
    component(
        key=KEY,
        data={
            "config": config_path(cache.assets_version(), version),
            "frame": frame_path(cache.assets_version()),
            "library": library_path(version),
            "documents": {
                document.document_id: document_path(version, document.document_id)
                for document in catalogue.plan_documents()
            },
            "layers": list(catalogue.layer_ids()),
            "language": view.language,
            "theme": session.theme,
            "today": view.on.isoformat(),
            "basemap": view.basemap,
            # Where links to the map's page lead: the reader's own view.
            "query": view.to_query(),
        },
    )
