"""A plain Streamlit page: the map stands, each change sends the places to show as a feature group."""

import folium
from streamlit_folium import st_folium

from benchmarks.plain.places import chosen, empty_map, shown

group = folium.FeatureGroup("places")
shown(chosen()).add_to(group)
st_folium(
    empty_map(), key="map", use_container_width=True, returned_objects=[], feature_group_to_add=group
)
