"""The app opens a hostile link as the shared map does: it names the problem and shows no more."""

import pytest

from tests.pages.conftest import Open
from tests.service.test_hostile_links import HOSTILE, LINK, SHOWS


@pytest.mark.parametrize("name", HOSTILE)
def test_the_app_names_the_problem_and_shows_no_more(open_tab: Open, name: str) -> None:
    tab = open_tab(HOSTILE[name][0])
    assert not tab.app.exception
    assert tab.panel()["totals"][0] <= len(SHOWS)
    assert tab.panel()["problems"]


def test_an_address_that_grew_beyond_measure_shows_nothing_in_a_running_session(open_tab: Open) -> None:
    tab = open_tab("")
    tab.go("&".join(["l=sites"] * 1001))
    assert tab.panel()["totals"][0] == 0
    assert "1001" in tab.panel()["problems"][0]


def test_what_a_messenger_adds_alarms_nobody(open_tab: Open) -> None:
    tab = open_tab(f"{LINK}&from=timeline&isappinstalled=0")
    assert tab.panel()["totals"][0] == len(SHOWS)
    assert tab.panel()["problems"] == []
    assert "from" not in tab.link()
