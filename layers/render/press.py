"""Sets sheets in type: pictures and documents from a template, with the typefaces that they need.

Chinese comes out on any machine: the typeface is that of a package, never one of the system's.
"""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, cast

import manimgx_fonts_cjk
import typst

from layers.render.assets import own_text

if TYPE_CHECKING:
    from collections.abc import Mapping

# At so many pixels an inch a point of a sheet is one pixel of the picture.
POINTS_PER_INCH = 72.0


class Press:
    """Sets sheets one after the other; other threads run on meanwhile."""

    def __init__(self) -> None:
        self._lock = Lock()

    @cached_property
    def _compiler(self) -> typst.Compiler:
        fonts = Path(manimgx_fonts_cjk.__file__).parent
        return typst.Compiler(font_paths=[str(fonts)], ignore_system_fonts=True)

    def png(
        self, sheet: str, words: Mapping[str, Any], drawings: Mapping[str, str], ppi: float = POINTS_PER_INCH,
    ) -> bytes:
        """Return a sheet of one page as a picture; see `pdf`."""
        return self._set(sheet, words, drawings, "png", ppi)

    def pdf(self, sheet: str, words: Mapping[str, Any], drawings: Mapping[str, str]) -> bytes:
        """Return a sheet as a document of one or more pages.

        Parameters
        ----------
        sheet
            Name of a template in `sheets/`.
        words
            What the sheet says, for its `sys.inputs.words`; text stays text, whatever it holds.
        drawings
            SVG by the name under which the sheet has it.
        """
        return self._set(sheet, words, drawings, "pdf")

    def svg(self, sheet: str, words: Mapping[str, Any], drawings: Mapping[str, str]) -> bytes:
        """Return a sheet of one page as SVG, its letters as outlines; see `pdf`."""
        return self._set(sheet, words, drawings, "svg")

    def _set(
        self, sheet: str, words: Mapping[str, Any], drawings: Mapping[str, str],
        form: Literal["pdf", "png", "svg"], ppi: float | None = None,
    ) -> bytes:
        template = own_text("sheets", f"{sheet}.typ").encode()
        inputs = {"words": json.dumps(words, ensure_ascii=False), **drawings}
        with self._lock:
            made = self._compiler.compile(template, format=form, ppi=ppi, sys_inputs=inputs)
        # Of several pages a list comes back.
        return cast("bytes", made)
