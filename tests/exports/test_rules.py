"""What is written keeps the rules of its format, as programs that know the rules say."""

import subprocess
import zipfile
from importlib.resources import files
from pathlib import Path

import geojson_validator
import pytest

from layers.exports.formats import FORMATS
from tests.exports import dxf_reads
from tests.exports.combinations import READERS, Combination, written
from tests.exports.conftest import HAS_APT, PYTHON, Written, sources_of
from tests.exports.pieces import Piece

on_debian = pytest.mark.skipif(not HAS_APT, reason="a program of Debian's, on a machine without apt-get")
KML = str(files("fastkml") / "schema" / "ogckml22.xsd")
OGRINFO, XMLLINT = "/usr/bin/ogrinfo", "/usr/bin/xmllint"


def pieces_of(exports: Written, format_ids: set[str]) -> list[Piece]:
    """Return all pieces of some formats."""
    return [
        piece
        for combination, pieces in exports.pieces.items()
        for piece in pieces
        if combination.format_id in format_ids
    ]


def run(*arguments: str | Path) -> str:
    """Return what a program of Debian's says."""
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603 - fixed ones
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_geojson_is_by_rfc_7946(exports: Written) -> None:
    for piece in pieces_of(exports, {"geojson"}):
        path = piece.file("*.geojson")
        assert geojson_validator.validate_structure(path, check_crs=True) == {}
        found = geojson_validator.validate_geometries(path, criteria_problematic=())
        assert found["invalid"] == {}


@on_debian
def test_kml_is_by_its_schema(exports: Written, tmp_path: Path) -> None:
    for piece in pieces_of(exports, {"kml"}):
        run(XMLLINT, "--noout", "--nonet", "--schema", KML, piece.file("*.kml"))
    for number, piece in enumerate(pieces_of(exports, {"kmz"})):
        inside = tmp_path / f"{number}.kml"
        with zipfile.ZipFile(piece.file("*.kmz")) as archive:
            inside.write_bytes(archive.read("doc.kml"))
        run(XMLLINT, "--noout", "--nonet", "--schema", KML, inside)


@on_debian
def test_geopackages_are_by_the_standard(exports: Written) -> None:
    asked = (
        "import sys; from osgeo_utils.samples.validate_gpkg import check\n"
        "for name in sys.argv[1:]: print(check(name, abort_at_first_error=False, warning_msg=False))"
    )
    pieces = pieces_of(exports, {"gpkg", "qgis"})
    told = run(PYTHON, "-c", asked, *(piece.file("*.gpkg") for piece in pieces))
    assert told.split("\n") == ["[]"] * len(pieces) + [""]


def test_drawings_stand_an_audit(exports: Written) -> None:
    for piece in pieces_of(exports, {"dxf"}):
        assert dxf_reads.opened(piece.file("*.dxf")).modelspace()


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_every_table_of_a_shapefile_is_marked_with_its_encoding_in_both_ways(
    exports: Written, encoding: str,
) -> None:
    # The byte 29 of a table: 0x4D is code page 936; 0 leaves it to the `.cpg`.
    marks = {"utf-8": (0, "UTF-8"), "gbk": (0x4D, "GBK")}[encoding]
    for piece in pieces_of(exports, {"shp"}):
        if piece.combination.encoding == encoding:
            for table in piece.folder.glob("*.dbf"):
                assert (table.read_bytes()[29], table.with_suffix(".cpg").read_text("ascii")) == marks


def opened_by_ogrinfo() -> list[Combination]:
    """Return one combination of each format that Debian's GDAL reads."""
    one = {combination.format_id: combination for combination in written()}
    return [one[name] for name in FORMATS if "gdal" in READERS[name] and name not in {"qgis", "csv"}]


@on_debian
@pytest.mark.parametrize("combination", opened_by_ogrinfo(), ids=str)
def test_ogrinfo_counts_every_place(exports: Written, combination: Combination) -> None:
    (piece,) = exports.pieces[combination]
    names = [name.removeprefix("/vsizip/").removesuffix("/doc.kml") for name in sources_of(piece)]
    beside = {"history", "citations", "layer_styles", "沿革", "引用"}
    counts = 0
    for name in names:
        for told in run(OGRINFO, "-al", "-so", "-ro", name).split("Layer name: ")[1:]:
            if told.split("\n")[0] not in beside:
                counts += int(told.partition("Feature Count: ")[2].split("\n")[0])
    assert counts == len(piece.ids)
