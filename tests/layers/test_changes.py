"""What differs between two versions, against changes made by hand."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from i18n.messages import messages
from layers import changes
from layers.catalogue import Catalogue, FormerIds, Text, Tombstone
from layers.change_words import change_text, sentence
from layers.changes import LISTED, Changes, Shown, Since, as_json, compare, since
from layers.errors import InvalidLayerError
from layers.features import build_layer
from layers.filters import Condition
from layers.findings import Issue
from layers.snapshot import Layer, Snapshot
from layers.versions import Publication
from layers.view import MapView
from tests.builders import (
    KNOWLEDGE,
    LAYER_IDS,
    LINE,
    PLAN_2023,
    PLAN_2024,
    PRESS_2026,
    SQUARE,
    entry,
    feature,
)

ON = date(2026, 11, 22)
THEN, NOW = datetime(2026, 5, 2, 6, 0, tzinfo=UTC), datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
WORDS = {language: messages(language, "changes") for language in ("zh", "en")}

Features: TypeAlias = Sequence[Mapping[str, Any]]
Make = Callable[..., Snapshot]


@pytest.fixture
def make(catalogue: Catalogue) -> Make:
    """Return a function that makes a data version of features by layer."""

    def make_snapshot(refused: Sequence[str] = (), **layers: Features) -> Snapshot:
        built = {
            layer_id: build_layer(layer_id, {"features": list(features)}, catalogue)
            for layer_id, features in layers.items()
        }
        errors = {
            name: InvalidLayerError(name, f"{name}.geojson", (Issue("", "", "unreadable", "x"),))
            for name in refused
        }
        return Snapshot.of(built, errors, catalogue)

    return make_snapshot


@pytest.fixture
def renaming(catalogue: Catalogue) -> Catalogue:
    """Return a catalogue with a renamed, a merged and two retired places."""
    stones = {
        "gone": Tombstone(Text("已拆除。", "Torn down."), date(2026, 10, 1)),
        "split": Tombstone(Text("已拆分", "Split"), date(2026, 10, 2), "here"),
    }
    return replace(catalogue, former_ids=FormerIds({"was": "is", "part": "here"}, stones))


def point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}


def kinds(found: Changes) -> dict[str, tuple[str, ...]]:
    return {change.on_side("now").place_id: change.kinds for change in found.changes}


def view(**values: Any) -> MapView:  # noqa: ANN401 - whatever a test asks for
    return MapView(**{"layers": LAYER_IDS, "on": ON, **values})


# --- kinds -----------------------------------------------------------------------------------------

PLANNED = [entry(PLAN_2023, "planned", (2023, 2025))]
BEFORE = feature("a", history=PLANNED)
AFTER: dict[str, tuple[dict[str, Any], tuple[str, ...], str, str]] = {
    "status": (
        feature("a", history=[entry(PLAN_2023, "planned", (2023, 2025)), entry(PLAN_2024, "built")]),
        ("status",), "planned → built", "planned → built",
    ),
    "years": (
        feature("a", history=[entry(PLAN_2023, "planned", (2023, 2027))]),
        ("years",), "2023—2025 → 2023—2027", "2023–2025 → 2023–2027",
    ),
    "no years": (
        feature("a", history=[entry(PLAN_2023, "planned")]),
        ("years",), "2023—2025 → 未注明年份", "2023–2025 → no year stated",
    ),
    "one year": (
        feature("a", history=[entry(PLAN_2023, "planned", (2024, 2024))]),
        ("years",), "2023—2025 → 2024", "2023–2025 → 2024",
    ),
    "status and years": (
        feature("a", history=[entry(PLAN_2023, "under_construction", (None, 2025))]),
        ("status", "years"), "planned → under_construction；2023—2025 → 至2025年",
        "planned → under_construction; 2023–2025 → until 2025",
    ),
    "name": (
        feature("a", name_zh="新光谷", history=PLANNED),
        ("renamed",), "更名：光谷 → 新光谷", "renamed in the other language",
    ),
    "English name": (
        feature("a", name_en="New Valley", history=PLANNED),
        ("renamed",), "英文名称有变化", "renamed: Optics Valley → New Valley",
    ),
    # Along a meridian a thousandth of a degree is 110.9 m there (WGS 84, 30.5 N).
    "moved": (
        feature("a", point(114.5, 30.501), history=PLANNED),
        ("geometry",), "位置移动111米", "moved by 111 m",
    ),
    "moved far": (
        feature("a", point(114.5, 30.6), history=PLANNED),
        ("geometry",), "位置移动11.1公里", "moved by 11.1 km",
    ),
    "drawn otherwise": (
        feature("a", SQUARE, history=PLANNED), ("geometry",), "图形重绘", "shape redrawn",
    ),
    "no longer placed": (
        feature("a", None, history=PLANNED, remarks=[]),
        ("geometry",), "不再上图", "no longer on the map",
    ),
    "accuracy": (
        feature("a", accuracy_m=1200, history=PLANNED),
        ("geometry",), "位置误差：500米 → 1,200米", "accuracy of position: 500 m → 1,200 m",
    ),
    "method": (
        feature("a", method="schematic", history=PLANNED),
        ("geometry",), "位置来源：derived → schematic", "position: derived → schematic",
    ),
    "other": (
        feature("a", city=["ezhou"], serves=["wuhan"], history=PLANNED),
        ("other",), "另有变化：所在城市、服务城市", "also changed: city, cities served",
    ),
    "history": (
        feature("a", history=[{**entry(PLAN_2023, "planned", (2023, 2025)), "line": 40}]),
        ("other",), "另有变化：沿革", "also changed: history",
    ),
    "an attribute of later": (
        feature("a", history=PLANNED, floors=3),
        ("other",), "另有变化：其他内容", "also changed: details",
    ),
    "everything": (
        feature(
            "a", None, name_zh="丙", name_en="C", category="lab", remarks=[],
            history=[entry(PLAN_2024, "built")],
        ),
        ("renamed", "status", "years", "geometry", "other"),
        "更名：光谷 → 丙；planned → built；2023—2025 → 未注明年份；不再上图；另有变化：类别",
        "renamed: Optics Valley → C; planned → built; 2023–2025 → no year stated; "  # noqa: ISC004 - one text
        "no longer on the map; also changed: category",
    ),
}  # fmt: skip


def plain(text: str) -> str:
    """Return a text without the thin spaces between Chinese and Latin."""
    return text.replace("\u2009", "")


@pytest.mark.parametrize("case", AFTER.values(), ids=list(AFTER))
def test_a_place_is_told_by_what_changed_of_it(
    make: Make, catalogue: Catalogue, case: tuple[dict[str, Any], tuple[str, ...], str, str]
) -> None:
    after, expected, zh, en = case
    (change,) = compare(make(sites=[BEFORE]), make(sites=[after]), catalogue).changes
    assert change.kinds == expected
    assert plain(change_text(change, catalogue, WORDS["zh"], "zh")) == zh
    assert plain(change_text(change, catalogue, WORDS["en"], "en")) == en


def test_versions_that_are_the_same_differ_in_nothing(make: Make, catalogue: Catalogue) -> None:
    assert compare(make(sites=[BEFORE]), make(sites=[BEFORE]), catalogue).changes == ()


def test_another_order_of_places_and_layers_is_no_change(make: Make, catalogue: Catalogue) -> None:
    one = make(sites=[feature("a"), feature("b")], site=[feature("c")])
    other = make(site=[feature("c")], sites=[feature("b"), feature("a")])
    assert one.version != other.version
    assert compare(one, other, catalogue).changes == ()


def test_added_and_removed_places_are_told_and_counted(make: Make, catalogue: Catalogue) -> None:
    found = compare(
        make(sites=[BEFORE, feature("b")]), make(sites=[BEFORE, feature("c")], site=[]), catalogue
    )
    assert kinds(found) == {"c": ("added",), "b": ("removed",)}
    assert found.counts() == {"added": 1, "removed": 1}
    texts = [change_text(change, catalogue, WORDS["en"], "en") for change in found.changes]
    assert texts == ["added", "no longer in the atlas"]


def test_the_same_comparison_backwards_has_added_and_removed_turned_round(
    make: Make, catalogue: Catalogue
) -> None:
    one, other = make(sites=[BEFORE, feature("b")]), make(sites=[AFTER["status"][0], feature("c")])
    there, back = compare(one, other, catalogue), compare(other, one, catalogue)
    assert there.counts() == back.counts() == {"added": 1, "removed": 1, "status": 1}
    assert kinds(back) == {"a": ("status",), "b": ("added",), "c": ("removed",)}


def test_a_place_that_moved_to_another_layer_is_one_place(make: Make, catalogue: Catalogue) -> None:
    (change,) = compare(make(sites=[BEFORE], site=[]), make(sites=[], site=[BEFORE]), catalogue).changes
    assert change.kinds == ("other",)
    assert change_text(change, catalogue, WORDS["en"], "en") == "also changed: layer"


def test_a_comparison_is_made_once(make: Make, catalogue: Catalogue) -> None:
    one, other = make(sites=[BEFORE]), make(sites=[])
    assert compare(one, other, catalogue) is compare(one, other, catalogue)
    # Another catalogue may know of aliases.
    assert compare(one, other, catalogue) is not compare(one, other, replace(catalogue))


def test_comparisons_are_not_kept_without_end(make: Make, catalogue: Catalogue) -> None:
    first = make(sites=[])
    for number in range(changes.KEPT_PAIRS + 5):
        compare(first, make(sites=[feature(f"n-{number}")]), catalogue)
    assert len(changes._KEPT) == changes.KEPT_PAIRS  # noqa: SLF001 - what is kept is not to be seen otherwise


# --- ids -------------------------------------------------------------------------------------------


def test_a_renamed_id_is_one_place_either_way(make: Make, renaming: Catalogue) -> None:
    one, other = make(sites=[feature("was")]), make(sites=[feature("is", name_zh="新")])
    (change,) = compare(one, other, renaming).changes
    assert change.kinds == ("renamed",)
    assert (change.on_side("then").place_id, change.on_side("now").place_id) == ("was", "is")
    assert change_text(change, renaming, WORDS["en"], "en") == "id: was → is"
    (back,) = compare(other, one, renaming).changes
    assert back.kinds == ("renamed",)
    assert change_text(back, renaming, WORDS["en"], "en") == "id: is → was"


def test_a_place_that_became_part_of_another_is_removed_and_says_where_to(
    make: Make, renaming: Catalogue
) -> None:
    whole = feature("here", name_zh="全园", name_en="Whole Park")
    found = compare(make(sites=[feature("part"), whole]), make(sites=[whole]), renaming)
    assert kinds(found) == {"part": ("removed",)}
    texts = {name: change_text(found.changes[0], renaming, WORDS[name], name) for name in WORDS}
    assert texts == {"zh": "现并入全园", "en": "now part of Whole Park"}


@pytest.mark.parametrize(
    ("place", "zh", "en"),
    [
        ("gone", "已于2026-10-01撤下：已拆除", "retired on 2026-10-01: Torn down"),
        (
            "split",
            "已于2026-10-02撤下：已拆分；现见光谷",
            "retired on 2026-10-02: Split; now see Optics Valley",
        ),
    ],
)
def test_a_retired_place_says_when_why_and_what_stands_for_it(
    make: Make, renaming: Catalogue, place: str, zh: str, en: str
) -> None:
    found = compare(make(sites=[feature(place), feature("here")]), make(sites=[feature("here")]), renaming)
    assert kinds(found) == {place: ("removed",)}
    assert plain(change_text(found.changes[0], renaming, WORDS["zh"], "zh")) == zh
    assert change_text(found.changes[0], renaming, WORDS["en"], "en") == en


def test_a_code_or_a_layer_that_was_renamed_changes_no_place(make: Make, catalogue: Catalogue) -> None:
    old = make(sites=[feature("a", city=["huangshi", "ezhou"], category="park")])
    new = make(site=[feature("a", city=["wuhan", "ezhou"], category="lab"), feature("b")])
    assert compare(old, new, catalogue).counts() == {"added": 1, "other": 1}
    names = {"city": {"huangshi": "wuhan"}, "category": {"park": "lab"}, "layer": {"sites": "site"}}
    assert compare(old, new, replace(catalogue, former_codes=names)).counts() == {"added": 1}


# --- what cannot be compared -----------------------------------------------------------------------


def test_a_layer_that_is_refused_now_is_not_called_removed(make: Make, catalogue: Catalogue) -> None:
    old, new = make(sites=[BEFORE], site=[feature("b")]), make(refused=["site"], sites=[BEFORE])
    found = compare(old, new, catalogue)
    assert (found.changes, found.uncompared) == ((), ("site",))
    assert compare(new, old, catalogue).uncompared == ("site",)


def test_a_layer_that_is_gone_is_removed_place_by_place(make: Make, catalogue: Catalogue) -> None:
    found = compare(make(sites=[BEFORE], roads=[feature("b")]), make(sites=[BEFORE]), catalogue)
    assert kinds(found) == {"b": ("removed",)}
    assert found.uncompared == ()


def test_a_version_of_which_attributes_are_missing_is_compared(make: Make, catalogue: Catalogue) -> None:
    new = make(sites=[BEFORE])
    bare = {"type": "Feature", "id": "a", "geometry": None, "properties": {"id": "a", "name_zh": "甲"}}
    content = json.dumps({"type": "FeatureCollection", "features": [bare]}).encode()
    layer = Layer("sites", new.layers["sites"].features, content)
    old = replace(new, version="000000000000", layers={"sites": layer})
    (change,) = compare(old, new, catalogue).changes
    assert change.kinds == ("renamed", "status", "years", "geometry", "other")
    assert change_text(change, catalogue, WORDS["en"], "en").startswith("renamed: 甲 → Optics Valley")


# --- within a view ---------------------------------------------------------------------------------


@pytest.fixture
def old(make: Make) -> Snapshot:
    """Return 41 places under construction in Wuhan, and one planned."""
    building = [entry(PLAN_2023, "under_construction")]
    places = [feature(f"p-{number}", history=building) for number in range(41)]
    return make(sites=[*places, feature("q", history=[entry()])], routes=[feature("r", LINE, city=["ezhou"])])


@pytest.fixture
def new(make: Make) -> Snapshot:
    """Return the same with six changes and one that no filter of the tests sees."""
    building = [entry(PLAN_2023, "under_construction")]
    places = [feature(f"p-{number}", history=building) for number in range(41)]
    # Two are built; one of them moved too. One moved only. One was retired.
    built = [*building, entry(PRESS_2026, "built")]
    places[3] = feature("p-3", history=built)
    places[4] = feature("p-4", point(114.5, 30.6), history=built)
    places[5] = feature("p-5", point(114.5, 30.6), history=building)
    del places[40]
    others = [feature("q", history=building), feature("fresh", history=building)]
    return make(sites=[*places, *others], routes=[feature("r", LINE, city=["wuhan"])])


def published(old: Snapshot, new: Snapshot) -> tuple[Publication, ...]:
    return (Publication(old.version, THEN, "", {}), Publication(new.version, NOW, "", {}))


def found_in(
    old: Snapshot, new: Snapshot, catalogue: Catalogue, asked: MapView, shown: Shown = "now"
) -> Since:
    found = since(old, new, asked, catalogue, shown)
    assert found is not None
    return found


def test_a_filter_of_places_tells_how_many_changed_and_how(
    old: Snapshot, new: Snapshot, catalogue: Catalogue
) -> None:
    asked = view(layers=("sites",))
    found = found_in(old, new, catalogue, asked)
    assert (found.of, found.changed, found.retired, found.newly, found.no_longer) == (42, 4, 1, 1, 0)
    assert found.kinds == {"status": 3, "geometry": 2}
    assert (found.then, found.now) == (old.version, new.version)
    assert sentence(found, WORDS["en"], published(old, new)) == (
        "4 of 42 places changed since 2026-05-02: 3 status, 2 geometry; 1 retired; 1 new matches this filter"
    )


def test_what_matches_no_longer_and_what_matches_now_are_told_apart(
    old: Snapshot, new: Snapshot, catalogue: Catalogue
) -> None:
    asked = view(layers=("sites",), conditions=(Condition("status", "in", ("under_construction",)),))
    found = found_in(old, new, catalogue, asked)
    # p-3 and p-4 were built; p-40 is gone; q came under construction and `fresh` is new.
    assert (found.of, found.changed, found.retired, found.newly, found.no_longer) == (41, 3, 1, 2, 2)
    assert found.kinds == {"status": 2, "geometry": 2}
    assert sentence(found, WORDS["en"], published(old, new)) == (
        "3 of 41 places changed since 2026-05-02: 2 status, 2 geometry; 1 retired; 2 new match this filter; "
        "2 no longer match"
    )
    assert plain(sentence(found, WORDS["zh"], published(old, new))) == (
        "41处地点中有3处自2026-05-02以来有变化：状态2处、位置2处；1处已撤下；2处新符合此筛选；2处不再符合"
    )
    assert sorted(change.on_side("now").place_id for change in found.places) == [
        "fresh", "p-3", "p-4", "p-40", "p-5", "q",
    ]  # fmt: skip


def test_places_that_the_filter_matches_neither_then_nor_now_are_left_out(
    old: Snapshot, new: Snapshot, catalogue: Catalogue
) -> None:
    asked = view(layers=("sites",), conditions=(Condition("id", "in", ("p-0", "p-1")),))
    assert since(old, new, asked, catalogue, "now") is None


def test_a_filter_that_matched_nothing_then_says_so(
    old: Snapshot, new: Snapshot, catalogue: Catalogue
) -> None:
    asked = view(layers=("routes",), conditions=(Condition("city", "in", ("wuhan",)),))
    found = found_in(old, new, catalogue, asked)
    said = sentence(found, WORDS["en"], published(old, new))
    assert said == "No place matched this filter then (since 2026-05-02); 1 new matches this filter"


def test_a_filter_of_which_places_were_only_retired_says_that_none_changed(
    old: Snapshot, new: Snapshot, catalogue: Catalogue
) -> None:
    asked = view(conditions=(Condition("id", "in", ("p-40", "p-0")),))
    said = sentence(found_in(old, new, catalogue, asked), WORDS["en"], published(old, new))
    assert said == "None of 2 places changed since 2026-05-02; 1 retired"
    alone = view(conditions=(Condition("id", "in", ("p-40",)),))
    said = sentence(found_in(old, new, catalogue, alone), WORDS["en"], published(old, new))
    assert said == "The 1 place did not change since 2026-05-02; 1 retired"


def test_the_version_is_named_where_it_was_never_published(
    old: Snapshot, new: Snapshot, catalogue: Catalogue
) -> None:
    found = found_in(old, new, catalogue, view())
    assert f"since data version {old.version}: " in sentence(found, WORDS["en"], ())
    assert f"自数据版本{old.version}以来" in plain(sentence(found, WORDS["zh"], ()))


def test_a_version_published_twice_has_the_later_date(
    old: Snapshot, new: Snapshot, catalogue: Catalogue
) -> None:
    again = (*published(old, new), Publication(old.version, NOW, "", {}))
    assert "since 2026-11-22" in sentence(found_in(old, new, catalogue, view()), WORDS["en"], again)


def test_the_planning_documents_alone_are_compared_where_the_view_reads_them_alone(
    make: Make, catalogue: Catalogue
) -> None:
    old = make(sites=[feature("a", history=[entry(PLAN_2023, "planned")]), feature("b")])
    new = make(
        sites=[feature("a", history=[entry(PLAN_2023, "planned"), entry(KNOWLEDGE, "built")]), feature("b")]
    )
    # General knowledge comes first and the plan overrides it; a dated report does not.
    new_report = make(
        sites=[feature("a", history=[entry(PLAN_2023, "planned"), entry(PRESS_2026, "built")]), feature("b")]
    )
    for later, kinds_with, kinds_without in (
        (new, {"other": 1}, {"other": 1}),
        (new_report, {"status": 1}, {"other": 1}),
    ):
        assert found_in(old, later, catalogue, view(outside=True)).kinds == kinds_with
        assert found_in(old, later, catalogue, view(outside=False)).kinds == kinds_without
    (change,) = found_in(old, new_report, catalogue, view(outside=False)).places
    assert change_text(change, catalogue, WORDS["en"], "en") == "also changed: history"


def test_a_renamed_place_that_the_view_names_is_found_then_and_now(make: Make, renaming: Catalogue) -> None:
    old, new = make(sites=[feature("was")]), make(sites=[feature("is", city=["ezhou"])])
    for name in ("was", "is"):
        asked = view(conditions=(Condition("id", "in", (name,)),))
        found = found_in(old, new, renaming, asked)
        assert (found.of, found.changed, found.newly, found.no_longer) == (1, 1, 0, 0)
        assert found.kinds == {"renamed": 1, "other": 1}


def test_a_view_that_cannot_be_read_matches_nothing_then_or_now(
    old: Snapshot, new: Snapshot, catalogue: Catalogue
) -> None:
    assert since(old, new, view(is_unreadable=True), catalogue, "now") is None
    assert since(old, new, view(layers=()), catalogue, "now") is None


def test_a_layer_of_the_view_that_cannot_be_compared_is_told(make: Make, catalogue: Catalogue) -> None:
    old, new = make(sites=[BEFORE], site=[feature("b")]), make(refused=["site"], sites=[BEFORE])
    found = found_in(old, new, catalogue, view())
    assert sentence(found, WORDS["en"], ()).endswith("; 1 layer cannot be compared")
    assert since(old, new, view(layers=("sites",)), catalogue, "now") is None


# --- as the map document takes it --------------------------------------------------------------------


def told(found: Since, catalogue: Catalogue, published: Sequence[Publication]) -> dict[str, Any]:
    links = {"then": "/m?d=1", "now": "/m?d=2"}
    raw: dict[str, Any] = json.loads(json.dumps(as_json(found, catalogue, WORDS, published, links)))
    return raw


def test_the_document_is_told_versions_dates_sentence_places_and_links(
    old: Snapshot, new: Snapshot, catalogue: Catalogue
) -> None:
    asked = view(conditions=(Condition("id", "in", ("p-4",)),))
    raw = told(found_in(old, new, catalogue, asked, "then"), catalogue, published(old, new))
    assert raw.pop("sentence")["en"] == "1 of 1 place changed since 2026-05-02: 1 status, 1 geometry"
    (place,) = raw.pop("places")
    assert plain(place["text"].pop("zh")) == "under_construction → built；位置移动11.1公里"
    assert place == {
        "id": "p-4",
        "kinds": ["status", "geometry"],
        "name": {"zh": "光谷", "en": "Optics Valley"},
        "text": {"en": "under_construction → built; moved by 11.1 km"},
        # Where it stood then, since that is shown.
        "at": [114.5, 30.5],
    }
    assert raw == {
        "then": old.version,
        "now": new.version,
        "thenDate": "2026-05-02",
        "nowDate": "2026-11-22",
        "shows": "then",
        "links": {"then": "/m?d=1", "now": "/m?d=2"},
    }


def test_a_place_goes_by_the_id_and_name_of_the_version_shown(make: Make, renaming: Catalogue) -> None:
    old, new = make(sites=[feature("was", name_zh="旧")]), make(sites=[feature("is", name_zh="新")])
    for shown, feature_id, name in (("then", "was", "旧"), ("now", "is", "新")):
        found = since(old, new, view(), renaming, "then" if shown == "then" else "now")
        assert found is not None
        (place,) = told(found, renaming, ())["places"]
        assert (place["id"], place["name"]["zh"]) == (feature_id, name)


def test_a_place_that_is_gone_is_told_with_where_it_stood(
    old: Snapshot, new: Snapshot, catalogue: Catalogue
) -> None:
    asked = view(conditions=(Condition("id", "in", ("p-40",)),))
    raw = told(found_in(old, new, catalogue, asked), catalogue, ())
    assert [(place["id"], place["kinds"], place["at"]) for place in raw["places"]] == [
        ("p-40", ["removed"], [114.5, 30.5])
    ]
    assert (raw["thenDate"], raw["nowDate"]) == (None, None)


def test_a_place_without_geometry_is_told_without_a_position(make: Make, catalogue: Catalogue) -> None:
    found = since(make(sites=[]), make(sites=[feature("a", None)]), view(), catalogue, "now")
    assert found is not None
    assert told(found, catalogue, ())["places"][0]["at"] is None


def test_more_places_than_a_list_can_hold_are_counted(make: Make, catalogue: Catalogue) -> None:
    many = [feature(f"n-{number}") for number in range(LISTED + 3)]
    found = since(make(sites=[]), make(sites=many), view(), catalogue, "now")
    assert found is not None
    raw = told(found, catalogue, ())
    assert (len(raw["places"]), raw["more"], found.newly) == (LISTED, 3, LISTED + 3)


def test_hostile_names_are_told_as_they_are(make: Make, catalogue: Catalogue) -> None:
    hostile = "{{7*7}} ${x} <img src=x onerror=alert(1)> \u202e {before}"
    found = compare(make(sites=[feature("a")]), make(sites=[feature("a", name_zh=hostile)]), catalogue)
    assert change_text(found.changes[0], catalogue, WORDS["zh"], "zh") == f"更名：光谷 → {hostile}"


def test_every_attribute_of_the_schema_has_words(data_folder: Path) -> None:
    schema = json.loads((data_folder / "schemas" / "feature.json").read_text("utf-8"))
    properties = schema["properties"]["properties"]["properties"]
    own_kind = {"id", "name_zh", "name_en"}
    for words in WORDS.values():
        assert [
            name for name in properties if name not in own_kind and f"attribute.{name}" not in words
        ] == []
