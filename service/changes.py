"""What differs between two data versions: for the map and the page of changes, and as files."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse

from i18n.messages import LANGUAGES, messages
from layers.change_files import FORMATS, Comparison
from layers.changes import compare, listed, read_as
from service.headers import ASK_AGAIN, POLICY, SAFE, answer, packed
from service.shared_map import default_view
from service.site import today

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from starlette.requests import Request
    from starlette.responses import Response

    from layers.changes import Change, Shown
    from layers.snapshot import Snapshot
    from layers.view import MapView
    from service.headers import Packed
    from service.site import Site

MEDIA_TYPES = {
    "json": "application/json",
    "geojson": "application/geo+json",
    "csv": "text/csv; charset=utf-8",
}
SHOWN = ("then", "now")
# Whether status and years are read with outside knowledge.
READINGS: Mapping[str, bool] = {"all": True, "documents": False}
# Codes and names come from the catalogue, which no data version covers: nothing is kept for ever.
HEADERS = {**ASK_AGAIN, POLICY: f"{SAFE[POLICY]}; sandbox"}
KEPT_PACKED = 16


class ChangeAnswers:
    """Answers with the differences between data versions of one installation."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._packed = lru_cache(maxsize=KEPT_PACKED)(self._pack)

    async def places(self, request: Request) -> Response:
        """Answer with every place that changed, in both languages, and how many changed in each way."""
        asked = request.path_params
        if asked["shown"] not in SHOWN or asked["reading"] not in READINGS:
            return _missing(request)
        old, new = await run_in_threadpool(self._both, request)
        reading = READINGS[asked["reading"]]
        content, ready = await run_in_threadpool(
            self._packed, _key(old), _key(new), cast("Shown", asked["shown"]), reading, today(),
        )  # fmt: skip
        return answer(request, content, MEDIA_TYPES["json"], HEADERS, ready)

    async def file(self, request: Request) -> Response:
        """Answer with the comparison as a file to keep."""
        extension = request.path_params["extension"]
        if extension not in MEDIA_TYPES:
            return _missing(request)
        old, new = await run_in_threadpool(self._both, request)
        content = await run_in_threadpool(self._file, old, new, extension)
        name = f"changes-{old.version}-{new.version}.{extension}"
        headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
        return answer(request, content, MEDIA_TYPES[extension], headers, packed(content))

    def _both(self, request: Request) -> tuple[Snapshot, Snapshot]:
        store, asked = self._site.store, request.path_params
        return store.snapshot(asked["old"]), store.snapshot(asked["new"])

    def _file(self, old: Snapshot, new: Snapshot, extension: str) -> bytes:
        store = self._site.store
        compared = compare(old, new, store.catalogue)
        comparison = Comparison(compared, store.catalogue, self._site.publications(), _words())
        return FORMATS[extension](comparison).encode()

    def _pack(
        self, old: tuple[str, ...], new: tuple[str, ...], shown: Shown, reading: bool, on: date,  # noqa: FBT001
    ) -> tuple[bytes, Packed]:
        store = self._site.store
        both = store.snapshot(old[0]), store.snapshot(new[0])
        said = self._told(*both, shown, replace(default_view(self._site), on=on, outside=reading))
        content = json.dumps(said, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
        return content, packed(content)

    def _told(self, old: Snapshot, new: Snapshot, shown: Shown, whole: MapView) -> dict[str, Any]:
        words = _words()
        compared = compare(old, new, self._site.store.catalogue)
        changes = [read_as(change, outside=whole.outside) for change in compared.changes]
        return {
            "old": compared.old,
            "new": compared.new,
            "total": {"old": len(old.index), "new": len(new.index)},
            "counts": compared.counts(),
            "uncompared": list(compared.uncompared),
            "places": [self._place(change, shown, words) for change in changes],
            # The whole map of the newer version with the changes marked, and of the older one as it was.
            "queries": {
                "now": replace(whole, version=new.version, since=old.version).to_query(),
                "then": replace(whole, version=old.version).to_query(),
            },
        }

    def _place(
        self, change: Change, shown: Shown, words: Mapping[str, Mapping[str, str]],
    ) -> dict[str, Any]:
        place = change.on_side(shown)
        told = listed(change, shown, self._site.store.catalogue, words)
        return {**told, "layer": place.layer_id, "category": place.properties.get("category")}


def _words() -> dict[str, Mapping[str, str]]:
    return {language: messages(language, "changes") for language in LANGUAGES}


def _key(snapshot: Snapshot) -> tuple[str, ...]:
    # What is refused meanwhile is not compared.
    return (snapshot.version, *sorted(snapshot.refused))


def _missing(request: Request) -> Response:
    text = f"Nothing at {request.url.path!r}: a comparison is there as json, geojson and csv."
    return PlainTextResponse(text, 404, {**SAFE, **ASK_AGAIN})
