"""A line as printed and as it is easier to read, cut where phrases begin and end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.printed import read


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("創(chuàng)新創(chuàng)業(yè)", "创新创业"),
        ("協同創新行動方案(2023??—2025年)", "协同创新行动方案(2023—2025年)"),
        ("?序號 | 名稱 |", "序号 | 名称 |"),
        ("到 2025 年，突破 5000 亿元", "到2025年，突破5000亿元"),
        ("(一) 指导思想", "(一)指导思想"),
        ("接续创业 迈向世界", "接续创业 迈向世界"),
        ("区域全面经济伙伴关系协定(RCEP)、(M0)用地", "区域全面经济伙伴关系协定(RCEP)、(M0)用地"),
        ("类型\t序号\t", "类型\t序号\t"),
    ],
)
def test_the_plain_form_is_simplified_and_without_noise(printed: str, plain: str) -> None:
    assert read(printed).plain == plain


def test_a_phrase_is_found_in_both_forms() -> None:
    printed, plain = read("推進創(chuàng)新平臺 3 個").runs(["創(chuàng)新平臺", "平臺 3 個"])
    assert printed == [("推進", ()), ("創(chuàng)新", (0,)), ("平臺", (0, 1)), (" 3 個", (1,))]
    assert plain == [("推进", ()), ("创新", (0,)), ("平台", (0, 1)), ("3个", (1,))]


def test_a_phrase_that_is_not_there_marks_nothing() -> None:
    assert read("光谷").runs(["武汉", ""]) == ([("光谷", ())], [("光谷", ())])


def test_rows_of_tables_are_told_from_sentences() -> None:
    assert read("1 | 黄石园 | 2023年 |").is_row
    assert read("1\t研发经费\t12").is_row
    assert not read("甲|乙").is_row


@given(st.text(alphabet="光谷創新台 ?()ūa12，。", max_size=30), st.integers(0, 29), st.integers(1, 8))
def test_the_pieces_make_up_the_line_again(text: str, start: int, length: int) -> None:
    line = read(text)
    both = line.runs([text[start : start + length]])
    for whole, runs in zip((line.printed, line.plain), both, strict=True):
        assert "".join(piece for piece, _ in runs) == whole
