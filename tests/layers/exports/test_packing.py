"""Files that are hashed while they are written."""

import hashlib
from errno import ENOSPC
from pathlib import Path

import pytest

from layers.exports import packing
from layers.exports.packing import files_in, read_along

PIECES = [bytes([number]) * 300_000 for number in range(10)]


@pytest.mark.parametrize("saved_at_once", [1 << 20, 1 << 40])
def test_a_file_is_hashed_while_it_grows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, saved_at_once: int,
) -> None:
    monkeypatch.setattr(packing, "SAVED_AT_ONCE", saved_at_once)
    path, digests = tmp_path / "places.bin", dict[Path, str]()
    with read_along(path, digests), path.open("wb", buffering=0) as file:
        for piece in PIECES:
            file.write(piece)
    assert digests == {path: hashlib.sha256(b"".join(PIECES)).hexdigest()}


def test_a_file_that_was_not_finished_is_not_hashed(tmp_path: Path) -> None:
    digests: dict[Path, str] = {}

    def fill_the_disk() -> None:
        with read_along(tmp_path / "places.bin", digests):
            (tmp_path / "places.bin").write_bytes(PIECES[1])
            raise OSError(ENOSPC, "full")

    with pytest.raises(OSError, match="full"):
        fill_the_disk()
    assert digests == {}


def test_files_that_were_hashed_are_not_read_again(tmp_path: Path) -> None:
    known, other = tmp_path / "known.bin", tmp_path / "other.bin"
    for path in (known, other):
        path.write_bytes(b"places")
    files = files_in(tmp_path, {known: "told"}, lambda: False)
    assert [(file.name, file.size, file.sha256) for file in files] == [
        ("known.bin", 6, "told"), ("other.bin", 6, hashlib.sha256(b"places").hexdigest()),
    ]  # fmt: skip
