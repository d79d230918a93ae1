"""The app's page is Streamlit's, with what shows the last picture at once put before all else."""

import re
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from layers.render.config import Operator
from layers.stores.folder import FolderStore
from service.headers import POLICY
from service.routes import handlers, middleware, routes
from service.site import Site
from tests.builders import write_layer
from tests.service.asgi import Client

PAGE = (files("streamlit") / "static" / "index.html").read_bytes()


async def streamlit(_: object) -> Response:
    return PlainTextResponse("whatever Streamlit answers")


@pytest.fixture
def site(data_folder: Path) -> Site:
    """Open a site over the small data folder."""
    return Site(FolderStore(data_folder), Operator())


@pytest.fixture
def client(site: Site) -> Client:
    """Ask that site, with Streamlit's page in it."""
    table = [*routes(site, PAGE), Mount("/", routes=[Route("/other", streamlit)])]
    return Client(Starlette(routes=table, middleware=middleware(site, PAGE), exception_handlers=handlers()))


def edition(page: str) -> str:
    found = re.search('<meta name="atlas-edition" content="([0-9a-f]+)">', page)
    assert found
    return found[1]


def test_the_page_is_streamlits_with_our_lines_at_the_head(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    added = answer.text.split("<head>", 1)[1]
    kept = PAGE.decode().split("<head>", 1)[1]
    assert added.endswith(kept)
    ours = added.removesuffix(kept)
    # The script finds the edition before it, and no script of Streamlit's has run by then.
    assert ours.index("atlas-edition") < ours.index("<script src=")


def test_each_path_that_the_page_asks_for_early_is_there(client: Client) -> None:
    page = client.get("/").text
    early = re.findall('(?:href|src)="(/(?:frame|data|ground|assets)/[^"]+)"', page)
    assert len(early) == 6
    assert [client.get(path).status_code for path in early] == [200] * 6


def test_the_policy_is_that_of_streamlits_other_answers(client: Client) -> None:
    policies = {client.get(path).headers[POLICY.lower()] for path in ("/", "/other")}
    assert len(policies) == 1
    assert "'sha256-" in policies.pop()


def test_a_page_that_is_known_is_not_sent_again(client: Client) -> None:
    etag = client.get("/").headers["etag"]
    again = client.get("/", if_none_match=etag)
    assert (again.status_code, again.content) == (304, b"")


def test_another_day_and_other_data_are_another_edition(
    client: Client, data_folder: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = edition(client.get("/").text)
    assert edition(client.get("/m").text) == first
    write_layer(data_folder, "sites", [])
    second = edition(client.get("/").text)
    monkeypatch.setattr("service.site.today", lambda: date(2031, 5, 1))
    third = edition(client.get("/").text)
    assert len({first, second, third}) == 3
