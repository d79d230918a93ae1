"""The terminal's entry, installed as `corridor`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from geo.errors import GeoError
from layers.alike import alike_pairs, unreviewed
from layers.coverage import CITED, REASONED, coverage, printed_lines, totals_of
from layers.errors import (
    CatalogueError,
    InvalidLayerError,
    InvalidTargetsError,
    LayersError,
    UnknownLayerError,
    UnknownStoreError,
)
from layers.provenance import Texts, unproved
from layers.settings import DOCUMENTS, Settings
from layers.stores.address import open_store
from layers.targets import unknown_places, unproved_targets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from layers.catalogue import Catalogue
    from layers.coverage import DocumentCoverage, LineCoverage, Reasons
    from layers.snapshot import Snapshot
    from layers.stores.base import LayerStore

ROOT = Path(__file__).parent
FAULTS_FOUND = 1
# As argparse ends where it cannot do what was asked.
USAGE = 2
# As a shell tells that a program's reader, such as `head`, went away.
UNREAD = 141
SHOWN_LETTERS = 36
# The first row that an error is an instance of gives the exit code.
EXIT_CODES: dict[type[Exception], int] = {
    UnknownLayerError: 3,
    UnknownStoreError: 4,
    CatalogueError: 5,
    InvalidLayerError: 6,
    InvalidTargetsError: 7,
    LayersError: 10,
    GeoError: 11,
}


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run one command; return 0, 1 for faults found in data, or the code of an error's class.

    Parameters
    ----------
    root
        The folder beside which data and documents are looked for where the environment names none.
    """
    parser = _parser()
    asked = parser.parse_args(arguments)
    settings = Settings.read(os.environ, root)
    command: Callable[[Settings, argparse.Namespace], int] = asked.command
    try:
        return command(settings, asked)
    except BrokenPipeError:
        # What is left in the buffer would fail once more at the program's end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNREAD
    except (LayersError, GeoError) as error:
        sys.stderr.write(f"corridor: {error}\n")
        return next(code for kind, code in EXIT_CODES.items() if isinstance(error, kind))


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


def show_coverage(settings: Settings, asked: argparse.Namespace) -> int:
    """Show what each line of the documents gave: places, targets, or the reason why nothing."""
    store = open_store(settings.data)
    known = [document.document_id for document in store.catalogue.plan_documents()]
    if settings.documents is None:
        sys.stderr.write(f"corridor: no documents to go through: set {DOCUMENTS} to their folder\n")
        return USAGE
    if asked.document and asked.document not in known:
        sys.stderr.write(f"corridor: no document {asked.document!r}; there are {', '.join(known)}\n")
        return USAGE
    texts = Texts.read(settings.documents, store.catalogue)
    reasons = store.reasons()
    snapshot = store.snapshot()
    documents = [
        document
        for document in coverage(snapshot, store.targets(), printed_lines(texts), reasons)
        if document.document_id == asked.document or not asked.document
    ]
    if asked.json:
        sys.stdout.write(_as_json(documents, snapshot.version))
    else:
        rows = _rows(documents, store.catalogue, texts, reasons, asked.uncovered)
        sys.stdout.writelines(f"{row}\n" for row in rows)
    return FAULTS_FOUND if totals_of(documents).faults else 0


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


def _rows(
    documents: Sequence[DocumentCoverage],
    catalogue: Catalogue,
    texts: Texts,
    reasons: Reasons,
    is_uncovered_only: bool,  # noqa: FBT001 - as the option of the command
) -> Iterator[str]:
    for document in documents:
        lines = [line for line in document.lines if line.is_fault or not is_uncovered_only]
        if not lines:
            continue
        entry = catalogue.documents.get(document.document_id)
        title = f"  {entry.short.zh} · {entry.short.en}" if entry else ""
        yield f"{document.document_id}{title}"
        for line in lines:
            text = texts.line(document.document_id, line.number).strip()
            yield f"{line.number:>5}  {_said(line):36} {text[:SHOWN_LETTERS]}"
        yield ""
    yield f"{'document':30} {'lines':>6} {'cited':>6} {'reason':>6} {'faults':>6}"
    counted = {document.document_id: document.totals for document in documents}
    for name, totals in (*counted.items(), ("all", totals_of(documents))):
        yield f"{name:30} {totals.printed:>6} {totals.cited:>6} {totals.reasoned:>6} {totals.faults:>6}"
    yield ""
    for code, words in reasons.codes.items():
        count = sum(document.reasons().get(code, 0) for document in documents)
        if count:
            yield f"{count:>5}  {code:24} {words.zh} · {words.en}"


def _said(line: LineCoverage) -> str:
    cited = [
        f"{len(ids)} {word}{'s' * (len(ids) != 1)}"
        for ids, word in ((line.places, "place"), (line.targets, "target"))
        if ids
    ]
    said = ", ".join([*cited, *([line.reason] if line.reason else [])])
    return said if line.state in {CITED, REASONED} else f"!{line.state.upper()} {said}"


def _as_json(documents: Sequence[DocumentCoverage], version: str) -> str:
    told = {
        "version": version,
        "documents": [
            {
                "id": document.document_id,
                "totals": asdict(document.totals),
                "reasons": document.reasons(),
                "lines": [
                    {
                        "line": line.number,
                        "state": line.state,
                        "places": line.places,
                        "targets": line.targets,
                        "reason": line.reason or None,
                    }
                    for line in document.lines
                ],
            }
            for document in documents
        ],
        "totals": asdict(totals_of(documents)),
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="corridor",
        description="The Corridor Atlas in a terminal.",
        epilog="The data folder is CORRIDOR_DATA, or the one beside the program.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    parts = {
        name: commands.add_parser(name, help=words, description=words)
        for name, command in COMMANDS.items()
        for words in [(command.__doc__ or "").strip()]
    }
    for name, command in COMMANDS.items():
        parts[name].set_defaults(command=command)
    part = parts["coverage"]
    part.epilog = (
        "Exit code 1 where a line has neither citation nor reason, has both, or is cited but not there."
    )
    part.add_argument("--document", metavar="ID", default="", help="only this document")
    part.add_argument("--uncovered", action="store_true", help="list only the lines that are at fault")
    part.add_argument("--json", action="store_true", help="for programs: ids by line, with totals")
    return parser


COMMANDS: dict[str, Callable[[Settings, argparse.Namespace], int]] = {
    "layers": layers,
    "validate": validate,
    "coverage": show_coverage,
}


if __name__ == "__main__":
    sys.exit(main())
