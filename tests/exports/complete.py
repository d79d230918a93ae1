"""A data set that has everything that exports must keep: all kinds of geometry and text, lists, history."""

from pathlib import Path
from typing import Any

from tests.builders import (
    KNOWLEDGE,
    PLAN_2021,
    PLAN_2023,
    PLAN_2024,
    PRESS_2026,
    entry,
    feature,
    write_folder,
)

HOLED = [
    [[114.1, 30.1], [114.4, 30.1], [114.4, 30.4], [114.1, 30.4], [114.1, 30.1]],
    [[114.2, 30.2], [114.2, 30.3], [114.3, 30.3], [114.2, 30.2]],
]
ISLAND = [[[114.5, 30.1], [114.6, 30.1], [114.6, 30.2], [114.5, 30.1]]]
GEOMETRIES: dict[str, dict[str, Any] | None] = {
    # As many decimals as a place is ever given with.
    "point": {"type": "Point", "coordinates": [114.123456789, 30.987654321]},
    "points": {"type": "MultiPoint", "coordinates": [[114.1, 30.1], [114.2, 30.2]]},
    "line": {"type": "LineString", "coordinates": [[114.4, 30.4], [114.5, 30.41], [114.6, 30.45]]},
    "lines": {
        "type": "MultiLineString",
        "coordinates": [[[114.4, 30.4], [114.6, 30.45]], [[114.7, 30.5], [114.8, 30.6]]],
    },
    "area": {"type": "Polygon", "coordinates": HOLED},
    "areas": {"type": "MultiPolygon", "coordinates": [HOLED, ISLAND]},
    "nowhere": None,
}
# A place of another zone than all others.
HUANGMEI = {"type": "Point", "coordinates": [115.94, 30.07]}
TEXTS = {
    "zeros": "0012",
    "code": "420100000000000018",
    "number": "-5",
    "formula": "=1+1",
    "call": '@SUM(A1;"x")',
    "quotes": "a\"b,c;d'e\nf",
    "markup": "<img src=x onerror=alert(1)>&amp;</a>",
    "template": "{{7*7}} $[name] %%u ${x}",
    "backslash": "C:\\new\\table",
    "traditional": "臺灣光谷科學島與鄂州離岸科創園",
    "rare": "龘靐齉爩",
    "wide": "　全角，标点：“光谷”—…·①㎡",
    "long": "光谷" * 60,
    "date": "2024-01-02",
    "truth": "true",
}
# What GBK lacks.
BEYOND_GBK = {"beyond-one": "𠮷野塔", "beyond-two": "🌉 é ²"}
LAYERS = ("sites", "mixed", "routes")


def complete_folder(folder: Path) -> Path:
    """Write the data set into a folder."""
    return write_folder(folder, complete())


def complete() -> dict[str, list[dict[str, Any]]]:
    """Return the features of each layer: one of texts, one of all kinds of geometry, one of a single kind."""
    texts = [feature(key, name_zh=text) for key, text in (TEXTS | BEYOND_GBK).items()]
    shapes = [_full(key, geometry) for key, geometry in GEOMETRIES.items()]
    line = GEOMETRIES["line"]
    routes = [
        feature("avenue", line, category="road", city=["wuhan", "ezhou"]),
        feature("bridge", line, category="road", history=[entry(status="unstated")]),
    ]
    far = feature("far", HUANGMEI, city=["huangshi"], history=[entry(KNOWLEDGE, "built", (None, 2019))])
    return {"sites": [*texts, far], "mixed": shapes, "routes": routes}


def _full(key: str, geometry: dict[str, Any] | None) -> dict[str, Any]:
    """Return a feature with something in each attribute that can hold something."""
    citation = {"document": PLAN_2024, "clause": "一", "line": 3, "phrase": "光谷", "supports": "mention"}
    return feature(
        key,
        geometry,
        method="schematic",
        accuracy_m=1500,
        name_zh=f"光谷科学岛 {key}",
        name_en="Optics Valley Science Island",
        aliases=["光谷科學島", "龘岛"],
        memberships=["key-blocks", "clusters"],
        serves=["ezhou", "huangshi"],
        lead_units=["省科技厅", "武汉市人民政府"],
        responsible_units=["省科技厅"],
        citations=[citation],
        history=[
            entry(PLAN_2021, "planned", (2021, 2025)),
            entry(PLAN_2023, "under_construction", (2021, 2025)),
            entry(PRESS_2026, "built", (None, 2026)),
        ],
    )


def moved(features: dict[str, Any], by_degrees: float) -> dict[str, Any]:
    """Return a feature that lies farther east."""
    return {**features, "geometry": _moved(features["geometry"], by_degrees)}


def _moved(geometry: dict[str, Any] | None, by_degrees: float) -> dict[str, Any] | None:
    if geometry is None:
        return None
    return {"type": geometry["type"], "coordinates": _shifted(geometry["coordinates"], by_degrees)}


def _shifted(coordinates: Any, by_degrees: float) -> Any:  # noqa: ANN401 - positions nested to any depth
    if isinstance(coordinates[0], float):
        return [coordinates[0] + by_degrees, coordinates[1]]
    return [_shifted(part, by_degrees) for part in coordinates]
