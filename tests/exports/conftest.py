"""Every combination written once, and read once by each program, which is started once for all files."""

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from layers.fields import FEATURES
from layers.stores.folder import FolderStore
from tests.builders import DATA
from tests.exports import dbase_reads, duckdb_reads, dxf_reads, office_reads
from tests.exports.combinations import COMPLETE, REAL, Combination, readers
from tests.exports.combinations import written as combinations
from tests.exports.complete import complete_folder
from tests.exports.found import Found, found_in
from tests.exports.pieces import Piece, Source, written

HERE = Path(__file__).parent
# Debian's programs come with a Python of their own.
PYTHON = Path("/usr/bin/python3")
HAS_APT = Path("/usr/bin/apt-get").exists()


class Written:
    """All exports, and what each program finds in them."""

    def __init__(self, folder: Path, sources: Mapping[str, Source]) -> None:
        self._folder = folder
        self.sources = sources
        self._database = duckdb_reads.opened()
        self.pieces: dict[Combination, list[Piece]] = {}
        for combination in combinations():
            content = folder / str(combination)
            source = sources[combination.data]
            self.pieces[combination] = list(written(combination, source, content))

    def read(self, piece: Piece, program: str) -> Found:
        """Return what a program finds in a piece."""
        readers: dict[str, Callable[[Piece], Found]] = {
            "gdal": lambda piece: self._told(piece, self._gdal),
            "qgis": lambda piece: self._told(piece, self._qgis, by_qgis=True),
            "duckdb": self._by_duckdb,
            "pyshp": lambda piece: dbase_reads.read(piece.folder, piece.combination.encoding),
            "libreoffice": self._by_office,
            "ezdxf": lambda piece: dxf_reads.read(piece.file("*.dxf"), piece.names[FEATURES]["id"]),
        }
        return readers[program](piece)

    @cached_property
    def _all(self) -> list[Piece]:
        return [piece for pieces in self.pieces.values() for piece in pieces]

    @cached_property
    def _gdal(self) -> dict[str, Any]:
        pieces = self._read_by("gdal")
        return self._run("gdal_reads.py", [name for piece in pieces for name in sources_of(piece)])

    @cached_property
    def _qgis(self) -> dict[str, Any]:
        pieces = self._read_by("qgis")
        names = [name for piece in pieces for name in sources_of(piece, by_qgis=True)]
        return self._run("qgis_opens.py", names)

    def _read_by(self, program: str) -> list[Piece]:
        return [piece for piece in self._all if program in readers(piece.combination)]

    def _told(self, piece: Piece, told: Mapping[str, Any], *, by_qgis: bool = False) -> Found:
        return found_in(layer for source in sources_of(piece, by_qgis=by_qgis) for layer in told[source])

    def _run(self, script: str, asked: object) -> dict[str, Any]:
        listed, told = (self._folder / f"{script}.{part}.json" for part in ("asked", "told"))
        listed.write_text(json.dumps(asked), encoding="utf-8")
        subprocess.run(  # noqa: S603 - a fixed program
            [PYTHON, HERE / script, listed, told], check=True, timeout=300, capture_output=True, text=True,
            env={"HOME": str(self._folder), "XDG_RUNTIME_DIR": str(self._folder), "LANG": "C.UTF-8"},
        )  # fmt: skip
        found: dict[str, Any] = json.loads(told.read_text("utf-8"))
        return found

    def _by_duckdb(self, piece: Piece) -> Found:
        return duckdb_reads.read(self._database, piece.folder, piece.combination.format_id)

    def _by_office(self, piece: Piece) -> Found:
        file = piece.file(f"*.{piece.combination.format_id}")
        return office_reads.read(self._converted[piece.combination] / f"{office_reads.named(file)}.fods")

    @cached_property
    def _converted(self) -> dict[Combination, Path]:
        kinds: dict[str, list[Piece]] = {}
        for piece in self._all:
            combination = piece.combination
            if combination.format_id in {"csv", "xlsx"}:
                kind = combination.encoding if combination.format_id == "csv" else ""
                kinds.setdefault(kind, []).append(piece)
        made = {}
        for kind, pieces in kinds.items():
            folder = self._folder / f"office-{kind}"
            files = [piece.file(f"*.{piece.combination.format_id}") for piece in pieces]
            office_reads.converted(files, kind, folder)
            made.update({piece.combination: folder for piece in pieces})
        return made


def sources_of(piece: Piece, *, by_qgis: bool = False) -> Iterator[str]:
    """Return what a program is to open: a file, or each of those that a format has for a table."""
    format_id = piece.combination.format_id
    if format_id == "csv" and by_qgis:
        encoding = {"gbk": "GBK"}.get(piece.combination.encoding, "UTF-8")
        yield (
            f"{piece.file('*.csv').as_uri()}?type=csv&encoding={encoding}&detectTypes=no"
            f"&crs={piece.crs.crs_id}"
        )
    elif format_id == "kmz":
        # Of an archive that they open themselves, both read no fields.
        yield f"/vsizip/{piece.file('*.kmz')}/doc.kml"
    elif format_id == "qgis" and by_qgis:
        yield str(piece.file("*.qgz"))
    elif format_id == "shp":
        for table in sorted(piece.folder.glob("*.dbf")):
            whole = table.with_suffix(".shp")
            yield str(whole if whole.exists() else table)
    else:
        ending = {"qgis": "gpkg", "filegdb": "gdb"}.get(format_id, format_id)
        yield from (str(path) for path in sorted(piece.folder.glob(f"*.{ending}")))


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Write everything."""
    folder = tmp_path_factory.mktemp("exports")
    sources = {COMPLETE: source_of(complete_folder(folder / "data")), REAL: source_of(DATA)}
    return Written(folder / "written", sources)


def source_of(folder: Path) -> Source:
    """Return a data folder's store and its geometries as they stand in its files."""
    store = FolderStore(folder)
    geometries = {}
    for layer_id in store.catalogue.layer_ids():
        raw = json.loads((folder / "geojson" / f"{layer_id}.geojson").read_text("utf-8"))
        geometries.update({row["id"]: row["geometry"] for row in raw["features"]})
    return Source(store, geometries)
