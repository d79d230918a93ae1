"""Text that means something to a template, a script or a page is shown as it is, and does nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from benchmarks.server import atlas as serving
from layers.stores.folder import FolderStore
from tests.browser.conftest import Site
from tests.browser.map_document import MapDocument, opened, opened_in_app
from tests.browser.scattered import with_ground
from tests.browser.watch import Visits, file_url, until, visits
from tests.builders import CODES, entry, feature, write_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Frame, Page

pytestmark = pytest.mark.browser

DEED = "window.hit=1;document.title='HIT'"
PAYLOADS = [
    # templates
    "{{7*7}}", "{{{x}}}", "{%print(7*7)%}", "{# x #}", "{% raw", "{{ ''.__class__ }}", "{n} {line}",
    # literals of a script
    "${7*7}", "`${" + DEED + "}`", "\\", "\\u0041\\n'\"", "a\u2028b\u2029c",
    f"</script><script>{DEED}</script>", "<!--", "]]>", "*/" + DEED + "/*",
    # a page
    f'<img src=x onerror="{DEED}">', f"<svg/onload={DEED}>", f"javascript:{DEED}",
    f"data:text/html,<script>parent.{DEED}</script>", '"><b>bold</b>', "'><i>", "&lt;b&gt;&amp;",
    f'<iframe srcdoc="<script>parent.{DEED}</script>"></iframe>',
    # writing
    "\u202egnp.exe\u202c", "a\u200b\u200d\ufeffb", "长" * 10_000, "🏗️👩‍👩‍👧", "𠮷野家", "a\0b",
    # Markdown, as the pages of words are written in
    "![x](http://elsewhere.example/x.png)", f"[x](javascript:{DEED})", "| a | b |\n|---|---|",
    # what every object of a script has
    "__proto__", "constructor",
]  # fmt: skip
# The name of the whole atlas stands in the title of every page.
PRODUCT = f'</title><script>{DEED}</script>{{{{7*7}}}}${{7*7}}<img src=x onerror="{DEED}">'
# A shared map's title has at most 120 characters.
TITLE = f"{PRODUCT[:119]}…"
NAMES = ("title", "short", "publisher")
LAYER_IDS = [f"h{number:02}" for number in range(len(PAYLOADS))]

WALK = """async (ids) => {
  const frames = async (n) => { while (n-- > 0) await new Promise(requestAnimationFrame); };
  const texts = (selector) => [...document.querySelectorAll(selector)].map((element) => element.textContent);
  const tip = () => texts(".atlas-tip:not([hidden]) > div");
  const told = [];
  for (const id of ids) {
    const i = Atlas.indexOf(id), [lon, lat] = Atlas.features.anchor.slice(2 * i, 2 * i + 2);
    Atlas.map.setView([lat, lon], 13, { animate: false });
    Atlas.select(id);
    await frames(4);
    Atlas.hover(i);
    for (let n = 0; n < 60 && !tip().length; n++) await frames(1);
    told.push({ name: texts("#atlas-card-name bdi")[0], card: texts("#atlas-card bdi"), tip: tip() });
    Atlas.hover(-1);
  }
  return told;
}"""
# What does something by being there. The page's own icon is an empty one within the page.
ACTIVE = "iframe, img, frame, object, embed, form, base, meta[http-equiv=refresh], svg script, b, i"
STRANGE = """(active) => [...document.querySelectorAll("*:not(link[rel=icon][href='data:,'])")]
  .filter((element) => element.matches(active)
  || [...element.attributes].some(({ name, value }) => /^on/i.test(name) || name === "srcdoc"
    || (/^(href|src|action|formaction|xlink:href)$/.test(name) && /^\\s*(javascript|data):/i.test(value))))
  .map((element) => element.outerHTML.slice(0, 200))"""
SCRIPTS = """() => document.querySelectorAll("script:not([type^='application/'])").length"""


def hostile_folder(folder: Path) -> Path:
    """Write a data folder with a layer for each payload, which stands wherever text can stand."""
    layers = {
        layer_id: [_feature(payload, number, f"doc-{number}")]
        for number, (layer_id, payload) in enumerate(zip(LAYER_IDS, PAYLOADS, strict=True))
    }
    with_ground(write_folder(folder, layers))
    catalogue = folder / "catalogue"
    both = [{"zh": payload, "en": payload} for payload in PAYLOADS]
    for layer_id, text in zip(LAYER_IDS, both, strict=True):
        # No schema of ours lets these values through: here every value is allowed.
        _write(folder / "schemas" / f"{layer_id}.json", {"$id": f"urn:test:{layer_id}"})
        _change(catalogue / "layers" / f"{layer_id}.json", title=text, abstract=text)
    rows = [{"code": text["zh"], **text} for text in both]
    _write(catalogue / "codes.json", {
        "status": [{"code": code, "zh": code, "en": code} for code in CODES["status"]],
        "method": [],
        **dict.fromkeys(("city", "category", "membership", "unit"), rows),
    })  # fmt: skip
    _write(catalogue / "documents.json", [
        {"id": f"doc-{number}", "kind": "plan", "date": text["zh"], **dict.fromkeys(NAMES, text)}
        for number, text in enumerate(both)
    ])  # fmt: skip
    _change(catalogue / "product.json", name={"zh": PRODUCT, "en": PRODUCT})
    return folder


def _feature(payload: str, number: int, document: str) -> dict[str, Any]:
    text = {"zh": payload, "en": payload}
    cited = {"document": document, "clause": payload, "line": 39, "phrase": payload}
    said = {**entry(), **cited, "status": payload, "words": payload, "note": text}
    made = feature(
        payload,
        {"type": "Point", "coordinates": [114.0 + 0.06 * (number % 6), 30.0 + 0.06 * (number // 6)]},
        name_zh=payload,
        name_en=payload,
        aliases=[payload],
        category=payload,
        memberships=[payload],
        city=[payload],
        serves=[payload],
        lead_units=[payload],
        responsible_units=[payload],
        history=[said],
        citations=[{**cited, "supports": payload}],
        remarks=[text],
    )
    made["properties"]["position"] |= {"method": payload, "basis": text}
    # No part of the program knows this key, and no part may mind it.
    made["properties"]["nested"] = {payload: {payload: [payload, {payload: payload}]}}
    made["properties"].setdefault(payload, payload)
    return made


def _change(path: Path, **values: object) -> None:
    _write(path, {**json.loads(path.read_text(encoding="utf-8")), **values})


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run a server on the hostile data; all of it is served."""
    folder = hostile_folder(tmp_path_factory.mktemp("hostile") / "data")
    store = FolderStore(folder)
    assert store.snapshot().refused == {}
    with serving(folder) as server:
        yield Site(server, store)


