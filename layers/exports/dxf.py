"""DXF for CAD: a layer for each layer and status, symbols as blocks, names in a Chinese style, all fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from ezdxf import units
from ezdxf.colors import rgb2int
from ezdxf.filemanagement import new

from geo.crs import GEOGRAPHIC
from layers.exports.dxf_blocks import Blocks, linetype_of
from layers.exports.dxf_text import PAGE, data_of, layer_name, written
from layers.exports.markup_columns import texts
from layers.exports.symbology import Symbology
from layers.fields import FEATURES
from layers.render.drawn import kind_of, middle_of
from layers.render.symbols import AREA, HATCH, LINE, known_status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ezdxf.entities.dxfgfx import DXFGraphic
    from shapely import LineString, Point, Polygon
    from shapely.geometry.base import BaseGeometry

    from layers.exports.job import Job, LayerTable
    from layers.exports.symbology import Stroke
    from layers.style import Look

EXTENSION = ".dxf"
# The last version whose texts are in a code page, which every program reads: of later ones some take the page
# that is named for the one that is used.
VERSION = "R2004"
TEXT_STYLE, FONT, FONT_FAMILY = "CHINESE", "simsun.ttc", "SimSun"
# Under which name an entity keeps its fields.
APP = "CORRIDOR_ATLAS"
# A pixel of the map on the ground, in metres; and the length of a degree.
GROUND, DEGREE = 10.0, 111_320.0
# How high letters are and how far beside a symbol they stand, in pixels.
LETTERS, BESIDE = 12.0, 11.0
BATCH = 1_000
# How much wider than high a window is thought to be, and how much it shows around the places.
WINDOW, MARGIN = 1.6, 1.1
_INVISIBLE = 1
# The spacing of the lines of the pattern at scale 1, which every CAD program has.
_HATCHING, _HATCHING_SPACE = "ANSI31", 3.175


def write(job: Job) -> None:
    """Write all layers into one drawing."""
    drawing = _Drawing(job)
    done = 0
    for layer in job.layers:
        for row in _rows(layer):
            if done % BATCH == 0:
                job.advance(done)
            drawing.add(layer, *row)
            done += 1
    job.advance(done)
    file = job.target / f"{job.stem}{EXTENSION}"
    with file.open("w", encoding=PAGE, newline="\r\n") as sink:
        drawing.made.write(sink)


def _rows(layer: LayerTable) -> Iterator[tuple[BaseGeometry, dict[str, str]]]:
    names = list(layer.names[FEATURES])
    columns = [texts(layer.rows[FEATURES].column(field_id)).to_pylist() for field_id in names]
    for geometry, *values in zip(layer.geometry, *columns, strict=True):
        yield geometry, dict(zip(names, values, strict=True))


class _Drawing:
    """A drawing to which features are added one by one."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._symbology = Symbology(job.colours)
        is_geographic = job.crs.kind == GEOGRAPHIC
        self._unit = GROUND / DEGREE if is_geographic else GROUND
        self.made = new(VERSION)
        self.made.units = 0 if is_geographic else units.M
        self.made.encoding = PAGE
        for name, value in (("CRS", job.crs.crs_id), ("SOURCE", job.attribution)):
            self.made.header.custom_vars.append(name, written(value))
        self.made.appids.add(APP)
        self.made.styles.add(TEXT_STYLE, font=FONT).set_extended_font_data(FONT_FAMILY)
        self._space = self.made.modelspace()
        self._show()
        self._blocks = Blocks(self.made, self._symbology, self._unit)
        self._titles = [layer.title.in_language(job.language) for layer in job.layers]

    def add(self, layer: LayerTable, geometry: BaseGeometry, row: Mapping[str, str]) -> None:
        """Draw a feature with its name, and keep its fields with each of its parts."""
        look, status = layer.style.look(row["category"]), known_status(row["status"])
        common = {"layer": self._layer(layer, row["status"]), "true_color": _rgb(look)}
        kind = kind_of(geometry)
        data = self._data(layer, row)
        for part in getattr(geometry, "geoms", [geometry]):
            if kind == AREA:
                outlines = self._area(part, look, row, common)
            elif kind == LINE:
                outlines = [self._outline(part, self._symbology.line(look, status)[-1], common)]
            else:
                outlines = [self._point(part, self._blocks.named(look, status), row, common)]
            for entity in outlines:
                entity.set_xdata(APP, data)
        if kind in {AREA, LINE}:
            at = middle_of(geometry)
            self._space.add_text(self._name(row), dxfattribs={**self._lettering(common), "insert": at})

    def _show(self) -> None:
        """Have the drawing open where the places are."""
        bounds = [layer.geometry.total_bounds for layer in self._job.layers]
        minx, miny = np.nanmin([edges[:2] for edges in bounds], axis=0).tolist()
        maxx, maxy = np.nanmax([edges[2:] for edges in bounds], axis=0).tolist()
        self.made.header["$EXTMIN"], self.made.header["$EXTMAX"] = (minx, miny, 0), (maxx, maxy, 0)
        height = max(maxy - miny, (maxx - minx) / WINDOW, 100 * self._unit)
        self.made.set_modelspace_vport(height * MARGIN, ((minx + maxx) / 2, (miny + maxy) / 2))

    def _layer(self, layer: LayerTable, status: str) -> str:
        title = layer.title.in_language(self._job.language)
        if self._titles.count(title) > 1:
            title = f"{layer.layer_id} {title}"
        name = layer_name(f"{title}-{self._job.labels.get(status, status)}")
        if name not in self.made.layers:
            self.made.layers.add(name, true_color=_rgb(layer.style.look("")))
        return name

    def _data(self, layer: LayerTable, row: Mapping[str, str]) -> list[tuple[int, str]]:
        names = layer.names[FEATURES]
        data, left_out = data_of({names[field_id]: text for field_id, text in row.items()})
        for field_id, name in names.items():
            if name in left_out:
                self._job.note("not_fitting", layer_id=layer.layer_id, feature_id=row["id"], field=field_id)
        return data

    def _name(self, row: Mapping[str, str]) -> str:
        return written(row[f"name_{self._job.language}"])

    def _lettering(self, common: Mapping[str, Any]) -> dict[str, Any]:
        return {"style": TEXT_STYLE, "height": LETTERS * self._unit, **common}

    def _point(
        self, point: Point, block: str, row: Mapping[str, str], common: Mapping[str, Any],
    ) -> DXFGraphic:
        made = self._space.add_blockref(block, (point.x, point.y), dxfattribs=dict(common))
        at = point.x + BESIDE * self._unit, point.y - LETTERS / 3 * self._unit
        lettering = self._lettering(common)
        made.add_attrib("NAME", self._name(row), at, dxfattribs=lettering)
        made.add_attrib("ID", written(row["id"]), at, dxfattribs={**lettering, "flags": _INVISIBLE})
        return made

    def _area(
        self, area: Polygon, look: Look, row: Mapping[str, str], common: Mapping[str, Any],
    ) -> list[DXFGraphic]:
        is_schematic = row["position_method"] == "schematic"
        paint = self._symbology.area(look, known_status(row["status"]), is_schematic=is_schematic)
        rings = [area.exterior, *area.interiors]
        fill = self._space.add_hatch(dxfattribs=dict(common))
        if paint.hatch:
            scale = HATCH / 2**0.5 * self._unit / _HATCHING_SPACE
            fill.set_pattern_fill(_HATCHING, color=fill.dxf.color, scale=scale)
        else:
            fill.transparency = 1 - paint.opacity
        for ring in rings:
            flags = 1 if ring is area.exterior else 16
            fill.paths.add_polyline_path(list(ring.coords)[:-1], is_closed=True, flags=flags)
        return [self._outline(ring, paint.strokes[-1], common) for ring in rings]

    def _outline(self, line: LineString, stroke: Stroke, common: Mapping[str, Any]) -> DXFGraphic:
        corners = [position[:2] for position in line.coords]
        attributes = {**common, "linetype": linetype_of(self.made, stroke, self._unit)}
        if not line.is_ring:
            return self._space.add_lwpolyline(corners, dxfattribs=attributes)
        return self._space.add_lwpolyline(corners[:-1], close=True, dxfattribs=attributes)


def _rgb(look: Look) -> int:
    colour = look.hue.light
    return rgb2int((int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)))
