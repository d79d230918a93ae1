"""Data versions of before, answered over HTTP by a process that never saw them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from layers.render.config import Operator
from layers.snapshot import Snapshot
from layers.stores.folder import FolderStore
from service.site import Site
from tests.builders import AVENUE, ISLAND, LONE, feature, few_features, write_layer
from tests.service.asgi import Client
from tests.service.test_routes import client_of, told

AT = datetime(2026, 5, 2, 6, 0, tzinfo=UTC)


@pytest.fixture
def then(data_folder: Path) -> Snapshot:
    """Publish the small data, then change one place and take the layer of routes away."""
    store = FolderStore(data_folder)
    snapshot = store.snapshot()
    store.publish("first", AT)
    lone, lab = few_features()["site"]
    write_layer(data_folder, "site", [{**lone, "properties": {**lone["properties"], "name_zh": "新名"}}, lab])
    catalogue = data_folder / "catalogue"
    (catalogue / "layers.json").write_text('["sites", "site"]', encoding="utf-8")
    codes = json.loads((catalogue / "codes.json").read_text("utf-8"))
    codes["category"] = [code for code in codes["category"] if code["code"] != "road"]
    (catalogue / "codes.json").write_text(json.dumps(codes), encoding="utf-8")
    return snapshot


@pytest.fixture
def site(then: Snapshot, data_folder: Path) -> Site:  # noqa: ARG001 - the folder as that leaves it
    """Open a site after all that."""
    return Site(FolderStore(data_folder), Operator())


@pytest.fixture
def client(site: Site) -> Client:
    """Ask that site over HTTP."""
    return client_of(site)


def changes(page: str) -> dict[str, Any]:
    found = told(page)["changes"]
    assert isinstance(found, dict)
    return found


def test_each_layer_of_a_version_of_before_is_served_byte_for_byte(client: Client, then: Snapshot) -> None:
    for layer_id, layer in then.layers.items():
        got = client.get(f"/data/{then.version}/{layer_id}.geojson")
        assert (got.status_code, got.content) == (200, layer.content)
        assert got.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_a_layer_and_a_code_that_are_gone_open_on_the_map_of_before(client: Client, then: Snapshot) -> None:
    page = client.get(f"/m?v=1&w=category:road&d={then.version}&l=routes&at=114.5,30.5,9")
    assert page.status_code == 200
    config = told(page.text)
    assert config["dataVersion"] == then.version
    layers = config["layers"]
    assert isinstance(layers, list)
    assert [(layer["id"], layer["order"], layer["refused"]) for layer in layers] == [
        ("sites", 0, False),
        ("site", 1, False),
        ("routes", 2, False),
    ]
    assert layers[2]["title"] == {"zh": "routes", "en": "routes"}
    gone = {place["id"]: place["kinds"] for place in changes(page.text)["places"]}
    assert gone == {AVENUE: ["removed"], "bridge": ["removed"]}


def test_a_version_of_before_is_shown_with_what_has_changed_since(client: Client, then: Snapshot) -> None:
    page = client.get(f"/m?v=1&d={then.version}&l=sites,site&at=114.5,30.5,9&lang=en").text
    found = changes(page)
    assert (found["then"], found["shows"], found["thenDate"]) == (then.version, "then", "2026-05-02")
    assert found["sentence"]["en"] == "1 of 4 places changed since 2026-05-02: 1 renamed"
    assert [(place["id"], place["text"]["zh"]) for place in found["places"]] == [(LONE, "更名：葛店 → 新名")]
    # Each of the two ways leads to the same places.
    for shows, version in (("then", then.version), ("now", found["now"])):
        other = client.get(found["links"][shows])
        assert other.status_code == 200
        assert told(other.text)["dataVersion"] == version
        assert changes(other.text)["sentence"] == found["sentence"]
        assert changes(other.text)["shows"] == shows


def test_a_version_of_before_can_be_saved_and_framed(client: Client, site: Site, then: Snapshot) -> None:
    saved = client.get(f"/m.html?v=1&d={then.version}&l=routes&at=114.5,30.5,9")
    assert saved.status_code == 200
    assert AVENUE in saved.text
    frame = client.get(f"/frame/{site.assets.version}/{then.version}.json")
    assert frame.json()["dataVersion"] == then.version


def test_a_damaged_version_is_503_with_its_file_and_the_map_shows_the_data_of_now(
    client: Client, then: Snapshot, data_folder: Path
) -> None:
    for path in (data_folder / "versions" / "layers").iterdir():
        path.write_bytes(path.read_bytes()[:-1])
    got = client.get(f"/data/{then.version}/site.geojson")
    assert got.status_code == 503
    assert got.json()["code"] == "unreadable_version"
    assert "versions/layers/" in got.json()["message"]
    assert str(data_folder) not in got.text
    page = client.get(f"/m?v=1&d={then.version}&l=sites&at=114.5,30.5,9")
    assert page.status_code == 200
    assert told(page.text)["problems"]
    assert ISLAND in client.get(f"/data/{told(page.text)['dataVersion']}/sites.geojson").text


def test_a_damaged_list_of_versions_leaves_the_data_of_now(
    client: Client, then: Snapshot, data_folder: Path
) -> None:
    (data_folder / "versions" / "published.json").write_text("[", encoding="utf-8")
    assert client.get("/m").status_code == 200
    assert client.get("/health").status_code == 200
    assert client.get(f"/data/{then.version}/site.geojson").status_code == 503
    page = client.get(f"/m?v=1&d={then.version}&l=sites&at=114.5,30.5,9")
    assert page.status_code == 200
    assert told(page.text)["problems"]


def test_a_version_published_by_another_process_is_served_at_once(client: Client, data_folder: Path) -> None:
    other = FolderStore(data_folder)
    write_layer(data_folder, "site", [feature("between")])
    version = other.publish("between", AT).version
    write_layer(data_folder, "site", [feature("after")])
    got = client.get(f"/data/{version}/site.geojson")
    assert got.status_code == 200
    assert "between" in got.text
