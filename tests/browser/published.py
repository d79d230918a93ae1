"""A server whose data was published, changed and published again."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from benchmarks.server import atlas
from layers.stores.folder import FolderStore
from tests.browser.conftest import Site
from tests.browser.scattered import CLEAR_PARK, scattered_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FIRST, SECOND = datetime(2026, 5, 2, 8, 30, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
FIRST_NOTE, SECOND_NOTE = "首次发布 <b>", "更正 & 增补"
# Of the scattered places one is taken out, one gets another name, one is moved.
GONE, RENAMED, NEW_NAME = "place-1", "place-6", "改了名的地点"
MOVED_TO = (114.95, 30.2)


@dataclass(frozen=True)
class Published:
    """That server, and its two data versions."""

    site: Site
    old: str
    new: str

    def shared(self, **changes: Any) -> str:  # noqa: ANN401 - fields of a view
        """Return the address of a shared map."""
        return self.site.shared(replace(self.site.start(), **changes))


@contextmanager
def published_twice(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[Published]:
    """Run the server on a data folder that is written for it, with settings of the operator's."""
    scattered_folder(folder)
    old = FolderStore(folder).publish(FIRST_NOTE, FIRST).version
    _change(folder)
    new = FolderStore(folder).publish(SECOND_NOTE, SECOND).version
    with atlas(folder, {"CORRIDOR_LINKS": str(folder.parent / "links"), **(settings or {})}) as server:
        yield Published(Site(server, FolderStore(folder)), old, new)


def _change(folder: Path) -> None:
    for path in (folder / "geojson").glob("*.geojson"):
        collection = json.loads(path.read_text(encoding="utf-8"))
        kept = [one for one in collection["features"] if one["properties"]["id"] != GONE]
        for one in kept:
            if one["properties"]["id"] == RENAMED:
                one["properties"]["name_zh"] = NEW_NAME
            elif one["properties"]["id"] == CLEAR_PARK:
                one["geometry"]["coordinates"] = list(MOVED_TO)
        path.write_text(json.dumps({**collection, "features": kept}, ensure_ascii=False), encoding="utf-8")
