"""Layers to take away: what an export would be, one made beside the page, one given to a script at once."""

from __future__ import annotations

import asyncio
import base64
import json
import math
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse

from geo.errors import GeoError
from layers import strict_json
from layers.errors import LayersError
from layers.exports.desk import COME_BACK_SECONDS, DONE, UNFINISHED
from layers.exports.errors import (
    ExportCancelledError,
    ExportsFullError,
    UnknownExportError,
)
from layers.exports.export import SPELLINGS, ZIP, planned, refuse_unsuited
from layers.exports.formats import FORMATS
from layers.exports.geojson import streamed
from layers.render.paths import EXPORT_OUTLOOK, EXPORTED, EXPORTS
from layers.view import MAX_QUERY
from service.errors import RefusedRequestError, TooLongError
from service.export_orders import atlas_of, order_of
from service.export_told import direct_path, outlook, refusal, state_of
from service.headers import ASK_AGAIN, SAFE
from service.own_requests import body_of, refuse_others
from service.rates import Rates
from service.reader import preferred_language
from service.shared_map import address_of, query_of
from service.status import status_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from layers.exports.desk import Ticket
    from service.export_orders import Order
    from service.site import Site

# A minute: what one office makes, and what all readers together make.
EACH_CLIENT, ALL_CLIENTS = 30, 120
# At the same time: one for each tab of a browser, some for each address, some that are streamed.
EACH_TAB, EACH_ADDRESS, STREAMS = 1, 4, 8
LOOK_SECONDS = 0.05
MAX_TAB = 64
NOT_KEPT = {"Cache-Control": "no-store"}
NOT_LISTED = {"X-Robots-Tag": "noindex"}
# Written while they are sent.
STREAMED = {"geojson": False, "geojsonl": True}


class ExportAnswers:
    """Answers with exports of one installation."""

    def __init__(self, site: Site, rates: Rates | None = None) -> None:
        self._site = site
        self._rates = rates or Rates(EACH_CLIENT, ALL_CLIENTS)
        self._streams = 0

    def read(self) -> dict[str, Callable[[Request], Awaitable[Response]]]:
        """Return what answers `GET`, by path."""
        return {
            EXPORT_OUTLOOK: self.outlook,
            EXPORTED + "{name}": self.direct,
            EXPORTS + "/{key}/file": self.file,
            EXPORTS + "/{key}/manifest.json": self.manifest,
        }

    async def outlook(self, request: Request) -> Response:
        """Answer with what an export would come to, and why it cannot be made where it cannot."""
        return await run_in_threadpool(self._outlook, request)

    def _outlook(self, request: Request) -> Response:
        query = query_of(request)
        headers = {**SAFE, **ASK_AGAIN, "Vary": "Accept-Language"}
        try:
            order = order_of(query, self._site, preferred_language(request), "geojson")
            said = outlook(order, self._site)
            said["direct"] = direct_path(order, query) if said["refused"] is None else None
        except (LayersError, GeoError) as error:
            # What cannot be asked for is an answer too: the page shows it beside the choice.
            said = {"refused": refusal(error)}
        return JSONResponse(said, 200, headers)

    async def make(self, request: Request) -> Response:
        """Answer `POST /exports` with an export that is being made."""
        refuse_others(request)
        query, tab = _wish(await body_of(request))
        self._count(request)
        try:
            order = await run_in_threadpool(order_of, query, self._site, preferred_language(request))
            await run_in_threadpool(self._refuse, order)
            ticket = self._place(order, request, {f"tab {tab}": EACH_TAB} if tab else {})
        except (LayersError, GeoError) as error:
            # In the reader's language, beside the choice that it is about.
            return JSONResponse({"refused": refusal(error)}, status_of(error), {**SAFE, **NOT_KEPT})
        said = state_of(ticket, order.file_name())
        return JSONResponse(said, 202, {**SAFE, **NOT_KEPT, "Location": said["path"]})

    async def job(self, request: Request) -> Response:
        """Answer with how an export stands; cancel it where `DELETE` is asked."""
        key = request.path_params["key"]
        desk = self._site.desk
        ticket = desk.cancel(key) if request.method == "DELETE" else desk.find(key)
        return JSONResponse(state_of(ticket, ""), 200, {**SAFE, **NOT_KEPT, **NOT_LISTED})

    async def file(self, request: Request) -> Response:
        """Answer with the file of a finished export."""
        return self._sent(self._finished(request))

    async def manifest(self, request: Request) -> Response:
        """Answer with the manifest of a finished export."""
        ticket = self._finished(request)
        made = ticket.made
        if made is None:
            raise UnknownExportError
        content = json.dumps(made.exported.manifest, ensure_ascii=False, indent=1).encode() + b"\n"
        name, plain = made.exported.file.name, ticket.label
        disposition = _disposition(f"{name}.manifest.json", f"{plain}.manifest.json", "inline")
        headers = {**SAFE, **NOT_KEPT, **NOT_LISTED, "Content-Disposition": disposition}
        return Response(content, 200, headers, "application/json")

    async def direct(self, request: Request) -> Response:
        """Answer `/export/<name>?...` with the file: GeoJSON while it is written, others when they are made.

        Raises
        ------
        LayersError, GeoError
            It cannot be made; see `layers.exports.export`.
        """
        name, query = request.path_params["name"], query_of(request)
        language = preferred_language(request)
        order = await run_in_threadpool(order_of, query, self._site, language, _format_of(name))
        order = replace(order, is_packed=order.is_packed or name.lower().endswith(ZIP))
        is_streamed = order.asked.format_id in STREAMED and not order.asked.shifted and order.ending != ZIP
        if is_streamed:
            # What else can be wrong comes up with the first piece.
            refuse_unsuited(FORMATS[order.asked.format_id], order.asked)
        else:
            await run_in_threadpool(self._refuse, order)
        if request.method == "HEAD":
            names = order.file_name(), order.plain_file_name()
            return Response(None, 200, _headers(*names), _media_type(order))
        self._count(request)
        return await (self._streamed(order, request) if is_streamed else self._made(order, request))

    async def _streamed(self, order: Order, request: Request) -> Response:
        if self._streams >= STREAMS:
            raise ExportsFullError(COME_BACK_SECONDS)
        pieces = await run_in_threadpool(
            partial(
                streamed, order.selection, self._site.store.catalogue, order.asked.stem,
                SPELLINGS[order.asked.names][0], as_lines=STREAMED[order.asked.format_id],
            ),
        )  # fmt: skip
        described = f'<{EXPORT_OUTLOOK}?{query_of(request)}>; rel="describedby"'
        names = order.file_name(), order.plain_file_name()
        headers = {**_headers(*names), "Link": described.encode("ascii", "replace").decode()}
        return _Counted(pieces, 200, headers, _media_type(order), held=self._held)

    @asynccontextmanager
    async def _held(self) -> AsyncIterator[None]:
        self._streams += 1
        try:
            yield
        finally:
            self._streams -= 1

    async def _made(self, order: Order, request: Request) -> Response:
        desk, ticket = self._site.desk, self._place(order, request, {})
        is_wanted = True
        try:
            while ticket.state in UNFINISHED and is_wanted:
                await asyncio.sleep(LOOK_SECONDS)
                is_wanted = not await request.is_disconnected()
                ticket = desk.find(ticket.key)
        except asyncio.CancelledError:
            # The server stops.
            desk.cancel(ticket.key)
            raise
        if not is_wanted:
            desk.cancel(ticket.key)
            raise ExportCancelledError
        if ticket.error:
            raise ticket.error
        return self._sent(ticket, BackgroundTask(desk.cancel, ticket.key))

    def _refuse(self, order: Order) -> None:
        target = self._site.desk.folder / f"export{order.ending}"
        planned(order.selection, order.asked, target, atlas_of(self._site, ""))

    def _place(self, order: Order, request: Request, holders: dict[str, int]) -> Ticket:
        client = request.client.host if request.client else ""
        work = partial(order.made, self._site, address_of(request, self._site))
        named = {**holders, f"address {client}": EACH_ADDRESS}
        return self._site.desk.place(work, order.plain_file_name(), named)

    def _count(self, request: Request) -> None:
        seconds = self._rates.wait_s(request.client.host if request.client else "")
        if seconds:
            raise ExportsFullError(math.ceil(seconds))

    def _finished(self, request: Request) -> Ticket:
        ticket = self._site.desk.find(request.path_params["key"])
        if ticket.state != DONE:
            raise UnknownExportError
        return ticket

    def _sent(self, ticket: Ticket, afterwards: BackgroundTask | None = None) -> Response:
        if ticket.made is None:
            raise UnknownExportError
        file = ticket.made.exported.file
        digest = {"Repr-Digest": f"sha-256=:{_base64(ticket.made.sha256)}:"}
        media_type = _media_type_of(ticket.made.exported.manifest["format"]["id"], file)
        return FileResponse(
            file, 200, {**_headers(file.name, ticket.label), **digest}, media_type, background=afterwards,
        )  # fmt: skip


