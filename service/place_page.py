"""Writes the pages under `/f/`: what a place is, what says so, where it lies; or why there is none."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from jinja2 import Environment, PackageLoader, StrictUndefined

from geo.measure import area_ha, length_m
from i18n.messages import messages
from layers.catalogue import Text
from layers.history import BUILT, is_past_window
from layers.neighbours import AROUND, RADIUS_M, Neighbour
from layers.read_back import fill
from layers.render.drawn import Drawn, kind_of
from layers.render.paths import app_path, export_page_path, feature_path, place_path, shared_path
from layers.render.place_map import PlaceMap, Scene, place_map
from layers.render.symbols import AREA, LINE, POINT, Marks, swatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from layers.catalogue import LayerEntry, Tombstone
    from layers.neighbours import Positions
    from layers.render.markup import Drawing
    from layers.snapshot import Snapshot
    from layers.style import Look
    from layers.view import MapView
    from service.site import Site

# So many neighbours are listed and marked; the others are counted, and on the map.
LISTED = 12
SUPPORTS = "supports."
THIN_SPACE = "\u2009"
LANGUAGE_TAGS = {"zh": "zh-Hans", "en": "en"}
METRES_PER_PIXEL_AT_ZOOM_0 = 156_543.03
MIN_ZOOM, MAX_ZOOM = 8.0, 16.0
# Of names in a page's title and description, so much is said.
LONGEST_TITLE = 120
PAGES = Environment(
    loader=PackageLoader("service"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
    lstrip_blocks=True,
)  # fmt: skip


Read: TypeAlias = Callable[[str], Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True)
class YearBar:
    """A build window on the atlas's span of years, in percent of its width."""

    start: float
    width: float
    today: float
    first: int
    last: int
    is_solid: bool


@dataclass(frozen=True)
class Row:
    """A neighbour as it is listed."""

    number: int
    name: str
    path: str
    kind: str
    status: str
    picture: Drawing
    neighbour: Neighbour


