"""What tests of exports share: an atlas to export from, and a function that does."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from i18n.messages import LANGUAGES, messages
from layers.exports.export import Asked, Exported, export
from layers.exports.manifest import Atlas
from layers.exports.selection import Selection
from layers.stores.folder import FolderStore
from layers.view import MapView
from tests.builders import LAYER_IDS

AT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
VIEW = MapView(layers=LAYER_IDS, on=date(2026, 11, 22))

Export = Callable[..., Exported]


def atlas_of(store: FolderStore) -> Atlas:
    """Return what exports of a store are taken from."""
    words, sentences = (
        {language: messages(language, part) for language in LANGUAGES} for part in ("exports", "sentence")
    )
    return Atlas(store.catalogue, store.publications(), words, sentences, "https://atlas.example.cn")


@pytest.fixture
def ask(store: FolderStore, tmp_path: Path) -> Export:
    """Return a function that exports to a file of a name; `view`, `store` and others may be given."""

    def exported(  # noqa: PLR0913 - all that an export can be asked
        name: str,
        format_id: str,
        *,
        store: FolderStore = store,
        view: MapView = VIEW,
        area: Any = None,  # noqa: ANN401 - as `Selection` takes it
        ids: tuple[str, ...] | None = None,
        talk: tuple[Any, ...] = (),
        **asked: Any,  # noqa: ANN401 - as `Asked` takes it
    ) -> Exported:
        selection = Selection(store.snapshot(), view, area, ids)
        return export(selection, Asked(format_id, AT, **asked), tmp_path / name, atlas_of(store), *talk)

    return exported
