"""One layer asked by box, years, attributes and expression; positions by a second method."""

import math
from pathlib import Path

import pytest
from pyproj import Geod

from geo.crs import TARGETS
from layers.items import LON_LAT, ItemQuery, Items, Reference
from layers.stores.folder import FolderStore
from tests.builders import AVENUE, BRIDGE, LAB, LINE, LONE, entry, feature, write_layer

CGCS2000 = Geod(a=6378137, rf=298.257222101)
GRID = Reference(TARGETS["EPSG:4547"], is_swapped=True)
PREFIXED = Reference(TARGETS["EPSG:4526"], is_swapped=True)
LAT_LON = Reference(TARGETS["EPSG:4490"], is_swapped=True)
MILLIMETRE = 0.001
ON_MERIDIAN = {"type": "Point", "coordinates": [114.0, 30.0]}
EVERYWHERE = (-180.0, -90.0, 180.0, 90.0)


def items_of(store: FolderStore, layer_id: str) -> Items:
    return Items(store.snapshot().layer(layer_id), store.catalogue)


def ids(items: Items, query: ItemQuery) -> list[str]:
    return [found["id"] for found in items.features(items.rows(query), LON_LAT)]


@pytest.fixture
def meridian(data_folder: Path) -> Items:
    """Return a layer with a place on the meridian of 114 degrees and one without position."""
    write_layer(data_folder, "sites", [feature("here", ON_MERIDIAN), feature("nowhere", None)])
    return items_of(FolderStore(data_folder), "sites")


def test_attributes_are_flat_with_labels_beside_codes_and_lists_as_lists(store: FolderStore) -> None:
    items = items_of(store, "routes")
    (found,) = items.features(items.rows_of(AVENUE), LON_LAT)
    told = found["properties"]
    assert found["geometry"]["coordinates"] == tuple(map(tuple, LINE["coordinates"]))
    expected = {
        "name_zh": "光谷大道", "status": "upgrading", "status_zh": "upgrading", "year_start": 2023,
        "year_end": 2024, "city": ["wuhan", "ezhou"], "documents": ["plan-2023"],
        "documents_en": ["Document plan-2023"], "position_method": "derived", "position_accuracy_m": 500,
        "position_basis_en": "Basis", "conflict": False, "remarks_zh": [],
    }  # fmt: skip
    assert {name: told[name] for name in expected} == expected
    assert not [name for name, value in told.items() if isinstance(value, dict)]


def test_missing_years_are_null_and_whole(store: FolderStore) -> None:
    items = items_of(store, "routes")
    years = [found["properties"]["year_start"] for found in items.features(items.rows(ItemQuery()), LON_LAT)]
    assert years == [2023, None]
    assert type(years[0]) is int


def test_a_place_without_position_has_a_geometry_without_coordinates(meridian: Items) -> None:
    (found,) = meridian.features(meridian.rows_of("nowhere"), GRID)
    assert found["geometry"] == {"type": "MultiPoint", "coordinates": []}


def test_a_place_on_the_central_meridian_lies_at_500_km_and_its_arc_of_the_meridian(meridian: Items) -> None:
    arc = CGCS2000.line_length([114, 114], [0, 30])
    (on_grid,) = meridian.features(meridian.rows_of("here"), GRID)
    assert on_grid["geometry"]["coordinates"] == pytest.approx((arc, 500_000), abs=MILLIMETRE)
    (with_zone,) = meridian.features(meridian.rows_of("here"), PREFIXED)
    assert with_zone["geometry"]["coordinates"] == pytest.approx((arc, 38_500_000), abs=MILLIMETRE)
    (swapped,) = meridian.features(meridian.rows_of("here"), LAT_LON)
    assert swapped["geometry"]["coordinates"] == (30.0, 114.0)


def test_a_box_takes_what_touches_it_and_never_a_place_without_position(store: FolderStore) -> None:
    routes, site = items_of(store, "routes"), items_of(store, "site")
    assert ids(routes, ItemQuery(bbox=(114.4, 30.4, 114.4, 30.4))) == [AVENUE, BRIDGE]
    assert ids(routes, ItemQuery(bbox=(114.4, 30.45, 114.45, 30.5))) == []
    assert ids(site, ItemQuery(bbox=EVERYWHERE)) == [LONE]
    assert ids(site, ItemQuery()) == [LONE, LAB]


