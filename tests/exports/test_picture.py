"""A project of the real data, drawn by QGIS: the map's own colours, and Chinese names."""

import json
import subprocess
from pathlib import Path

from tests.exports.combinations import REAL, Combination
from tests.exports.conftest import HERE, PYTHON, Written
from tests.exports.test_rules import on_debian

# Around the East Lake and the Optics Valley.
EDGES = [114.25, 30.38, 114.75, 30.66]


@on_debian
def test_qgis_draws_the_real_data_in_the_maps_colours_with_chinese_names(
    exports: Written, tmp_path: Path,
) -> None:
    (piece,) = exports.pieces[Combination(REAL, "qgis", "EPSG:4547", "utf-8")]
    picture = tmp_path / "map.png"
    done = subprocess.run(  # noqa: S603 - a fixed program
        [PYTHON, HERE / "qgis_draws.py", piece.file("*.qgz"), picture, json.dumps(EDGES)],
        capture_output=True, check=True, timeout=120,
        env={"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "LANG": "C.UTF-8"},
    )  # fmt: skip
    told = json.loads(done.stdout)
    stored = {row["name_zh"] for row in piece.source.tables["features"]}
    assert len(told["names"]) > 20
    assert set(told["names"]) <= stored
    hues = {entry.style.hue.light.upper() for entry in piece.source.store.catalogue.entries(piece.source.view.layers)}
    assert len(hues & set(told["colours"])) >= len(hues) / 2
