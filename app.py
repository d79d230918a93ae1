"""The server's entry: `streamlit run app.py` serves the pages and the HTTP routes on one port."""

import os
import sys
from importlib.resources import files
from pathlib import Path

from streamlit import App

from layers.errors import LayersError
from layers.settings import Settings
from service.lifespan import lifespan
from service.long_requests import read_long_requests
from service.routes import handlers, middleware, routes
from service.site import Site

try:
    SITE = Site.open(Settings.read(os.environ, Path(__file__).parent))
except LayersError as error:
    # What the operator can mend is said without where in the program it came up.
    sys.exit(f"corridor: {error}")
SITE.settle()
read_long_requests()
PAGE = (files("streamlit") / "static" / "index.html").read_bytes()

app = App(
    "pages/main.py",
    lifespan=lifespan(SITE),
    routes=routes(SITE, PAGE),
    middleware=middleware(SITE, PAGE),
    exception_handlers=handlers(),
)
