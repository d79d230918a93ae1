"""The filter read back in words, and what a link asked for in vain."""

from dataclasses import replace
from datetime import date

import pytest

from i18n.messages import LANGUAGES, messages
from layers.catalogue import Catalogue, Text
from layers.filters import OPERATORS, PAST_WINDOW, SEARCH, YEARS, Condition
from layers.read_back import THIN_SPACE, fill, problem_text, sentence
from layers.summary import Problem
from layers.view import MapView
from tests.builders import LAYER_IDS

ALL = MapView(layers=LAYER_IDS, on=date(2026, 11, 21))
ZH, EN = (messages(language, "sentence") for language in ("zh", "en"))


def test_a_view_that_narrows_nothing_shows_all(catalogue: Catalogue) -> None:
    assert sentence(ALL, catalogue, ZH, "zh") == "显示全部地点"
    assert sentence(ALL, catalogue, EN, "en") == "All places are shown"


def test_a_narrowed_view_is_one_sentence_in_chinese(catalogue: Catalogue) -> None:
    view = replace(ALL, layers=("sites",), years=(2023, 2025), outside=False)
    view = view.asking("status", ["built", "planned"])
    assert sentence(view, catalogue, ZH, "zh").replace(THIN_SPACE, "") == (
        "显示属于图层sites图层，状态为built或planned，"
        "2023—2025年间建设（含未注明年份），仅据规划文件的地点"
    )


def test_of_a_few_layers_left_out_it_says_which(catalogue: Catalogue) -> None:
    view = replace(ALL, layers=("sites", "routes"))
    assert sentence(view, catalogue, EN, "en") == "Places outside the layer Layer site"
    view = replace(ALL, layers=("sites", "moon"))
    assert "Layer sites or “moon” (not in the data)" in sentence(view, catalogue, EN, "en")


def test_a_narrowed_view_is_one_sentence_in_english(catalogue: Catalogue) -> None:
    view = replace(ALL, years=(2025, 2025), undated=False, text=" sky rail ")
    view = view.asking("accuracy_m", [1500], "at_most")
    assert sentence(view, catalogue, EN, "en") == (
        "Places positioned within 1,500 m; with a build window in 2025 (undated ones left out); "
        "named like “sky rail”"
    )


def test_a_value_that_nobody_knows_is_quoted_and_said_to_be_unknown(catalogue: Catalogue) -> None:
    view = ALL.asking("status", ["demolished"])
    assert "“demolished”（数据中没有）" in sentence(view, catalogue, ZH, "zh")
    assert "“demolished” (not in the data)" in sentence(view, catalogue, EN, "en")


def test_of_many_values_the_first_are_named_and_all_are_counted(catalogue: Catalogue) -> None:
    view = ALL.asking("id", [f"place-{number}" for number in range(200)])
    text = sentence(view, catalogue, EN, "en")
    assert "200 in all" in text
    assert "place-0" in text
    assert len(text) < 200


def test_a_very_long_value_is_cut(catalogue: Catalogue) -> None:
    view = replace(ALL, text="光" * 5000).asking("city", ["x" * 5000])
    for language in LANGUAGES:
        assert len(sentence(view, catalogue, messages(language, "sentence"), language)) < 300


def test_no_layer_and_a_filter_that_cannot_be_read_show_nothing(catalogue: Catalogue) -> None:
    assert "不显示任何地点" in sentence(replace(ALL, layers=()), catalogue, ZH, "zh")
    unreadable = replace(ALL, is_unreadable=True)
    assert "no place is shown" in sentence(unreadable, catalogue, EN, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_condition_that_can_be_asked_has_words(catalogue: Catalogue, language: str) -> None:
    values: dict[str, tuple[str | int | bool, ...]] = {PAST_WINDOW: (True,), "accuracy_m": (500,)}
    for op, operator in OPERATORS.items():
        for field in operator.fields:
            if field in {YEARS, SEARCH}:
                continue
            view = replace(ALL, conditions=(Condition(field, op, values.get(field, ("a", "b"))),))
            text = sentence(view, catalogue, messages(language, "sentence"), language)
            assert "{" not in text, (field, op)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "code",
    [
        "unread", "unknown_layer", "unknown_value", "unknown_feature", "unknown_basemap", "unknown_version",
        "unknown_since", "no_layers", "refused_layer", "renamed", "retired_feature",
    ],
)  # fmt: skip
def test_every_problem_says_what_was_asked(language: str, code: str) -> None:
    of_a_field = dict.fromkeys(("unknown_value", "renamed"), "status: demolished")
    asked = {**of_a_field, "unread": "y=later"}.get(code, "moon")
    text = problem_text(Problem(code, asked, ("sites", "routes")), messages(language, "sentence"), language)
    assert "{" not in text
    if code != "no_layers":
        assert asked.removeprefix("status: ") in text


def test_a_place_taken_out_is_told_with_reason_day_and_successor() -> None:
    reason = Text("并入葛店", "merged into Gedian")
    problem = Problem("retired_feature", "gone-park", ("2026-05-02", "lone-park"), reason)
    assert problem_text(problem, EN, "en") == (
        "The place with the id “gone-park” was taken out on 2026-05-02: merged into Gedian. "
        "“lone-park” stands for it now."
    )
    assert "并入葛店。现由“lone-park”代替。" in problem_text(problem, ZH, "zh")


def test_what_was_renamed_is_told_with_its_name_of_now() -> None:
    problem = Problem("renamed", "city: echeng", ("ezhou",), Text("鄂州", "Ezhou"))
    assert problem_text(problem, EN, "en") == "The city “echeng” has another name now; “Ezhou” is shown."
    in_chinese = problem_text(problem, ZH, "zh").replace(THIN_SPACE, "")
    assert in_chinese == "所在城市“echeng”已更名，现按“鄂州”显示。"
    assert "“ezhou”" in problem_text(replace(problem, said=None), EN, "en")


@pytest.mark.parametrize("befell", ["changed=j4bg", "changed=", "cut=sit", "cut_behind=", "too_many=1001"])
def test_what_befell_a_link_has_words_of_its_own(befell: str) -> None:
    plain = problem_text(Problem("unread", "y=never"), EN, "en")
    for words, language in ((EN, "en"), (ZH, "zh")):
        text = problem_text(Problem("unread", befell), words, language)
        assert "{" not in text
        assert befell not in text
        assert text[:20] != plain[:20]


def test_a_link_too_long_to_read_is_told_with_its_length() -> None:
    text = problem_text(Problem("unread", "too_long=70000"), EN, "en")
    assert "70000" in text
    assert "too_long" not in text


def test_a_very_long_problem_is_cut() -> None:
    assert len(problem_text(Problem("unread", "y=" + "9" * 60_000), ZH, "zh")) < 300


def test_a_thin_space_stands_between_chinese_and_latin() -> None:
    assert fill("共{n}处GIS数据", n=3) == f"共{THIN_SPACE}3{THIN_SPACE}处{THIN_SPACE}GIS{THIN_SPACE}数据"


def test_a_parameter_is_put_in_as_it_is() -> None:
    assert fill("“{value}”", value="光谷A{value}") == "“光谷A{value}”"


def test_both_languages_have_the_same_words() -> None:
    assert ZH.keys() == EN.keys()
