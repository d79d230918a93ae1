"""All layers at one data version."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layers.errors import UnknownLayerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd

    from layers.errors import InvalidLayerError
    from layers.index import FeatureIndex

# 48 bits: two contents of one atlas share a version with a chance of one in 10^14.
VERSION_DIGITS = 12


@dataclass(frozen=True)
class Layer:
    """One layer at one data version. Shared by all readers: nobody writes to it.

    Attributes
    ----------
    features
        One row a feature, indexed by id, WGS 84; geometry None where a place has no position.
    content
        The layer's canonical GeoJSON, as it is served and hashed.
    """

    layer_id: str
    features: gpd.GeoDataFrame
    content: bytes


@dataclass(frozen=True)
class Snapshot:
    """All layers at one data version.

    Attributes
    ----------
    version
        Hash of the canonical content of all layers, 12 hexadecimal digits.
    layers
        The layers that can be served, in the order of display.
    refused
        Why each other layer of the catalogue is not served. A layer whose last good content is
        still served stands in both.
    index
        The attributes of all features as columns, for filters and counts.
    """

    version: str
    layers: Mapping[str, Layer]
    refused: Mapping[str, InvalidLayerError]
    index: FeatureIndex

    def layer(self, layer_id: str) -> Layer:
        """Return one layer.

        Raises
        ------
        InvalidLayerError
            The layer's file was refused.
        UnknownLayerError
            There is no such layer.
        """
        if layer_id in self.layers:
            return self.layers[layer_id]
        if layer_id in self.refused:
            raise self.refused[layer_id]
        raise UnknownLayerError(layer_id, tuple(self.layers))


def version_of(layers: Iterable[Layer]) -> str:
    """Return the hash of the canonical content of layers, whatever their order."""
    digest = hashlib.sha256()
    for layer in sorted(layers, key=lambda layer: layer.layer_id):
        digest.update(layer.layer_id.encode() + b"\0")
        digest.update(hashlib.sha256(layer.content).digest())
    return digest.hexdigest()[:VERSION_DIGITS]
