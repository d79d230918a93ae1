"""The folder of short links: a file each, named by the hash of what it holds, never changed."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import secrets
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from layers import strict_json
from layers.stores.whole_file import write_whole
from service.errors import (
    DamagedLinkError,
    ExpiredLinkError,
    LinksFullError,
    LinksNotKeptError,
    UnknownLinkError,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# Five bits each: 80 to tell links apart, 130 where nobody may guess one.
KEY_LETTERS, SECRET_LETTERS = 16, 26
SALT_BYTES = 16
MAX_LINKS = 100_000
# Until then a reader is told that the link has expired; after it the link's place may be taken.
KEPT_EXPIRED = timedelta(days=90)
# Who may list the folder may open every link in it.
FOLDER_MODE = 0o700
_KEY = re.compile(f"[a-z2-7]{{{KEY_LETTERS}}}|[a-z2-7]{{{SECRET_LETTERS}}}")
# Stands behind an address in a sentence, and some messengers take it for a part of it.
_BEHIND = " .,:;!?)]}>'\"。，、：；！？）】》」』”’…"


@dataclass(frozen=True)
class ShortLink:
    """What a short link leads to.

    Attributes
    ----------
    query
        The query of the shared map.
    expires
        The last day on which it opens; None where it opens for ever.
    """

    key: str
    query: str
    expires: date | None = None


class ShortLinks:
    """Short links kept in a folder.

    Parameters
    ----------
    folder
        Made with the first link.
    today
        Tells the day by which links expire.
    most
        So many links are kept.
    """

    def __init__(self, folder: Path, today: Callable[[], date], most: int = MAX_LINKS) -> None:
        self._folder = folder
        self._today = today
        self._most = most
        self._lock = threading.Lock()
        self._count: int | None = None
        self._swept: date | None = None

    @property
    def is_writable(self) -> bool:
        """Whether links can be made; the folder may still have to be."""
        there = next(folder for folder in (self._folder, *self._folder.parents) if folder.exists())
        return os.access(there, os.W_OK | os.X_OK)

    def make(self, query: str, days: int | None = None) -> ShortLink:
        """Return a short link to a query; the same one for the same query that does not expire.

        Parameters
        ----------
        days
            The link opens today and on so many days after it; None for ever.

        Raises
        ------
        LinksFullError, LinksNotKeptError
            It cannot be kept.
        """
        expires = None if days is None else self._today() + timedelta(days=days)
        content = _written(query, expires)
        letters = KEY_LETTERS if expires is None else SECRET_LETTERS
        with self._lock:
            try:
                key = self._free_key(content, letters)
                if not self._path(key).exists():
                    self._make_room()
                    self._write(key, content)
            except OSError as error:
                raise LinksNotKeptError(error.strerror or type(error).__name__) from error
        return ShortLink(key, query, expires)

    def find(self, asked: str) -> ShortLink:
        """Return the short link of a key, in whatever case and with a full stop behind it.

        Raises
        ------
        UnknownLinkError, ExpiredLinkError, DamagedLinkError
            It does not open.
        """
        key = asked.strip().rstrip(_BEHIND).lower()
        if not _KEY.fullmatch(key):
            raise UnknownLinkError(asked)
        try:
            content = self._path(key).read_bytes()
        except FileNotFoundError as error:
            raise UnknownLinkError(asked) from error
        except OSError as error:
            raise DamagedLinkError(key) from error
        link = _read(key, content)
        if link.expires is not None and link.expires < self._today():
            raise ExpiredLinkError(key, link.expires)
        return link

    def _free_key(self, content: bytes, letters: int) -> str:
        key = _key_of(content, letters)
        path = self._path(key)
        if not path.exists():
            return key
        there = path.read_bytes()
        if there == content:
            return key
        if _key_of(there, letters) == key:
            # Somebody took the trouble to find two contents whose hashes begin alike.
            return _key_of(content, SECRET_LETTERS)
        path.unlink()
        return key

    def _make_room(self) -> None:
        if self._count is None:
            self._count = self._counted()
        # Going through all of them takes seconds: once a day is enough.
        if self._count >= self._most and self._swept != self._today():
            self._swept = self._today()
            self._forget_expired()
            self._count = self._counted()
        if self._count >= self._most:
            raise LinksFullError(self._most)

    def _counted(self) -> int:
        try:
            return sum(_KEY.fullmatch(path.stem) is not None for path in self._folder.iterdir())
        except FileNotFoundError:
            return 0

    def _forget_expired(self) -> None:
        last = self._today() - KEPT_EXPIRED
        for path in list(self._folder.glob("*.json")):
            with suppress(OSError, DamagedLinkError):
                expires = _read(path.stem, path.read_bytes()).expires
                if expires is not None and expires < last:
                    path.unlink()

    def _write(self, key: str, content: bytes) -> None:
        self._folder.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
        write_whole(self._path(key), content)
        self._count = (self._count or 0) + 1

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"


def _written(query: str, expires: date | None) -> bytes:
    told: dict[str, Any] = {"query": query}
    if expires is not None:
        # Without it, whoever knows the view could work out the key.
        told |= {"expires": expires.isoformat(), "salt": secrets.token_hex(SALT_BYTES)}
    return json.dumps(told, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()


def _read(key: str, content: bytes) -> ShortLink:
    if _key_of(content, len(key)) != key:
        raise DamagedLinkError(key)
    try:
        told = strict_json.parse(content.decode())
        expires = told.get("expires")
        return ShortLink(key, str(told["query"]), date.fromisoformat(expires) if expires else None)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise DamagedLinkError(key) from error


def _key_of(content: bytes, letters: int) -> str:
    return base64.b32encode(hashlib.sha256(content).digest())[:letters].decode().lower()

