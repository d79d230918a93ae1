"""The script that Streamlit runs: the pages and what they have in common."""

import streamlit as st

from geo.errors import GeoError
from layers.errors import LayersError
from pages.components import cache, explain, look, state

st.set_page_config(page_title="光谷科创大走廊规划一张图 · Corridor Atlas", layout="wide")
try:
    look.show(cache.theme_css())
    page = st.navigation(
        [st.Page("map.py", title="地图", default=True), st.Page("about.py", title="说明")],
        position="hidden",
    )
    state.open_view()
    page.run()
except (LayersError, GeoError) as error:
    explain.show(error)
