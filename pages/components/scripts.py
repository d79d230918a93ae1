"""How the browser gets our components' scripts."""

from pages.components import cache


def module(name: str) -> str:
    """Return the script of a component that is served as an asset.

    Streamlit sends a component's script again at each rerun, so it says only where the real one lies.
    One line without a break would be taken for the name of a file.
    """
    path = cache.asset_path(name)
    return f'const m = await import(new URL("{path}", location.origin));\nexport default m.default;\n'
