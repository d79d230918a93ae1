"""The documents as their page fetches them: with texts and without."""

import json
from pathlib import Path

import pytest
from starlette.applications import Starlette

from layers.errors import LayersError
from layers.render.config import Operator
from layers.render.paths import document_path, library_path
from layers.stores.folder import FolderStore
from service.routes import routes
from service.site import Site
from service.status import explained
from tests.builders import ISLAND, PLAN_2023
from tests.service.asgi import Client

TEXT = "\n".join(["一、任务", *[""] * 37, "推动光谷科学岛。<script>alert(1)</script>"])


@pytest.fixture
def texts(data_folder: Path, tmp_path: Path) -> Path:
    """Name a file for each document, and make the folder where one of them is."""
    path = data_folder / "catalogue" / "documents.json"
    documents = [{**row, "file": f"{row['id']}.txt"} for row in json.loads(path.read_text("utf-8"))]
    path.write_text(json.dumps(documents, ensure_ascii=False), encoding="utf-8")
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / f"{PLAN_2023}.txt").write_text(TEXT, encoding="utf-8")
    return folder


@pytest.fixture
def site(data_folder: Path, texts: Path) -> Site:
    """Open a site that has one document's text."""
    return Site(FolderStore(data_folder), Operator(), texts)


@pytest.fixture
def client(site: Site) -> Client:
    """Ask that site over HTTP."""
    return Client(Starlette(routes=routes(site), exception_handlers={LayersError: explained}))


def path_of(site: Site) -> str:
    return document_path(site.store.version(), PLAN_2023)


def test_the_library_names_documents_in_date_order_and_every_place(client: Client, site: Site) -> None:
    library = client.get(library_path(site.store.version())).json()
    assert [row["id"] for row in library["documents"]][1] == PLAN_2023
    assert [row["hasText"] for row in library["documents"]] == [False, True, False]
    assert ISLAND in library["places"]


def test_a_document_is_read_line_by_line(client: Client, site: Site) -> None:
    reading = client.get(path_of(site)).json()
    assert [line["n"] for line in reading["lines"]] == [1, 39]
    assert "".join(text for text, _ in reading["lines"][1]["t"]) == TEXT.split("\n")[38]


def test_answers_are_asked_for_again_and_not_guessed_at(client: Client, site: Site) -> None:
    for path in (library_path(site.store.version()), path_of(site)):
        got = client.get(path)
        assert got.headers["cache-control"] == "no-cache"
        assert got.headers["x-content-type-options"] == "nosniff"
        assert got.headers["content-type"] == "application/json"
        assert "sandbox" in got.headers["content-security-policy"]
        assert client.get(path, if_none_match=got.headers["etag"]).status_code == 304


def test_a_text_that_is_put_there_later_is_seen(client: Client, site: Site, texts: Path) -> None:
    (texts / f"{PLAN_2023}.txt").unlink()
    before = client.get(path_of(site))
    assert not before.json()["hasText"]
    (texts / f"{PLAN_2023}.txt").write_text(TEXT, encoding="utf-8")
    after = client.get(path_of(site))
    assert after.json()["hasText"]
    assert after.headers["etag"] != before.headers["etag"]


def test_only_documents_of_the_catalogue_are_served(client: Client, site: Site) -> None:
    version = site.store.version()
    for asked in ("nothing", "..%2F..%2Fetc%2Fpasswd", "general-knowledge"):
        assert client.get(f"/documents/{version}/{asked}.json").status_code == 404


def test_an_unknown_data_version_is_told(client: Client) -> None:
    assert client.get(library_path("0" * 12)).status_code == 404


def test_a_text_that_cannot_be_read_is_as_none(client: Client, site: Site, texts: Path) -> None:
    (texts / f"{PLAN_2023}.txt").write_bytes(b"\xff\xfe\x00")
    assert not client.get(path_of(site)).json()["hasText"]
