"""The definition of the OGC API as OpenAPI 3.0, written from the catalogue and the table of parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.ogc.collections import collections_of
from service.ogc.documents import titles_of
from service.ogc.links import GEOJSON, JSON, OPENAPI, SCHEMA, collection_path
from service.ogc.parameters import of_collections, of_documents, of_feature, of_items

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from layers.catalogue import Catalogue
    from layers.snapshot import Snapshot
    from service.ogc.links import Links
    from service.ogc.parameters import Parameter

VERSION = "1.0.0"
_OBJECT: Mapping[str, Any] = {"type": "object"}
_LINKS: Mapping[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["href", "rel", "type"],
        "properties": {name: {"type": "string"} for name in ("href", "rel", "type", "title")},
    },
}
_GEOMETRY: Mapping[str, Any] = {
    "type": "object",
    "nullable": True,
    "required": ["type", "coordinates"],
    "properties": {"type": {"type": "string"}, "coordinates": {"type": "array", "items": {}}},
}
_FEATURE: Mapping[str, Any] = {
    "type": "object",
    "required": ["type", "id", "geometry", "properties"],
    "properties": {
        "type": {"type": "string", "enum": ["Feature"]},
        "id": {"type": "string"},
        "geometry": _GEOMETRY,
        "properties": _OBJECT,
        "links": _LINKS,
    },
}
_COLLECTION: Mapping[str, Any] = {
    "type": "object",
    "required": ["id", "title", "links", "extent", "crs"],
    "properties": {
        "id": {"type": "string"},
        "title": {"type": "string"},
        "description": {"type": "string"},
        "links": _LINKS,
        "extent": _OBJECT,
        "crs": {"type": "array", "items": {"type": "string"}},
    },
}
SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "exception": {
        "type": "object",
        "required": ["code", "description"],
        "properties": {"code": {"type": "string"}, "description": {"type": "string"}},
    },
    "landingPage": {"type": "object", "required": ["links"], "properties": {"links": _LINKS}},
    "confClasses": {
        "type": "object",
        "required": ["conformsTo"],
        "properties": {"conformsTo": {"type": "array", "items": {"type": "string"}}},
    },
    "collection": _COLLECTION,
    "collections": {
        "type": "object",
        "required": ["links", "collections"],
        "properties": {
            "links": _LINKS,
            "collections": {"type": "array", "items": {"$ref": "#/components/schemas/collection"}},
        },
    },
    "feature": _FEATURE,
    "featureCollection": {
        "type": "object",
        "required": ["type", "features", "links", "numberMatched", "numberReturned"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": {"$ref": "#/components/schemas/feature"}},
            "links": _LINKS,
            "timeStamp": {"type": "string", "format": "date-time"},
            "numberMatched": {"type": "integer", "minimum": 0},
            "numberReturned": {"type": "integer", "minimum": 0},
        },
    },
    "jsonSchema": {"type": "object", "required": ["$schema", "$id", "type", "properties"]},
    "openapi": {"type": "object", "required": ["openapi", "info", "paths"]},
}


class Definition:
    """Writes the API's definition in one language."""

    def __init__(self, catalogue: Catalogue, crs_uris: Collection[str], links: Links, language: str) -> None:
        self._catalogue = catalogue
        self._crs_uris = crs_uris
        self._links = links
        self._language = language
        self._titles = titles_of(catalogue, language)

    def of(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return the definition for the collections of a data version."""
        words = self._links.words
        product = self._catalogue.product
        paths = {
            "/": self._path("landing", "landingPage", JSON, of_documents()),
            "/conformance": self._path("conformance", "confClasses", JSON, of_documents()),
            "/openapi": self._path("openapi", "openapi", OPENAPI, of_documents()),
            "/collections": self._path("collections", "collections", JSON, of_collections()),
        }
        entries = {entry.layer_id: entry for entry in self._catalogue.entries(snapshot.layers)}
        for collection in collections_of(snapshot):
            title = collection.title(entries[collection.layer_id], words, self._language)
            paths |= self._of_collection(collection.collection_id, title)
        return {
            "openapi": "3.0.3",
            "info": {
                "title": f"{product['name'][self._language]} · OGC API",
                "description": words["description"],
                "version": VERSION,
            },
            "servers": [{"url": self._links.base}],
            "paths": paths,
            "components": {"schemas": SCHEMAS},
        }

    def _of_collection(self, collection_id: str, title: str) -> dict[str, Any]:
        items = of_items(self._crs_uris)
        feature_id = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
        feature = self._path("feature", "feature", GEOJSON, of_feature(self._crs_uris), title)
        feature["get"]["parameters"].insert(0, feature_id)
        rows = {
            "": ("collection", "collection", JSON, of_collections()),
            "queryables": ("queryables", "jsonSchema", SCHEMA, of_collections()),
            "schema": ("schema", "jsonSchema", SCHEMA, of_collections()),
            "feature-schema": ("feature-schema", "jsonSchema", SCHEMA, of_collections()),
            "items": ("items", "featureCollection", GEOJSON, items),
        }
        paths = {collection_path(collection_id, part): self._path(*row, title) for part, row in rows.items()}
        return {**paths, f"{collection_path(collection_id, 'items')}/{{featureId}}": feature}

    def _path(
        self, name: str, schema: str, media_type: str, parameters: tuple[Parameter, ...], title: str = "",
    ) -> dict[str, Any]:
        summary = self._links.words[f"link.{name}"]
        return {
            "get": {
                "summary": f"{title} · {summary}" if title else summary,
                "parameters": [self._parameter(parameter) for parameter in parameters],
                "responses": {
                    "200": _answer("OK", media_type, schema),
                    "400": _answer("Bad request", JSON, "exception"),
                    "404": _answer("Not found", JSON, "exception"),
                    "default": _answer("Moved, gone or not to be had at the moment", JSON, "exception"),
                },
            },
        }

    def _parameter(self, parameter: Parameter) -> dict[str, Any]:
        name = parameter.name
        words, key = self._links.words, f"parameter.{parameter.words}"
        return {
            "name": name,
            "in": "query",
            "required": False,
            "description": words[key] if parameter.words else self._titles.get(name, name),
            "schema": parameter.schema,
            "style": "form",
            "explode": False,
        }


def _answer(description: str, media_type: str, schema: str) -> dict[str, Any]:
    content = {media_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": description, "content": content}
