"""KML 2.2, and KMZ with the map's own symbols: a balloon, a time span and all fields for each place."""

from __future__ import annotations

import zipfile
from html import escape
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

import pyarrow as pa

from layers.catalogue import Text
from layers.exports.columns import content_of, is_text
from layers.exports.kml_styles import Drawn, all_drawn, drawn_alike, pictures, style_id, styles
from layers.exports.markup_columns import (
    escaped,
    joined,
    kml_geometries,
    texts,
    twice_escaped,
    where_filled,
)
from layers.exports.packing import read_along
from layers.fields import FEATURES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from layers.exports.job import Job, LayerTable

EXTENSION, ARCHIVE = ".kml", ".kmz"
# Programs open the first document in an archive, whatever it is called; this is the usual name.
INSIDE = "doc.kml"
BATCH = 20_000
CHUNK = 1 << 20
# What an archive's members are dated, so that the same places give the same bytes.
DAY = (1980, 1, 1, 0, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
_FOOT = b"</Document></kml>\n"
# What a balloon says under the names: the beginning of a field's id and its words.
_SAID = (
    ("category_", Text("类别", "Category")),
    ("status_", Text("状态", "Status")),
    ("city_", Text("所在城市", "City")),
    ("serves_", Text("服务城市", "Serves")),
    ("documents_", Text("依据文件", "Documents")),
    ("position_method_", Text("定位方法", "Position by")),
    ("position_basis_", Text("定位依据", "Basis of the position")),
    ("remarks_", Text("备注", "Remarks")),
)
_TYPES = {pa.bool_(): "bool", pa.int64(): "int", pa.float64(): "double"}
_YEARS = Text("建设年份", "Build window")


def write(job: Job) -> None:
    """Write all layers into one file, points as the pin of the program that shows them."""
    file = job.target / f"{job.stem}{EXTENSION}"
    with read_along(file, job.digests):
        _write(job, file, all_drawn(job), has_pictures=False)


def write_archive(job: Job) -> None:
    """Write all layers into one archive, points with the map's own symbols."""
    drawn = all_drawn(job)
    inside = job.target / INSIDE
    _write(job, inside, drawn, has_pictures=True)
    with zipfile.ZipFile(job.target / f"{job.stem}{ARCHIVE}", "w") as archive:
        document = _member(INSIDE)
        # Of an unknown size it would be written as one of over four gibibytes, which KML's own library does
        # not open.
        document.file_size = inside.stat().st_size
        with inside.open("rb") as source, archive.open(document, "w") as sink:
            while chunk := source.read(CHUNK):
                job.advance(job.total)
                sink.write(chunk)
        for name, picture in pictures(job, drawn).items():
            archive.writestr(_member(name), picture)
    inside.unlink()


def _member(name: str) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, DAY)
    made.compress_type = zipfile.ZIP_DEFLATED
    made.external_attr = 0o644 << 16
    return made


def _write(job: Job, file: Path, drawn: Mapping[Drawn, int], *, has_pictures: bool) -> None:
    done = 0
    with file.open("wb") as sink:
        sink.write(f"{_HEAD}<name>{escape(job.stem)}</name><open>1</open>".encode())
        sink.write(f"<description>{escape(escape(job.attribution))}</description>\n".encode())
        sink.write("".join(styles(job, drawn, has_pictures=has_pictures)).encode())
        sink.write("".join(map(_schema, job.layers)).encode())
        for layer in job.layers:
            sink.write(f"<Folder><name>{escape(layer.title.in_language(job.language))}</name>\n".encode())
            for start in range(0, layer.count, BATCH):
                job.advance(done + start)
                sink.write(content_of(_placemarks(job, layer, start, drawn)))
            done += layer.count
            sink.write(b"</Folder>\n")
        sink.write(_FOOT)
    job.advance(done)


def _schema(layer: LayerTable) -> str:
    rows = layer.rows[FEATURES]
    fields = "".join(
        f"<SimpleField type={quoteattr(_type_of(rows.column(field_id)))} name={quoteattr(name)}/>"
        for field_id, name in layer.names[FEATURES].items()
    )
    return f"<Schema id={_schema_id(layer)} name={quoteattr(layer.layer_id)}>{fields}</Schema>\n"


def _schema_id(layer: LayerTable, before: str = "") -> str:
    # No place's id has a point.
    return quoteattr(f"{before}layer.{layer.layer_id}")


def _type_of(column: pa.Array) -> str:
    if is_text(column):
        return "string"
    return _TYPES[column.type]


def _placemarks(
    job: Job, layer: LayerTable, start: int, drawn: Mapping[Drawn, int],
) -> pa.LargeStringArray:
    rows = layer.rows[FEATURES].slice(start, BATCH)
    geometry = layer.geometry.to_numpy()[start : start + BATCH]
    plain = {field_id: escaped(texts(rows.column(field_id))) for field_id in layer.names[FEATURES]}
    style = drawn_alike(layer, rows, geometry).texts(lambda one: style_id(drawn[one]))
    data = [
        where_filled(plain[field_id], f"<SimpleData name={quoteattr(name)}>", "</SimpleData>")
        for field_id, name in layer.names[FEATURES].items()
    ]
    return joined(
        # GDAL reads a field called `id` from here.
        '<Placemark id="', plain["id"], '"><name>', plain[f"name_{job.language}"],
        '</name><Snippet maxLines="0"/><description>', _balloon(job, plain), "</description>",
        _time_span(plain), "<styleUrl>#", style, "</styleUrl>",
        f"<ExtendedData><SchemaData schemaUrl={_schema_id(layer, '#')}>", *data,
        "</SchemaData></ExtendedData>", kml_geometries(geometry), "</Placemark>\n",
    )  # fmt: skip


def _time_span(plain: Mapping[str, pa.LargeStringArray]) -> pa.LargeStringArray:
    begin = where_filled(plain["year_start"], "<begin>", "</begin>")
    end = where_filled(plain["year_end"], "<end>", "</end>")
    return where_filled(joined(begin, end), "<TimeSpan>", "</TimeSpan>")


def _balloon(job: Job, plain: Mapping[str, pa.LargeStringArray]) -> pa.LargeStringArray:
    """Return what a balloon shows: markup of ours, held as text, with the data as text within."""
    said = {field_id: twice_escaped(column) for field_id, column in plain.items()}
    other = "en" if job.language == "zh" else "zh"
    window = joined(said["year_start"], where_filled(said["year_end"], "–", ""))
    lines = [
        where_filled(said[f"name_{job.language}"], _held("<h3>"), _held("</h3>")),
        where_filled(said[f"name_{other}"], _held("<p>"), _held("</p>")),
        where_filled(window, *_line(_YEARS.in_language(job.language))),
    ]
    for beginning, words in _SAID:
        lines.append(where_filled(said[beginning + job.language], *_line(words.in_language(job.language))))
    source = _held(f"<p>{escape(job.attribution)} ")
    return joined(*lines, source, said["data_version"], _held("</p>"))


def _line(words: str) -> tuple[str, str]:
    return _held(f"<p><b>{words}</b> "), _held("</p>")


def _held(markup: str) -> str:
    return escape(markup, quote=False)
