"""Targets are read as they are stored, and what is wrong with them is found."""

from typing import Any

import pytest

from layers.catalogue import Catalogue
from layers.provenance import Texts
from layers.schema import LayerSchema
from layers.targets import Target, faults, parse_targets, unknown_places, unproved_targets
from tests.builders import DATA, ISLAND, PLAN_2021, PLAN_2023, PRESS_2026, target, target_citation

LINES = (
    "表 1 指标 2020 年 2025 年",
    "森林覆盖率 8.21 8.26 预期性",
    "到2025年,高新技术企业达到10000家,打造 1—2 家千亿级企业",
    "到二〇三五年,建成世界光谷",
    "到120250年,高新技术企业达到100000家,5.10000家,10000.5家",
)


def forest(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - as `target`
    """Return a row of a table, with its years in the table's head."""
    row = {
        "id": "forest-2025", "value": 8.26, "base_value": 8.21, "base_year": 2020, "indicator": "forest",
        "binding": "约束性", "citation": target_citation(2, "森林覆盖率", 1),
    }  # fmt: skip
    return target(**{**row, **changes})


@pytest.fixture(scope="module")
def schema() -> LayerSchema:
    """Read the schema of all targets."""
    return LayerSchema.read(DATA / "schemas" / "targets.json")


@pytest.fixture(scope="module")
def texts() -> Texts:
    """Return one document of five lines."""
    return Texts({PLAN_2023: LINES})


def unproved(texts: Texts, *rows: dict[str, Any]) -> list[tuple[str, str]]:
    issues = unproved_targets([Target.read(row) for row in rows], texts)
    assert {issue.code for issue in issues} <= {"not_at_line"}
    return [(issue.feature_id, issue.field) for issue in issues]


def test_a_target_is_read_with_all_that_is_stored() -> None:
    read = Target.read(forest(remarks=[{"zh": "存疑", "en": "In doubt"}]))
    assert (read.target_id, read.value, read.comparison, read.base_value) == ("forest-2025", 8.26, "=", 8.21)
    assert (read.base_year, read.start_year, read.target_year) == (2020, None, 2025)
    assert read.scope_ids == (ISLAND,)
    assert read.unit is not None
    assert (read.unit.zh, read.name.en, read.remarks[0].en) == ("家", "High-tech firms", "In doubt")
    assert (read.citation.document_id, read.citation.line, read.citation.year_line) == (PLAN_2023, 2, 1)


def test_a_target_in_words_has_no_number() -> None:
    read = Target.read(target(comparison="text", value=None, text={"zh": "建成", "en": "Built"}, unit=None))
    assert read.value is None
    assert read.unit is None
    assert read.text is not None
    assert read.text.en == "Built"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Expecting value"),
        (b"{}", "no list of targets"),
        (b"null", "no list of targets"),
        (b"[NaN]", "NaN is no JSON number"),
        (b"\xff\xfe[]", "utf-8"),
        (b'[{"a": 1, "a": 2}]', "stands twice"),
    ],
)
def test_a_file_that_is_no_list_of_targets_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_targets(content)


def test_good_targets_have_no_fault(schema: LayerSchema, catalogue: Catalogue) -> None:
    assert faults([target(), forest()], schema, catalogue) == []
    assert faults([], schema, catalogue) == []


@pytest.mark.parametrize(
    "change",
    [
        {"id": "Firms 2025"},
        {"name": {"zh": "企业"}},
        {"kind": "hope"},
        {"value": "10000"},
        {"value": None},
        {"comparison": "about?"},
        {"comparison": "text"},
        {"comparison": "text", "value": None},
        {"value_max": 2, "value": None, "comparison": "text", "text": {"zh": "一", "en": "one"}},
        {"target_year": "2025"},
        {"target_year": 25},
        {"scope_ids": [ISLAND, ISLAND]},
        {"indicator": ""},
        {"citation": target_citation(0, "达到10000家")},
        {"citation": target_citation(3, "")},
        {"citation": target_citation(3, "字" * 40)},
        {"status": "built"},
    ],
)
def test_a_faulty_target_is_found(schema: LayerSchema, catalogue: Catalogue, change: dict[str, Any]) -> None:
    issues = faults([forest(), target(**change)], schema, catalogue)
    assert {issue.code for issue in issues} == {"schema"}
    assert {issue.feature_id for issue in issues} == {change.get("id", "firms-2025")}


