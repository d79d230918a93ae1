"""Small data for tests: features as they are stored, and a data folder that holds them."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"

PLAN_2021, PLAN_2023, PLAN_2024 = "plan-2021", "plan-2023", "plan-2024"
PRESS_2026, KNOWLEDGE = "press-2026", "general-knowledge"
DOCUMENTS = {
    PLAN_2021: ("plan", "2021-12-22"),
    PLAN_2023: ("plan", "2023-04-08"),
    PLAN_2024: ("plan", "2024-02"),
    PRESS_2026: ("press", "2026-03-20"),
    KNOWLEDGE: ("knowledge", ""),
}
CODES = {
    "status": ["built", "under_construction", "planned", "preliminary", "upgrading", "unstated"],
    "city": ["wuhan", "ezhou", "huangshi"],
    "method": ["published", "derived", "schematic"],
    "category": ["park", "lab", "road"],
    "membership": ["key-blocks", "clusters"],
    "unit": ["省科技厅", "武汉市人民政府"],
}
# One id begins with another: a link cut short in `sites` ends in `site`.
LAYER_IDS = ("sites", "site", "routes")

ISLAND = "science-island"
PARK = "offshore-park"
LAB = "unplaced-lab"
LONE = "lone-park"
AVENUE = "guanggu-avenue"
BRIDGE = "bridge"

POINT = {"type": "Point", "coordinates": [114.5, 30.5]}
LINE = {"type": "LineString", "coordinates": [[114.4, 30.4], [114.6, 30.45]]}
# Anticlockwise, as RFC 7946 asks of outer rings.
SQUARE = {"type": "Polygon", "coordinates": [[[114.5, 30.4], [114.6, 30.4], [114.6, 30.5], [114.5, 30.4]]]}


def entry(
    document: str = PLAN_2023,
    status: str = "planned",
    years: tuple[int | None, int | None] = (None, None),
) -> dict[str, Any]:
    """Return what one document says of a place."""
    is_outside = DOCUMENTS[document][0] != "plan"
    return {
        "document": document,
        "clause": None if is_outside else "四(三)",
        "line": None if is_outside else 39,
        "phrase": None if is_outside else "光谷",
        "status": status,
        "words": None if is_outside or status == "unstated" else "建设",
        "words_line": None,
        "year_start": years[0],
        "year_end": years[1],
        "note": {"zh": "据报道", "en": "As reported"} if is_outside else None,
    }


def feature(
    feature_id: str,
    geometry: Mapping[str, Any] | None = POINT,
    method: str = "derived",
    accuracy_m: int = 500,
    **properties: Any,  # noqa: ANN401 - whatever a test puts in
) -> dict[str, Any]:
    """Return a stored feature; without a geometry it has no position and says so."""
    text = {"zh": "依据", "en": "Basis"}
    defaults: dict[str, Any] = {
        "id": feature_id,
        "name_zh": "光谷",
        "name_en": "Optics Valley",
        "aliases": [],
        "category": "park",
        "memberships": [],
        "city": ["wuhan"],
        "serves": [],
        "lead_units": [],
        "responsible_units": [],
        "history": [entry()],
        "citations": [],
        "position": {"method": method, "accuracy_m": accuracy_m, "basis": text} if geometry else None,
        "remarks": [] if geometry else [text],
    }
    return {
        "type": "Feature",
        "id": feature_id,
        "geometry": geometry,
        "properties": {**defaults, **properties},
    }


def target(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever a test puts in
    """Return a target as it is stored: ten thousand firms by 2025."""
    return {
        "id": "firms-2025",
        "name": {"zh": "高新技术企业", "en": "High-tech firms"},
        "kind": "target",
        "value": 10000,
        "value_max": None,
        "comparison": "=",
        "text": None,
        "unit": {"zh": "家", "en": "firms"},
        "base_value": None,
        "base_year": None,
        "target_year": 2025,
        "start_year": None,
        "scope": {"zh": "光谷", "en": "Optics Valley"},
        "scope_ids": [ISLAND],
        "binding": None,
        "indicator": "high-tech-firms",
        "citation": target_citation(3, "达到10000家"),
        "remarks": [],
        **changes,
    }


def target_citation(line: int, phrase: str, year_line: int | None = None) -> dict[str, Any]:
    """Return where a plan prints a target."""
    return {
        "document": PLAN_2023, "clause": "一", "line": line, "phrase": phrase, "year_line": year_line,
    }  # fmt: skip


def few_features() -> dict[str, list[dict[str, Any]]]:
    """Return three layers of two places each, of every kind of geometry, status and source."""
    citation = {"document": PLAN_2024, "clause": "一", "line": 3, "phrase": "光谷", "supports": "mention"}
    return {
        "sites": [
            feature(
                ISLAND,
                SQUARE,
                method="schematic",
                accuracy_m=1500,
                name_zh="光谷科学岛",
                name_en="Optics Valley Science Island",
                aliases=["光谷科學島"],
                memberships=["key-blocks"],
                lead_units=["省科技厅"],
                history=[
                    entry(PLAN_2021, "planned", (2021, 2025)),
                    entry(PLAN_2023, "under_construction", (2021, 2025)),
                    entry(PRESS_2026, "built", (None, 2026)),
                ],
            ),
            feature(
                PARK,
                name_zh="鄂州离岸科创园",
                name_en="Ezhou Offshore Park",
                method="published",
                accuracy_m=200,
                serves=["ezhou"],
                memberships=["key-blocks", "clusters"],
                citations=[citation],
            ),
        ],
        "site": [
            feature(LONE, name_zh="葛店", city=["ezhou"], history=[entry(KNOWLEDGE, "built")]),
            feature(LAB, None, name_zh="光谷实验室", category="lab", history=[entry(status="preliminary")]),
        ],
        "routes": [
            feature(
                AVENUE,
                LINE,
                name_zh="光谷大道",
                name_en="Guanggu Avenue",
                category="road",
                city=["wuhan", "ezhou"],
                history=[entry(PLAN_2023, "upgrading", (2023, 2024))],
            ),
            feature(BRIDGE, LINE, category="road", history=[entry(status="unstated")]),
        ],
    }


def write_layer(folder: Path, layer_id: str, features: Sequence[Mapping[str, Any]]) -> Path:
    """Write one layer's file into a data folder and return its path."""
    path = folder / "geojson" / f"{layer_id}.geojson"
    collection = {"type": "FeatureCollection", "name": layer_id, "features": features}
    path.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")
    return path


