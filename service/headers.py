"""The headers that every answer of ours carries, and those of what may be kept for ever."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, TypeAlias

import brotli
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request

POLICY = "Content-Security-Policy"
SAFE = {
    # Nothing that an answer loads, unless it says what; `service.guard` adds who may frame it.
    POLICY: "default-src 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
ASK_AGAIN = {"Cache-Control": "no-cache"}
# The tightest way takes a second for a megabyte: beyond that a tenth of the time gives nearly the same.
TIGHTEST, QUICKER, MAX_TIGHTEST = 11, 5, 2_000_000

Packed: TypeAlias = dict[str, bytes]


@dataclass(frozen=True)
class Ready:
    """An answer's content in the form in which nearly everybody takes it, and its entity tag."""

    etag: str
    gzip: bytes

    @classmethod
    def of(cls, content: bytes) -> Self:
        """Compress content that will be asked for again."""
        return cls(etag_of(content), packed(content)["gzip"])

    @property
    def content(self) -> bytes:
        """The content, unpacked."""
        return gzip.decompress(self.gzip)


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
    sent = _sent(headers, etag_of(content))
    if _is_known(request, sent["ETag"]):
        return Response(status_code=304, headers=sent)
    taken = _taken(request)
    for way, compressed in (ready or {}).items():
        if way in taken:
            return Response(compressed, media_type=media_type, headers={**sent, "Content-Encoding": way})
    return Response(content, media_type=media_type, headers=sent)


def answer_ready(request: Request, ready: Ready, media_type: str, headers: dict[str, str]) -> Response:
    """Return content that is kept compressed, or word that the asker already has it."""
    sent = _sent(headers, ready.etag)
    if _is_known(request, ready.etag):
        return Response(status_code=304, headers=sent)
    if "gzip" in _taken(request):
        return Response(ready.gzip, media_type=media_type, headers={**sent, "Content-Encoding": "gzip"})
    return Response(ready.content, media_type=media_type, headers=sent)


def _sent(headers: dict[str, str], etag: str) -> dict[str, str]:
    varying = ", ".join(filter(None, ("Accept-Encoding", headers.get("Vary"))))
    return {**SAFE, **headers, "ETag": etag, "Vary": varying}


def _is_known(request: Request, etag: str) -> bool:
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    return bool(known & {etag, "*"})


def _taken(request: Request) -> set[str]:
    return {way.partition(";")[0].strip() for way in request.headers.get("accept-encoding", "").split(",")}
