"""`corridor print` writes what was asked for whole, or says why not and leaves what was there."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from cli import main
from cli.exit_codes import EXIT_CODES
from layers.errors import UnknownPrintError
from layers.exports.errors import UnwritableError
from layers.stores.folder import FolderStore
from tests.builders import feature, few_features, write_folder, write_layer


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a small atlas and point the program at it."""
    monkeypatch.setenv("CORRIDOR_DATA", str(write_folder(tmp_path / "data", few_features())))
    monkeypatch.delenv("CORRIDOR_ADDRESS", raising=False)
    return tmp_path


def run(folder: Path, *arguments: str) -> int:
    return main(["print", *arguments], folder)


def test_a_map_is_printed_as_its_ending_says(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "map.pdf"
    address = ("--address", "https://atlas.example.cn")
    assert run(folder, "--to", str(file), "--paper", "a3", "--orient", "portrait", "--json", *address) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert told["link"].startswith("https://atlas.example.cn/m?v=")
    (page,) = PdfReader(file).pages
    assert float(page.mediabox.height) / 72 * 25.4 == pytest.approx(420, abs=0.01)
    assert sorted(path.name for path in folder.iterdir()) == ["data", "map.pdf"]


def test_places_titles_and_languages_can_be_chosen(folder: Path) -> None:
    file = folder / "map.pdf"
    asked = ("--where", "status=built", "--lang", "en", "--title", "Parks for the meeting")
    assert run(folder, "sites", "--to", str(file), *asked) == 0
    text = PdfReader(file).pages[0].extract_text()
    assert "Parks for the meeting" in text
    assert "built" in text


def test_a_link_that_compares_prints_what_has_changed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_layer(folder / "data", "sites", [feature("tower", name_zh="前名")])
    old = FolderStore(folder / "data").publish("", datetime(2026, 5, 2, tzinfo=UTC)).version
    write_layer(folder / "data", "sites", [feature("tower", name_zh="后名")])
    file = folder / "map.pdf"
    assert run(folder, "--to", str(file), "--link", f"/m?v=1&l=sites&since={old}", "--lang", "en") == 0
    text = " ".join(PdfReader(file).pages[0].extract_text().split())
    assert "1 of 1 place changed since 2026-05-02: 1 renamed (not marked on this map)" in text
    assert old not in capsys.readouterr().err


def test_the_scale_is_the_one_asked_for(folder: Path) -> None:
    file = folder / "map.pdf"
    assert run(folder, "--to", str(file), "--at", "114.5,30.45,11", "--scale", "125000") == 0
    assert "1:125 000" in PdfReader(file).pages[0].extract_text().replace("\u00a0", " ")


def test_a_png_has_the_dots_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "map.img"
    assert run(folder, "--to", str(file), "--format", "png", "--dpi", "72") == 0
    with Image.open(file) as picture:
        assert picture.size == (842, 595)
    assert "no code on it" in capsys.readouterr().err


def test_an_atlas_is_a_document_of_many_pages(folder: Path) -> None:
    file = folder / "atlas.pdf"
    assert run(folder, "--to", str(file), "--atlas") == 0
    # Without a basemap there are no cities: the overview and the index.
    assert len(PdfReader(file).pages) == 2


@pytest.mark.parametrize(
    "asked",
    [("--format", "gif"), ("--paper", "a0"), ("--dpi", "1"), ("--scale", "1"), ("--atlas", "--format=svg")],
)
def test_what_cannot_be_printed_is_refused_unwritten(folder: Path, asked: tuple[str, ...]) -> None:
    file = folder / "map.pdf"
    file.write_bytes(b"before")
    assert run(folder, "--to", str(file), *asked) == EXIT_CODES[UnknownPrintError]
    assert file.read_bytes() == b"before"


def test_more_dots_than_memory_should_hold_are_refused_in_words(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "--to", str(folder / "map.png"), "--paper", "a3", "--dpi", "10000") == 30
    # 9,921 by 7,016 dots: 420 mm by 297 mm at 600 an inch.
    assert capsys.readouterr().err == (
        "corridor: No picture has 10000 dots an inch; choose 36 to 600. "
        "The largest sheet then has 70 million dots, which take 1 GB of memory.\n"
    )
    assert not (folder / "map.png").exists()


def test_a_file_that_cannot_be_written_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--to", str(folder / "none" / "map.pdf")) == EXIT_CODES[UnwritableError]
    assert "map.pdf could not be written" in capsys.readouterr().err
