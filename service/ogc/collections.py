"""The collections of the OGC API: each layer, and its points, lines and areas where it mixes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from layers.items import PARTS, parts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.catalogue import LayerEntry
    from layers.snapshot import Layer, Snapshot

# Stands in no layer's id.
BETWEEN = "."


@dataclass(frozen=True)
class Collection:
    """A layer, or its features with one kind of geometry: most desktop GIS shows one kind in a layer.

    Attributes
    ----------
    part
        One of `layers.items.PARTS`; empty for the whole layer.
    """

    layer_id: str
    part: str = ""

    @classmethod
    def named(cls, collection_id: str) -> Self:
        """Return the collection of an id; of one that names no part, the layer of that id."""
        layer_id, _, part = collection_id.partition(BETWEEN)
        return cls(layer_id, part) if part in PARTS else cls(collection_id)

    @property
    def collection_id(self) -> str:
        """The id by which it is asked for."""
        return f"{self.layer_id}{BETWEEN}{self.part}" if self.part else self.layer_id

    def title(self, entry: LayerEntry, words: Mapping[str, str], language: str) -> str:
        """Return what it is called."""
        title = entry.title.in_language(language)
        return f"{title} · {words[f'part.{self.part}']}" if self.part else title


def collections_of(snapshot: Snapshot) -> list[Collection]:
    """Return the collections of a data version, in the order of display."""
    return [found for layer in snapshot.layers.values() for found in _of_layer(layer)]


def _of_layer(layer: Layer) -> list[Collection]:
    parts = parts_of(layer)
    split = parts if len(parts) > 1 else ()
    return [Collection(layer.layer_id), *(Collection(layer.layer_id, part) for part in split)]
