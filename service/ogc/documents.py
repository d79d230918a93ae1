"""What the OGC API says of itself and of its collections."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from layers.attributes import BOOLEAN, BY_NAME, INTEGER, STRING, STRINGS
from layers.fields import FEATURES
from service.ogc.links import (
    GEOJSON,
    JSON,
    OPENAPI,
    QUERYABLES,
    SCHEMA,
    SCHEMAS,
    Links,
    collection_path,
)
from service.ogc.references import CRS84
from service.shared_map import default_view

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from layers.attributes import Attribute
    from layers.catalogue import Catalogue, LayerEntry
    from layers.items import Items
    from layers.snapshot import Snapshot
    from service.ogc.collections import Collection
    from service.site import Site

_FEATURES = "http://www.opengis.net/spec/ogcapi-features-{}/1.0/conf/{}"
_CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf/{}"
CONFORMS_TO = (
    *(_FEATURES.format(1, name) for name in ("core", "oas30", "geojson")),
    _FEATURES.format(2, "crs"),
    *(
        _FEATURES.format(3, name)
        for name in ("queryables", "queryables-query-parameters", "filter", "features-filter")
    ),
    *(
        _CQL2.format(name)
        for name in (
            "cql2-text", "basic-cql2", "advanced-comparison-operators", "case-insensitive-comparison",
            "accent-insensitive-comparison", "basic-spatial-functions", "basic-spatial-functions-plus",
            "spatial-functions", "array-functions", "property-property", "arithmetic",
        )
    ),
)  # fmt: skip
DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TYPES: Mapping[str, Mapping[str, Any]] = {
    STRING: {"type": "string"},
    INTEGER: {"type": "integer"},
    BOOLEAN: {"type": "boolean"},
    STRINGS: {"type": "array", "items": {"type": "string"}},
}


@dataclass(frozen=True)
class Documents:
    """Writes the documents of one data version in one language.

    Attributes
    ----------
    given
        The parameters of the request, for the links to what is being answered.
    """

    site: Site
    snapshot: Snapshot
    links: Links
    language: str
    given: Mapping[str, str]

    def landing(self) -> dict[str, Any]:
        """Return where everything else is."""
        product = self.site.store.catalogue.product
        words = self.links.words
        return {
            "title": f"{product['name'][self.language]} · OGC API",
            "description": words["description"],
            "dataVersion": self.snapshot.version,
            "links": [
                self.links.itself("/", self.given),
                self.links.link("/openapi", "service-desc", OPENAPI, "openapi"),
                self.links.link("/conformance", "conformance", JSON, "conformance"),
                self.links.link("/collections", "data", JSON, "collections"),
                self.links.app(),
            ],
        }

    def collections(self, items: Mapping[Collection, Items], crs_uris: Sequence[str]) -> dict[str, Any]:
        """Return all collections that can be read at the moment."""
        return {
            "links": [self.links.itself("/collections", self.given)],
            "crs": crs_uris,
            "dataVersion": self.snapshot.version,
            "collections": [
                self._collection(collection, found, crs_uris, "item") for collection, found in items.items()
            ],
        }

    def collection(self, collection: Collection, items: Items, crs_uris: Sequence[str]) -> dict[str, Any]:
        """Return one collection."""
        return self._collection(collection, items, crs_uris, "self")

    def queryables(self, collection: Collection) -> dict[str, Any]:
        """Return by what a collection can be filtered."""
        return self._schema(collection, "queryables", {})

    def schema(self, collection: Collection) -> dict[str, Any]:
        """Return what the features of a collection have."""
        return self._schema(collection, "schema", self._page())

    def feature_schema(self, collection: Collection) -> dict[str, Any]:
        """Return the form of a collection's features, from which GDAL takes the types of fields."""
        told = self._schema(collection, "feature-schema", self._page())
        geometry = {"type": "object", "required": ["type"], "properties": {"type": {"type": "string"}}}
        # GDAL takes the id from the feature itself and would have it twice.
        attributes = {name: row for name, row in told["properties"].items() if name not in {"id", "geometry"}}
        parts = {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "string"},
            "geometry": geometry,
            "properties": {"type": "object", "properties": attributes},
        }
        return {**told, "properties": parts, "required": list(parts), "additionalProperties": True}

    def _page(self) -> dict[str, Any]:
        return {"url": {"title": self.links.words["field.url"], "type": "string", "format": "uri"}}

    def _collection(
        self, collection: Collection, items: Items, crs_uris: Sequence[str], rel: str,
    ) -> dict[str, Any]:
        name, entry = collection.collection_id, self._entry(collection)
        start = default_view(self.site, self.language)
        view = replace(start, layers=(collection.layer_id,), version=self.snapshot.version)
        form = "feature-schema"
        itself = (
            self.links.itself(collection_path(name), self.given)
            if rel == "self"
            else self.links.link(collection_path(name), rel, JSON)
        )
        return {
            "id": name,
            "title": collection.title(entry, self.links.words, self.language),
            "description": entry.abstract.in_language(self.language),
            "itemType": "feature",
            "extent": _extent(items),
            "crs": crs_uris,
            "storageCrs": CRS84,
            "dataVersion": self.snapshot.version,
            "links": [
                itself,
                self.links.link(collection_path(name, "items"), "items", GEOJSON, "items"),
                self.links.link(collection_path(name, "queryables"), QUERYABLES, SCHEMA, "queryables"),
                self.links.link(collection_path(name, "schema"), SCHEMAS, SCHEMA, "schema"),
                self.links.link(collection_path(name, form), "describedby", SCHEMA, form),
                self.links.map(view.to_query()),
            ],
        }

    def _entry(self, collection: Collection) -> LayerEntry:
        (entry,) = self.site.store.catalogue.entries((collection.layer_id,))
        return entry

    def _schema(self, collection: Collection, part: str, more: Mapping[str, Any]) -> dict[str, Any]:
        catalogue = self.site.store.catalogue
        path = collection_path(collection.collection_id, part)
        titles = titles_of(catalogue, self.language)
        properties = {
            name: {"title": titles.get(name, name), **_type(attribute, catalogue)}
            for name, attribute in BY_NAME.items()
        }
        return {
            "$schema": DRAFT,
            "$id": self.links.itself(path, self.given)["href"],
            "type": "object",
            "title": collection.title(self._entry(collection), self.links.words, self.language),
            "properties": {
                **properties,
                **more,
                "geometry": {
                    "title": self.links.words["field.geometry"],
                    "format": "geometry-any",
                    "x-ogc-role": "primary-geometry",
                },
            },
            "additionalProperties": False,
        }


def titles_of(catalogue: Catalogue, language: str) -> dict[str, str]:
    """Return what attributes are called, by name; those without a row in `fields.json` are missing."""
    return {row.field_id: row.names[language] for row in catalogue.fields.tables.get(FEATURES, ())}


def _type(attribute: Attribute, catalogue: Catalogue) -> dict[str, Any]:
    told = dict(_TYPES[attribute.kind])
    codes = [] if attribute.language else [code.code for code in catalogue.codes.get(attribute.code_list, ())]
    if codes and attribute.kind == STRINGS:
        told["items"] = {"type": "string", "enum": codes}
    elif codes:
        told["enum"] = codes
    return {**told, "x-ogc-role": "id"} if attribute.name == "id" else told


def _extent(items: Items) -> dict[str, Any]:
    extent: dict[str, Any] = {}
    if items.bounds is not None:
        extent["spatial"] = {"bbox": [list(items.bounds)], "crs": CRS84}
    if items.window is not None:
        first, last = items.window
        extent["temporal"] = {"interval": [[f"{first}-01-01T00:00:00Z", f"{last}-12-31T23:59:59Z"]]}
    return extent
