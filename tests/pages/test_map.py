"""The map's page: open, choose one thing, look at the address and at what panel and map are sent."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from layers.filters import Condition
from layers.read_back import THIN_SPACE
from layers.stores.folder import FolderStore
from layers.view import MapView
from pages.components.filter_panel import MAX_PROBLEMS
from tests.builders import ISLAND, LAYER_IDS, feature, write_layer
from tests.pages.conftest import Open, Tab

LINK = replace(
    MapView(layers=("sites", "routes"), on=date(2026, 11, 21)),
    conditions=(Condition("status", "in", ("built", "upgrading")), Condition("city", "not_in", ("ezhou",))),
    years=(2023, 2026),
    undated=False,
    text="光谷",
    outside=False,
    centre=(114.41, 30.52),
    zoom=11.5,
    language="en",
    selected=ISLAND,
)


@pytest.fixture
def tab(open_tab: Open) -> Tab:
    return open_tab("")


def shown_in(tab: Tab) -> int:
    shown: int = tab.panel()["totals"][0]
    return shown


def asked_in(tab: Tab) -> MapView:
    """Return the view that the address bar asks for."""
    start = MapView(layers=(), on=date(2000, 1, 1))
    return MapView.from_query(tab.address(), start)


def test_opening_shows_all_layers_in_chinese_without_a_complaint(tab: Tab) -> None:
    assert not tab.app.exception
    assert tab.map()["filter"]["layers"] == list(LAYER_IDS)
    assert tab.map()["filter"]["rows"] == []
    assert tab.map()["language"] == "zh"
    assert tab.panel()["totals"] == [6, 0, 4, 1]
    assert tab.panel()["problems"] == []


def test_opening_puts_the_products_own_view_on_the_map(tab: Tab, data_folder: Path) -> None:
    product = FolderStore(data_folder).catalogue.product
    assert tab.map()["centre"] == product["centre"]
    assert tab.map()["zoom"] == product["zoom"]


def test_a_chosen_status_reaches_address_and_map(tab: Tab) -> None:
    tab.wish(status=["built"])
    assert asked_in(tab).values_of("status") == ("built",)
    assert tab.map()["filter"]["rows"] == [{"field": "status", "op": "in", "values": ["built"]}]
    assert tab.panel()["totals"] == [2, 4, 1, 0]
    assert tab.panel()["sentence"].replace(THIN_SPACE, "") == "显示状态为built的地点"


def test_each_field_of_the_panel_narrows_the_view(tab: Tab) -> None:
    wishes = {
        "layers": ["site"], "city": ["ezhou"], "serves": ["ezhou"], "category": ["road"],
        "membership": ["clusters"], "document": ["plan-2024"], "lead_unit": ["省科技厅"],
        "method": ["schematic"], "years": [2023, 2024], "text": "大道", "accuracy_m": 200,
        "past_window": True,
    }  # fmt: skip
    for field, value in wishes.items():
        tab.wish(reset=True)
        assert shown_in(tab) == 6, field
        tab.wish(**{field: value, "undated": False} if field == "years" else {field: value})
        assert 0 < shown_in(tab) < 6, field
        assert asked_in(tab).conditions == tab.app.session_state["atlas"].view.conditions, field


def test_clearing_a_field_takes_its_condition_out_of_the_address(tab: Tab) -> None:
    tab.wish(status=["built"])
    tab.wish(status=[])
    assert asked_in(tab).conditions == ()
    assert shown_in(tab) == 6


def test_planning_documents_only_changes_what_is_read(tab: Tab) -> None:
    tab.wish(status=["built"])
    tab.wish(outside=False)
    assert shown_in(tab) == 0
    assert tab.map()["filter"]["outside"] is False


def test_counts_are_those_under_all_other_filters(tab: Tab) -> None:
    tab.wish(city=["ezhou"])
    # In the order of the code list, nothing for none: built and upgrading.
    assert tab.panel()["counts"]["status"] == "1,,,,1,"
    assert tab.panel()["counts"]["city"] == "5,2,"


def test_a_status_that_no_list_has_can_be_chosen(tab: Tab) -> None:
    tab.wish(status=["demolished"])
    assert shown_in(tab) == 0
    assert "demolished" in tab.panel()["problems"][0]


def test_a_link_restores_the_view(open_tab: Open) -> None:
    tab = open_tab(LINK.to_query())
    state = tab.map()
    assert state["filter"]["layers"] == list(LINK.layers)
    assert state["filter"]["rows"] == LINK.filter_json()["rows"]
    assert (state["centre"], state["zoom"]) == (list(LINK.centre), LINK.zoom)
    assert (state["selected"], state["language"]) == (ISLAND, "en")
    assert parse_qs(tab.link()).keys() >= parse_qs(LINK.to_query()).keys()


def test_a_link_without_a_version_is_pinned_to_the_current_one(open_tab: Open, data_folder: Path) -> None:
    tab = open_tab("w=status:built&l=sites&v=1")
    assert parse_qs(tab.link())["d"] == [FolderStore(data_folder).version()]


def test_what_a_link_asks_for_in_vain_is_told_and_shows_nothing_more(open_tab: Open) -> None:
    tab = open_tab("w=status:demolished&y=later&l=sites,moon&s=nowhere&base=mars&d=0123456789ab&v=1")
    told = " ".join(tab.panel()["problems"])
    for asked in ("demolished", "y=later", "moon", "nowhere", "mars", "0123456789ab"):
        assert asked in told
    assert shown_in(tab) == 0
    assert tab.map()["filter"]["layers"] == []


def test_a_link_with_many_faults_tells_the_first_and_how_many_more(open_tab: Open) -> None:
    tab = open_tab("w=id:" + ",".join(f"x{number}" for number in range(40)) + "&l=sites&v=1")
    assert len(tab.panel()["problems"]) == MAX_PROBLEMS + 1
    assert tab.panel()["problems"][-1].startswith("+ ")


def test_a_changed_address_wins_over_the_session_and_moves_the_map(tab: Tab) -> None:
    tab.wish(status=["built"])
    move = tab.map()["move"]
    tab.go(LINK.to_query())
    assert tab.map()["filter"]["rows"] == LINK.filter_json()["rows"]
    assert tab.map()["move"] > move


def test_what_was_said_to_another_session_is_not_taken(tab: Tab) -> None:
    born = tab.panel()["session"]
    # A browser that has lost its session says again to the next one what it said to the last.
    tab.app.session_state["panel"] = {"change": {"n": 7, "session": born - 1, "set": {"status": ["built"]}}}
    tab.app.session_state["map"] = {
        "view": {"centre": [114.2, 30.1], "zoom": 10, "move": born - 1},
        "basemap": {"id": "tianditu", "move": born - 1},
        "language": {"id": "en", "move": born - 1},
    }
    before = tab.link()
    tab.app.run()
    assert tab.link() == before


def test_a_browser_that_lost_its_session_opens_the_address_it_has(tab: Tab) -> None:
    move = tab.map()["move"]
    tab.wish(open=LINK.to_query(), status=["planned"])
    assert tab.map()["filter"]["layers"] == list(LINK.layers)
    assert asked_in(tab).values_of("status") == ("planned",)
    assert tab.map()["move"] > move


def test_a_word_typed_letter_by_letter_is_one_step_of_the_history(tab: Tab) -> None:
    tab.wish(text="光")
    first = tab.address()
    tab.wish(text="光谷")
    assert tab.address() == first
    assert parse_qs(tab.link())["q"] == ["光谷"]
    tab.wish(status=["built"])
    assert asked_in(tab).text == "光谷"


def test_a_query_that_streamlit_has_written_is_not_sent_again(tab: Tab) -> None:
    assert "query" in tab.panel()
    tab.wish(status=["built"])
    assert "query" not in tab.panel()
    tab.say(view={"centre": [114.2, 30.1], "zoom": 10})
    assert "query" in tab.panel()


def test_the_same_address_again_leaves_the_session_alone(tab: Tab) -> None:
    tab.wish(status=["built"])
    tab.say(view={"centre": [114.2, 30.1], "zoom": 10})
    move = tab.map()["move"]
    tab.app.run()
    assert tab.map()["centre"] == [114.2, 30.1]
    assert tab.map()["move"] == move


def test_reset_returns_to_the_start_and_keeps_the_language(open_tab: Open) -> None:
    tab = open_tab(LINK.to_query())
    move = tab.map()["move"]
    tab.wish(reset=True)
    assert shown_in(tab) == 6
    assert tab.map()["filter"]["rows"] == []
    assert tab.map()["selected"] is None
    assert tab.map()["language"] == "en"
    assert tab.map()["move"] > move


def test_the_language_changes_words_and_address(tab: Tab) -> None:
    tab.wish(status=["built"])
    tab.wish(language="en")
    assert tab.panel()["sentence"] == "Places with the status built"
    assert tab.map()["language"] == "en"
    assert asked_in(tab).language == "en"


def test_the_theme_is_the_readers_and_not_the_views(tab: Tab) -> None:
    before = tab.link()
    tab.wish(theme="dark")
    assert tab.panel()["theme"] == tab.map()["theme"] == "dark"
    assert tab.link() == before


def test_moving_the_map_is_kept_in_the_link_and_moves_nothing_back(tab: Tab) -> None:
    move = tab.map()["move"]
    tab.say(view={"centre": [114.41, 30.52], "zoom": 12, "move": move})
    assert "at=114.41,30.52,12" in tab.link()
    assert tab.map()["move"] == move


def test_what_the_map_said_before_it_was_moved_is_not_taken(tab: Tab) -> None:
    tab.say(selected={"id": ISLAND, "move": tab.map()["move"]})
    assert tab.map()["selected"] == ISLAND
    tab.wish(reset=True)
    # The browser sends a component's values with each rerun, whatever they are about.
    tab.wish(status=["built"])
    assert tab.map()["selected"] is None


def test_a_card_can_be_opened_and_closed_from_the_map(tab: Tab) -> None:
    move = tab.map()["move"]
    tab.say(selected={"id": ISLAND, "move": move})
    assert f"s={ISLAND}" in tab.link()
    tab.say(selected={"id": None, "move": move})
    assert tab.map()["selected"] is None


def test_years_set_by_the_player_become_the_views(tab: Tab) -> None:
    tab.say(years={"years": [2023, 2024], "undated": False})
    assert asked_in(tab).years == (2023, 2024)
    assert tab.panel()["undated"] is False
    tab.say(years={"years": None, "undated": True})
    assert asked_in(tab).years is None


def test_a_place_asked_for_without_a_geocoder_is_answered_with_none(tab: Tab) -> None:
    tab.say(ask={"id": 3, "kind": "geocode", "text": "光谷广场"})
    assert tab.answer() == {"id": 3, "payload": None}
    tab.wish(status=["built"])
    assert tab.answer() is None


def test_a_geocoder_that_may_not_be_called_is_not_called(
    tab: Tab, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CORRIDOR_GEOCODER", "http://127.0.0.1/search")
    tab.say(ask={"id": 4, "kind": "geocode", "text": "光谷广场"})
    assert not tab.app.exception
    assert tab.answer() == {"id": 4, "payload": None}


@pytest.mark.parametrize(
    "said",
    [
        {"view": {"centre": ["a", 2], "zoom": 9}}, {"view": {"centre": [200, 30], "zoom": 9}}, {"view": None},
        {"selected": 7}, {"language": "fr"}, {"basemap": "mars"}, {"basemap": []}, {"years": "2023"},
        {"years": {"years": ["x", 1]}},
    ],
)  # fmt: skip
def test_what_makes_no_sense_from_the_map_changes_nothing(tab: Tab, said: dict[str, object]) -> None:
    before = tab.link()
    tab.say(**said)
    assert not tab.app.exception
    assert tab.link() == before


@pytest.mark.parametrize(
    "wanted",
    [
        {"status": "built"}, {"years": [1, 2]}, {"years": "ab"}, {"years": [2023]}, {"text": 7},
        {"outside": 1}, {"language": "fr"}, {"theme": "pink"}, {"accuracy_m": True}, {"accuracy_m": -1},
        {"nothing": ["x"]}, {"drop": 7}, {"open": ["x"]}, {"open": ""}, {"reset": 1}, {"undated": "no"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_from_the_panel_changes_nothing(tab: Tab, wanted: dict[str, object]) -> None:
    before = tab.link()
    tab.wish(**wanted)
    assert not tab.app.exception
    assert tab.link() == before


def test_a_condition_that_the_panel_has_no_place_for_can_be_taken_away(open_tab: Open) -> None:
    tab = open_tab(LINK.to_query())
    assert ["city", "not_in", ["ezhou"]] in tab.panel()["rows"]
    tab.wish(drop=[["city", "not_in"]])
    assert asked_in(tab).values_of("city", "not_in") == ()
    assert asked_in(tab).values_of("status") == ("built", "upgrading")


def test_each_change_has_a_higher_number_than_the_one_before(tab: Tab) -> None:
    first = tab.map()["filter"]["seq"]
    tab.wish(status=["built"])
    second = tab.map()["filter"]["seq"]
    tab.wish(language="en")
    assert first < second < tab.map()["filter"]["seq"]


def test_the_panel_hears_which_wish_was_met(tab: Tab) -> None:
    tab.wish(status=["built"])
    assert tab.panel()["ack"] == tab.wishes


def test_a_refused_layer_is_told_with_file_place_and_field(open_tab: Open, data_folder: Path) -> None:
    write_layer(data_folder, "site", [feature("broken-park", category="palace")])
    tab = open_tab("")
    told = tab.panel()["problems"][0]
    for part in ("site.geojson", "broken-park", "properties.category", "palace"):
        assert part in told
    assert len(tab.panel()["problems"]) == 1
    assert shown_in(tab) == 4


def test_a_catalogue_that_cannot_be_used_is_told_in_place_of_the_page(
    open_tab: Open, data_folder: Path,
) -> None:
    (data_folder / "catalogue" / "theme.json").write_text("{", encoding="utf-8")
    tab = open_tab("")
    assert not tab.app.exception
    assert [error.value for error in tab.app.error if "theme.json" in error.value]


def test_switching_pages_keeps_the_view(tab: Tab) -> None:
    tab.wish(status=["built"], layers=["sites"])
    tab.say(view={"centre": [114.41, 30.52], "zoom": 12})
    before = tab.link()
    tab.open("about")
    assert tab.panel()["page"] == "about"
    assert tab.link() == before
    tab.open("map")
    assert tab.link() == before
    assert (tab.map()["centre"], tab.map()["zoom"]) == ([114.41, 30.52], 12)
