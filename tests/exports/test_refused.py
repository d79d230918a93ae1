"""Whatever cannot be written is refused, for every format, system and encoding that there is."""

from dataclasses import replace
from pathlib import Path

import pytest

from geo.errors import GeoError, WrongZoneError
from layers.exports.errors import ExportError, UnencodableError, UnsuitedError
from layers.exports.export import Asked, export, extensions
from layers.exports.formats import FORMATS, WGS84
from layers.exports.selection import Selection
from tests.exports.combinations import COMPLETE, ENCODINGS, EVERY_CRS, FITTING, is_there
from tests.exports.complete import BEYOND_GBK
from tests.exports.conftest import Written
from tests.exports.pieces import AT
from tests.layers.exports.conftest import atlas_of


def refusal(exports: Written, asked: Asked, folder: Path) -> type[Exception] | None:
    """Return how an export is refused."""
    source = exports.sources[COMPLETE]
    plain = replace(asked, crs="EPSG:4326")
    target = folder / f"all{extensions(plain, len(source.view.layers))[0]}"
    try:
        export(Selection(source.store.snapshot(), source.view), asked, target, atlas_of(source.store))
    except (ExportError, GeoError) as error:
        return type(error)
    return None


@pytest.mark.parametrize("format_id", FORMATS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_a_format_has_not_is_refused_and_nothing_is_written(
    exports: Written, tmp_path: Path, format_id: str, encoding: str,
) -> None:
    unsuited = [crs for crs in EVERY_CRS if not is_there(format_id, crs, encoding)]
    assert bool(unsuited) == (encoding not in FORMATS[format_id].encodings or FORMATS[format_id].crs == WGS84)
    for crs in unsuited:
        assert refusal(exports, Asked(format_id, AT, crs, encoding), tmp_path) is UnsuitedError, crs
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format_id", [name for name, row in FORMATS.items() if row.crs != WGS84])
def test_every_grid_of_another_zone_is_refused(exports: Written, tmp_path: Path, format_id: str) -> None:
    others = [crs for crs in EVERY_CRS if crs not in FITTING]
    assert len(others) == 40
    for crs in others:
        assert refusal(exports, Asked(format_id, AT, crs), tmp_path) is WrongZoneError, crs
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format_id", [name for name, row in FORMATS.items() if "gbk" in row.encodings])
def test_what_gbk_lacks_is_refused_with_place_field_and_character(
    exports: Written, tmp_path: Path, format_id: str,
) -> None:
    source = exports.sources[COMPLETE]
    asked = Asked(format_id, AT, encoding="gbk")
    target = tmp_path / f"all{extensions(asked, len(source.view.layers))[0]}"
    with pytest.raises(UnencodableError) as refused:
        export(Selection(source.store.snapshot(), source.view), asked, target, atlas_of(source.store))
    assert set(refused.value.characters) == {(key, "name_zh") for key in BEYOND_GBK}
    assert "beyond-one name_zh (𠮷)" in str(refused.value)
    assert list(tmp_path.iterdir()) == []
