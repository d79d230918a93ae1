"""What the atlas is, where its facts come from and how far to trust them."""

import streamlit as st

from pages.components import about_text, filter_panel, state

filter_panel.listen()
filter_panel.show(filter_panel.ABOUT)
with st.container(key="atlas_text"):
    st.markdown(about_text.text(state.current().view))
