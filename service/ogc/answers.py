"""The answers under `/ogc`: OGC API Features over the store, whatever data version it has just now."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse

from geo.errors import GeoError
from i18n.messages import messages
from layers.errors import LayersError, UnknownPlaceError
from layers.items import ItemQuery, Items, part_of
from layers.places import layer_of
from layers.render.paths import OGC
from service.errors import NoSuchPathError, ServiceError
from service.headers import ASK_AGAIN, POLICY, SAFE, Ready, answer_ready, etag_of, packed
from service.ogc import parameters
from service.ogc.collections import Collection, collections_of
from service.ogc.documents import CONFORMS_TO, Documents
from service.ogc.links import GEOJSON, JSON, OPENAPI, QUERYABLES, SCHEMA, Links, collection_path, item_path
from service.ogc.openapi import Definition
from service.ogc.references import CRS84, references
from service.reader import asked_language
from service.rest_of_path import REST
from service.shared_map import address_of
from service.status import status_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from numpy import intp
    from numpy.typing import NDArray
    from starlette.requests import Request
    from starlette.responses import Response

    from layers.snapshot import Snapshot
    from service.ogc.parameters import Parameter
    from service.site import Site

    Endpoint = Callable[[Request], Awaitable[Response]]

# Collections of data versions that are kept ready.
KEPT_COLLECTIONS = 64
DATA_VERSION = "Data-Version"
HEADERS = {**ASK_AGAIN, POLICY: f"{SAFE[POLICY]}; sandbox", "Vary": "Accept-Language"}


class OgcAnswers:
    """Answers under `/ogc` for one installation."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._references = references(site.store.catalogue)
        self._items = lru_cache(maxsize=KEPT_COLLECTIONS)(self._build_items)

    def routes(self) -> dict[str, Endpoint]:
        """Return what answers on which path."""
        one = f"{OGC}/collections/{{collection_id}}"
        table: dict[str, Callable[[Request], Response]] = {
            OGC: self._landing,
            f"{OGC}/": self._landing,
            f"{OGC}/conformance": self._conformance,
            f"{OGC}/openapi": self._openapi,
            f"{OGC}/collections": self._collections,
            one: self._collection,
            f"{one}/queryables": self._queryables,
            f"{one}/schema": self._schema,
            f"{one}/feature-schema": self._feature_schema,
            f"{one}/items": self._features,
            f"{one}/items/{{feature_id:{REST}}}": self._feature,
            f"{OGC}/{{rest:{REST}}}": _nothing,
        }
        return {path: partial(_answered, build) for path, build in table.items()}

    def _landing(self, request: Request) -> Response:
        _read(request, parameters.of_documents())
        documents = self._documents(request, self._site.store.snapshot())
        return _sent(request, documents.landing(), JSON)

    def _conformance(self, request: Request) -> Response:
        _read(request, parameters.of_documents())
        return _sent(request, {"conformsTo": list(CONFORMS_TO)}, JSON)

    def _openapi(self, request: Request) -> Response:
        _read(request, parameters.of_documents())
        catalogue = self._site.store.catalogue
        definition = Definition(catalogue, self._references, self._links(request), asked_language(request))
        return _sent(request, definition.of(self._site.store.snapshot()), OPENAPI)

    def _collections(self, request: Request) -> Response:
        snapshot = self._snapshot(_read(request, parameters.of_collections()))
        items = {found: self._items(snapshot.version, found) for found in collections_of(snapshot)}
        told = self._documents(request, snapshot).collections(items, list(self._references))
        return _sent(request, told, JSON, snapshot)

    def _collection(self, request: Request) -> Response:
        snapshot = self._snapshot(_read(request, parameters.of_collections()))
        collection = _asked(request, snapshot)
        items = self._items(snapshot.version, collection)
        told = self._documents(request, snapshot).collection(collection, items, list(self._references))
        return _sent(request, told, JSON, snapshot)

    def _queryables(self, request: Request) -> Response:
        return self._told(request, Documents.queryables)

    def _schema(self, request: Request) -> Response:
        return self._told(request, Documents.schema)

    def _feature_schema(self, request: Request) -> Response:
        return self._told(request, Documents.feature_schema)

    def _told(self, request: Request, tell: Callable[[Documents, Collection], dict[str, Any]]) -> Response:
        snapshot = self._snapshot(_read(request, parameters.of_collections()))
        told = tell(self._documents(request, snapshot), _asked(request, snapshot))
        return _sent(request, told, SCHEMA, snapshot)

    def _features(self, request: Request) -> Response:
        values = _read(request, parameters.of_items(self._references))
        snapshot = self._snapshot(values)
        collection = _asked(request, snapshot)
        items = self._items(snapshot.version, collection)
        rows = items.rows(self._query(values))
        links = self._links(request)
        path = collection_path(collection.collection_id, "items")
        page = _Page(rows, values.get("offset", 0), values.get("limit", parameters.DEFAULT_LIMIT))
        told = {
            "type": "FeatureCollection",
            "numberMatched": len(rows),
            "numberReturned": len(page.shown),
            "dataVersion": snapshot.version,
            "links": [
                links.itself(path, _given(request), GEOJSON),
                *(
                    links.link(path, rel, GEOJSON, rel, urlencode(_of_page(request, snapshot, page, offset)))
                    for rel, offset in page.neighbours().items()
                ),
                links.link(collection_path(collection.collection_id), "collection", JSON, "collection"),
            ],
            "features": self._drawn(items, page.shown, values, links),
        }
        queryables = f"{links.base}{collection_path(collection.collection_id, 'queryables')}"
        more = {"Link": f'<{queryables}>; rel="{QUERYABLES}"; type="{SCHEMA}"', **_content_crs(values)}
        return _sent(request, told, GEOJSON, snapshot, more)

    def _feature(self, request: Request) -> Response:
        values = _read(request, parameters.of_feature(self._references))
        snapshot = self._snapshot(values)
        collection = _asked(request, snapshot)
        feature_id = request.path_params["feature_id"]
        items = self._items(snapshot.version, collection)
        rows = items.rows_of(feature_id)
        if not len(rows):
            return self._elsewhere(request, snapshot, collection)
        links = self._links(request)
        (feature,) = self._drawn(items, rows, values, links)
        path = item_path(collection.collection_id, feature_id)
        feature["dataVersion"] = snapshot.version
        feature["links"] = [
            links.itself(path, _given(request), GEOJSON),
            links.link(collection_path(collection.collection_id), "collection", JSON, "collection"),
            links.place(feature_id),
        ]
        return _sent(request, feature, GEOJSON, snapshot, _content_crs(values))

    def _elsewhere(self, request: Request, snapshot: Snapshot, collection: Collection) -> Response:
        """Lead to a feature that has another id or collection now, or say why it is not there."""
        catalogue = self._site.store.catalogue
        current = catalogue.former_ids.current(request.path_params["feature_id"])
        try:
            layer = layer_of(current, snapshot, catalogue)
        except UnknownPlaceError:
            # A place whose layer cannot be read at the moment is not gone.
            if collection.layer_id in snapshot.refused:
                raise snapshot.refused[collection.layer_id] from None
            raise
        link = self._links(request).link(item_path(layer.layer_id, current), "canonical", GEOJSON)
        query = f"?{urlencode(_given(request))}" if _given(request) else ""
        return RedirectResponse(link["href"] + query, 301, {**SAFE, **HEADERS})

    def _drawn(
        self, items: Items, rows: NDArray[intp], values: Mapping[str, Any], links: Links,
    ) -> list[dict[str, Any]]:
        features = items.features(rows, self._references[values.get("crs", CRS84)])
        for feature in features:
            feature["properties"]["url"] = links.place_address(feature["id"])
        return features

    def _query(self, values: Mapping[str, Any]) -> ItemQuery:
        return ItemQuery(
            bbox=values.get("bbox"),
            bbox_crs=self._references[values.get("bbox-crs", CRS84)],
            years=values.get("datetime"),
            equal=tuple((name, values[name]) for name in parameters.ATTRIBUTE_NAMES if name in values),
            expression=values.get("filter", ""),
            expression_crs=self._references[values.get("filter-crs", CRS84)],
        )

    def _snapshot(self, values: Mapping[str, Any]) -> Snapshot:
        return self._site.store.snapshot(values.get("data-version", ""))

    def _documents(self, request: Request, snapshot: Snapshot) -> Documents:
        language = asked_language(request)
        return Documents(self._site, snapshot, self._links(request), language, _given(request))

    def _links(self, request: Request) -> Links:
        return Links(address_of(request, self._site), messages(asked_language(request), "ogc"))

    def _build_items(self, version: str, collection: Collection) -> Items:
        store = self._site.store
        layer = store.snapshot(version).layer(collection.layer_id)
        return Items(part_of(layer, collection.part) if collection.part else layer, store.catalogue)


