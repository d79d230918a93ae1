"""The terminal's entry, installed as `corridor`."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import signal
import sys
import threading
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from geo.crs import CHOSEN_BY_DATA
from geo.errors import GeoError, OutsideCRSError, RefusedDatumError, UnknownCRSError, WrongZoneError
from i18n.messages import LANGUAGES, messages
from layers.alike import alike_pairs, unreviewed
from layers.change_files import FORMATS as CHANGE_FORMATS
from layers.change_files import Comparison
from layers.changes import compare
from layers.coverage import CITED, REASONED, coverage, printed_lines, totals_of
from layers.errors import (
    AmbiguousVersionError,
    CatalogueError,
    InvalidLayerError,
    InvalidTargetsError,
    LayersError,
    PublishingError,
    RetiredPlaceError,
    UnknownFieldError,
    UnknownLayerError,
    UnknownPlaceError,
    UnknownPrintError,
    UnknownStoreError,
    UnknownValueError,
    UnknownVersionError,
    UnreadableFilterError,
    UnreadableVersionError,
)
from layers.exports.encodings import known_as
from layers.exports.errors import (
    EmptySelectionError,
    ExportCancelledError,
    ExportError,
    InvalidAreaError,
    UnencodableError,
    UnknownFormatError,
    UnsuitedError,
    UnwritableError,
)
from layers.exports.export import SPELLINGS, Asked, export, format_of
from layers.exports.formats import FORMATS
from layers.exports.manifest import SHARED_MAP, Atlas
from layers.exports.selection import Selection, read_area
from layers.exports.tables import DATUMS
from layers.place_lines import place_lines
from layers.places import layer_of
from layers.provenance import Texts, unproved
from layers.read_back import sentence
from layers.render.ground import Ground
from layers.render.press import Press
from layers.render.print_edition import Imprint, Said, edition_of
from layers.render.print_files import ATLAS, DOTS_PER_INCH, MAP, PLACES, VIEW, Wanted, printed
from layers.render.print_sheet import LANDSCAPE, ORIENTATIONS, PAPERS, Sheet
from layers.render.still_map import Atlas as DrawnAtlas
from layers.served import Served
from layers.settings import DOCUMENTS, Settings
from layers.stores.address import open_store
from layers.stores.whole_file import write_whole
from layers.targets import unknown_places, unproved_targets
from layers.typed import WHERE_FORM, Typed, linked_view, read_centre, typed_view
from layers.versions import CURRENT, LATEST, version_named
from layers.view import MapView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from layers.catalogue import Catalogue
    from layers.coverage import DocumentCoverage, LineCoverage, Reasons
    from layers.snapshot import Snapshot
    from layers.stores.base import LayerStore

ROOT = Path(__file__).parent
FAULTS_FOUND = 1
# As argparse ends where it cannot do what was asked.
USAGE = 2
# As a shell tells that a program's reader, such as `head`, went away.
UNREAD = 141
SHOWN_LETTERS = 36
# Plans are in force where it is this day, whatever the machine's clock is set to.
CHINA = timezone(timedelta(hours=8))
# The first row that an error is an instance of gives the exit code.
EXIT_CODES: dict[type[Exception], int] = {
    UnknownLayerError: 3,
    UnreadableVersionError: 12,
    UnknownVersionError: 8,
    AmbiguousVersionError: 13,
    PublishingError: 9,
    UnknownStoreError: 4,
    CatalogueError: 5,
    InvalidLayerError: 6,
    InvalidTargetsError: 7,
    UnreadableFilterError: 14,
    UnknownFieldError: 15,
    UnknownValueError: 16,
    UnknownPlaceError: 17,
    RetiredPlaceError: 18,
    UnknownFormatError: 19,
    UnknownPrintError: 30,
    UnsuitedError: 20,
    InvalidAreaError: 21,
    EmptySelectionError: 22,
    UnencodableError: 23,
    UnwritableError: 24,
    # As a shell tells that somebody pressed Ctrl+C.
    ExportCancelledError: 130,
    ExportError: 25,
    UnknownCRSError: 26,
    RefusedDatumError: 27,
    WrongZoneError: 28,
    OutsideCRSError: 29,
    LayersError: 10,
    GeoError: 11,
}


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run one command; return 0, 1 for faults found in data, or the code of an error's class.

    Parameters
    ----------
    root
        The folder beside which data and documents are looked for where the environment names none.
    """
    parser = _parser()
    asked = parser.parse_args(arguments)
    command: Callable[[Settings, argparse.Namespace], int] = asked.command
    try:
        return command(Settings.read(os.environ, root), asked)
    except BrokenPipeError:
        # What is left in the buffer would fail once more at the program's end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNREAD
    except (LayersError, GeoError) as error:
        sys.stderr.write(f"corridor: {error}\n")
        return next(code for kind, code in EXIT_CODES.items() if isinstance(error, kind))


