"""Writes `outlines.json` beside it: on which lines the clauses of each document begin.

Run with the documents' texts in the folder that CORRIDOR_DOCUMENTS names. The atlas shows these numbers
where the texts themselves are not there.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from layers.concordance import Concordance, Sources
from layers.outline import FRONT
from layers.provenance import Texts
from layers.settings import Settings
from layers.stores.folder import FolderStore

DATA = Path(__file__).parent


def main() -> None:
    """Write the outlines of all documents, one clause a line."""
    store = FolderStore(DATA)
    settings = Settings.read(os.environ, DATA.parent)
    if settings.documents is None:
        sys.exit("No documents: name their folder in CORRIDOR_DOCUMENTS.")
    texts = Texts.read(settings.documents, store.catalogue)
    concordance = Concordance(
        Sources(store.snapshot(), store.catalogue, store.targets(), store.reasons(), texts, {}),
    )
    parts = []
    for document_id in texts.lines:
        found = [section for section in concordance.sections(document_id) if section.clause != FRONT]
        rows = [json.dumps([section.first, section.clause], ensure_ascii=False) for section in found]
        parts.append(f' "{document_id}": [\n' + ",\n".join(f"  {row}" for row in rows) + "\n ]")
    (DATA / "outlines.json").write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
