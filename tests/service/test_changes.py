"""What differs between two data versions, over HTTP."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from layers.render.config import Operator
from layers.stores.folder import FolderStore
from service.site import Site
from tests.builders import LAB, LAYER_IDS, LONE, few_features, write_layer
from tests.service.asgi import Client
from tests.service.test_routes import client_of


@pytest.fixture
def pair(data_folder: Path) -> tuple[str, str]:
    """Publish the small data, give one place another name, take one out; return both versions."""
    old = FolderStore(data_folder).publish("", datetime(2026, 5, 2, tzinfo=UTC)).version
    lone, _lab = few_features()["site"]
    write_layer(data_folder, "site", [{**lone, "properties": {**lone["properties"], "name_zh": "=新名"}}])
    return old, FolderStore(data_folder).version()


@pytest.fixture
def client(pair: tuple[str, str], data_folder: Path) -> Client:  # noqa: ARG001 - the folder as that leaves it
    """Ask a site over that data."""
    return client_of(Site(FolderStore(data_folder), Operator()))


def test_every_place_that_changed_is_told(client: Client, pair: tuple[str, str]) -> None:
    said = client.get(f"/changes/{pair[0]}/{pair[1]}/now-all.json").json()
    assert (said["old"], said["new"]) == pair
    assert said["total"] == {"old": 6, "new": 5}
    assert said["counts"] == {"removed": 1, "renamed": 1}
    assert [(place["id"], place["kinds"]) for place in said["places"]] == [
        (LONE, ["renamed"]), (LAB, ["removed"]),
    ]  # fmt: skip
    assert {place["layer"] for place in said["places"]} == {"site"}
    assert f"d={pair[1]}&since={pair[0]}" in said["queries"]["now"]
    assert f"d={pair[0]}" in said["queries"]["then"]
    assert f"l={','.join(LAYER_IDS)}" in said["queries"]["now"] or "all=" in said["queries"]["now"]


@pytest.mark.parametrize(
    ("extension", "media_type"),
    [("json", "application/json"), ("geojson", "application/geo+json"), ("csv", "text/csv; charset=utf-8")],
)
def test_a_comparison_is_a_file_to_keep(
    client: Client, pair: tuple[str, str], extension: str, media_type: str,
) -> None:
    got = client.get(f"/changes/{pair[0]}/{pair[1]}.{extension}")
    assert (got.status_code, got.headers["content-type"]) == (200, media_type)
    name = f"changes-{pair[0]}-{pair[1]}.{extension}"
    assert got.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]
    assert LAB in got.text


def test_no_cell_is_a_formula(client: Client, pair: tuple[str, str]) -> None:
    text = client.get(f"/changes/{pair[0]}/{pair[1]}.csv").text.removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["name_zh"] for row in rows if row["id"] == LONE] == ["'=新名"]


@pytest.mark.parametrize("tail", ["now-some.json", "later-all.json", "now-all.csv"])
def test_another_path_is_not_there(client: Client, pair: tuple[str, str], tail: str) -> None:
    assert client.get(f"/changes/{pair[0]}/{pair[1]}/{tail}").status_code == 404


@pytest.mark.parametrize("extension", ["txt", "html", "text"])
def test_another_format_is_not_there(client: Client, pair: tuple[str, str], extension: str) -> None:
    assert client.get(f"/changes/{pair[0]}/{pair[1]}.{extension}").status_code == 404


def test_a_version_that_is_not_there_is_named(client: Client, pair: tuple[str, str]) -> None:
    got = client.get(f"/changes/0123456789ab/{pair[1]}.json")
    assert got.status_code == 404
    assert "0123456789ab" in got.text


def test_a_version_compared_with_itself_differs_in_nothing(client: Client, pair: tuple[str, str]) -> None:
    said = client.get(f"/changes/{pair[0]}/{pair[0]}/now-all.json").json()
    assert (said["places"], said["counts"]) == ([], {})
