"""The page of exports: what its component is told, and the area that the map has said."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from i18n.messages import LANGUAGES, messages
from layers.exports.formats import FORMATS
from layers.stores.folder import FolderStore
from pages.components.export_form import GROUPS, WORDS
from tests.builders import ISLAND
from tests.pages.conftest import Open, Tab

AREA = [[114.4, 30.4], [114.6, 30.4], [114.6, 30.6]]


def told(tab: Tab) -> dict[str, Any]:
    found = [
        element.proto
        for element in tab.app.main
        if element.type == "bidi_component" and element.proto.component_name == "corridor_export"
    ]
    sent: dict[str, Any] = json.loads(found[0].json)
    return sent


def opened(tab: Tab) -> dict[str, Any]:
    tab.open("export")
    assert not tab.app.exception
    return told(tab)


def test_every_format_is_offered_once_and_said_for_whom(open_tab: Open) -> None:
    offered = [row["id"] for rows in opened(open_tab(""))["groups"].values() for row in rows]
    assert sorted(offered) == sorted(FORMATS)
    for language in LANGUAGES:
        words = messages(language, WORDS)
        assert [name for name in FORMATS if f"export.for.{name}" not in words] == []
        assert [name for name in GROUPS if f"export.group.{name}" not in words] == []


def test_the_choices_of_a_format_are_those_of_its_row(open_tab: Open) -> None:
    rows = {row["id"]: row for group in opened(open_tab(""))["groups"].values() for row in group}
    assert rows["shp"]["encodings"] == ["utf-8", "gbk"]
    assert rows["csv"]["encodings"] == ["utf-8", "utf-8-bom", "gbk"]
    assert rows["shp"]["isShort"]
    assert [name for name, row in rows.items() if not row["isAnywhere"]] == [
        "kmz", "kml", "geojson", "geojsonl", "pmtiles",
    ]  # fmt: skip


def test_the_page_has_the_view_of_the_map(open_tab: Open) -> None:
    tab = open_tab("")
    tab.wish(status=["built"])
    link = tab.link()
    sent = opened(tab)
    assert sent["query"].startswith("v=")
    assert "w=status:built" in sent["query"]
    assert tab.link() == link


def test_the_place_whose_card_is_open_can_be_taken_alone(open_tab: Open) -> None:
    tab = open_tab("")
    assert opened(tab)["place"] is None
    tab.open("map")
    tab.say(selected={"id": ISLAND})
    assert opened(tab)["place"]["id"] == ISLAND


def test_an_area_from_the_map_stays_over_reruns_and_pages(open_tab: Open) -> None:
    tab = open_tab("")
    tab.say(area={"area": AREA})
    assert tab.map()["area"] == AREA
    tab.wish(status=["built"])
    assert tab.map()["area"] == AREA
    assert opened(tab)["area"] == AREA
    tab.open("about")
    tab.open("map")
    assert tab.map()["area"] == AREA
    tab.say(area={"area": None})
    assert "area" not in tab.map()
    assert opened(tab)["area"] == []


@pytest.mark.parametrize(
    "said",
    [
        None, 7, [], [[1, 2], [3, 4]], [["a", 2], [3, 4], [5, 6]], [[1, 2, 3]] * 3, [[400, 2]] * 3,
        [[1, 1]] * 201,
    ],
)  # fmt: skip
def test_an_area_that_makes_no_sense_is_none(open_tab: Open, said: object) -> None:
    tab = open_tab("")
    tab.say(area={"area": said})
    assert not tab.app.exception
    assert opened(tab)["area"] == []


def test_versions_come_newest_first_with_what_is_served_on_top(open_tab: Open, data_folder: Path) -> None:
    store = FolderStore(data_folder)
    old = store.publish("first", datetime(2026, 5, 2, tzinfo=UTC)).version
    layer = data_folder / "geojson" / "site.geojson"
    layer.write_text(layer.read_text("utf-8").replace("光谷", "东湖"), encoding="utf-8")
    sent = opened(open_tab(""))
    current = FolderStore(data_folder).version()
    assert [(row["version"], row["isCurrent"]) for row in sent["versions"]] == [(current, True), (old, False)]
    assert sent["version"] == current


def test_words_come_in_the_readers_language(open_tab: Open) -> None:
    tab = open_tab("")
    tab.wish(language="en")
    sent = opened(tab)
    assert sent["language"] == "en"
    assert sent["words"]["export.make"] == messages("en", WORDS)["export.make"]
