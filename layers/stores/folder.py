"""Layers kept as GeoJSON files in a folder: the default store, nothing to install."""

from __future__ import annotations

import json
import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from layers import strict_json
from layers.catalogue import Catalogue
from layers.coverage import Reasons
from layers.errors import CatalogueError, InvalidLayerError, InvalidTargetsError
from layers.features import build_layer, read_collection
from layers.findings import Issue
from layers.outline import read_outlines
from layers.schema import LayerSchema, repeated_ids
from layers.snapshot import Layer, Snapshot
from layers.stores.old_versions import OldVersions
from layers.stores.published import PublishedVersions
from layers.targets import Target, faults, parse_targets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from layers.versions import Publication

# So many versions this process keeps ready, published or not: the current one and those it replaced.
KEPT_VERSIONS = 4
GROUND_PARTS = ("counties", "water")
Read = TypeVar("Read")
Stamp: TypeAlias = tuple[tuple[str, int, int, int], ...]


class FolderStore:
    """Reads `geojson/<layer_id>.geojson` under a data folder, and again when a file changes.

    A file that is missing, corrupt or against its schema refuses that layer only. Where an earlier
    content of it was good, that stays in service.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._catalogue = Catalogue.read(folder / "catalogue")
        self._lock = threading.Lock()
        self._stamp: Stamp = ()
        self._good: dict[str, Layer] = {}
        self._replaced: dict[str, Snapshot] = {}
        self._published = PublishedVersions(folder / "versions")
        self._old = OldVersions(self._published, self._catalogue)
        self._current: Snapshot | None = None
        self._targets: tuple[bytes, tuple[Target, ...]] = (b"", ())

    @property
    def catalogue(self) -> Catalogue:
        """What the layers are."""
        return self._catalogue

    @cached_property
    def ground(self) -> bytes:
        """The offline basemap's data as JSON: `counties` and `water`, each a feature collection.

        A part whose file is not there is empty.

        Raises
        ------
        CatalogueError
            A file is there and cannot be read.
        """
        parts = {name: self._ground_part(f"{name}.geojson") for name in GROUND_PARTS}
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()

    def _ground_part(self, name: str) -> object:
        path = self._folder / "basemap" / name
        if not path.exists():
            return {"type": "FeatureCollection", "features": []}
        try:
            return read_collection(path.read_bytes())
        except (OSError, ValueError) as error:
            raise CatalogueError(name, str(error)) from error

    def version(self) -> str:
        """Return the current data version."""
        return self.snapshot().version

    def snapshot(self, version: str = "") -> Snapshot:
        """Return all layers at a data version, the current one where none is named.

        Raises
        ------
        UnknownVersionError
            That version was never published, and this process has not seen it.
        UnreadableVersionError
            It was published, and a file of it is missing or damaged.
        """
        current = self._refreshed()
        if not version or version == current.version:
            return current
        return self._replaced.get(version) or self._old.snapshot(version, current.version)

    def publications(self) -> tuple[Publication, ...]:
        """Return the versions of `versions/published.json`, oldest first; none where it is not there.

        Raises
        ------
        CatalogueError
            The file cannot be read or is not of its form.
        """
        return self._published.publications()

    def publish(self, note: str, at: datetime) -> Publication:
        """Publish the data as they are in the folder now.

        Raises
        ------
        InvalidLayerError
            A layer is refused.
        CatalogueError
            The list of publications cannot be read.
        PublishingError
            It cannot be written, or another publisher is at work and does not finish.
        """
        return self._published.publish(self._publishable, note, at)

    def _publishable(self) -> Snapshot:
        snapshot = self.snapshot()
        for error in snapshot.refused.values():
            raise error
        return snapshot

    def targets(self) -> tuple[Target, ...]:
        """Return the targets of `targets.json`, read anew; empty where that file is not there.

        Raises
        ------
        InvalidTargetsError
            The file cannot be read or breaks its schema.
        """
        path = self._folder / "targets.json"
        if not path.exists():
            return ()
        try:
            content = path.read_bytes()
            known, targets = self._targets
            if content != known:
                targets = self._checked_targets(path.name, content)
                self._targets = (content, targets)
        except (OSError, ValueError) as error:
            raise InvalidTargetsError(path.name, (_unreadable(error),)) from error
        return targets

    def _checked_targets(self, name: str, content: bytes) -> tuple[Target, ...]:
        raw = parse_targets(content)
        issues = faults(raw, LayerSchema.read(self._folder / "schemas" / name), self._catalogue)
        if issues:
            raise InvalidTargetsError(name, tuple(issues))
        return tuple(map(Target.read, raw))

    def reasons(self) -> Reasons:
        """Return the reasons of `coverage.json`; none where that file is not there.

        Raises
        ------
        CatalogueError
            The file cannot be read or says something that cannot be.
        """
        return self._if_there("coverage.json", Reasons.read, Reasons())

    def outlines(self) -> Mapping[str, Sequence[tuple[int, str]]]:
        """Return the outlines of `outlines.json`; none where that file is not there.

        Raises
        ------
        CatalogueError
            The file cannot be read or is not of its form.
        """
        return self._if_there("outlines.json", read_outlines, {})

    def _if_there(self, name: str, read: Callable[[Any], Read], absent: Read) -> Read:
        path = self._folder / name
        if not path.exists():
            return absent
        try:
            return read(strict_json.parse(path.read_text(encoding="utf-8")))
        except (OSError, LookupError, TypeError, ValueError, AttributeError) as error:
            raise CatalogueError(name, f"{type(error).__name__}: {error}") from error

    def _refreshed(self) -> Snapshot:
        stamp = self._stamped()
        with self._lock:
            if self._current is None or stamp != self._stamp:
                self._current = self._read_all()
                self._stamp = stamp
                self._replaced[self._current.version] = self._current
                while len(self._replaced) > KEPT_VERSIONS:
                    del self._replaced[next(iter(self._replaced))]
            return self._current

    def _stamped(self) -> Stamp:
        stamp = []
        for layer_id in self._catalogue.layer_ids():
            path = self._path(layer_id)
            try:
                status = path.stat()
            except OSError:
                continue
            # A copy that keeps the old times still changes the last one.
            stamp.append((layer_id, status.st_mtime_ns, status.st_size, status.st_ctime_ns))
        return tuple(stamp)

    def _read_all(self) -> Snapshot:
        refused: dict[str, InvalidLayerError] = {}
        seen: dict[str, str] = {}
        layers: dict[str, Layer] = {}
        for layer_id in self._catalogue.layer_ids():
            try:
                layer = self._read(layer_id, seen)
            except InvalidLayerError as error:
                refused[layer_id] = error
                good = self._good.get(layer_id)
                # A feature that has moved to another layer meanwhile must not stand twice.
                if good is None or not seen.keys().isdisjoint(good.features.index):
                    continue
                layer = good
            seen.update(dict.fromkeys(layer.features.index, layer_id))
            self._good[layer_id] = layers[layer_id] = layer
        self._old.share(layers.values())
        return Snapshot.of(layers, refused, self._catalogue)

    def _read(self, layer_id: str, seen: dict[str, str]) -> Layer:
        path = self._path(layer_id)
        try:
            collection = read_collection(path.read_bytes())
        except (OSError, ValueError) as error:
            raise InvalidLayerError(layer_id, path.name, (_unreadable(error),)) from error
        try:
            schema = LayerSchema.read(self._folder / "schemas" / f"{layer_id}.json")
        except CatalogueError as error:
            issue = Issue("", "", "no_schema", error.problem)
            raise InvalidLayerError(layer_id, error.file, (issue,)) from error
        issues = [*schema.check(collection, self._catalogue), *repeated_ids(collection, seen)]
        if issues:
            raise InvalidLayerError(layer_id, path.name, tuple(issues))
        return build_layer(layer_id, collection, self._catalogue)

    def _path(self, layer_id: str) -> Path:
        return self._folder / "geojson" / f"{layer_id}.geojson"


def _unreadable(error: Exception) -> Issue:
    return Issue("", "", "unreadable", getattr(error, "strerror", None) or str(error))
