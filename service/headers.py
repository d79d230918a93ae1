"""The headers that every answer of ours carries, and those of what may be kept for ever."""

from __future__ import annotations

import gzip
import hashlib
from typing import TYPE_CHECKING, TypeAlias

import brotli
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
# The tightest way takes a second for a megabyte: beyond that a tenth of the time gives nearly the same.
TIGHTEST, QUICKER, MAX_TIGHTEST = 11, 5, 1_000_000

Packed: TypeAlias = dict[str, bytes]


def packed(content: bytes) -> Packed:
    """Return content compressed for one answer; the same bytes for the same content."""
    return {"gzip": gzip.compress(content, compresslevel=6, mtime=0)}


def packed_to_keep(content: bytes) -> Packed:
    """Return content compressed as tightly as one does once, the tightest way first."""
    quality = TIGHTEST if len(content) <= MAX_TIGHTEST else QUICKER
    return {"br": brotli.compress(content, quality=quality), **packed(content)}


def etag_of(content: bytes) -> str:
    """Return the entity tag of an answer's content."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def answer(
    request: Request, content: bytes, media_type: str, headers: dict[str, str], ready: Packed | None = None,
) -> Response:
    """Return content, or word that the asker already has it.

    Parameters
    ----------
    ready
        The content compressed; the first way that the asker takes is sent.
    """
    etag = etag_of(content)
    sent = {**SAFE, **headers, "ETag": etag, "Vary": "Accept-Encoding"}
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if known & {etag, "*"}:
        return Response(status_code=304, headers=sent)
    taken = {way.partition(";")[0].strip() for way in request.headers.get("accept-encoding", "").split(",")}
    for way, compressed in (ready or {}).items():
        if way in taken:
            return Response(compressed, media_type=media_type, headers={**sent, "Content-Encoding": way})
    return Response(content, media_type=media_type, headers=sent)
