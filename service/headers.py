"""The headers that every answer of ours carries, and those of what may be kept for ever."""

from __future__ import annotations

import gzip
import hashlib
from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
ASK_AGAIN = {"Cache-Control": "no-cache"}


def packed(content: bytes) -> bytes:
    """Return content compressed; the same bytes for the same content."""
    return gzip.compress(content, compresslevel=6, mtime=0)


def etag_of(content: bytes) -> str:
    """Return the entity tag of an answer's content."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def answer(
    request: Request, content: bytes, media_type: str, headers: dict[str, str], gzipped: bytes | None = None,
) -> Response:
    """Return content, or word that the asker already has it.

    Parameters
    ----------
    gzipped
        The content compressed, where that is kept; it is sent to whoever takes it.
    """
    etag = etag_of(content)
    sent = {**SAFE, **headers, "ETag": etag, "Vary": "Accept-Encoding"}
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if known & {etag, "*"}:
        return Response(status_code=304, headers=sent)
    takes_gzip = "gzip" in request.headers.get("accept-encoding", "")
    if gzipped is not None and takes_gzip:
        return Response(gzipped, media_type=media_type, headers={**sent, "Content-Encoding": "gzip"})
    return Response(content, media_type=media_type, headers=sent)