class PlaceWriter:
    """Writes pages in one language from one data version.

    Parameters
    ----------
    read
        Gives the features of a layer by id, as they are served.
    start
        The view of a reader without a link, today, in the page's language.
    """

    def __init__(self, site: Site, snapshot: Snapshot, read: Read, start: MapView) -> None:
        self._site = site
        self._read = read
        self._catalogue = site.store.catalogue
        self._snapshot = snapshot
        self._start = replace(start, version=snapshot.version)
        self._language = language = start.language
        self._words = messages(language, "place")

    # ── pages ─────────────────────────────────────────────────────────────────────────────────

    def place(self, layer_id: str, feature: Mapping[str, Any], positions: Positions) -> str:
        """Return the page of a place."""
        properties = feature["properties"]
        entry = self._catalogue.layer(layer_id)
        near = positions.near(properties["id"])
        around = sorted((one for one in near if one.relation == AROUND), key=positions.extent)
        others = [one for one in near if one.relation != AROUND]
        listed = others[:LISTED]
        drawn = self._drawn(entry, properties, positions, (listed, around))
        kind = kind_of(drawn.place.geometry) if drawn else POINT
        picture = self._map(properties, drawn, len(listed)) if drawn else None
        name, other_name = self._names(properties)
        look = self._look(entry, properties)
        return self._page(
            "place.html",
            path=place_path(properties["id"]),
            title=self.say("title", name=name[:LONGEST_TITLE], product=self._product()),
            description=self._description(entry, properties),
            name=name,
            other_name=other_name,
            properties=properties,
            layer=entry.title.in_language(self._language),
            mark=swatch(look, BUILT),
            status_mark=swatch(look, properties["status"], kind, marks=self._marks(properties)),
            history_mark=lambda status: swatch(look, status, size=16),
            years=self._year_bar(properties),
            hue=look.hue.css_class,
            warnings=list(self._warnings(properties, is_located=drawn is not None)),
            picture=picture,
            measures=self._measures(layer_id, properties["id"], kind),
            coordinates=self._coordinates(feature) if kind == POINT else "",
            around=[self._row(0, one) for one in around],
            rows=[self._row(number, one) for number, one in enumerate(listed, start=1)],
            count=len(others),
            radius=self.length(RADIUS_M),
            unlocated=int((~self._snapshot.index.is_located).sum()),
            links=self._links(properties["id"], picture),
        )

    def retired(self, asked: str, tombstone: Tombstone) -> str:
        """Return the page that stands where a place was."""
        successor = self._catalogue.former_ids.current(tombstone.successor)
        return self._page(
            "retired.html",
            path=place_path(asked),
            title=self.say("title", name=self.say("retired.title"), product=self._product()),
            asked=asked,
            day=tombstone.date.isoformat(),
            reason=tombstone.reason.in_language(self._language),
            successor=self._entry(successor) if successor else None,
            successor_id=successor,
            links=self._links("", None),
        )

    def missing(self, asked: str, similar: Iterable[str], *, is_whole: bool) -> str:
        """Return the page for an id that no place has.

        Parameters
        ----------
        is_whole
            Whether all layers could be searched.
        """
        shown = asked[:LONGEST_TITLE]
        wanted = " ".join(shown.replace("-", " ").split())
        return self._page(
            "missing.html",
            path=place_path(shown),
            title=self.say("title", name=self.say("missing.title"), product=self._product()),
            asked=shown,
            wanted=wanted,
            is_whole=is_whole,
            similar=[row for row in map(self._entry, similar) if row],
            search=app_path(replace(self._start, text=wanted).to_query()),
            links=self._links("", None),
        )

    def _page(self, template: str, **told: Any) -> str:  # noqa: ANN401 - whatever a template shows
        other = "en" if self._language == "zh" else "zh"
        return PAGES.get_template(template).render(
            told,
            language=LANGUAGE_TAGS[self._language],
            other_language=LANGUAGE_TAGS[other],
            query=self._query(self._language),
            other_query=self._query(other),
            product=self._product(),
            style=self._site.plain_style,
            version=self._snapshot.version,
            today=self._start.on.isoformat(),
            home=app_path(self._start.to_query()),
            say=self.say,
            label=self.label,
            local=self.local,
            span=self.span,
            length=self.length,
            document=self._catalogue.documents.get,
            supports={key.removeprefix(SUPPORTS) for key in self._words if key.startswith(SUPPORTS)},
        )

    # ── words ─────────────────────────────────────────────────────────────────────────────────

    def say(self, key: str, **parameters: object) -> str:
        """Return a message with its parameters put in."""
        return fill(self._words[key], **parameters)

    def label(self, code_list: str, code: str) -> str:
        """Return the words for a code."""
        return self._catalogue.label(code_list, code, self._language)

    def local(self, text: Mapping[str, str] | Text) -> str:
        """Return the words of a text in both languages, of the catalogue or of the data."""
        return text.in_language(self._language) if isinstance(text, Text) else text[self._language]

    def span(self, start: int | None, end: int | None) -> str:
        """Return a build window in figures; the words for none where there is no year."""
        years = dict.fromkeys(str(year) for year in (start, end) if year is not None)
        return "–".join(years) or self._words["years.none"]

    def length(self, metres: float) -> str:
        """Return a length with as many digits as a reader can use."""
        if metres < 1000:  # noqa: PLR2004 - a kilometre
            return f"{round(metres, -1) if metres >= 100 else round(metres):,.0f}{THIN_SPACE}m"  # noqa: PLR2004
        digits = 1 if metres % 1000 else 0
        return f"{metres / 1000:,.{digits}f}{THIN_SPACE}km"

    def _query(self, language: str) -> str:
        return "" if language == "zh" else f"?lang={language}"

    def _product(self) -> str:
        return str(self._catalogue.product["name"][self._language])

    def _names(self, properties: Mapping[str, Any]) -> tuple[str, str]:
        names = properties["name_zh"], properties["name_en"]
        return names if self._language == "zh" else names[::-1]

    def _description(self, entry: LayerEntry, properties: Mapping[str, Any]) -> str:
        name, other = self._names(properties)
        kind = self._words["list.pause"].join(
            (entry.title.in_language(self._language), self.label("category", properties["category"])),
        )
        return self.say(
            "description",
            name=name[:LONGEST_TITLE],
            other=other[:LONGEST_TITLE],
            kind=kind,
            status=self.label("status", properties["status"]),
            years=self.span(properties["year_start"], properties["year_end"]),
            city=self._words["list.separator"].join(self.label("city", code) for code in properties["city"]),
        )

    # ── status and years ──────────────────────────────────────────────────────────────────────

    def _year_bar(self, properties: Mapping[str, Any]) -> YearBar | None:
        start, end = properties["year_start"], properties["year_end"]
        if start is None and end is None:
            return None
        first_year, last_year = start or end, end or start
        today = self._start.on.year
        known = [*self._known_years(), first_year, last_year, today]
        first, last = int(min(known)), int(max(known))
        share = 100 / (last - first + 1)
        return YearBar(
            start=round((first_year - first) * share, 2),
            width=round((last_year - first_year + 1) * share, 2),
            today=round((today - first + 0.5) * share, 2),
            first=first,
            last=last,
            is_solid=properties["status"] == BUILT,
        )

    def _known_years(self) -> list[float]:
        columns = [self._snapshot.index.numbers[name] for name in ("year_start", "year_end")]
        # A year that nobody can mean would leave no room for the others.
        return [year for column in columns for year in column.tolist() if 1990 <= year <= 2060]  # noqa: PLR2004

    def _warnings(self, properties: Mapping[str, Any], *, is_located: bool) -> Iterable[str]:
        if self._is_past(properties):
            year, today = properties["year_end"], self._start.on.year
            yield self.say("warning.past", year=year, today=today)
        if properties["conflict"]:
            windows = {(entry["year_start"], entry["year_end"]) for entry in properties["history"]}
            yield self.say("warning.years" if len(windows - {(None, None)}) > 1 else "warning.status")
        if not is_located:
            yield self.say("warning.unlocated")

    def _is_past(self, properties: Mapping[str, Any]) -> bool:
        return is_past_window(properties["status"], properties["year_end"], self._start.on.year)

    def _marks(self, properties: Mapping[str, Any]) -> Marks:
        return Marks(self._is_past(properties), bool(properties["conflict"]))

    # ── map and neighbours ────────────────────────────────────────────────────────────────────

    def _drawn(
        self, entry: LayerEntry, properties: Mapping[str, Any], positions: Positions,
        near: tuple[Sequence[Neighbour], Sequence[Neighbour]],
    ) -> Scene | None:
        geometry = positions.geometry(properties["id"])
        if geometry is None:
            return None
        name, _ = self._names(properties)
        position = properties["position"]
        place = Drawn(
            geometry, self._look(entry, properties), properties["status"], name, position["accuracy_m"],
            position["method"] == "schematic", self._marks(properties),
        )  # fmt: skip
        listed, around = ([self._mark(one, positions) for one in group] for group in near)
        return Scene(
            place=place,
            neighbours=[replace(one, name=str(number)) for number, one in enumerate(listed, start=1)],
            around=around,
            named_places=self._catalogue.gazetteer,
            cities={
                code.code: code.label.in_language(self._language)
                for code in self._catalogue.codes.get("city", ())
            },
            language=self._language,
        )

    def _mark(self, neighbour: Neighbour, positions: Positions) -> Drawn:
        properties = self._properties(neighbour)
        position = properties["position"]
        return Drawn(
            geometry=positions.geometries[positions.rows[neighbour.feature_id]],
            look=self._look(self._catalogue.layer(neighbour.layer_id), properties),
            status=properties["status"],
            name="",
            accuracy_m=position["accuracy_m"],
            is_schematic=position["method"] == "schematic",
        )

    def _map(self, properties: Mapping[str, Any], scene: Scene, count: int) -> PlaceMap:
        position = properties["position"]
        where = self._words["list.pause"].join(
            (self.label("method", position["method"]), f"±{THIN_SPACE}{self.length(position['accuracy_m'])}"),
        )
        label = self.say("map.label", name=scene.place.name[:LONGEST_TITLE], position=where, count=count)
        return place_map(scene, self._site.paper, label)

    def _row(self, number: int, neighbour: Neighbour) -> Row:
        properties = self._properties(neighbour)
        entry = self._catalogue.layer(neighbour.layer_id)
        return Row(
            number=number,
            name=self._names(properties)[0],
            path=place_path(neighbour.feature_id),
            kind=entry.title.in_language(self._language),
            status=self.label("status", properties["status"]),
            picture=swatch(self._look(entry, properties), properties["status"], size=16),
            neighbour=neighbour,
        )

    def _entry(self, feature_id: str) -> Row | None:
        """Return a place as a row that only leads to it; None where there is no such place."""
        for layer_id, layer in self._snapshot.layers.items():
            if feature_id in layer.features.index:
                return self._row(0, Neighbour(feature_id, layer_id, 0, 0, AROUND))
        return None

    def _properties(self, neighbour: Neighbour) -> dict[str, Any]:
        properties: dict[str, Any] = self._read(neighbour.layer_id)[neighbour.feature_id]["properties"]
        return properties

    def _look(self, entry: LayerEntry, properties: Mapping[str, Any]) -> Look:
        return entry.style.look(properties["category"])

    def _measures(self, layer_id: str, feature_id: str, kind: str) -> tuple[str, str] | None:
        features = self._snapshot.layer(layer_id).features.loc[[feature_id]]
        if kind == LINE:
            return "position.length", self.length(round(length_m(features).iloc[0], -2))
        if kind == AREA:
            hectares = area_ha(features).iloc[0]
            return "position.area", _area(hectares)
        return None

    def _coordinates(self, feature: Mapping[str, Any]) -> str:
        geometry = feature["geometry"]
        if geometry is None or geometry["type"] != "Point":
            return ""
        lon, lat = geometry["coordinates"][:2]
        return f"{lon:g}, {lat:g}"

    def _links(self, feature_id: str, picture: PlaceMap | None) -> dict[str, str]:
        view = replace(self._start, selected=feature_id)
        if picture is not None:
            frame = picture.frame
            at_zoom_0 = METRES_PER_PIXEL_AT_ZOOM_0 * math.cos(math.radians(frame.lat))
            zoom = round(2 * math.log2(at_zoom_0 / frame.metres_per_pixel)) / 2
            centre = round(frame.lon, 4), round(frame.lat, 4)
            view = replace(view, centre=centre, zoom=min(MAX_ZOOM, max(MIN_ZOOM, zoom)))
        query = view.to_query()
        return {
            "app": app_path(query),
            "map": shared_path(query),
            "export": export_page_path(query, feature_id),
            "json": feature_path(feature_id),
        }


def _area(hectares: float) -> str:
    if hectares < 100:  # noqa: PLR2004 - a square kilometre
        return f"{hectares:,.0f}{THIN_SPACE}ha"
    return f"{hectares / 100:,.{0 if hectares >= 10_000 else 1}f}{THIN_SPACE}km²"  # noqa: PLR2004
