"""The terminal's entry, installed as `corridor`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from geo.errors import GeoError
from layers.errors import CatalogueError, InvalidLayerError, LayersError, UnknownLayerError, UnknownStoreError
from layers.provenance import Texts, unproved
from layers.settings import DOCUMENTS, Settings
from layers.stores.address import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from layers.snapshot import Snapshot

ROOT = Path(__file__).parent
FAULTS_FOUND = 1
# The first row that an error is an instance of gives the exit code.
EXIT_CODES: dict[type[Exception], int] = {
    UnknownLayerError: 3,
    UnknownStoreError: 4,
    CatalogueError: 5,
    InvalidLayerError: 6,
    LayersError: 10,
    GeoError: 11,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0, 1 for faults found in data, or the code of an error's class."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    settings = Settings.read(os.environ, ROOT)
    command: Callable[[Settings], int] = asked.command
    try:
        return command(settings)
    except (LayersError, GeoError) as error:
        sys.stderr.write(f"corridor: {error}\n")
        return next(code for kind, code in EXIT_CODES.items() if isinstance(error, kind))


def layers(settings: Settings) -> int:
    """List the layers with their number of places, and the data version."""
    store = open_store(settings.data)
    snapshot = store.snapshot()
    for entry in store.catalogue.layers:
        layer = snapshot.layers.get(entry.layer_id)
        count = str(len(layer.features)) if layer else "refused"
        sys.stdout.write(f"{entry.layer_id:20} {count:>8}  {entry.title.zh} · {entry.title.en}\n")
    sys.stdout.write(f"data version {snapshot.version}\n")
    return 0


def validate(settings: Settings) -> int:
    """List every fault: files against their schemas, and citations against the documents."""
    store = open_store(settings.data)
    snapshot = store.snapshot()
    faults = [
        f"{layer_id}: {issue}" for layer_id, error in snapshot.refused.items() for issue in error.issues
    ]
    if settings.documents is None:
        sys.stderr.write(f"corridor: citations are not checked: set {DOCUMENTS} to the documents' folder\n")
    else:
        faults += _unproved(snapshot, Texts.read(settings.documents, store.catalogue))
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    sys.stderr.write(f"corridor: {len(faults)} faults\n")
    return FAULTS_FOUND if faults else 0


def _unproved(snapshot: Snapshot, texts: Texts) -> list[str]:
    return [
        f"{layer_id}: {issue}"
        for layer_id, layer in snapshot.layers.items()
        for issue in unproved(layer.features, texts)
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="corridor",
        description="The Corridor Atlas in a terminal.",
        epilog="The data folder is CORRIDOR_DATA, or the one beside the program.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in (layers, validate):
        words = (command.__doc__ or "").strip()
        commands.add_parser(command.__name__, help=words, description=words).set_defaults(command=command)
    return parser


if __name__ == "__main__":
    sys.exit(main())
