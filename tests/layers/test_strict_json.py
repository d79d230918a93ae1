"""What readers take in different ways is refused; all else is read as the standard library does."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.strict_json import MAX_INTEGER, parse

whole_characters = st.text(st.characters(exclude_categories=["Cs"]))
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | whole_characters,
    lambda inner: st.lists(inner) | st.dictionaries(whole_characters, inner),
    max_leaves=20,
)


@given(anything, st.booleans())
def test_what_is_written_is_read(value: object, ascii_only: bool) -> None:  # noqa: FBT001
    assert parse(json.dumps(value, ensure_ascii=ascii_only)) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1, "a": 1}', "'a' stands twice"),
        ('[{"b": {"a": 1, "a": 2}}]', "'a' stands twice"),
        ("[NaN]", "NaN"),
        ("[Infinity]", "Infinity"),
        ("[-Infinity]", "-Infinity"),
        ("[1e309]", "1e309 is too large"),
        ("[-1e999]", "too large"),
        (f"[{'9' * 310}.0]", "too large"),
        ("[9007199254740993]", "write it as text"),
        (f"[{'9' * 5000}]", "digits"),
        ('["\\ud800"]', "half a character"),
        ('["\\udc00\\ud800"]', "half a character"),
        ('{"\\ud83d": 1}', "half a character"),
        ("[" * 100_000 + "]" * 100_000, "nested too deep"),
        ("", "Expecting value"),
        ("{'a': 1}", "Expecting property name"),
        ("[1,]", "Expecting value|Illegal trailing comma"),
        ("\ufeff[]", "BOM"),
    ],
)
def test_is_refused_saying_why(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse(text)


def test_the_largest_numbers_that_every_reader_holds_are_read() -> None:
    assert parse("[9007199254740991, 1.7976931348623157e308]") == [MAX_INTEGER, 1.7976931348623157e308]


def test_an_emoji_in_two_escapes_is_one_character() -> None:
    assert parse('"\\ud83c\\udf09"') == "🌉"
