"""The one place that knows the session and the address bar: it holds the view that a reader has."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qs, urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from i18n.messages import LANGUAGES
from layers.renamed import as_named_in
from layers.view import MapView
from pages.components import cache

if TYPE_CHECKING:
    from datetime import date

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "corridor_theme"
_SESSION = "atlas"
# Changes of one of these that follow each other so closely are one step of the history: a word is typed
# letter by letter, a slider passes over years.
RUNNING = ("text", "years")
RUNNING_SECONDS = 1.5
# Longitude and latitude of each corner.
Area: TypeAlias = tuple[tuple[float, float], ...]
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
    born
        Told apart from any other session by it: a browser that has lost one session and got another
        still says what it said to the first.
    number
        Rises with each change, so that the map can tell a late answer from a new one. It starts from
        the clock: a session that the server had to make anew still counts on.
    move
        Rises when a link, a reset or the address bar moves the map; otherwise the map keeps its place.
        It starts from the clock too.
    ack
        Number of the last change from the panel that was taken.
    is_address_new
        The address bar has to be told of the view by our script: Streamlit has not been.
    area
        The corners of the area that the reader has drawn on the map, without the first one again.
    heard
        What each component said last, by component and name.
    running
        The one of `RUNNING` that was changed last, and when.
    """

    view: MapView
    start: MapView
    address: str
    theme: str
    born: int
    number: int
    move: int
    ack: int = 0
    is_address_new: bool = True
    area: Area = ()
    heard: dict[tuple[str, str], Any] = field(default_factory=dict)
    running: tuple[str, float] = ("", 0.0)


def open_view() -> MapView:
    """Return the view, after the address bar where that says something new.

    Called once in each run of the whole script: on opening, on a change of page, and when the reader
    goes back or forward. Only then does Streamlit look at the address bar; otherwise it brings the address
    that it knew last, and our script may have written another one since.
    """
    asked = _address()
    session: Session | None = st.session_state.get(_SESSION)
    if session is None:
        session = _opened(asked)
        st.session_state[_SESSION] = session
    elif asked and (_is_step() or asked != session.address):
        session.address = asked
        if asked != _written(session.view):
            _take(session, _asked_for(asked, session.start), moves=True)
    session.is_address_new = True
    return session.view


def reopen(query: str) -> None:
    """Take the view that the browser's address bar asks for."""
    session = current()
    view = _asked_for(query, session.start)
    if query and _written(view) != _written(session.view):
        _take(session, view, moves=True)
        session.is_address_new = True


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
    session.is_address_new = not _is_another_map(before, view) or _runs_on(session, before, view)
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
    view = _asked_for(asked, start)
    if not view.version:
        view = replace(view, version=cache.snapshot("").version)
    born = time.time_ns() // 1_000_000
    return Session(
        view=view, start=start, address=asked, theme=theme(), born=born, number=born, move=born,
    )  # fmt: skip


def _asked_for(query: str, start: MapView) -> MapView:
    view = MapView.from_query(query, start)
    return as_named_in(view, cache.snapshot(view.version), cache.catalogue())


def _start() -> MapView:
    catalogue = cache.catalogue()
    lon, lat = catalogue.product["centre"]
    prefers_english = (st.context.locale or "").lower().startswith("en")
    return MapView(
        layers=catalogue.layer_ids(),
        layer_numbers=catalogue.layer_numbers,
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


def _runs_on(session: Session, before: MapView, after: MapView) -> bool:
    """Return whether a change goes on with the last one: a word is still being typed, a slider moved."""
    name = next((name for name in RUNNING if getattr(before, name) != getattr(after, name)), "")
    is_alone = bool(name) and not _is_another_map(replace(before, **{name: getattr(after, name)}), after)
    last, at = session.running
    now = time.monotonic()
    session.running = (name, now) if is_alone else ("", 0.0)
    return is_alone and name == last and now - at < RUNNING_SECONDS


def _is_step() -> bool:
    """Return whether the browser went a step in its history, or our script to another page."""
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and context.is_history_navigation


def _address() -> str:
    params = st.query_params
    asked = urlencode([(key, value) for key in params for value in params.get_all(key)])
    context = get_script_run_ctx(suppress_warning=True)
    # Streamlit takes an address beyond its limits for an empty one, which would show every place.
    return asked or (context.query_string if context else "")


def _written(view: MapView) -> str:
    return urlencode(parse_qs(view.to_query(), keep_blank_values=True), doseq=True)
