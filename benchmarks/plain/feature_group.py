"""A plain Streamlit page: the map stands, each change sends the places to show as a feature group."""

import folium
import streamlit as st
from streamlit_folium import st_folium

from benchmarks.plain.places import empty_map, shown

built_only = st.checkbox("built only")
group = folium.FeatureGroup("places")
shown(built_only=built_only).add_to(group)
st_folium(
    empty_map(), key="map", use_container_width=True, returned_objects=[], feature_group_to_add=group
)
