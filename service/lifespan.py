"""What is done once when the server starts and once when it stops."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from service.site import Site


def lifespan(site: Site) -> Callable[[Any], AbstractAsyncContextManager[dict[str, Any] | None]]:
    """Return what opens the desk of exports, which removes what a killed server left, and closes it."""

    @asynccontextmanager
    async def running(_: object) -> AsyncIterator[dict[str, Any] | None]:
        desk = site.desk
        try:
            yield None
        finally:
            desk.close()

    return running