@pytest.fixture
def readers(browser: Browser, hostile: Site) -> Iterator[Visits]:
    """Return what opens pages of that server; nothing may go wrong in them."""
    with visits(browser, hostile.server.url("/")) as opened_pages:
        yield opened_pages


def is_untouched(document: Page | Frame) -> None:
    """Fail where anything has run, or stands in the page that may run."""
    assert document.evaluate("() => window.hit") is None
    assert document.evaluate(STRANGE, ACTIVE) == []


def everything_is_text(atlas: MapDocument, scripts: int = 1) -> None:
    """Go through all places and fail where one is not shown as it is, or where a script is not ours."""
    assert atlas.shown() == set(PAYLOADS)
    for payload, told in zip(PAYLOADS, atlas.ask(WALK, PAYLOADS), strict=True):
        assert told["name"] == payload
        assert told["tip"] == [payload, f"{payload} · {payload}"]
        # Layer, kind, city, document, clause, phrase, words, note, units, sets, remarks, aliases.
        assert told["card"].count(payload) >= 12
    atlas.ask("() => Atlas.panelOf('table').set(true)")
    atlas.locator(".atlas-table tbody tr").first.wait_for(state="visible")
    in_table = atlas.locator(".atlas-table tbody th bdi").all_text_contents()
    assert in_table == PAYLOADS[: len(in_table)]
    assert in_table
    assert atlas.ask(SCRIPTS) == scripts
    is_untouched(atlas.document)


