"""Contrasts are those of WCAG 2.2; the colours are the real ones of the catalogue."""

from typing import Any

import pytest

from layers.catalogue import Catalogue
from layers.style import Hue, LayerStyle, Theme, contrast
from tests.builders import DATA

REAL = Catalogue.read(DATA / "catalogue")
THEMES = ("light", "dark")
GRAPHICS, TEXT = 3.0, 4.5
# Text by the roles that it is written on.
TEXT_ON = {
    "ink": ("land", "city", "panel", "panel-soft", "water"),
    "ink-soft": ("land", "panel", "panel-soft"),
    "label-city": ("land", "city"),
    "label-county": ("land", "city"),
    "label-water": ("water",),
    "accent": ("panel",),
    "on-accent": ("accent",),
    "warn": ("warn-soft", "panel"),
}


def colours(theme: str) -> dict[str, str]:
    return dict(getattr(REAL.theme, theme))


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        # Published: black on white is 21, a colour on itself 1, #767676 the lightest grey that passes AA,
        # pure red on white 3.998.
        ("#000000", "#FFFFFF", 21.0),
        ("#336699", "#336699", 1.0),
        ("#767676", "#FFFFFF", 4.54),
        ("#FF0000", "#FFFFFF", 3.998),
    ],
)
def test_contrast_is_the_published_ratio_either_way_round(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("layer_id", REAL.layer_ids())
@pytest.mark.parametrize("ground", ["land", "city", "panel"])
def test_every_hue_of_a_layer_stands_out_from_map_and_panel(theme: str, layer_id: str, ground: str) -> None:
    for hue in REAL.layer(layer_id).style.hues():
        assert contrast(getattr(hue, theme), colours(theme)[ground]) >= GRAPHICS, hue


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("role", "ground"), [(role, on) for role, grounds in TEXT_ON.items() for on in grounds]
)
def test_text_can_be_read_on_what_it_is_written_on(theme: str, role: str, ground: str) -> None:
    # A label on the map has a halo of the ground's colour; on water it is the names of water only.
    need = GRAPHICS if (role, ground) == ("label-water", "water") else TEXT
    assert contrast(colours(theme)[role], colours(theme)[ground]) >= need


@pytest.mark.parametrize("theme", THEMES)
def test_the_focus_ring_stands_out(theme: str) -> None:
    for ground in ("panel", "land"):
        assert contrast(colours(theme)["focus"], colours(theme)[ground]) >= GRAPHICS


@pytest.mark.parametrize("theme", THEMES)
def test_no_two_layers_have_one_hue(theme: str) -> None:
    hues = [getattr(entry.style.hue, theme) for entry in REAL.layers]
    assert len(set(hues)) == len(hues)


def style(**raw: Any) -> LayerStyle:  # noqa: ANN401 - as a catalogue file has it
    return LayerStyle.read({"hue": {"light": "#000000", "dark": "#FFFFFF"}, **raw})


def test_what_a_variant_does_not_say_is_the_layers_own() -> None:
    (variant,) = style(
        shape="star", line="double", variants=[{"category": ["port"], "shape": "cross"}]
    ).variants
    assert (variant.shape, variant.line, variant.hue) == ("cross", "double", Hue("#000000", "#FFFFFF"))


@pytest.mark.parametrize(
    "raw",
    [
        {"shape": "blob"},
        {"line": "wavy"},
        {"variants": [{"category": ["port"], "shape": "blob"}]},
        {"hue": {"light": "#FFF", "dark": "#000000"}},
        {"hue": {"light": "red", "dark": "#000000"}},
        {"hue": {"light": "#000000;}</style>", "dark": "#000000"}},
    ],
)
def test_what_cannot_be_drawn_is_refused(raw: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="is n"):
        style(**raw)


def test_the_theme_is_written_as_custom_properties_for_light_and_dark() -> None:
    css = Theme.read({"light": {"ink": "#000000"}, "dark": {"ink": "#FFFFFF"}}).css()
    assert css == ":root{--ink:#000000}\n:root[data-theme=dark]{--ink:#FFFFFF}\n"


@pytest.mark.parametrize(
    "raw",
    [
        {"light": {"ink": "#000000"}, "dark": {}},
        {"light": {"ink": "black"}, "dark": {"ink": "#FFFFFF"}},
        {"light": {"ink": "#000000"}, "dark": {"ink": "url(//x)"}},
        {"light": {"a}": "#000000"}, "dark": {"a}": "#FFFFFF"}},
    ],
)
def test_a_theme_that_is_uneven_or_no_colours_is_refused(raw: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"role|colour"):
        Theme.read(raw)
