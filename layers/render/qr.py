"""An address as a QR code."""

from __future__ import annotations

import io
from dataclasses import dataclass

import segno

# An eighth of the code may be covered or blurred.
LEVEL = "m"
# In modules; the standard asks for four.
QUIET = 4


@dataclass(frozen=True)
class Code:
    """A QR code: black on white, with the quiet border that readers need.

    Attributes
    ----------
    modules
        How many modules it is wide, with its border.
    """

    svg: bytes
    modules: int


def qr_code(address: str) -> Code:
    """Return the QR code of an address.

    Raises
    ------
    segno.DataOverflowError
        It has more than some 2,300 characters.
    """
    made = segno.make_qr(address, error=LEVEL, boost_error=False)
    out = io.BytesIO()
    made.save(
        out, kind="svg", border=QUIET, light="#fff", xmldecl=False, nl=False, omitsize=True, svgclass=None,
        lineclass=None,
    )  # fmt: skip
    return Code(out.getvalue(), int(made.symbol_size(border=QUIET)[0]))
