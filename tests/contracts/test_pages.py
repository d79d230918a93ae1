"""Each page file is in the navigation, and short."""

import re

from tests.builders import ROOT

PAGES = ROOT / "pages"
# Guidance, judged by reading; twice as long is a second page.
LONGEST = 200


def page_names() -> set[str]:
    return {path.name for path in PAGES.glob("*.py")} - {"main.py", "__init__.py"}


def test_every_page_is_in_the_navigation_and_every_entry_is_a_page() -> None:
    named = re.findall(r"st\.Page\(\s*\"([\w/]+\.py)\"", (PAGES / "main.py").read_text("utf-8"))
    assert sorted(named) == sorted(page_names())
    assert len(named) == len(set(named))


def test_the_navigation_has_one_default_page() -> None:
    assert (PAGES / "main.py").read_text("utf-8").count("default=True") == 1


def test_every_page_is_short() -> None:
    for name in page_names():
        assert len((PAGES / name).read_text("utf-8").splitlines()) <= LONGEST, name