class _Counted(StreamingResponse):
    """A stream that is counted while it lasts, however it ends."""

    def __init__(self, *given: Any, held: Callable[[], Any], **named: Any) -> None:  # noqa: ANN401 - as above it
        super().__init__(*given, **named)
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._held():
            await super().__call__(scope, receive, send)


def _wish(body: bytes) -> tuple[str, str]:
    """Return the query that a request holds, and the browser's tab that it comes from."""
    try:
        raw: Any = strict_json.parse(body.decode())
    except ValueError as error:
        raise RefusedRequestError(str(error)[:80]) from error
    if not isinstance(raw, dict) or not raw.keys() <= {"query", "tab"}:
        raise RefusedRequestError
    query, tab = raw.get("query"), raw.get("tab", "")
    if not isinstance(query, str) or not isinstance(tab, str) or len(tab) > MAX_TAB:
        raise RefusedRequestError
    if len(query) > MAX_QUERY:
        raise TooLongError(len(query), MAX_QUERY)
    return query.removeprefix("?"), tab


def _format_of(name: str) -> str:
    """Return the format that a file's name means, or its ending, which is then refused as none."""
    ending = name[name.rfind(".") :].lower() if "." in name else name
    for row in FORMATS.values():
        if row.extension == ending != ZIP:
            return row.format_id
    return "" if ending == ZIP else ending.removeprefix(".")[:20]


def _media_type(order: Order) -> str:
    row = FORMATS[order.asked.format_id]
    return "application/zip" if order.ending == ZIP else row.media_type


def _media_type_of(format_id: str, file: Path) -> str:
    return "application/zip" if file.suffix == ZIP else FORMATS[format_id].media_type


def _headers(name: str, plain: str) -> dict[str, str]:
    return {**SAFE, **NOT_KEPT, **NOT_LISTED, "Content-Disposition": _disposition(name, plain, "attachment")}


def _disposition(name: str, plain: str, kind: str) -> str:
    # RFC 6266: the second name is for all who read UTF-8, the first for the rest.
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _base64(digest: str) -> str:
    return base64.b64encode(bytes.fromhex(digest)).decode()
