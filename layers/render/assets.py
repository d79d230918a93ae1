"""The scripts and styles of the map document: what they are, their version and their hashes."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Self

import rcssmin
import rjsmin

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

    from layers.style import Theme

# In the order in which they run: each builds on those before it.
SCRIPTS = (
    "core.js", "dom.js", "columns.js", "filter.js", "geodesy.js", "symbols.js", "basemap.js", "clusters.js",
    "labels.js", "change_marks.js", "overlay.js", "canvas.js", "pointer.js", "sources.js", "layout.js",
    "check.js", "address.js", "since.js", "card.js", "table.js", "legend.js", "player.js", "measure.js",
    "area.js", "goto.js", "tools.js", "strip.js", "header.js", "rest.js", "main.js",
)  # fmt: skip
# Those that the filter panel beside the map uses too, served one by one.
PAGE_SCRIPTS = ("core.js", "dom.js", "columns.js", "symbols.js")
COMPONENT = "component.js"
STYLE = "atlas.css"
VERSION_DIGITS = 12
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)


@dataclass(frozen=True)
class Assets:
    """Everything the browser runs and is styled by, ours and Leaflet's.

    Attributes
    ----------
    files
        Content by the name it is served under: one script and one style for the map document, and
        the script of the component that holds the document inside the app.
    version
        Hash of all of it; it stands in every path, so that what is served may be kept for ever.
    """

    files: Mapping[str, str]
    version: str

    @classmethod
    def build(cls, theme: Theme) -> Self:
        """Put the served files together, with the colours of a theme."""
        leaflet = files("js_lib_leaflet") / "static" / "js_lib_leaflet"
        own = files("layers.render") / "assets"
        script = "\n".join(
            [
                _plain((leaflet / "leaflet.js").read_text(encoding="utf-8")),
                *(_short(own / name) for name in SCRIPTS),
            ],
        )
        style = "\n".join(
            [
                _plain((leaflet / "leaflet.css").read_text(encoding="utf-8")),
                theme.css(),
                _short(own / STYLE),
            ],
        )
        served = {
            "atlas.js": script,
            "atlas.css": style,
            "theme.css": theme.css(),
            **{
                entry.name: _short(entry)
                for entry in sorted(own.iterdir(), key=lambda entry: entry.name)
                if entry.name in PAGE_SCRIPTS or entry.name not in (*SCRIPTS, STYLE)
            },
        }
        digest = hashlib.sha256()
        for name, text in served.items():
            digest.update(f"{name}\0{text}\0".encode())
        return cls(served, digest.hexdigest()[:VERSION_DIGITS])

    def path(self, name: str) -> str:
        """Return the path that a file is served at.

        Raises
        ------
        KeyError
            There is no such file.
        """
        self.files[name]
        return f"/assets/{self.version}/{name}"

    def csp_hash(self, name: str) -> str:
        """Return the source expression that allows exactly this file inline."""
        return csp_hash(self.files[name].encode())


def csp_hash(content: bytes) -> str:
    """Return the source expression by which a security policy allows exactly this script or style inline."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}'"


def own_text(folder: str, name: str) -> str:
    """Return one of our own text files, of `assets` or `sheets`, as it is written."""
    return (files("layers.render") / folder / name).read_text(encoding="utf-8")


def _short(file: Traversable) -> str:
    # Without comments and blanks: the shared map has a budget of bytes.
    text = _plain(file.read_text(encoding="utf-8"))
    shortened = rjsmin.jsmin(text) if file.name.endswith(".js") else rcssmin.cssmin(text)
    return str(shortened)


def _plain(text: str) -> str:
    # The HTML parser turns CR LF into LF, and the hash of an inlined file must still fit.
    return _SOURCE_MAP.sub("", text.replace("\r\n", "\n"))
