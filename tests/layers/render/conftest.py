"""What tests of still maps and prints share."""

import pytest

from layers.render.press import Press
from layers.render.still_map import Atlas
from tests.builders import DATA
from tests.layers.render.print_desk import atlas_of


@pytest.fixture(scope="session")
def press() -> Press:
    """Share one press: its typefaces are read once."""
    return Press()


@pytest.fixture(scope="session")
def whole() -> Atlas:
    """Read the atlas's own data."""
    return atlas_of(DATA)
