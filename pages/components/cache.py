"""What all sessions share: the store, the scripts' version, the counts of a view."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from geo.geocoding import Geocoder
from i18n.messages import messages
from layers import changes, summary
from layers.errors import CatalogueError, UnknownVersionError
from layers.render.assets import Assets
from layers.settings import DATA, GEOCODER, GEOCODER_HOSTS, Settings
from layers.stores.address import open_store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.catalogue import Catalogue
    from layers.changes import Change, Shown, Since
    from layers.snapshot import Snapshot
    from layers.stores.base import LayerStore
    from layers.summary import Facet, Totals
    from layers.versions import Publication
    from layers.view import MapView

ROOT = Path(__file__).parents[2]
# As many filters as a hundred sessions have in use, with what they had just before.
KEPT_COUNTS = 256


@dataclass(frozen=True)
class Compared:
    """What differs between two data versions within one view.

    Attributes
    ----------
    positions
        Where the places of `found` stand among all that differ between the two versions.
    """

    found: Since
    positions: tuple[int, ...]


def store() -> LayerStore:
    """Return the store that the environment names, the same one for all sessions."""
    return open_store(_address())


def catalogue() -> Catalogue:
    """Return what the layers are."""
    return store().catalogue


def snapshot(version: str) -> Snapshot:
    """Return all layers at a data version, the current one where that version is no longer there."""
    try:
        return store().snapshot(version)
    except UnknownVersionError:
        return store().snapshot()


def publications() -> tuple[Publication, ...]:
    """Return what was published, oldest first; nothing where the list of it cannot be read."""
    try:
        return store().publications()
    except CatalogueError:
        return ()


def compared_versions(view: MapView) -> tuple[Snapshot, Snapshot, Shown] | None:
    """Return the older and the newer data that a view compares, and which of them it shows.

    What it shows is compared with the version that it names, otherwise old data with the current ones;
    None where there is nothing to compare.
    """
    shown = snapshot(view.version)
    is_named = has_version(view.since)
    old, new = (snapshot(view.since), shown) if is_named else (shown, snapshot(""))
    return None if old.version == new.version else (old, new, "now" if is_named else "then")


def has_version(version: str) -> bool:
    """Return whether a data version that is named is there."""
    return bool(version) and snapshot(version).version == version


def assets_version() -> str:
    """Return the version under which the scripts and styles are served."""
    return _assets(_address()).version


def asset_path(name: str) -> str:
    """Return the path of a script or style."""
    return _assets(_address()).path(name)


def _orders(address: str) -> Mapping[str, tuple[str, ...]]:
    known = open_store(address).catalogue
    lists = {name: tuple(code.code for code in codes) for name, codes in known.codes.items()}
    return {**lists, "layer": known.layer_ids(), "document": tuple(known.documents)}


@lru_cache(maxsize=4)
def _assets(address: str) -> Assets:
    return Assets.build(open_store(address).catalogue.theme)


def orders() -> Mapping[str, tuple[str, ...]]:
    """Return the values of each list of the catalogue in the order of display, by the list's name."""
    return _orders(_address())


def year_range(version: str) -> tuple[int, int] | None:
    """Return the first and the last year in the data, None where no place has one."""
    return _year_range(_address(), snapshot(version).version)


def counts(view: MapView, fields: tuple[str, ...]) -> tuple[Totals, tuple[Facet, ...]]:
    """Return how many places a view shows, and how many each value of some fields has.

    What does not bear on the numbers, such as the centre of the map, is left out of the question,
    so that a map that is only moved counts nothing again.
    """
    bare = replace(_bare(view), version=snapshot(view.version).version, since="")
    return _counts(_address(), bare, fields)


def since(view: MapView) -> Compared | None:
    """Return what differs within a view between the data that it compares, None where nothing does."""
    both = compared_versions(view)
    if both is None:
        return None
    old, new, shown = both
    return _since(_address(), _bare(view), old.version, new.version, shown)


def _bare(view: MapView) -> MapView:
    return replace(
        view, centre=(0.0, 0.0), zoom=0.0, basemap="", language="", selected="", unread=(), renamed=(),
    )  # fmt: skip


@lru_cache(maxsize=KEPT_COUNTS)
def _counts(
    address: str, view: MapView, fields: tuple[str, ...],
) -> tuple[Totals, tuple[Facet, ...]]:
    shown = open_store(address).snapshot(view.version)
    return summary.totals_and_facets(shown, view, fields)


@lru_cache(maxsize=KEPT_COUNTS)
def _since(address: str, view: MapView, old: str, new: str, shown: Shown) -> Compared | None:
    known = open_store(address)
    one, other = known.snapshot(old), known.snapshot(new)
    found = changes.since(one, other, view, known.catalogue, shown)
    if found is None:
        return None
    order = [_ids(change) for change in changes.compare(one, other, known.catalogue).changes]
    position = {ids: number for number, ids in enumerate(order)}
    return Compared(found, tuple(position[_ids(change)] for change in found.places))


def _ids(change: Change) -> tuple[str, str]:
    """Return by what ids a place went and goes."""
    before, after = change.before, change.after
    return before.place_id if before else "", after.place_id if after else ""


@lru_cache(maxsize=4)
def _year_range(address: str, version: str) -> tuple[int, int] | None:
    return summary.year_range(open_store(address).snapshot(version))


def words(part: str, language: str) -> Mapping[str, str]:
    """Return the messages of one part of the program in one language."""
    return messages(language, part)


def geocoder() -> Geocoder | None:
    """Return the geocoder that the operator has configured, if any.

    Raises
    ------
    GeocoderRefusedError
        Its address is not one that may be called.
    """
    settings = _settings()
    return Geocoder(settings.geocoder, settings.geocoder_hosts) if settings.geocoder else None


def _address() -> str:
    return _settings().data


def _settings() -> Settings:
    # A whole environment takes longer to read than a rerun may take.
    return _settings_of(tuple(os.environ.get(name, "") for name in _READ))


@lru_cache(maxsize=4)
def _settings_of(values: tuple[str, ...]) -> Settings:
    return Settings.read(dict(zip(_READ, values, strict=True)), ROOT)


_READ = (DATA, GEOCODER, GEOCODER_HOSTS)
