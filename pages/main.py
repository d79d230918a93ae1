"""The script that Streamlit runs: the pages and what they have in common."""

import streamlit as st

from geo.errors import GeoError
from i18n.messages import LANGUAGES
from layers.errors import LayersError
from pages.components import cache, explain, look, state

try:
    look.show(cache.catalogue().theme, state.theme())
    words = cache.words("app", LANGUAGES[0])
    page = st.navigation(
        [
            st.Page("map.py", title=words["bar.map"], default=True),
            st.Page("export.py", title=words["bar.export"]),
            st.Page("documents.py", title=words["bar.documents"]),
            st.Page("changes.py", title=words["bar.changes"]),
            st.Page("about.py", title=words["bar.about"]),
        ],
        position="hidden",
    )
    view = state.open_view()
    name = cache.catalogue().product["name"][view.language]
    st.set_page_config(page_title=name, layout="wide", initial_sidebar_state="collapsed")
    page.run()
except (LayersError, GeoError) as error:
    explain.show(error)
