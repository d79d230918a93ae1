"""A shared map says in its head what it shows, stands in other pages, and tells what has changed since."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from i18n.messages import LANGUAGES
from layers.render.config import Operator
from layers.stores.folder import FolderStore
from service.site import Site
from tests.builders import ISLAND, LAYER_IDS, LONE, few_features, write_layer
from tests.layers.render.test_elements import PAYLOADS, Reader
from tests.service.asgi import Client
from tests.service.test_routes import client_of, told

AT = datetime(2026, 5, 2, 6, 0, tzinfo=UTC)
NAMES = {"zh": "光谷科创大走廊规划一张图", "en": "Corridor Atlas"}


@pytest.fixture
def site(data_folder: Path, tmp_path: Path) -> Site:
    """Open a site over the small data folder."""
    return Site(FolderStore(data_folder), Operator(), links=tmp_path / "links")


@pytest.fixture
def client(site: Site) -> Client:
    """Ask that site over HTTP."""
    return client_of(site)


def metas(page: str) -> dict[str, str]:
    found = [attrs for tag, attrs in Reader(page).elements if tag == "meta"]
    return {row.get("property") or row.get("name") or "": row.get("content") or "" for row in found}


def config_of(client: Client, path: str, **headers: str) -> dict[str, Any]:
    return told(client.get(path, **headers).text)


# --- the head ------------------------------------------------------------------------------------


def test_title_and_description_say_the_filter_in_words_and_how_much_it_shows(client: Client) -> None:
    page = client.get("/m?w=status:built&l=sites&on=2026-11-22&lang=en").text
    (title,) = Reader(page).text_of("title")
    assert title == "Places in the layer Layer sites; with the status built · Corridor Atlas"
    # Of the six places, two lie in that layer and one of them is built.
    assert metas(page)["description"].startswith("1 of 6 places, as known on 2026-11-22")
    (title,) = Reader(client.get("/m?w=status:built&l=sites&lang=zh").text).text_of("title")
    assert title.endswith(f" · {NAMES['zh']}")


def test_a_map_of_everything_is_titled_with_its_name(client: Client) -> None:
    for language in LANGUAGES:
        assert Reader(client.get(f"/m?lang={language}").text).text_of("title") == [NAMES[language]]


def test_a_messenger_gets_absolute_addresses_that_lead_to_the_same_view(client: Client, site: Site) -> None:
    page = client.get("/m?w=status:built&l=sites").text
    said, links = metas(page), told(page)["links"]
    assert isinstance(links, dict)
    assert said["og:url"] == "http://atlas.example" + links["self"]
    assert said["og:image"] == "http://atlas.example" + links["self"].replace("/m?", "/preview.png?")
    public = client_of(replace(site, address="https://map.example.cn"))
    assert metas(public.get("/m").text)["og:image"].startswith("https://map.example.cn/preview.png?v=")
    assert config_of(public, "/m")["address"] == "https://map.example.cn"


def test_the_picture_that_is_named_is_there(client: Client) -> None:
    address = metas(client.get("/m?w=status:built&l=sites").text)["og:image"]
    answer = client.get(address.removeprefix("http://atlas.example"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")


@pytest.mark.parametrize("host", ['x"><script>', "a b", "x/../y", "x;y", "", "user@x", "[::1", "x:y"])
def test_a_host_that_is_none_is_no_part_of_any_address(client: Client, host: str) -> None:
    page = client.get("/m?l=sites", host=host).text
    assert told(page)["address"] is None
    assert "og:url" not in metas(page)


@pytest.mark.parametrize("host", ["atlas.example.cn", "10.0.0.7:8501", "[2001:db8::1]:8501"])
def test_a_reader_is_told_the_address_by_which_they_came(client: Client, host: str) -> None:
    assert config_of(client, "/m?l=sites", host=host)["address"] == f"http://{host}"


def test_a_link_of_the_greatest_length_names_no_address(client: Client) -> None:
    said = metas(client.get("/m?l=sites&q=" + "a" * 3_000).text)
    assert "og:url" not in said
    assert "description" in said


@pytest.mark.parametrize("payload", [text for text in PAYLOADS if text.isprintable() and len(text) < 100])
def test_a_hostile_filter_is_text_in_every_tag_of_the_head(client: Client, payload: str) -> None:
    page = client.get(f"/m?l=sites&lang=en&q={quote(payload)}").text
    calm = client.get("/m?l=sites&lang=en&q=x").text
    assert [tag for tag, _ in Reader(page).elements] == [tag for tag, _ in Reader(calm).elements]


def test_the_saved_file_says_the_filter_and_names_no_address(client: Client) -> None:
    page = client.get("/m.html?w=status:built&l=sites&lang=en").text
    assert Reader(page).text_of("title")[0].startswith("Places in the layer")
    assert "og:url" not in metas(page)
    assert told(page)["address"] is None
    assert "atlas.example" not in page


# --- language ------------------------------------------------------------------------------------


def test_a_link_without_a_language_opens_in_the_readers(client: Client) -> None:
    for language, tag in (("en", "en-GB,en;q=0.9,zh;q=0.1"), ("zh", "zh-CN"), ("zh", "fr")):
        answer = client.get("/m?l=sites", accept_language=tag)
        assert told(answer.text)["language"] == language
        assert answer.headers["vary"] == "Accept-Encoding, Accept-Language"
    assert told(client.get("/m?l=sites&lang=zh", accept_language="en").text)["language"] == "zh"


# --- in another page -----------------------------------------------------------------------------


def test_a_map_in_another_page_is_told_so_and_its_links_are_those_of_the_whole(client: Client) -> None:
    whole, part = config_of(client, "/m?l=sites"), config_of(client, "/m?l=sites&embed=1")
    assert (whole["embed"], part["embed"]) == (False, True)
    assert {**part, "embed": False} == whole


@pytest.mark.parametrize("query", ["embed=1", "v=1&l=sites,site&at=114,30,9&embed=1", "embed=1&l=sites"])
def test_embedding_is_no_part_of_the_view(client: Client, query: str) -> None:
    config = config_of(client, f"/m?{query}")
    assert config["embed"] is True
    assert config["problems"] == []
    assert "embed" not in config["links"]["self"]


# --- since then ----------------------------------------------------------------------------------


@pytest.fixture
def then(site: Site, data_folder: Path) -> str:
    """Publish the small data, then let one built place be planned."""
    version = site.store.publish("first", AT).version
    rows = few_features()["sites"]
    for row in rows:
        if row["properties"]["id"] == ISLAND:
            row["properties"]["history"] = row["properties"]["history"][:1]
    write_layer(data_folder, "sites", rows)
    assert site.store.version() != version
    return version


def test_an_old_link_shows_what_was_and_says_what_has_changed(client: Client, site: Site, then: str) -> None:
    config = config_of(client, f"/m?l=sites&d={then}&embed=1")
    changes = config["changes"]
    assert config["dataVersion"] == then
    assert (changes["then"], changes["now"], changes["shows"]) == (then, site.store.version(), "then")
    assert changes["thenDate"] == "2026-05-02"
    assert [place["id"] for place in changes["places"]] == [ISLAND]
    assert set(changes["sentence"]) == set(LANGUAGES)


def test_the_two_ways_to_see_a_change_lead_to_one_another(client: Client, then: str) -> None:
    was = config_of(client, f"/m?w=city:wuhan&l=sites&d={then}")["changes"]
    now = config_of(client, was["links"]["now"])
    assert (now["changes"]["shows"], now["dataVersion"]) == ("now", was["now"])
    assert now["changes"]["links"] == was["links"]
    back = config_of(client, now["changes"]["links"]["then"])
    assert (back["changes"]["shows"], back["dataVersion"]) == ("then", then)
    assert back["filter"] == now["filter"]


def test_where_nothing_differs_nothing_is_said(client: Client, site: Site, then: str) -> None:
    version = site.store.version()
    for query in ("l=sites", f"l=sites&d={version}", f"l=sites&since={version}", f"l=site&d={then}"):
        assert config_of(client, f"/m?{query}")["changes"] is None, query


def test_a_saved_file_says_what_has_changed_and_leads_nowhere(client: Client, then: str) -> None:
    changes = config_of(client, f"/m.html?l=sites&d={then}")["changes"]
    assert [place["id"] for place in changes["places"]] == [ISLAND]
    assert changes["links"] == {}


def test_an_unreadable_list_of_versions_takes_the_date_and_nothing_else(
    client: Client, site: Site, data_folder: Path, then: str,
) -> None:
    assert config_of(client, f"/m?l=sites&d={then}")["changes"]["thenDate"] == "2026-05-02"
    (data_folder / "versions" / "published.json").write_text("{", encoding="utf-8")
    config = config_of(client, f"/m?l=sites&d={then}")
    # This process still has that version at hand.
    assert config["changes"]["thenDate"] is None
    assert config_of(client_of(Site(FolderStore(data_folder), Operator())), "/m?l=sites")["problems"] == []
    assert site.store.version()


def test_a_version_to_compare_with_that_is_not_there_is_told_and_narrows_nothing(client: Client) -> None:
    config = config_of(client, "/m?l=sites&since=000000000000")
    assert config["changes"] is None
    assert config["filter"]["layers"] == ["sites"]
    (problem,) = config["problems"]
    assert all("000000000000" in text for text in problem.values())


# --- what is kept --------------------------------------------------------------------------------


def test_a_page_that_is_kept_is_written_anew_when_anything_that_it_says_changes(
    client: Client, site: Site, data_folder: Path,
) -> None:
    path = "/m?l=sites&lang=en"
    first = client.get(path)
    assert client.get(path).sent == first.sent
    write_layer(data_folder, "site", few_features()["site"][:1])
    second = config_of(client, path)
    assert second["dataVersion"] == site.store.version() != told(first.text)["dataVersion"]
    before = client.get(f"/m?l=sites&d={site.store.publish('first', AT).version}&lang=en")
    write_layer(data_folder, "sites", few_features()["sites"][:1])
    assert told(before.text)["changes"] is None
    third = config_of(client, f"/m?l=sites&d={second['dataVersion']}&lang=en")
    assert third["changes"]["thenDate"] == "2026-05-02"


def test_packed_or_plain_it_is_the_same_page(client: Client) -> None:
    for path in ("/m", f"/m?l=sites&s={LONE}&lang=en", f"/f/{ISLAND}"):
        packed, plain = client.get(path, accept_encoding="gzip"), client.get(path, accept_encoding="identity")
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.content == plain.content
        assert packed.headers["etag"] == plain.headers["etag"]
        assert len(packed.sent) < len(plain.sent) / 2


def test_a_shared_map_holds_no_words_of_the_app_and_the_frame_does(client: Client, site: Site) -> None:
    frame = client.get(f"/frame/{site.assets.version}/{site.store.version()}.json").json()
    shared = config_of(client, "/m")
    assert "bar.map" in frame["words"]["en"]
    assert "bar.map" not in shared["words"]["en"]
    assert frame["links"] == {key: shared["links"][key] for key in ("short", "qr", "file", "frames")}
    assert frame["address"] is None
    assert [row["id"] for row in shared["layers"]] == list(LAYER_IDS)
    assert re.fullmatch("/m.html[?]", shared["links"]["file"])
