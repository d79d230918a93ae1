"""What the browser runs is one version of one set of files, none of which asks another host."""

import base64
import hashlib
import re
from dataclasses import replace

import pytest

from layers.catalogue import Catalogue
from layers.render.assets import COMPONENT, SCRIPTS, STYLE, Assets
from tests.builders import ROOT

FOLDER = ROOT / "layers" / "render" / "assets"


@pytest.fixture(scope="module")
def assets(catalogue: Catalogue) -> Assets:
    """Put the files together in the real colours."""
    return Assets.build(catalogue.theme)


def test_every_script_runs_once_and_in_order(assets: Assets) -> None:
    # By what each script is the only one to set; blanks and comments are not served.
    places = []
    for name in SCRIPTS:
        sets = re.findall(r"Atlas\.\w+ = ", (FOLDER / name).read_text("utf-8"))
        marks = [
            mark
            for mark in (text.replace(" ", "") for text in sets)
            if assets.files["atlas.js"].count(mark) == 1
        ]
        if marks:
            places.append(assets.files["atlas.js"].index(marks[0]))
    assert places == sorted(places)
    assert len(places) > len(SCRIPTS) / 2
    assert len(set(SCRIPTS)) == len(SCRIPTS)


def test_every_file_of_the_folder_is_served_whole_or_within_the_one_script(assets: Assets) -> None:
    names = {path.name for path in FOLDER.iterdir()}
    assert names <= {*assets.files, *SCRIPTS, STYLE}
    assert COMPONENT in assets.files


def test_the_same_files_have_the_same_version(assets: Assets, catalogue: Catalogue) -> None:
    assert Assets.build(catalogue.theme) == assets
    assert re.fullmatch("[0-9a-f]{12}", assets.version)


def test_another_colour_is_another_version(assets: Assets, catalogue: Catalogue) -> None:
    other = replace(catalogue.theme, light={**catalogue.theme.light, "ink": "#123456"})
    assert Assets.build(other).version != assets.version


def test_the_hash_is_that_of_the_bytes(assets: Assets) -> None:
    for name, text in assets.files.items():
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert assets.csp_hash(name) == f"'sha256-{digest}'"


def test_a_path_holds_version_and_name_and_there_is_none_for_a_file_there_is_not(assets: Assets) -> None:
    assert assets.path("atlas.js") == f"/assets/{assets.version}/atlas.js"
    with pytest.raises(KeyError):
        assets.path("../secret")


def test_scripts_and_styles_can_stand_inside_a_page(assets: Assets) -> None:
    # What the HTML parser would take for the end, or change, would break the page or its hash.
    script, style = assets.files["atlas.js"], assets.files["atlas.css"]
    assert not re.search(r"</script|<!--|<script", script, re.IGNORECASE)
    assert not re.search(r"</style|<!--", style, re.IGNORECASE)
    for text in (script, style):
        assert "\r" not in text
        assert "\0" not in text


def test_nothing_is_asked_of_another_host(assets: Assets) -> None:
    for name, text in assets.files.items():
        assert not re.search(r"@import|sourceMappingURL", text), name
        loads = re.findall(r"url\(\s*[\"']?(?!data:|#)([^)\"']+)", text) if name.endswith(".css") else []
        assert [address for address in loads if "//" in address] == [], name


def test_no_script_makes_code_from_text() -> None:
    own = "\n".join((FOLDER / name).read_text("utf-8") for name in SCRIPTS)
    for pattern in (
        r"\beval\(",
        r"\bnew Function\b",
        r"\binnerHTML\b",
        r"\bouterHTML\b",
        r"\binsertAdjacentHTML\b",
        r"\bdocument\.write\b",
        r"\bconsole\.",
    ):
        assert not re.search(pattern, own), pattern
