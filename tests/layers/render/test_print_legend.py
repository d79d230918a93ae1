"""The legend of a print has what is on the map, no more, counted as it is, and all of it has room."""

import itertools
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from layers.render.print_files import Wanted, map_window
from layers.render.print_legend import HEADING, MINOR, ROW, Entry, entries, laid_out
from layers.render.print_page import MapPage, map_page
from layers.render.print_sheet import ORIENTATIONS, PAPERS, Area, Sheet
from tests.builders import DATA, PLAN_2023, entry, feature, write_layer
from tests.layers.render.print_desk import atlas_of, edition

SHEETS = list(itertools.product(PAPERS, ORIENTATIONS, ("zh", "en")))


def page_of(folder: Path, **changes: Any) -> MapPage:  # noqa: ANN401 - whatever a test asks of the view
    made = edition(atlas_of(folder), **changes)
    return map_page(made, map_window(made, Wanted()))


def counts(page: MapPage) -> dict[str, str]:
    return {line["text"]: line["count"] for line in page.told["legend"] if line["kind"] != HEADING}


def test_it_counts_the_places_on_the_map_by_layer_and_status(data_folder: Path) -> None:
    write_layer(data_folder, "routes", [])
    write_layer(data_folder, "site", [])
    near = [feature(f"near-{n}", history=[entry(PLAN_2023, "built")]) for n in range(3)]
    far = feature("far", {"type": "Point", "coordinates": [116.7, 28.6]})
    write_layer(data_folder, "sites", [*near, feature("planned"), far])
    page = page_of(data_folder, zoom=11)
    found = counts(page)
    assert found["图层sites"] == "4"
    assert not {"图层site", "图层routes"} & found.keys()
    # The small code lists are their own labels.
    assert {key: found[key] for key in ("built", "planned")} == {"built": "3", "planned": "1"}
    assert "preliminary" not in found
    assert page.told["header"]["number"] == "4"


def test_a_map_without_places_has_only_its_ground_explained(data_folder: Path) -> None:
    page = page_of(data_folder, is_unreadable=True)
    assert page.told["legend"][0]["kind"] == HEADING
    assert set(counts(page)) == {"市界", "县（市、区）界", "水体"}


@pytest.mark.parametrize("names", SHEETS, ids="-".join)
def test_all_of_it_has_room_on_every_sheet(names: tuple[str, str, str]) -> None:
    made = edition(atlas_of(DATA), *names)
    page = map_page(made, map_window(made, Wanted()))
    room = made.sheet.legend(page.told["corner"]["code"]["width"])
    lines = page.told["legend"]
    kept = [line for line in lines if line["text"].endswith("…")]
    assert kept == []
    for line in lines:
        assert room.x - 1e-6 <= line["x"] <= line["x"] + line["room"] <= room.x + room.width + 1e-6
        assert room.y - 1e-6 <= line["y"] <= line["y"] + line["height"] <= room.y + room.height + 1e-6
        # No smaller than 3.6 points.
        assert line["letters"] > 1.25
    drawn = Counter(placed.item.layer_id for placed in page.made.placed())
    shown = {line["text"]: line["count"] for line in lines if line["kind"] == ROW}
    titles = {layer.layer_id: layer.title.in_language(names[2]) for layer in made.atlas.catalogue.layers}
    assert {titles[layer_id]: f"{count:,}" for layer_id, count in drawn.items()}.items() <= shown.items()


@pytest.mark.parametrize(("columns", "count"), [(1, 5), (1, 120), (3, 40), (3, 200)])
def test_no_line_lies_on_another_and_no_heading_ends_a_column(columns: int, count: int) -> None:
    kinds = (HEADING if n % 9 == 0 else MINOR if n % 3 else ROW for n in range(count))
    lines = [Entry(kind, str(n), is_short=kind == MINOR) for n, kind in enumerate(kinds)]
    placed = laid_out(lines, Area(10, 20, 60 * columns, 70), columns, 1)
    assert [line.entry for line in placed] == lines
    for one, other in itertools.combinations(placed, 2):
        is_beside = one.x + one.width <= other.x + 1e-6 or other.x + other.width <= one.x + 1e-6
        assert is_beside or abs(one.y - other.y) > min(one.height, other.height) - 1e-6
    for one, after in itertools.pairwise(placed):
        if one.entry.kind == HEADING:
            assert after.y > one.y


def test_entries_are_the_same_as_the_map_draws(data_folder: Path) -> None:
    made = edition(atlas_of(data_folder))
    page = map_page(made, map_window(made, Wanted()))
    found = entries(page.made, made.atlas.catalogue, made.words, "zh")
    hues = {placed.item.css_class for placed in page.made.placed()}
    drawn = {line.pictures[0].svg for line in found if line.kind == ROW and line.text.startswith("图层")}
    assert all(any(hue in svg for hue in hues) for svg in drawn)
    assert Sheet.of("a4", "landscape").legend_columns == 1
