"""The style guide's table of who may know what, read from the code itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import ROOT

OURS = {"geo", "layers", "pages", "service", "i18n", "app", "cli"}
# By package: what of ours it may import.
MAY_IMPORT = {
    "geo": {"geo"},
    "layers": {"layers", "geo"},
    "pages": {"pages", "layers", "geo", "i18n"},
    "service": {"service", "layers", "geo", "i18n"},
    "cli": {"cli", "layers", "geo", "i18n"},
    "i18n": {"i18n"},
}
# By package: what of others it must not know.
NEVER = {
    "geo": {"streamlit", "starlette", "folium", "matplotlib", "os", "pathlib", "time", "datetime", "sqlite3"},
    "layers": {"streamlit", "starlette", "os", "socket", "urllib.request", "http.client", "requests"},
    "pages": {"starlette", "folium", "sqlite3", "shapely", "geopandas", "pyproj"},
    "service": {"streamlit", "folium", "shapely", "geopandas", "pyproj"},
    "cli": {"streamlit", "starlette", "folium", "shapely", "geopandas", "pyproj"},
    "i18n": {"streamlit", "starlette", "folium"},
}
# Modules of the core that may touch files or the network; all others are pure.
READS = ("layers/stores/", "layers/exports/", "layers/catalogue.py", "layers/provenance.py")
ALSO_READS = {
    # A schema stands in a file of the store that hands in its path; assets are files of the package.
    "layers/schema.py",
    "layers/render/assets.py",
    # Says where the documents lie beside the program.
    "layers/settings.py",
    # Opens addresses, not files.
    "geo/geocoding.py",
}


def sources(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


ALL = [path for package in MAY_IMPORT for path in sources(package)]


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}: a relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def attributes(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node)


def calls(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_imports_go_one_way(path: Path) -> None:
    package = name_of(path).partition("/")[0]
    ours = {name.partition(".")[0] for name in imported(path)} & OURS
    assert ours <= MAY_IMPORT[package]


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_no_package_knows_what_it_must_not(path: Path) -> None:
    package = name_of(path).partition("/")[0]
    never = NEVER[package]
    if name_of(path) == "geo/geocoding.py":
        never = never - {"socket"}
    if name_of(path) == "layers/settings.py":
        never = never - {"pathlib"}
    typing_only = set(imported_for_types(path))
    known = [name for name in imported(path) if name in never or name.partition(".")[0] in never]
    assert [name for name in known if name not in typing_only and not is_allowed(path, name)] == []


def is_allowed(path: Path, name: str) -> bool:
    # The environment is a face's business: a page may read it and hand it on. A store needs `os` to have
    # a file on the disk.
    return name.partition(".")[0] == "os" and name_of(path).startswith(("pages/", "layers/stores/"))


def imported_for_types(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for inner in node.body:
                if isinstance(inner, ast.ImportFrom):
                    yield inner.module or ""
                    yield from (f"{inner.module}.{alias.name}" for alias in inner.names)
                elif isinstance(inner, ast.Import):
                    yield from (alias.name for alias in inner.names)


@pytest.mark.parametrize("path", [*ALL, ROOT / "app.py"], ids=name_of)
def test_nothing_prints(path: Path) -> None:
    assert "print" not in set(calls(path))


@pytest.mark.parametrize("path", sources("pages"), ids=name_of)
def test_only_one_module_touches_the_session_and_the_address_bar(path: Path) -> None:
    if name_of(path) != "pages/components/state.py":
        used = set(attributes(path))
        assert not used & {"st.session_state", "st.query_params"}


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_only_one_module_uses_streamlits_caches(path: Path) -> None:
    if name_of(path) != "pages/components/cache.py":
        assert not {"st.cache_data", "st.cache_resource"} & set(attributes(path))


@pytest.mark.parametrize("path", [*sources("geo"), *sources("layers"), *sources("i18n")], ids=name_of)
def test_the_core_reads_no_environment(path: Path) -> None:
    assert not {"os.environ", "os.getenv"} & set(attributes(path))
    assert not {"os.environ", "os.getenv"} & set(imported(path))


@pytest.mark.parametrize("path", [*sources("geo"), *sources("layers")], ids=name_of)
def test_the_core_asks_no_clock(path: Path) -> None:
    clocks = {
        "date.today",
        "datetime.now",
        "datetime.today",
        "datetime.utcnow",
        "time.time",
        "pd.Timestamp.now",
    }
    assert not clocks & set(calls(path))


@pytest.mark.parametrize("path", [*sources("geo"), *sources("layers")], ids=name_of)
def test_only_stores_catalogue_exports_and_provenance_touch_files(path: Path) -> None:
    name = name_of(path)
    if name.startswith(READS) or name in ALSO_READS:
        return
    touching = {
        "open",
        "read_text",
        "read_bytes",
        "write_text",
        "write_bytes",
        "read_file",
        "to_file",
        "is_dir",
        "stat",
    }
    assert not touching & {call.rpartition(".")[2] for call in calls(path)}


# The installed program is named as `cli:main`.
PACKAGES = [path for path in ALL if path.name == "__init__.py" and name_of(path) != "cli/__init__.py"]


@pytest.mark.parametrize("path", PACKAGES, ids=name_of)
def test_a_package_says_what_it_is_and_re_exports_nothing(path: Path) -> None:
    body = tree_of(path).body
    assert len(body) == 1
    assert ast.get_docstring(tree_of(path))
