"""Each message is in Chinese and in English, with the same gaps; each error has words and a status."""

import ast
import json
import re
from collections import Counter
from pathlib import Path

import pytest

import geo.errors
import layers.errors
import service.errors
from i18n.messages import LANGUAGES, messages
from layers.catalogue import Catalogue
from layers.summary import Problem
from service.status import STATUS
from tests.builders import DATA, ROOT

PARTS = sorted({path.stem for language in LANGUAGES for path in (ROOT / "i18n" / language).glob("*.json")})
GAP = re.compile(r"\{(\w+)\}")
ROOTS = (geo.errors.GeoError, layers.errors.LayersError, service.errors.ServiceError)


def subclasses(kind: type[Exception]) -> list[type[Exception]]:
    return [kind, *(deeper for below in kind.__subclasses__() for deeper in subclasses(below))]


ERRORS: list[type[Exception]] = [kind for root in ROOTS for kind in subclasses(root)]


def raw(language: str, part: str) -> list[tuple[str, str]]:
    text = (ROOT / "i18n" / language / f"{part}.json").read_text("utf-8")
    pairs: list[tuple[str, str]] = json.loads(text, object_pairs_hook=list)
    return pairs


@pytest.mark.parametrize("part", PARTS)
def test_a_part_has_the_same_keys_in_both_languages_each_once(part: str) -> None:
    keys = [[key for key, _ in raw(language, part)] for language in LANGUAGES]
    assert sorted(keys[0]) == sorted(keys[1])
    assert [key for key, count in Counter(keys[0] + keys[1]).items() if count != len(LANGUAGES)] == []


@pytest.mark.parametrize("part", PARTS)
def test_no_message_is_empty(part: str) -> None:
    for language in LANGUAGES:
        assert [key for key, text in raw(language, part) if not text.strip()] == []


@pytest.mark.parametrize("part", PARTS)
def test_the_gaps_of_a_message_are_the_same_in_both_languages(part: str) -> None:
    zh, en = (messages(language, part) for language in LANGUAGES)
    assert [key for key in zh if set(GAP.findall(zh[key])) != set(GAP.findall(en[key]))] == []


@pytest.mark.parametrize("part", PARTS)
def test_chinese_messages_are_chinese_and_english_ones_are_not(part: str) -> None:
    han = re.compile("[\u4e00-\u9fff]")
    english = messages("en", part)
    # The names of the languages are written in themselves.
    assert [key for key, text in english.items() if han.search(text) and "language" not in key] == []
    half_width = re.compile("[\u4e00-\u9fff][,;?!]")
    assert [key for key, text in messages("zh", part).items() if half_width.search(text)] == []


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_has_its_own_code_words_and_a_status(kind: type[Exception]) -> None:
    code = vars(kind).get("code")
    assert code, "each class names a code of its own"
    for language in LANGUAGES:
        assert messages(language, "errors").get(code), (language, code)
    assert kind in STATUS
    assert 400 <= STATUS[kind] <= 599


def test_codes_are_stable_names_and_no_two_errors_share_one() -> None:
    codes = [vars(kind)["code"] for kind in ERRORS]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch("[a-z_]+", code) for code in codes)


def test_an_error_is_found_in_the_table_before_its_root() -> None:
    order = list(STATUS)
    for kind in ERRORS:
        for root in kind.__mro__[1:]:
            if root in STATUS:
                assert order.index(kind) < order.index(root), kind


def test_every_fault_that_a_check_of_data_finds_has_words() -> None:
    codes = {
        node.args[2].value
        for path in (ROOT / "layers").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "Issue"
        and isinstance(node.args[2], ast.Constant)
        and isinstance(node.args[2].value, str)
    }
    assert {"winding", "unknown_code", "repeated_id", "no_schema", "outside_area"} <= codes
    for language in LANGUAGES:
        words = messages(language, "errors")
        assert [code for code in codes if f"issue.{code}" not in words] == []


def test_every_problem_of_a_link_has_words() -> None:
    documented = re.findall(r"`([a-z_]+)`", (Problem.__doc__ or "").partition("asked\n")[0])
    assert "refused_layer" in documented
    for language in LANGUAGES:
        words = messages(language, "sentence")
        assert [code for code in documented if f"problem.{code}" not in words] == []


def test_every_code_list_document_and_layer_has_both_languages() -> None:
    catalogue = Catalogue.read(DATA / "catalogue")
    texts = [code.label for codes in catalogue.codes.values() for code in codes]
    texts += [text for document in catalogue.documents.values() for text in (document.title, document.short)]
    texts += [text for entry in catalogue.layers for text in (entry.title, entry.abstract)]
    assert [text for text in texts if not text.zh.strip() or not text.en.strip()] == []


def test_no_message_holds_markup() -> None:
    files = [path for language in LANGUAGES for path in Path(ROOT / "i18n" / language).glob("*.json")]
    assert [path for path in files if re.search(r"<[a-z/!]", path.read_text("utf-8"))] == []
