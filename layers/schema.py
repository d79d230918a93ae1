"""Checks a layer's features against the layer's JSON Schema, the catalogue and the rules of GeoJSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import jsonschema_rs
from shapely import Polygon, is_ccw
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.validation import explain_validity

from layers.errors import CatalogueError
from layers.findings import Issue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from shapely import Geometry

    from layers.catalogue import Catalogue

# Each attribute whose values must be codes of a list of the catalogue.
CODED = {"category": "category", "memberships": "membership", "city": "city", "serves": "city"}


@dataclass(frozen=True)
class LayerSchema:
    """The JSON Schema of one layer, ready to check with."""

    name: str
    validator: jsonschema_rs.Validator

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a schema file; what it refers to stands beside it.

        Raises
        ------
        CatalogueError
            The file or one it refers to is missing or is no JSON Schema.
        """
        try:
            schema = json.loads(path.read_text(encoding="utf-8"))
            common = json.loads((path.parent / "feature.json").read_text(encoding="utf-8"))
            registry = jsonschema_rs.Registry([(common["$id"], common)])
            validator = jsonschema_rs.validator_for(schema, registry=registry)
        except (OSError, ValueError, KeyError, jsonschema_rs.ReferencingError) as error:
            raise CatalogueError(path.name, str(error)) from error
        return cls(path.stem, validator)

    def check(self, collection: Mapping[str, Any], catalogue: Catalogue) -> list[Issue]:
        """Return every fault in a feature collection; an empty list where there is none."""
        issues: list[Issue] = []
        for number, feature in enumerate(collection["features"], start=1):
            named = _named(feature, number)
            broken = [
                Issue(named, ".".join(str(step) for step in error.instance_path), "schema", error.message)
                for error in self.validator.iter_errors(feature)
            ]
            # The checks below rely on what the schema promises.
            issues += broken or [*_codes(named, feature, catalogue), *_geometry(named, feature)]
        return issues


def repeated_ids(collection: Mapping[str, Any], seen: Mapping[str, str]) -> list[Issue]:
    """Return a fault for each id that stands twice, here or in the layers read before.

    Parameters
    ----------
    collection
        Any feature collection.
    seen
        The layer of each id that was read before.
    """
    issues = []
    here: dict[str, str] = {}
    for number, feature in enumerate(collection["features"], start=1):
        named = _named(feature, number)
        if named in here or named in seen:
            where = seen.get(named, "this layer")
            issues.append(Issue(named, "id", "repeated_id", f"also in {where}"))
        here[named] = ""
    return issues


def _named(feature: object, number: int) -> str:
    feature_id = feature.get("id") if isinstance(feature, dict) else None
    return feature_id if isinstance(feature_id, str) and feature_id else f"#{number}"


def _codes(named: str, feature: Mapping[str, Any], catalogue: Catalogue) -> Iterator[Issue]:
    properties = feature["properties"]
    if properties["id"] != named:
        yield Issue(named, "properties.id", "other_id", repr(properties["id"]))
    for attribute, code_list in CODED.items():
        known = {code.code for code in catalogue.codes[code_list]}
        values = properties[attribute]
        for value in values if isinstance(values, list) else [values]:
            if value not in known:
                yield Issue(named, f"properties.{attribute}", "unknown_code", repr(value))
    for attribute in ("history", "citations"):
        for position, entry in enumerate(properties[attribute]):
            if entry["document"] not in catalogue.documents:
                field = f"properties.{attribute}.{position}.document"
                yield Issue(named, field, "unknown_document", repr(entry["document"]))


def _geometry(named: str, feature: Mapping[str, Any]) -> Iterator[Issue]:
    if feature["geometry"] is None:
        return
    try:
        geometry = shape(feature["geometry"])
    except (ShapelyError, ValueError, TypeError) as error:
        yield Issue(named, "geometry", "unreadable", str(error))
        return
    min_lon, min_lat, max_lon, max_lat = geometry.bounds if not geometry.is_empty else (0, 0, 0, 0)
    if geometry.is_empty:
        yield Issue(named, "geometry", "empty", geometry.geom_type)
    elif min_lon < -180 or max_lon > 180 or min_lat < -90 or max_lat > 90:  # noqa: PLR2004 - degrees
        yield Issue(named, "geometry", "no_lon_lat", f"{geometry.bounds}")
    elif not geometry.is_valid:
        yield Issue(named, "geometry", "invalid", explain_validity(geometry))
    elif not all(_is_wound(ring) for ring in _polygons(geometry)):
        yield Issue(named, "geometry", "winding", "outer rings run anticlockwise (RFC 7946, 3.1.6)")


def _polygons(geometry: Geometry) -> list[Polygon]:
    parts = getattr(geometry, "geoms", [geometry])
    return [part for part in parts if isinstance(part, Polygon)]


def _is_wound(polygon: Polygon) -> bool:
    return bool(is_ccw(polygon.exterior)) and not any(is_ccw(ring) for ring in polygon.interiors)
