"""What lies near a place is found by its distance on the ground, and doubt about the order is told."""

from pathlib import Path
from typing import Any

import pytest
from pyproj import Geod

from layers.neighbours import AROUND, OVERLAPPING, WITHIN, Positions
from layers.stores.folder import FolderStore
from tests.builders import feature, write_folder

HERE = (114.5, 30.5)
GEOD = Geod(ellps="WGS84")


def point_at(metres: float, azimuth: float = 90) -> dict[str, Any]:
    lon, lat, _ = GEOD.fwd(*HERE, azimuth, metres)
    return {"type": "Point", "coordinates": [lon, lat]}


def square(half: float) -> dict[str, Any]:
    (lon, lat), ring = HERE, [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    return {"type": "Polygon", "coordinates": [[[lon + half * dx, lat + half * dy] for dx, dy in ring]]}


def positions(folder: Path, *features: dict[str, Any]) -> Positions:
    return Positions.build(FolderStore(write_folder(folder / "data", {"sites": features})).snapshot())


@pytest.fixture
def few(tmp_path: Path) -> Positions:
    """Return a place with neighbours at known distances, to all sides."""
    return positions(
        tmp_path,
        feature("here", point_at(0), accuracy_m=100),
        feature("far", point_at(4_990, 200), accuracy_m=100),
        feature("beyond", point_at(5_010, 10), accuracy_m=100),
        feature("near", point_at(1_000, 300), accuracy_m=100),
        feature("doubtful", point_at(2_000, 45), accuracy_m=1_950),
        feature("nowhere", None),
    )


def test_neighbours_come_nearest_first_and_none_lies_beyond_the_distance(few: Positions) -> None:
    assert [one.feature_id for one in few.near("here")] == ["near", "doubtful", "far"]
    assert [one.feature_id for one in few.near("here", 1_500)] == ["near"]


def test_distances_are_geodesic(few: Positions) -> None:
    # The points were put there by the inverse problem's other half.
    distances = [one.distance_m for one in few.near("here", 6_000)]
    assert distances == pytest.approx([1_000, 2_000, 4_990, 5_010], abs=0.01)


def test_the_order_is_uncertain_where_both_accuracies_exceed_the_distance(few: Positions) -> None:
    assert {one.feature_id: one.is_uncertain for one in few.near("here")} == {
        "near": False, "doubtful": True, "far": False,
    }  # fmt: skip


def test_being_near_is_mutual(few: Positions) -> None:
    (back,) = [one for one in few.near("near") if one.feature_id == "here"]
    assert back.distance_m == pytest.approx(1_000, abs=0.01)


def test_a_place_without_a_position_has_no_neighbours_and_is_none(few: Positions) -> None:
    assert few.near("nowhere") == ()
    assert few.geometry("nowhere") is None
    assert few.near("unheard-of") == ()


def test_the_distance_to_a_line_is_that_to_its_nearest_point(tmp_path: Path) -> None:
    south, north = (point_at(20_000, azimuth)["coordinates"] for azimuth in (180, 0))
    meridian = {"type": "LineString", "coordinates": [south, north]}
    found = positions(tmp_path, feature("road", meridian), feature("here", point_at(3_000, 90)))
    # A second method: the nearest of a thousand points along the line.
    lon, lat = point_at(3_000, 90)["coordinates"]
    steps = [(HERE[0], HERE[1] + offset / 10_000) for offset in range(-500, 501)]
    nearest = min(GEOD.inv(lon, lat, *step)[2] for step in steps)
    (road,) = found.near("here")
    assert road.distance_m == pytest.approx(nearest, abs=0.5)
    assert found.near("road")[0].distance_m == pytest.approx(nearest, abs=0.5)


def test_areas_around_and_places_within_are_told_apart(tmp_path: Path) -> None:
    across = {"type": "LineString", "coordinates": [[114.3, 30.5], [114.7, 30.5]]}
    found = positions(
        tmp_path,
        feature("zone", square(0.1)), feature("here", point_at(0)), feature("core", square(0.02)),
        feature("road", across),
    )  # fmt: skip
    assert {one.feature_id: one.relation for one in found.near("core")} == {
        "here": WITHIN, "zone": AROUND, "road": OVERLAPPING,
    }  # fmt: skip
    # At the same distance the smaller area first.
    assert [one.feature_id for one in found.near("here")] == ["road", "core", "zone"]
    assert all(one.distance_m == 0 for one in found.near("here"))


def test_an_atlas_without_a_position_has_no_neighbours(tmp_path: Path) -> None:
    assert positions(tmp_path, feature("nowhere", None)).near("nowhere") == ()
