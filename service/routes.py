"""The table of paths that are answered beside Streamlit."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from geo.errors import GeoError
from layers.errors import LayersError
from layers.render.document import frame_page
from layers.render.paths import EXPORTS, PREVIEW, PRINTED, QR, SAVED, SHARED, SHORT
from service.app_page import AppPage
from service.changes import ChangeAnswers
from service.documents import DocumentAnswers
from service.errors import ServiceError
from service.exports import ExportAnswers
from service.guard import Guard
from service.headers import ASK_AGAIN, FOR_EVER, POLICY, SAFE, answer, packed, packed_to_keep
from service.ogc.answers import OgcAnswers
from service.place import PlaceAnswers
from service.preview import PreviewAnswers
from service.print import PrintAnswers
from service.qr import QrAnswers
from service.rest_of_path import REST
from service.shared_map import HTML, MapAnswers
from service.short_link_answers import ShortLinkAnswers, refused
from service.status import explained

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from service.headers import Packed
    from service.site import Site

GEOJSON = "application/geo+json"
JSON = "application/json"
MEDIA_TYPES = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}
# Each layer of each version that is kept ready is compressed once.
KEPT_PACKED = 64
KEPT_WHOLE = 4


def routes(site: Site, page: bytes = b"") -> list[Route]:
    """Return the routes of one installation.

    Parameters
    ----------
    page
        Streamlit's own page; without it nothing answers for the app.
    """
    answers, places, documents = _Answers(site), PlaceAnswers(site), DocumentAnswers(site)
    maps, changes = MapAnswers(site), ChangeAnswers(site)
    links = ShortLinkAnswers(site, maps)
    codes = QrAnswers(site, links)
    exports = ExportAnswers(site)
    table: dict[str, Callable[[Request], Awaitable[Response]]] = {
        "/data/{version}.json": answers.whole_data,
        "/data/{version}/{layer_id}.geojson": answers.data,
        "/ground/{digest}.json": answers.ground,
        "/assets/{version}/{name}": answers.asset,
        "/frame/{assets}": answers.frame,
        "/frame/{assets}/{version}.json": answers.config,
        "/documents/{version}.json": documents.library,
        "/documents/{version}/{document_id}.json": documents.document,
        "/changes/{old}/{new}.{extension}": changes.file,
        "/changes/{old}/{new}/{shown}-{reading}.json": changes.places,
        f"/f/{{asked:{REST}}}": places.answer,
        SHARED: maps.shared,
        SAVED: maps.saved,
        SHORT: links.opened,
        f"{SHORT}/{{key:{REST}}}": links.opened,
        QR: codes.answer,
        PREVIEW: PreviewAnswers(site).answer,
        PRINTED + "{name}.{form}": PrintAnswers(site).answer,
        **exports.read(),
        **OgcAnswers(site).routes(),
        "/health": answers.health,
    }
    if page:
        table["/"] = AppPage(site, page).answer
    read = [Route(path, endpoint, methods=["GET", "HEAD"]) for path, endpoint in table.items()]
    made = [
        Route(SHORT, links.make, methods=["POST"]),
        Route(EXPORTS, exports.make, methods=["POST"]),
        Route(EXPORTS + "/{key}", exports.job, methods=["GET", "HEAD", "DELETE"]),
    ]
    return [*made, *read]


def middleware(site: Site, page: bytes = b"") -> list[Middleware]:
    """Return what each answer of the process passes through, Streamlit's too.

    Parameters
    ----------
    page
        Streamlit's own page.
    """
    return [Middleware(Guard, frame_hosts=site.frame_hosts, page=page)]


def handlers() -> dict[type[Exception], Callable[[Any, Any], Response]]:
    """Return what answers for the errors that no route has caught."""
    return {LayersError: explained, GeoError: explained, ServiceError: refused}


class _Answers:
    """The answers whose content is kept."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._packed_data = lru_cache(maxsize=KEPT_WHOLE)(self._pack_data)
        self._packed_layer = lru_cache(maxsize=KEPT_PACKED)(self._pack_layer)
        self._packed_asset = lru_cache(maxsize=KEPT_PACKED)(self._pack_asset)
        self._packed_config = lru_cache(maxsize=4)(self._pack_config)
        self._packed_ground = lru_cache(maxsize=1)(self._pack_ground)

    async def whole_data(self, request: Request) -> Response:
        """Answer with all layers at one data version, by layer id."""
        content, ready = await run_in_threadpool(self._packed_data, request.path_params["version"])
        return answer(request, content, JSON, FOR_EVER, ready)

    async def data(self, request: Request) -> Response:
        """Answer with one layer at one data version."""
        found = request.path_params["version"], request.path_params["layer_id"]
        content, ready = await run_in_threadpool(self._packed_layer, *found)
        return answer(request, content, GEOJSON, FOR_EVER, ready)

    async def ground(self, request: Request) -> Response:
        """Answer with the offline basemap's data."""
        if request.url.path != self._site.ground_path:
            return _missing(request)
        content, ready = await run_in_threadpool(self._packed_ground)
        return answer(request, content, JSON, FOR_EVER, ready)

    async def asset(self, request: Request) -> Response:
        """Answer with a script or style."""
        name = request.path_params["name"]
        assets = self._site.assets
        if request.path_params["version"] != assets.version or name not in assets.files:
            return _missing(request)
        content, ready = self._packed_asset(name)
        return answer(request, content, MEDIA_TYPES[name.rpartition(".")[2]], FOR_EVER, ready)

    async def frame(self, request: Request) -> Response:
        """Answer with the map document for the frame inside the app."""
        assets = self._site.assets
        if request.path_params["assets"] != assets.version:
            return _missing(request)
        title = self._site.store.catalogue.product["name"]["zh"]
        page = frame_page(title, assets, self._site.tile_hosts)
        # Not for ever: the policy follows the operator's tile servers, which no path names.
        headers = {**ASK_AGAIN, POLICY: page.policy}
        content = page.html.encode()
        return answer(request, content, HTML, headers, await run_in_threadpool(packed, content))

    async def config(self, request: Request) -> Response:
        """Answer with what the framed document is told once for a data version."""
        if request.path_params["assets"] != self._site.assets.version:
            return _missing(request)
        version = request.path_params["version"]
        content, ready = await run_in_threadpool(self._packed_config, version)
        # Not for ever: it holds the catalogue and the words too, which no version covers.
        return answer(request, content, JSON, ASK_AGAIN, ready)

    async def health(self, _: Request) -> Response:
        """Say what is served and what is refused; 503 while nothing can be served."""
        snapshot = await run_in_threadpool(self._site.store.snapshot)
        report = {
            "status": "ok" if not snapshot.refused else "degraded",
            "data_version": snapshot.version,
            "layers": {layer_id: len(layer.features) for layer_id, layer in snapshot.layers.items()},
            "refused": {layer_id: str(error) for layer_id, error in snapshot.refused.items()},
        }
        return JSONResponse(report, 200 if snapshot.layers else 503, {**SAFE, **ASK_AGAIN})

    def _pack_data(self, version: str) -> tuple[bytes, Packed]:
        content = self._site.store.snapshot(version).content
        return content, packed_to_keep(content)

    def _pack_layer(self, version: str, layer_id: str) -> tuple[bytes, Packed]:
        content = self._site.store.snapshot(version).layer(layer_id).content
        return content, packed_to_keep(content)

    def _pack_asset(self, name: str) -> tuple[bytes, Packed]:
        content = self._site.assets.files[name].encode()
        return content, packed_to_keep(content)

    def _pack_config(self, version: str) -> tuple[bytes, Packed]:
        config = self._site.frame_config(self._site.store.snapshot(version))
        content = json.dumps(config, ensure_ascii=False, separators=(",", ":")).encode()
        return content, packed_to_keep(content)

    def _pack_ground(self) -> tuple[bytes, Packed]:
        content = self._site.ground
        return content, packed_to_keep(content)


def _missing(request: Request) -> Response:
    text = f"Nothing at {request.url.path!r}. Reload the page: a newer version of it may be there."
    return PlainTextResponse(text, 404, {**SAFE, **ASK_AGAIN})
