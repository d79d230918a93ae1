"""What can go wrong with layers, links and the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from layers.findings import Issue

SHOWN_ISSUES = 3
# What a link asks for may be of any length.
SHOWN_ID = 80


class LayersError(Exception):
    """Root of the errors of this package; `code` is stable and has words in both languages."""

    code = "layers"


class UnknownLayerError(LayersError):
    """A layer was asked for that the catalogue does not have."""

    code = "unknown_layer"

    def __init__(self, layer_id: str, known: Collection[str]) -> None:
        self.layer_id = layer_id
        self.known = tuple(known)
        super().__init__(f"No layer {layer_id!r} in the catalogue; it has {', '.join(known)}.")


class InvalidLayerError(LayersError):
    """A layer's file is missing, cannot be read or breaks the layer's schema."""

    code = "invalid_layer"

    def __init__(self, layer_id: str, file: str, issues: tuple[Issue, ...]) -> None:
        self.layer_id = layer_id
        self.file = file
        self.issues = issues
        shown = "; ".join(str(issue) for issue in issues[:SHOWN_ISSUES])
        more = f" (and {len(issues) - SHOWN_ISSUES} more)" if len(issues) > SHOWN_ISSUES else ""
        super().__init__(
            f"Layer {layer_id!r} is not served: {file}: {shown}{more}. "
            "Mend the file; the other layers are served meanwhile.",
        )


class InvalidTargetsError(LayersError):
    """The file of targets cannot be read or breaks its schema."""

    code = "invalid_targets"

    def __init__(self, file: str, issues: tuple[Issue, ...]) -> None:
        self.file = file
        self.issues = issues
        shown = "; ".join(str(issue) for issue in issues[:SHOWN_ISSUES])
        more = f" (and {len(issues) - SHOWN_ISSUES} more)" if len(issues) > SHOWN_ISSUES else ""
        super().__init__(f"The targets are not served: {file}: {shown}{more}. Mend the file.")


class UnknownVersionError(LayersError):
    """A data version was asked for that the store does not hold."""

    code = "unknown_version"

    def __init__(self, version: str, current: str) -> None:
        self.version = version
        self.current = current
        super().__init__(f"No data version {version!r} here; the current one is {current!r}.")


class UnreadableVersionError(UnknownVersionError):
    """A data version was published, and what is left of it cannot be read or is not what it was."""

    code = "unreadable_version"

    def __init__(self, version: str, current: str, file: str, problem: str) -> None:
        super().__init__(version, current)
        self.file = file
        self.problem = problem
        where = f"Data version {version!r} cannot be read: {file}: {problem}."
        self.args = (f"{where} Bring the file back from a copy; the current version is {current!r}.",)


class AmbiguousVersionError(LayersError):
    """The beginning of a data version was given, and several begin like that."""

    code = "ambiguous_version"

    def __init__(self, asked: str, meant: Collection[str]) -> None:
        self.asked = asked
        self.meant = tuple(meant)
        super().__init__(f"Several data versions begin with {asked!r}: {', '.join(meant)}. Give more digits.")


class PublishingError(LayersError):
    """A data version could not be published."""

    code = "publishing"

    def __init__(self, file: str, problem: str) -> None:
        self.file = file
        self.problem = problem
        super().__init__(
            f"Publishing did not finish: {file}: {problem}. What was published before stands; "
            "mend this and publish again.",
        )


class UnknownPlaceError(LayersError):
    """A place was asked for that no layer has, nor ever had."""

    code = "unknown_place"

    def __init__(self, feature_id: str, similar: Collection[str] = ()) -> None:
        self.feature_id = feature_id
        self.similar = tuple(similar)
        near = f" Similar ones are {', '.join(similar)}." if similar else ""
        super().__init__(f"No place {feature_id[:SHOWN_ID]!r} in the atlas.{near}")


class RetiredPlaceError(LayersError):
    """A place was asked for that was taken out of the atlas."""

    code = "retired_place"

    def __init__(self, feature_id: str, retired_on: str, reason: str, successor: str) -> None:
        self.feature_id = feature_id
        self.retired_on = retired_on
        self.reason = reason
        self.successor = successor
        after = f" See {successor!r}." if successor else ""
        super().__init__(f"The place {feature_id!r} was taken out on {retired_on}: {reason}{after}")


class UnknownOperatorError(LayersError):
    """A condition uses an operator that no row of the table of operators defines."""

    code = "unknown_operator"

    def __init__(self, op: str, known: Collection[str]) -> None:
        self.op = op
        self.known = tuple(known)
        super().__init__(f"No filter operator {op!r}; there are {', '.join(known)}.")


class UnknownFieldError(LayersError):
    """A condition names a field that cannot be filtered by, or not with that operator."""

    code = "unknown_field"

    def __init__(self, field: str, op: str, known: Collection[str]) -> None:
        self.field = field
        self.op = op
        self.known = tuple(known)
        super().__init__(
            f"No field {field!r} that can be filtered with {op!r}; there are {', '.join(known)}.",
        )


class InvalidFilterError(LayersError):
    """A filter expression cannot be read, or asks for what there is not."""

    code = "invalid_filter"

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(f"The filter cannot be used: {problem}.")


class UnknownValueError(LayersError):
    """A filter asks for a value that nothing has: a typing slip, not an empty layer."""

    code = "unknown_value"

    def __init__(self, field: str, asked: str, known: Collection[str]) -> None:
        self.field = field
        self.asked = asked
        self.known = tuple(known)
        super().__init__(f"No {field} {asked!r} in the atlas; there are {', '.join(known)}.")


class UnreadableFilterError(LayersError):
    """What was typed as a filter cannot be read."""

    code = "unreadable_filter"

    def __init__(self, text: str, form: str) -> None:
        self.text = text
        self.form = form
        super().__init__(f"The filter {text!r} cannot be read; write it as {form}.")


class CatalogueError(LayersError):
    """A file of the catalogue is missing or says something that cannot be."""

    code = "catalogue"

    def __init__(self, file: str, problem: str) -> None:
        self.file = file
        self.problem = problem
        super().__init__(f"The catalogue file {file!r} cannot be used: {problem}.")


class ShiftedDatumError(LayersError):
    """A basemap's tiles lie in coordinates that are shifted against WGS 84."""

    code = "shifted_datum"

    def __init__(self, basemap_id: str, datum: str) -> None:
        self.basemap_id = basemap_id
        self.datum = datum
        super().__init__(
            f"Basemap {basemap_id!r} is in {datum!r}, some 585 m off WGS 84 in this area; "
            "places would stand beside their sites. Choose a basemap in WGS 84 or CGCS2000.",
        )


