"""The permanent page of each place, answered over a small data folder and over the real one."""

import base64
import hashlib
import json
import re
from html import unescape
from pathlib import Path

import pytest

from i18n.messages import LANGUAGES
from layers.render.config import Operator
from layers.stores.folder import FolderStore
from service.site import Site
from tests.builders import AVENUE, DATA, ISLAND, LAB, PARK, entry, feature, write_layer
from tests.layers.render.test_elements import Reader
from tests.service.asgi import Client
from tests.service.test_routes import client_of

BUDGET = 50_000
IN_EVERY = ("", "?lang=en")
STONE = {"reason": {"zh": "与他处重复", "en": "Listed twice"}, "date": "2026-10-01", "successor": ISLAND}
PAYLOADS = [
    "{{7*7}}", "{%print(7*7)%}", "{# x #}", "{% raw", "{{ ''.__class__ }}", "${7*7}", "`", "\\",
    "a\u2028b", "</script><script>x</script>", "<!--", "]]>", "<img src=x onerror=x>", "<svg/onload=x>",
    "javascript:alert(1)",
    '"><b>bold</b>', "'><i>", "&lt;b&gt;", "\u202egnp.exe\u202c", "长" * 3_000, "🏗️", "𠮷野家", "a\0b",
    "{n} {line}",
]  # fmt: skip


@pytest.fixture
def site(data_folder: Path) -> Site:
    """Open a site with one renamed and two retired places."""
    former = {
        "aliases": {"old-island": ISLAND, "older-island": "old-island", "old-gone": "gone"},
        "tombstones": {"gone": STONE, "lost": {**STONE, "successor": None}},
    }
    (data_folder / "catalogue" / "aliases.json").write_text(json.dumps(former), encoding="utf-8")
    return Site(FolderStore(data_folder), Operator())


@pytest.fixture
def client(site: Site) -> Client:
    """Ask that site over HTTP."""
    return client_of(site)


@pytest.fixture(scope="module")
def real() -> Site:
    """Open a site over the real data."""
    return Site(FolderStore(DATA), Operator())


def plain(page: str) -> str:
    return unescape(re.sub("<[^>]*>", "", page))


# --- what a page says ----------------------------------------------------------------------------


def test_a_page_says_what_the_place_is_and_what_says_so(client: Client) -> None:
    page = plain(client.get(f"/f/{ISLAND}").text)
    for said in (
        "光谷科学岛", "Optics Valley Science Island", "光谷科學島", "图层sites", "built", "2026", "四(三)",
        "第\u200939\u2009行", "原文用词建设", "外部资料", "2021-12-22", "2023-04-08", "2026-03-20",
        "省科技厅", "wuhan", "key-blocks", "schematic", "1.5\u2009km", "依据", "据报道",
    ):  # fmt: skip
        assert said in page, said


def read_rows(page: str) -> list[str]:
    rows = re.findall(r"<li><span class=\"n\">.*?</li>", page, re.DOTALL)
    return [" ".join(plain(row).split()) for row in rows]


def test_title_description_and_language_are_those_of_the_link(client: Client) -> None:
    names = (("zh", "光谷科学岛", "zh-Hans"), ("en", "Optics Valley Science Island", "en"))
    for language, name, tag in names:
        reader = Reader(client.get(f"/f/{ISLAND}?lang={language}").text)
        elements = [(kind, dict(attrs)) for kind, attrs in reader.elements]
        assert name in reader.text_of("title")[0]
        assert ("html", {"lang": tag}) in elements
        metas = [attrs for kind, attrs in elements if kind == "meta"]
        (description,) = [attrs["content"] for attrs in metas if attrs.get("name") == "description"]
        assert name in str(description)
        links = [attrs for kind, attrs in elements if kind == "link"]
        (canonical,) = [attrs["href"] for attrs in links if attrs.get("rel") == "canonical"]
        assert canonical == f"/f/{ISLAND}" + ("?lang=en" if language == "en" else "")
    assert client.get(f"/f/{ISLAND}?lang=fr").text == client.get(f"/f/{ISLAND}").text


def test_the_history_is_in_order_of_date(client: Client) -> None:
    times = re.findall("<time>([^<]*)</time>", client.get(f"/f/{ISLAND}").text)
    assert times == ["2021-12-22", "2023-04-08", "2026-03-20"]


