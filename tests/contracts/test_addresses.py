"""No file of the repository leads elsewhere: to another host's script, a registry, somebody's machine."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.builders import ROOT

# Written in pieces, so that this file holds none of them.
REGISTRIES = [
    "py" + "pi.org",
    "files.python" + "hosted.org",
    "registry.npm" + "js.org",
    "conda.ana" + "conda.org",
    "index" + "-url ",
    "trusted" + "-host ",
]
DELIVERY = [
    "un" + "pkg.com",
    "js" + "delivr",
    "cdn" + "js",
    "ajax.google" + "apis",
    "fonts.google" + "apis",
    "code.jq" + "uery",
    "bootstrap" + "cdn",
    "fonts.g" + "static",
]
# Folders of people, and where this checkout happens to lie.
MACHINES = [
    "/ho" + "me/[a-z]",
    "/Us" + "ers/[A-Za-z]",
    "[A-Z]:.?.Us" + "ers",
    "/ro" + "ot/",
    re.escape(f"{ROOT}/"),
]
LOADS = re.compile(r"<(?:script|link|img|iframe)[^>]+(?:src|href)\s*=\s*[\"']?(?:https?:)?//", re.IGNORECASE)


def files() -> list[Path]:
    """Return the files of the repository, those not yet committed too."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(asked, cwd=ROOT, capture_output=True, check=True).stdout.decode()  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no git here to list the repository's files")
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def holding(pattern: str) -> list[str]:
    found = []
    for path in files():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        if re.search(pattern, text, re.IGNORECASE):
            found.append(path.relative_to(ROOT).as_posix())
    return found


@pytest.mark.parametrize("word", REGISTRIES)
def test_no_file_names_a_package_registrys_address(word: str) -> None:
    # The recipe that pins packages tells its tool to write none.
    assert holding(rf"(?<!no-emit-){re.escape(word)}") == []


@pytest.mark.parametrize("word", DELIVERY)
def test_no_file_names_a_delivery_network(word: str) -> None:
    assert holding(re.escape(word)) == []


def test_no_page_loads_a_script_style_or_image_of_another_host() -> None:
    assert [name for name in holding(LOADS.pattern) if not name.startswith("tests/")] == []


@pytest.mark.parametrize("pattern", MACHINES)
def test_no_file_holds_a_path_of_somebodys_machine(pattern: str) -> None:
    assert holding(rf"(?<![\w.]){pattern}") == []