def layers(settings: Settings, _: argparse.Namespace) -> int:
    """List the layers with their number of places, and the data version."""
    store = open_store(settings.data)
    snapshot = store.snapshot()
    for entry in store.catalogue.layers:
        layer = snapshot.layers.get(entry.layer_id)
        count = str(len(layer.features)) if layer else "refused"
        sys.stdout.write(f"{entry.layer_id:20} {count:>8}  {entry.title.zh} · {entry.title.en}\n")
    sys.stdout.write(f"data version {snapshot.version}\n")
    return 0


def validate(settings: Settings, _: argparse.Namespace) -> int:
    """List every fault: schemas, targets, places entered twice, and citations against the documents."""
    store = open_store(settings.data)
    snapshot = store.snapshot()
    faults = [
        f"{layer_id}: {issue}" for layer_id, error in snapshot.refused.items() for issue in error.issues
    ]
    texts = Texts.read(settings.documents, store.catalogue) if settings.documents else None
    if texts is None:
        sys.stderr.write(f"corridor: citations are not checked: set {DOCUMENTS} to the documents' folder\n")
    else:
        faults += _unproved(snapshot, texts)
    faults += _faults_of_targets(store, snapshot, texts)
    faults += [f"alike: {pair}" for pair in unreviewed(alike_pairs(snapshot), store.catalogue.distinct)]
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    sys.stderr.write(f"corridor: {len(faults)} faults\n")
    return FAULTS_FOUND if faults else 0


def show_coverage(settings: Settings, asked: argparse.Namespace) -> int:
    """Show what each line of the documents gave: places, targets, or the reason why nothing."""
    store = open_store(settings.data)
    known = [document.document_id for document in store.catalogue.plan_documents()]
    if settings.documents is None:
        sys.stderr.write(f"corridor: no documents to go through: set {DOCUMENTS} to their folder\n")
        return USAGE
    if asked.document and asked.document not in known:
        sys.stderr.write(f"corridor: no document {asked.document!r}; there are {', '.join(known)}\n")
        return USAGE
    texts = Texts.read(settings.documents, store.catalogue)
    reasons = store.reasons()
    snapshot = store.snapshot()
    documents = [
        document
        for document in coverage(snapshot, store.targets(), printed_lines(texts), reasons)
        if document.document_id == asked.document or not asked.document
    ]
    if asked.json:
        sys.stdout.write(_as_json(documents, snapshot.version))
    else:
        rows = _rows(documents, store.catalogue, texts, reasons, asked.uncovered)
        sys.stdout.writelines(f"{row}\n" for row in rows)
    return FAULTS_FOUND if totals_of(documents).faults else 0


def publish(settings: Settings, asked: argparse.Namespace) -> int:
    """Publish the data as they are now: a version that links can name for ever."""
    store = open_store(settings.data)
    before = store.publications()
    entry = store.publish(asked.note, datetime.now(UTC))
    if entry in before:
        sys.stdout.write(f"already published: {entry.version}, {entry.at:%Y-%m-%d %H:%M} UTC\n")
    else:
        sys.stdout.write(f"published {entry.version}: {len(entry.layers)} layers\n")
    return 0


def versions(settings: Settings, _: argparse.Namespace) -> int:
    """List the versions that were published, the newest first, under the one that is served."""
    store = open_store(settings.data)
    current, published = store.version(), store.publications()
    if current not in {entry.version for entry in published}:
        sys.stdout.write(f"{current}  not published\n")
    for entry in reversed(published):
        served = "  (served)" if entry.version == current else ""
        line = f"{entry.version}  {entry.at:%Y-%m-%d %H:%M} UTC  {len(entry.layers):>3} layers  {entry.note}"
        sys.stdout.write(f"{line.rstrip()}{served}\n")
    return 0