def test_neighbours_are_listed_with_distance_and_doubt(client: Client, data_folder: Path) -> None:
    lon, lat = 114.5, 30.52
    places = [("close", lat, 100, "近处"), ("doubtful", 30.475, 4_000, "疑处")]
    write_layer(data_folder, "site", [
        feature(name, {"type": "Point", "coordinates": [lon, y]}, accuracy_m=accuracy, name_zh=zh)
        for name, y, accuracy, zh in places
    ])  # fmt: skip
    page = client.get(f"/f/{PARK}").text
    rows = read_rows(page)
    # A minute of latitude is 1,848 m here.
    (close,) = [row for row in rows if "近处" in row]
    (doubtful,) = [row for row in rows if "疑处" in row]
    assert close.endswith("2.2 km")
    assert "先后不定" in doubtful
    assert rows.index(close) < rows.index(doubtful)


def test_an_unlocated_place_says_so_and_has_no_map(client: Client) -> None:
    for query, words in (("", "暂无法落图"), ("?lang=en", "Cannot be placed on the map")):
        page = client.get(f"/f/{LAB}{query}").text
        assert words in page
        assert 'class="map"' not in page


def test_the_map_is_drawn_for_every_kind_of_place(client: Client) -> None:
    for feature_id in (ISLAND, PARK, AVENUE):
        page = client.get(f"/f/{feature_id}").text
        assert page.count('class="map"') == 1
        assert 'role="img"' in page


def test_every_link_of_a_page_leads_somewhere(client: Client) -> None:
    page = client.get(f"/f/{ISLAND}?lang=en").text
    links = {unescape(link) for link in re.findall('href="(/[^"]*)"', page)}
    assert any(link.startswith("/m?") and f"s={ISLAND}" in link for link in links)
    assert any(link.startswith("/?") and f"s={ISLAND}" in link for link in links)
    for link in links:
        # The app's own pages are Streamlit's.
        if not link.startswith(("/?", "/export?")):
            assert client.get(link).status_code == 200, link


def test_the_geojson_is_the_served_feature(client: Client, site: Site) -> None:
    served = json.loads(site.store.snapshot().layer("sites").content)["features"]
    answer = client.get(f"/f/{ISLAND}.json")
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.json() in served
    assert answer.json()["id"] == ISLAND


# --- headers -------------------------------------------------------------------------------------


def test_a_page_runs_and_loads_nothing_and_has_its_own_style_only(client: Client) -> None:
    answer = client.get(f"/f/{ISLAND}")
    (style,) = re.findall("<style>(.*?)</style>", answer.text, re.DOTALL)
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{allowed}'; img-src data:;")
    assert "script" not in policy
    assert not re.search(r"<script|<style .*<style|stylesheet|\sstyle=|\son\w+=", answer.text, re.DOTALL)
    assert "prefers-color-scheme:dark" in style
    assert "<" not in style, "nothing in it can end it"


