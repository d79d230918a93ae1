"""`corridor validate`: the faults in the data."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cli.exit_codes import FAULTS_FOUND
from layers.alike import alike_pairs, unreviewed
from layers.errors import InvalidTargetsError
from layers.provenance import Texts, unproved
from layers.settings import DOCUMENTS
from layers.stores.address import open_store
from layers.targets import unknown_places, unproved_targets

if TYPE_CHECKING:
    import argparse

    from layers.settings import Settings
    from layers.snapshot import Snapshot
    from layers.stores.base import LayerStore


def validate(settings: Settings, _: argparse.Namespace) -> int:
    """List every fault: schemas, targets, places entered twice, and citations against the documents."""
    store = open_store(settings.data)
    snapshot = store.snapshot()
    faults = [
        f"{layer_id}: {issue}" for layer_id, error in snapshot.refused.items() for issue in error.issues
    ]
    texts = Texts.read(settings.documents, store.catalogue) if settings.documents else None
    if texts is None:
        sys.stderr.write(f"corridor: citations are not checked: set {DOCUMENTS} to the documents' folder\n")
    else:
        faults += _unproved(snapshot, texts)
    faults += _faults_of_targets(store, snapshot, texts)
    faults += [f"alike: {pair}" for pair in unreviewed(alike_pairs(snapshot), store.catalogue.distinct)]
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


def _faults_of_targets(store: LayerStore, snapshot: Snapshot, texts: Texts | None) -> list[str]:
    try:
        targets = store.targets()
    except InvalidTargetsError as error:
        return [f"targets: {issue}" for issue in error.issues]
    found = unknown_places(targets, list(snapshot.index.ids))
    if texts is not None:
        found += unproved_targets(targets, texts)
    return [f"targets: {issue}" for issue in found]
