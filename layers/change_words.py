"""Says in words what differs between two data versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.measure import WGS84
from layers.read_back import fill
from layers.served import GEOMETRY, OTHER, RENAMED, STATUS, YEARS, other_attributes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from layers.catalogue import Catalogue
    from layers.changes import Change, Since
    from layers.served import Served
    from layers.versions import Publication

METRES_IN_KM = 1000


def date_of(version: str, published: Sequence[Publication]) -> str:
    """Return the day, in UTC, on which a version was last published; empty where it never was."""
    days = [entry.at.date().isoformat() for entry in published if entry.version == version]
    return days[-1] if days else ""


def sentence(found: Since, words: Mapping[str, str], published: Sequence[Publication]) -> str:
    """Return in one sentence what differs within a view.

    Parameters
    ----------
    words
        The messages of the part `changes` in the reader's language.
    published
        The store's publications, for the date of the older version.
    """
    day = date_of(found.then, published)
    when = fill(words["since.date"], date=day) if day else fill(words["since.version"], version=found.then)
    parts = [_changed(found, words, when)]
    numbers = {"retired": found.retired, "newly": found.newly, "no_longer": found.no_longer}
    parts += [_counted(words, f"since.{name}", number) for name, number in numbers.items() if number]
    if found.uncompared:
        parts.append(_counted(words, "since.uncompared", len(found.uncompared)))
    return words["since.between"].join(parts)


def change_text(change: Change, catalogue: Catalogue, words: Mapping[str, str], language: str) -> str:
    """Return in words how one place changed.

    Parameters
    ----------
    words
        The messages of the part `changes` in that language.
    language
        `zh` or `en`, for names and codes.
    """
    if change.before is None:
        return words["text.added"]
    if change.after is None:
        return _removed(change, words, language)
    sides = change.before, change.after
    told = _Told(sides, catalogue, words, language, outside=change.outside)
    return words["text.between"].join(told.kind(kind) for kind in change.kinds)


def _changed(found: Since, words: Mapping[str, str], when: str) -> str:
    if not found.of:
        return fill(words["since.none_matched"], when=when)
    if not found.changed:
        return _counted(words, "since.none_changed", found.of, when=when)
    kinds = words["since.comma"].join(
        fill(words[f"kind.{kind}"], number=number) for kind, number in found.kinds.items()
    )
    return _counted(words, "since.changed", found.of, changed=found.changed, when=when, kinds=kinds)


def _counted(words: Mapping[str, str], key: str, number: int, **parameters: object) -> str:
    template = words.get(f"{key}.one", words[key]) if number == 1 else words[key]
    return fill(template, number=number, **parameters)


def _removed(change: Change, words: Mapping[str, str], language: str) -> str:
    stone, successor = change.tombstone, change.successor
    text = words["text.removed"]
    if stone is not None:
        reason = stone.reason.in_language(language)
        text = fill(words["text.retired"], date=stone.date.isoformat(), reason=reason.rstrip("。."))
    if successor is None:
        return text
    name = successor.name.in_language(language)
    key = "text.successor" if stone is not None else "text.merged"
    said = fill(words[key], name=name)
    return words["text.between"].join([text, said]) if stone is not None else said


class _Told:
    """Puts what changed of one place into the words of one language."""

    def __init__(
        self,
        sides: tuple[Served, Served],
        catalogue: Catalogue,
        words: Mapping[str, str],
        language: str,
        *,
        outside: bool,
    ) -> None:
        self._sides = sides
        self._outside = outside
        self._catalogue = catalogue
        self._words = words
        self._language = language

    def kind(self, kind: str) -> str:
        """Return what is said of one kind of change."""
        said: dict[str, Callable[[], str]] = {
            RENAMED: self._renamed,
            STATUS: self._status,
            YEARS: self._years,
            GEOMETRY: self._geometry,
            OTHER: self._other,
        }
        return said[kind]()

    def _renamed(self) -> str:
        one, other = (place.name.in_language(self._language) for place in self._sides)
        if one != other:
            return fill(self._words["text.renamed"], before=one, after=other)
        before, after = self._sides
        if before.place_id == after.place_id:
            return self._words["text.renamed_elsewhere"]
        return fill(self._words["text.new_id"], before=before.place_id, after=after.place_id)

    def _status(self) -> str:
        codes = (place.status(outside=self._outside) for place in self._sides)
        one, other = (self._label("status", code) for code in codes)
        return fill(self._words["text.status"], before=one, after=other)

    def _years(self) -> str:
        one, other = (self._window(*place.years(outside=self._outside)) for place in self._sides)
        return fill(self._words["text.years"], before=one, after=other)

    def _window(self, first: int | None, last: int | None) -> str:
        if first is None and last is None:
            return self._words["years.none"]
        if first == last:
            return str(first)
        if first is None:
            return fill(self._words["years.until"], year=last)
        if last is None:
            return fill(self._words["years.from"], year=first)
        return fill(self._words["years.span"], first=first, last=last)

    def _geometry(self) -> str:
        one, other = (place.feature["geometry"] for place in self._sides)
        if one is None or other is None:
            return self._words["text.placed" if one is None else "text.unplaced"]
        if one == other:
            return self._position()
        if one["type"] != "Point" or other["type"] != "Point":
            return self._words["text.redrawn"]
        distance = self._distance(one["coordinates"], other["coordinates"])
        return fill(self._words["text.moved"], distance=distance)

    def _distance(self, one: Sequence[float], other: Sequence[float]) -> str:
        metres = WGS84.inv(one[0], one[1], other[0], other[1])[2]
        if metres < METRES_IN_KM:
            return fill(self._words["distance.m"], number=f"{max(metres, 1):,.0f}")
        return fill(self._words["distance.km"], number=f"{metres / METRES_IN_KM:,.1f}")

    def _position(self) -> str:
        one, other = (place.position for place in self._sides)
        if one.get("method") != other.get("method"):
            before, after = (self._label("method", str(side.get("method"))) for side in (one, other))
            return fill(self._words["text.method"], before=before, after=after)
        before, after = (self._metres(side.get("accuracy_m")) for side in (one, other))
        return fill(self._words["text.accuracy"], before=before, after=after)

    def _metres(self, number: Any) -> str:  # noqa: ANN401 - whatever the attribute holds
        return fill(self._words["distance.m"], number=f"{number:,}" if isinstance(number, int) else "?")

    def _other(self) -> str:
        names = dict.fromkeys(
            self._words.get(f"attribute.{name}", self._words["attribute"])
            for name in other_attributes(*self._sides, outside=self._outside)
        )
        attributes = self._words["since.comma"].join(names) or self._words["attribute"]
        return fill(self._words["text.other"], attributes=attributes)

    def _label(self, code_list: str, code: str) -> str:
        label = self._catalogue.label(code_list, code, self._language)
        # Within an English sentence a status is a common word.
        return label[:1].lower() + label[1:] if label != code else code
