"""The look of the pages: our colours and layout in place of Streamlit's."""

from pathlib import Path

import streamlit as st

STYLE = Path(__file__).with_name("page.css")


def show(colours: str) -> None:
    """Send the style sheet, first of all, so that nothing is seen without it.

    Parameters
    ----------
    colours
        CSS custom properties by role, light and dark.
    """
    st.html(f"<style>{colours}</style>")
    st.html(STYLE)
