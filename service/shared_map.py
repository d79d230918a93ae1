"""The shared map `/m` and the same map saved as one file."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool

from i18n.messages import LANGUAGES, messages
from layers.errors import UnknownVersionError
from layers.read_back import problem_text, sentence
from layers.render.config import Said, view_state
from layers.render.document import Page, saved_page, shared_page
from layers.render.paths import app_path, shared_path
from layers.summary import problems
from layers.view import MapView
from service.headers import ASK_AGAIN, answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from layers.snapshot import Snapshot
    from service.site import Site

HTML = "text/html; charset=utf-8"
_NOT_IN_FILE_NAMES = re.compile(r"[^\w-]+", re.ASCII)


def default_view(site: Site) -> MapView:
    """Return the view of a reader who comes without a link, today."""
    catalogue = site.store.catalogue
    lon, lat = catalogue.product["centre"]
    return MapView(
        layers=catalogue.layer_ids(),
        on=datetime.now(UTC).astimezone().date(),
        centre=(lon, lat),
        zoom=catalogue.product["zoom"],
    )


async def shared(request: Request, site: Site) -> Response:
    """Answer `/m?...`: the view that the query asks for, without Streamlit."""
    page = await run_in_threadpool(_page, _query(request), site, _shared)
    headers = {**ASK_AGAIN, "Content-Security-Policy": page.policy}
    return answer(request, page.html.encode(), HTML, headers)


async def saved(request: Request, site: Site) -> Response:
    """Answer `/m.html?...`: the same view as a file that opens from a disk with no network."""
    page = await run_in_threadpool(_page, _query(request), site, _saved)
    name = site.store.catalogue.product["name"]["zh"]
    plain = _NOT_IN_FILE_NAMES.sub("-", site.store.catalogue.product["name"]["en"]).strip("-").lower()
    plain = plain or "map"
    disposition = f"attachment; filename=\"{plain}.html\"; filename*=UTF-8''{quote(name, safe='')}.html"
    headers = {**ASK_AGAIN, "Content-Disposition": disposition, "Content-Security-Policy": page.policy}
    return answer(request, page.html.encode(), HTML, headers)


def _query(request: Request) -> str:
    # Not `request.url`, which fails on bytes that are no UTF-8.
    raw: bytes = request.scope["query_string"]
    return raw.decode("utf-8", "replace")


def _page(query: str, site: Site, make: Callable[[Site, Snapshot, str, dict[str, Any]], Page]) -> Page:
    view = MapView.from_query(query, default_view(site))
    try:
        snapshot = site.store.snapshot(view.version)
    except UnknownVersionError:
        snapshot = site.store.snapshot()
    config = site.config(snapshot) | view_state(view, _said(site, snapshot, view))
    title = site.store.catalogue.product["name"][view.language]
    return make(site, snapshot, title, config)


def _shared(site: Site, snapshot: Snapshot, title: str, config: dict[str, Any]) -> Page:
    return shared_page(title, snapshot, site.assets, config, site.tile_hosts)


def _saved(site: Site, snapshot: Snapshot, title: str, config: dict[str, Any]) -> Page:
    return saved_page(title, snapshot, site.assets, config, site.store.ground)


def _said(site: Site, snapshot: Snapshot, view: MapView) -> Said:
    catalogue = site.store.catalogue
    words = {language: messages(language, "sentence") for language in LANGUAGES}
    pinned = replace(view, version=view.version or snapshot.version)
    return Said(
        sentence={
            language: sentence(view, catalogue, words[language], language) for language in LANGUAGES
        },
        problems=tuple(
            {language: problem_text(problem, words[language]) for language in LANGUAGES}
            for problem in problems(snapshot, catalogue, view)
        ),
        links={"app": app_path(pinned.to_query()), "self": shared_path(pinned.to_query())},
    )
