/* The line under the map: the table's handle with its number, scale, coordinates and whose map this is. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});
  const { el, raw } = Atlas;

  const SCALE_PX = 96;
  const NO_HOVER = matchMedia("(hover: none)");
  let parts = null;
  let point = null;

  // ── scale ─────────────────────────────────────────────────────────────────────────────────
  const niceBelow = (value) => {
    const power = 10 ** Math.floor(Math.log10(value));
    return [5, 2, 1].find((step) => step * power <= value) * power;
  };
  const scale = () => {
    if (!Atlas.map || !parts) return;
    const size = Atlas.map.getSize();
    if (!size.x || !size.y) return;
    // Mercator stretches with latitude: measured on the ground across the middle of the map.
    const [left, right] = [0, SCALE_PX].map((x) => Atlas.map.containerPointToLatLng([size.x / 2 - SCALE_PX / 2 + x, size.y / 2]));
    const metres = Atlas.geodesy.distanceM(left.lng, left.lat, right.lng, right.lat);
    if (!(metres > 0)) return;
    const nice = niceBelow(metres);
    parts.bar.style.setProperty("width", `${(nice / metres) * SCALE_PX}px`);
    parts.scaleWords.textContent = Atlas.length(nice, true);
    parts.scale.setAttribute("aria-label", Atlas.t("strip.scale", { length: Atlas.length(nice, true) }));
  };

  // ── coordinates ───────────────────────────────────────────────────────────────────────────
  const written = ([lon, lat]) => `${lon.toFixed(5)}, ${lat.toFixed(5)}`;
  const here = () => {
    if (point) return point;
    const centre = Atlas.map?.getCenter();
    return centre ? [centre.lng, centre.lat] : null;
  };
  const showPoint = () => {
    const at = here();
    if (!parts || !at) return;
    parts.point.lastChild.textContent = written(at);
    const words = Atlas.t(point ? "strip.copy_point" : "strip.copy_centre");
    parts.point.setAttribute("title", words);
    parts.point.setAttribute("aria-label", `${written(at)} ${words}`);
  };
  const watch = () => {
    const container = Atlas.map?.getContainer() ?? Atlas.places().map;
    if (container.dataset.watched) return;
    container.dataset.watched = "yes";
    container.addEventListener("pointermove", (event) => {
      if (event.pointerType === "touch" || NO_HOVER.matches || !Atlas.map) return;
      const { lng, lat } = Atlas.map.mouseEventToLatLng(event);
      point = [lng, lat];
      showPoint();
    });
    // A cursor on its way to the button would change what it came to copy: off the map, the centre counts.
    container.addEventListener("pointerleave", () => { point = null; showPoint(); });
    container.addEventListener("contextmenu", (event) => {
      if (!Atlas.map || Atlas.state.tool) return;
      event.preventDefault();
      const { lng, lat } = Atlas.map.mouseEventToLatLng(event);
      Atlas.copy(written([lng, lat]));
    });
  };

  // ── numbers and sources ───────────────────────────────────────────────────────────────────
  const counts = () => {
    if (!parts) return;
    const { shown } = Atlas.counts();
    parts.toggle.lastChild.textContent = Atlas.t("strip.table", { n: Atlas.number(shown) });
    parts.toggle.setAttribute("aria-expanded", String(Boolean(Atlas.panelOf("table")?.isShown())));
  };

  /** The numbers that are not nought, as elements. */
  Atlas.countWords = (numbers) =>
    Object.entries(numbers).filter(([key, n]) => n > 0 || key === "shown")
      .map(([key, n]) => el("span", { class: `is-${key}` }, Atlas.t(`counts.${key}`, { n: Atlas.number(n) })));

  const attribution = () => {
    const id = Atlas.state.basemap ?? Atlas.config.view?.basemap;
    const basemap = (Atlas.config.basemaps ?? []).find((row) => row.id === id);
    const pieces = [Atlas.text(basemap?.attribution), Atlas.t("attribution.water"), Atlas.t("attribution.boundaries"),
      basemap?.approval ? Atlas.t("attribution.approval", { number: basemap.approval }) : ""].filter(Boolean);
    parts.sources.replaceChildren(...pieces.map((piece) => el("span", {}, raw(piece))));
    parts.sources.setAttribute("title", pieces.join(Atlas.t("list.pause")));
  };

  const build = () => {
    if (!parts) {
      const bar = el("span", { class: "atlas-scale-bar" });
      const scaleWords = el("span", { class: "atlas-figures" });
      parts = {
        bar, scaleWords, scale: el("div", { class: "atlas-scale", role: "img" }, scaleWords, bar),
        toggle: el("button", { type: "button", class: "atlas-strip-button", "aria-controls": "atlas-table",
          on: { click: () => Atlas.panelOf("table")?.toggle() } },
        Atlas.icon("table"), el("span", { class: "atlas-figures" })),
        point: el("button", { type: "button", class: "atlas-strip-button atlas-point",
          on: { click: () => { const at = here(); if (at) Atlas.copy(written(at)); } } },
        el("span", { class: "atlas-figures" })),
        sources: el("div", { class: "atlas-sources" }),
      };
    }
    place();
    for (const draw of [counts, attribution, scale, showPoint]) draw();
    watch();
  };
  const place = () => {
    const { strip, foot } = Atlas.places();
    const isPhone = Atlas.width() === "phone";
    strip.setAttribute("aria-label", Atlas.t("strip.label"));
    foot.setAttribute("role", "region");
    foot.setAttribute("aria-label", Atlas.t("strip.label"));
    foot.replaceChildren(...(isPhone ? [parts.scale, parts.sources] : []));
    strip.replaceChildren(...(isPhone ? [] : [parts.toggle, el("span", { class: "atlas-spring" }), parts.sources, parts.point, parts.scale]));
  };

  Atlas.on("config", build);
  for (const event of ["filter", "data", "panel"]) Atlas.on(event, counts);
  for (const event of ["move", "resized", "ready"]) Atlas.on(event, () => { scale(); showPoint(); });
  Atlas.on("basemap", () => { if (parts) attribution(); });
  Atlas.on("language", () => { if (parts) build(); });
  Atlas.on("layout", () => { if (parts) { place(); scale(); } });
})();
