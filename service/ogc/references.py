"""The coordinate reference systems that the OGC API answers in, by the addresses the standard gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.crs import CGCS2000, TARGETS, WGS84, ZONES, grid, zones_of
from layers.items import LON_LAT, Reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.catalogue import Catalogue

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
WEB_MERCATOR = 3857
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/{}"


def references(catalogue: Catalogue) -> Mapping[str, Reference]:
    """Return the systems by address, the default first: also each grid whose zone the atlas reaches into."""
    targets = [
        *(TARGETS[f"EPSG:{epsg}"] for epsg in (WGS84, CGCS2000, WEB_MERCATOR)),
        *(grid(zone, has_prefix=has_prefix) for zone in _zones(catalogue) for has_prefix in (False, True)),
    ]
    named = {
        # The standard has coordinates in the order that the registry gives the axes.
        _EPSG.format(target.epsg): Reference(target, is_swapped=target.axes[0] in {"latitude", "northing"})
        for target in targets
    }
    return {CRS84: LON_LAT, **named}


def _zones(catalogue: Catalogue) -> range:
    if catalogue.bbox is None:
        return ZONES
    first, last = zones_of(np.array([catalogue.bbox[0], catalogue.bbox[2]])).tolist()
    return range(max(first, ZONES.start), min(last + 1, ZONES.stop))
