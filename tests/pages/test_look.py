"""One source of colours: what Streamlit draws itself has those of the catalogue."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from pages.components.look import before_script
from tests.builders import DATA, ROOT

ROLES = {
    "primaryColor": "accent",
    "backgroundColor": "panel",
    "secondaryBackgroundColor": "panel-soft",
    "textColor": "ink",
    "linkColor": "accent",
    "borderColor": "line",
}
STYLE = ROOT / "pages" / "components" / "page.css"


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_streamlits_colours_are_those_of_the_theme() -> None:
    config = tomllib.loads(read(ROOT / ".streamlit" / "config.toml"))["theme"]
    theme = json.loads(read(DATA / "catalogue" / "theme.json"))
    for scheme in ("light", "dark"):
        assert config[scheme] == {option: theme[scheme][role] for option, role in ROLES.items()}


def test_the_style_sheet_names_no_colour_of_its_own() -> None:
    style = read(STYLE)
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?![\w-])|\brgba?\(|\bhsla?\(", style)


def test_every_colour_that_the_style_sheet_uses_is_in_the_theme() -> None:
    style = read(STYLE)
    theme = json.loads(read(DATA / "catalogue" / "theme.json"))
    own = set(re.findall(r"^\s*--([\w-]+):", style, re.MULTILINE))
    used = set(re.findall(r"var\(--([\w-]+)", style))
    assert used - own <= theme["light"].keys()


@pytest.mark.parametrize(("chosen", "start"), [("dark", ":root"), ("auto", "@media"), ("light", "")])
def test_a_dark_page_is_dark_before_any_script_runs(chosen: str, start: str) -> None:
    style = before_script({"ink": "#FFFFFF"}, chosen)
    assert style.startswith(start)
    assert ("--ink:#FFFFFF" in style) is bool(start)


def test_garbage_is_not_collected_after_each_rerun() -> None:
    config = tomllib.loads(read(ROOT / ".streamlit" / "config.toml"))
    assert config["runner"]["postScriptGC"] is False
    assert config["server"]["enableAgentApi"] is False
