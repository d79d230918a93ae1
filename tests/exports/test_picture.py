"""A project of the real data, drawn by QGIS: the map's own colours, and Chinese names."""

import json
import subprocess
from pathlib import Path

from tests.exports.combinations import REAL, Combination
from tests.exports.conftest import HERE, PYTHON, Written
from tests.exports.test_rules import on_debian

# Of 255.
BLENDED = 6
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
    entries = piece.source.store.catalogue.entries(piece.source.view.layers)
    hues = [entry.style.hue.light for entry in entries]
    seen = [hue for hue in hues if any(is_alike(hue, colour) for colour in told["colours"])]
    # Some layers lie elsewhere.
    assert len(seen) > len(hues) / 2


def is_alike(one: str, other: str) -> bool:
    """Return whether two colours differ by no more than what blends with the ground at an edge."""
    return all(abs(int(one[at : at + 2], 16) - int(other[at : at + 2], 16)) <= BLENDED for at in (1, 3, 5))