def test_a_shared_map_shows_text_as_it_is(readers: Visits, hostile: Site) -> None:
    page = readers.page()
    atlas = opened(page, hostile.shared(hostile.start()))
    # That of the map, and that of its last picture.
    everything_is_text(atlas, scripts=2)
    assert page.locator("h1").text_content() == PRODUCT
    assert page.title() == TITLE


def test_a_saved_map_shows_text_as_it_is(files: Visits, hostile: Site, tmp_path: Path) -> None:
    page = files.page()
    path = tmp_path / "saved.html"
    path.write_bytes(page.context.request.get(hostile.saved(hostile.start())).body())
    everything_is_text(opened(page, file_url(path)))
    assert page.title() == TITLE


def test_the_app_shows_text_as_it_is(readers: Visits, hostile: Site) -> None:
    page = readers.page()
    atlas = opened_in_app(page, hostile.app(hostile.start()))
    everything_is_text(atlas)
    listed = page.locator('[data-section="layers"] .choice-words bdi').all_text_contents()
    assert listed == PAYLOADS
    statuses = page.locator('[data-section="status"] .choice-words bdi').all_text_contents()
    assert set(statuses) == {*CODES["status"], *PAYLOADS}
    assert page.title() == page.locator("h1.page-name").text_content() == PRODUCT
    assert page.evaluate("() => window.hit") is None
    # The one frame is the map's.
    assert page.evaluate(STRANGE, ACTIVE.replace("iframe, ", "")) == []
    assert page.locator("iframe").count() == 1


def test_a_status_that_no_list_has_can_be_asked_for(readers: Visits, hostile: Site) -> None:
    page = readers.page()
    atlas = opened_in_app(page, hostile.app(hostile.start()))
    page.locator('[data-section="status"] input[value="{{7*7}}"]').check()
    atlas.comes_to_show({"{{7*7}}"})
    is_untouched(atlas.document)
    sentence = page.locator(".page-sentence")
    until(page, lambda: "{{7*7}}" in sentence.inner_text())
    assert "{{7*7}}" in sentence.inner_text()


def test_the_page_about_the_atlas_shows_text_as_it_is(readers: Visits, hostile: Site) -> None:
    page = readers.page()
    # Streamlit looks first whether the whole app lies below the page's path.
    readers.watch.expected.append("404.*/about/_stcore/")
    page.goto(hostile.server.url("/about"))
    text = page.locator(".st-key-atlas_text")
    until(page, lambda: "{{7*7}}" in text.inner_text())
    told = text.inner_text()
    for payload in ("{{7*7}}", "${7*7}", "<!--", "]]>", *(text for text in PAYLOADS if "](" in text)):
        assert payload in told
    assert text.locator("a[href^='javascript'], img, iframe, script").count() == 0
    assert page.evaluate("() => window.hit") is None


@pytest.mark.parametrize("face", ["shared", "app"])
def test_what_a_link_asks_is_read_back_as_text(readers: Visits, hostile: Site, face: str) -> None:
    page = readers.page()
    # As long as they are shown whole: what is longer is cut.
    asked = [f"{payload}?" for payload in PAYLOADS if len(payload) < 50 and payload.isprintable()]
    for few in (asked[:11], asked[11:22]):
        values = ",".join(quote(value.replace("~", "~~").replace(",", "~;"), safe="~") for value in few)
        layers = ",".join(LAYER_IDS)
        query = f"v=1&w=status:{values}&q={quote(PRODUCT)}&s={quote(PRODUCT)}&l={layers}&lang=en"
        if face == "shared":
            atlas = opened(page, hostile.server.url(f"/m?{query}"))
            told = page.locator(".atlas-problems").text_content() or ""
        else:
            atlas = opened_in_app(page, hostile.server.url(f"/?{query}"))
            problems = page.locator(".page-problems")
            problems.wait_for(state="visible")
            told = problems.text_content() or ""
        assert atlas.shown() == set()
        shown = [value for value in few if value in told]
        assert len(shown) == len(few) if face == "shared" else len(shown) >= 5
        is_untouched(atlas.document)
        # The shared map's begins with the filter, of which such a name leaves no more than a sign.
        assert page.title() == (PRODUCT if face == "app" else f"… · {PRODUCT}"[:119] + "…")
