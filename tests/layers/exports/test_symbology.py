"""Symbols for other programs are those of the map."""

import re

import pytest

from layers.exports.symbology import HALF, Symbology
from layers.history import STATUSES
from layers.style import SHAPES, Hue, Look

COLOURS = {"halo": "#FBFAF7", "city": "#FFFFFF", "ink": "#1F242B"}
HUE = Hue("#0072B2", "#56A8DC")
SYMBOLOGY = Symbology(COLOURS)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("status", STATUSES)
def test_a_picture_of_a_point_needs_no_style_sheet_and_is_not_cut(shape: str, status: str) -> None:
    picture = SYMBOLOGY.point_svg(Look(HUE, shape, "single"), status)
    assert "class" not in picture
    assert set(re.findall(r"#[0-9A-F]{6}", picture)) == {"#FBFAF7", "#FFFFFF", "#0072B2"}
    starts = [float(number) for pair in re.findall(r"M(-?[\d.]+) ?(-?[\d.]+)", picture) for number in pair]
    assert max(map(abs, starts)) < HALF


def test_a_planned_line_is_dashed_and_a_built_one_is_not() -> None:
    look = Look(HUE, "circle", "single")
    assert [stroke.dash for stroke in SYMBOLOGY.line(look, "built")] == [(), ()]
    halo, hue = SYMBOLOGY.line(look, "planned")
    assert (halo.colour, hue.colour) == ("#FBFAF7", "#0072B2")
    # At a width of 2.4: 1.6 of it and 2 more, then 1.4 of it and 2 more.
    assert hue.dash == pytest.approx((5.84, 5.36))


def test_a_double_line_has_a_light_one_within() -> None:
    colours = [stroke.colour for stroke in SYMBOLOGY.line(Look(HUE, "circle", "double"), "built")]
    assert colours == ["#FBFAF7", "#0072B2", "#FFFFFF"]


@pytest.mark.parametrize(
    ("status", "opacity", "has_hatch"),
    [
        ("built", 0.35, False), ("under_construction", 0.1, True), ("planned", 0.08, False),
        ("unstated", 0.12, False),
    ],
)
def test_the_fill_of_an_area_says_its_status(status: str, opacity: float, has_hatch: bool) -> None:  # noqa: FBT001 - a row
    paint = SYMBOLOGY.area(Look(HUE, "circle", "single"), status, is_schematic=False)
    assert (paint.colour, paint.opacity, paint.hatch is not None) == ("#0072B2", opacity, has_hatch)


def test_the_outline_of_a_schematic_area_is_dashed() -> None:
    look = Look(HUE, "circle", "single")
    assert SYMBOLOGY.area(look, "built", is_schematic=True).strokes[-1].dash
    assert not SYMBOLOGY.area(look, "built", is_schematic=False).strokes[-1].dash


def test_a_status_outside_the_list_looks_unstated() -> None:
    look = Look(HUE, "star", "single")
    assert SYMBOLOGY.point_svg(look, "rumoured") == SYMBOLOGY.point_svg(look, "unstated")
