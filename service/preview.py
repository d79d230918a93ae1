"""The picture that a messenger shows beside a link, `/preview.png`."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse

from i18n.messages import messages
from layers.errors import CatalogueError
from layers.read_back import fill, sentence
from layers.render.press import Press
from layers.render.preview import Caption, preview_png
from layers.render.still_map import Atlas
from layers.summary import totals
from service.headers import POLICY, SAFE, answer
from service.reader import preferred_language
from service.shared_map import query_of, shown

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from layers.snapshot import Snapshot
    from layers.view import MapView
    from service.shared_map import Shown
    from service.site import Site

PNG = "image/png"
# What a link shows changes with the data only; messengers keep pictures far longer than this.
FOR_AN_HOUR = {"Cache-Control": "public, max-age=3600"}
# A picture has some 0.3 MB.
KEPT_PICTURES = 64
# One is drawn at a time; beyond so many waiting, an asker is told to come back.
MOST_WAITING, COME_BACK_SECONDS = 16, 5
# Views that differ by less look the same: a tenth of a pixel, a hundredth of a zoom.
PLACES_OF_CENTRE, PLACES_OF_ZOOM = 4, 2
# Shown alone in a tab, it is a picture and nothing else.
_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; sandbox"


class PreviewAnswers:
    """Answers with pictures of views, drawn one at a time beside the server's own thread."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._press = Press()
        self._one_at_a_time = asyncio.Lock()
        self._waiting = 0
        self._kept: dict[tuple[str, MapView], bytes] = {}
        self._atlas = lru_cache(maxsize=2)(self._build_atlas)

    async def answer(self, request: Request) -> Response:
        """Answer `/preview.png?<view query>`: what the link shows, and never more."""
        asked = await run_in_threadpool(shown, query_of(request), self._site, preferred_language(request))
        key = asked.snapshot.version, as_drawn(asked.view)
        picture = self._kept.get(key)
        if picture is None:
            if self._waiting >= MOST_WAITING:
                later = {**SAFE, "Cache-Control": "no-store", "Retry-After": str(COME_BACK_SECONDS)}
                return PlainTextResponse("busy", 503, later)
            picture = await self._in_turn(asked, key)
        headers = {**FOR_AN_HOUR, POLICY: _POLICY, "Vary": "Accept-Language"}
        return answer(request, picture, PNG, headers)

    async def _in_turn(self, asked: Shown, key: tuple[str, MapView]) -> bytes:
        self._waiting += 1
        try:
            async with self._one_at_a_time:
                # Who asked before may have asked for the same.
                if key not in self._kept:
                    drawn = await run_in_threadpool(self._draw, asked.snapshot, key[1])
                    self._kept[key] = drawn
                    while len(self._kept) > KEPT_PICTURES:
                        del self._kept[next(iter(self._kept))]
                return self._kept[key]
        finally:
            self._waiting -= 1

    def _draw(self, snapshot: Snapshot, view: MapView) -> bytes:
        catalogue, language = self._site.store.catalogue, view.language
        words = messages(language, "preview")
        count = totals(snapshot, view).shown
        date = self._date_of(snapshot.version)
        caption = Caption(
            product=catalogue.product["name"][language],
            sentence=sentence(view, catalogue, messages(language, "sentence"), language),
            unit=words["unit.one" if count == 1 else "unit.many"],
            version=fill(words["version"], version=snapshot.version),
            published=fill(words["published"], date=date) if date else "",
        )
        return preview_png(view, self._atlas(snapshot.version), caption, count, self._press)

    def _build_atlas(self, version: str) -> Atlas:
        store = self._site.store
        return Atlas(store.snapshot(version), store.catalogue, self._site.paper)

    def _date_of(self, version: str) -> str:
        try:
            publications = self._site.store.publications()
        except CatalogueError:
            # A picture without its date is better than none.
            return ""
        dates = (one.at.date().isoformat() for one in publications if one.version == version)
        return next(dates, "")


def as_drawn(view: MapView) -> MapView:
    """Return a view without what makes no difference to its picture."""
    lon, lat = (round(degrees, PLACES_OF_CENTRE) for degrees in view.centre)
    return replace(
        view, centre=(lon, lat), zoom=round(view.zoom, PLACES_OF_ZOOM), basemap="offline", version="",
        since="", unread=(), renamed=(),
    )  # fmt: skip
