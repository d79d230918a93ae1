"""The shared map `/m`, a short link's map, and the same map saved as one file."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from starlette.concurrency import run_in_threadpool

from i18n.messages import LANGUAGES, messages
from layers.changes import as_json, since
from layers.errors import UnknownVersionError
from layers.read_back import problem_text, sentence
from layers.renamed import as_named_in
from layers.render.config import Opening, Said, view_state
from layers.render.document import Page, SharedMap, saved_page
from layers.render.paths import app_path, shared_path
from layers.summary import problems
from layers.view import MapView
from service.headers import ASK_AGAIN, POLICY, Ready, answer, answer_ready, etag_of
from service.page_head import head_of, titles_of
from service.reader import preferred_language
from service.site import today
from service.splice import Kept, gzip_around

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.requests import Request
    from starlette.responses import Response

    from layers.snapshot import Snapshot
    from service.site import Site

HTML = "text/html; charset=utf-8"
EMBED = "embed=1"
# Versions and languages whose page is kept ready but for the view.
KEPT_MAPS = 8
# Finished pages, some 20 kB each: a link that was sent to many is opened by many.
KEPT_PAGES, LONGEST_KEPT = 256, 2_000
_NOT_IN_FILE_NAMES = re.compile(r"[^\w-]+", re.ASCII)
# A host as a browser sends it; anything else is no part of an address that we write.
_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]+)?|\[[0-9A-Fa-f:.]+\](:[0-9]+)?")


@dataclass(frozen=True)
class Shown:
    """What a query shows.

    Attributes
    ----------
    view
        As the data version shown names things.
    snapshot
        The data version shown: the current one where the one asked for is not there.
    current
        The current data version.
    compared
        The data version that the link wants this compared with, where that is there.
    """

    view: MapView
    snapshot: Snapshot
    current: Snapshot
    compared: Snapshot | None

    @property
    def is_current(self) -> bool:
        """Whether the current data are shown."""
        return self.snapshot.version == self.current.version

    @cached_property
    def query(self) -> str:
        """The query of the view, with its data version named."""
        return replace(self.view, version=self.view.version or self.snapshot.version).to_query()


def default_view(site: Site, language: str = LANGUAGES[0]) -> MapView:
    """Return the view of a reader who comes without a link, today."""
    catalogue = site.store.catalogue
    lon, lat = catalogue.product["centre"]
    return MapView(
        layers=catalogue.layer_ids(),
        layer_numbers=catalogue.layer_numbers,
        on=today(),
        centre=(lon, lat),
        zoom=catalogue.product["zoom"],
        language=language,
    )


def shown(query: str, site: Site, language: str = LANGUAGES[0]) -> Shown:
    """Return what a query shows, and what that is to be compared with.

    Parameters
    ----------
    language
        That of the reader, where the query names none.
    """
    view = MapView.from_query(query, default_view(site, language))
    # Asked for once: each time the store looks at all its files.
    current = site.store.snapshot()
    snapshot = _snapshot(site, view.version, current) or current
    compared = _snapshot(site, view.since, current)
    return Shown(as_named_in(view, snapshot, site.store.catalogue), snapshot, current, compared)


def query_of(request: Request) -> str:
    """Return what stands behind the question mark."""
    # Not `request.url`, which fails on bytes that are no UTF-8.
    raw: bytes = request.scope["query_string"]
    return raw.decode("utf-8", "replace")


def parted(query: str, own: Collection[str]) -> tuple[dict[str, str], str]:
    """Return what a query says behind a route's own keys, and the view's part of it as it stands."""
    parts = query.split("&")
    ours = [part for part in parts if part.partition("=")[0] in own]
    asked = dict(parse_qsl("&".join(ours), keep_blank_values=True, errors="replace"))
    return asked, "&".join(part for part in parts if part not in ours)


def address_of(request: Request, site: Site) -> str:
    """Return scheme, host and port by which the reader came; empty where the request does not tell."""
    host = request.headers.get("host", "")
    return site.address or (f"{request.scope['scheme']}://{host}" if _HOST.fullmatch(host) else "")


class MapAnswers:
    """Answers with shared maps, of which all but the view is kept ready."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._pages = lru_cache(maxsize=KEPT_PAGES)(self._write)
        self._map = lru_cache(maxsize=KEPT_MAPS)(self._build_map)
        self._deflated = lru_cache(maxsize=KEPT_MAPS)(_deflated)

    async def shared(self, request: Request) -> Response:
        """Answer `/m?...`: the view that the query asks for, without Streamlit."""
        query = query_of(request)
        opening = Opening(address_of(request, self._site), embed=EMBED in query.split("&"))
        return await run_in_threadpool(self.answer, request, query, opening, ASK_AGAIN)

    async def saved(self, request: Request) -> Response:
        """Answer `/m.html?...`: the same view as a file that opens from a disk with no network."""
        page = await run_in_threadpool(self._saved, query_of(request), preferred_language(request))
        names = self._site.store.catalogue.product["name"]
        plain = _NOT_IN_FILE_NAMES.sub("-", names["en"]).strip("-").lower() or "map"
        whole = quote(names["zh"], safe="")
        disposition = f"attachment; filename=\"{plain}.html\"; filename*=UTF-8''{whole}.html"
        headers = {
            **ASK_AGAIN, "Content-Disposition": disposition, POLICY: page.policy, "Vary": "Accept-Language",
        }  # fmt: skip
        return answer(request, page.html.encode(), HTML, headers)

    def answer(self, request: Request, query: str, opening: Opening, headers: dict[str, str]) -> Response:
        """Answer with the map of a query, opened as it was."""
        write = self._pages if len(query) <= LONGEST_KEPT else self._write
        policy, ready = write(query, preferred_language(request), opening, self._site.edition())
        return answer_ready(request, ready, HTML, {**headers, POLICY: policy, "Vary": "Accept-Language"})

    def _write(
        self, query: str, language: str, opening: Opening, edition: str,
    ) -> tuple[str, Ready]:
        asked = shown(query, self._site, language)
        kept = self._map(asked.snapshot.version, asked.view.language)
        said = self._said(asked)
        state = view_state(asked.view, said) | opening.as_json()
        head = head_of(asked, said.title[asked.view.language], opening, self._site)
        page = kept.page(head, edition, state)
        before, middle, after = page.opening.encode(), self._deflated(page.shared), page.closing.encode()
        etag = etag_of(before + middle.content + after)
        return kept.policy, Ready(etag, gzip_around(before, middle, after))

    def _build_map(self, version: str, language: str) -> SharedMap:
        site = self._site
        snapshot = site.store.snapshot(version)
        return SharedMap.build(snapshot, site.assets, site.map_config(snapshot), language, site.tile_hosts)

    def _saved(self, query: str, language: str) -> Page:
        site, asked = self._site, shown(query, self._site, language)
        said = self._said(asked)
        # The file has nowhere to lead: what it says has changed stands without the ways to see it.
        alone = replace(said, links={}, changes={**said.changes, "links": {}} if said.changes else None)
        config = site.map_config(asked.snapshot) | view_state(asked.view, alone) | Opening().as_json()
        head = head_of(asked, said.title[asked.view.language], Opening(), site)
        return saved_page(head, asked.snapshot, site.assets, config, site.ground)

    def _said(self, asked: Shown) -> Said:
        site, view = self._site, asked.view
        catalogue = site.store.catalogue
        words = {language: messages(language, "sentence") for language in LANGUAGES}
        query = asked.query
        has_since = asked.compared is not None
        spoken = {language: sentence(view, catalogue, words[language], language) for language in LANGUAGES}
        return Said(
            sentence=spoken,
            problems=tuple(
                {language: problem_text(problem, words[language], language) for language in LANGUAGES}
                for problem in problems(asked.snapshot, catalogue, view, has_since=has_since)
            ),
            links={
                **site.sharing_links(),
                "app": app_path(query),
                "self": shared_path(query),
            },
            changes=self._changes(asked),
            title=titles_of(spoken, site),
        )

    def _changes(self, asked: Shown) -> dict[str, Any] | None:
        """Return what differs from the version compared with; of an old one, from the current one."""
        site, view = self._site, asked.view
        store = site.store
        is_now = asked.compared is not None
        old, new = (asked.compared, asked.snapshot) if asked.compared else (asked.snapshot, asked.current)
        if old.version == new.version:
            return None
        found = since(old, new, view, store.catalogue, "now" if is_now else "then")
        if found is None:
            return None
        links = {
            "then": shared_path(replace(view, version=old.version, since="").to_query()),
            "now": shared_path(replace(view, version=new.version, since=old.version).to_query()),
        }
        words = {language: messages(language, "changes") for language in LANGUAGES}
        return as_json(found, store.catalogue, words, site.publications(), links)


def _snapshot(site: Site, version: str, current: Snapshot) -> Snapshot | None:
    if version == current.version:
        return current
    try:
        return site.store.snapshot(version) if version else None
    except UnknownVersionError:
        return None


def _deflated(shared: str) -> Kept:
    return Kept.of(shared.encode())
