"""The entry of the plain apps: one script, and Leaflet from this server, kept by the browser for ever.

What Folium links besides Leaflet (jQuery, Bootstrap, two icon fonts) these maps do not use; it is left
out, to the plain way's advantage.
"""

import os
from importlib.resources import as_file, files

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from streamlit import App

LEAFLET = files("js_lib_leaflet") / "static" / "js_lib_leaflet"
NAMES = ("leaflet.js", "leaflet.css")


async def leaflet(request: Request) -> Response:
    """Answer with Leaflet's script or style sheet."""
    name = request.path_params["name"]
    if name not in NAMES:
        return Response(status_code=404)
    with as_file(LEAFLET / name) as path:
        return FileResponse(path, headers={"Cache-Control": "public, max-age=31536000, immutable"})


app = App(os.environ["PLAIN_SCRIPT"], routes=[Route("/leaflet/{name}", leaflet)])
