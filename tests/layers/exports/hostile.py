"""Names that do harm where a program takes them for more than text, and a store whose places have them."""

import zipfile
from pathlib import Path

from layers.stores.folder import FolderStore
from tests.builders import LINE, SQUARE, feature, few_features, write_folder

NAMES = (
    "{{7*7}}", "{{{x}}}", "{%print(7*7)%}", "{# x #}", "{%", "{{ ''.__class__ }}",
    "${7*7}", "`x`", "a\\b", "a\u2028b", "</script><script>alert(1)</script>", "<!--", "]]>",
    "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "javascript:alert(1)", '"><b>x', "a\u202eb",
    "a\u200bb", "🌉", "𠮷野", "=1+1", '=HYPERLINK("http://x")', "+1", "-1+cmd", "@SUM", "\tx", "a\nb",
    "-5", "0012", "420100000000000018", "&amp;", "&lt;b&gt;", "$[name]", "%%u%%d", "^J", "\\P{\\b x}",
    "'; DROP TABLE sites; --", 'a"b\'c', "长" * 10_000,
)  # fmt: skip
# What is left of a text with a character that no XML has.
NUL, WITHOUT_NUL = "a\x00b", "ab"
EXPECTED = {f"name-{number}": name for number, name in enumerate(NAMES)} | {"nul": WITHOUT_NUL}


def hostile_store(folder: Path) -> FolderStore:
    """Return a store in which each of the names is that of a point, one also of a line and of an area."""
    sites = [
        *(feature(f"name-{number}", name_zh=name, name_en=name) for number, name in enumerate(NAMES)),
        feature("nul", name_zh=NUL),
        feature("line", LINE, name_zh=NAMES[13]),
        feature("area", SQUARE, name_zh=NAMES[13], method="schematic"),
        feature("nowhere", None, name_zh=NAMES[13]),
    ]
    layers = {**few_features(), "sites": sites}
    made = write_folder(folder / "hostile", layers)
    entry = made / "catalogue" / "layers" / "sites.json"
    # The layer's title is as bad.
    entry.write_text(entry.read_text("utf-8").replace("图层sites", "<img src=x>\\\"&'图"), encoding="utf-8")
    return FolderStore(made)


def unzipped(file: Path) -> Path:
    """Return a folder with what is in a zip file."""
    folder = file.with_suffix("")
    with zipfile.ZipFile(file) as archive:
        archive.extractall(folder)
    return folder