def test_a_box_may_cross_the_180th_meridian_and_be_the_wrong_way_up(store: FolderStore) -> None:
    items = items_of(store, "site")
    assert ids(items, ItemQuery(bbox=(114, 30, -170, 31))) == [LONE]
    assert ids(items, ItemQuery(bbox=(170, 30, 115, 31))) == [LONE]
    assert ids(items, ItemQuery(bbox=(170, 30, -170, 31))) == []
    assert ids(items, ItemQuery(bbox=(114, 31, 115, 30))) == []


def test_a_box_comes_in_the_axes_of_its_system(meridian: Items) -> None:
    north = CGCS2000.line_length([114, 114], [0, 30])
    around = (north - 1, 499_999.0, north + 1, 500_001.0)
    assert ids(meridian, ItemQuery(bbox=around, bbox_crs=GRID)) == ["here"]
    assert ids(meridian, ItemQuery(bbox=(29.9, 113.9, 30.1, 114.1), bbox_crs=LAT_LON)) == ["here"]
    assert ids(meridian, ItemQuery(bbox=(113.9, 29.9, 114.1, 30.1), bbox_crs=LAT_LON)) == []


@pytest.mark.parametrize("far", [1e300, math.pi * 1e12])
def test_a_box_of_any_size_is_answered(meridian: Items, far: float) -> None:
    assert ids(meridian, ItemQuery(bbox=(-far, -far, far, far), bbox_crs=GRID)) == ["here"]
    assert ids(meridian, ItemQuery(bbox=(far, far, far, far))) == []


def test_geometries_of_an_expression_come_in_the_axes_of_its_system(meridian: Items) -> None:
    north = CGCS2000.line_length([114, 114], [0, 30])
    text = f"S_INTERSECTS(geometry, BBOX({north - 1}, 499999, {north + 1}, 500001))"
    assert ids(meridian, ItemQuery(expression=text, expression_crs=GRID)) == ["here"]


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        ((2020, 2022), [BRIDGE]),
        ((2020, 2023), [AVENUE, BRIDGE]),
        ((2024, 2024), [AVENUE, BRIDGE]),
        ((2025, math.inf), [BRIDGE]),
        ((-math.inf, 2023), [AVENUE, BRIDGE]),
    ],
)
def test_years_meet_by_overlap_and_undated_places_stay(
    store: FolderStore, years: tuple[float, float], expected: list[str]
) -> None:
    assert ids(items_of(store, "routes"), ItemQuery(years=years)) == expected


def test_one_year_alone_is_a_window(data_folder: Path) -> None:
    until = feature("until", history=[entry(years=(None, 2025))])
    since = feature("since", history=[entry(years=(2024, None))])
    write_layer(data_folder, "sites", [until, since])
    items = items_of(FolderStore(data_folder), "sites")
    assert ids(items, ItemQuery(years=(2025, 2025))) == ["until"]
    assert ids(items, ItemQuery(years=(2024, 2024))) == ["since"]
    assert items.window == (2024, 2025)


def test_an_attribute_must_be_equal_or_among_the_list(store: FolderStore) -> None:
    items = items_of(store, "routes")
    assert ids(items, ItemQuery(equal=(("status", "upgrading"),))) == [AVENUE]
    assert ids(items, ItemQuery(equal=(("city", "ezhou"), ("year_end", 2024)))) == [AVENUE]
    assert ids(items, ItemQuery(equal=(("city", "ezh"),))) == []
    assert ids(items, ItemQuery(equal=(("conflict", False), ("city", "wuhan")))) == [AVENUE, BRIDGE]


def test_a_layer_without_features_and_one_without_positions_can_be_asked(data_folder: Path) -> None:
    write_layer(data_folder, "sites", [])
    write_layer(data_folder, "site", [feature(LAB, None)])
    store = FolderStore(data_folder)
    empty, unplaced = items_of(store, "sites"), items_of(store, "site")
    asked = ItemQuery(bbox=EVERYWHERE, years=(2020, 2021), expression="year_start > 1")
    for items in (empty, unplaced):
        assert (items.bounds, items.window) == (None, None)
        assert ids(items, asked) == []
    assert ids(empty, ItemQuery()) == []
    assert ids(unplaced, ItemQuery(bbox_crs=GRID)) == [LAB]
