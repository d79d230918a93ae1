"""The three uses of the document: what they run, what they hold and what their policy allows."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from layers.catalogue import Catalogue
from layers.features import build_layer
from layers.render.assets import Assets
from layers.render.config import Operator, Said, map_config, tile_hosts, view_state
from layers.render.document import CONFIG, Page, SharedMap, frame_page, saved_page
from layers.render.head import Head
from layers.snapshot import Snapshot
from layers.view import MapView
from tests.builders import LAYER_IDS, feature
from tests.layers.render.test_elements import PAYLOADS, Reader, unpacked

GROUND = b'{"land":null,"water":[],"names":[{"zh":"</script>"}]}'
HOSTS = ("https://t0.tianditu.gov.cn",)
TITLE = "光谷科创大走廊规划一张图"
USES = ("frame", "shared", "saved")
# What differs from view to view.
STATE = ("filter", "view", "today", "language", "sentence", "problems", "links", "changes")
Make = Callable[..., Page]


@pytest.fixture(scope="module")
def assets(catalogue: Catalogue) -> Assets:
    """Put the files together in the real colours."""
    return Assets.build(catalogue.theme)


@pytest.fixture
def config(snapshot: Snapshot, catalogue: Catalogue) -> dict[str, Any]:
    """Return what a map is told, all layers shown."""
    view = MapView(layers=LAYER_IDS, on=date(2026, 11, 21))
    said = Said({"zh": "全部", "en": "all"}, links={"app": "/?", "self": "/m?"})
    whole = map_config(
        snapshot, catalogue, {"zh": {}, "en": {}}, Operator(keys={"TIANDITU_KEY": "k3y"}, has_geocoder=True)
    )
    return whole | view_state(view, said) | {"basemapUrl": "/ground/abc.json"}


@pytest.fixture
def make(snapshot: Snapshot, assets: Assets, config: dict[str, Any]) -> Make:
    """Return a function that makes the document for one use."""

    def made(use: str, *, title: str = TITLE, shown: Snapshot = snapshot, **told: Any) -> Page:  # noqa: ANN401
        if use == "frame":
            return frame_page(title, assets, HOSTS)
        head = Head(title)
        if use == "shared":
            told = config | told
            state = {key: told.pop(key) for key in STATE}
            kept = SharedMap.build(shown, assets, told, "zh", HOSTS)
            return Page(kept.page(head, "e1", state).html, kept.policy)
        return saved_page(head, shown, assets, config | told, GROUND)

    return made


def allowed(page: Page, directive: str) -> list[str]:
    rules = dict(rule.strip().split(" ", 1) for rule in page.policy.split(";"))
    return rules[directive].split()


def source_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@pytest.mark.parametrize("use", USES)
def test_only_scripts_of_ours_run_and_their_hash_fits_the_bytes(make: Make, use: str) -> None:
    page = make(use)
    reader = Reader(page.html)
    for number, (tag, attrs) in enumerate(reader.elements):
        if tag == "script" and "src" not in attrs and not str(attrs.get("type")).startswith("application/"):
            assert allowed(page, "script-src") == [source_of(reader.texts[number])]
        if tag == "style":
            assert allowed(page, "style-src") == [source_of(reader.texts[number])]
        assert "style" not in attrs
        assert not [name for name in attrs if name.startswith("on")]


@pytest.mark.parametrize("use", USES)
def test_the_policy_starts_from_nothing_and_allows_no_code_from_text(make: Make, use: str) -> None:
    page = make(use)
    assert page.policy.startswith("default-src 'none'; ")
    assert "unsafe" not in page.policy
    assert "*" not in page.policy
    assert allowed(page, "base-uri") == allowed(page, "form-action") == ["'none'"]


@pytest.mark.parametrize("use", USES)
def test_no_element_loads_from_another_origin(make: Make, use: str) -> None:
    for tag, attrs in Reader(make(use).html).elements:
        for name in ("src", "href", "action", "data", "srcset", "poster"):
            address = attrs.get(name)
            # The icon is an empty one within the page: without it browsers ask the server for theirs.
            assert address in {None, "data:,"} or re.match(r"/[^/\\]", address), (tag, address)


@pytest.mark.parametrize("use", USES)
def test_the_same_view_is_the_same_bytes(make: Make, use: str) -> None:
    assert make(use) == make(use)


@pytest.mark.parametrize("use", USES)
def test_the_title_is_text(make: Make, use: str) -> None:
    for title in (TITLE, "{{7*7}}</title><script>alert(1)</script>"):
        assert Reader(make(use, title=title).html).text_of("title") == [title]


def test_the_frame_holds_nothing_of_any_view(make: Make) -> None:
    page = make("frame")
    assert json.loads(Reader(page.html).block(CONFIG)) == {"data": {"port": True}}
    assert "connect-src" not in page.policy
    assert allowed(page, "img-src") == ["data:", *HOSTS]


def test_the_shared_map_fetches_its_data_by_version(make: Make, snapshot: Snapshot, assets: Assets) -> None:
    page = make("shared")
    told = json.loads(Reader(page.html).block(CONFIG))
    assert told["data"] == {"url": f"/data/{snapshot.version}.json"}
    assert (told["use"], told["assets"]) == ("shared", assets.version)
    preloads = [attrs["href"] for tag, attrs in Reader(page.html).elements if attrs.get("rel") == "preload"]
    assert preloads == [f"/data/{snapshot.version}.json", "/ground/abc.json"]
    assert allowed(page, "connect-src") == ["'self'"]


def test_what_comes_first_is_asked_for_first(make: Make) -> None:
    linked = [attrs for _, attrs in Reader(make("shared").html).elements if {"src", "href"} & attrs.keys()]
    kinds = [attrs.get("rel", "script") for attrs in linked]
    assert kinds == ["icon", "script", "stylesheet", "script", "preload", "preload"]


def test_what_is_the_same_for_every_view_is_one_text(
    snapshot: Snapshot, assets: Assets, config: dict[str, Any],
) -> None:
    state = {key: config.pop(key) for key in STATE}
    kept = SharedMap.build(snapshot, assets, config, "zh", HOSTS)
    one, other = (
        kept.page(Head("甲"), "e1", state),
        kept.page(Head("乙"), "e2", {**state, "today": "2020-01-01"}),
    )
    assert one.shared is other.shared
    assert len(one.shared) > len(one.opening) + len(one.closing)
    assert json.loads(Reader(other.html).block(CONFIG)) == {
        **json.loads(Reader(one.html).block(CONFIG)), "today": "2020-01-01",
    }  # fmt: skip


def test_only_the_framed_map_may_ask_a_geocoder(make: Make, config: dict[str, Any]) -> None:
    assert config["geocoder"] is True
    for use in ("shared", "saved"):
        assert json.loads(Reader(make(use).html).block(CONFIG))["geocoder"] is False


def test_the_saved_file_holds_every_layer_and_the_ground(make: Make, snapshot: Snapshot) -> None:
    reader = Reader(make("saved").html)
    held = unpacked(reader, "atlas-data")
    assert held == {layer_id: json.loads(layer.content) for layer_id, layer in snapshot.layers.items()}
    assert unpacked(reader, "atlas-ground") == json.loads(GROUND)


def test_the_saved_file_asks_no_network_and_holds_no_key(make: Make) -> None:
    page = make("saved")
    told = json.loads(Reader(page.html).block(CONFIG))
    assert [basemap["kind"] for basemap in told["basemaps"]] == ["offline"]
    assert told["links"] is None
    assert told["data"] == {"block": True}
    assert allowed(page, "img-src") == ["data:"]
    assert "connect-src" not in page.policy
    assert "k3y" not in page.html
    metas = [
        attrs["content"]
        for tag, attrs in Reader(page.html).elements
        if "http-equiv" in attrs and tag == "meta"
    ]
    assert metas == [page.policy]


@pytest.mark.parametrize(
    "payload", [text for text in PAYLOADS if text.encode("utf-8", "replace").decode() == text]
)
def test_a_hostile_feature_comes_out_of_the_saved_file_as_it_went_in(
    make: Make,
    snapshot: Snapshot,
    catalogue: Catalogue,
    payload: str,
) -> None:
    hostile = feature("hostile", name_zh=payload, aliases=[payload])
    hostile["properties"][payload] = payload
    layer = build_layer("sites", {"features": [hostile]}, catalogue)
    page = make("saved", shown=replace(snapshot, layers={"sites": layer}))
    (row,) = unpacked(Reader(page.html), "atlas-data")["sites"]["features"]
    assert row["properties"]["name_zh"] == row["properties"][payload] == payload
    calm = make(
        "saved", shown=replace(snapshot, layers={"sites": build_layer("sites", {"features": []}, catalogue)})
    )
    assert [tag for tag, _ in Reader(page.html).elements] == [tag for tag, _ in Reader(calm.html).elements]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_hostile_link_comes_out_of_the_shared_map_as_text(
    make: Make,
    snapshot: Snapshot,
    catalogue: Catalogue,
    payload: str,
) -> None:
    view = replace(
        MapView(layers=(payload,), on=date(2026, 11, 21), text=payload), selected=payload, basemap=payload
    )
    state = view_state(
        view, Said({"zh": payload, "en": payload}, ({"zh": payload, "en": payload},), {"app": payload})
    )
    page = make("shared", **state)
    told = json.loads(Reader(page.html).block(CONFIG))
    assert told["filter"]["layers"] == [payload]
    assert told["sentence"]["zh"] == told["view"]["selected"] == told["links"]["app"] == payload
    assert len([tag for tag, _ in Reader(page.html).elements if tag == "script"]) == 3
    assert tile_hosts(catalogue, Operator())
    assert snapshot.version == told["dataVersion"]
