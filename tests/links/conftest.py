"""A small data folder in which some things had other names before, or are gone."""

import json
from pathlib import Path

import pytest

from layers.stores.folder import FolderStore
from tests.builders import LAYER_IDS, few_features, write_folder

FORMER = {
    "aliases": {"old-island": "science-island", "first-island": "old-island"},
    "tombstones": {
        "gone-park": {
            "date": "2026-05-02",
            "reason": {"zh": "并入葛店", "en": "merged into Gedian"},
            "successor": "lone-park",
        },
    },
    "codes": {"city": {"echeng": "ezhou"}, "layer": {"places": "sites"}},
}


@pytest.fixture(scope="session")
def renamed_store(tmp_path_factory: pytest.TempPathFactory) -> FolderStore:
    """Open a store whose layers are counted and whose catalogue knows former names."""
    folder = write_folder(tmp_path_factory.mktemp("renamed") / "data", few_features())
    for name, content in (("aliases.json", FORMER), ("layer_numbers.json", LAYER_IDS)):
        (folder / "catalogue" / name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return FolderStore(Path(folder))
