"""Data folders of any size, in the schema of the real layers."""

import json
import random
import shutil
from pathlib import Path
from typing import Any

CITIES = ("wuhan", "ezhou", "huangshi", "huanggang", "xianning")
STATUS_WORDS = {
    "built": "已建成",
    "under_construction": "在建",
    "planned": "规划建设",
    "preliminary": "谋划",
    "upgrading": "改造",
    "unstated": None,
}
# Where a layer's places stand, if not anywhere: offshore parks in Wuhan, enclave parks outside it.
STANDING = {"offshore_parks": CITIES[:1], "enclave_parks": CITIES[1:]}
# The share of areas and lines in each layer is that of the real ones, roughly.
AREAS = {"corridor_cities": 0.6, "science_islands": 0.2, "green_and_water": 0.3}
LINES = {"transport_links": 0.7}
WEST, SOUTH, EAST, NORTH = 113.7, 29.2, 116.1, 31.4
PLACES_WITH_SAME_NAME = 500


def make_folder(source: Path, target: Path, count: int, seed: int = 1) -> Path:
    """Return a data folder like `source`, but with `count` made-up features in all.

    Each layer has its share of them, and the categories that its schema allows.
    """
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.geojson", "*.py", ".*"))
    for name in ("counties.geojson", "water.geojson"):
        shutil.copy(source / "basemap" / name, target / "basemap" / name)
    (target / "geojson").mkdir(exist_ok=True)
    dice = random.Random(seed)  # noqa: S311 - the same features in each run
    for layer_id, size in _sizes(source, count).items():
        schema = json.loads((source / "schemas" / f"{layer_id}.json").read_text(encoding="utf-8"))
        features = made_up(dice, layer_id, schema, size)
        collection = {"type": "FeatureCollection", "name": layer_id, "features": features}
        path = target / "geojson" / f"{layer_id}.geojson"
        path.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")
    return target


def made_up(dice: random.Random, layer_id: str, schema: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """Return so many features of a layer, with the categories that its schema allows."""
    categories = schema["properties"]["properties"]["properties"]["category"]["enum"]
    return [_feature(dice, layer_id, categories, position) for position in range(count)]


def _sizes(source: Path, count: int) -> dict[str, int]:
    """Return how many of `count` features each layer gets, by its share of the real ones."""
    real = {}
    for layer_id in json.loads((source / "catalogue" / "layers.json").read_text(encoding="utf-8")):
        content = (source / "geojson" / f"{layer_id}.geojson").read_text(encoding="utf-8")
        real[layer_id] = len(json.loads(content)["features"])
    sizes = {layer_id: count * number // sum(real.values()) for layer_id, number in real.items()}
    largest = max(real, key=lambda layer_id: real[layer_id])
    sizes[largest] += count - sum(sizes.values())
    return sizes


def _feature(
    dice: random.Random, layer_id: str, categories: list[str], position: int,
) -> dict[str, Any]:
    feature_id = f"{layer_id.replace('_', '-')}-{position}"
    status = dice.choice(list(STATUS_WORDS))
    start = dice.choice([None, *range(2019, 2027)])
    entry = {
        "document": "corridor-action-plan-2023",
        "clause": "四(三)",
        "line": 39,
        "phrase": "光谷科學島",
        "status": status,
        "words": STATUS_WORDS[status],
        "words_line": None,
        "year_start": start,
        "year_end": None if start is None else start + dice.randrange(4),
        "note": None,
    }
    return {
        "type": "Feature",
        "id": feature_id,
        "geometry": _geometry(dice, layer_id),
        "properties": {
            "id": feature_id,
            "name_zh": f"光谷科创园{position % PLACES_WITH_SAME_NAME}号",
            "name_en": f"Optics Valley Park No. {position % PLACES_WITH_SAME_NAME}",
            "aliases": [],
            "category": dice.choice(categories),
            "memberships": [],
            "city": [dice.choice(STANDING.get(layer_id, CITIES))],
            "serves": [dice.choice(CITIES[1:])] if layer_id == "offshore_parks" else [],
            "lead_units": [dice.choice(["省科技厅", "省发改委", "武汉市人民政府"])],
            "responsible_units": [],
            "history": [entry],
            "citations": [],
            "position": {
                "method": "derived",
                "accuracy_m": dice.choice([300, 800, 1500, 5000]),
                "basis": {"zh": "合成数据", "en": "Synthetic data"},
            },
            "remarks": [],
        },
    }


def _geometry(dice: random.Random, layer_id: str) -> dict[str, Any]:
    lon, lat = dice.uniform(WEST, EAST), dice.uniform(SOUTH, NORTH)
    kind = dice.random()
    if kind < AREAS.get(layer_id, 0):
        size = dice.uniform(0.004, 0.02)
        corners = [(-1, -1), (1, -0.8), (1.3, 0.2), (0.8, 1), (-0.9, 1.1), (-1.2, 0), (-1, -1)]
        ring = [[round(lon + x * size, 4), round(lat + y * size, 4)] for x, y in corners]
        return {"type": "Polygon", "coordinates": [ring]}
    if kind < LINES.get(layer_id, 0):
        line = [[lon, lat]]
        for _ in range(5):
            line.append([line[-1][0] + dice.uniform(-0.02, 0.03), line[-1][1] + dice.uniform(-0.015, 0.02)])
        return {"type": "LineString", "coordinates": [[round(x, 4), round(y, 4)] for x, y in line]}
    return {"type": "Point", "coordinates": [round(lon, 4), round(lat, 4)]}
