"""Which code the program ends with, for each error of the core and for each other end."""

from geo.errors import GeoError, OutsideCRSError, RefusedDatumError, UnknownCRSError, WrongZoneError
from layers.errors import (
    AmbiguousVersionError,
    CatalogueError,
    InvalidLayerError,
    InvalidTargetsError,
    LayersError,
    PublishingError,
    RetiredPlaceError,
    UnknownFieldError,
    UnknownLayerError,
    UnknownPlaceError,
    UnknownPrintError,
    UnknownStoreError,
    UnknownValueError,
    UnknownVersionError,
    UnreadableFilterError,
    UnreadableVersionError,
)
from layers.exports.errors import (
    EmptySelectionError,
    ExportCancelledError,
    ExportError,
    InvalidAreaError,
    UnencodableError,
    UnknownFormatError,
    UnsuitedError,
    UnwritableError,
)

FAULTS_FOUND = 1
# As argparse ends where it cannot do what was asked.
USAGE = 2
# As a shell tells that a program's reader, such as `head`, went away.
UNREAD = 141
# The first row that an error is an instance of gives the exit code.
EXIT_CODES: dict[type[Exception], int] = {
    UnknownLayerError: 3,
    UnreadableVersionError: 12,
    UnknownVersionError: 8,
    AmbiguousVersionError: 13,
    PublishingError: 9,
    UnknownStoreError: 4,
    CatalogueError: 5,
    InvalidLayerError: 6,
    InvalidTargetsError: 7,
    UnreadableFilterError: 14,
    UnknownFieldError: 15,
    UnknownValueError: 16,
    UnknownPlaceError: 17,
    RetiredPlaceError: 18,
    UnknownFormatError: 19,
    UnknownPrintError: 30,
    UnsuitedError: 20,
    InvalidAreaError: 21,
    EmptySelectionError: 22,
    UnencodableError: 23,
    UnwritableError: 24,
    # As a shell tells that somebody pressed Ctrl+C.
    ExportCancelledError: 130,
    ExportError: 25,
    UnknownCRSError: 26,
    RefusedDatumError: 27,
    WrongZoneError: 28,
    OutsideCRSError: 29,
    LayersError: 10,
    GeoError: 11,
}


def exit_code_of(error: Exception) -> int:
    """Return the code that the program ends with after an error of the core."""
    return next(code for kind, code in EXIT_CODES.items() if isinstance(error, kind))
