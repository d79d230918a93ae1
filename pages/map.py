"""The map with its filters."""

import streamlit as st

from pages.components import corridor_map, filter_panel


@st.fragment
def atlas() -> None:
    """Take what the reader did, then show panel and map; a change reruns nothing else."""
    corridor_map.listen()
    filter_panel.listen()
    filter_panel.show(filter_panel.MAP)
    corridor_map.show()


atlas()
