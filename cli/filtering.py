"""The options that say which places are meant, of which data version."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from i18n.messages import LANGUAGES
from layers.typed import WHERE_FORM, Typed, linked_view, typed_view
from layers.versions import CURRENT, LATEST, version_named
from layers.view import MapView

if TYPE_CHECKING:
    import argparse

    from layers.snapshot import Snapshot
    from layers.stores.base import LayerStore

# Plans are in force where it is this day, whatever the machine's clock is set to.
CHINA = timezone(timedelta(hours=8))


def add_filter(part: argparse.ArgumentParser) -> None:
    """Add what says which places are meant."""
    part.add_argument("layers", metavar="LAYER", nargs="*", help="ids of `corridor layers`; else all")
    several = f"{WHERE_FORM}; may be repeated"
    part.add_argument("--where", metavar="FILTER", action="append", default=[], help=several)
    part.add_argument("--years", metavar="2023-2025", default="", help="whose build years overlap these")
    part.add_argument("--dated", action="store_true", help="with --years: leave out places without any year")
    part.add_argument("--text", metavar="WORDS", default="", help="whose names hold all these words")
    part.add_argument("--link", metavar="URL", default="", help="what a link shows, narrowed by the rest")
    part.add_argument("--lang", choices=LANGUAGES, default="zh", help="of titles and other words")
    part.add_argument("--json", action="store_true", help="for programs")
    add_version(part)


def add_version(part: argparse.ArgumentParser) -> None:
    """Add what says which data version is meant."""
    words = f"a version, the beginning of one, {CURRENT!r} or {LATEST!r}; the data as they are without"
    part.add_argument("--data-version", metavar="V", default="", help=words)


def typed(store: LayerStore, asked: argparse.Namespace) -> tuple[Snapshot, MapView]:
    """Return the data version and the view that the options of a filter ask for."""
    catalogue = store.catalogue
    lon, lat = catalogue.product["centre"]
    start = MapView(
        layers=catalogue.layer_ids(),
        on=datetime.now(CHINA).date(),
        centre=(lon, lat),
        zoom=float(catalogue.product["zoom"]),
        layer_numbers=catalogue.layer_numbers,
    )
    version = asked.data_version or (linked_view(asked.link, start).version if asked.link else "")
    snapshot = named_snapshot(store, version)
    options = Typed(
        layers=tuple(asked.layers),
        where=tuple(asked.where),
        years=asked.years,
        dated=asked.dated,
        text=asked.text,
        link=asked.link,
    )
    return snapshot, typed_view(options, replace(start, version=snapshot.version), snapshot, catalogue)


def named_snapshot(store: LayerStore, version: str) -> Snapshot:
    """Return the data version of that name, or the one that is served."""
    if not version:
        return store.snapshot()
    return store.snapshot(version_named(version, store.publications(), store.version()))
