"""The map: a component of ours that holds the map document and tells it what to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from geo.errors import GeocoderRefusedError, GeocoderUnreachableError
from i18n.messages import LANGUAGES
from layers.render.paths import config_path, frame_path
from layers.view import MAX_ZOOM, MIN_ZOOM
from pages.components import cache, since, state
from pages.components.scripts import module

if TYPE_CHECKING:
    from layers.view import MapView

KEY = "map"
MAX_LON, MAX_LAT = 180, 90
MAX_ASKED = 200
MIN_CORNERS, MAX_CORNERS = 3, 200


def show() -> None:
    """Show the map of the session's view, below whatever stands above it."""
    session = state.current()
    view = session.view
    version = cache.assets_version()
    component = st.components.v2.component(
        "corridor_map",
        html='<div class="atlas-host"></div>',
        js=module("component.js"),
        isolate_styles=False,
    )
    answer = _answer(view.language)
    changes = since.told(view)
    component(
        key=KEY,
        data={
            **({"answer": answer} if answer else {}),
            "frame": frame_path(version),
            "configUrl": config_path(version, cache.snapshot(view.version).version),
            # What the panel has asked for since is shown before it is answered.
            "ack": session.ack,
            # The sentence and the problems are told on the page around the map.
            "state": {
                "filter": view.filter_json(session.number),
                "move": session.move,
                "language": view.language,
                "theme": session.theme,
                "today": view.on.isoformat(),
                "selected": view.selected or None,
                "centre": list(view.centre),
                "zoom": view.zoom,
                "basemap": view.basemap,
                **({"area": [list(corner) for corner in session.area]} if session.area else {}),
                **({"changes": changes} if changes else {}),
            },
        },
        on_view_change=_declared,
        on_selected_change=_declared,
        on_language_change=_declared,
        on_basemap_change=_declared,
        on_years_change=_declared,
        on_since_change=_declared,
        on_area_change=_declared,
        on_ask_change=_declared,
    )


def listen() -> None:
    """Take what the reader has done on the map into the session's view."""
    view = state.current().view
    changed = view
    for name, take in _TAKEN.items():
        said = state.heard(KEY, name)
        if said is not state.NOTHING:
            changed = take(changed, said)
    if changed != view:
        state.change(changed)
    said = state.heard(KEY, "area")
    if isinstance(said, Mapping):
        state.current().area = _area(said.get("area"))


def _area(said: Any) -> state.Area:  # noqa: ANN401 - from the browser
    """Return the corners of an area that was drawn; none where it was cleared or makes no sense."""
    try:
        corners = tuple((round(float(lon), 6), round(float(lat), 6)) for lon, lat in said or ())
    except (TypeError, ValueError):
        return ()
    is_on_earth = all(abs(lon) <= MAX_LON and abs(lat) <= MAX_LAT for lon, lat in corners)
    return corners if MIN_CORNERS <= len(corners) <= MAX_CORNERS and is_on_earth else ()


def _answer(language: str) -> dict[str, Any] | None:
    """Return the places that the map has asked for by name; none it is, too, where nobody can be asked."""
    asked = state.heard(KEY, "ask")
    if not isinstance(asked, Mapping):
        return None
    return {"id": asked.get("id"), "payload": _found(str(asked.get("text", ""))[:MAX_ASKED], language)}


def _found(text: str, language: str) -> list[dict[str, Any]] | None:
    try:
        geocoder = cache.geocoder()
        return [asdict(place) for place in geocoder.search(text, language)] if geocoder and text else None
    except (GeocoderRefusedError, GeocoderUnreachableError):
        # The map says in the reader's language that the service cannot be reached.
        return None


def _declared() -> None:
    # Streamlit takes the names of a component's values from its callbacks; `listen` reads them.
    return


def _take_view(view: MapView, said: Any) -> MapView:  # noqa: ANN401 - from the browser
    if not _is_current(said):
        return view
    try:
        lon, lat = (float(number) for number in said["centre"])
        zoom = float(said["zoom"])
    except (TypeError, ValueError, KeyError):
        return view
    if not (abs(lon) <= MAX_LON and abs(lat) <= MAX_LAT and MIN_ZOOM <= zoom <= MAX_ZOOM):
        return view
    return replace(view, centre=(round(lon, 5), round(lat, 5)), zoom=round(zoom, 2))


def _take_selected(view: MapView, said: Any) -> MapView:  # noqa: ANN401 - from the browser
    feature_id = _said_by_map(said)
    is_said = feature_id is None or isinstance(feature_id, str)
    return replace(view, selected=feature_id or "") if is_said and _is_current(said) else view


def _is_current(said: object) -> bool:
    """Whether the map said it after it was last moved by a link or a reset, and in this session."""
    return isinstance(said, Mapping) and said.get("move") == state.current().move


def _said_by_map(said: object) -> Any:  # noqa: ANN401 - from the browser
    return said.get("id") if isinstance(said, Mapping) and _is_current(said) else None


def _take_language(view: MapView, said: Any) -> MapView:  # noqa: ANN401 - from the browser
    language = _said_by_map(said)
    return replace(view, language=language) if language in LANGUAGES else view


def _take_basemap(view: MapView, said: Any) -> MapView:  # noqa: ANN401 - from the browser
    basemap = _said_by_map(said)
    known = [basemap.basemap_id for basemap in cache.catalogue().basemaps]
    return replace(view, basemap=basemap) if basemap in known else view


def _take_years(view: MapView, said: Any) -> MapView:  # noqa: ANN401 - from the browser
    if not isinstance(said, Mapping):
        return view
    years = said.get("years")
    if years is None:
        return replace(view, years=None, undated=True)
    try:
        first, last = (int(year) for year in years)
    except (TypeError, ValueError):
        return view
    return replace(view, years=(min(first, last), max(first, last)), undated=said.get("undated") is True)


def _take_since(view: MapView, said: Any) -> MapView:  # noqa: ANN401 - from the browser
    return since.turned(view, str(said.get("which", ""))) if isinstance(said, Mapping) else view


_TAKEN = {
    "view": _take_view,
    "selected": _take_selected,
    "language": _take_language,
    "basemap": _take_basemap,
    "years": _take_years,
    "since": _take_since,
}