@pytest.mark.parametrize("path", [f"/f/{ISLAND}", f"/f/{ISLAND}?lang=en", f"/f/{ISLAND}.json"])
def test_pages_are_asked_again_and_sent_once(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert client.get(path, if_none_match=answer.headers["etag"]).status_code == 304
    packed = client.get(path, accept_encoding="gzip")
    assert packed.content == answer.content
    assert len(packed.sent) < len(answer.sent)
    head = client.request("HEAD", path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == answer.headers["content-length"]
    assert client.request("POST", path).status_code == 405


def test_other_data_is_another_page(client: Client, data_folder: Path) -> None:
    tag = client.get(f"/f/{PARK}").headers["etag"]
    write_layer(data_folder, "site", [feature("new-place")])
    answer = client.get(f"/f/{PARK}", if_none_match=tag)
    assert answer.status_code == 200
    assert "/f/new-place" in answer.text


# --- renamed, retired, unknown -------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["old-island", "older-island"])
def test_a_renamed_place_is_moved_for_good(client: Client, asked: str) -> None:
    for suffix, location in (
        ("", f"/f/{ISLAND}"), ("?lang=en", f"/f/{ISLAND}?lang=en"), (".json", f"/f/{ISLAND}.json"),
    ):  # fmt: skip
        answer = client.get(f"/f/{asked}{suffix}")
        assert (answer.status_code, answer.headers["location"]) == (301, location)
        assert client.get(location).status_code == 200


def test_a_retired_place_is_gone_with_reason_day_and_successor(client: Client) -> None:
    for query, said in (("", "与他处重复"), ("?lang=en", "Listed twice")):
        answer = client.get(f"/f/gone{query}")
        assert answer.status_code == 410
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert said in answer.text
        assert "2026-10-01" in answer.text
        assert f'href="/f/{ISLAND}{query}"' in answer.text
        assert f'href="/f/{ISLAND}' not in client.get(f"/f/lost{query}").text
    assert client.get("/f/lost").status_code == 410
    assert client.get("/f/gone.json").json()["code"] == "retired_place"
    assert client.get("/f/gone.json").status_code == 410
    assert client.get("/f/old-gone").headers["location"] == "/f/gone"


def test_an_unknown_place_is_404_with_similar_ones_and_a_search(client: Client) -> None:
    for query in IN_EVERY:
        answer = client.get(f"/f/science-iland{query}")
        assert answer.status_code == 404
        assert f'href="/f/{ISLAND}{query}"' in answer.text
        assert "q=science%20iland" in answer.text
    assert client.get("/f/science-iland.json").status_code == 404
    assert client.get("/f/science-iland.json").json()["code"] == "unknown_place"


@pytest.mark.parametrize(
    "asked",
    [
        "", "..%2F..%2Fetc%2Fpasswd", "%00", "%FF", "a/b/c", "%7B%7B7*7%7D%7D", "%3Cscript%3Ex%3C/script%3E",
        "x" * 20_000, "%F0%A0%AE%B7", "a%0D%0ASet-Cookie:x", "a%0Ab", "%0A", f"{ISLAND}%0A",
    ],
)  # fmt: skip
def test_whatever_is_asked_for_is_answered_in_the_pages_look(client: Client, asked: str) -> None:
    answer = client.get(f"/f/{asked}")
    assert answer.status_code == 404
    assert "<script" not in answer.text
    assert "“49”" not in answer.text
    assert "set-cookie" not in answer.headers
    assert len(answer.content) < BUDGET


def test_a_place_of_a_refused_layer_is_not_said_to_be_gone(data_folder: Path) -> None:
    (data_folder / "geojson" / "site.geojson").write_text("{", encoding="utf-8")
    client = client_of(Site(FolderStore(data_folder), Operator()))
    assert client.get(f"/f/{LAB}").status_code == 503
    assert client.get(f"/f/{PARK}").status_code == 200


# --- hostile text --------------------------------------------------------------------------------


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_that_means_something_elsewhere_is_shown_as_it_is(data_folder: Path, payload: str) -> None:
    text = {"zh": payload, "en": payload}
    said = {**entry(), "clause": payload, "phrase": payload[:39], "words": payload[:39], "note": text}
    hostile = feature(
        "hostile", name_zh=payload, name_en=payload, aliases=[payload], lead_units=[payload],
        responsible_units=[payload], history=[said], remarks=[text],
        position={"method": "derived", "accuracy_m": 500, "basis": text},
    )  # fmt: skip
    write_layer(data_folder, "site", [hostile, feature("beside")])
    site = Site(FolderStore(data_folder), Operator())
    assert site.store.snapshot().refused == {}
    client = client_of(site)
    for query in IN_EVERY:
        page = client.get(f"/f/hostile{query}").text
        names = re.search(r"<h1><bdi>(.*?)</bdi></h1>", page, re.DOTALL)
        assert names
        assert unescape(names[1]) == payload
        kinds = [kind for kind, _ in Reader(page).elements]
        assert not {"script", "img", "b", "i", "iframe"}.intersection(kinds)
        assert kinds.count("style") == 1, "our own"
        assert not re.search(r'href="(javascript|data:text)', page)
        beside = client.get(f"/f/beside{query}").text
        assert not {kind for kind, _ in Reader(beside).elements} & {"script", "img", "b", "i", "iframe"}


# --- the real places -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_with_its_style_stays_under_fifty_kilobytes(real: Site, language: str) -> None:
    client = client_of(real)
    sizes = {}
    for feature_id in real.store.snapshot().index.ids:
        answer = client.get(f"/f/{feature_id}?lang={language}")
        assert answer.status_code == 200, feature_id
        sizes[feature_id] = len(answer.content)
    assert {feature_id: size for feature_id, size in sizes.items() if size >= BUDGET} == {}
