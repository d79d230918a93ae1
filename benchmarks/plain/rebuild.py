"""A plain Streamlit page: each change builds the Folium map again."""

import streamlit as st
from streamlit_folium import st_folium

from benchmarks.plain.places import empty_map, shown

built_only = st.checkbox("built only")
chart = empty_map()
shown(built_only=built_only).add_to(chart)
st_folium(chart, key="map", use_container_width=True, returned_objects=[])
