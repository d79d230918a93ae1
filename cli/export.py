"""`corridor export`: layers as a file for another program."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cli.filtering import add_filter, typed
from cli.output import write_json
from geo.crs import CHOSEN_BY_DATA
from i18n.messages import LANGUAGES, messages
from layers.exports.encodings import known_as
from layers.exports.errors import InvalidAreaError
from layers.exports.export import SPELLINGS, Asked, export, format_of
from layers.exports.formats import FORMATS
from layers.exports.manifest import Atlas
from layers.exports.selection import Selection, read_area
from layers.exports.tables import DATUMS
from layers.stores.address import open_store

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from layers.settings import Settings
    from layers.stores.base import LayerStore


def add_export(part: argparse.ArgumentParser) -> None:
    """Add the options of `corridor export`."""
    part.epilog = """examples:
  corridor export --to all.geojson
  corridor export science_islands --to islands.gpkg --crs gk-auto
  corridor export --to built.zip --format shp --where status=built --crs EPSG:4547 --encoding gbk
  corridor export --to wuhan.xlsx --where city=wuhan --years 2023-2025 --names zh
  corridor export --to part.csv --area drawn.geojson --encoding utf-8-bom

EPSG:4326 is WGS 84, EPSG:4490 CGCS2000; gk-auto picks the 3-degree Gauss-Krueger zone that holds most places,
gk-by-city one a city, and with -prefix behind it eastings begin with the zone's number."""
    add_filter(part)
    part.add_argument("--to", metavar="FILE", type=Path, required=True, help="replaced when all is done")
    formats = f"{', '.join(FORMATS)}; by the ending of FILE without"
    part.add_argument("--format", metavar="F", default="", help=formats)
    systems = ", ".join(CHOSEN_BY_DATA)
    part.add_argument("--crs", metavar="CRS", default="EPSG:4326", help=f"such as EPSG:4547, or {systems}")
    part.add_argument("--encoding", metavar="E", default="", help="utf-8, utf-8-bom or gbk")
    part.add_argument("--names", choices=tuple(SPELLINGS), default="en", help="of the fields")
    part.add_argument("--area", metavar="FILE", type=Path, help="GeoJSON with an area that places must touch")
    part.add_argument("--ids", metavar="ID,ID", default="", help="only these places")
    part.add_argument(
        "--shifted", metavar="DATUM", choices=DATUMS, action="append", default=[],
        help=f"add columns with a point in {' or '.join(DATUMS)}, as map services in China use it",
    )  # fmt: skip


def export_layers(settings: Settings, asked: argparse.Namespace) -> int:
    """Write layers to a file for another program, with a manifest of what it holds."""
    store = open_store(settings.data)
    snapshot, view = typed(store, asked)
    area = read_area(_content(asked.area)) if asked.area else None
    selection = Selection(snapshot, view, area, tuple(_listed(asked.ids)) if asked.ids else None)
    wanted = Asked(
        format_id=asked.format or format_of(asked.to),
        at=datetime.now(UTC),
        crs=asked.crs,
        encoding=known_as(asked.encoding),
        names=asked.names,
        language=asked.lang,
        shifted=tuple(asked.shifted),
    )
    with _cancelled_by_signals() as cancelled:
        made = export(selection, wanted, asked.to, _atlas(store, settings), _progress, cancelled.is_set)
    if asked.json:
        write_json(made.manifest)
    elif sys.stdout.isatty():
        systems = ", ".join(dict.fromkeys(row["id"] for row in made.manifest["crs"]))
        size = made.file.stat().st_size / 1e6
        sys.stdout.write(f"{made.file}: {made.manifest['features']} places, {systems}, {size:.1f} MB\n")
    for left in made.manifest["left_out"]:
        sys.stderr.write(f"corridor: {left['count']} places left out: {left['words']['en']}\n")
    for layer_id in made.manifest["missing_layers"]:
        sys.stderr.write(f"corridor: layer {layer_id} is not served and not in the file\n")
    return 0


def _atlas(store: LayerStore, settings: Settings) -> Atlas:
    words, sentences = (
        {language: messages(language, part) for language in LANGUAGES} for part in ("exports", "sentence")
    )
    return Atlas(store.catalogue, store.publications(), words, sentences, settings.address)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        problem = f"{path.name}: {error.strerror}"
        raise InvalidAreaError(problem) from error


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        # The line is written over, and left empty at the end.
        sys.stderr.write(f"\r{done:,} of {total:,}" if done < total else "\r\033[K")
        sys.stderr.flush()


@contextmanager
def _cancelled_by_signals() -> Iterator[threading.Event]:
    """Give what is set when somebody presses Ctrl+C or the system asks the program to end."""
    cancelled = threading.Event()
    names = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(name, lambda *_: cancelled.set()) for name in names]
    try:
        yield cancelled
    finally:
        for name, handler in zip(names, before, strict=True):
            signal.signal(name, handler)
