"""An id is for ever: a place is found by it, by the one it had before, or it is said why it is gone."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from layers.catalogue import Catalogue, FormerIds, Text, Tombstone
from layers.errors import CatalogueError, RetiredPlaceError, UnknownPlaceError
from layers.places import layer_of, similar
from layers.snapshot import Snapshot
from layers.stores.folder import FolderStore
from tests.builders import AVENUE, ISLAND, LAB

STONE = {"reason": {"zh": "重复", "en": "Listed twice"}, "date": "2026-10-01", "successor": ISLAND}


def write(folder: Path, aliases: Any, tombstones: Any) -> None:  # noqa: ANN401 - rightly or wrongly made
    path = folder / "catalogue" / "aliases.json"
    path.write_text(json.dumps({"aliases": aliases, "tombstones": tombstones}), encoding="utf-8")


def test_a_renamed_place_is_followed_to_the_id_that_it_has_now(data_folder: Path) -> None:
    write(data_folder, {"first": "second", "second": ISLAND}, {})
    former = Catalogue.read(data_folder / "catalogue").former_ids
    assert former.current("first") == former.current("second") == ISLAND
    assert former.current(ISLAND) == ISLAND
    assert "first" in former
    assert ISLAND not in former


def test_a_tombstone_has_reason_day_and_successor(data_folder: Path) -> None:
    write(data_folder, {}, {"gone": STONE, "lost": {**STONE, "successor": None}})
    former = Catalogue.read(data_folder / "catalogue").former_ids
    assert former.tombstones["gone"] == Tombstone(Text("重复", "Listed twice"), date(2026, 10, 1), ISLAND)
    assert former.tombstones["lost"].successor == ""


def test_without_the_file_no_place_was_ever_renamed(data_folder: Path) -> None:
    (data_folder / "catalogue" / "aliases.json").unlink(missing_ok=True)
    assert Catalogue.read(data_folder / "catalogue").former_ids == FormerIds()


@pytest.mark.parametrize(
    ("aliases", "tombstones"),
    [
        ({"a": "b", "b": "a"}, {}),
        ({"a": "a"}, {}),
        ({"a": 7}, {}),
        ({"a": ISLAND}, {"a": STONE}),
        ({}, {"a": {**STONE, "date": "soon"}}),
        ({}, {"a": {"date": "2026-10-01"}}),
        ([], {}),
        ({}, None),
    ],
)
def test_a_file_that_leads_nowhere_is_refused(data_folder: Path, aliases: object, tombstones: object) -> None:
    write(data_folder, aliases, tombstones)
    with pytest.raises(CatalogueError, match=r"aliases\.json"):
        Catalogue.read(data_folder / "catalogue")


@pytest.mark.parametrize(
    ("aliases", "tombstones", "code"),
    [({ISLAND: LAB}, {}, "renamed_id"), ({}, {ISLAND: STONE}, "retired_id")],
)
def test_no_place_gets_an_id_that_another_one_had(
    data_folder: Path, aliases: object, tombstones: object, code: str,
) -> None:
    write(data_folder, aliases, tombstones)
    refused = FolderStore(data_folder).snapshot().refused
    assert [(issue.feature_id, issue.code) for issue in refused["sites"].issues] == [(ISLAND, code)]


def test_a_place_is_found_in_its_layer(snapshot: Snapshot, catalogue: Catalogue) -> None:
    assert layer_of(ISLAND, snapshot, catalogue).layer_id == "sites"
    assert layer_of(AVENUE, snapshot, catalogue).layer_id == "routes"


def test_a_retired_place_is_told_with_its_reason(data_folder: Path) -> None:
    write(data_folder, {}, {"gone": STONE})
    store = FolderStore(data_folder)
    with pytest.raises(RetiredPlaceError, match="2026-10-01: Listed twice See 'science-island'"):
        layer_of("gone", store.snapshot(), store.catalogue)


def test_an_unknown_place_is_told_with_similar_ones(snapshot: Snapshot, catalogue: Catalogue) -> None:
    with pytest.raises(UnknownPlaceError) as raised:
        layer_of("science-iland", snapshot, catalogue)
    assert raised.value.similar[0] == ISLAND


@pytest.mark.parametrize(
    "asked", ["光谷科学岛", "光谷科學島", "guanggu-kexuedao", "guanggukexuedao", "Science Islnd"],
)
def test_similar_places_are_found_by_name_pinyin_and_misspelling(snapshot: Snapshot, asked: str) -> None:
    assert similar(asked, snapshot.index)[0] == ISLAND


@pytest.mark.parametrize("asked", ["", "zzz", "{{7*7}}", "\ud800", "|", "\0"])
def test_what_resembles_nothing_finds_nothing(snapshot: Snapshot, asked: str) -> None:
    assert similar(asked, snapshot.index) == ()
