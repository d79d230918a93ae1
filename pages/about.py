"""What the atlas is, where its facts come from and how far to trust them."""

import streamlit as st

from pages.components import about_text, filter_panel, state

PAGES = {filter_panel.MAP: "map.py", filter_panel.DOCUMENTS: "documents.py"}

wanted = filter_panel.listen()
if wanted in PAGES:
    st.switch_page(PAGES[wanted])
filter_panel.show(filter_panel.ABOUT)
with st.container(key="atlas_text"):
    st.markdown(about_text.text(state.current().view))
