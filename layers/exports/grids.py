"""In which coordinates an export is written: one system, or one zone a city."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.crs import (
    BY_CITY,
    BY_DATA,
    PREFIXED,
    TargetCRS,
    ZoneCheck,
    checked,
    fitting_zone,
    grid,
    named,
    refuse_wrong_zone,
)
from layers.catalogue import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from layers.catalogue import Catalogue
    from layers.exports.selection import Chosen
    from layers.snapshot import Snapshot

WGS84 = 4326


@dataclass(frozen=True)
class Share:
    """What of an export is in one system.

    Attributes
    ----------
    city, title
        The city whose places these are; empty and None where an export is not divided.
    layers
        Features by layer, WGS 84.
    check
        How they lie to the zone; None where the system has none.
    """

    city: str
    title: Text | None
    target: TargetCRS
    layers: Mapping[str, gpd.GeoDataFrame]
    check: ZoneCheck | None


def is_by_city(asked: str) -> bool:
    """Return whether a CRS asked for divides the export."""
    return asked.removesuffix(PREFIXED) == BY_CITY


def shares(chosen: Chosen, asked: str, snapshot: Snapshot, catalogue: Catalogue) -> tuple[Share, ...]:
    """Return what is to be written in which system.

    A place in several cities is in the share of each of them. A city's zone is that of all its places in
    the data version, whatever is chosen of them.

    Parameters
    ----------
    asked
        Such as `EPSG:4547`, or one of `CHOSEN_BY_DATA`.

    Raises
    ------
    UnknownCRSError, RefusedDatumError, WrongZoneError, OutsideCRSError
        The data cannot be written in what is asked for.
    """
    if is_by_city(asked):
        return tuple(_by_city(chosen, asked.endswith(PREFIXED), snapshot, catalogue))
    everything = _together(chosen.layers.values())
    if asked.removesuffix(PREFIXED) == BY_DATA:
        target = _fitting(everything, asked.endswith(PREFIXED), snapshot)
    else:
        target = named(asked)
        refuse_wrong_zone(everything, target)
    return (Share("", None, target, chosen.layers, checked(everything, target)),)


def _by_city(
    chosen: Chosen, has_prefix: bool, snapshot: Snapshot, catalogue: Catalogue,  # noqa: FBT001 - as it was asked
) -> Iterable[Share]:
    codes = [code.code for code in catalogue.codes.get("city", ())]
    found = {code for features in chosen.layers.values() for cities in features["city"] for code in cities}
    titles = {code.code: code.label for code in catalogue.codes.get("city", ())}
    for city in [code for code in dict.fromkeys((*codes, *sorted(found))) if code in found]:
        layers = {name: _of_city(features, city) for name, features in chosen.layers.items()}
        served = _together(_of_city(layer.features, city) for layer in snapshot.layers.values())
        target = _fitting(served, has_prefix, snapshot)
        check = checked(_together(layers.values()), target)
        yield Share(city, titles.get(city, Text(city, city)), target, layers, check)


def _fitting(features: gpd.GeoDataFrame, has_prefix: bool, snapshot: Snapshot) -> TargetCRS:  # noqa: FBT001 - as above
    placed = features[features.geometry.notna()]
    if placed.empty:
        # Places without a position fit anywhere; the table says in which zone the others are.
        placed = _together(layer.features for layer in snapshot.layers.values())
        placed = placed[placed.geometry.notna()]
    return grid(fitting_zone(placed), has_prefix=has_prefix)


def _of_city(features: gpd.GeoDataFrame, city: str) -> gpd.GeoDataFrame:
    return features[np.array([city in cities for cities in features["city"]], dtype=bool)]


def _together(layers: Iterable[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    columns = [features.geometry for features in layers]
    geometry = pd.concat(columns) if columns else gpd.GeoSeries([], crs=WGS84)
    return gpd.GeoDataFrame(geometry=gpd.GeoSeries(geometry, crs=WGS84))
