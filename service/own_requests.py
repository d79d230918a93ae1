"""Requests by which something is made: from our own pages only, as JSON, of bounded length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.view import MAX_QUERY
from service.errors import NotJsonError, OtherSiteError, TooLongError

if TYPE_CHECKING:
    from starlette.requests import Request

JSON = "application/json"
# JSON may write one character as twelve.
MAX_BODY = 12 * MAX_QUERY


def refuse_others(request: Request) -> None:
    """Let a request pass that our own pages or a program may have made.

    Raises
    ------
    OtherSiteError
        Another site's page made it.
    NotJsonError
        It is not JSON, as a page's form would send it.
    """
    if request.headers.get("sec-fetch-site", "") in {"cross-site", "same-site"}:
        raise OtherSiteError
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != JSON:
        raise NotJsonError(media_type)


async def body_of(request: Request) -> bytes:
    """Return what a request holds.

    Raises
    ------
    TooLongError
        More than the longest view.
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY:
            raise TooLongError(len(body), MAX_QUERY)
    return bytes(body)
