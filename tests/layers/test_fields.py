"""The names of the columns of exports: short enough, told apart, the same from one export to the next."""

import json
from typing import Any

import pytest

from layers.errors import CatalogueError
from layers.fields import FEATURES, SPELLINGS, TABLES, Fields
from tests.builders import DATA

RAW = json.loads((DATA / "catalogue" / "fields.json").read_text("utf-8"))


def raw_with(**changes: str) -> dict[str, Any]:
    return {**RAW, FEATURES: [{**RAW[FEATURES][0], **changes}, *RAW[FEATURES][1:]]}


@pytest.mark.parametrize("table", TABLES)
def test_short_names_have_ten_bytes_at_most_in_both_encodings(table: str) -> None:
    for row in Fields.read(RAW).of(table):
        for spelling in ("short_en", "short_zh"):
            name = row.names[spelling]
            assert len(name.encode("utf-8")) <= 10
            assert len(name.encode("gbk")) <= 10


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_two_fields_of_a_table_have_one_name(spelling: str) -> None:
    for fields in Fields.read(RAW).names(spelling).values():
        lowered = [name.lower() for name in fields.values()]
        assert len(set(lowered)) == len(lowered)


def test_names_that_desktops_were_set_up_with_stay() -> None:
    names = {spelling: Fields.read(RAW).names(spelling)[FEATURES] for spelling in SPELLINGS}
    fields = ("id", "year_start", "status")
    assert {field: [names[spelling][field] for spelling in SPELLINGS] for field in fields} == {
        "id": ["id", "编号", "id", "编号"],
        "year_start": ["year_start", "起始年份", "year_start", "起始年"],
        "status": ["status", "状态代码", "status", "状态码"],
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"short_zh": "名称"},  # as the second field
        {"short_en": "NAME_ZH"},  # in other letters
        {"short_en": "eleven_byte"},
        {"short_zh": "四个汉字"},  # twelve bytes in UTF-8
        {"short_zh": ""},
        {"kind": "date"},
    ],
)
def test_names_that_would_collide_or_be_cut_are_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"twice|longer|none of"):
        Fields.read(raw_with(**changes))


def test_without_the_file_an_export_says_what_is_missing() -> None:
    with pytest.raises(CatalogueError, match=r"fields\.json"):
        Fields({}).of(FEATURES)
