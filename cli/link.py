"""`corridor link`: the link to a map of what is asked for."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from cli.filtering import add_filter, typed
from cli.output import write_json
from i18n.messages import LANGUAGES, messages
from layers.exports.manifest import SHARED_MAP
from layers.read_back import sentence
from layers.stores.address import open_store

if TYPE_CHECKING:
    import argparse

    from layers.settings import Settings


def add_link(part: argparse.ArgumentParser) -> None:
    """Add the options of `corridor link`."""
    part.epilog = """examples:
  corridor link science_islands --where status=built,under_construction
  corridor link --years 2024 --address https://atlas.example.cn"""
    add_filter(part)
    part.add_argument("--address", metavar="URL", default="", help="else CORRIDOR_ADDRESS")


def link(settings: Settings, asked: argparse.Namespace) -> int:
    """Print the link to a map of what is asked for."""
    store = open_store(settings.data)
    snapshot, view = typed(store, asked)
    view = replace(view, version=snapshot.version, language=asked.lang)
    address = f"{asked.address or settings.address}{SHARED_MAP}?{view.to_query()}"
    if asked.json:
        words = {
            language: sentence(view, store.catalogue, messages(language, "sentence"), language)
            for language in LANGUAGES
        }
        told = {"link": address, "data_version": snapshot.version, "filter": words}
        write_json(told)
    else:
        sys.stdout.write(f"{address}\n")
    return 0
