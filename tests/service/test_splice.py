"""Pieces that are compressed apart are together what any gzip reader reads."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.splice import Kept, gzip_around


@given(st.binary(), st.binary(), st.binary())
def test_three_pieces_read_as_one(before: bytes, middle: bytes, after: bytes) -> None:
    packed = gzip_around(before, Kept.of(middle), after)
    assert gzip.decompress(packed) == before + middle + after


def test_it_is_one_stream_and_nothing_behind_it() -> None:
    # Browsers read the first member of a gzip file and drop what follows.
    reader = zlib.decompressobj(wbits=31)
    read = reader.decompress(gzip_around(b"a" * 500, Kept.of(b"b" * 100_000), b"c" * 500))
    assert read == b"a" * 500 + b"b" * 100_000 + b"c" * 500
    assert reader.eof
    assert reader.unused_data == b""


def test_a_kept_piece_serves_again_and_again_to_the_same_bytes() -> None:
    kept = Kept.of("光谷".encode() * 5000)
    first = gzip_around(b"one", kept, b"two")
    assert gzip.decompress(gzip_around(b"other", kept, b"end")) == b"other" + kept.content + b"end"
    assert gzip_around(b"one", kept, b"two") == first
    assert len(first) < len(kept.content) / 50


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 1_000_000])
def test_lengths_at_which_blocks_end_are_no_exception(size: int) -> None:
    content = bytes(number * number % 251 for number in range(size))
    assert gzip.decompress(gzip_around(content, Kept.of(content), content)) == content * 3
