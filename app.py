"""The server's entry: `streamlit run app.py` serves the pages and the HTTP routes on one port."""

import os
from pathlib import Path

from streamlit import App

from geo.errors import GeoError
from layers.errors import LayersError
from layers.settings import Settings
from service.routes import routes
from service.site import Site
from service.status import explained

SITE = Site.open(Settings.read(os.environ, Path(__file__).parent))
SITE.settle()

app = App(
    "pages/main.py",
    routes=routes(SITE),
    exception_handlers={LayersError: explained, GeoError: explained},
)
