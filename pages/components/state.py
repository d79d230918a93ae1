"""The one place that knows the session and the address bar: it holds the view that a reader has."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

import streamlit as st

from i18n.messages import LANGUAGES
from layers.view import MapView
from pages.components import cache

if TYPE_CHECKING:
    from datetime import date

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "corridor_theme"
_SESSION = "atlas"
# Said by a component that says nothing; it may also say None.
NOTHING = object()
# A plan window ends at midnight where the plan is in force, whatever the server's clock is set to.
_CHINA = timezone(timedelta(hours=8))


@dataclass
class Session:
    """What one browser tab has.

    Attributes
    ----------
    view
        All that the reader has chosen.
    start
        The view of a reader who comes without a link, to which a reset returns.
    address
        The query that the address bar had, or was given, last.
    number
        Rises with each change, so that the map can tell a late answer from a new one. It starts from
        the clock: a session that the server had to make anew still counts on.
    move
        Rises when a link, a reset or the address bar moves the map; otherwise the map keeps its place.
    ack
        Number of the last change from the panel that was taken.
    is_address_new
        The address bar has to be told of the view by our script: Streamlit has not been.
    heard
        What each component said last, by component and name.
    """

    view: MapView
    start: MapView
    address: str
    theme: str
    number: int
    move: int
    ack: int = 0
    is_address_new: bool = True
    heard: dict[tuple[str, str], Any] = field(default_factory=dict)


def open_view() -> MapView:
    """Return the view, after the address bar where that says something new.

    Called once in each run of the whole script: on opening, on a change of page, and when the reader
    goes back or forward. Reruns of a fragment carry an address that may be older than the session.
    """
    asked = _address()
    session: Session | None = st.session_state.get(_SESSION)
    if session is None:
        session = _opened(asked)
        st.session_state[_SESSION] = session
    elif asked and asked not in {session.address, _written(session.view)}:
        session.address = asked
        _take(session, MapView.from_query(asked, session.start), moves=True)
    session.is_address_new = True
    return session.view


def current() -> Session:
    """Return the session that `open_view` has opened."""
    session: Session = st.session_state[_SESSION]
    return session


def change(view: MapView, *, moves: bool = False) -> None:
    """Make another view the reader's, and write it into the address bar.

    Parameters
    ----------
    moves
        Whether the map shall go to the view's centre, zoom and selection.
    """
    session = current()
    before = session.view
    _take(session, view, moves=moves)
    session.is_address_new = not _is_another_map(before, view)
    if not session.is_address_new:
        session.address = _written(view)
        st.query_params.from_dict(parse_qs(session.address, keep_blank_values=True))


def reset() -> None:
    """Return to the view of a reader who comes without a link, in the language of now."""
    session = current()
    version = cache.snapshot("").version
    change(replace(session.start, language=session.view.language, version=version), moves=True)


def theme() -> str:
    """Return the theme that this session, or this browser before it, has chosen."""
    session: Session | None = st.session_state.get(_SESSION)
    chosen = session.theme if session else st.context.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else THEMES[0]


def choose_theme(chosen: str) -> None:
    """Set light, dark or, as `auto`, what the reader's system has."""
    if chosen in THEMES:
        current().theme = chosen


def heard(component: str, name: str) -> Any:  # noqa: ANN401 - whatever a component says
    """Return what a component says under a name if that is new, otherwise `NOTHING`."""
    said = st.session_state.get(component)
    value = said.get(name, NOTHING) if isinstance(said, Mapping) else NOTHING
    known = current().heard
    if value == known.get((component, name), NOTHING):
        return NOTHING
    known[component, name] = value
    return value


def _opened(asked: str) -> Session:
    start = _start()
    view = MapView.from_query(asked, start)
    if not view.version:
        view = replace(view, version=cache.snapshot("").version)
    return Session(
        view=view,
        start=start,
        address=asked,
        theme=theme(),
        number=time.time_ns() // 1_000_000,
        move=1,
    )


def _start() -> MapView:
    catalogue = cache.catalogue()
    lon, lat = catalogue.product["centre"]
    prefers_english = (st.context.locale or "").lower().startswith("en")
    return MapView(
        layers=catalogue.layer_ids(),
        on=_today(),
        centre=(lon, lat),
        zoom=catalogue.product["zoom"],
        language=LANGUAGES[1] if prefers_english else LANGUAGES[0],
    )


def _today() -> date:
    return datetime.now(_CHINA).date()


def _take(session: Session, view: MapView, *, moves: bool) -> None:
    session.view = view
    session.number += 1
    session.move += moves


def _is_another_map(before: MapView, after: MapView) -> bool:
    # Each of these adds a step to the browser's history; moving about and opening a card only
    # rewrite the address, which the panel's script does with the query that it is sent.
    return after != replace(
        before, centre=after.centre, zoom=after.zoom, selected=after.selected, basemap=after.basemap,
    )  # fmt: skip


def _address() -> str:
    params = st.query_params
    return urlencode([(key, value) for key in params for value in params.get_all(key)])


def _written(view: MapView) -> str:
    return urlencode(parse_qs(view.to_query(), keep_blank_values=True), doseq=True)