def diff(settings: Settings, asked: argparse.Namespace) -> int:
    """Show which places differ between two data versions, and how."""
    store = open_store(settings.data)
    published, current = store.publications(), store.version()
    old, new = (
        store.snapshot(version_named(name, published, current)) for name in (asked.old, asked.new)
    )
    words = {language: messages(language, "changes") for language in LANGUAGES}
    found = Comparison(compare(old, new, store.catalogue), store.catalogue, published, words)
    sys.stdout.write(CHANGE_FORMATS[asked.format](found))
    return 0


def export_layers(settings: Settings, asked: argparse.Namespace) -> int:
    """Write layers to a file for another program, with a manifest of what it holds."""
    store = open_store(settings.data)
    snapshot, view = _typed(store, asked)
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
        sys.stdout.write(json.dumps(made.manifest, ensure_ascii=False, indent=1) + "\n")
    elif sys.stdout.isatty():
        systems = ", ".join(dict.fromkeys(row["id"] for row in made.manifest["crs"]))
        size = made.file.stat().st_size / 1e6
        sys.stdout.write(f"{made.file}: {made.manifest['features']} places, {systems}, {size:.1f} MB\n")
    for left in made.manifest["left_out"]:
        sys.stderr.write(f"corridor: {left['count']} places left out: {left['words']['en']}\n")
    for layer_id in made.manifest["missing_layers"]:
        sys.stderr.write(f"corridor: layer {layer_id} is not served and not in the file\n")
    return 0


def show(settings: Settings, asked: argparse.Namespace) -> int:
    """Show what the atlas knows of one place."""
    store = open_store(settings.data)
    snapshot = _snapshot(store, asked.data_version)
    place_id = store.catalogue.former_ids.current(asked.id)
    layer = layer_of(place_id, snapshot, store.catalogue)
    features = json.loads(layer.content)["features"]
    place = Served(layer.layer_id, next(row for row in features if row["id"] == place_id))
    if asked.json:
        sys.stdout.write(json.dumps(place.feature, ensure_ascii=False, indent=1) + "\n")
    else:
        (entry,) = store.catalogue.entries([layer.layer_id])
        sys.stdout.writelines(f"{line}\n" for line in place_lines(place, entry, store.catalogue))
    return 0


def link(settings: Settings, asked: argparse.Namespace) -> int:
    """Print the link to a map of what is asked for."""
    store = open_store(settings.data)
    snapshot, view = _typed(store, asked)
    view = replace(view, version=snapshot.version, language=asked.lang)
    address = f"{asked.address or settings.address}{SHARED_MAP}?{view.to_query()}"
    if asked.json:
        words = {
            language: sentence(view, store.catalogue, messages(language, "sentence"), language)
            for language in LANGUAGES
        }
        told = {"link": address, "data_version": snapshot.version, "filter": words}
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write(f"{address}\n")
    return 0


def print_map(settings: Settings, asked: argparse.Namespace) -> int:
    """Print a map, or an atlas with a page for each city, as PDF, PNG or SVG."""
    form = (asked.format or asked.to.suffix.removeprefix(".")).lower()
    fit = VIEW if asked.at else asked.fit or (VIEW if asked.link else PLACES)
    wanted = Wanted(ATLAS if asked.atlas else MAP, form, fit, scale=asked.scale, dpi=asked.dpi).checked()
    sheet = Sheet.of(asked.paper, asked.orient)
    store = open_store(settings.data)
    snapshot, view = _typed(store, asked)
    view = replace(view, language=asked.lang, selected=asked.select or view.selected)
    view = read_centre(asked.at, view) if asked.at else view
    said = Said(*(messages(view.language, part) for part in ("map", "print", "sentence")))
    imprint = Imprint(
        view.on, store.publications(), asked.address or settings.address, asked.title,
    )
    atlas = DrawnAtlas(snapshot, store.catalogue, Ground.read(store.ground))
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
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    elif sys.stdout.isatty():
        sys.stdout.write(f"{asked.to}: {len(content) / 1e6:.1f} MB\n")
    return 0


