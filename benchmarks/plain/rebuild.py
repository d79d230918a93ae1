"""A plain Streamlit page: each change builds the Folium map again."""

from streamlit_folium import st_folium

from benchmarks.plain.places import chosen, empty_map, shown

chart = empty_map()
shown(chosen()).add_to(chart)
st_folium(chart, key="map", use_container_width=True, returned_objects=[])
