"""Whatever is asked for behind the question mark, a page opens that names the problem and shows no more."""

import json
import re
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from starlette.applications import Starlette

from i18n.messages import LANGUAGES
from layers.filters import Condition
from layers.links import CHANGED, query_of
from layers.render.config import Operator
from layers.snapshot import Snapshot
from layers.stores.folder import FolderStore
from layers.view import MapView
from service.routes import handlers, routes
from service.site import Site
from tests.builders import ISLAND, LAYER_IDS, LONE
from tests.layers.render.test_elements import Reader
from tests.service.asgi import Client
from tests.views import shown_by

LINK = MapView(
    layers=LAYER_IDS, on=date(2026, 11, 21), conditions=(Condition("status", "in", ("built",)),),
    selected=ISLAND,
).to_query()  # fmt: skip
SHOWS = {ISLAND, LONE}
# Each with what the page must name; what is shown must lie within what the link shows.
HOSTILE = {
    "cut within its filter": (LINK[: LINK.index("built")], "“....”|截断"),
    "cut behind its filter": (LINK.removesuffix("&lang=zh"), "end of the link|末尾"),
    "encoded twice": (quote(LINK, safe=""), "once more|多编码"),
    "encoded three times": (quote(quote(LINK, safe="")), "once more|多编码"),
    "encoded twice and cut": (quote(LINK, safe="")[:60], "v=2"),
    "values encoded twice": (LINK.replace("built", "b%2575ilt"), "once more|多编码"),
    "values encoded twice and changed": (LINK.replace("built", "b%2576ilt"), "check|校验"),
    "half a million characters": (f"{LINK}&q={'a' * 513 * 1024}", "too long|过长"),
    "1,001 fields": ("&".join([LINK, *["w=status:built"] * 1001]), "parameters|个参数"),
    "1,001 layers asked for": ("&".join(["l=sites"] * 1001), "parameters|个参数"),
    "repeated key": (f"{LINK}&out=1", "check|校验"),
    "repeated place": (f"{LINK}&s={LONE}", f"s={LONE}"),
    "wrong types": ("w=status:built&y=a-b&out=9&on=today&l=sites", "y=a-b"),
    "unknown layer": ("l=moon", "“moon”"),
    "unknown status": ("w=status:finished&l=sites", "“finished”"),
    "unknown city": ("w=city:echeng&l=sites", "“echeng”"),
    "unknown place": ("w=status:built&s=gone-park", "“gone-park”"),
    "unknown version": ("w=status:built&d=000000000000", "“000000000000”"),
    "version to compare with": ("w=status:built&since=000000000000", "“000000000000”"),
    "version that is a path": ("w=status:built&d=..%2F..%2Fetc%2Fpasswd", r"“\.\./\.\./etc/passwd”"),
    "schema to come": ("v=3&c=aaaa&w=status:built&l=sites", "v=3"),
    "schema that is empty": ("v=&w=status:built&l=sites", "“v=”"),
    "parameter that nobody knows": (f"{LINK}&newkey=1", "newkey=1"),
    "template": ("w=status:built&newkey={{7*7}}${7*7}", re.escape("newkey={{7*7}}${7*7}")),
    "script": ("w=status:built&newkey=</script><script>alert(1)</script>", "newkey=</script>"),
    "direction": ("w=status:built&s=%E2%80%AEkrap", "\u202ekrap"),
    "NUL": ("w=status:built&s=a%00b", "a\0b"),
    "bytes that are no text": ("w=status:built&s=%FF%FE", "\ufffd"),
    "half a character": ("w=status:built&s=%ED%A0%80", "\ufffd"),
}


@pytest.fixture(scope="module")
def client(store: FolderStore) -> Client:
    return Client(Starlette(routes=routes(Site(store, Operator())), exception_handlers=handlers()))


def told(client: Client, path: str, **headers: str) -> dict[str, Any]:
    answer = client.get(path, **headers)
    assert answer.status_code == 200
    config: dict[str, Any] = json.loads(Reader(answer.text).block("atlas-config"))
    return config


@pytest.mark.parametrize("path", ["/m", "/m.html"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_page_opens_that_names_the_problem_and_shows_no_more(
    client: Client, snapshot: Snapshot, path: str, name: str,
) -> None:  # fmt: skip
    query, named = HOSTILE[name]
    config = told(client, f"{path}?{query}")
    assert shown_by(config, snapshot) <= SHOWS
    assert config["problems"]
    for language in LANGUAGES:
        assert any(re.search(named, problem[language]) for problem in config["problems"]), language


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_copied_from_that_page_shows_the_same(client: Client, snapshot: Snapshot, name: str) -> None:
    config = told(client, f"/m?{HOSTILE[name][0]}")
    again = told(client, config["links"]["self"])
    assert shown_by(again, snapshot) == shown_by(config, snapshot)
    assert again["sentence"] == config["sentence"]


@pytest.mark.parametrize("name", HOSTILE)
def test_pictures_of_it_are_answered_without_a_fault(client: Client, name: str) -> None:
    for path in ("/qr.svg", "/preview.png"):
        answer = client.get(f"{path}?{HOSTILE[name][0]}")
        assert answer.status_code in {200, 413}, path
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "added", ["from=timeline&isappinstalled=0", "from=timeline&amp;scene=1", "utm_source=x", "fbclid=1"]
)
def test_what_a_messenger_adds_alarms_nobody_and_is_not_passed_on(
    client: Client, snapshot: Snapshot, added: str,
) -> None:  # fmt: skip
    config = told(client, f"/m?{LINK}&{added}")
    assert shown_by(config, snapshot) == SHOWS
    assert config["problems"] == []
    assert added.partition("=")[0] not in json.dumps(config["links"])


@pytest.mark.parametrize(
    ("liked", "language"),
    [
        ("en-GB,en;q=0.9,zh;q=0.5", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("fr,de;q=0.9", "zh"),
        ("fr,en;q=0.1", "en"),
        ("en;q=0,zh;q=0.1", "zh"),
        ("en;q=much", "zh"),
        ("", "zh"),
        (",;=;,", "zh"),
        ("x" * 9000, "zh"),
    ],
)
def test_a_link_that_lost_its_language_is_answered_in_the_readers(
    client: Client, liked: str, language: str,
) -> None:  # fmt: skip
    config = told(client, f"/m?{LINK.removesuffix('&lang=zh')}", accept_language=liked)
    assert config["language"] == language


def test_the_language_of_a_link_is_that_of_its_page(client: Client) -> None:
    assert told(client, f"/m?{LINK}", accept_language="en")["language"] == "zh"


def test_the_page_depends_on_the_readers_language_for_whoever_keeps_it(client: Client) -> None:
    assert "Accept-Language" in client.get("/m").headers["vary"]


def test_a_link_that_was_changed_says_so_wherever_it_goes(client: Client) -> None:
    changed = query_of([(CHANGED, "aaaa"), ("l", "sites")])
    assert told(client, f"/m?{changed}")["filter"]["layers"] == []
