"""What the operator of an installation sets, read from an environment that a face hands in."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

DATA = "CORRIDOR_DATA"
DOCUMENTS = "CORRIDOR_DOCUMENTS"
GEOCODER = "CORRIDOR_GEOCODER"
GEOCODER_HOSTS = "CORRIDOR_GEOCODER_HOSTS"
KEY_PREFIX = "CORRIDOR_"
KEY_SUFFIX = "_KEY"


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
    """

    data: str
    documents: Path | None = None
    geocoder: str = ""
    geocoder_hosts: tuple[str, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, environment: Mapping[str, str], root: Path) -> Self:
        """Read the settings; `root` is the folder of `app.py`."""
        shared = root.parent / "shared" / "documents"
        documents = environment.get(DOCUMENTS, "")
        hosts = environment.get(GEOCODER_HOSTS, "")
        return cls(
            data=environment.get(DATA, "") or str(root / "data"),
            documents=Path(documents) if documents else (shared if shared.is_dir() else None),
            geocoder=environment.get(GEOCODER, ""),
            geocoder_hosts=tuple(host.strip() for host in hosts.split(",") if host.strip()),
            keys={
                name.removeprefix(KEY_PREFIX): key
                for name, key in environment.items()
                if name.startswith(KEY_PREFIX) and name.endswith(KEY_SUFFIX) and key
            },
        )
