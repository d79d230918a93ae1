"""A place as a data version serves it, and in which ways two versions of it are not the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layers.catalogue import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

RENAMED, STATUS, YEARS, GEOMETRY, OTHER = "renamed", "status", "years", "geometry", "other"
# Have a kind of their own, or follow from other attributes.
_NOT_OTHER = {
    "id", "name_zh", "name_en", "status", "year_start", "year_end", "status_documents",
    "year_start_documents", "year_end_documents", "conflict", "search", "position", "history",
}  # fmt: skip

# Attributes whose values are codes, with the list that these are of.
_CODED = {
    "status": "status",
    "status_documents": "status",
    "category": "category",
    "memberships": "membership",
    "city": "city",
    "serves": "city",
    "lead_units": "unit",
    "responsible_units": "unit",
}


@dataclass(frozen=True)
class Served:
    """A place as one data version serves it.

    Attributes
    ----------
    feature
        The GeoJSON feature; nobody writes to it.
    """

    layer_id: str
    feature: Mapping[str, Any]

    @property
    def place_id(self) -> str:
        """The place's id in that version."""
        return str(self.feature["id"])

    @property
    def properties(self) -> Mapping[str, Any]:
        """The place's attributes."""
        properties: Mapping[str, Any] = self.feature["properties"]
        return properties

    @property
    def position(self) -> Mapping[str, Any]:
        """How the place's position is known; empty where it has none."""
        return self.properties.get("position") or {}

    @property
    def drawn(self) -> tuple[object, ...]:
        """What decides how the place is drawn: geometry, how that is known and how well."""
        return self.feature["geometry"], self.position.get("method"), self.position.get("accuracy_m")

    @property
    def name(self) -> Text:
        """The place's name, the Chinese one where it has no other."""
        zh = str(self.properties.get("name_zh") or self.place_id)
        return Text(zh, str(self.properties.get("name_en") or zh))

    def status(self, *, outside: bool) -> str:
        """Return the status, from all sources or from the planning documents only."""
        return str(self._read_as("status", outside=outside))

    def years(self, *, outside: bool) -> tuple[int | None, int | None]:
        """Return first and last year of the build window, None where there is none."""
        return self._read_as("year_start", outside=outside), self._read_as("year_end", outside=outside)

    def _read_as(self, attribute: str, *, outside: bool) -> Any:  # noqa: ANN401 - whatever it holds
        return self.properties.get(attribute if outside else f"{attribute}_documents")


def kinds_of(before: Served, after: Served, *, outside: bool) -> tuple[str, ...]:
    """Return in which ways a place that both versions have is not the same.

    Parameters
    ----------
    outside
        Whether status and years are read with outside knowledge.
    """
    differs = {
        RENAMED: (before.place_id, before.name) != (after.place_id, after.name),
        STATUS: before.status(outside=outside) != after.status(outside=outside),
        YEARS: before.years(outside=outside) != after.years(outside=outside),
        GEOMETRY: before.drawn != after.drawn,
        OTHER: bool(other_attributes(before, after, outside=outside)),
    }
    return tuple(kind for kind, is_different in differs.items() if is_different)


def other_attributes(before: Served, after: Served, *, outside: bool) -> list[str]:
    """Return the attributes that differ besides name, status, years and geometry.

    A status or a year changes by what is added to the history, a geometry by another basis; these are
    then not named again.
    """
    one, other = before.properties, after.properties
    names = dict.fromkeys((*one, *other))
    differing = [name for name in names if name not in _NOT_OTHER and one.get(name) != other.get(name)]
    if before.layer_id != after.layer_id:
        differing.insert(0, "layer")
    if before.drawn == after.drawn and before.position != after.position:
        differing.append("position")
    standing = [(place.status(outside=outside), place.years(outside=outside)) for place in (before, after)]
    if standing[0] == standing[1] and one.get("history") != other.get("history"):
        differing.append("history")
    return differing


def named_as_now(place: Served, former_codes: Mapping[str, Mapping[str, str]]) -> Served:
    """Return the place with its layer and its codes as they are named now: another name is no change.

    Parameters
    ----------
    former_codes
        See `Catalogue.former_codes`.
    """
    if not former_codes:
        return place
    properties = dict(place.properties)
    for attribute, code_list in _CODED.items():
        if attribute in properties and code_list in former_codes:
            properties[attribute] = _last(properties[attribute], former_codes[code_list])
    layer_id = str(_last(place.layer_id, former_codes.get("layer", {})))
    return Served(layer_id, {**place.feature, "properties": properties})


def _last(value: Any, former: Mapping[str, str]) -> Any:  # noqa: ANN401 - a code or a list of them
    if isinstance(value, list):
        return [_last(code, former) for code in value]
    while value in former:
        value = former[value]
    return value
