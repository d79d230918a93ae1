"""What is drawn, read from the canvases themselves: colours, names, and that nothing flickers."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from layers.stores.folder import FolderStore
from layers.view import MapView
from tests.browser.map_document import MapDocument, opened, opened_in_app
from tests.browser.saved import NO_FEATURES, saved_map
from tests.browser.scattered import CLEAR_AT, scattered_folder
from tests.browser.watch import DESKTOP, PHONE
from tests.builders import DATA, PLAN_2023, entry, feature, write_folder

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.conftest import Site
    from tests.browser.watch import Visits

pytestmark = pytest.mark.browser

NEAR = 2  # of 255: what blending rounds
# Kilometres apart, so that nothing is drawn over anything else.
BUILT, PLANNED, UNDERWAY = (114.6, 30.2), (114.8, 30.2), (115.0, 30.2)
LAKE, FIELD, BEYOND = (114.7, 30.4), (114.7, 30.1), (115.6, 30.2)

# All sheets at one place of the window, in the order in which they lie over one another: [r, g, b, a].
# A small canvas of its own is read, so that the map's stay on the graphics card.
READ = """(() => {
  const one = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const pen = one.getContext("2d", { willReadFrequently: true });
  const sheetOf = (name) => document.querySelector(`.leaflet-atlas-${name}-pane canvas`);
  window.readPixel = ([lon, lat], [dx, dy] = [0, 0], names = ["map", "overlay"]) => {
    const at = Atlas.map.latLngToContainerPoint([lat, lon]);
    const frame = Atlas.map.getContainer().getBoundingClientRect();
    pen.clearRect(0, 0, 1, 1);
    // A sheet that nothing has been painted on has no size.
    for (const sheet of names.map(sheetOf).filter((canvas) => canvas.width)) {
      const box = sheet.getBoundingClientRect(), scale = sheet.width / box.width;
      const x = (frame.left + at.x + dx - box.left) * scale, y = (frame.top + at.y + dy - box.top) * scale;
      pen.drawImage(sheet, Math.floor(x), Math.floor(y), 1, 1, 0, 0, 1, 1);
    }
    return [...pen.getImageData(0, 0, 1, 1).data];
  };
})()"""
# Looks at every frame at a place of the map's sheet.
LOOK_ON = """([lon, lat]) => {
  const seen = (window.seen = []);
  const look = () => {
    seen.push(readPixel([lon, lat], [0, 0], ["map"]));
    window.looking = requestAnimationFrame(look);
  };
  look();
}"""
SEEN = "() => { cancelAnimationFrame(window.looking); return window.seen; }"
# The box of every name on the sheet as it stands, each as wide and high as its letters are.
WRITTEN = """(() => {
  const boxes = (window.writtenNames = []);
  const isMap = ({ canvas }) => canvas.parentElement?.classList.contains("leaflet-atlas-map-pane");
  const { clearRect, fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    if (isMap(this)) boxes.length = 0;
    return clearRect.apply(this, box);
  };
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...rest) {
    // The numbers in bubbles are centred, names begin at the left.
    if (isMap(this) && this.textAlign === "left") {
      const m = this.measureText(text);
      boxes.push([text, x - m.actualBoundingBoxLeft, y - m.actualBoundingBoxAscent,
        x + m.actualBoundingBoxRight, y + m.actualBoundingBoxDescent]);
    }
    return fillText.call(this, text, x, y, ...rest);
  };
})()"""


def square(lon: float, lat: float, half: float) -> dict[str, Any]:
    west, south, east, north = lon - half, lat - half, lon + half, lat + half
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def ground() -> dict[str, Any]:
    """Return one county of Wuhan with a lake in it."""
    names = {"name_zh": "", "name_en": ""}
    county = {**names, "city": "wuhan"}, square(114.8, 30.3, 0.5)
    lake = {**names, "kind": "lake"}, square(*LAKE, 0.05)
    return {
        part: {**NO_FEATURES, "features": [{"type": "Feature", "properties": named, "geometry": area}]}
        for part, (named, area) in {"counties": county, "water": lake}.items()
    }


def three_places(tmp_path: Path) -> FolderStore:
    """Return a store of three places, one built, one planned, one underway."""
    places = {"built": BUILT, "planned": PLANNED, "under_construction": UNDERWAY}
    features = [
        feature(
            status.replace("_", "-"),
            {"type": "Point", "coordinates": list(place)},
            history=[entry(PLAN_2023, status, (2025, 2030))],
        )
        for status, place in places.items()
    ]
    return FolderStore(write_folder(tmp_path / "data", {"sites": features}))


def start(store: FolderStore) -> MapView:
    return MapView(layers=store.catalogue.layer_ids(), on=date(2026, 11, 21), centre=(114.9, 30.25), zoom=10)


def rgb(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]


def pixel(atlas: MapDocument, place: tuple[float, float], dx: float = 0, dy: float = 0) -> list[int]:
    """Return red, green and blue at a place of the map, or some pixels beside it."""
    read: list[int] = atlas.ask("([place, beside]) => readPixel(place, beside)", [list(place), [dx, dy]])
    # Nothing of the page below shines through.
    assert read[3] == 255
    return read[:3]


@pytest.mark.parametrize("dark", [False, True])
def test_ground_and_places_have_the_colours_of_the_theme(files: Visits, tmp_path: Path, dark: bool) -> None:  # noqa: FBT001
    store = three_places(tmp_path)
    url = saved_map(tmp_path / "map.html", store.snapshot(), store.catalogue, start(store), ground())
    atlas = opened(files.page(dark=dark, script=READ), url)
    theme = store.catalogue.theme.dark if dark else store.catalogue.theme.light
    style = store.catalogue.layers[0].style.hue
    hue = rgb(style.dark if dark else style.light)
    for place, role in ((LAKE, "water"), (FIELD, "city"), (BEYOND, "land")):
        assert pixel(atlas, place) == pytest.approx(rgb(theme[role]), abs=NEAR)
    # What stands is full, what is planned is a ring, what is being built is half full.
    assert pixel(atlas, BUILT) == pytest.approx(hue, abs=NEAR)
    assert pixel(atlas, PLANNED) == pytest.approx(rgb(theme["city"]), abs=NEAR)
    radius = atlas.ask("() => Atlas.symbols.radiusAt(Atlas.map.getZoom())")
    assert pixel(atlas, PLANNED, dx=-radius) != pytest.approx(rgb(theme["city"]), abs=40)
    assert pixel(atlas, UNDERWAY, dy=-radius / 2) == pytest.approx(rgb(theme["city"]), abs=NEAR)
    assert pixel(atlas, UNDERWAY, dy=radius / 2) == pytest.approx(hue, abs=NEAR)


def test_a_place_that_the_filter_hides_is_not_drawn(files: Visits, tmp_path: Path) -> None:
    store = three_places(tmp_path)
    url = saved_map(tmp_path / "map.html", store.snapshot(), store.catalogue, start(store), ground())
    atlas = opened(files.page(script=READ), url)
    planned = start(store).asking("status", ["planned"])
    atlas.ask("(filter) => Atlas.setFilter(filter)", planned.filter_json(5))
    atlas.settle()
    assert pixel(atlas, BUILT) == pytest.approx(rgb(store.catalogue.theme.light["city"]), abs=NEAR)
    assert atlas.ask("() => Atlas.probe().drawn") == 1


def overlaps(boxes: list[list[Any]]) -> list[tuple[str, str]]:
    return [
        (one[0], other[0])
        for number, one in enumerate(boxes)
        for other in boxes[number + 1 :]
        if one[1] < other[3] and other[1] < one[3] and one[2] < other[4] and other[2] < one[4]
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_two_names_overlap(files: Visits, tmp_path: Path, language: str) -> None:
    store = FolderStore(scattered_folder(tmp_path / "data"))
    real = {part: json.loads((DATA / "basemap" / f"{part}.geojson").read_text(encoding="utf-8"))
            for part in ("counties", "water")}  # fmt: skip
    view = replace(start(store), language=language)
    url = saved_map(tmp_path / "map.html", store.snapshot(), store.catalogue, view, real)
    for size in (DESKTOP, PHONE):
        atlas = opened(files.page(size, script=WRITTEN), url)
        counted = 0
        for zoom in (8, 9, 10, 11, 12, 13, 15):
            atlas.ask("(zoom) => Atlas.map.setView([30.5, 114.7], zoom, { animate: false })", zoom)
            atlas.settle()
            boxes = atlas.ask("() => window.writtenNames")
            assert overlaps(boxes) == []
            counted += len(boxes)
        # With nothing written, nothing would overlap.
        assert counted > 60


def test_ground_and_places_stay_through_filters_and_pans(files: Visits, tmp_path: Path) -> None:
    store = three_places(tmp_path)
    url = saved_map(tmp_path / "map.html", store.snapshot(), store.catalogue, start(store), ground())
    atlas = opened(files.page(script=READ), url)
    atlas.ask(LOOK_ON, list(BUILT))
    for seq, statuses in enumerate((["built"], ["built", "planned"], []) * 5, start=5):
        asked = start(store).asking("status", statuses).filter_json(seq)
        atlas.ask("(filter) => Atlas.setFilter(filter)", asked)
        atlas.settle()
        atlas.ask("(x) => Atlas.map.panBy([x, 0], { animate: false })", 40 if seq % 2 else -40)
        atlas.settle()
    seen = atlas.ask(SEEN)
    assert len(seen) > 30
    hue = [*rgb(store.catalogue.layers[0].style.hue.light), 255]
    assert [frame for frame in seen if frame != pytest.approx(hue, abs=NEAR)] == []


def test_ground_and_places_stay_while_the_app_filters(tabs: Visits, site: Site) -> None:
    page = tabs.page(script=READ)
    view = replace(site.start(), centre=CLEAR_AT, zoom=13)
    atlas = opened_in_app(page, site.app(view))
    atlas.ask("() => { window.isTheSame = true; }")
    beside = atlas.ask("(place) => readPixel(place, [40, 40], ['map'])", list(CLEAR_AT))
    atlas.ask(LOOK_ON, list(CLEAR_AT))
    page.locator('[data-section="status"] input[value="built"]').check()
    atlas.comes_to_show(site.ids(view.asking("status", ["built"])))
    page.locator('[data-section="status"] input[value="planned"]').check()
    atlas.comes_to_show(site.ids(view.asking("status", ["built", "planned"])))
    seen = atlas.ask(SEEN)
    assert len(seen) > 2
    assert seen[0] != pytest.approx(beside, abs=40)
    assert [frame for frame in seen if frame != seen[0]] == []
    assert atlas.ask("() => window.isTheSame")
