"""`corridor publish`, `corridor versions`, `corridor diff`: the data versions."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from i18n.messages import LANGUAGES, messages
from layers.change_files import FORMATS, Comparison
from layers.changes import compare
from layers.stores.address import open_store
from layers.versions import CURRENT, LATEST, version_named

if TYPE_CHECKING:
    import argparse

    from layers.settings import Settings


def add_publish(part: argparse.ArgumentParser) -> None:
    """Add the options of `corridor publish`."""
    part.add_argument("--note", default="", help="what is new in it, one line")


def publish(settings: Settings, asked: argparse.Namespace) -> int:
    """Publish the data as they are now: a version that links can name for ever."""
    store = open_store(settings.data)
    before = store.publications()
    entry = store.publish(asked.note, datetime.now(UTC))
    if entry in before:
        sys.stdout.write(f"already published: {entry.version}, {entry.at:%Y-%m-%d %H:%M} UTC\n")
    else:
        sys.stdout.write(f"published {entry.version}: {len(entry.layers)} layers\n")
    return 0


def versions(settings: Settings, _: argparse.Namespace) -> int:
    """List the versions that were published, the newest first, under the one that is served."""
    store = open_store(settings.data)
    current, published = store.version(), store.publications()
    if current not in {entry.version for entry in published}:
        sys.stdout.write(f"{current}  not published\n")
    for entry in reversed(published):
        served = "  (served)" if entry.version == current else ""
        line = f"{entry.version}  {entry.at:%Y-%m-%d %H:%M} UTC  {len(entry.layers):>3} layers  {entry.note}"
        sys.stdout.write(f"{line.rstrip()}{served}\n")
    return 0


def add_diff(part: argparse.ArgumentParser) -> None:
    """Add the options of `corridor diff`."""
    named = f"a version, the beginning of one, {CURRENT!r} or {LATEST!r} (the last published)"
    part.add_argument("old", metavar="A", help=named)
    part.add_argument("new", metavar="B", help="the same")
    part.add_argument("--format", choices=tuple(FORMATS), default="text")


def diff(settings: Settings, asked: argparse.Namespace) -> int:
    """Show which places differ between two data versions, and how."""
    store = open_store(settings.data)
    published, current = store.publications(), store.version()
    old, new = (
        store.snapshot(version_named(name, published, current)) for name in (asked.old, asked.new)
    )
    words = {language: messages(language, "changes") for language in LANGUAGES}
    found = Comparison(compare(old, new, store.catalogue), store.catalogue, published, words)
    sys.stdout.write(FORMATS[asked.format](found))
    return 0
