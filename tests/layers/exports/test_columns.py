"""Columns in which a text that stands in many rows is held once."""

import numpy as np
import pandas as pd
import pyarrow as pa

from layers.exports.columns import (
    Coded,
    as_frame,
    content_of,
    distinct,
    each_text,
    joined,
    plain,
    taken,
    texts,
)

CITIES = ["武汉", "鄂州"] * 20


def rows_of(names: list[str]) -> pa.RecordBatch:
    years = pa.array(range(len(names)))
    return pa.RecordBatch.from_pydict({"city": Coded.of(names).texts(str), "year": years})


def test_a_text_of_many_rows_is_held_once_and_one_of_few_in_its_rows() -> None:
    often, seldom = Coded.of(CITIES).texts(str), Coded.of(map(str, range(40))).texts(str)
    assert often.dictionary.to_pylist() == ["武汉", "鄂州"]
    assert seldom.type == pa.large_string()
    assert (often.to_pylist(), seldom.to_pylist()) == (CITIES, [str(number) for number in range(40)])


def test_values_of_one_text_hold_it_once() -> None:
    places = [("derived", 30), ("derived", 2000), ("known", 30), ("derived", 30)] * 10
    methods = Coded.of(places).texts(lambda place: place[0])
    assert methods.dictionary.to_pylist() == ["derived", "known"]
    assert methods.to_pylist() == ["derived", "derived", "known", "derived"] * 10


def test_a_missing_text_is_empty() -> None:
    assert texts(["a", None, ""]).to_pylist() == ["a", "", ""]
    assert texts(pd.Series(["a", None, ""], dtype="str")).to_pylist() == ["a", "", ""]
    assert Coded.of([None, "a"]).texts(lambda value: value).to_pylist() == ["", "a"]


def test_rows_that_are_taken_hold_no_text_of_the_others() -> None:
    some = taken(rows_of(CITIES), pa.array(np.arange(1, 40, 2)))
    assert some.column("city").dictionary.to_pylist() == ["鄂州"]
    assert some.column("city").to_pylist() == ["鄂州"] * 20
    assert some.column("year").to_pylist() == list(range(1, 40, 2))


def test_tables_joined_have_the_rows_of_both_however_their_texts_are_held() -> None:
    both = joined([rows_of(CITIES), rows_of(["黄石"])])
    assert both.column("city").to_pylist() == [*CITIES, "黄石"]


def test_what_is_done_to_texts_is_done_in_every_row() -> None:
    column = Coded.of(CITIES).texts(str)
    longer = each_text(column, lambda held: texts(f"{text}市" for text in held.to_pylist()))
    assert plain(longer).to_pylist() == [f"{name}市" for name in CITIES]


def test_content_is_that_of_the_slice() -> None:
    assert bytes(content_of(texts(["a", "光", "谷", "b"])[1:3])) == "光谷".encode()
    assert bytes(content_of(texts([]))) == b""


def test_what_stands_together_comes_once_in_order() -> None:
    rows = pa.RecordBatch.from_pydict({"a": texts(["y", "x", "y"]), "b": texts(["1", "2", "1"])})
    assert distinct(rows, ["a", "b"]) == [("y", "1"), ("x", "2")]


def test_a_frame_of_pandas_has_its_types_with_rows_and_without() -> None:
    rows = pa.RecordBatch.from_pydict({
        "text": texts(["a"]), "number": pa.array([None], pa.int64()), "is": pa.array([True]),
    })  # fmt: skip
    for made in (as_frame(rows), as_frame(rows.slice(0, 0))):
        assert [str(kind) for kind in made.dtypes] == ["str", "Int64", "bool"]
    assert as_frame(rows)["number"].iloc[0] is pd.NA
