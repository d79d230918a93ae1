"""Asks an ASGI application as a server would, byte for byte: no client tidies paths or limits lengths."""

import asyncio
import gzip
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp


@dataclass(frozen=True)
class Answer:
    """What was answered; `content` unpacked, `sent` as it went over the wire."""

    status_code: int
    headers: dict[str, str]
    sent: bytes

    @property
    def content(self) -> bytes:
        """The content, unpacked."""
        return gzip.decompress(self.sent) if "content-encoding" in self.headers and self.sent else self.sent

    @property
    def text(self) -> str:
        """The content as text."""
        return self.content.decode()

    def json(self) -> Any:  # noqa: ANN401 - whatever was answered
        """Return the content as JSON."""
        return json.loads(self.content)


@dataclass(frozen=True)
class Client:
    """Sends requests to an application."""

    app: ASGIApp

    def get(self, path: str | bytes, **headers: str) -> Answer:
        """Ask for a path; headers are given with `_` for `-`."""
        return self.request("GET", path, b"", **headers)

    def request(self, method: str, path: str | bytes, body: bytes = b"", **headers: str) -> Answer:
        """Ask with any method."""
        asked = path if isinstance(path, bytes) else path.encode()
        return asyncio.run(self._ask(method, asked, headers, body))

    async def _ask(self, method: str, asked: bytes, headers: dict[str, str], body: bytes = b"") -> Answer:
        raw_path, _, query = asked.partition(b"?")
        named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "server": ("atlas.example", 80),
            "client": ("127.0.0.1", 1),
            "root_path": "",
            "path": unquote(raw_path.decode("ascii")),
            "raw_path": raw_path,
            "query_string": query,
            "headers": named if "host" in headers else [(b"host", b"atlas.example"), *named],
        }
        told: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            await asyncio.sleep(0)
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:  # noqa: ANN401 - ASGI's own
            await asyncio.sleep(0)
            told.append(message)

        await self.app(scope, receive, send)
        sent = b"".join(message.get("body", b"") for message in told[1:])
        return Answer(
            told[0]["status"],
            {name.decode(): value.decode("latin-1") for name, value in told[0]["headers"]},
            # A server keeps the body of an answer to HEAD back.
            b"" if method == "HEAD" else sent,
        )
