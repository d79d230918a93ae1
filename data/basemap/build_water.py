"""Build the water bodies of the basemap.

Source: the npm package `@geo-maps/earth-waterbodies-10m` 0.6.0, cut from OpenStreetMap in 2017.
The data are ODbL, see `LICENSE-water.md`. In a scratch folder:

    npm pack @geo-maps/earth-waterbodies-10m@0.6.0
    tar xzf geo-maps-earth-waterbodies-10m-0.6.0.tgz
    python data/basemap/build_water.py package/map.geo.json

writes `data/basemap/water.geojson`. The package has no names: `NAMED_PLACES` holds a place
inside each body that is known, and a body around such a place gets its name.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import shapely
from pyproj import Geod
from rfc7946 import Feature, areal, feature, label_point, polygons, rounded, write_features
from shapely import MultiPolygon, Point, Polygon, box

WATER_FILE = Path(__file__).with_name("water.geojson")

BBOX = (113.6, 29.0, 116.2, 31.5)

KINDS = ("river", "lake")
"""What the package's multipolygons hold, in their order; a third one holds the seas."""

MIN_AREA_M2 = 1_000_000.0

TOLERANCE_DEGREES = 0.0016
"""About 160 m: the source's banks run in steps of a kilometre, which fewer vertices do not follow."""

GAP_DEGREES = 0.004
"""Half the widest gap that is closed between the pieces of a river, about 400 m."""

# fmt: off
NAMED_PLACES = (
    ("river", "长江", "Yangtze River", (
        (113.745, 29.919), (113.807, 29.929), (113.837, 29.950), (113.893, 30.015),
        (113.980, 30.062), (114.079, 30.098), (114.013, 30.171), (114.024, 30.254),
        (114.090, 30.305), (114.149, 30.380), (114.176, 30.415), (114.202, 30.453),
        (114.249, 30.502), (114.299, 30.576), (114.346, 30.634), (114.362, 30.708),
        (114.461, 30.680), (114.528, 30.673), (114.564, 30.626), (114.590, 30.576),
        (114.831, 30.515), (115.057, 30.388), (115.089, 30.307), (115.081, 30.238),
        (115.216, 30.200), (115.299, 30.120), (115.316, 30.045), (115.368, 29.978),
        (115.403, 29.925), (115.456, 29.863), (115.793, 29.779), (116.054, 29.756),
        (116.145, 29.761),
    )),
    ("river", "汉江", "Han River", ((113.862, 30.628), (113.923, 30.643), (114.019, 30.608))),
    ("river", "府河", "Fu River", (
        (113.910, 30.843), (113.942, 30.832), (114.032, 30.812), (114.077, 30.800),
        (114.188, 30.723), (114.225, 30.680), (114.302, 30.687),
    )),
    ("river", "举水", "Jushui River", ((114.802, 30.747), (114.792, 30.718), (114.803, 30.683))),
    ("river", "巴河", "Bahe River", ((115.024, 30.541), (115.009, 30.501))),
    ("river", "蕲河", "Qihe River", ((115.442, 30.273), (115.398, 30.256), (115.377, 30.235))),
    ("lake", "东湖", "East Lake", ((114.378, 30.555),)),
    ("lake", "汤逊湖", "Tangxun Lake", ((114.349, 30.430), (114.397, 30.430))),
    ("lake", "南湖", "South Lake", ((114.352, 30.498),)),
    ("lake", "严东湖", "Yandong Lake", ((114.558, 30.536),)),
    ("lake", "严西湖", "Yanxi Lake", ((114.487, 30.592),)),
    ("lake", "梁子湖", "Liangzi Lake", ((114.501, 30.233),)),
    ("lake", "大冶湖", "Daye Lake", ((115.080, 30.098),)),
    ("lake", "保安湖、三山湖", "Bao'an Lake and Sanshan Lake", ((114.730, 30.278),)),
    ("lake", "斧头湖", "Futou Lake", ((114.209, 30.035),)),
    ("lake", "鲁湖", "Lu Lake", ((114.211, 30.202),)),
    ("lake", "西凉湖", "Xiliang Lake", ((114.056, 29.952),)),
    ("lake", "豹澥湖", "Baoxie Lake", ((114.559, 30.422),)),
    ("lake", "青菱湖", "Qingling Lake", ((114.220, 30.430),)),
    ("lake", "黄家湖", "Huangjia Lake", ((114.265, 30.431),)),
    ("lake", "洋澜湖", "Yanglan Lake", ((114.894, 30.377),)),
    ("lake", "花马湖", "Huama Lake", ((114.998, 30.270),)),
    ("lake", "白潭湖", "Baitan Lake", ((114.954, 30.475),)),
    ("lake", "策湖", "Ce Lake", ((115.170, 30.245),)),
    ("lake", "木兰湖", "Mulan Lake", ((114.468, 31.118), (114.474, 31.067))),
    ("lake", "浮桥河水库", "Fuqiaohe Reservoir", ((114.836, 31.224),)),
    ("lake", "王英水库", "Wangying Reservoir", ((114.834, 29.776),)),
    ("lake", "涨渡湖", "Zhangdu Lake", ((114.699, 30.661),)),
    ("lake", "武湖", "Wu Lake", ((114.489, 30.802),)),
    ("lake", "后湖", "Houhu Lake", ((114.268, 30.724),)),
    ("lake", "后官湖", "Houguan Lake", ((114.118, 30.508),)),
    ("lake", "赤东湖", "Chidong Lake", ((115.400, 30.126),)),
    ("lake", "网湖", "Wang Lake", ((115.334, 29.872),)),
    ("lake", "磁湖", "Ci Lake", ((115.048, 30.208),)),
    ("lake", "武山湖", "Wushan Lake", ((115.577, 29.929),)),
    ("lake", "太白湖", "Taibai Lake", ((115.799, 29.964),)),
    ("lake", "龙感湖", "Longgan Lake", ((116.106, 29.926),)),
    ("lake", "赤湖", "Chi Lake", ((115.686, 29.795),)),
    ("lake", "柘林水库", "Zhelin Reservoir", ((115.340, 29.262), (115.193, 29.299))),
    ("lake", "鄱阳湖", "Poyang Lake", ((116.052, 29.369),)),
    ("lake", "陆水水库", "Lushui Reservoir", ((113.924, 29.680),)),
    ("lake", "富水水库", "Fushui Reservoir", ((114.833, 29.684), (114.737, 29.674))),
    ("lake", "白莲河水库", "Bailianhe Reservoir", ((115.570, 30.613), (115.527, 30.646))),
)
"""Kind, Chinese and English name, and a WGS 84 place in each piece of the body.

Told by position from general knowledge of the area; what is not certain is left out.
"""
# fmt: on

