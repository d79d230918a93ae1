"""The planning documents, line by line, with the places that each clause names on a map beside them."""

import streamlit as st

from pages.components import document_reader, filter_panel

PAGES = {filter_panel.MAP: "map.py", filter_panel.ABOUT: "about.py"}

wanted = filter_panel.listen()
if wanted in PAGES:
    st.switch_page(PAGES[wanted])
filter_panel.show(filter_panel.DOCUMENTS)
document_reader.show()
