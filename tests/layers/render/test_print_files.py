"""Prints have their exact size, embed their typefaces, say what they show and put places where they stand."""

import io
import itertools
import math
import re
import struct
import time
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import zxingcpp
from PIL import Image
from pyproj import Geod, Transformer

from layers.errors import UnknownPrintError, UnsuitedDotsError
from layers.render.press import Press
from layers.render.print_edition import Edition
from layers.render.print_files import Wanted, map_window, most_dots, printed
from layers.render.print_page import map_page
from layers.render.print_scale import scale_of
from layers.render.print_sheet import PIXEL, Sheet
from layers.render.still_map import Atlas
from layers.view import MapView
from tests.builders import PLAN_2023, entry, feature, write_layer
from tests.layers.render.print_desk import (
    ADDRESS,
    CENTRE,
    DAY,
    POINTS_PER_MILLIMETRE,
    atlas_of,
    edition,
    fonts_of,
    reader,
    text_of,
)

SIZES = {
    ("a4", "portrait"): (210, 297), ("a4", "landscape"): (297, 210),
    ("a3", "portrait"): (297, 420), ("a3", "landscape"): (420, 297),
}  # fmt: skip
# The hue that the small data folder's layers have, #0072B2.
HUE = (0, 114, 178)
DPI = 300
HOSTILE = '</svg><script>alert(1)</script>#panic("x") $a^2$ *b* _c_ @d <e> \\ `f` "[]{}'
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(("names", "size"), SIZES.items(), ids=lambda value: "-".join(map(str, value)))
def test_a_page_has_exactly_the_size_of_the_paper(
    whole: Atlas, press: Press, names: tuple[str, str], size: tuple[int, int],
) -> None:
    made = edition(whole, *names)
    (page,) = reader(printed(made, Wanted(), press)).pages
    points = [float(edge) for edge in page.mediabox]
    assert points == pytest.approx([0, 0, *(side * POINTS_PER_MILLIMETRE for side in size)], abs=0.01)
    root = ET.fromstring(printed(made, Wanted(form="svg"), press))  # noqa: S314 - our own
    sides = [float(root.attrib[side].removesuffix("pt")) for side in ("width", "height")]
    assert sides == pytest.approx([side * POINTS_PER_MILLIMETRE for side in size], abs=0.01)
    png = printed(made, Wanted(form="png"), press)
    picture = Image.open(io.BytesIO(png))
    # Half a dot is rounded up or down.
    assert picture.size == pytest.approx([side / 25.4 * DPI for side in size], abs=1)
    # 300 dots an inch are 11,811 a metre.
    assert struct.unpack(">IIB", png[41:50]) == (11_811, 11_811, 1)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_typefaces_are_embedded_and_the_text_is_text(whole: Atlas, press: Press, language: str) -> None:
    pdf = printed(edition(whole, language=language), Wanted(), press)
    fonts = fonts_of(pdf)
    assert fonts
    assert all("Noto" in font["/FontName"] for font in fonts)
    assert all(font.keys() & {"/FontFile2", "/FontFile3"} for font in fonts)
    text = text_of(pdf)
    product, area = (whole.catalogue.product[key][language] for key in ("name", "area"))
    names = [layer.title.in_language(language) for layer in whole.catalogue.layers[:4]]
    built = whole.catalogue.label("status", "built", language)
    dates = "2026-11-20", "2026-11-22"
    for words in (product, area, *names, built, whole.snapshot.version, *dates, "atlas.example.cn"):
        assert "".join(words.split()) in text, words
    assert {"zh": "武汉", "en": "Wuhan"}[language] in text
    about = reader(pdf).metadata
    assert about is not None
    assert about.title == product


