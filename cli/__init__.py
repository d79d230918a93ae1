"""The terminal's face, installed as `corridor`."""

from cli.program import main

__all__ = ["main"]
