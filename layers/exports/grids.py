"""In which coordinates an export is written: one system, or one zone a city."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np

from geo.crs import (
    BY_CITY,
    BY_DATA,
    GEOGRAPHIC,
    PREFIXED,
    TargetCRS,
    ZoneCheck,
    checked,
    fitting_zone,
    grid,
    named,
    refuse_wrong_zone,
)
from geo.errors import OutsideCRSError
from layers.catalogue import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

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
    is_by_data = asked.removesuffix(PREFIXED) == BY_DATA
    target = None if is_by_data else named(asked)
    if target and target.kind == GEOGRAPHIC:
        # Longitude and latitude hold whatever there is.
        return (Share("", None, target, chosen.layers, None),)
    everything = _together(features.geometry for features in chosen.layers.values())
    if target is None:
        target = _fitting(everything, asked.endswith(PREFIXED), snapshot)
    else:
        refuse_wrong_zone(everything, target)
    return (Share("", None, target, chosen.layers, checked(everything, target)),)


def fitting_grids(chosen: Chosen) -> tuple[TargetCRS, ...]:
    """Return the two grids whose zone holds most of the places, without its number and with it.

    Returns
    -------
    grids
        None where no place has a position or the places lie in no zone.
    """
    placed = _together(features.geometry for features in chosen.layers.values())
    placed = placed[placed.geometry.notna()]
    if placed.empty:
        return ()
    try:
        zone = fitting_zone(placed)
        return grid(zone, has_prefix=False), grid(zone, has_prefix=True)
    except OutsideCRSError:
        return ()


def _by_city(
    chosen: Chosen, has_prefix: bool, snapshot: Snapshot, catalogue: Catalogue,  # noqa: FBT001 - as it was asked
) -> Iterable[Share]:
    codes = [code.code for code in catalogue.codes.get("city", ())]
    found = {code for features in chosen.layers.values() for cities in features["city"] for code in cities}
    titles = {code.code: code.label for code in catalogue.codes.get("city", ())}
    for city in [code for code in dict.fromkeys((*codes, *sorted(found))) if code in found]:
        layers = {name: features[_is_of(city, features)] for name, features in chosen.layers.items()}
        served = _together(
            layer.features.geometry[_is_of(city, layer.features)] for layer in snapshot.layers.values()
        )
        target = _fitting(served, has_prefix, snapshot)
        check = checked(_together(features.geometry for features in layers.values()), target)
        yield Share(city, titles.get(city, Text(city, city)), target, layers, check)


def _fitting(features: gpd.GeoDataFrame, has_prefix: bool, snapshot: Snapshot) -> TargetCRS:  # noqa: FBT001 - as above
    placed = features[features.geometry.notna()]
    if placed.empty:
        # Places without a position fit anywhere; the table says in which zone the others are.
        placed = _together(layer.features.geometry for layer in snapshot.layers.values())
        placed = placed[placed.geometry.notna()]
    return grid(fitting_zone(placed), has_prefix=has_prefix)


def _is_of(city: str, features: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    return np.array([city in cities for cities in features["city"]], dtype=bool)


def _together(columns: Iterable[pd.Series[Any]]) -> gpd.GeoDataFrame:
    geometry = [column.to_numpy() for column in columns]
    return gpd.GeoDataFrame(geometry=np.concatenate(geometry) if geometry else [], crs=WGS84)