def test_a_place_is_at_its_millimetre_on_every_paper(data_folder: Path, press: Press) -> None:
    built = [entry(PLAN_2023, "built")]
    for layer_id in ("site", "routes"):
        write_layer(data_folder, layer_id, [])
    places = [(114.45, 30.5), (114.62, 30.38), (114.3, 30.4)]
    points = [{"type": "Point", "coordinates": list(at)} for at in places]
    rows = [feature(f"place-{number}", at, history=built) for number, at in enumerate(points)]
    write_layer(data_folder, "sites", rows)
    atlas = atlas_of(data_folder)
    project = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True).transform
    x0, y0 = project(*CENTRE)
    for names in SIZES:
        made = edition(atlas, *names)
        wanted = Wanted(form="png", scale=300_000)
        picture = Image.open(io.BytesIO(printed(made, wanted, press))).convert("RGB")
        room = made.sheet.map
        # Along the parallel of the middle a millimetre is 300 m of the ellipsoid; Mercator is conformal.
        _, _, ground = Geod(ellps="WGS84").inv(CENTRE[0] - 5e-4, CENTRE[1], CENTRE[0] + 5e-4, CENTRE[1])
        stretch = (project(CENTRE[0] + 1e-3, CENTRE[1])[0] - x0) / ground
        for at in places:
            east, north = project(*at)
            x = room.x + room.width / 2 + (east - x0) / stretch / 300
            y = room.y + room.height / 2 - (north - y0) / stretch / 300
            dot = int(x / 25.4 * DPI), int(y / 25.4 * DPI)
            assert picture.getpixel(dot) == HUE, (names, at)
            # Its middle is there within 0.1 mm.
            steps = (1, 0), (-1, 0), (0, 1), (0, -1)
            right, left, down, up = (_run(picture, dot, step) for step in steps)
            assert abs(right - left) / 2 / DPI * 25.4 <= 0.1
            assert abs(down - up) / 2 / DPI * 25.4 <= 0.1


def _run(picture: Image.Image, start: tuple[int, int], step: tuple[int, int]) -> int:
    return next(
        count
        for count in itertools.count()
        if picture.getpixel((start[0] + count * step[0], start[1] + count * step[1])) != HUE
    )


def test_the_code_leads_to_the_printed_view_and_its_data_version(whole: Atlas, press: Press) -> None:
    for names, language in zip(SIZES, ("zh", "en", "zh", "en"), strict=True):
        made = edition(whole, *names, language)
        picture = Image.open(io.BytesIO(printed(made, Wanted(form="png"), press)))
        (code,) = zxingcpp.read_barcodes(picture)
        assert code.text == made.link
        path, _, query = code.text.partition("?")
        assert path == f"{ADDRESS}/m"
        start = MapView(layers=(), on=DAY, layer_numbers=whole.catalogue.layer_numbers)
        assert MapView.from_query(query, start) == replace(made.view, version=whole.snapshot.version)


def test_without_an_address_or_with_too_long_a_link_there_is_no_code(whole: Atlas, press: Press) -> None:
    assert not zxingcpp.read_barcodes(_picture(edition(whole, address=""), press))
    long = edition(whole, text="光谷" * 200)
    assert not zxingcpp.read_barcodes(_picture(long, press))
    assert "链接过长" in text_of(printed(long, Wanted(), press))


def _picture(made: Edition, press: Press) -> Image.Image:
    return Image.open(io.BytesIO(printed(made, Wanted(form="png"), press)))


@pytest.mark.parametrize("form", ["pdf", "png", "svg"])
def test_hostile_names_are_printed_as_they_are(data_folder: Path, press: Press, form: str) -> None:
    rows = [
        feature(feature_id, {"type": "Point", "coordinates": list(at)}, name_zh=name)
        for feature_id, at, name in (
            ("hostile", (114.45, 30.5), HOSTILE),
            ("long", (114.6, 30.4), "长" * 5000),
            ("turned", (114.5, 30.35), "\u202e甲\u0000乙\u200b丙"),
        )
    ]
    write_layer(data_folder, "sites", rows)
    made = edition(atlas_of(data_folder), title=HOSTILE, text="")
    content = printed(made, Wanted(form=form), press)
    if form == "pdf":
        text = text_of(content)
        assert text.count("<script>alert(1)</script>") >= 2
        assert '#panic("x")$a^2$*b*_c_@d<e>' in text
        assert "甲乙丙" in text
    if form == "svg":
        root = ET.fromstring(content)  # noqa: S314 - our own
        assert not list(root.iter(f"{SVG}script"))