def _typed(store: LayerStore, asked: argparse.Namespace) -> tuple[Snapshot, MapView]:
    """Return the data version and the view that the options of a filter ask for."""
    catalogue = store.catalogue
    lon, lat = catalogue.product["centre"]
    start = MapView(
        layers=catalogue.layer_ids(),
        on=datetime.now(CHINA).date(),
        centre=(lon, lat),
        zoom=float(catalogue.product["zoom"]),
        layer_numbers=catalogue.layer_numbers,
    )
    version = asked.data_version or (linked_view(asked.link, start).version if asked.link else "")
    snapshot = _snapshot(store, version)
    typed = Typed(
        layers=tuple(asked.layers),
        where=tuple(asked.where),
        years=asked.years,
        dated=asked.dated,
        text=asked.text,
        link=asked.link,
    )
    return snapshot, typed_view(typed, replace(start, version=snapshot.version), snapshot, catalogue)


def _snapshot(store: LayerStore, version: str) -> Snapshot:
    if not version:
        return store.snapshot()
    return store.snapshot(version_named(version, store.publications(), store.version()))


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


def _unproved(snapshot: Snapshot, texts: Texts) -> list[str]:
    return [
        f"{layer_id}: {issue}"
        for layer_id, layer in snapshot.layers.items()
        for issue in unproved(layer.features, texts)
    ]


def _faults_of_targets(store: LayerStore, snapshot: Snapshot, texts: Texts | None) -> list[str]:
    try:
        targets = store.targets()
    except InvalidTargetsError as error:
        return [f"targets: {issue}" for issue in error.issues]
    found = unknown_places(targets, list(snapshot.index.ids))
    if texts is not None:
        found += unproved_targets(targets, texts)
    return [f"targets: {issue}" for issue in found]


def _rows(
    documents: Sequence[DocumentCoverage],
    catalogue: Catalogue,
    texts: Texts,
    reasons: Reasons,
    is_uncovered_only: bool,  # noqa: FBT001 - as the option of the command
) -> Iterator[str]:
    for document in documents:
        lines = [line for line in document.lines if line.is_fault or not is_uncovered_only]
        if not lines:
            continue
        entry = catalogue.documents.get(document.document_id)
        title = f"  {entry.short.zh} · {entry.short.en}" if entry else ""
        yield f"{document.document_id}{title}"
        for line in lines:
            text = texts.line(document.document_id, line.number).strip()
            yield f"{line.number:>5}  {_said(line):36} {text[:SHOWN_LETTERS]}"
        yield ""
    yield f"{'document':30} {'lines':>6} {'cited':>6} {'reason':>6} {'faults':>6}"
    counted = {document.document_id: document.totals for document in documents}
    for name, totals in (*counted.items(), ("all", totals_of(documents))):
        yield f"{name:30} {totals.printed:>6} {totals.cited:>6} {totals.reasoned:>6} {totals.faults:>6}"
    yield ""
    for code, words in reasons.codes.items():
        count = sum(document.reasons().get(code, 0) for document in documents)
        if count:
            yield f"{count:>5}  {code:24} {words.zh} · {words.en}"


def _said(line: LineCoverage) -> str:
    cited = [
        f"{len(ids)} {word}{'s' * (len(ids) != 1)}"
        for ids, word in ((line.places, "place"), (line.targets, "target"))
        if ids
    ]
    said = ", ".join([*cited, *([line.reason] if line.reason else [])])
    return said if line.state in {CITED, REASONED} else f"!{line.state.upper()} {said}"


