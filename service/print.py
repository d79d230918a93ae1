"""Views to print: a map or an atlas as PDF, PNG or SVG, `/print/map.pdf`."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse

from i18n.messages import messages
from layers.errors import UnknownPrintError
from layers.render.press import Press
from layers.render.print_edition import Imprint, Said, edition_of
from layers.render.print_files import MEDIA_TYPES, SEEN, VIEW, Wanted, printed
from layers.render.print_sheet import LANDSCAPE, PAPERS, Sheet
from layers.render.still_map import Atlas
from service.headers import SAFE, answer
from service.reader import preferred_language
from service.shared_map import address_of, parted, query_of, shown
from service.site import today

if TYPE_CHECKING:
    from datetime import date

    from starlette.requests import Request
    from starlette.responses import Response

    from layers.view import MapView
    from service.shared_map import Shown
    from service.site import Site

# What is ours in the query besides the view.
PAPER, ORIENT, FIT, WINDOW = "paper", "orient", "fit", "window"
_OWN = (PAPER, ORIENT, FIT, WINDOW)
_WINDOW = re.compile(r"([1-9][0-9]{2,3})x([1-9][0-9]{2,3})")
_WINDOW_FORM = "1200x800"
FOR_AN_HOUR = {"Cache-Control": "public, max-age=3600"}
# One is printed at a time; beyond so many waiting, an asker is told to come back.
MOST_WAITING, COME_BACK_SECONDS = 8, 10
# The last prints are kept up to so many bytes: a sheet has some 0.3 MB, an atlas some 3.
KEPT_BYTES = 24_000_000
_NOT_IN_FILE_NAMES = re.compile(r"[^\w-]+", re.ASCII)


@dataclass(frozen=True)
class Order:
    """All that a print depends on.

    Attributes
    ----------
    day
        On which it is printed.
    address
        Of the atlas, for its code.
    compared
        The data version that the view is compared with, or empty.
    """

    wanted: Wanted
    sheet: Sheet
    view: MapView
    version: str
    day: date
    address: str
    compared: str


class PrintAnswers:
    """Answers with prints of views, made one at a time beside the server's own thread."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._press = Press()
        self._one_at_a_time = asyncio.Lock()
        self._waiting = 0
        self._kept: dict[Order, bytes] = {}
        self._atlas = lru_cache(maxsize=2)(self._build_atlas)

    async def answer(self, request: Request) -> Response:
        """Answer `/print/map.pdf?<view query>&paper=a3&orient=portrait`, and the like of `atlas`.

        Raises
        ------
        UnknownPrintError
            There is no such print.
        """
        order, found = await run_in_threadpool(self._order, request)
        content = self._kept.get(order)
        if content is None:
            if self._waiting >= MOST_WAITING:
                later = {**SAFE, "Cache-Control": "no-store", "Retry-After": str(COME_BACK_SECONDS)}
                return PlainTextResponse("busy", 503, later)
            content = await self._in_turn(order, found)
        # Saved rather than shown: readers of PDF within browsers do not run under our policy.
        headers = {
            **FOR_AN_HOUR, "Content-Disposition": self._disposition(order), "Vary": "Accept-Language",
        }  # fmt: skip
        return answer(request, content, MEDIA_TYPES[order.wanted.form], headers)

    def _order(self, request: Request) -> tuple[Order, Shown]:
        asked, query = parted(query_of(request), _OWN)
        kind, form = request.path_params["name"], request.path_params["form"]
        wanted = Wanted(kind, form, asked.get(FIT, VIEW), _window(asked.get(WINDOW, ""))).checked()
        sheet = Sheet.of(asked.get(PAPER, next(iter(PAPERS))), asked.get(ORIENT, LANDSCAPE))
        found = shown(query, self._site, preferred_language(request))
        order = Order(
            wanted, sheet, found.view, found.snapshot.version, today(), address_of(request, self._site),
            compared=found.compared.version if found.compared else "",
        )  # fmt: skip
        return order, found

    async def _in_turn(self, order: Order, found: Shown) -> bytes:
        self._waiting += 1
        try:
            async with self._one_at_a_time:
                # Who asked before may have asked for the same.
                if order not in self._kept:
                    self._keep(order, await run_in_threadpool(self._print, order, found))
                return self._kept[order]
        finally:
            self._waiting -= 1

    def _keep(self, order: Order, content: bytes) -> None:
        self._kept[order] = content
        while len(self._kept) > 1 and sum(map(len, self._kept.values())) > KEPT_BYTES:
            del self._kept[next(iter(self._kept))]

    def _print(self, order: Order, found: Shown) -> bytes:
        language = order.view.language
        said = Said(*(messages(language, part) for part in ("map", "print", "sentence", "changes")))
        imprint = Imprint(
            order.day, self._site.publications(), address=order.address, compared=found.compared,
        )
        edition = edition_of(order.view, self._atlas(order.version), order.sheet, said, imprint)
        return printed(edition, order.wanted, self._press)

    def _build_atlas(self, version: str) -> Atlas:
        store = self._site.store
        return Atlas(store.snapshot(version), store.catalogue, self._site.paper)

    def _disposition(self, order: Order) -> str:
        names, wanted = self._site.store.catalogue.product["name"], order.wanted
        tail = f"-{wanted.kind}-{order.sheet.paper}.{wanted.form}"
        plain = _NOT_IN_FILE_NAMES.sub("-", names["en"]).strip("-").lower() or "atlas"
        whole = quote(names["zh"] + tail, safe="")
        return f"attachment; filename=\"{plain}{tail}\"; filename*=UTF-8''{whole}"


def _window(text: str) -> tuple[float, float]:
    if not text:
        return SEEN
    found = _WINDOW.fullmatch(text)
    if found is None:
        raise UnknownPrintError(WINDOW, text, (_WINDOW_FORM,))
    return float(found[1]), float(found[2])


