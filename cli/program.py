"""The commands of the terminal, and how the program ends."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cli.browse import add_show, layers, show
from cli.coverage import add_coverage, show_coverage
from cli.exit_codes import UNREAD, exit_code_of
from cli.export import add_export, export_layers
from cli.link import add_link, link
from cli.prints import add_print, print_map
from cli.validate import validate
from cli.versions import add_diff, add_publish, diff, publish, versions
from geo.errors import GeoError
from layers.errors import LayersError
from layers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).parent.parent


class Command(NamedTuple):
    """What a command does, its docstring its help, and what adds its options."""

    run: Callable[[Settings, argparse.Namespace], int]
    add_options: Callable[[argparse.ArgumentParser], None] | None = None


COMMANDS = {
    "layers": Command(layers),
    "validate": Command(validate),
    "coverage": Command(show_coverage, add_coverage),
    "publish": Command(publish, add_publish),
    "versions": Command(versions),
    "diff": Command(diff, add_diff),
    "export": Command(export_layers, add_export),
    "show": Command(show, add_show),
    "link": Command(link, add_link),
    "print": Command(print_map, add_print),
}


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run one command; return 0, 1 for faults found in data, or the code of an error's class.

    Parameters
    ----------
    root
        The folder beside which data and documents are looked for where the environment names none.
    """
    asked = _parser().parse_args(arguments)
    run: Callable[[Settings, argparse.Namespace], int] = asked.run
    try:
        return run(Settings.read(os.environ, root), asked)
    except BrokenPipeError:
        # What is left in the buffer would fail once more at the program's end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNREAD
    except (LayersError, GeoError) as error:
        sys.stderr.write(f"corridor: {error}\n")
        return exit_code_of(error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="corridor",
        description="The Corridor Atlas in a terminal.",
        epilog="The data folder is CORRIDOR_DATA, or the one beside the program.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        words = (command.run.__doc__ or "").strip()
        part = commands.add_parser(
            name, help=words, description=words, formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        part.set_defaults(run=command.run)
        if command.add_options is not None:
            command.add_options(part)
    return parser
