"""Checks a layer's features against the layer's JSON Schema, the catalogue and the rules of GeoJSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import jsonschema_rs
from shapely import Polygon, is_ccw
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.validation import explain_validity

from layers import strict_json
from layers.errors import CatalogueError
from layers.findings import Issue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from layers.catalogue import Bbox, Catalogue

# Each attribute whose values must be codes of a list of the catalogue.
CODED = {"category": "category", "memberships": "membership", "city": "city", "serves": "city"}
GEOMETRY_TYPES = (
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
)  # fmt: skip
WORLD = (-180.0, -90.0, 180.0, 90.0)


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
            schema = strict_json.parse(path.read_text(encoding="utf-8"))
            common = strict_json.parse((path.parent / "feature.json").read_text(encoding="utf-8"))
            registry = jsonschema_rs.Registry([(common["$id"], common)])
            validator = jsonschema_rs.validator_for(schema, registry=registry)
        except (OSError, ValueError, LookupError, TypeError, jsonschema_rs.ReferencingError) as error:
            raise CatalogueError(path.name, str(error)) from error
        return cls(path.stem, validator)

    def check(self, collection: Mapping[str, Any], catalogue: Catalogue) -> list[Issue]:
        """Return every fault in a feature collection; an empty list where there is none."""
        issues: list[Issue] = []
        for number, feature in enumerate(collection["features"], start=1):
            named = _named(feature, number)
            # The checks of codes and geometry rely on what the schema promises.
            issues += self.broken(named, feature) or [
                *_former(named, catalogue),
                *_codes(named, feature, catalogue),
                *_geometry(named, feature, catalogue.bbox),
            ]
        return issues

    def broken(self, named: str, value: object) -> list[Issue]:
        """Return a fault for each rule of the schema that a value breaks."""
        try:
            return [
                Issue(named, ".".join(str(step) for step in error.instance_path), "schema", error.message)
                for error in self.validator.iter_errors(value)
            ]
        except ValueError as error:
            # Nested deeper than the validator goes.
            return [Issue(named, "", "unreadable", str(error))]


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


def _former(named: str, catalogue: Catalogue) -> Iterator[Issue]:
    # Links to the place of before must not end at another one.
    former = catalogue.former_ids
    if named in former.aliases:
        yield Issue(named, "id", "renamed_id", former.aliases[named])
    if named in former.tombstones:
        yield Issue(named, "id", "retired_id", former.tombstones[named].date.isoformat())


def _codes(named: str, feature: Mapping[str, Any], catalogue: Catalogue) -> Iterator[Issue]:
    properties = feature["properties"]
    if properties["id"] != named:
        yield Issue(named, "properties.id", "other_id", repr(properties["id"]))
    for attribute, code_list in CODED.items():
        known = {code.code for code in catalogue.codes.get(code_list, ())}
        values = properties[attribute]
        for value in values if isinstance(values, list) else [values]:
            if value not in known:
                yield Issue(named, f"properties.{attribute}", "unknown_code", repr(value))
    for attribute in ("history", "citations"):
        for position, entry in enumerate(properties[attribute]):
            if entry["document"] not in catalogue.documents:
                field = f"properties.{attribute}.{position}.document"
                yield Issue(named, field, "unknown_document", repr(entry["document"]))


def _geometry(named: str, feature: Mapping[str, Any], area: Bbox | None) -> Iterator[Issue]:
    raw = feature["geometry"]
    if raw is None:
        return
    if raw["type"] not in GEOMETRY_TYPES:
        yield Issue(named, "geometry.type", "unreadable", f"{raw['type']!r} is none of {GEOMETRY_TYPES}")
        return
    try:
        geometry = shape(raw)
    except (ShapelyError, ValueError, TypeError, LookupError, OverflowError) as error:
        yield Issue(named, "geometry", "unreadable", str(error))
        return
    if geometry.is_empty:
        yield Issue(named, "geometry", "empty", geometry.geom_type)
    elif not _is_numeric(raw["coordinates"]):
        yield Issue(named, "geometry", "unreadable", "a coordinate that is no number")
    elif not _is_within(geometry, WORLD):
        yield Issue(named, "geometry", "no_lon_lat", f"{geometry.bounds}")
    elif area and not _is_within(geometry, area):
        yield Issue(named, "geometry", "outside_area", f"{geometry.bounds}")
    elif not geometry.is_valid:
        yield Issue(named, "geometry", "invalid", explain_validity(geometry))
    elif not all(_is_wound(ring) for ring in _polygons(geometry)):
        yield Issue(named, "geometry", "winding", "outer rings run anticlockwise (RFC 7946, 3.1.6)")


def _is_numeric(coordinates: object) -> bool:
    # Shapely reads "114.3" and true as numbers; a browser draws neither.
    if isinstance(coordinates, list):
        return all(map(_is_numeric, coordinates))
    return isinstance(coordinates, int | float) and not isinstance(coordinates, bool)


def _is_within(geometry: BaseGeometry, area: Bbox) -> bool:
    minx, miny, maxx, maxy = geometry.bounds
    return area[0] <= minx and area[1] <= miny and maxx <= area[2] and maxy <= area[3]


def _polygons(geometry: BaseGeometry) -> list[Polygon]:
    parts = getattr(geometry, "geoms", [geometry])
    return [part for part in parts if isinstance(part, Polygon)]


def _is_wound(polygon: Polygon) -> bool:
    return bool(is_ccw(polygon.exterior)) and not any(is_ccw(ring) for ring in polygon.interiors)
