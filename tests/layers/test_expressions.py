"""Filter expressions over a handful of features whose answer is worked out by hand."""

import subprocess
import sys

import numpy as np
import pytest
from shapely.geometry import Point, box

from layers.errors import InvalidFilterError
from layers.expressions import (
    BOOLEAN,
    MAX_LENGTH,
    MAX_WORDS,
    NUMBER,
    STRING,
    STRINGS,
    Column,
    Features,
    matching,
)

# One place has every value, one has none but a list, one lies over both.
GEOMETRY = np.array([Point(114, 30), None, box(113.5, 29.5, 115, 31)], dtype=object)
COLUMNS = {
    "status": Column(STRING, ["built", None, "planned"]),
    "name": Column(STRING, ["Café 100%", None, "O'Brien 光谷_岛"]),
    "year": Column(NUMBER, [2020, None, 2025]),
    "city": Column(STRINGS, [["wuhan"], [], ["wuhan", "ezhou"]]),
    "open": Column(BOOLEAN, [True, None, False]),
}
FEATURES = Features(COLUMNS, GEOMETRY)
DEEP = 20_000


def rows(text: str, features: Features = FEATURES) -> list[int]:
    return np.flatnonzero(matching(text, features)).tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("status = 'built'", [0]),
        ("status <> 'built'", [2]),
        ("year >= 2020 AND year < 2025", [0]),
        ("year = 2020 OR status = 'planned'", [0, 2]),
        ("year BETWEEN 2020 AND 2024", [0]),
        ("year IN (2020, 2025)", [0, 2]),
        ("status NOT IN ('built')", [2]),
        ("year IS NULL", [1]),
        ("status IS NOT NULL", [0, 2]),
        ("open", [0]),
        ("open = false", [2]),
        ("'built' = status", [0]),
        ('"status" = \'built\'', [0]),
        ("true", [0, 1, 2]),
    ],
)
def test_comparisons(text: str, expected: list[int]) -> None:
    assert rows(text) == expected


@pytest.mark.parametrize("text", ["NOT (status = 'built')", "NOT (year > 2030) AND status = 'planned'"])
def test_what_is_unknown_meets_neither_a_condition_nor_its_opposite(text: str) -> None:
    assert rows(text) == [2]


def test_unknown_or_true_is_true_and_unknown_and_false_is_false() -> None:
    assert rows("year > 2000 OR year IS NULL") == [0, 1, 2]
    assert rows("NOT (year > 2000 AND year IS NOT NULL)") == [1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name LIKE 'Caf%'", [0]),
        ("name LIKE 'Caf_ 100%'", [0]),
        (r"name LIKE '%100\%'", [0]),
        (r"name LIKE '%光谷\_岛'", [2]),
        ("name LIKE 'Caf'", []),
        ("name LIKE '.*'", []),
        ("name LIKE 'O''B%'", [2]),
        ("CASEI(name) LIKE CASEI('CAFÉ%')", [0]),
        ("ACCENTI(name) LIKE 'Cafe%'", [0]),
        ("CASEI(status) IN (CASEI('BUILT'), CASEI('x'))", [0]),
    ],
)
def test_text_is_compared_whole_and_nothing_in_it_is_a_pattern_but_two_signs(
    text: str, expected: list[int]
) -> None:
    assert rows(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A_CONTAINS(city, ('wuhan'))", [0, 2]),
        ("A_CONTAINS(city, ('wuhan', 'ezhou'))", [2]),
        ("A_CONTAINEDBY(city, ('wuhan', 'x'))", [0, 1]),
        ("A_EQUALS(city, ('ezhou', 'wuhan'))", [2]),
        ("A_OVERLAPS(city, ('ezhou', 'x'))", [2]),
    ],
)
def test_lists_are_compared_as_sets(text: str, expected: list[int]) -> None:
    assert rows(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("year + 5 = 2025", [0]),
        ("year * 2 - 40 = 4000", [0]),
        ("year / 0 = 1", []),
        ("year % 100 = 25", [2]),
        ("year DIV 1000 = 2", [0, 2]),
        ("year ^ 1000000 > 1", []),
    ],
)
def test_arithmetic_has_no_value_where_there_is_no_number(text: str, expected: list[int]) -> None:
    assert rows(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("S_INTERSECTS(geometry, BBOX(113.9, 29.9, 114.1, 30.1))", [0, 2]),
        ("S_WITHIN(geometry, BBOX(113.9, 29.9, 114.1, 30.1))", [0]),
        ("S_CONTAINS(geometry, POINT(113.6 29.6))", [2]),
        ("S_DISJOINT(geometry, POINT(114 30))", []),
        ("S_EQUALS(geometry, POINT(114 30))", [0]),
        ("S_TOUCHES(geometry, POINT(115 31))", [2]),
        ("S_INTERSECTS(geometry, BBOX(114, 30, 114, 30))", [0, 2]),
        ("S_INTERSECTS(geometry, BBOX(113, 29, 0, 114, 30, 9))", [0, 2]),
        ("NOT S_INTERSECTS(geometry, POINT(114 30))", []),
        ("NOT S_INTERSECTS(geometry, POINT(113.6 29.6))", [0]),
        ("S_INTERSECTS(POLYGON((113 29, 114.5 29, 114.5 30.5, 113 29)), geometry)", [0, 2]),
        ("geometry IS NULL", [1]),
    ],
)
def test_a_place_without_position_meets_no_condition_on_it(text: str, expected: list[int]) -> None:
    assert rows(text) == expected