@pytest.mark.parametrize("hostile", [None, 3, "x", [], {}])
def test_what_is_no_target_is_told_by_its_number(
    schema: LayerSchema, catalogue: Catalogue, hostile: object
) -> None:
    assert {issue.feature_id for issue in faults([target(), hostile], schema, catalogue)} == {"#2"}


def test_an_id_given_twice_and_a_document_that_there_is_not_are_found(
    schema: LayerSchema, catalogue: Catalogue
) -> None:
    hearsay = target(id="other", citation={**target_citation(3, "达到10000家"), "document": "hearsay"})
    issues = faults([target(), target(), hearsay], schema, catalogue)
    assert [(issue.feature_id, issue.code) for issue in issues] == [
        ("firms-2025", "repeated_id"),
        ("other", "unknown_document"),
    ]


def test_a_place_that_no_layer_has_is_found() -> None:
    read = [Target.read(target()), Target.read(target(id="other", scope_ids=["atlantis", ISLAND]))]
    issues = unknown_places(read, [ISLAND])
    assert [(issue.feature_id, issue.code, issue.value) for issue in issues] == [
        ("other", "unknown_place", "atlantis"),
    ]


def test_what_stands_at_its_line_is_proved(texts: Texts) -> None:
    assert unproved(texts, target(), forest()) == []


def test_a_range_is_proved_by_both_its_ends(texts: Texts) -> None:
    firms = {"value": 1, "value_max": 2, "citation": target_citation(3, "千亿级企业")}
    assert unproved(texts, target(**firms)) == []
    assert unproved(texts, target(**{**firms, "value_max": 3})) == [("firms-2025", "value_max")]


def test_a_year_in_chinese_figures_is_proved(texts: Texts) -> None:
    read = {"comparison": "text", "value": None, "text": {"zh": "建成", "en": "Built"}}
    vision = target(**read, target_year=2035, citation=target_citation(4, "建成世界光谷"))
    assert unproved(texts, vision) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"citation": target_citation(3, "达到一万家")}, "citation.phrase"),
        ({"value": 1000}, "value"),
        ({"target_year": 2030}, "target_year"),
        ({"start_year": 2021}, "start_year"),
        ({"base_value": 5000}, "base_value"),
        ({"base_year": 2020}, "base_year"),
    ],
)
def test_what_does_not_stand_at_its_line_is_found(texts: Texts, change: dict[str, Any], field: str) -> None:
    assert unproved(texts, target(**change)) == [("firms-2025", field)]


def test_a_number_within_another_one_proves_nothing(texts: Texts) -> None:
    found = unproved(texts, target(citation=target_citation(5, "高新技术企业")))
    assert found == [("firms-2025", "value"), ("firms-2025", "target_year")]


def test_years_may_stand_in_the_head_of_the_table_only_if_it_is_named(texts: Texts) -> None:
    headless = forest(citation=target_citation(2, "森林覆盖率"))
    assert unproved(texts, headless) == [("forest-2025", "target_year"), ("forest-2025", "base_year")]


def test_a_base_may_rest_on_a_baseline_of_the_same_indicator_scope_and_year(texts: Texts) -> None:
    based = target(base_value=8.21, base_year=2020, indicator="forest")
    start = forest(
        id="forest-2020", kind="baseline", value=8.21, base_value=None, target_year=None, base_year=2020,
    )  # fmt: skip
    assert unproved(texts, based, start) == []
    changes: list[dict[str, Any]] = [{"indicator": "other"}, {"scope_ids": []}, {"base_value": 8.2}]
    for change in changes:
        assert ("firms-2025", "base_value") in unproved(texts, {**based, **change}, start)


def test_a_target_of_a_document_without_text_is_not_judged(texts: Texts) -> None:
    for document in (PLAN_2021, PRESS_2026):
        assert unproved(texts, target(citation={**target_citation(99, "x"), "document": document})) == []
