"""Opens data versions that were published, as they were served."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from layers.errors import CatalogueError, UnknownVersionError, UnreadableVersionError
from layers.features import read_layer
from layers.snapshot import Layer, Snapshot, hash_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layers.catalogue import Catalogue
    from layers.stores.published import PublishedVersions
    from layers.versions import Publication

# So many of those asked for last are kept ready.
KEPT_VERSIONS = 4


class OldVersions:
    """The published versions of a store, each opened when it is asked for.

    Versions share the layers that are the same in both, with one another and with the current one.
    """

    def __init__(self, published: PublishedVersions, catalogue: Catalogue) -> None:
        self._published = published
        self._catalogue = catalogue
        self._lock = threading.Lock()
        self._opened: OrderedDict[str, Snapshot] = OrderedDict()
        self._layers: WeakValueDictionary[str, Layer] = WeakValueDictionary()

    def share(self, layers: Iterable[Layer]) -> None:
        """Take the layers of the current version, so that none of them is read a second time."""
        for layer in layers:
            self._layers[hash_of(layer.content)] = layer

    def snapshot(self, version: str, current: str) -> Snapshot:
        """Return all layers of a published version; layers that the catalogue does not have come last.

        Raises
        ------
        UnknownVersionError
            No such version was published.
        UnreadableVersionError
            A file of it is missing or damaged.
        """
        with self._lock:
            if version not in self._opened:
                self._opened[version] = self._open(version, current)
            self._opened.move_to_end(version)
            while len(self._opened) > KEPT_VERSIONS:
                self._opened.popitem(last=False)
            return self._opened[version]

    def _open(self, version: str, current: str) -> Snapshot:
        hashes = self._publication(version, current).layers
        known = [layer_id for layer_id in self._catalogue.layer_ids() if layer_id in hashes]
        layers = {}
        for layer_id in dict.fromkeys((*known, *hashes)):
            try:
                layers[layer_id] = self._layer(layer_id, hashes[layer_id])
            except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
                file = self._published.path_of(hashes[layer_id])
                problem = getattr(error, "strerror", None) or str(error)
                raise UnreadableVersionError(version, current, file, problem) from error
        return Snapshot.of(layers, {}, self._catalogue)

    def _publication(self, version: str, current: str) -> Publication:
        try:
            published = self._published.publications()
        except CatalogueError as error:
            raise UnreadableVersionError(version, current, error.file, error.problem) from error
        for entry in published:
            if entry.version == version:
                return entry
        raise UnknownVersionError(version, current)

    def _layer(self, layer_id: str, digest: str) -> Layer:
        layer = self._layers.get(digest)
        if layer is None or layer.layer_id != layer_id:
            layer = self._layers[digest] = read_layer(layer_id, self._published.content(digest))
        return layer
