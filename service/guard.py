"""What every answer of the process carries, Streamlit's too: who may frame it, whom it tells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse

from i18n.messages import LANGUAGES, messages
from layers.render.assets import csp_hash
from service.headers import POLICY, SAFE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# For what Streamlit answers: its scripts make styles and workers at run time, and load from nowhere else.
_APP_POLICY = (
    "default-src 'self'; script-src 'self' blob:{hashes}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'"
)
_INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


class Guard:
    """ASGI middleware: puts in the headers that an answer lacks, and into each policy who may frame it.

    Parameters
    ----------
    frame_hosts
        Beside our own, the sites whose pages may show ours in a frame.
    page
        Streamlit's page; the scripts that stand in it may run, and no other inline one.
    """

    def __init__(self, app: ASGIApp, frame_hosts: Sequence[str], page: bytes) -> None:
        self._app = app
        self._policy = app_policy(page)
        self._framing = " ".join(["; frame-ancestors 'self'", *frame_hosts])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and see to the head of the answer, also where the request fails."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        has_begun = False

        async def guarded(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                self._complete(MutableHeaders(scope=message))
            await send(message)

        try:
            await self._app(scope, receive, guarded)
        except Exception:
            # Starlette would answer outside of all middleware, without these headers.
            if not has_begun:
                await _failed()(scope, receive, guarded)
            raise

    def _complete(self, headers: MutableHeaders) -> None:
        for name, value in SAFE.items():
            if name != POLICY:
                headers.setdefault(name, value)
        headers[POLICY] = headers.get(POLICY, self._policy) + self._framing


def _failed() -> Response:
    """Return the answer for an error that nothing caught; what it was is for the log only."""
    said = "\n".join(messages(language, "errors")["unexpected"] for language in LANGUAGES)
    return PlainTextResponse(said, 500, {**SAFE, "Cache-Control": "no-store"})


def app_policy(page: bytes) -> str:
    """Return the security policy of what Streamlit answers: the scripts that stand in its page may run."""
    return _APP_POLICY.format(hashes="".join(f" {csp_hash(script)}" for script in _INLINE.findall(page)))
