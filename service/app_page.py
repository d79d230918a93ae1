"""The page of the app's map: Streamlit's own, which shows at once what the reader saw there the last time."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from layers.render.document import edition_tag
from layers.render.paths import config_path, frame_path, whole_data_path
from service.guard import app_policy
from service.headers import ASK_AGAIN, POLICY, answer, packed

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.headers import Packed
    from service.site import Site

HEAD = b"<head>"


class AppPage:
    """Answers with the page of the app's map.

    Parameters
    ----------
    page
        Streamlit's page.
    """

    def __init__(self, site: Site, page: bytes) -> None:
        self._site = site
        self._page = page
        self._headers = {**ASK_AGAIN, POLICY: app_policy(page)}
        self._written = lru_cache(maxsize=1)(self._write)

    async def answer(self, request: Request) -> Response:
        """Answer `/`: the page, which asks early for what the map will need."""
        content, ready = await run_in_threadpool(self._current)
        return answer(request, content, "text/html; charset=utf-8", self._headers, ready)

    def _current(self) -> tuple[bytes, Packed]:
        return self._written(self._site.edition())

    def _write(self, edition: str) -> tuple[bytes, Packed]:
        assets, version = self._site.assets, self._site.store.version()
        fetched = (
            config_path(assets.version, version), whole_data_path(version), self._site.ground_path,
        )  # fmt: skip
        tags = [
            edition_tag(edition),
            f'<script src="{assets.path("picture.js")}"></script>',
            f'<link rel="modulepreload" href="{assets.path("component.js")}">',
            *(f'<link rel="prefetch" href="{path}">' for path in (frame_path(assets.version), *fetched)),
        ]
        content = self._page.replace(HEAD, "\n".join([HEAD.decode(), *tags]).encode(), 1)
        return content, packed(content)
