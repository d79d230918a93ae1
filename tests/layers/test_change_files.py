"""The same three changes as text, JSON, GeoJSON and CSV."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from i18n.messages import messages
from layers.catalogue import Catalogue, FormerIds, Text, Tombstone
from layers.change_files import FORMATS, Comparison, as_csv, as_geojson, as_json, as_text
from layers.changes import compare
from layers.errors import InvalidLayerError
from layers.features import build_layer
from layers.findings import Issue
from layers.snapshot import Snapshot
from layers.versions import Publication
from tests.builders import PLAN_2023, PLAN_2024, POINT, SQUARE, entry, feature

WORDS = {language: messages(language, "changes") for language in ("zh", "en")}
OLD = [
    feature("was", history=[entry(PLAN_2023, "planned", (2023, 2025))]),
    feature("gone", SQUARE, name_zh="=1+1", name_en="@SUM(A1)"),
]
NEW = [
    feature("is", history=[entry(PLAN_2023, "planned", (2023, 2025)), entry(PLAN_2024, "built")]),
    feature("fresh", None, name_zh="-5", name_en="", remarks=[]),
]


def snapshot(features: list[dict[str, Any]], catalogue: Catalogue) -> Snapshot:
    return Snapshot.of({"sites": build_layer("sites", {"features": features}, catalogue)}, {}, catalogue)


@pytest.fixture
def comparison(catalogue: Catalogue) -> Comparison:
    """Return a comparison of two versions, of which the older one was published."""
    stone = Tombstone(Text("已拆除。", "Torn down."), date(2026, 10, 1), "is")
    renaming = replace(catalogue, former_ids=FormerIds({"was": "is"}, {"gone": stone}))
    old, new = snapshot(OLD, renaming), snapshot(NEW, renaming)
    published = (Publication(old.version, datetime(2026, 5, 2, tzinfo=UTC), "", {}),)
    return Comparison(compare(old, new, renaming), renaming, published, WORDS)


def test_text_has_a_line_a_place_and_the_counts_last(comparison: Comparison) -> None:
    lines = as_text(comparison).splitlines()
    assert lines[0].split(maxsplit=2) == [
        "renamed,status",
        "is",
        "光谷 · Optics Valley: id: was → is; planned → built",
    ]
    assert lines[1].split(maxsplit=2) == ["added", "fresh", "-5 · -5: added"]
    assert lines[2].split(maxsplit=2)[:2] == ["removed", "gone"]
    assert lines[2].endswith("retired on 2026-10-01: Torn down; now see Optics Valley")
    old, new = comparison.found.old, comparison.found.new
    assert lines[-1] == (
        f"{old} (2026-05-02) → {new} (not published): 3 places differ: "
        "1 added, 1 removed, 1 renamed, 1 status"
    )


def test_text_of_no_change_is_one_line(catalogue: Catalogue) -> None:
    same = snapshot(OLD, catalogue)
    found = Comparison(compare(same, same, catalogue), catalogue, (), WORDS)
    assert as_text(found).endswith("(not published): 0 places differ\n")


def test_text_names_the_layers_that_cannot_be_compared(catalogue: Catalogue) -> None:
    error = InvalidLayerError("sites", "sites.geojson", (Issue("", "", "unreadable", "x"),))
    none = Snapshot.of({}, {"sites": error}, catalogue)
    found = Comparison(compare(snapshot(OLD, catalogue), none, catalogue), catalogue, (), WORDS)
    assert as_text(found).splitlines()[-1].endswith("cannot serve them: sites")


def test_json_says_what_each_place_was_and_is(comparison: Comparison) -> None:
    raw = json.loads(as_json(comparison))
    assert raw["old"] == {"version": comparison.found.old, "date": "2026-05-02"}
    assert raw["new"] == {"version": comparison.found.new, "date": None}
    assert raw["counts"] == {"added": 1, "removed": 1, "renamed": 1, "status": 1}
    renamed, added, removed = raw["changes"]
    assert (renamed["id"], renamed["former_id"], renamed["kinds"]) == ("is", "was", ["renamed", "status"])
    assert renamed["before"] == {"status": "planned", "year_start": 2023, "year_end": 2025}
    assert renamed["after"] == {"status": "built", "year_start": 2023, "year_end": 2025}
    assert (added["before"], added["former_id"], added["text"]["zh"]) == (None, None, "新增")
    assert (removed["after"], removed["retired_on"], removed["successor"]) == (None, "2026-10-01", "is")


def test_geojson_draws_a_place_where_it_is_and_one_that_is_gone_where_it_was(comparison: Comparison) -> None:
    raw = json.loads(as_geojson(comparison))
    assert raw["type"] == "FeatureCollection"
    assert "crs" not in raw
    drawn = {row["id"]: row["geometry"] for row in raw["features"]}
    assert drawn == {"is": POINT, "fresh": None, "gone": SQUARE}
    renamed = raw["features"][0]["properties"]
    assert (renamed["kinds"], renamed["status_before"], renamed["status_after"]) == (
        "renamed status",
        "planned",
        "built",
    )
    # A GIS makes columns of the properties: none holds a list or an object.
    assert not any(
        isinstance(value, list | dict) for row in raw["features"] for value in row["properties"].values()
    )


def test_csv_opens_in_a_spreadsheet_without_a_formula(comparison: Comparison) -> None:
    text = as_csv(comparison)
    assert text.startswith("\ufeffid,former_id,layer,kinds,")
    renamed, added, removed = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert (renamed["id"], renamed["former_id"], renamed["year_end_after"]) == ("is", "was", "2025")
    assert (renamed["text_zh"], added["status_before"], removed["status_after"]) == (
        "编号：was → is；planned → built",
        "",
        "",
    )
    assert (added["name_zh"], removed["name_zh"], removed["name_en"]) == ("'-5", "'=1+1", "'@SUM(A1)")


def test_every_format_writes_the_same_places(comparison: Comparison) -> None:
    written = {name: write(comparison) for name, write in FORMATS.items()}
    assert list(written) == ["text", "json", "geojson", "csv"]
    for text in written.values():
        assert text.endswith("\n")
        for place in ("is", "fresh", "gone"):
            assert place in text
