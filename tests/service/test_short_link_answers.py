"""`POST /s` gives a short link to a view and to nothing else; `/s/<key>` opens it or says why not."""

import json
import logging
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from i18n.messages import LANGUAGES
from layers.render.config import Operator
from layers.stores.folder import FolderStore
from layers.view import MAX_QUERY, MapView
from service.own_requests import MAX_BODY
from service.routes import handlers, middleware
from service.shared_map import MapAnswers, default_view
from service.short_link_answers import ALL_CLIENTS, EACH_CLIENT, ShortLinkAnswers
from service.short_links import ShortLinks
from service.site import Site, today
from tests.builders import ISLAND, feature, write_layer
from tests.layers.render.test_elements import Reader
from tests.service.asgi import Answer, Client
from tests.service.test_routes import client_of, told

QUERY = "w=status:built&l=sites&lang=zh"
JSON = "application/json"


@pytest.fixture
def site(data_folder: Path, tmp_path: Path) -> Site:
    """Open a site that keeps short links."""
    return Site(FolderStore(data_folder), Operator(), links=tmp_path / "links")


@pytest.fixture
def client(site: Site) -> Client:
    """Ask that site over HTTP."""
    return client_of(site)


def post(
    client: Client, wish: Any, path: str = "/s", **headers: str,  # noqa: ANN401 - whatever a client sends
) -> Answer:
    body = wish if isinstance(wish, bytes) else json.dumps(wish).encode()
    return client.request("POST", path, body, **{"content_type": JSON, **headers})


def made(client: Client, query: str = QUERY, days: int | None = None) -> str:
    answer = post(client, {"query": query, "days": days})
    assert answer.status_code == 201, answer.text
    path: str = answer.json()["path"]
    return path


# --- making --------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [None, 7, 30, 365])
def test_the_maker_gets_path_address_and_last_day(client: Client, days: int | None) -> None:
    answer = post(client, {"query": QUERY, "days": days})
    assert answer.status_code == 201
    said = answer.json()
    assert re.fullmatch("/s/[a-z2-7]{16}" if days is None else "/s/[a-z2-7]{26}", said["path"])
    assert said["url"] == f"http://atlas.example{said['path']}"
    assert said["expires"] == (None if days is None else (today() + timedelta(days=days)).isoformat())
    assert answer.headers["location"] == said["path"]
    assert answer.headers["cache-control"] == "no-store"


def test_the_address_is_the_one_that_the_operator_has_set(site: Site) -> None:
    client = client_of(replace(site, address="https://map.example.cn"))
    assert post(client, {"query": QUERY}).json()["url"].startswith("https://map.example.cn/s/")


def test_what_is_kept_names_schema_and_data_version_and_nothing_that_others_added(
    client: Client, site: Site,
) -> None:
    asked = f"?{QUERY}&fbclid=IwAR0someone&utm_source=mail&from=timeline&who=me@example.org&embed=1"
    post(client, {"query": asked})
    assert site.links is not None
    (path,) = site.links.iterdir()
    kept = json.loads(path.read_text("utf-8"))["query"]
    assert f"&d={site.store.version()}&" in kept
    assert not [word for word in ("IwAR", "mail", "timeline", "example.org", "embed") if word in kept]
    start = default_view(site)
    views = [MapView.from_query(query, start) for query in (kept, QUERY)]
    assert views[0].all_conditions() == views[1].all_conditions()


def test_what_is_kept_is_bound_to_the_data_of_its_making(
    client: Client, site: Site, data_folder: Path,
) -> None:
    path, then = made(client), site.store.version()
    write_layer(data_folder, "site", [feature("new-place")])
    config = told(client.get(path).text)
    assert site.store.version() != then
    assert config["dataVersion"] == then


def test_the_same_view_gets_the_same_link_unless_that_expires(client: Client) -> None:
    assert made(client) == made(client)
    assert made(client, days=7) != made(client, days=7)


