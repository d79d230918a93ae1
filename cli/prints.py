"""`corridor print`: a map or an atlas on paper."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cli.filtering import add_filter, typed
from cli.output import write_json
from i18n.messages import messages
from layers.errors import UnknownVersionError
from layers.exports.errors import UnwritableError
from layers.render.ground import Ground
from layers.render.press import Press
from layers.render.print_edition import Imprint, Said, edition_of
from layers.render.print_files import ATLAS, DOTS_PER_INCH, DPI, MAP, PLACES, VIEW, Wanted, printed
from layers.render.print_sheet import LANDSCAPE, ORIENTATIONS, PAPERS, Sheet
from layers.render.still_map import Atlas
from layers.stores.address import open_store
from layers.stores.whole_file import write_whole
from layers.typed import read_centre

if TYPE_CHECKING:
    import argparse

    from layers.settings import Settings
    from layers.snapshot import Snapshot
    from layers.stores.base import LayerStore


def add_print(part: argparse.ArgumentParser) -> None:
    """Add the options of `corridor print`."""
    part.epilog = """examples:
  corridor print --to corridor.pdf
  corridor print science_islands --to islands.png --where status=built --paper a3 --orient portrait --lang en
  corridor print --to atlas.pdf --atlas --address https://atlas.example.cn
  corridor print --to centre.svg --at 114.45,30.48,12"""
    add_filter(part)
    part.add_argument("--to", metavar="FILE", type=Path, required=True, help="replaced when all is done")
    part.add_argument("--format", metavar="F", default="", help="pdf, png, svg; else by FILE's ending")
    part.add_argument("--paper", metavar="P", default="a4", help=" or ".join(PAPERS))
    part.add_argument("--orient", metavar="O", default=LANDSCAPE, help=" or ".join(ORIENTATIONS))
    part.add_argument("--atlas", action="store_true", help="a page for each city, and an index; PDF")
    fits = f"{PLACES}: show all of them; {VIEW}: what the link shows"
    part.add_argument("--fit", metavar="F", default="", help=fits)
    part.add_argument("--at", metavar="LON,LAT,ZOOM", default="", help="the middle of the map, and its zoom")
    part.add_argument("--scale", metavar="N", type=float, default=0, help="one to so much, such as 250000")
    part.add_argument("--select", metavar="ID", default="", help="a place to mark")
    part.add_argument("--title", metavar="WORDS", default="", help="in place of the atlas's name")
    dots = f"dots an inch of a PNG, {DPI[0]} to {DPI[1]}; {DOTS_PER_INCH} without"
    part.add_argument("--dpi", metavar="N", type=int, default=DOTS_PER_INCH, help=dots)
    part.add_argument("--address", metavar="URL", default="", help="for the code; else CORRIDOR_ADDRESS")


def print_map(settings: Settings, asked: argparse.Namespace) -> int:
    """Print a map, or an atlas with a page for each city, as PDF, PNG or SVG."""
    form = (asked.format or asked.to.suffix.removeprefix(".")).lower()
    fit = VIEW if asked.at else asked.fit or (VIEW if asked.link else PLACES)
    wanted = Wanted(ATLAS if asked.atlas else MAP, form, fit, scale=asked.scale, dpi=asked.dpi).checked()
    sheet = Sheet.of(asked.paper, asked.orient)
    store = open_store(settings.data)
    snapshot, view = typed(store, asked)
    view = replace(view, language=asked.lang, selected=asked.select or view.selected)
    view = read_centre(asked.at, view) if asked.at else view
    said = Said(*(messages(view.language, part) for part in ("map", "print", "sentence", "changes")))
    address, compared = asked.address or settings.address, _compared(store, view.since)
    imprint = Imprint(view.on, store.publications(), address, asked.title, compared)
    atlas = Atlas(snapshot, store.catalogue, Ground.read(store.ground))
    edition = edition_of(view, atlas, sheet, said, imprint)
    content = printed(edition, wanted, Press())
    try:
        write_whole(asked.to, content)
    except OSError as error:
        raise UnwritableError(asked.to.name, error.strerror or "") from error
    for problem in edition.problems:
        sys.stderr.write(f"corridor: {problem}\n")
    if not imprint.address:
        sys.stderr.write("corridor: no code on it: set CORRIDOR_ADDRESS or --address\n")
    if asked.json:
        told = {
            "file": asked.to.name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(),
            "data_version": snapshot.version, "filter": edition.sentence, "link": edition.link or None,
        }  # fmt: skip
        write_json(told)
    elif sys.stdout.isatty():
        sys.stdout.write(f"{asked.to}: {len(content) / 1e6:.1f} MB\n")
    return 0


def _compared(store: LayerStore, version: str) -> Snapshot | None:
    try:
        return store.snapshot(version) if version else None
    except UnknownVersionError:
        return None
