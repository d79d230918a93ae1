"""Map documents made without a server: any features on any ground, saved as a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from i18n.messages import LANGUAGES, messages
from layers.render.assets import Assets
from layers.render.config import Operator, Said, map_config, view_state
from layers.render.document import saved_page
from layers.render.ground import Ground
from layers.render.head import Head
from tests.browser.watch import file_url

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from layers.catalogue import Catalogue
    from layers.snapshot import Snapshot
    from layers.view import MapView

NO_FEATURES: dict[str, Any] = {"type": "FeatureCollection", "features": []}


def saved_map(
    path: Path,
    snapshot: Snapshot,
    catalogue: Catalogue,
    view: MapView,
    ground: Mapping[str, Any] | None = None,
) -> str:
    """Write a map document and return the address of the file.

    Parameters
    ----------
    ground
        `counties` and `water`, two feature collections; none where the ground does not matter.
    """
    words = {language: messages(language, "map") for language in LANGUAGES}
    config = map_config(snapshot, catalogue, words, Operator())
    config |= view_state(view, Said(sentence={"zh": "", "en": ""}))
    parts = ground or {"counties": NO_FEATURES, "water": NO_FEATURES}
    drawn = Ground.read(json.dumps(parts).encode()).as_json()
    page = saved_page(Head("Atlas"), snapshot, Assets.build(catalogue.theme), config, drawn)
    path.write_text(page.html, encoding="utf-8")
    return file_url(path)
