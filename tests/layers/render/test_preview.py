"""The preview picture has its size, its Chinese, and its places where they stand, whatever it says."""

import io
import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PIL import Image
from pyproj import Transformer

from layers.render.press import Press
from layers.render.preview import Caption, preview_png
from layers.render.still_map import Atlas
from layers.view import MapView
from tests.builders import PLAN_2023, entry, feature, write_layer
from tests.layers.render.print_desk import atlas_of

# The hue that the small data folder's layers have, #0072B2.
HUE = (0, 114, 178)
CAPTION = Caption("光谷图", "显示全部地点", "处", "数据版本abc", "发布于2026-05-02")
# The map begins behind the words; it is drawn one and a half times as large as on screen.
WORDS_WIDTH, MAP_WIDTH, HEIGHT, ENLARGED = 432, 768, 630, 1.5
CENTRE = (114.5, 30.45)


def picture(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def view_of(atlas: Atlas, zoom: float = 11) -> MapView:
    return MapView(layers=atlas.catalogue.layer_ids(), on=date(2026, 11, 22), centre=CENTRE, zoom=zoom)


def test_a_place_is_painted_in_its_hue_where_it_stands(data_folder: Path, press: Press) -> None:
    built = [entry(PLAN_2023, "built")]
    for layer_id in ("site", "routes"):
        write_layer(data_folder, layer_id, [])
    places = {"one": (114.45, 30.5), "two": (114.62, 30.38)}
    points = {name: {"type": "Point", "coordinates": list(at)} for name, at in places.items()}
    write_layer(data_folder, "sites", [feature(name, at, history=built) for name, at in points.items()])
    atlas = atlas_of(data_folder)
    made = picture(preview_png(view_of(atlas), atlas, CAPTION, 2, press))
    assert made.size == (1200, 630)
    project = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True).transform
    x0, y0 = project(*CENTRE)
    # A thousand pixels of a screen lie on the map's 512.
    metres = 2 * math.pi * 6_378_137 / 256 / 2**11 * (1000 / (MAP_WIDTH / ENLARGED))
    for at in places.values():
        east, north = project(*at)
        x = WORDS_WIDTH + MAP_WIDTH / 2 + (east - x0) / metres * ENLARGED
        y = HEIGHT / 2 - (north - y0) / metres * ENLARGED
        assert made.getpixel((round(x), round(y))) == HUE
        # The symbol is nine pixels across on screen.
        assert made.getpixel((round(x), round(y) - 20)) != HUE


def test_a_view_without_places_has_none_of_their_hue(data_folder: Path, press: Press) -> None:
    atlas = atlas_of(data_folder)
    hidden = replace(view_of(atlas), is_unreadable=True)
    for view, has_hue in ((view_of(atlas), True), (hidden, False)):
        made = picture(preview_png(view, atlas, CAPTION, 0, press)).crop((WORDS_WIDTH, 0, 1200, 630))
        colours = made.getcolors(maxcolors=1 << 24)
        assert colours is not None
        assert (HUE in {colour for _, colour in colours}) == has_hue


def test_chinese_is_set_in_a_typeface_of_our_own(data_folder: Path, press: Press) -> None:
    atlas = atlas_of(data_folder)
    # Letters that a typeface lacks all look alike.
    captions = [replace(CAPTION, product=text) for text in ("光谷", "武汉", "葛店")]
    pictures = [picture(preview_png(view_of(atlas), atlas, said, 1, press)) for said in captions]
    assert len({made.crop((0, 0, WORDS_WIDTH, 100)).tobytes() for made in pictures}) == 3


@pytest.mark.parametrize(
    "text",
    [
        "", "#panic()", "$x$ `y` *b* \\ @a <b>", "长" * 5_000, "a" * 5_000, "\u202egnp", "a\0b", "🏗️𠮷",
        "\ud800",
    ],
)  # fmt: skip
def test_any_text_gives_a_picture(data_folder: Path, press: Press, text: str) -> None:
    atlas = atlas_of(data_folder)
    hostile = Caption(text, text, text, text, text)
    for language in ("zh", "en"):
        png = preview_png(replace(view_of(atlas), language=language), atlas, hostile, 10**9, press)
        assert picture(png).size == (1200, 630)
        assert len(png) < 600_000


@pytest.mark.parametrize("zoom", [7, 18])
@pytest.mark.parametrize("centre", [(114.9, 30.2), (-179.9, -84.0), (179.9, 84.0)])
def test_any_window_gives_a_picture(
    data_folder: Path, press: Press, zoom: float, centre: tuple[float, float],
) -> None:
    atlas = atlas_of(data_folder)
    view = replace(view_of(atlas, zoom), centre=centre)
    assert picture(preview_png(view, atlas, CAPTION, 1, press)).size == (1200, 630)
