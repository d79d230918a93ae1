"""Matches the rest of a path in a route, line breaks too, at which Starlette's own `path` stops.

A path that no route of ours matches goes on to Streamlit, which answers it with its page.
"""

from starlette.convertors import PathConvertor, register_url_convertor

# As a route names it: `/f/{asked:rest}`.
REST = "rest"


class _Rest(PathConvertor):
    regex = "(?s:.*)"


register_url_convertor(REST, _Rest())
