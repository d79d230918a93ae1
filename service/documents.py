"""What the page of documents is sent: the documents' list, and each document line by line."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse

from layers.concordance import Concordance, Sources
from layers.provenance import Texts
from service.headers import ASK_AGAIN, POLICY, SAFE, answer, packed

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

    from service.headers import Packed
    from service.site import Site

JSON = "application/json"
# Texts and catalogue have no part in the data version, so nothing is kept for ever.
HEADERS = {**ASK_AGAIN, POLICY: f"{SAFE[POLICY]}; sandbox"}


class DocumentAnswers:
    """Answers with the documents of one installation, put together once for each state of its files."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._lock = threading.Lock()
        self._made: tuple[object, Concordance] | None = None
        self._packed: dict[str, tuple[bytes, Packed]] = {}

    async def library(self, request: Request) -> Response:
        """Answer with the list of documents and all places and targets that they name."""
        content, ready = await run_in_threadpool(self._content, request.path_params["version"], "")
        return answer(request, content, JSON, HEADERS, ready)

    async def document(self, request: Request) -> Response:
        """Answer with one document line by line."""
        version, document_id = request.path_params["version"], request.path_params["document_id"]
        known = {document.document_id for document in self._site.store.catalogue.plan_documents()}
        if document_id not in known:
            there = ", ".join(sorted(known))
            text = f"No document {document_id!r} in the catalogue; it has {there}."
            return PlainTextResponse(text, 404, {**SAFE, **ASK_AGAIN})
        content, ready = await run_in_threadpool(self._content, version, document_id)
        return answer(request, content, JSON, HEADERS, ready)

    def _content(self, version: str, document_id: str) -> tuple[bytes, Packed]:
        with self._lock:
            concordance = self._concordance(version)
            if document_id not in self._packed:
                said = concordance.reading(document_id) if document_id else concordance.library()
                self._packed[document_id] = _written(said)
            return self._packed[document_id]

    def _concordance(self, version: str) -> Concordance:
        store = self._site.store
        snapshot, targets = store.snapshot(version), store.targets()
        folder = self._site.documents
        files = [document.file for document in store.catalogue.plan_documents()]
        state = (snapshot.version, targets, _stamps(folder, files))
        if self._made is None or self._made[0] != state:
            texts = Texts.found(folder, store.catalogue)
            sources = Sources(snapshot, store.catalogue, targets, store.reasons(), texts, store.outlines())
            self._made = (state, Concordance(sources))
            self._packed.clear()
        return self._made[1]


def _stamps(folder: Path | None, files: list[str]) -> tuple[object, ...]:
    """Return what changes when a text is put into the folder, changed or taken away."""
    return tuple(_stamp(folder / file) for file in files) if folder else ()


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _written(said: dict[str, Any]) -> tuple[bytes, Packed]:
    content = json.dumps(said, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    return content, packed(content)