def write_folder(folder: Path, layers: Mapping[str, Sequence[Mapping[str, Any]]]) -> Path:
    """Write a whole data folder: the real product, theme and basemaps, few codes, the layers given."""
    catalogue = folder / "catalogue"
    for part in (catalogue / "layers", folder / "geojson", folder / "schemas"):
        part.mkdir(parents=True)
    for path in (DATA / "catalogue").glob("*.json"):
        shutil.copy(path, catalogue)
    for name in ("feature.json", "targets.json"):
        shutil.copy(DATA / "schemas" / name, folder / "schemas" / name)
    _write(catalogue / "layers.json", list(layers))
    _write(catalogue / "layer_numbers.json", [])
    _write(catalogue / "codes.json", {name: [_code(code) for code in codes] for name, codes in CODES.items()})
    _write(catalogue / "documents.json", [_document(name) for name in DOCUMENTS])
    (catalogue / "gazetteer.csv").write_text(
        "name_zh,category,lon,lat,confidence,tolerance_m,source\n"
        '光谷广场(地铁站),metro,114.3972,30.5058,high,400,"OpenStreetMap, ODbL"\n',
        encoding="utf-8",
    )
    for layer_id, features in layers.items():
        _write(catalogue / "layers" / f"{layer_id}.json", _layer(layer_id))
        schema = {"$id": f"urn:test:{layer_id}", "$ref": "urn:corridor-atlas:feature"}
        _write(folder / "schemas" / f"{layer_id}.json", schema)
        write_layer(folder, layer_id, features)
    return folder


def _layer(layer_id: str) -> dict[str, Any]:
    return {
        "id": layer_id,
        "title": {"zh": f"图层{layer_id}", "en": f"Layer {layer_id}"},
        "abstract": {"zh": "地点", "en": "Places"},
        "style": {"hue": {"light": "#0072B2", "dark": "#56A8DC"}},
    }


def _document(name: str) -> dict[str, Any]:
    kind, date = DOCUMENTS[name]
    text = {"zh": f"文件{name}", "en": f"Document {name}"}
    return {"id": name, "kind": kind, "date": date, "title": text, "short": text, "publisher": text}


def _code(code: str) -> dict[str, str]:
    return {"code": code, "zh": code, "en": code}


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
