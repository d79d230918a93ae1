"""The places for the plain apps: read once, with no more than the tooltip shows."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import folium
import streamlit as st

CENTRE = (30.2, 114.9)
ZOOM = 9
STATUSES = ("built", "under_construction", "planned", "preliminary", "upgrading", "unstated")


def empty_map() -> folium.Map:
    """Return a map on one canvas, without tiles, with Leaflet from our own server."""
    chart = folium.Map(location=CENTRE, zoom_start=ZOOM, tiles=None, prefer_canvas=True)
    chart.default_js = [("leaflet", "/leaflet/leaflet.js")]
    chart.default_css = [("leaflet_css", "/leaflet/leaflet.css")]
    return chart


def chosen() -> tuple[str, ...]:
    """Return the statuses that the reader has ticked."""
    return tuple(status for status in STATUSES if st.checkbox(status))


def shown(statuses: tuple[str, ...]) -> folium.GeoJson:
    """Return the places with one of some statuses, all where none is named, with a tooltip."""
    features = [place for place in _places() if not statuses or place["properties"]["status"] in statuses]
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        marker=folium.CircleMarker(radius=4),
        tooltip=folium.GeoJsonTooltip(["name", "status"]),
    )


@lru_cache(maxsize=1)
def _places() -> list[dict[str, Any]]:
    folder = Path(os.environ["CORRIDOR_DATA"]) / "geojson"
    return [
        _place(feature)
        for path in sorted(folder.glob("*.geojson"))
        for feature in json.loads(path.read_text(encoding="utf-8"))["features"]
        if feature["geometry"] is not None
    ]


def _place(feature: dict[str, Any]) -> dict[str, Any]:
    properties = feature["properties"]
    status = properties["history"][-1]["status"] if properties["history"] else "unstated"
    return {
        "type": "Feature",
        "geometry": feature["geometry"],
        "properties": {"name": properties["name_zh"], "status": status},
    }