def _as_json(documents: Sequence[DocumentCoverage], version: str) -> str:
    told = {
        "version": version,
        "documents": [
            {
                "id": document.document_id,
                "totals": asdict(document.totals),
                "reasons": document.reasons(),
                "lines": [
                    {
                        "line": line.number,
                        "state": line.state,
                        "places": line.places,
                        "targets": line.targets,
                        "reason": line.reason or None,
                    }
                    for line in document.lines
                ],
            }
            for document in documents
        ],
        "totals": asdict(totals_of(documents)),
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="corridor",
        description="The Corridor Atlas in a terminal.",
        epilog="The data folder is CORRIDOR_DATA, or the one beside the program.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    parts = {
        name: commands.add_parser(
            name, help=words, description=words, formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        for name, command in COMMANDS.items()
        for words in [(command.__doc__ or "").strip()]
    }
    for name, command in COMMANDS.items():
        parts[name].set_defaults(command=command)
    _add_coverage(parts["coverage"])
    parts["publish"].add_argument("--note", default="", help="what is new in it, one line")
    _add_diff(parts["diff"])
    _add_export(parts["export"])
    _add_show(parts["show"])
    _add_link(parts["link"])
    _add_print(parts["print"])
    return parser


def _add_coverage(part: argparse.ArgumentParser) -> None:
    part.epilog = (
        "Exit code 1 where a line has neither citation nor reason, has both, or is cited but not there."
    )
    part.add_argument("--document", metavar="ID", default="", help="only this document")
    part.add_argument("--uncovered", action="store_true", help="list only the lines that are at fault")
    part.add_argument("--json", action="store_true", help="for programs: ids by line, with totals")


def _add_diff(part: argparse.ArgumentParser) -> None:
    named = f"a version, the beginning of one, {CURRENT!r} or {LATEST!r} (the last published)"
    part.add_argument("old", metavar="A", help=named)
    part.add_argument("new", metavar="B", help="the same")
    part.add_argument("--format", choices=tuple(CHANGE_FORMATS), default="text")


def _add_filter(part: argparse.ArgumentParser) -> None:
    """Add what says which places are meant."""
    part.add_argument("layers", metavar="LAYER", nargs="*", help="ids of `corridor layers`; else all")
    several = f"{WHERE_FORM}; may be repeated"
    part.add_argument("--where", metavar="FILTER", action="append", default=[], help=several)
    part.add_argument("--years", metavar="2023-2025", default="", help="whose build years overlap these")
    part.add_argument("--dated", action="store_true", help="with --years: leave out places without any year")
    part.add_argument("--text", metavar="WORDS", default="", help="whose names hold all these words")
    part.add_argument("--link", metavar="URL", default="", help="what a link shows, narrowed by the rest")
    part.add_argument("--lang", choices=LANGUAGES, default="zh", help="of titles and other words")
    part.add_argument("--json", action="store_true", help="for programs")
    _add_version(part)


def _add_version(part: argparse.ArgumentParser) -> None:
    words = f"a version, the beginning of one, {CURRENT!r} or {LATEST!r}; the data as they are without"
    part.add_argument("--data-version", metavar="V", default="", help=words)


def _add_export(part: argparse.ArgumentParser) -> None:
    part.epilog = """examples:
  corridor export --to all.geojson
  corridor export science_islands --to islands.gpkg --crs gk-auto
  corridor export --to built.zip --format shapefile --where status=built --crs EPSG:4547 --encoding gbk
  corridor export --to wuhan.xlsx --where city=wuhan --years 2023-2025 --names zh
  corridor export --to part.csv --area drawn.geojson --encoding utf-8-bom

EPSG:4326 is WGS 84, EPSG:4490 CGCS2000; gk-auto picks the 3-degree Gauss-Krueger zone that holds most places,
gk-by-city one a city, and with -prefix behind it eastings begin with the zone's number."""
    _add_filter(part)
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


def _add_print(part: argparse.ArgumentParser) -> None:
    part.epilog = """examples:
  corridor print --to corridor.pdf
  corridor print science_islands --to islands.png --where status=built --paper a3 --orient portrait --lang en
  corridor print --to atlas.pdf --atlas --address https://atlas.example.cn
  corridor print --to centre.svg --at 114.45,30.48,12"""
    _add_filter(part)
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
    part.add_argument("--dpi", metavar="N", type=int, default=DOTS_PER_INCH, help="dots an inch of a PNG")
    part.add_argument("--address", metavar="URL", default="", help="for the code; else CORRIDOR_ADDRESS")


def _add_show(part: argparse.ArgumentParser) -> None:
    part.epilog = "example:\n  corridor show jiufengshan-laboratory --json"
    part.add_argument("id", metavar="ID", help="of a place, also one that it had before")
    part.add_argument("--json", action="store_true", help="the place as GeoJSON")
    _add_version(part)


def _add_link(part: argparse.ArgumentParser) -> None:
    part.epilog = """examples:
  corridor link science_islands --where status=built,under_construction
  corridor link --years 2024 --address https://atlas.example.cn"""
    _add_filter(part)
    part.add_argument("--address", metavar="URL", default="", help="else CORRIDOR_ADDRESS")


COMMANDS: dict[str, Callable[[Settings, argparse.Namespace], int]] = {
    "layers": layers,
    "validate": validate,
    "coverage": show_coverage,
    "publish": publish,
    "versions": versions,
    "diff": diff,
    "export": export_layers,
    "show": show,
    "link": link,
    "print": print_map,
}


if __name__ == "__main__":
    sys.exit(main())
