"""The data that the program comes with are published, and every published version is whole."""

import json
from hashlib import sha256
from pathlib import Path

from layers.stores.folder import FolderStore
from layers.versions import read_publications
from tests.builders import DATA

VERSIONS = DATA / "versions"
STORE = FolderStore(DATA)


def contents() -> list[Path]:
    return sorted((VERSIONS / "layers").iterdir())


def test_the_data_are_the_version_published_last() -> None:
    raw = json.loads((VERSIONS / "published.json").read_text("utf-8"))
    assert raw[-1]["version"] == STORE.version(), "publish the data: corridor publish --note ..."
    assert read_publications(raw) == STORE.publications()


def test_the_hash_of_each_content_is_its_name() -> None:
    for path in contents():
        assert path.name == f"{sha256(path.read_bytes()).hexdigest()}.geojson"


def test_each_content_is_of_a_version_and_each_version_has_its_contents() -> None:
    named = {digest for entry in STORE.publications() for digest in entry.layers.values()}
    assert {path.stem for path in contents()} == named


def test_every_published_version_can_be_opened() -> None:
    for entry in STORE.publications():
        snapshot = STORE.snapshot(entry.version)
        assert snapshot.version == entry.version
        for layer_id, digest in entry.layers.items():
            assert sha256(snapshot.layer(layer_id).content).hexdigest() == digest
