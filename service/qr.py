"""The address of a shared map or a short link as a QR code, `/qr.svg`."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from layers.render.paths import shared_path, short_path
from layers.render.qr import qr_code
from service.errors import TooLongError
from service.headers import ASK_AGAIN, POLICY, answer, packed
from service.shared_map import address_of, query_of, shown

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.short_link_answers import ShortLinkAnswers
    from service.site import Site

SVG = "image/svg+xml"
# More makes so fine a code that a telephone does not read it from a screen; a short link always fits.
MAX_ADDRESS = 800
KEPT_CODES = 128
# Shown alone in a tab, it is a picture and nothing else.
_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; sandbox"


class QrAnswers:
    """Answers with QR codes of addresses of this installation and of nothing else."""

    def __init__(self, site: Site, links: ShortLinkAnswers) -> None:
        self._site = site
        self._links = links
        self._code = lru_cache(maxsize=KEPT_CODES)(qr_svg)

    async def answer(self, request: Request) -> Response:
        """Answer `/qr.svg?<view query>`, or `/qr.svg?s_key=<key>` for a short link."""
        content = await run_in_threadpool(self._svg, request)
        return answer(request, content, SVG, {**ASK_AGAIN, POLICY: _POLICY}, packed(content))

    def _svg(self, request: Request) -> bytes:
        key = request.query_params.get("s_key", "")
        path = short_path(self._links.find(key).key) if key else shared_path(self._query(request))
        return self._code(address_of(request, self._site) + path)

    def _query(self, request: Request) -> str:
        query = query_of(request)
        if len(query) > MAX_ADDRESS:
            raise TooLongError(len(query), MAX_ADDRESS)
        return shown(query, self._site).query


def qr_svg(address: str) -> bytes:
    """Return an address as a QR code: black on white, with the quiet border that readers need.

    Raises
    ------
    TooLongError
        It has more than `MAX_ADDRESS` characters.
    """
    if len(address) > MAX_ADDRESS:
        raise TooLongError(len(address), MAX_ADDRESS)
    return qr_code(address).svg
