"""All layers at one data version."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from layers.errors import UnknownLayerError
from layers.index import FeatureIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd

    from layers.catalogue import Catalogue
    from layers.errors import InvalidLayerError

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

    @classmethod
    def of(
        cls, layers: Mapping[str, Layer], refused: Mapping[str, InvalidLayerError], catalogue: Catalogue,
    ) -> Self:
        """Build from layers, in the order of display."""
        features = {layer_id: layer.features for layer_id, layer in layers.items()}
        return cls(version_of(layers.values()), layers, refused, FeatureIndex.build(features, catalogue))

    @property
    def content(self) -> bytes:
        """All layers as one JSON object of GeoJSON, by layer id."""
        parts = (b'"%s":%s' % (layer_id.encode(), layer.content) for layer_id, layer in self.layers.items())
        return b"{%s}" % b",".join(parts)

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
    return version_of_hashes({layer.layer_id: hash_of(layer.content) for layer in layers})


def version_of_hashes(layers: Mapping[str, str]) -> str:
    """Return the same from the hashes of the layers' contents, by layer."""
    digest = hashlib.sha256()
    for layer_id in sorted(layers):
        digest.update(layer_id.encode() + b"\0")
        digest.update(bytes.fromhex(layers[layer_id]))
    return digest.hexdigest()[:VERSION_DIGITS]


def hash_of(content: bytes) -> str:
    """Return the SHA-256 of a layer's content, 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
