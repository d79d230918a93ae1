"""What can go wrong with short links and with what is asked of the service besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

# What a reader asks for may be of any length.
SHOWN_KEY = 40


class ServiceError(Exception):
    """Root of the errors of this package; `code` is stable and has words in both languages."""

    code = "service"


class UnknownLinkError(ServiceError):
    """A short link was opened that was never made here, or whose key was mistyped or cut short."""

    code = "unknown_link"

    def __init__(self, key: str) -> None:
        self.key = key[:SHOWN_KEY]
        super().__init__(f"No short link {self.key!r} here; the address may be mistyped or cut short.")


class ExpiredLinkError(ServiceError):
    """A short link was opened after its last day."""

    code = "expired_link"

    def __init__(self, key: str, expires: date) -> None:
        self.key = key
        self.expires = expires
        super().__init__(f"The short link {key!r} was valid until {expires}; ask its sender for a new one.")


class DamagedLinkError(ServiceError):
    """The file of a short link does not hold what its name is the hash of."""

    code = "damaged_link"

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"The file of the short link {key!r} is damaged; restore it from a copy.")


class LinksNotKeptError(ServiceError):
    """Short links cannot be written: no folder for them, no right to write there, no room on the disk."""

    code = "links_not_kept"

    def __init__(self, problem: str = "none are kept here") -> None:
        self.problem = problem
        super().__init__(f"No short link can be made: {problem}. The long link works.")


class LinksFullError(ServiceError):
    """As many short links are kept as there may be."""

    code = "links_full"

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(f"There are {most} short links, and no more are kept. The long link works.")


class RefusedRequestError(ServiceError):
    """A request for a short link is not of its form."""

    code = "refused_request"

    def __init__(self, problem: str = "it holds something else") -> None:
        self.problem = problem
        super().__init__(
            f'Not a request for a short link: {problem}. Send {{"query": "v=…", "days": 30}}.',
        )


class EmptyLinkError(ServiceError):
    """A short link was asked for to a query that shows nothing, or that could not be read whole."""

    code = "empty_link"

    def __init__(self) -> None:
        super().__init__("This link shows nothing or cannot be read whole, so no short link is made to it.")


class NotJsonError(ServiceError):
    """A request for a short link does not come as JSON."""

    code = "not_json"

    def __init__(self, media_type: str) -> None:
        self.media_type = media_type[:SHOWN_KEY]
        super().__init__(f"A request for a short link is application/json, not {self.media_type!r}.")


class OtherSiteError(ServiceError):
    """Another site's page asked for a short link in a reader's name."""

    code = "other_site"

    def __init__(self) -> None:
        super().__init__("Short links are made from this site's own pages only.")


class TooLongError(ServiceError):
    """A query is too long for what is to be made of it."""

    code = "too_long"

    def __init__(self, length: int, most: int) -> None:
        self.length = length
        self.most = most
        super().__init__(f"The link has {length} characters; {most} are the most for this. Narrow the view.")


class TooOftenError(ServiceError):
    """Too many short links were asked for within a short time."""

    code = "too_often"

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"Too many short links in a short time; try again in {seconds} s.")


class InvalidParameterError(ServiceError):
    """A parameter of a request to the OGC API has a value that cannot be, or there is no such parameter."""

    code = "invalid_parameter"

    def __init__(self, name: str, problem: str) -> None:
        self.name = name[:SHOWN_KEY]
        self.problem = problem
        super().__init__(f"The parameter {self.name!r} cannot be used: {problem}.")


class NoSuchPathError(ServiceError):
    """A path was asked for that the OGC API does not have."""

    code = "no_such_path"

    def __init__(self, path: str) -> None:
        self.path = path[:SHOWN_KEY]
        super().__init__(f"Nothing at {self.path!r}; the paths that there are begin at /ogc/collections.")