class UnknownPrintError(LayersError):
    """A print was asked for on a paper, in a format or of a kind that there is not."""

    code = "unknown_print"

    def __init__(self, name: str, asked: str, known: Collection[str]) -> None:
        self.name = name
        self.asked = asked[:SHOWN_ID]
        self.known = tuple(known)
        super().__init__(f"No print with {name} {self.asked!r}; there are {', '.join(self.known)}.")


class UnsuitedDotsError(UnknownPrintError):
    """A picture was asked for with more dots than memory should hold, or with too few to be read."""

    code = "unsuited_dots"

    def __init__(self, dpi: int, bounds: tuple[int, int], most_dots: int) -> None:
        self.least, self.most = bounds
        self.most_millions = round(most_dots / 1e6)
        super().__init__("dpi", str(dpi), [f"{self.least}–{self.most}"])
        told = (
            f"No picture has {self.asked} dots an inch; choose {self.least} to {self.most}. "
            f"The largest sheet then has {self.most_millions} million dots, which take 1 GB of memory."
        )
        self.args = (told,)


class UnknownStoreError(LayersError):
    """An address names a kind of store that there is not."""

    code = "unknown_store"

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__(
            f"No store can be opened at {address!r}; give the path of a data folder that holds "
            "geojson/, catalogue/ and schemas/.",
        )


class InvalidSettingError(LayersError):
    """The operator has set something that cannot be used."""

    code = "invalid_setting"

    def __init__(self, name: str, value: str, problem: str) -> None:
        self.name = name
        self.value = value
        self.problem = problem
        super().__init__(f"The setting {name} cannot be {value!r}: {problem}.")
