"""`corridor coverage`: what each line of the documents gave."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cli.exit_codes import FAULTS_FOUND, USAGE
from cli.output import write_json
from layers.coverage import CITED, REASONED, coverage, printed_lines, totals_of
from layers.provenance import Texts
from layers.settings import DOCUMENTS
from layers.stores.address import open_store

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from layers.catalogue import Catalogue
    from layers.coverage import DocumentCoverage, LineCoverage, Reasons
    from layers.settings import Settings

SHOWN_LETTERS = 36


def add_coverage(part: argparse.ArgumentParser) -> None:
    """Add the options of `corridor coverage`."""
    part.epilog = (
        "Exit code 1 where a line has neither citation nor reason, has both, or is cited but not there."
    )
    part.add_argument("--document", metavar="ID", default="", help="only this document")
    part.add_argument("--uncovered", action="store_true", help="list only the lines that are at fault")
    part.add_argument("--json", action="store_true", help="for programs: ids by line, with totals")


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
        write_json(_told(documents, snapshot.version))
    else:
        rows = _rows(documents, store.catalogue, texts, reasons, asked.uncovered)
        sys.stdout.writelines(f"{row}\n" for row in rows)
    return FAULTS_FOUND if totals_of(documents).faults else 0


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


def _told(documents: Sequence[DocumentCoverage], version: str) -> dict[str, Any]:
    return {
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
