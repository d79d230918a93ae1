"""What can go wrong when layers are exported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.errors import LayersError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

# Of places with the same fault a message names so many.
SHOWN_PLACES = 5


class ExportError(LayersError):
    """An export could not be made; nothing stands under the target's name that did not before."""

    code = "export"


class UnknownFormatError(ExportError):
    """A format was asked for that there is not."""

    code = "unknown_format"

    def __init__(self, asked: str, known: Collection[str]) -> None:
        self.asked = asked
        self.known = tuple(known)
        super().__init__(f"No export format {asked!r}; there are {', '.join(known)}.")


class UnsuitedError(ExportError):
    """A format cannot hold what was asked of it."""

    code = "unsuited"

    def __init__(self, format_id: str, option: str, asked: str, known: Collection[str]) -> None:
        self.format_id = format_id
        self.option = option
        self.asked = asked
        self.known = tuple(known)
        super().__init__(
            f"{format_id} cannot be written with {option} {asked!r}; it takes {', '.join(known)}.",
        )


class EmptySelectionError(ExportError):
    """Nothing is left to export."""

    code = "empty_selection"

    def __init__(self) -> None:
        super().__init__("Nothing is left to export: no place meets all that was asked. Ask for less.")


class UnencodableError(ExportError):
    """Texts hold characters that an encoding does not have."""

    code = "unencodable"

    def __init__(self, encoding: str, characters: Mapping[tuple[str, str], str]) -> None:
        self.encoding = encoding
        # By feature id and the field's id.
        self.characters = dict(characters)
        named = [f"{place} {field} ({text})" for (place, field), text in self.characters.items()]
        more = f" and {len(named) - SHOWN_PLACES} more" if len(named) > SHOWN_PLACES else ""
        self.places = ", ".join(named[:SHOWN_PLACES]) + more
        super().__init__(
            f"{encoding} has no characters for some texts: {self.places}. Nothing was replaced: use UTF-8, "
            "or leave those places out.",
        )


class UnwritableError(ExportError):
    """The disk, or the library that writes a format, did not take it."""

    code = "unwritable"

    def __init__(self, file: str, problem: str) -> None:
        self.file = file
        self.problem = problem
        super().__init__(f"{file} could not be written: {problem}. What stood there before still does.")


class ExportCancelledError(ExportError):
    """The export was no longer wanted."""

    code = "export_cancelled"

    def __init__(self) -> None:
        super().__init__("The export was cancelled; nothing was written.")


class UnknownExportError(ExportError):
    """An export was asked for that was never made here, or that is no longer kept."""

    code = "unknown_export"

    def __init__(self) -> None:
        super().__init__("No such export here: it was not made, or is no longer kept. Make it again.")


class ExportsFullError(ExportError):
    """More exports are wanted at once than are made."""

    code = "exports_full"

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"Too many exports are wanted at the moment; try again in {seconds} s.")


class ExportTooLongError(ExportError):
    """Making an export took longer than it may."""

    code = "export_too_long"

    def __init__(self, minutes: int) -> None:
        self.minutes = minutes
        super().__init__(f"The export was given up after {minutes} min. Ask for fewer places or layers.")


class ExportTooLargeError(ExportError):
    """An export is larger than what is kept for readers to fetch."""

    code = "export_too_large"

    def __init__(self, size_mb: int, most_mb: int) -> None:
        self.size_mb = size_mb
        self.most_mb = most_mb
        super().__init__(f"The export has {size_mb} MB, {most_mb} MB are the most. Ask for fewer places.")


class InvalidAreaError(ExportError):
    """What was given as an area is none."""

    code = "invalid_area"

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(
            f"The area cannot be used: {problem}. Give a polygon as GeoJSON, in degrees, longitude first.",
        )
