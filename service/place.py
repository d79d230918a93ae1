"""The permanent page of each place, `/f/<id>`, and the place as GeoJSON, `/f/<id>.json`."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse, Response

from i18n.messages import LANGUAGES
from layers.errors import RetiredPlaceError, UnknownPlaceError
from layers.neighbours import Positions
from layers.places import layer_of
from layers.render.paths import feature_path, place_path
from service.headers import ASK_AGAIN, POLICY, SAFE, Ready, answer, answer_ready, packed
from service.place_page import PlaceWriter
from service.shared_map import HTML, default_view
from service.status import STATUS

if TYPE_CHECKING:
    from datetime import date

    from starlette.requests import Request

    from layers.snapshot import Snapshot
    from layers.view import MapView
    from service.site import Site

GEOJSON = "application/geo+json"
AS_JSON = ".json"
# Versions and layers that are kept ready: those that links open one after the other.
KEPT_VERSIONS, KEPT_LAYERS = 2, 32
# Pages that are kept, some 10 kB each: all of the corridor's places in both languages.
KEPT_PAGES = 1024


class PlaceAnswers:
    """Answers under `/f/`, with what they need of each data version kept ready."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._positions = lru_cache(maxsize=KEPT_VERSIONS)(self._build_positions)
        self._features = lru_cache(maxsize=KEPT_LAYERS)(self._read_features)
        self._pages = lru_cache(maxsize=KEPT_PAGES)(self._write_page)

    async def answer(self, request: Request) -> Response:
        """Answer with a place's page, or with the place itself where `.json` is asked for."""
        asked: str = request.path_params["asked"]
        if asked.endswith(AS_JSON):
            return await run_in_threadpool(self._as_json, request, asked.removesuffix(AS_JSON))
        return await run_in_threadpool(self._as_page, request, asked)

    def _as_json(self, request: Request, asked: str) -> Response:
        current = self._site.store.catalogue.former_ids.current(asked)
        if current != asked:
            return _moved(request, feature_path(current))
        snapshot = self._site.store.snapshot()
        try:
            feature = self._feature(asked, snapshot)[1]
        except (RetiredPlaceError, UnknownPlaceError) as error:
            report = {"code": error.code, "message": str(error)}
            return JSONResponse(report, _status(error, snapshot, self._site), {**SAFE, **ASK_AGAIN})
        content = json.dumps(feature, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
        return answer(request, content, GEOJSON, ASK_AGAIN, packed(content))

    def _as_page(self, request: Request, asked: str) -> Response:
        site = self._site
        current = site.store.catalogue.former_ids.current(asked)
        if current != asked:
            return _moved(request, place_path(current))
        headers = {**ASK_AGAIN, POLICY: site.plain_policy}
        snapshot = site.store.snapshot()
        start = replace(default_view(site), language=_language(request))
        try:
            ready = self._pages(snapshot.version, asked, start.language, start.on)
        except RetiredPlaceError as error:
            tombstone = site.store.catalogue.former_ids.tombstones[asked]
            page = self._writer(snapshot, start).retired(asked, tombstone)
            return _gone(page, _status(error, snapshot, site), headers)
        except UnknownPlaceError as error:
            status = _status(error, snapshot, site)
            is_whole = status == STATUS[UnknownPlaceError]
            page = self._writer(snapshot, start).missing(asked, error.similar, is_whole=is_whole)
            return _gone(page, status, headers)
        return answer_ready(request, ready, HTML, headers)

    def _write_page(self, version: str, asked: str, language: str, on: date) -> Ready:
        snapshot = self._site.store.snapshot(version)
        start = replace(default_view(self._site), language=language, on=on)
        layer_id, feature = self._feature(asked, snapshot)
        page = self._writer(snapshot, start).place(layer_id, feature, self._positions(version))
        return Ready.of(page.encode())

    def _writer(self, snapshot: Snapshot, start: MapView) -> PlaceWriter:
        return PlaceWriter(self._site, snapshot, partial(self._features, snapshot.version), start)

    def _feature(self, feature_id: str, snapshot: Snapshot) -> tuple[str, dict[str, Any]]:
        layer = layer_of(feature_id, snapshot, self._site.store.catalogue)
        return layer.layer_id, self._features(snapshot.version, layer.layer_id)[feature_id]

    def _build_positions(self, version: str) -> Positions:
        return Positions.build(self._site.store.snapshot(version))

    def _read_features(self, version: str, layer_id: str) -> dict[str, dict[str, Any]]:
        collection = json.loads(self._site.store.snapshot(version).layer(layer_id).content)
        return {feature["id"]: feature for feature in collection["features"]}


def _language(request: Request) -> str:
    asked = request.query_params.get("lang", "")
    return asked if asked in LANGUAGES else LANGUAGES[0]


def _moved(request: Request, path: str) -> Response:
    language = _language(request)
    query = f"?lang={language}" if language != LANGUAGES[0] else ""
    return RedirectResponse(path + query, 301, {**SAFE, **ASK_AGAIN})


def _gone(page: str, status: int, headers: dict[str, str]) -> Response:
    return Response(page.encode(), status, {**SAFE, **headers}, HTML)


def _status(error: RetiredPlaceError | UnknownPlaceError, snapshot: Snapshot, site: Site) -> int:
    is_whole = set(site.store.catalogue.layer_ids()) <= set(snapshot.layers)
    # A place whose layer cannot be read at the moment is not gone.
    return STATUS[type(error)] if is_whole or isinstance(error, RetiredPlaceError) else 503
