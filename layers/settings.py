"""What the operator of an installation sets, read from an environment that a face hands in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import SplitResult, urlsplit

from layers.errors import InvalidSettingError

if TYPE_CHECKING:
    from collections.abc import Mapping

DATA = "CORRIDOR_DATA"
DOCUMENTS = "CORRIDOR_DOCUMENTS"
GEOCODER = "CORRIDOR_GEOCODER"
GEOCODER_HOSTS = "CORRIDOR_GEOCODER_HOSTS"
ADDRESS = "CORRIDOR_ADDRESS"
FRAME_HOSTS = "CORRIDOR_FRAME_HOSTS"
LINKS = "CORRIDOR_LINKS"
KEY_PREFIX = "CORRIDOR_"
KEY_SUFFIX = "_KEY"
_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_EXAMPLE = "https://atlas.example.cn"


@dataclass(frozen=True)
class Settings:
    """The settings of one installation.

    Attributes
    ----------
    data
        Address of the store; the `data` folder beside `app.py` where none is set.
    documents
        Folder of the planning documents' texts; `../shared/documents` where that exists.
    geocoder
        URL of a Nominatim service, empty where places beyond the gazetteer are not searched.
    geocoder_hosts
        The hosts that the geocoder's URL may name.
    keys
        Keys of tile services: `CORRIDOR_TIANDITU_KEY` is the key `TIANDITU_KEY` of the catalogue.
    address
        Scheme, host and port by which readers reach the installation; empty where each request says it.
    frame_hosts
        The sites whose pages may show ours in a frame, as a security policy names them.
    links
        Folder of the short links; `links` beside `app.py` where none is set.
    """

    data: str
    documents: Path | None = None
    geocoder: str = ""
    geocoder_hosts: tuple[str, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    frame_hosts: tuple[str, ...] = ()
    links: Path | None = None

    @classmethod
    def read(cls, environment: Mapping[str, str], root: Path) -> Self:
        """Read the settings; `root` is the folder of `app.py`.

        Raises
        ------
        InvalidSettingError
            A setting is none that can be used; the error names it.
        """
        shared = root.parent / "shared" / "documents"
        documents = environment.get(DOCUMENTS, "")
        return cls(
            data=environment.get(DATA, "") or str(root / "data"),
            documents=Path(documents) if documents else (shared if shared.is_dir() else None),
            geocoder=environment.get(GEOCODER, ""),
            geocoder_hosts=_listed(environment.get(GEOCODER_HOSTS, "")),
            keys={
                name.removeprefix(KEY_PREFIX): key
                for name, key in environment.items()
                if name.startswith(KEY_PREFIX) and name.endswith(KEY_SUFFIX) and key
            },
            address=_address(environment.get(ADDRESS, "").strip()),
            frame_hosts=tuple(dict.fromkeys(map(_frame_host, _listed(environment.get(FRAME_HOSTS, ""))))),
            links=_folder(environment.get(LINKS, ""), root / "links"),
        )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _address(text: str) -> str:
    if not text:
        return ""
    problem = f"give scheme and host without a path, such as {_EXAMPLE}"
    return _origin(ADDRESS, text, text, problem)


def _frame_host(text: str) -> str:
    problem = f"name each site as {_EXAMPLE} or https://*.example.cn, with commas between them"
    # A host alone is one that speaks HTTPS.
    whole = text if "://" in text else f"https://{text}"
    scheme, _, host = whole.partition("://")
    if not host.startswith("*."):
        return _origin(FRAME_HOSTS, text, whole, problem)
    # All of a country's sites are no sites that anybody means.
    if "." not in host.removeprefix("*."):
        raise InvalidSettingError(FRAME_HOSTS, text, problem)
    bare = _origin(FRAME_HOSTS, text, f"{scheme}://{host.removeprefix('*.')}", problem)
    return bare.replace("://", "://*.", 1)


def _origin(name: str, text: str, whole: str, problem: str) -> str:
    try:
        parts = urlsplit(whole)
        host = (parts.hostname or "").encode("idna").decode().lower()
        port = f":{parts.port}" if parts.port else ""
    except (UnicodeError, ValueError) as error:
        raise InvalidSettingError(name, text, problem) from error
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(host) or not _is_bare(parts):
        raise InvalidSettingError(name, text, problem)
    return f"{parts.scheme}://{host}{port}"


def _is_bare(parts: SplitResult) -> bool:
    is_whole = "@" not in parts.netloc and not parts.netloc.endswith(":")
    return is_whole and parts.path in {"", "/"} and not (parts.query or parts.fragment)


def _folder(text: str, otherwise: Path) -> Path:
    folder = Path(text) if text else otherwise
    if folder.exists() and not folder.is_dir():
        raise InvalidSettingError(LINKS, text or folder.name, "give the path of a folder")
    return folder