def test_geometries_come_in_the_order_of_the_axes() -> None:
    swapped = Features(COLUMNS, GEOMETRY, is_swapped=True)
    assert rows("S_EQUALS(geometry, POINT(30 114))", swapped) == [0]
    with pytest.raises(InvalidFilterError):
        rows("S_EQUALS(geometry, POINT(114 30))", swapped)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("status =", "character 9"),
        ("", "no CQL2 text"),
        ("foo = 1", "'foo'"),
        ('status = "built"', "single quotes"),
        ("city = 'wuhan'", "A_CONTAINS"),
        ("city IN ('wuhan')", "A_CONTAINS"),
        ("year = 'x'", "year is a number and 'x' is text"),
        ("status > 5", "status is text"),
        ("year LIKE 'x'", "not text"),
        ("status", "a condition is asked for"),
        ("nosuch(status) = 'x'", "'nosuch'"),
        ("CASEI(status, name) = 'x'", "one value"),
        ("year = NULL", "IS NULL"),
        ("year > DATE('2020-01-01')", "years are numbers"),
        ("T_AFTER(year, TIMESTAMP('2020-01-01T00:00:00Z'))", "'t_after'"),
        ("geometry = 'x'", "a geometry"),
        ("S_INTERSECTS(geometry, POINT(1000 1000))", "180"),
        ("S_INTERSECTS(geometry, POLYGON((1 2)))", "too few positions"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 0 1, 1 0, 0 0)))", "valid"),
        ("S_INTERSECTS(geometry, POLYGON((1 2,3 430 6,1 2)))", "no CQL2 text"),
        ("S_INTERSECTS(status, POINT(1 1))", "geometry"),
        ("status = '" + "x" * MAX_LENGTH + "'", "longer"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_reason(text: str, told: str) -> None:
    with pytest.raises(InvalidFilterError) as refused:
        matching(text, FEATURES)
    assert told in str(refused.value)


@pytest.mark.parametrize("unit", ["(", "NOT ", "not(", "-", "casei(", "1+", "1=", "a in (", "1^"])
def test_no_nesting_ends_the_process(unit: str) -> None:
    # Where the limits do not hold the parser runs out of its stack, which no `except` sees.
    longest = "(" * (MAX_WORDS // 2) + "year = 2020" + ")" * (MAX_WORDS // 2 - 5)
    code = (
        "import numpy as np\n"
        "from layers.errors import InvalidFilterError\n"
        "from layers.expressions import Features, matching\n"
        f"for count in (10, 100, 290, {DEEP}):\n"
        "    try:\n"
        f"        matching({unit!r} * count + 'a = 1' + ')' * count, Features({{}}, np.array([None])))\n"
        "    except InvalidFilterError:\n"
        "        pass\n"
        f"try:\n    matching({longest!r}, Features({{}}, np.array([None])))\n"
        "except InvalidFilterError:\n    pass\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - as above
