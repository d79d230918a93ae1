"""Which features an export is of: the filter, the area, the places and layers named."""

import json
from dataclasses import replace

import pytest
from shapely.geometry import Polygon, box

from layers.errors import UnknownPlaceError
from layers.exports.errors import InvalidAreaError
from layers.exports.selection import NO_POSITION, OUTSIDE_AREA, Selection, read_area
from layers.filters import Condition
from layers.snapshot import Snapshot
from tests.builders import AVENUE, BRIDGE, ISLAND, LAB, LONE, PARK
from tests.layers.exports.conftest import VIEW


def ids(selection: Selection) -> dict[str, list[str]]:
    return {layer_id: list(features.index) for layer_id, features in selection.chosen().layers.items()}


def test_a_view_without_conditions_selects_all_with_those_that_have_no_position(snapshot: Snapshot) -> None:
    assert ids(Selection(snapshot, VIEW)) == {
        "sites": [ISLAND, PARK], "site": [LONE, LAB], "routes": [AVENUE, BRIDGE],
    }  # fmt: skip


def test_the_views_filter_is_the_exports(snapshot: Snapshot) -> None:
    view = replace(VIEW, layers=("sites", "routes"), conditions=(Condition("status", "in", ("built",)),))
    assert ids(Selection(snapshot, view)) == {"sites": [ISLAND], "routes": []}
    plans_only = replace(view, outside=False)
    assert ids(Selection(snapshot, plans_only)) == {"sites": [], "routes": []}


def test_layers_narrow_the_view_and_never_widen_it(snapshot: Snapshot) -> None:
    view = replace(VIEW, layers=("sites", "gone"))
    assert ids(Selection(snapshot, view, layers=("routes", "sites"))) == {"sites": [ISLAND, PARK]}
    chosen = Selection(snapshot, view).chosen()
    assert (list(chosen.layers), chosen.missing) == (["sites"], ("gone",))
    assert Selection(snapshot, replace(VIEW, is_unreadable=True)).chosen().total == 0


def test_places_are_chosen_by_their_ids_and_an_unknown_one_is_named(snapshot: Snapshot) -> None:
    assert ids(Selection(snapshot, VIEW, ids=(LAB, AVENUE))) == {
        "sites": [], "site": [LAB], "routes": [AVENUE],
    }  # fmt: skip
    with pytest.raises(UnknownPlaceError, match="science-iland"):
        Selection(snapshot, VIEW, ids=(LAB, "science-iland")).chosen()


def test_an_area_holds_what_touches_it_and_tells_what_it_leaves_out_and_why(snapshot: Snapshot) -> None:
    # The avenue runs from 114.4 to 114.6 through the area's south; all points are at 114.5, 30.5.
    area = box(114.40, 30.38, 114.45, 30.43)
    chosen = Selection(snapshot, VIEW, area=area).chosen()
    assert {layer_id: list(features.index) for layer_id, features in chosen.layers.items()} == {
        "sites": [], "site": [], "routes": [AVENUE, BRIDGE],
    }  # fmt: skip
    assert {(row.layer_id, row.feature_id, row.reason) for row in chosen.left_out} == {
        ("sites", ISLAND, OUTSIDE_AREA),
        ("sites", PARK, OUTSIDE_AREA),
        ("site", LONE, OUTSIDE_AREA),
        ("site", LAB, NO_POSITION),
    }


def test_what_has_no_position_can_be_left_out_and_is_told(snapshot: Snapshot) -> None:
    chosen = Selection(snapshot, VIEW).chosen().without_unplaced()
    assert chosen.total == 5
    assert [(row.feature_id, row.reason) for row in chosen.left_out] == [(LAB, NO_POSITION)]


# --- an area out of a file -----------------------------------------------------------------------

RING = [[114, 30], [115, 30], [115, 31], [114, 30]]
AREA = {"type": "Polygon", "coordinates": [RING]}


@pytest.mark.parametrize(
    "raw",
    [
        AREA,
        {"type": "Feature", "properties": {}, "geometry": AREA},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": AREA}]},
        {"type": "MultiPolygon", "coordinates": [[RING]]},
    ],
)
def test_an_area_is_read_from_any_geojson_that_holds_one(raw: object) -> None:
    for mark in ("", "\ufeff"):
        assert read_area((mark + json.dumps(raw)).encode()).equals(Polygon(RING))


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"null", b"{}", b"\xff\xfe{}", b'{"type":"Polygon","type":"Polygon"}',
        b'{"type":"FeatureCollection","features":[]}',
        b'{"type":"Point","coordinates":[114,30]}',
        b'{"type":"Polygon","coordinates":[]}',
        b'{"type":"Polygon","coordinates":[[[114,30],[115,NaN],[115,31],[114,30]]]}',
        # Metres, and latitude before longitude where that is no latitude.
        b'{"type":"Polygon","coordinates":[[[500000,3300000],[500001,3300000],[500001,3300001],[500000,3300000]]]}',
        b'{"type":"Polygon","coordinates":[[[30,114],[30,115],[31,115],[30,114]]]}',
        b"<OGRVRTDataSource/>",
    ],
)  # fmt: skip
def test_what_is_no_area_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidAreaError):
        read_area(content)


def test_an_area_of_too_many_corners_is_refused() -> None:
    ring = [[114 + i * 1e-5, 30 + (i % 2) * 1e-6] for i in range(10_001)]
    with pytest.raises(InvalidAreaError, match="10000 corners"):
        read_area(json.dumps({"type": "Polygon", "coordinates": [[*ring, [114.05, 31], ring[0]]]}).encode())
