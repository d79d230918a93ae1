/* Where things stand: places for the panels around and over the map, moved about with the width of the page.
 * Panels are rows and columns of one grid, so none can cover another; on a phone one sheet at a time. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});
  const { el } = Atlas;

  const PHONE = matchMedia("(max-width: 699.98px), (max-width: 959.98px) and (max-height: 479.98px)");
  const WIDE = matchMedia("(min-width: 960px)");
  const panels = new Map();
  const escapes = [];
  let place = null;
  let isAnchored = false;
  let openSheet = null;

  /** `phone`, `tablet` or `desktop`, by the size of the map document and not of the screen. atlas.css asks the same. */
  Atlas.width = () => (PHONE.matches ? "phone" : WIDE.matches ? "desktop" : "tablet");

  const slot = (name, tag = "div", props = {}) => el(tag, { class: `atlas-${name}`, ...props });

  /** Build the places once; answers with all of them by name. */
  Atlas.places = () => {
    if (place) return place;
    const map = document.getElementById("map");
    place = {
      map, header: slot("header", "header"), over: slot("over"), left: slot("left"), tools: slot("tools"), dock: slot("dock"),
      foot: slot("foot"), side: slot("side"), strip: slot("strip", "footer"), drawer: slot("drawer"),
      sheet: slot("sheet"), tabs: slot("tabs", "nav"),
    };
    place.over.append(place.left, place.tools, place.dock, place.foot);
    map.before(place.header);
    map.after(place.over, place.side, place.sheet, place.strip, place.drawer, place.tabs);
    if (!map.hasAttribute("role")) map.setAttribute("role", "main");
    map.setAttribute("aria-describedby", "atlas-keys");
    map.before(el("p", { class: "atlas-unseen", id: "atlas-keys", hidden: true }));
    place.sheet.append(handle());
    new ResizeObserver(() => fitMap()).observe(map);
    for (const query of [PHONE, WIDE]) query.addEventListener("change", () => settle());
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && escapes.some((close) => close(event))) event.preventDefault();
    });
    return place;
  };

  /** Call `close` when Escape is pressed; it answers whether it had something to close. Later ones go first. */
  Atlas.onEscape = (close) => escapes.unshift(close);

  /* A panel that opens takes room from the map's edge: what is drawn stays where the reader sees it.
   * A window that changes its size keeps its centre instead. */
  const fitMap = () => {
    const { map, sheet } = place;
    if (!Atlas.map || !map.clientHeight || sheet.classList.contains("is-full")) return;
    Atlas.map.invalidateSize({ pan: !isAnchored, animate: false });
    isAnchored = false;
    Atlas.emit("resized");
  };
  /* Until the reader does something (a link with a place selected) the centre is what the sender saw. */
  let isTouched = false;
  for (const deed of ["pointerdown", "keydown", "wheel"]) document.addEventListener(deed, () => { isTouched = true; }, { capture: true, once: true, passive: true });

  const anchored = (change) => {
    isAnchored = isTouched && Atlas.state.ready;
    change();
    requestAnimationFrame(() => requestAnimationFrame(() => { isAnchored = false; if (isTouched) reveal(); }));
  };
  /* What lies over the map's edges, so that the place does not come up behind it. */
  const room = (size) => {
    const within = (pixels, whole) => Math.min(pixels, whole * 0.4);
    const left = PHONE.matches ? 36 : place.left.offsetWidth + 36;
    return {
      paddingTopLeft: [within(left, size.x), within(PHONE.matches ? 64 : 36, size.y)],
      paddingBottomRight: [within(72, size.x), within(place.dock.offsetHeight + place.foot.offsetHeight + 36, size.y)],
    };
  };
  const reveal = () => {
    const i = Atlas.state.selected === null ? -1 : Atlas.indexOf(Atlas.state.selected);
    if (!Atlas.map || !Atlas.state.ready || i < 0 || Number.isNaN(Atlas.features.anchor[2 * i])) return;
    const [lon, lat] = Atlas.features.anchor.slice(2 * i, 2 * i + 2);
    // Only what the panel has just pushed out of sight is brought back, not what was far away.
    const size = Atlas.map.getSize(), at = Atlas.map.latLngToContainerPoint([lat, lon]);
    const isNear = at.x > -480 && at.y > -80 && at.x < size.x + 480 && at.y < size.y + 600;
    if (isNear) Atlas.map.panInside([lat, lon], { ...room(size), animate: !Atlas.isStill() });
  };

  /**
   * Make a panel: a titled section that opens and closes.
   * `slot` is its place on wide pages, `sheet: true` makes it a bottom sheet on a phone; `title` is a function, so
   * that it can be asked again in another language. A `heading` of its own stands in place of the one that folds.
   */
  Atlas.panel = ({
    id, slot: home, title, isOpen = true, sheet = true, closable = false, heading = null, scrolls = false,
    onToggle = () => {} }) => {
    const places = Atlas.places();
    // What scrolls can be reached and scrolled by keys as well.
    const body = el("div", { class: "atlas-panel-body", id: `atlas-${id}-body`, ...(scrolls ? { tabindex: 0, role: "group" } : {}) });
    const words = el("span", { class: "atlas-panel-title" });
    const aside = el("span", { class: "atlas-panel-aside" });
    const fold = el("button", { type: "button", class: "atlas-fold", "aria-controls": body.id }, words, aside, Atlas.icon("down"));
    const shut = el("button", { type: "button", class: "atlas-button is-quiet atlas-shut" }, Atlas.icon("close"));
    const head = el("div", { class: "atlas-panel-head" }, heading ?? el("h2", {}, fold), shut);
    const root = el("section", { class: `atlas-panel atlas-${id}`, id: `atlas-${id}`, "aria-label": title() }, head, body);
    const panel = { id, root, head, body, aside, home, sheet, isOpen, set, toggle: () => set(!panel.isShown()), isShown, retitle };

    function isShown() { return panel.sheet && PHONE.matches ? openSheet === id : panel.isOpen; }
    function set(open) {
      if (open === isShown()) return;
      const hadFocus = !open && root.contains(document.activeElement);
      anchored(() => {
        if (panel.sheet && PHONE.matches) showSheet(open ? id : null);
        else { panel.isOpen = open; paint(); }
      });
      onToggle(open);
      Atlas.emit("panel", { id, open });
      // The focus goes back to what opens the panel, never nowhere.
      if (hadFocus && root.hidden) [...document.querySelectorAll(`[aria-controls="${root.id}"]`)]
        .find((opener) => opener.offsetParent)?.focus();
    }
    function paint() {
      const open = isShown();
      root.classList.toggle("is-open", open);
      root.hidden = !open && (closable || (panel.sheet && PHONE.matches));
      body.hidden = !open;
      fold.setAttribute("aria-expanded", String(open));
    }
    function retitle() {
      words.textContent = title();
      root.setAttribute("aria-label", title());
      if (scrolls) body.setAttribute("aria-label", title());
      for (const name of ["aria-label", "title"]) shut.setAttribute(name, Atlas.t("close"));
    }
    panel.paint = paint;
    fold.addEventListener("click", () => panel.toggle());
    shut.addEventListener("click", () => { (panel.onShut ?? (() => set(false)))(); });
    Atlas.on("language", retitle);
    panels.set(id, panel);
    retitle();
    (panel.sheet && PHONE.matches ? places.sheet : places[home]).append(root);
    paint();
    return panel;
  };

  /** The panel of that name, if it has been built. */
  Atlas.panelOf = (id) => panels.get(id);

  const showSheet = (id) => {
    const before = openSheet;
    openSheet = id;
    if (id !== before) place.sheet.classList.remove("is-full");
    if (id === "table") place.sheet.classList.add("is-full");
    settleHandle();
    for (const panel of panels.values()) panel.paint();
    document.body.dataset.sheet = id ?? "";
    if (before && before !== id && id) Atlas.emit("panel", { id: before, open: false });
  };

  const settle = () => {
    for (const panel of panels.values()) {
      const target = panel.sheet && PHONE.matches ? place.sheet : place[panel.home];
      if (panel.root.parentElement !== target) target.append(panel.root);
    }
    showSheet(PHONE.matches && Atlas.state.selected !== null ? "card" : null);
    Atlas.emit("layout", { width: Atlas.width() });
  };

  // ── the handle of the sheet: drag it, or press it ─────────────────────────────────────────
  let grip = null;
  const settleHandle = () => {
    const full = place.sheet.classList.contains("is-full");
    grip.setAttribute("aria-label", Atlas.t(full ? "sheet.smaller" : "sheet.larger"));
    grip.setAttribute("aria-expanded", String(full));
  };
  const resize = (full) => { place.sheet.classList.toggle("is-full", full); settleHandle(); };
  const closeSheet = () => { const panel = panels.get(openSheet); (panel?.onShut ?? (() => panel?.set(false)))(); };
  function handle() {
    let start = null;
    let moved = 0;
    grip = el("button", { type: "button", class: "atlas-grip", "aria-expanded": "false" });
    grip.addEventListener("pointerdown", (event) => { start = event.clientY; moved = 0; grip.setPointerCapture(event.pointerId); });
    grip.addEventListener("pointermove", (event) => {
      if (start === null) return;
      moved = event.clientY - start;
      place.sheet.style.setProperty("transform", moved > 0 ? `translateY(${moved}px)` : "");
    });
    const end = () => {
      if (start === null) return;
      start = null;
      place.sheet.style.removeProperty("transform");
      const full = place.sheet.classList.contains("is-full");
      if (moved < -40) resize(true);
      else if (moved > 40 && full) resize(false);
      else if (moved > 60) closeSheet();
    };
    grip.addEventListener("pointerup", end);
    grip.addEventListener("pointercancel", end);
    grip.addEventListener("click", () => { if (Math.abs(moved) < 6) anchored(() => resize(!place.sheet.classList.contains("is-full"))); });
    return grip;
  }
  Atlas.onEscape(() => { if (!PHONE.matches || !openSheet) return false; closeSheet(); return true; });

  // ── the bar of a phone ────────────────────────────────────────────────────────────────────
  const TABS = [["legend", "legend"], ["player", "years"], ["table", "table"], ["more", "more"]];
  const buildTabs = () => {
    const { tabs } = Atlas.places();
    tabs.setAttribute("aria-label", Atlas.t("tabs.label"));
    tabs.replaceChildren(...TABS.map(([id, icon]) => {
      const button = Atlas.button(icon, Atlas.t(`tabs.${id}`), () => panels.get(id)?.toggle(), {
        shown: true, class: "atlas-tab", "aria-expanded": String(openSheet === id), "aria-controls": `atlas-${id}`, data: { tab: id },
      });
      return button;
    }));
    settleHandle();
    place.map.setAttribute("aria-label", Atlas.t("map.label"));
    document.getElementById("atlas-keys").textContent = Atlas.t("map.keys");
  };
  // Beside a text the map stands alone: what is chosen is told there.
  Atlas.on("config", () => document.body.toggleAttribute("data-companion", Boolean(Atlas.config.companion)));
  // In another site's page: the map, whose it is and what it means.
  Atlas.on("config", () => document.body.toggleAttribute("data-embed", Boolean(Atlas.config.embed)));
  Atlas.on("config", buildTabs);
  Atlas.on("language", buildTabs);
  Atlas.on("panel", () => {
    for (const tab of place.tabs.children) tab.setAttribute("aria-expanded", String(openSheet === tab.dataset.tab));
  });
})();
