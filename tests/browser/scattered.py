"""Some two hundred places of every kind, scattered over the corridor, the same in each run."""

import random
import shutil
from pathlib import Path
from typing import Any

from tests.builders import (
    CODES,
    DATA,
    DOCUMENTS,
    KNOWLEDGE,
    LAYER_IDS,
    PLAN_2021,
    PLAN_2023,
    PLAN_2024,
    PRESS_2026,
    entry,
    feature,
    write_folder,
)

# Apart from everything else, so that a click there means this place.
CLEAR_PARK = "clear-park"
CLEAR_AT = (114.9, 30.2)
CLEAR_NAME = "鄂州离岸科创园"
UNPLACED = "unplaced-lab"
COUNT = 180
# West, south, east and north of what is scattered; the clear park lies south of it.
AREA = (114.3, 30.3, 115.3, 30.8)
NAMES = ("光谷科学岛", "东湖实验室", "葛店南站", "花湖机场", "武汉新城", "红莲湖大道", "O₃环线2号")
WINDOWS = (
    (None, None), (2021, None), (None, 2025), (2021, 2025), (2023, 2023), (2019, 2020), (2024, 2026),
    (2030, 2035),
)  # fmt: skip
ACCURACIES = (100, 500, 1500, 5000)


def scattered_features() -> dict[str, list[dict[str, Any]]]:
    """Return three layers whose places differ in everything that can be filtered by."""
    dice = random.Random(7)  # noqa: S311 - the same places in each run
    layers: dict[str, list[dict[str, Any]]] = {layer_id: [] for layer_id in LAYER_IDS}
    for number in range(COUNT):
        layers[LAYER_IDS[number % len(LAYER_IDS)]].append(_place(dice, number))
    layers["sites"] += [
        feature(
            CLEAR_PARK,
            {"type": "Point", "coordinates": list(CLEAR_AT)},
            name_zh=CLEAR_NAME,
            name_en="Ezhou Offshore Park",
            serves=["ezhou"],
            memberships=["key-blocks"],
            lead_units=["省科技厅"],
            history=[entry(PLAN_2021, "planned", (2021, 2025)), entry(PRESS_2026, "built", (None, 2026))],
        ),
        feature(UNPLACED, None, name_zh="光谷实验室", history=[entry(status="preliminary")]),
    ]
    return layers


def scattered_folder(folder: Path) -> Path:
    """Write these layers as a data folder, on the real ground."""
    return with_ground(write_folder(folder, scattered_features()))


def with_ground(folder: Path) -> Path:
    """Give a data folder the real counties and water."""
    (folder / "basemap").mkdir()
    for path in (DATA / "basemap").glob("*.geojson"):
        shutil.copy(path, folder / "basemap")
    return folder


def _place(dice: random.Random, number: int) -> dict[str, Any]:
    geometry = None if number % 11 == 0 else _geometry(dice)
    name = dice.choice(NAMES)
    return feature(
        f"place-{number}",
        geometry,
        method=dice.choice(CODES["method"]),
        accuracy_m=dice.choice(ACCURACIES),
        name_zh=f"{name}{number}",
        name_en=f"Place No. {number}",
        aliases=dice.choice([[], ["光谷科學島"], ["GUANGGU Ⅱ", "東湖"]]),
        category=dice.choice(CODES["category"]),
        city=_some(dice, CODES["city"], least=1),
        serves=_some(dice, CODES["city"]),
        memberships=_some(dice, CODES["membership"]),
        lead_units=_some(dice, CODES["unit"]),
        history=[
            entry(document, dice.choice(CODES["status"]), dice.choice(WINDOWS))
            for document in _some(dice, list(DOCUMENTS), least=1)
        ],
        citations=[
            {"document": document, "clause": "一", "line": 3, "phrase": "光谷", "supports": "mention"}
            for document in _some(dice, [PLAN_2021, PLAN_2023, PLAN_2024, KNOWLEDGE])
        ],
    )


def _some(dice: random.Random, values: list[str], least: int = 0) -> list[str]:
    return dice.sample(values, dice.randint(least, 2))


def _geometry(dice: random.Random) -> dict[str, Any]:
    west, south, east, north = AREA
    lon, lat = dice.uniform(west, east), dice.uniform(south, north)
    kind = dice.choice(["Point", "Point", "Point", "LineString", "Polygon"])
    if kind == "Point":
        return {"type": kind, "coordinates": [lon, lat]}
    if kind == "LineString":
        return {"type": kind, "coordinates": [[lon, lat], [lon + 0.03, lat + 0.01], [lon + 0.05, lat - 0.02]]}
    # Anticlockwise, as RFC 7946 asks.
    ring = [[lon, lat], [lon + 0.03, lat], [lon + 0.03, lat + 0.02], [lon, lat + 0.02], [lon, lat]]
    return {"type": kind, "coordinates": [ring]}