@pytest.mark.parametrize(
    ("wish", "status", "code"),
    [
        (b"", 422, "refused_request"),
        (b"{", 422, "refused_request"),
        (b"\xff\xfe", 422, "refused_request"),
        (b"[" * 100_000, 422, "refused_request"),
        (b'{"query":"l=sites","query":"l=site"}', 422, "refused_request"),
        (b'{"query":"l=sites\\ud800"}', 422, "refused_request"),
        ([], 422, "refused_request"),
        ({}, 422, "refused_request"),
        ({"query": 7}, 422, "refused_request"),
        ({"query": QUERY, "name": "x"}, 422, "refused_request"),
        ({"query": QUERY, "days": 8}, 422, "refused_request"),
        ({"query": QUERY, "days": 7.0}, 422, "refused_request"),
        ({"query": QUERY, "days": "7"}, 422, "refused_request"),
        ({"query": QUERY, "days": True}, 422, "refused_request"),
        ({"query": QUERY, "days": -1}, 422, "refused_request"),
        ({"query": ""}, 422, "empty_link"),
        ({"query": "hello"}, 422, "empty_link"),
        ({"query": "https://example.org/"}, 422, "empty_link"),
        ({"query": "note=meet+me"}, 422, "empty_link"),
        ({"query": "l="}, 422, "empty_link"),
        ({"query": "y=never&l=sites"}, 422, "empty_link"),
        ({"query": "v=99&l=sites"}, 422, "empty_link"),
        ({"query": "l=sites&q=" + "a" * MAX_QUERY}, 413, "too_long"),
        # Escaped, each of these letters is nine.
        ({"query": "l=sites&q=" + "科" * (MAX_QUERY // 8)}, 413, "too_long"),
        (b" " * (MAX_BODY + 1), 413, "too_long"),
    ],
)
def test_anything_else_is_refused_in_both_languages_and_nothing_is_kept(
    client: Client, site: Site, wish: object, status: int, code: str,
) -> None:
    answer = post(client, wish)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    message = answer.json()["message"]
    assert set(message) == set(LANGUAGES)
    assert all(message.values())
    assert not any(re.search(r"\{\w+\}", text) for text in message.values())
    assert site.links is not None
    assert not site.links.exists()


@pytest.mark.parametrize(
    "media_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "a" * 9999],
)
def test_what_a_form_of_another_site_can_send_is_refused(client: Client, media_type: str) -> None:
    answer = post(client, {"query": QUERY}, content_type=media_type)
    assert (answer.status_code, answer.json()["code"]) == (415, "not_json")
    assert len(answer.content) < 1000


def test_json_may_name_its_charset(client: Client) -> None:
    assert post(client, {"query": QUERY}, content_type="Application/JSON; charset=utf-8").status_code == 201


@pytest.mark.parametrize("site_of_page", ["cross-site", "same-site"])
def test_no_page_of_another_site_makes_links_in_a_readers_name(client: Client, site_of_page: str) -> None:
    answer = post(client, {"query": QUERY}, sec_fetch_site=site_of_page)
    assert (answer.status_code, answer.json()["code"]) == (403, "other_site")
    assert "access-control-allow-origin" not in answer.headers
    assert client.request("OPTIONS", "/s").status_code == 405
    assert post(client, {"query": QUERY}, sec_fetch_site="same-origin").status_code == 201


def test_who_makes_too_many_is_told_when_again(client: Client) -> None:
    statuses = [post(client, {"query": QUERY}).status_code for _ in range(EACH_CLIENT + 1)]
    assert statuses == [201] * EACH_CLIENT + [429]
    answer = post(client, {"query": QUERY})
    assert answer.json()["code"] == "too_often"
    seconds = int(answer.headers["retry-after"])
    assert 1 <= seconds <= 60
    assert all(str(seconds) in text for text in answer.json()["message"].values())
    assert EACH_CLIENT < ALL_CLIENTS


def test_where_no_links_are_kept_it_is_said_and_the_map_offers_none(data_folder: Path) -> None:
    client = client_of(Site(FolderStore(data_folder), Operator()))
    answer = post(client, {"query": QUERY})
    assert (answer.status_code, answer.json()["code"]) == (503, "links_not_kept")
    assert client.get("/s/aaaaaaaaaaaaaaaa").status_code == 404
    links = told(client.get("/m").text)["links"]
    assert isinstance(links, dict)
    assert links["short"] is None


def test_no_error_names_a_path_of_the_machine(data_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    site = Site(FolderStore(data_folder), Operator(), links=tmp_path / "file" / "x")
    answer = post(client_of(site), {"query": QUERY})
    assert (answer.status_code, answer.json()["code"]) == (503, "links_not_kept")
    assert str(tmp_path) not in answer.text


def test_nothing_is_logged_of_who_makes_and_opens_links(
    client: Client, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str],
) -> None:
    with caplog.at_level(logging.DEBUG):
        client.get(made(client, days=7))
        post(client, {"query": ""})
        client.get("/s/nothing")
    written = caplog.text + "".join(capfd.readouterr())
    assert not [word for word in ("127.0.0.1", "status:built", "/s/") if word in written]


# --- opening -------------------------------------------------------------------------------------


def test_a_short_link_is_the_map_itself_without_a_redirect(client: Client) -> None:
    path = made(client)
    short, long = client.get(path), client.get(f"/m?{QUERY}")
    assert short.status_code == 200
    assert "location" not in short.headers
    one, other = told(short.text), told(long.text)
    assert one == other
    assert one["expires"] is None
    assert short.headers["content-security-policy"] == long.headers["content-security-policy"]


def test_the_reader_is_told_the_last_day(client: Client) -> None:
    answer = client.get(made(client, days=30))
    assert told(answer.text)["expires"] == (today() + timedelta(days=30)).isoformat()
    # A cache between us and the reader would serve it after that day.
    assert "private" in answer.headers["cache-control"]


def test_search_engines_leave_short_links_alone(client: Client) -> None:
    for path in (made(client), "/s/aaaaaaaaaaaaaaaa"):
        assert client.get(path).headers["x-robots-tag"] == "noindex"


def test_a_messenger_is_told_the_short_address_and_a_picture_of_the_view(client: Client) -> None:
    path = made(client)
    metas = {
        attrs.get("property"): attrs.get("content") or ""
        for tag, attrs in Reader(client.get(path).text).elements
        if tag == "meta"
    }
    assert metas["og:url"] == f"http://atlas.example{path}"
    assert metas["og:image"].startswith("http://atlas.example/preview.png?v=")
    assert "w=status:built" in metas["og:image"]


def test_parameters_that_messengers_add_change_nothing(client: Client) -> None:
    path = made(client)
    assert told(client.get(f"{path}?from=timeline&w=status:planned").text) == told(client.get(path).text)


def test_a_short_link_can_be_put_into_a_page(client: Client) -> None:
    path = made(client)
    assert told(client.get(f"{path}?embed=1").text)["embed"] is True
    assert told(client.get(f"{path}?embed=10").text)["embed"] is False


@pytest.mark.parametrize(
    ("asked", "language", "words"),
    [
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "没有这个短链接"),
        ("", "en-GB,en;q=0.9", "No such short link"),
        ("", "fr", "没有这个短链接"),
        ("?lang=en", "zh-CN", "No such short link"),
        ("?lang=zh", "en", "没有这个短链接"),
        ("?lang=xx", "en", "No such short link"),
    ],
)
def test_a_link_that_never_was_is_404_in_the_readers_language(
    client: Client, asked: str, language: str, words: str,
) -> None:
    keys = ("aaaaaaaaaaaaaaaa", "nonsense", "", "a/b/c", "..%2F..%2Fapp.py", "a%0Ab")
    for path in ("/s", *(f"/s/{key}" for key in keys)):
        answer = client.get(path + asked, accept_language=language)
        assert answer.status_code == 404, path
        assert Reader(answer.text).text_of("h1") == [words], path
        assert "Accept-Language" in answer.headers["vary"]


def test_an_expired_link_is_410_with_its_day_and_what_to_do(site: Site) -> None:
    assert site.links is not None
    past = today() - timedelta(days=8)
    kept = ShortLinks(site.links, lambda: past).make(QUERY, 7)
    client = client_of(site)
    for language, words in (("zh", "已过期"), ("en", "expired")):
        answer = client.get(f"/s/{kept.key}", accept_language=language)
        assert answer.status_code == 410
        assert words in answer.text
        assert (past + timedelta(days=7)).isoformat() in answer.text
        assert "status:built" not in answer.text
        leads = [attrs.get("href") or "" for tag, attrs in Reader(answer.text).elements if tag == "a"]
        assert leads[-1].startswith("/?")


def test_a_damaged_link_is_said_to_be_damaged_and_shows_no_map(client: Client, site: Site) -> None:
    path = made(client)
    assert site.links is not None
    (site.links / f"{path.removeprefix('/s/')}.json").write_text('{"query":"l=site"}', encoding="utf-8")
    answer = client.get(path, accept_language="en")
    assert answer.status_code == 500
    assert "cannot be read" in answer.text
    assert "atlas-config" not in answer.text


@pytest.mark.parametrize("key", ["{{7*7}}", "%3Cscript%3Ealert(1)%3C/script%3E", '"onload=x', "%00"])
def test_a_hostile_key_is_text(client: Client, key: str) -> None:
    answer = client.get(f"/s/{key}", accept_language="en")
    assert answer.status_code == 404
    assert "script" not in [tag for tag, _ in Reader(answer.text).elements]
    assert "49" not in re.sub("[0-9a-f]{12}", "", answer.text).replace("7*7", "")


def test_a_long_key_is_not_said_back(client: Client) -> None:
    assert len(client.get("/s/" + "a" * 20_000).content) < 60_000


def test_a_short_link_to_a_renamed_place_opens_it_under_its_new_name(
    data_folder: Path, tmp_path: Path,
) -> None:
    client = client_of(Site(FolderStore(data_folder), Operator(), links=tmp_path / "links"))
    path = made(client, f"l=sites&s={ISLAND}")
    rows = [feature("isle"), feature("other")]
    write_layer(data_folder, "sites", rows)
    former = {"aliases": {ISLAND: "isle"}, "tombstones": {}}
    (data_folder / "catalogue" / "aliases.json").write_text(json.dumps(former), encoding="utf-8")
    again = client_of(Site(FolderStore(data_folder), Operator(), links=tmp_path / "links"))
    view = told(again.get(path).text)["view"]
    assert isinstance(view, dict)
    assert view["selected"] == "isle"


def test_the_seconds_to_wait_are_rounded_up(site: Site) -> None:
    class Never:
        def wait_s(self, _: str) -> float:
            return 12.3

    answers = ShortLinkAnswers(site, MapAnswers(site), Never())  # type: ignore[arg-type]
    table = [Route("/s", answers.make, methods=["POST"])]
    app = Starlette(routes=table, middleware=middleware(site), exception_handlers=handlers())
    answer = post(Client(app), {"query": QUERY})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "13")
