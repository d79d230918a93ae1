"""What the app's map is told of changes since the data that a view was made on."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from layers.stores.folder import FolderStore
from layers.view import MapView
from pages.components.since import _ranges
from tests.builders import LAB, LAYER_IDS, LONE, few_features, write_layer
from tests.pages.conftest import Open

WHOLE = MapView(layers=LAYER_IDS, on=date(2026, 11, 21))


@pytest.fixture
def old(data_folder: Path) -> str:
    """Publish the small data, then give one place another name and take one out."""
    version = FolderStore(data_folder).publish("", datetime(2026, 5, 2, tzinfo=UTC)).version
    lone, lab = few_features()["site"]
    assert (lone["id"], lab["id"]) == (LONE, LAB)
    write_layer(data_folder, "site", [{**lone, "properties": {**lone["properties"], "name_zh": "新名"}}])
    return version


def test_older_data_are_compared_with_those_of_now(open_tab: Open, old: str, data_folder: Path) -> None:
    tab = open_tab(replace(WHOLE, version=old).to_query())
    told = tab.map()["changes"]
    now = FolderStore(data_folder).version()
    assert (told["then"], told["now"], told["shows"]) == (old, now, "then")
    assert (told["thenDate"], told["nowDate"]) == ("2026-05-02", None)
    assert told["places"] == "0-1"
    assert told["path"] == f"/changes/{old}/{now}/then-all.json"
    assert "2026-05-02" in told["sentence"]["en"]
    assert tab.panel()["totals"][0] == 6


def test_as_it_is_now_and_as_it_was_and_neither(open_tab: Open, old: str, data_folder: Path) -> None:
    tab = open_tab(replace(WHOLE, version=old, text="光谷").to_query())
    now = FolderStore(data_folder).version()
    tab.say(since={"which": "now"})
    assert tab.map()["changes"]["shows"] == "now"
    assert f"d={now}&since={old}" in tab.link()
    assert tab.map()["filter"]["rows"] != []
    tab.say(since={"which": "then"})
    assert tab.map()["changes"]["shows"] == "then"
    assert f"d={old}" in tab.link()
    assert "since=" not in tab.link()
    tab.say(since={"which": "now"})
    tab.say(since={"which": "none"})
    assert "changes" not in tab.map()
    assert f"d={now}" in tab.link()


def test_only_what_the_filter_concerns_is_told(open_tab: Open, old: str) -> None:
    tab = open_tab(replace(WHOLE, version=old).to_query())
    tab.wish(layers=["site"], text="新名")
    assert tab.map()["changes"]["places"] == "0"
    tab.wish(layers=["sites"], text="")
    assert "changes" not in tab.map()


def test_planning_documents_only_has_a_path_of_its_own(open_tab: Open, old: str) -> None:
    tab = open_tab(replace(WHOLE, version=old, outside=False).to_query())
    assert tab.map()["changes"]["path"].endswith("/then-documents.json")


def test_a_version_that_is_not_there_is_told_and_compares_nothing(open_tab: Open) -> None:
    tab = open_tab(replace(WHOLE, since="0123456789ab").to_query())
    assert "changes" not in tab.map()
    assert "0123456789ab" in " ".join(tab.panel()["problems"])
    assert tab.panel()["totals"][0] == 6


@pytest.mark.parametrize("said", [{"which": "never"}, {}, "now", None])
def test_what_makes_no_sense_turns_nothing(open_tab: Open, old: str, said: object) -> None:
    tab = open_tab(replace(WHOLE, version=old).to_query())
    before = tab.link()
    tab.say(since=said)
    assert not tab.app.exception
    assert tab.link() == before


@pytest.mark.parametrize(
    ("numbers", "text"), [((), ""), ((3,), "3"), ((0, 1, 2, 4, 6, 7), "0-2,4,6-7")],
)  # fmt: skip
def test_rising_numbers_are_written_as_ranges(numbers: tuple[int, ...], text: str) -> None:
    assert _ranges(numbers) == text
