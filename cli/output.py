"""What commands print for programs."""

import json
import sys


def write_json(told: object) -> None:
    """Print an answer as JSON, Chinese as it is."""
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
