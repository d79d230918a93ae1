"""The map with its filters."""

import streamlit as st

from pages.components import corridor_map, filter_panel

PAGES = {filter_panel.DOCUMENTS: "documents.py", filter_panel.ABOUT: "about.py"}


@st.fragment
def atlas() -> None:
    """Take what the reader did, then show panel and map; a change reruns nothing else."""
    corridor_map.listen()
    wanted = filter_panel.listen()
    if wanted in PAGES:
        st.switch_page(PAGES[wanted])
    filter_panel.show(filter_panel.MAP)
    corridor_map.show()


atlas()
