/* The tools at the map's edge: zoom, extent, full screen, measuring, basemap, theme and language.
 * On a phone only what a thumb needs stays on the map; the rest moves to a sheet. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});
  const { el, raw } = Atlas;

  let more = null;
  let basemaps = null;
  let rows = null;

  const isPhone = () => Atlas.width() === "phone";
  const options = () => (isPhone() ? { shown: true, class: "atlas-button is-wide" } : {});

  const locate = () => {
    const id = Atlas.state.selected;
    if (id !== null && Atlas.indexOf(id) >= 0) Atlas.select(id, { fly: true, origin: "map" });
    else Atlas.note("note.nothing_selected");
  };

  const toggleFull = async () => {
    try {
      await (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
    } catch {
      Atlas.note("note.no_fullscreen");
    }
  };

  const group = (...buttons) => el("div", { class: "atlas-group" }, buttons);
  const near = () => [
    group(Atlas.button("plus", Atlas.t("tools.zoom_in"), () => Atlas.map.zoomIn()), Atlas.button("minus", Atlas.t("tools.zoom_out"), () => Atlas.map.zoomOut())),
    group(Atlas.button("home", Atlas.t("tools.home"), () => Atlas.home()), isPhone() ? null : extents()),
  ];
  const extents = () => [
    Atlas.button("fit", Atlas.t("tools.fit"), () => Atlas.fitShown(), options()),
    Atlas.button("locate", Atlas.t("tools.locate"), locate, options()),
  ];
  const measures = () => ["distance", "area"].map((kind) =>
    Atlas.button(kind, Atlas.t(`measure.${kind}`), () => { if (isPhone()) more.set(false); Atlas.measure(kind); }, { ...options(), "aria-pressed": String(Atlas.state.tool === kind), data: { measure: kind } }));
  const drawing = () => (Atlas.canDraw() ? Atlas.button("crop", Atlas.t("area.title"), () => { if (isPhone()) more.set(false); Atlas.drawArea(); }, { ...options(), "aria-pressed": String(Atlas.isDrawing()), data: { draw: "" } }) : null);
  const full = () => (document.fullscreenEnabled ? Atlas.button("full", Atlas.t(document.fullscreenElement ? "tools.leave_full" : "tools.full"), toggleFull, options()) : null);

  // ── basemap ───────────────────────────────────────────────────────────────────────────────
  const basemapRadios = () => {
    const current = Atlas.state.basemap ?? Atlas.config.view?.basemap;
    const list = Atlas.config.basemaps ?? [];
    return el("div", { role: "radiogroup", "aria-label": Atlas.t("basemap.title"), class: "atlas-radios" }, list.map((row) =>
      el("label", { class: "atlas-check" },
        el("input", { type: "radio", name: "atlas-basemap", value: row.id, checked: row.id === current, on: { change: () => Atlas.setBasemap?.(row.id) } }),
        el("span", {}, raw(Atlas.text(row.title))))),
    list.some((row) => row.kind === "tiles") ? el("p", { class: "atlas-hint atlas-soft" }, Atlas.t("basemap.needs_network")) : null);
  };
  const renderBasemaps = () => {
    const list = Atlas.config.basemaps ?? [];
    const hasChoice = list.length > 1;
    basemaps.root.classList.toggle("is-unneeded", !hasChoice || isPhone());
    basemaps.aside.textContent = Atlas.text(list.find((row) => row.id === (Atlas.state.basemap ?? Atlas.config.view?.basemap))?.title);
    basemaps.body.replaceChildren(hasChoice && !isPhone() ? basemapRadios() : "");
  };

  // ── theme and language: where no application around the map has them ──────────────────────
  /** The switches for the header, none inside the application. */
  Atlas.switches = () => {
    if (Atlas.config.use === "frame") return [];
    const theme = Atlas.state.theme ?? "auto";
    const next = { auto: "light", light: "dark", dark: "auto" }[theme];
    const other = Atlas.state.language === "en" ? "zh" : "en";
    return [
      Atlas.button("theme", Atlas.t("tools.theme", { theme: Atlas.t(`theme.${theme}`), next: Atlas.t(`theme.${next}`) }), () => Atlas.setTheme(next), { class: "atlas-button is-quiet", data: { role: "theme" } }),
      el("button", { type: "button", class: "atlas-button is-quiet atlas-language", lang: other === "zh" ? "zh-CN" : "en", data: { role: "language" }, on: { click: () => Atlas.setLanguage(other) } }, other === "zh" ? "中文" : "English"),
    ];
  };

  const render = () => {
    const { tools } = Atlas.places();
    const focused = document.activeElement?.closest?.(".atlas-tools, .atlas-more") ? document.activeElement.getAttribute("aria-label") : null;
    tools.setAttribute("role", "region");
    tools.setAttribute("aria-label", Atlas.t("tools.label"));
    if (isPhone()) {
      tools.replaceChildren(...near());
      rows = el("div", { class: "atlas-more-rows" }, extents(), measures(), drawing(), full());
      more.body.replaceChildren(rows, (Atlas.config.basemaps ?? []).length > 1 ? el("section", { class: "atlas-part" }, el("h3", {}, Atlas.t("basemap.title")), basemapRadios()) : "");
    } else {
      tools.replaceChildren(...near(), group(measures(), drawing()), group(full()));
      more.body.replaceChildren();
    }
    if (focused) [...tools.querySelectorAll("button")].find((button) => button.getAttribute("aria-label") === focused)?.focus();
    renderBasemaps();
  };

  const markMeasure = () => {
    for (const button of document.querySelectorAll("[data-measure]")) button.setAttribute("aria-pressed", String(Atlas.state.tool === button.dataset.measure));
  };

  const build = () => {
    if (!more) {
      more = Atlas.panel({ id: "more", slot: "left", title: () => Atlas.t("tools.more"), isOpen: false, closable: true, scrolls: true });
      basemaps = Atlas.panel({ id: "basemaps", slot: "left", title: () => Atlas.t("basemap.title"), isOpen: false, sheet: false });
    }
    render();
  };

  Atlas.on("config", build);
  for (const event of ["language", "layout"]) Atlas.on(event, () => { if (more) render(); });
  Atlas.on("basemap", () => { if (more) render(); });
  Atlas.on("tool", markMeasure);
  document.addEventListener("fullscreenchange", () => { if (more) render(); });
})();
