"""Places with names much alike are told, unless somebody has found them to be two."""

import json
from pathlib import Path
from typing import Any

import pytest

from layers.alike import AlikePair, alike_pairs, idle_reviews, unreviewed
from layers.catalogue import Catalogue, Text
from layers.errors import CatalogueError
from layers.snapshot import Snapshot
from layers.stores.folder import FolderStore
from tests.builders import feature, write_folder

HERE = {"type": "Point", "coordinates": [114.5, 30.5]}
# A tenth of a degree of latitude: 11,085 m.
THERE = {"type": "Point", "coordinates": [114.5, 30.6]}
WHY = Text("两处", "Two")


def snapshot_of(folder: Path, *features: dict[str, Any]) -> Snapshot:
    return FolderStore(write_folder(folder / "data", {"sites": features})).snapshot()


def place(feature_id: str, name: str, geometry: dict[str, Any] | None = HERE, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return feature(feature_id, geometry, name_zh=name, **more)


def found(folder: Path, *features: dict[str, Any]) -> list[tuple[str, str]]:
    return [pair.ids for pair in alike_pairs(snapshot_of(folder, *features))]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("光谷科学岛", "光谷科学岛"),
        ("光谷科学岛", "光谷科學島"),
        ("光谷(黄石)智能显示产业园", "光谷黄石智能显示产业园"),
        ("光谷（黄石）产业园", "光谷(黄石)产业园"),
        ("“光谷大脑”", "光谷大脑"),
        ("生命 AI 中心", "生命ai中心"),
        ("光谷人民医院", "光谷人民的医院"),
        ("武汉站", "武汉东站"),
    ],
)
def test_names_that_are_nearly_equal_are_told_however_far_apart(tmp_path: Path, one: str, other: str) -> None:
    assert found(tmp_path, place("a", one), place("b", other, THERE)) == [("a", "b")]


def test_a_name_that_is_the_other_ones_alias_is_told(tmp_path: Path) -> None:
    named = place("a", "武汉东站", aliases=["光谷站"])
    (pair,) = alike_pairs(snapshot_of(tmp_path, named, place("b", "光谷站", THERE)))
    assert (pair.ids, pair.names, pair.likeness) == (("a", "b"), ("光谷站", "光谷站"), 1)


@pytest.mark.parametrize(
    ("one", "other"), [("光谷音乐厅", "牛山湖水源地"), ("高新大道", "光谷四路"), ("光", "光")]
)
def test_names_that_are_not_alike_are_not_told(tmp_path: Path, one: str, other: str) -> None:
    assert found(tmp_path, place("a", one), place("b", other)) == []


def test_names_that_are_alike_are_told_only_where_the_positions_cannot_tell_them_apart(
    tmp_path: Path,
) -> None:
    # 6 of 8 letters in common, 11,085 m apart: within 6 km and 6 km, not within 5 km and 5 km.
    one, other = place("a", "高新二路", accuracy_m=6000), place("b", "高新三路", THERE, accuracy_m=6000)
    (pair,) = alike_pairs(snapshot_of(tmp_path, one, other))
    assert pair.likeness == pytest.approx(0.75)
    assert pair.distance_m == pytest.approx(11_085, rel=0.001)
    for row in (one, other):
        row["properties"]["position"]["accuracy_m"] = 5000
    assert found(tmp_path / "apart", one, other) == []


def test_places_without_position_are_told_only_where_their_names_are_nearly_equal(tmp_path: Path) -> None:
    assert found(tmp_path, place("a", "高新二路", None), place("b", "高新三路")) == []
    (pair,) = alike_pairs(snapshot_of(tmp_path / "equal", place("a", "高新路", None), place("b", "高新路")))
    assert pair.distance_m is None
    assert str(pair) == "a 高新路 | b 高新路: alike 1.00, no position"


def test_the_order_of_two_places_does_not_matter(tmp_path: Path) -> None:
    names = ("华中科技大学国际医学中心", "光谷国际医学创新中心", "国际医学中心")
    rows = [place(f"p{number}", name) for number, name in enumerate(names)]
    forth = {frozenset(pair.ids): pair.likeness for pair in alike_pairs(snapshot_of(tmp_path, *rows))}
    back = alike_pairs(snapshot_of(tmp_path / "back", *reversed(rows)))
    assert {frozenset(pair.ids): pair.likeness for pair in back} == forth


def test_the_most_alike_come_first_and_layers_do_not_part_them(tmp_path: Path) -> None:
    layers = {
        "sites": [place("a", "光谷长江大桥"), place("b", "高新二路")],
        "site": [place("c", "高新三路"), place("d", "光谷长江大桥")],
    }
    pairs = alike_pairs(FolderStore(write_folder(tmp_path / "data", layers)).snapshot())
    assert [pair.ids for pair in pairs] == [("a", "d"), ("b", "c")]
    assert str(pairs[0]) == "a 光谷长江大桥 | d 光谷长江大桥: alike 1.00, 0 m apart"


def test_a_pair_that_was_reviewed_is_not_told_again_in_either_order() -> None:
    pairs = [AlikePair(("a", "b"), ("甲", "甲"), 1, None), AlikePair(("a", "c"), ("甲", "甲"), 1, None)]
    assert unreviewed(pairs, {frozenset(("b", "a")): WHY}) == pairs[1:]
    assert unreviewed(pairs, {}) == pairs


def test_a_review_of_places_that_are_not_alike_is_idle() -> None:
    pairs = [AlikePair(("a", "b"), ("甲", "甲"), 1, None)]
    reviewed = [frozenset(("a", "b")), frozenset(("b", "gone"))]
    assert idle_reviews(pairs, reviewed) == [("b", "gone")]


def test_the_catalogue_has_the_reviewed_pairs_and_none_without_their_file(data_folder: Path) -> None:
    path = data_folder / "catalogue" / "distinct.json"
    path.write_text(json.dumps({"pairs": [["a", "b", {"zh": "两处", "en": "Two"}]]}), encoding="utf-8")
    assert Catalogue.read(path.parent).distinct == {frozenset(("a", "b")): WHY}
    path.unlink()
    assert Catalogue.read(path.parent).distinct == {}


@pytest.mark.parametrize(
    "pairs",
    [
        [["a", "a", {"zh": "一", "en": "x"}]],
        [["a", "b", {"zh": "一", "en": "x"}], ["b", "a", {"zh": "一", "en": "x"}]],
        [["a", "b"]],
        [["a", "b", {"zh": "一"}]],
        None,
    ],
)
def test_reviews_that_cannot_be_are_refused(data_folder: Path, pairs: object) -> None:
    path = data_folder / "catalogue" / "distinct.json"
    path.write_text(json.dumps({"pairs": pairs}), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"distinct\.json"):
        Catalogue.read(path.parent)