Name = tuple[str | None, str | None]

UNNAMED: Name = (None, None)

WGS84 = Geod(ellps="WGS84")


@dataclass(frozen=True)
class WaterBody:
    """One body of water: `river` or `lake`, and its WGS 84 outline."""

    kind: str
    outline: Polygon


def read_near(path: Path, bbox: tuple[float, float, float, float]) -> Iterator[WaterBody]:
    """Yield every river and lake of the unpacked package that reaches into a bbox, uncut."""
    collection = json.loads(path.read_text(encoding="utf-8"))["geometries"]
    window = box(*bbox)
    for kind, multipolygon in zip(KINDS, collection, strict=False):
        for shell, *holes in multipolygon["coordinates"]:
            if box(*_extent(shell)).intersects(window):
                yield WaterBody(kind, Polygon(shell, holes))


def _extent(ring: Sequence[Sequence[float]]) -> tuple[float, float, float, float]:
    """Return the bbox of a ring."""
    lons, lats = zip(*ring, strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def cut(bodies: Sequence[WaterBody], bbox: tuple[float, float, float, float]) -> list[WaterBody]:
    """Return the parts of the bodies inside a bbox; pieces of one kind that touch become one.

    Small gaps between the pieces of a river are closed.
    """
    window = box(*bbox)
    cut_bodies = []
    for kind in KINDS:
        # The source has a few rings that touch themselves: a zero buffer mends them.
        pieces = [body.outline.buffer(0) for body in bodies if body.kind == kind]
        whole = shapely.union_all(pieces)
        if kind == "river":
            whole = whole.buffer(GAP_DEGREES).buffer(-GAP_DEGREES)
        inside = whole.intersection(window)
        cut_bodies += [WaterBody(kind, outline) for outline in polygons(inside)]
    return cut_bodies


def area_m2(outline: Polygon) -> float:
    """Return the geodesic area of a WGS 84 polygon in square metres."""
    return abs(float(WGS84.geometry_area_perimeter(outline)[0]))


def simplified(body: WaterBody, tolerance_degrees: float) -> WaterBody:
    """Return a body with fewer vertices and rounded coordinates, always valid."""
    fewer = rounded(areal(body.outline.simplify(tolerance_degrees)))
    outline = fewer if fewer.is_valid else fewer.buffer(0)
    return WaterBody(body.kind, max(polygons(outline), key=area_m2))


def name_of(body: WaterBody) -> Name:
    """Return the Chinese and English name of a body, `UNNAMED` where it is not known."""
    for kind, name_zh, name_en, places in NAMED_PLACES:
        if kind == body.kind and any(body.outline.covers(Point(place)) for place in places):
            return name_zh, name_en
    return UNNAMED


def by_name(bodies: Sequence[WaterBody]) -> dict[tuple[str, Name], list[Polygon]]:
    """Return the outlines by kind and name, the named first; a river in pieces is one entry."""
    groups: dict[tuple[str, Name], list[Polygon]] = {}
    for body in sorted(bodies, key=lambda body: name_of(body) == UNNAMED):
        groups.setdefault((body.kind, name_of(body)), []).append(body.outline)
    return groups


def group_feature(kind: str, name: Name, outlines: Sequence[Polygon]) -> Feature:
    """Return bodies of one name as a feature; only what has a name has a label point."""
    name_zh, name_en = name
    together = areal(MultiPolygon(outlines))
    label = None if name == UNNAMED else label_point(together)
    properties = {"name_zh": name_zh, "name_en": name_en, "kind": kind, "label_point": label}
    return feature(together, properties)


def parser() -> argparse.ArgumentParser:
    """Return the command line's parser."""
    parsed = argparse.ArgumentParser(description="Build the water bodies of the basemap.")
    parsed.add_argument("source", type=Path, help="unpacked map.geo.json of the npm package")
    parsed.add_argument("--water", type=Path, default=WATER_FILE, help="file to write")
    parsed.add_argument(
        "--tolerance", type=float, default=TOLERANCE_DEGREES, help="of simplifying, degrees"
    )
    return parsed


def main(argv: Sequence[str]) -> int:
    """Build the file named on the command line and return the exit code."""
    arguments = parser().parse_args(argv)
    found = cut(list(read_near(arguments.source, BBOX)), BBOX)
    large = [body for body in found if area_m2(body.outline) >= MIN_AREA_M2]
    large.sort(key=lambda body: area_m2(body.outline), reverse=True)
    bodies = [simplified(body, arguments.tolerance) for body in large]
    features = [group_feature(*key, outlines) for key, outlines in by_name(bodies).items()]
    size = write_features(arguments.water, "water", features)
    counts = f"{len(bodies)} bodies in {len(features)} features"
    sys.stdout.write(f"{arguments.water}: {counts}, {size} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
