"""Which HTTP status each error of the core is answered with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from geo.errors import (
    GeocoderRefusedError,
    GeocoderUnreachableError,
    GeoError,
    MissingCRSError,
    OutsideCRSError,
    RefusedDatumError,
    UnknownCRSError,
    WrongZoneError,
)
from i18n.messages import LANGUAGES, messages
from layers.errors import (
    AmbiguousVersionError,
    CatalogueError,
    InvalidFilterError,
    InvalidLayerError,
    InvalidSettingError,
    InvalidTargetsError,
    LayersError,
    PublishingError,
    RetiredPlaceError,
    ShiftedDatumError,
    UnknownFieldError,
    UnknownLayerError,
    UnknownOperatorError,
    UnknownPlaceError,
    UnknownPrintError,
    UnknownStoreError,
    UnknownValueError,
    UnknownVersionError,
    UnreadableFilterError,
    UnreadableVersionError,
    UnsuitedDotsError,
)
from layers.exports.errors import (
    EmptySelectionError,
    ExportCancelledError,
    ExportError,
    ExportsFullError,
    ExportTooLargeError,
    ExportTooLongError,
    InvalidAreaError,
    UnencodableError,
    UnknownExportError,
    UnknownFormatError,
    UnsuitedError,
    UnwritableError,
)
from layers.read_back import fill
from service.errors import (
    DamagedLinkError,
    EmptyLinkError,
    ExpiredLinkError,
    InvalidParameterError,
    LinksFullError,
    LinksNotKeptError,
    NoSuchPathError,
    NotJsonError,
    OtherSiteError,
    RefusedRequestError,
    ServiceError,
    TooLongError,
    TooOftenError,
    UnknownLinkError,
)
from service.headers import ASK_AGAIN, SAFE

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

STATUS: dict[type[Exception], int] = {
    UnknownLayerError: 404,
    UnreadableVersionError: 503,
    UnknownVersionError: 404,
    AmbiguousVersionError: 400,
    PublishingError: 503,
    UnknownPlaceError: 404,
    RetiredPlaceError: 410,
    InvalidLayerError: 503,
    InvalidTargetsError: 503,
    CatalogueError: 503,
    UnsuitedDotsError: 400,
    UnknownPrintError: 400,
    UnknownStoreError: 503,
    UnknownFieldError: 400,
    UnknownOperatorError: 400,
    InvalidFilterError: 400,
    ShiftedDatumError: 400,
    MissingCRSError: 400,
    GeocoderRefusedError: 400,
    GeocoderUnreachableError: 502,
    InvalidSettingError: 503,
    UnknownCRSError: 400,
    RefusedDatumError: 400,
    WrongZoneError: 400,
    OutsideCRSError: 400,
    UnknownFormatError: 400,
    UnsuitedError: 400,
    UnknownValueError: 400,
    UnreadableFilterError: 400,
    InvalidAreaError: 400,
    EmptySelectionError: 422,
    UnencodableError: 422,
    ExportCancelledError: 409,
    UnwritableError: 507,
    UnknownExportError: 404,
    ExportsFullError: 503,
    ExportTooLongError: 503,
    ExportTooLargeError: 413,
    ExportError: 500,
    LayersError: 500,
    GeoError: 500,
    InvalidParameterError: 400,
    NoSuchPathError: 404,
    UnknownLinkError: 404,
    ExpiredLinkError: 410,
    DamagedLinkError: 500,
    LinksNotKeptError: 503,
    LinksFullError: 507,
    RefusedRequestError: 422,
    EmptyLinkError: 422,
    NotJsonError: 415,
    OtherSiteError: 403,
    TooLongError: 413,
    TooOftenError: 429,
    ServiceError: 500,
}


def explained(_: Request, error: Exception) -> Response:
    """Return an error of the core as JSON: its code and its message."""
    code = getattr(error, "code", "")
    headers = {**SAFE, **ASK_AGAIN}
    if isinstance(error, ExportsFullError):
        headers["Retry-After"] = str(error.seconds)
    return JSONResponse({"code": code, "message": str(error)}, status_of(error), headers)


def status_of(error: Exception) -> int:
    """Return the status that an error is answered with."""
    return next(status for kind, status in STATUS.items() if isinstance(error, kind))


def told(error: ServiceError | LayersError | GeoError) -> dict[str, str]:
    """Return an error's words by language."""
    values = {name: _written(value) for name, value in vars(error).items()} | {"message": str(error)}
    return {language: fill(messages(language, "errors")[error.code], **values) for language in LANGUAGES}


def _written(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
