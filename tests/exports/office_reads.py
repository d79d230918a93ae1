"""Reads workbooks and CSV by LibreOffice, whose own format says what it took each cell for."""

import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import shapely
from lxml import etree

from tests.exports.found import BESIDE, Found, Row

NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
}
OFFICE, TABLE, TEXT = (f"{{{address}}}" for address in NAMES.values())
# LibreOffice's numbers of the character sets.
CHARACTERS = {"utf-8": 76, "utf-8-bom": 76, "gbk": 67}
# Columns are read as text, as a person chooses who has codes in them.
COLUMNS = 60
MINUTES = 3
# It has no flags of its own.
FLAGS = {"of:=TRUE()", "of:=FALSE()"}


def converted(files: Iterable[Path], encoding: str, folder: Path) -> None:
    """Have LibreOffice, started once, write all files again as its own format."""
    folder.mkdir(parents=True)
    every = "/".join(f"{column}/2" for column in range(1, COLUMNS + 1))
    reading = f"CSV:44,34,{CHARACTERS[encoding]},1,{every}" if encoding else "Calc MS Excel 2007 XML"
    # Files of one name go into one place: so each is called after the folder that it came from.
    beside = folder / "in"
    beside.mkdir()
    for file in files:
        (beside / f"{named(file)}{file.suffix}").symlink_to(file)
    subprocess.run(  # noqa: S603 - a fixed program
        [
            "/usr/bin/soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
            f"--infilter={reading}", "--convert-to", "fods", "--outdir", folder, *sorted(beside.iterdir()),
        ],
        check=True, capture_output=True, timeout=60 * MINUTES, env={"HOME": str(folder), "LANG": "C.UTF-8"},
    )  # fmt: skip


def named(file: Path) -> str:
    """Return what a file is called among all."""
    return "_".join(file.parts[-4:-1])


def read(file: Path) -> Found:
    """Return the rows of all sheets; no cell may be a formula but that of a flag."""
    document = etree.parse(file, etree.XMLParser(huge_tree=True))
    formulas: Any = document.xpath("//@table:formula", namespaces=NAMES)
    assert set(formulas) <= FLAGS
    made = Found()
    for sheet in document.iterfind(".//table:table", NAMES):
        heads, *rows = [list(cells_of(row)) for row in rows_of(sheet)]
        read = [_row(dict(zip(heads, row, strict=False))) for row in rows]
        name = sheet.get(f"{TABLE}name")
        if name in BESIDE:
            made.tables[BESIDE[name]] = read
        else:
            made.rows += read
    return made


def rows_of(sheet: Any) -> Iterator[Any]:  # noqa: ANN401 - an element of lxml
    """Return the rows with something in them."""
    for row in sheet.iterfind("table:table-row", NAMES):
        # The empty rest of a sheet is one row that is said to be many.
        if row.xpath(".//text:p", namespaces=NAMES):
            yield row


def cells_of(row: Any) -> Iterator[Any]:  # noqa: ANN401 - an element of lxml
    """Return the values of a row, None for empty cells."""
    for cell in row.iterfind("table:table-cell", NAMES):
        for _ in range(min(COLUMNS, int(cell.get(f"{TABLE}number-columns-repeated", "1")))):
            yield value_of(cell)


def value_of(cell: Any) -> Any:  # noqa: ANN401 - an element of lxml, a value of any kind
    """Return what a cell holds: a text, a number or a flag."""
    kind = cell.get(f"{OFFICE}value-type")
    if kind == "float":
        return float(cell.get(f"{OFFICE}value"))
    if kind == "boolean":
        return cell.get(f"{OFFICE}boolean-value") == "true"
    assert kind in {None, "string"}, kind
    return "\n".join(text_of(part) for part in cell.iterfind("text:p", NAMES)) if kind else None


def text_of(part: Any) -> str:  # noqa: ANN401 - an element of lxml
    """Return a text in which blanks and tabs are elements."""
    made = part.text or ""
    for element in part:
        if element.tag == f"{TEXT}s":
            made += " " * int(element.get(f"{TEXT}c", "1"))
        elif element.tag == f"{TEXT}tab":
            made += "\t"
        elif element.tag == f"{TEXT}line-break":
            made += "\n"
        else:
            made += text_of(element)
        made += element.tail or ""
    return made


def _row(values: Mapping[str, Any]) -> Row:
    wkt = values.get("WKT")
    return Row(shapely.from_wkt(wkt) if wkt else None, values)
