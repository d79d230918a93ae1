"""`python -m cli`, for where `corridor` is not installed."""

import sys

from cli.program import main

sys.exit(main())
