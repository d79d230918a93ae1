"""The data versions that were published: which, when, with what layers, and by what name one is meant."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from layers.catalogue import LAYER_ID
from layers.errors import AmbiguousVersionError, UnknownVersionError
from layers.snapshot import version_of_hashes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

CURRENT, LATEST = "current", "latest"
MAX_NOTE = 500
_HASH = re.compile("[0-9a-f]{64}")
_WRITTEN = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Publication:
    """One data version as it was published.

    Attributes
    ----------
    at
        When, in UTC, to the second.
    note
        What the publisher said of it, one line; may be empty.
    layers
        By layer, the SHA-256 of its content as 64 hexadecimal digits.
    """

    version: str
    at: datetime
    note: str
    layers: Mapping[str, str]

    @classmethod
    def of(cls, layers: Mapping[str, str], note: str, at: datetime) -> Publication:
        """Return the publication of layers, given as hashes of their content.

        Raises
        ------
        ValueError
            The time does not say in which zone it is.
        """
        if at.tzinfo is None:
            message = "the time of a publication must name its zone"
            raise ValueError(message)
        moment = at.astimezone(UTC).replace(microsecond=0)
        return cls(version_of_hashes(layers), moment, _one_line(note), dict(sorted(layers.items())))


def read_publications(raw: Any) -> tuple[Publication, ...]:  # noqa: ANN401 - whatever the file holds
    """Return the publications that parsed JSON holds, oldest first.

    Raises
    ------
    ValueError, LookupError, TypeError, AttributeError
        It is not of the form that `written` gives, or a version is not that of its layers.
    """
    if not isinstance(raw, list):
        message = "no list of publications"
        raise TypeError(message)
    return tuple(map(_publication, raw))


def written(publications: Iterable[Publication]) -> bytes:
    """Return publications as JSON for a file, a line each for note and layers."""
    raw = [
        {
            "version": entry.version,
            "at": entry.at.strftime(_WRITTEN),
            "note": entry.note,
            "layers": dict(entry.layers),
        }
        for entry in publications
    ]
    return (json.dumps(raw, ensure_ascii=False, indent=1) + "\n").encode()


def version_named(asked: str, publications: Sequence[Publication], current: str) -> str:
    """Return the data version that somebody means.

    Parameters
    ----------
    asked
        A version, the beginning of one, `current` for the data as they are, or `latest` for what was
        published last.

    Raises
    ------
    UnknownVersionError
        No version is meant.
    AmbiguousVersionError
        Several are.
    """
    if asked == CURRENT:
        return current
    if asked == LATEST and publications:
        return publications[-1].version
    known = dict.fromkeys((*(entry.version for entry in publications), current))
    if asked in known:
        return asked
    meant = [version for version in known if version.startswith(asked)]
    if not asked or not meant:
        raise UnknownVersionError(asked, current)
    if len(meant) > 1:
        raise AmbiguousVersionError(asked, meant)
    return meant[0]


def _publication(raw: Mapping[str, Any]) -> Publication:
    layers = dict(raw["layers"])
    for layer_id, digest in layers.items():
        if not LAYER_ID.fullmatch(layer_id) or not _HASH.fullmatch(digest):
            message = f"{layer_id!r}: {digest!r} is no layer with the hash of its content"
            raise ValueError(message)
    moment = datetime.strptime(raw["at"], _WRITTEN).replace(tzinfo=UTC)
    entry = Publication.of(layers, raw["note"], moment)
    if entry.version != raw["version"]:
        message = f"the version {raw['version']!r} is not that of its layers, {entry.version!r}"
        raise ValueError(message)
    return entry


def _one_line(note: str) -> str:
    # A note is printed on terminals: marks that steer one, and half characters, are left out.
    shown = "".join(letter if letter.isprintable() else " " for letter in note)
    return " ".join(shown.split())[:MAX_NOTE]
