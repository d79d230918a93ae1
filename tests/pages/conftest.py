"""The pages, run as Streamlit runs them, with a browser that is only pretended."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from streamlit.testing.v1 import AppTest

from layers.view import MapView
from pages.components import corridor_map, filter_panel
from tests.builders import ROOT

Open = Callable[[str], "Tab"]


@dataclass
class Tab:
    """One browser tab with the atlas in it."""

    app: AppTest
    wishes: int = 0

    def panel(self) -> dict[str, Any]:
        """Return what the panel was sent."""
        return self._sent("corridor_panel")

    def answer(self) -> dict[str, Any] | None:
        """Return what the map was answered."""
        return self._sent("corridor_map").get("answer")

    def map(self) -> dict[str, Any]:
        """Return what the map was sent to show."""
        state: dict[str, Any] = self._sent("corridor_map")["state"]
        return state

    def wish(self, **wanted: object) -> None:
        """Do as the panel does when the reader chooses something."""
        self.wishes += 1
        session = self.panel()["session"]
        said = {filter_panel.CHANGE: {"n": self.wishes, "session": session, "set": wanted}}
        self.app.session_state[filter_panel.KEY] = said
        self.app.run()

    def say(self, **said: object) -> None:
        """Do as the map does when the reader moves it or picks a place."""
        move = self.map()["move"]
        self.app.session_state[corridor_map.KEY] = {
            name: {"move": move, **value} if isinstance(value, Mapping) else value
            for name, value in said.items()
        }
        self.app.run()

    def go(self, query: str) -> None:
        """Do as the browser does on a link, or when going back."""
        self.app.query_params = parse_qs(query, keep_blank_values=True)
        self.app.run()

    def open(self, page: str) -> None:
        """Do as the browser does when another page is chosen in the bar."""
        self.app.switch_page(f"{page}.py").run()

    def link(self) -> str:
        """Return the query of the view: as the panel was sent it, or as it was written for it."""
        sent: str = self.panel().get("query", self.address())
        return MapView.from_query(sent, MapView(layers=(), on=date(2000, 1, 1))).to_query()

    def address(self) -> str:
        """Return what stands in the address bar behind the question mark."""
        return urlencode(self.app.query_params, doseq=True)

    def _sent(self, name: str) -> dict[str, Any]:
        found = [
            element.proto
            for element in self.app.main
            if element.type == "bidi_component" and element.proto.component_name == name
        ]
        assert len(found) == 1, f"{len(found)} of {name}"
        sent: dict[str, Any] = json.loads(found[0].json)
        return sent


@pytest.fixture
def open_tab(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Return what opens a tab on the small data folder, with a link's query or without."""
    monkeypatch.setenv("CORRIDOR_DATA", str(data_folder))

    def opened(query: str) -> Tab:
        tab = Tab(AppTest.from_file(str(ROOT / "pages" / "main.py"), default_timeout=20))
        tab.go(query)
        return tab

    return opened
