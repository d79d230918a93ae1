"""`corridor layers` and `corridor show`: what there is, and what is known of one place."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from cli.filtering import add_version, named_snapshot
from cli.output import write_json
from layers.place_lines import place_lines
from layers.places import layer_of
from layers.served import Served
from layers.stores.address import open_store

if TYPE_CHECKING:
    import argparse

    from layers.settings import Settings


def layers(settings: Settings, _: argparse.Namespace) -> int:
    """List the layers with their number of places, and the data version."""
    store = open_store(settings.data)
    snapshot = store.snapshot()
    for entry in store.catalogue.layers:
        layer = snapshot.layers.get(entry.layer_id)
        count = str(len(layer.features)) if layer else "refused"
        sys.stdout.write(f"{entry.layer_id:20} {count:>8}  {entry.title.zh} · {entry.title.en}\n")
    sys.stdout.write(f"data version {snapshot.version}\n")
    return 0


def add_show(part: argparse.ArgumentParser) -> None:
    """Add the options of `corridor show`."""
    part.epilog = "example:\n  corridor show jiufengshan-laboratory --json"
    part.add_argument("id", metavar="ID", help="of a place, also one that it had before")
    part.add_argument("--json", action="store_true", help="the place as GeoJSON")
    add_version(part)


def show(settings: Settings, asked: argparse.Namespace) -> int:
    """Show what the atlas knows of one place."""
    store = open_store(settings.data)
    snapshot = named_snapshot(store, asked.data_version)
    place_id = store.catalogue.former_ids.current(asked.id)
    layer = layer_of(place_id, snapshot, store.catalogue)
    features = json.loads(layer.content)["features"]
    place = Served(layer.layer_id, next(row for row in features if row["id"] == place_id))
    if asked.json:
        write_json(place.feature)
    else:
        (entry,) = store.catalogue.entries([layer.layer_id])
        sys.stdout.writelines(f"{line}\n" for line in place_lines(place, entry, store.catalogue))
    return 0
