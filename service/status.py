"""Which HTTP status each error of the core is answered with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from geo.errors import GeocoderRefusedError, GeocoderUnreachableError, GeoError, MissingCRSError
from layers.errors import (
    CatalogueError,
    InvalidLayerError,
    InvalidTargetsError,
    LayersError,
    RetiredPlaceError,
    ShiftedDatumError,
    UnknownFieldError,
    UnknownLayerError,
    UnknownOperatorError,
    UnknownPlaceError,
    UnknownStoreError,
    UnknownVersionError,
)
from service.headers import ASK_AGAIN, SAFE

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

STATUS: dict[type[Exception], int] = {
    UnknownLayerError: 404,
    UnknownVersionError: 404,
    UnknownPlaceError: 404,
    RetiredPlaceError: 410,
    InvalidLayerError: 503,
    InvalidTargetsError: 503,
    CatalogueError: 503,
    UnknownStoreError: 503,
    UnknownFieldError: 400,
    UnknownOperatorError: 400,
    ShiftedDatumError: 400,
    MissingCRSError: 400,
    GeocoderRefusedError: 400,
    GeocoderUnreachableError: 502,
    LayersError: 500,
    GeoError: 500,
}


def explained(_: Request, error: Exception) -> Response:
    """Return an error of the core as JSON: its code and its message."""
    status = next(status for kind, status in STATUS.items() if isinstance(error, kind))
    code = getattr(error, "code", "")
    return JSONResponse({"code": code, "message": str(error)}, status, {**SAFE, **ASK_AGAIN})
