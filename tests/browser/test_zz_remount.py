from __future__ import annotations
from tests.browser.test_app_address import *
from tests.browser.conftest import *
import pytest
@pytest.mark.parametrize("k", range(10))
def test_zz(browser: Browser, own: Own, k: int) -> None:
    site = own.site
    with visits(browser, site.server.url("/")) as tabs:
        page = tabs.page(); tabs.watch.expected.append(".*")
        opened_in_app(page, site.app(site.start()))
        page.evaluate("""()=>{window.__m=[];new MutationObserver(rs=>{for(const r of rs){for(const n of [...r.addedNodes,...r.removedNodes]) if(n.nodeType===1&&(n.matches?.('.atlas-host,.panel-host,iframe')||n.querySelector?.('.atlas-host,.panel-host,iframe'))) __m.push([performance.now()|0,[...r.addedNodes].includes(n)?'+':'-',n.className||n.tagName])}}).observe(document.body,{childList:true,subtree:true})}""")
        before = page.evaluate("() => Atlas.session")
        own.start_anew()
        page.wait_for_function("(session) => Atlas.session > session", arg=before)
        page.wait_for_timeout(2500)
        print(k, page.evaluate("__m"))
