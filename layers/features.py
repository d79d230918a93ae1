"""Features as they are stored, served and worked with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import shape

from layers import strict_json
from layers.history import UNSTATED, dated, standing
from layers.search import BETWEEN, names_of, search_text
from layers.snapshot import Layer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from layers.catalogue import Catalogue

WGS84 = 4326


def read_collection(content: bytes) -> dict[str, Any]:
    """Return the feature collection in a file's bytes.

    Raises
    ------
    ValueError
        Not UTF-8 without byte order mark, no strict JSON (see `strict_json.parse`), or no
        FeatureCollection in WGS 84.
    """
    raw = strict_json.parse(content.decode("utf-8"))
    if not isinstance(raw, dict) or not _is_collection(raw):
        message = "no GeoJSON FeatureCollection with a list of features"
        raise ValueError(message)
    if "crs" in raw:
        message = "a crs member; GeoJSON is WGS 84 (RFC 7946, 4)"
        raise ValueError(message)
    return raw


def build_layer(layer_id: str, collection: Mapping[str, Any], catalogue: Catalogue) -> Layer:
    """Return a layer from a checked feature collection, with what follows from its history."""
    served = [_served(feature, catalogue) for feature in collection["features"]]
    return Layer(layer_id=layer_id, features=_frame(served), content=_canonical(layer_id, served))


def read_layer(layer_id: str, content: bytes) -> Layer:
    """Return a layer from its content as it was once served, derived attributes as they were then.

    Nothing is checked against schema or catalogue, which may have changed since; an attribute that
    features did not have then is empty.

    Raises
    ------
    ValueError, LookupError, TypeError, AttributeError
        No content that was ever served.
    """
    raw = read_collection(content)["features"]
    served = [
        {**feature, "properties": {**_absent(feature["id"]), **feature["properties"]}} for feature in raw
    ]
    return Layer(layer_id=layer_id, features=_frame(served), content=content)


def _served(feature: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    properties = dict(feature["properties"])
    entries = dated(properties["history"], catalogue.documents)
    planned = [
        entry for entry in entries if not catalogue.documents[entry["document"]].is_outside
    ]
    every, plans = standing(entries), standing(planned)
    names = names_of(properties["name_zh"], properties["name_en"], properties["aliases"])
    properties |= {
        "history": entries,
        "status": every.status,
        "year_start": every.year_start,
        "year_end": every.year_end,
        "status_documents": plans.status,
        "year_start_documents": plans.year_start,
        "year_end_documents": plans.year_end,
        "conflict": plans.is_conflicting,
        "search": search_text(names) + BETWEEN + properties["id"],
    }
    return {
        "type": "Feature",
        "id": properties["id"],
        "geometry": feature["geometry"],
        "properties": properties,
    }


def _frame(served: Sequence[Mapping[str, Any]]) -> gpd.GeoDataFrame:
    ids = [feature["id"] for feature in served]
    rows = pd.DataFrame(
        [feature["properties"] for feature in served],
        index=pd.Index(ids, name=None, dtype=object),
        columns=None if served else list(_COLUMNS),
    )
    for column in rows.columns.intersection(list(_YEARS)):
        rows[column] = rows[column].astype("Int64")
    geometry = pd.Series(
        [None if feature["geometry"] is None else shape(feature["geometry"]) for feature in served],
        index=rows.index,
        dtype=object,
    )
    return gpd.GeoDataFrame(rows, geometry=gpd.GeoSeries(geometry, crs=WGS84))


_YEARS = ("year_start", "year_end", "year_start_documents", "year_end_documents")
# What every feature has, so that a layer without features has columns too.
_COLUMNS = (
    "id", "name_zh", "name_en", "aliases", "category", "memberships", "city", "serves", "lead_units",
    "responsible_units", "history", "citations", "position", "remarks", "status", *_YEARS[:2],
    "status_documents", *_YEARS[2:], "conflict", "search",
)  # fmt: skip


def _absent(feature_id: str) -> dict[str, Any]:
    """Return an empty value for every column."""
    texts = dict.fromkeys(("name_zh", "name_en", "category", "search"), "")
    standings = dict.fromkeys(("status", "status_documents"), UNSTATED)
    nothing = {"id": feature_id, "position": None, "conflict": False, **dict.fromkeys(_YEARS)}
    others = texts | standings | nothing
    return {column: others.get(column, []) for column in _COLUMNS}


def _canonical(layer_id: str, served: Sequence[Mapping[str, Any]]) -> bytes:
    collection = {"type": "FeatureCollection", "name": layer_id, "features": served}
    return json.dumps(
        collection, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True,
    ).encode()


def _is_collection(raw: Mapping[str, Any]) -> bool:
    return raw.get("type") == "FeatureCollection" and isinstance(raw.get("features"), list)
