"""Makes short links and opens them: `POST /s` and `/s/<key>`."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from layers import strict_json
from layers.links import pairs_of
from layers.render.config import Opening
from layers.render.paths import short_path
from layers.view import MAX_QUERY
from service.errors import (
    DamagedLinkError,
    EmptyLinkError,
    ExpiredLinkError,
    LinksNotKeptError,
    RefusedRequestError,
    TooLongError,
    TooOftenError,
    UnknownLinkError,
)
from service.headers import ASK_AGAIN, POLICY, SAFE
from service.notice import notice
from service.own_requests import body_of, refuse_others
from service.rates import Rates
from service.reader import asked_language
from service.shared_map import EMBED, HTML, address_of, query_of, shown
from service.status import status_of, told

if TYPE_CHECKING:
    from starlette.requests import Request

    from service.errors import ServiceError
    from service.shared_map import MapAnswers
    from service.short_links import ShortLink
    from service.site import Site

DAYS = (7, 30, 365)
# A minute: what one office makes, and what all readers together make.
EACH_CLIENT, ALL_CLIENTS = 30, 300
NOT_LISTED = {"X-Robots-Tag": "noindex"}
# Not kept by caches between us and the reader: there a link would outlive its last day.
OWN_ONLY = {"Cache-Control": "private, no-cache"}


@dataclass(frozen=True)
class Wish:
    """What a short link is to be made to, and for how many days; None for ever."""

    query: str
    days: int | None


class ShortLinkAnswers:
    """Answers under `/s`; keeps nothing of who asks."""

    def __init__(self, site: Site, maps: MapAnswers, rates: Rates | None = None) -> None:
        self._site = site
        self._maps = maps
        self._rates = rates or Rates(EACH_CLIENT, ALL_CLIENTS)

    async def make(self, request: Request) -> Response:
        """Answer `POST /s` with a short link."""
        refuse_others(request)
        seconds = self._rates.wait_s(request.client.host if request.client else "")
        if seconds:
            raise TooOftenError(math.ceil(seconds))
        wish = _wish(await body_of(request))
        link = await run_in_threadpool(self._made, wish)
        path = short_path(link.key)
        answer = {
            "path": path,
            "url": address_of(request, self._site) + path,
            "expires": link.expires.isoformat() if link.expires else None,
        }
        return JSONResponse(answer, 201, {**SAFE, "Cache-Control": "no-store", "Location": path})

    async def opened(self, request: Request) -> Response:
        """Answer `/s/<key>` with the map that the short link leads to."""
        key = request.path_params.get("key", "")
        return await run_in_threadpool(self._opened, request, key)

    def find(self, key: str) -> ShortLink:
        """Return the short link of a key.

        Raises
        ------
        UnknownLinkError, ExpiredLinkError, DamagedLinkError
            It does not open.
        """
        kept = self._site.short_links
        if kept is None:
            raise UnknownLinkError(key)
        return kept.find(key)

    def _opened(self, request: Request, key: str) -> Response:
        try:
            link = self.find(key)
        except (UnknownLinkError, ExpiredLinkError, DamagedLinkError) as error:
            return self._notice(request, error, key)
        embed = EMBED in query_of(request).split("&")
        opening = Opening(address_of(request, self._site), embed, link.key, link.expires)
        headers = {**NOT_LISTED, **(OWN_ONLY if link.expires else ASK_AGAIN)}
        return self._maps.answer(request, link.query, opening, headers)

    def _made(self, wish: Wish) -> ShortLink:
        kept = self._site.short_links
        if kept is None:
            raise LinksNotKeptError
        asked = shown(wish.query, self._site)
        view = asked.view
        # Where nothing can be read, a view of everything would be shown.
        is_read = len(view.unread) < len(pairs_of(wish.query))
        if view.is_unreadable or not view.layers or not is_read:
            raise EmptyLinkError
        # Left out: what others added to the link, which may say who passed it on.
        query = replace(view, version=view.version or asked.snapshot.version, unread=()).to_query()
        if len(query) > MAX_QUERY:
            raise TooLongError(len(query), MAX_QUERY)
        return kept.make(query, wish.days)

    def _notice(self, request: Request, error: ServiceError, key: str) -> Response:
        language = asked_language(request)
        page = notice(error, key, self._site, language)
        own = {POLICY: self._site.plain_policy, "Vary": "Accept-Language"}
        headers = {**SAFE, **ASK_AGAIN, **NOT_LISTED, **own}
        return Response(page.encode(), status_of(error), headers, HTML)


def refused(_: Request, error: ServiceError) -> Response:
    """Return an error as JSON: its code, and its message in both languages."""
    headers = {**SAFE, **ASK_AGAIN}
    if isinstance(error, TooOftenError):
        headers["Retry-After"] = str(error.seconds)
    return JSONResponse({"code": error.code, "message": told(error)}, status_of(error), headers)


def _wish(body: bytes) -> Wish:
    try:
        raw: Any = strict_json.parse(body.decode())
    except ValueError as error:
        raise RefusedRequestError(str(error)[:80]) from error
    if not isinstance(raw, dict) or not raw.keys() <= {"query", "days"}:
        raise RefusedRequestError
    query, days = raw.get("query"), raw.get("days")
    # 7.0 and True are numbers that equal one of these or might.
    if not isinstance(query, str) or not (days is None or (type(days) is int and days in DAYS)):
        raise RefusedRequestError
    query = query.removeprefix("?")
    if len(query) > MAX_QUERY:
        raise TooLongError(len(query), MAX_QUERY)
    return Wish(query, days)
