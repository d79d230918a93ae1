"""The look of the pages: our colours and layout in place of Streamlit's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.style import Theme

STYLE = Path(__file__).with_name("page.css")


def show(theme: Theme, chosen: str) -> None:
    """Send the style sheet, first of all, so that nothing is seen without it.

    Parameters
    ----------
    chosen
        `light`, `dark` or, for what the reader's system has, `auto`.
    """
    st.html(f"<style>{theme.css()}{before_script(theme.dark, chosen)}</style>")
    st.html(STYLE)


def before_script(dark: Mapping[str, str], chosen: str) -> str:
    """Return the style that keeps a dark page dark until our script has marked it as such."""
    declared = ";".join(f"--{role}:{colour}" for role, colour in dark.items())
    rule = f":root:not([data-theme]){{{declared};color-scheme:dark}}"
    return {"dark": rule, "auto": f"@media (prefers-color-scheme:dark){{{rule}}}"}.get(chosen, "")