class _Page:
    """A part of the features that meet a query."""

    def __init__(self, rows: NDArray[intp], offset: int, limit: int) -> None:
        self._count = len(rows)
        self._offset = offset
        self.limit = limit
        self.shown = rows[offset : offset + limit]

    def neighbours(self) -> dict[str, int]:
        """Return the offsets of the pages before and behind, by relation, where there are any."""
        found = {}
        if self._offset + self.limit < self._count:
            found["next"] = self._offset + self.limit
        if self._offset:
            found["prev"] = max(self._offset - self.limit, 0)
        return found


async def _answered(build: Callable[[Request], Response], request: Request) -> Response:
    return await run_in_threadpool(_guarded, build, request)


def _guarded(build: Callable[[Request], Response], request: Request) -> Response:
    try:
        return build(request)
    except (LayersError, GeoError, ServiceError) as error:
        report = {"code": error.code, "description": str(error)}
        return JSONResponse(report, status_of(error), {**SAFE, **HEADERS})


def _nothing(request: Request) -> Response:
    raise NoSuchPathError(request.url.path)


def _asked(request: Request, snapshot: Snapshot) -> Collection:
    collection = Collection.named(request.path_params["collection_id"])
    snapshot.layer(collection.layer_id)
    return collection


def _read(request: Request, known: tuple[Parameter, ...]) -> dict[str, Any]:
    return parameters.read_all(request.query_params.multi_items(), known)


def _given(request: Request) -> dict[str, str]:
    return dict(request.query_params)


def _of_page(request: Request, snapshot: Snapshot, page: _Page, offset: int) -> dict[str, str]:
    # The other pages are of the same data, whatever is published meanwhile.
    pinned = {"data-version": snapshot.version, "limit": str(page.limit), "offset": str(offset)}
    return {**_given(request), **pinned}


def _content_crs(values: Mapping[str, Any]) -> dict[str, str]:
    return {"Content-Crs": f"<{values.get('crs', CRS84)}>"}


def _sent(
    request: Request,
    told: Mapping[str, Any],
    media_type: str,
    snapshot: Snapshot | None = None,
    more: Mapping[str, str] | None = None,
) -> Response:
    headers = {**HEADERS, **(more or {})}
    if snapshot is not None:
        headers[DATA_VERSION] = snapshot.version
    # The same answer at another time is the same answer.
    etag = etag_of(_written(told))
    stamped = {**told, "timeStamp": _now()} if told.get("type") == "FeatureCollection" else told
    ready = Ready(etag, packed(_written(stamped))["gzip"])
    return answer_ready(request, ready, media_type, headers)


def _written(told: Mapping[str, Any]) -> bytes:
    text = json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