def test_an_svg_holds_shapes_and_outlines_and_needs_nothing(whole: Atlas, press: Press) -> None:
    root = ET.fromstring(printed(edition(whole), Wanted(form="svg"), press))  # noqa: S314 - our own
    for name in ("image", "text", "script", "foreignObject"):
        assert not list(root.iter(f"{SVG}{name}")), name
    references = [value for one in root.iter() for key, value in one.attrib.items() if key.endswith("href")]
    assert all(value.startswith("#") for value in references)
    assert len(list(root.iter(f"{SVG}style"))) == 1
    named = (f"{one.get('data-id', '')} {one.get('data-ids', '')}".split() for one in root.iter())
    ids = {feature_id for names in named for feature_id in names}
    made = edition(whole)
    placed = map_page(made, map_window(made, Wanted())).made.placed()
    assert len(placed) > 300
    assert {one.item.feature_id for one in placed if one.item.kind == "point"} <= ids


def test_a_view_that_cannot_be_read_shows_no_place_and_says_why(whole: Atlas, press: Press) -> None:
    text = text_of(printed(edition(whole, is_unreadable=True, unread=(("v", "99"),)), Wanted(), press))
    assert "链接中的筛选条件无法读取" in text
    assert "“v=99”" in text
    assert "符合筛选共0处" in text


def test_a_map_fits_its_places_or_has_the_scale_asked_for(whole: Atlas) -> None:
    made = edition(whole)
    assert scale_of(map_window(made, Wanted(scale=123_456)).frame) == pytest.approx(123_456)
    frame = map_window(made, Wanted(fit="places")).frame
    for layer in whole.snapshot.layers.values():
        for minx, miny, maxx, maxy in layer.features.dropna(subset="geometry").bounds.to_numpy():
            (left, foot), (right, top) = frame.at(minx, miny), frame.at(maxx, maxy)
            assert 0 < left <= right < frame.width
            assert 0 < top <= foot < frame.height


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted("poster"), Wanted(form="gif"), Wanted("atlas", "png"), Wanted(fit="x"), Wanted(dpi=5),
        Wanted(dpi=10_000), Wanted(scale=-1), Wanted(scale=math.inf), Wanted(scale=math.nan),
    ],
)  # fmt: skip
def test_a_print_that_there_is_not_is_refused(whole: Atlas, press: Press, wanted: Wanted) -> None:
    with pytest.raises(UnknownPrintError):
        printed(edition(whole), wanted, press)


@pytest.mark.parametrize("dpi", [36, 300, 600])
def test_no_sheet_has_more_than_seventy_million_dots(dpi: int) -> None:
    assert Wanted(form="png", dpi=dpi).checked().dpi == dpi
    # A4 and A3 by ISO 216.
    most = max(width / 25.4 * dpi * height / 25.4 * dpi for width, height in SIZES.values())
    assert most_dots(dpi) == pytest.approx(most, rel=0.001)
    assert most_dots(dpi) <= 70_000_000


@pytest.mark.parametrize("dpi", [35, 601])
def test_dots_beyond_the_bounds_are_refused_with_the_bounds(dpi: int) -> None:
    with pytest.raises(UnsuitedDotsError) as refused:
        Wanted(form="png", dpi=dpi).checked()
    assert (refused.value.least, refused.value.most, refused.value.most_millions) == (36, 600, 70)


@pytest.mark.parametrize("names", [("a0", "portrait"), ("a4", "sideways"), ("", "")])
def test_a_paper_that_there_is_not_is_refused(names: tuple[str, str]) -> None:
    with pytest.raises(UnknownPrintError):
        Sheet.of(*names)


def test_the_same_view_is_the_same_file(whole: Atlas, press: Press) -> None:
    first, second = (printed(edition(whole), Wanted(), press) for _ in range(2))
    assert re.sub(rb"(?s)/ID ?\[.*?\]|InstanceID>.*?<", b"", first) == re.sub(
        rb"(?s)/ID ?\[.*?\]|InstanceID>.*?<", b"", second,
    )


def test_a_sheet_is_printed_soon(whole: Atlas, press: Press) -> None:
    printed(edition(whole, zoom=9), Wanted(), press)
    start = time.process_time()
    printed(edition(whole), Wanted(), press)
    # A quarter of a second on a free machine.
    assert time.process_time() - start < 1


def test_pixels_of_the_map_are_a_fifth_of_a_millimetre(whole: Atlas) -> None:
    made = edition(whole)
    frame = map_window(made, Wanted(scale=250_000)).frame
    room = made.sheet.map
    assert (frame.width * PIXEL, frame.height * PIXEL) == pytest.approx((room.width, room.height))
