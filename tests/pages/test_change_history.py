"""The page of data versions: what its component is told."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from layers.stores.folder import FolderStore
from tests.builders import LAYER_IDS
from tests.pages.conftest import Open, Tab

FIRST, SECOND = datetime(2026, 5, 2, 8, 30, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)


def told(tab: Tab) -> dict[str, Any]:
    found = [
        element.proto
        for element in tab.app.main
        if element.type == "bidi_component" and element.proto.component_name == "corridor_changes"
    ]
    sent: dict[str, Any] = json.loads(found[0].json)
    return sent


def opened(open_tab: Open, query: str = "") -> Tab:
    tab = open_tab(query)
    tab.open("changes")
    assert not tab.app.exception
    return tab


def test_versions_come_newest_first_with_time_note_and_layers(open_tab: Open, data_folder: Path) -> None:
    version = FolderStore(data_folder).publish("first", FIRST).version
    layer = data_folder / "geojson" / "site.geojson"
    layer.write_text(layer.read_text("utf-8").replace("光谷", "东湖"), encoding="utf-8")
    newer = FolderStore(data_folder).publish("second", SECOND).version
    sent = told(opened(open_tab))
    count = len(LAYER_IDS)
    assert sent["versions"] == [
        {"version": newer, "at": "2026-11-20T00:00:00+00:00", "note": "second", "layers": count},
        {"version": version, "at": "2026-05-02T08:30:00+00:00", "note": "first", "layers": count},
    ]
    assert sent["current"] == newer


def test_without_a_publication_only_the_data_of_now_are_told(open_tab: Open, data_folder: Path) -> None:
    sent = told(opened(open_tab))
    assert sent["versions"] == []
    assert sent["current"] == FolderStore(data_folder).version()


def test_a_broken_list_of_versions_leaves_the_page_open(open_tab: Open, data_folder: Path) -> None:
    FolderStore(data_folder).publish("first", FIRST)
    (data_folder / "versions" / "published.json").write_text("{", encoding="utf-8")
    assert told(opened(open_tab))["versions"] == []


def test_paths_have_gaps_for_the_versions_that_are_compared(open_tab: Open) -> None:
    sent = told(opened(open_tab))
    assert sent["places"] == "/changes/{old}/{new}/now-all.json"
    assert sent["files"]["csv"] == "/changes/{old}/{new}.csv"
    assert sent["place"] == "/f/{id}"


def test_the_view_is_left_as_it_was(open_tab: Open) -> None:
    tab = open_tab("")
    tab.wish(status=["built"])
    before = tab.link()
    tab.open("changes")
    assert tab.link() == before
    assert told(tab)["language"] == "zh"
