"""What all pages of a print of a view share: the data, the paper, the words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from layers.change_words import sentence as change_sentence
from layers.changes import since
from layers.read_back import THIN_SPACE, fill, problem_text, sentence
from layers.render.markup import plain
from layers.render.paths import shared_path
from layers.render.still_style import PAPER, colours_of
from layers.summary import problems

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from layers.render.print_sheet import Sheet
    from layers.render.still_map import Atlas
    from layers.snapshot import Snapshot
    from layers.versions import Publication
    from layers.view import MapView

LONGEST_TITLE, LONGEST_SENTENCE = 80, 400
_COLOURS = ("ink", "ink-soft", "line", "accent", "warn")


@dataclass(frozen=True)
class Said:
    """The words of the program in the language of a view.

    Attributes
    ----------
    map, print, sentence, changes
        The messages of these parts.
    """

    map: Mapping[str, str]
    print: Mapping[str, str]
    sentence: Mapping[str, str]
    changes: Mapping[str, str]


@dataclass(frozen=True)
class Imprint:
    """What stands on a print besides the view.

    Attributes
    ----------
    printed
        The day on which it is printed.
    publications
        The versions that were published.
    address
        Scheme and host of the atlas; empty where nobody can go there, and no code is printed.
    title
        In place of the atlas's name, or empty.
    compared
        The data version that the view is to be compared with, where that is there.
    """

    printed: date
    publications: Sequence[Publication] = ()
    address: str = ""
    title: str = ""
    compared: Snapshot | None = None


@dataclass(frozen=True)
class Edition:
    """What all pages of a print share.

    Attributes
    ----------
    view
        Names the data version that is printed.
    words
        The messages of the parts `map` and `print` in the language of the view.
    sentence
        The filter in words.
    problems
        What of the link cannot be met, in words.
    published
        The day on which the data version was published, or empty.
    changes
        What has changed since the data version that the view is compared with, in words; empty for nothing.
        The map does not mark it.
    """

    sheet: Sheet
    view: MapView
    atlas: Atlas
    imprint: Imprint
    words: Mapping[str, str]
    sentence: str
    problems: tuple[str, ...] = ()
    published: str = ""
    changes: str = ""

    @property
    def language(self) -> str:
        """The language of the print."""
        return self.view.language

    @property
    def product(self) -> str:
        """The atlas's name."""
        return str(self.atlas.catalogue.product["name"][self.language])

    @property
    def area(self) -> str:
        """What the atlas is of."""
        return str(self.atlas.catalogue.product["area"][self.language])

    @property
    def title(self) -> str:
        """What the print is called."""
        return self.imprint.title or self.product

    @property
    def link(self) -> str:
        """Where the printed view is found, or empty."""
        address = self.imprint.address
        return address + shared_path(self.view.to_query()) if address else ""

    def say(self, key: str, **values: object) -> str:
        """Return a message with its parameters put in, as it is set in type."""
        return set_text(fill(self.words[key], **values), LONGEST_SENTENCE)

    def document(self) -> dict[str, Any]:
        """Return what the template is told once for all pages."""
        colours = colours_of(self.atlas.catalogue.theme, PAPER)
        day = self.imprint.printed
        return {
            "language": self.language,
            "colours": {role: colours[role] for role in _COLOURS},
            "unit": self.sheet.unit,
            "width": self.sheet.width,
            "height": self.sheet.height,
            "title": set_text(self.title),
            "description": set_text(self.sentence, LONGEST_SENTENCE),
            "author": set_text(self.product),
            "printed": [day.year, day.month, day.day],
        }


def edition_of(view: MapView, atlas: Atlas, sheet: Sheet, said: Said, imprint: Imprint) -> Edition:
    """Return the edition of a view."""
    snapshot, catalogue, language = atlas.snapshot, atlas.catalogue, view.language
    unmet = problems(snapshot, catalogue, view, has_since=imprint.compared is not None)
    dates = (one.at.date().isoformat() for one in imprint.publications if one.version == snapshot.version)
    return Edition(
        sheet=sheet,
        view=replace(view, version=snapshot.version, since=""),
        atlas=atlas,
        imprint=imprint,
        words={**said.map, **said.print},
        sentence=sentence(view, catalogue, said.sentence, language),
        problems=tuple(problem_text(problem, said.sentence, language) for problem in unmet),
        published=next(dates, ""),
        changes=_changes(view, atlas, said, imprint),
    )


def _changes(view: MapView, atlas: Atlas, said: Said, imprint: Imprint) -> str:
    if imprint.compared is None:
        return ""
    found = since(imprint.compared, atlas.snapshot, view, atlas.catalogue, "now")
    if found is None:
        return ""
    told = change_sentence(found, said.changes, imprint.publications)
    return fill(said.print["changes"], changes=told)


def set_text(text: str, most: int = LONGEST_TITLE) -> str:
    """Return text as it is set: typesetting spaces Chinese and Latin itself."""
    return plain(text.replace(THIN_SPACE, ""), most)
