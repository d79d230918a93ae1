"""The map is told what the catalogue says, and only basemaps that lie where our coordinates say."""

import json
from dataclasses import replace
from datetime import date

import pytest

from layers.catalogue import Basemap, Catalogue, Text
from layers.errors import InvalidLayerError
from layers.render.config import (
    Opening,
    Operator,
    Said,
    map_config,
    sharing_links,
    tile_hosts,
    usable_basemaps,
    view_state,
)
from layers.snapshot import Snapshot
from layers.view import MapView
from tests.builders import CODES, DOCUMENTS, LAYER_IDS

WORDS = {"zh": {"a": "甲"}, "en": {"a": "A"}}
KEYED = Operator(keys={"TIANDITU_KEY": "k3y"})
VIEW = MapView(layers=("sites",), on=date(2026, 11, 21), centre=(114.5, 30.5), zoom=9, language="en")


def test_every_layer_code_and_document_is_told_in_its_order(snapshot: Snapshot, catalogue: Catalogue) -> None:
    config = map_config(snapshot, catalogue, WORDS, Operator())
    assert [(row["id"], row["order"], row["refused"]) for row in config["layers"]] == [
        (layer_id, order, False) for order, layer_id in enumerate(LAYER_IDS)
    ]
    assert {name: [row["code"] for row in rows] for name, rows in config["codes"].items()} == CODES
    assert [row["id"] for row in config["documents"]] == list(DOCUMENTS)
    assert config["dataVersion"] == snapshot.version
    assert config["words"] == WORDS
    json.dumps(config, allow_nan=False)


def test_a_layer_that_is_not_served_is_marked(snapshot: Snapshot, catalogue: Catalogue) -> None:
    refused = {layer_id: InvalidLayerError(layer_id, "x.geojson", ()) for layer_id in ("site", "routes")}
    without = replace(snapshot, layers={"sites": snapshot.layers["sites"]}, refused=refused)
    config = map_config(without, catalogue, WORDS, Operator())
    assert [row["refused"] for row in config["layers"]] == [False, True, True]


def test_no_basemap_in_a_shifted_datum_is_offered(catalogue: Catalogue) -> None:
    datums = {basemap.datum for basemap in catalogue.basemaps}
    assert "GCJ-02" in datums
    assert {basemap.datum for basemap in usable_basemaps(catalogue, KEYED)} <= {"WGS 84", "CGCS2000"}


def test_a_basemap_that_needs_a_key_is_offered_only_with_it(catalogue: Catalogue) -> None:
    def offered(operator: Operator) -> set[str]:
        return {basemap.basemap_id for basemap in usable_basemaps(catalogue, operator)}

    keyed = {basemap.basemap_id for basemap in catalogue.basemaps if basemap.key}
    assert keyed
    assert offered(KEYED) - offered(Operator()) == keyed
    assert "offline" in offered(Operator())


def test_the_key_stands_in_the_address_of_its_own_tiles_only(
    snapshot: Snapshot, catalogue: Catalogue
) -> None:
    for row in map_config(snapshot, catalogue, WORDS, KEYED)["basemaps"]:
        assert all(("k3y" in url) == row["id"].startswith("tianditu") for url in row["urls"])
        assert not any("{key}" in url for url in row["urls"])
    assert "k3y" not in json.dumps(
        map_config(snapshot, catalogue, WORDS, Operator(keys={"OTHER_KEY": "k3y"}))
    )


def test_the_hosts_of_tiles_are_named_whole_without_path_and_key(catalogue: Catalogue) -> None:
    hosts = tile_hosts(catalogue, KEYED)
    assert "https://t0.tianditu.gov.cn" in hosts
    assert "https://t7.tianditu.gov.cn" in hosts
    assert len(set(hosts)) == len(hosts)
    for host in hosts:
        assert host.startswith("https://")
        assert host.count("/") == 2
        assert not set(host) & set("{} ;'\"*?")


def test_without_subdomains_there_is_one_host(catalogue: Catalogue) -> None:
    tiles = Basemap("x", Text("", ""), "tiles", "WGS 84", urls=("https://tiles.example/{z}/{x}/{y}.png",))
    assert tile_hosts(replace(catalogue, basemaps=(tiles,)), Operator()) == ("https://tiles.example",)


def test_the_state_is_the_view(snapshot: Snapshot) -> None:
    said = Said({"zh": "全部", "en": "all"}, ({"zh": "错", "en": "wrong"},), {"app": "/?", "self": "/m?"})
    state = view_state(replace(VIEW, selected="x", version=snapshot.version), said, seq=7)
    assert state["filter"] == VIEW.filter_json(7)
    assert state["view"] == {"centre": [114.5, 30.5], "zoom": 9, "basemap": "offline", "selected": "x"}
    assert (state["today"], state["language"]) == ("2026-11-21", "en")
    assert state["problems"] == [{"zh": "错", "en": "wrong"}]
    json.dumps(state, allow_nan=False)


def test_without_selection_and_links_there_is_null() -> None:
    state = view_state(VIEW, Said({"zh": "", "en": ""}))
    assert state["view"]["selected"] is None
    assert state["links"] is None


def test_a_page_has_a_title_only_where_one_is_said() -> None:
    said = Said({"zh": "", "en": ""}, title={"zh": "甲", "en": "a"})
    assert view_state(VIEW, said)["pageTitle"] == {"zh": "甲", "en": "a"}
    assert view_state(VIEW, Said({"zh": "", "en": ""}))["pageTitle"] is None


def test_what_has_changed_is_told_where_anything_has() -> None:
    said = Said({"zh": "", "en": ""}, changes={"then": "a", "now": "b"})
    assert view_state(VIEW, said)["changes"] == {"then": "a", "now": "b"}
    assert view_state(VIEW, Said({"zh": "", "en": ""}))["changes"] is None


def test_the_map_is_told_how_the_reader_came_to_it() -> None:
    opening = Opening("https://atlas.example.cn", embed=True, short="k", expires=date(2026, 12, 1))
    assert opening.as_json() == {
        "address": "https://atlas.example.cn", "embed": True, "expires": "2026-12-01",
    }  # fmt: skip
    assert Opening().as_json() == {"address": None, "embed": False, "expires": None}


def test_the_map_is_told_where_links_are_made_and_who_may_frame_it() -> None:
    hosts = ("https://portal.example.cn",)
    assert sharing_links(hosts, has_short=True) == {
        "short": "/s", "qr": "/qr.svg?", "file": "/m.html?", "frames": list(hosts),
    }  # fmt: skip
    assert sharing_links((), has_short=False)["short"] is None


@pytest.mark.parametrize("count", [0, 200])
def test_what_is_sent_at_each_change_is_small(count: int) -> None:
    view = VIEW.asking("id", [f"optics-valley-park-{number}" for number in range(count)])
    # 4 kB is the budget of a change; two hundred ids are what a reader may choose at most.
    limit = 4_096 if count == 0 else 8_192
    assert len(json.dumps(view_state(view, Said({"zh": "", "en": ""})))) < limit
