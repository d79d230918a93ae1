/* What has changed since the data that a link was made on, and how long a link is valid: a line in the
 * header, the list of changed places, and for the map which places to mark. Inside the application, which has
 * the address, the two ways to see it are wishes told to it: `since` with `which`, "then" or "now". */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});
  const { el, raw } = Atlas;

  const GONE = ["removed", "retired"];
  let panel = null, bands = null, byId = new Map(), said = null;

  const changes = () => Atlas.config?.changes ?? null;

  /** How a change is marked: what came, what went, and what stayed but is not as it was. */
  const groupOf = (kinds) =>
    kinds.some((kind) => GONE.includes(kind)) ? "removed" : kinds.includes("added") ? "added" : "changed";

  /** What has changed of a place, {group, text, at}; null where nothing has. */
  Atlas.changeOf = (id) => byId.get(id) ?? null;
  /** The changed places by id. */
  Atlas.changed = () => byId;

  const read = () => {
    if (said === changes()) return;
    said = changes();
    const rows = (said?.places ?? []).map((row) => ({ ...row, group: groupOf(row.kinds ?? []) }));
    byId = new Map(rows.map((row) => [row.id, row]));
    Atlas.canvas.invalidate("overlay");
  };

  // ── as it was, as it is now ───────────────────────────────────────────────────────────────
  /** The path of the other data version, at what the reader sees now. */
  const pathTo = (which, options = {}) => {
    const path = said.links?.[which];
    if (!path || !Atlas.config.links?.self) return null;
    return Atlas.pathOf(Atlas.query({ base: Atlas.queryOf(path), ...options }));
  };
  const way = (which) => {
    const date = said[`${which}Date`], title = date ? Atlas.t("since.data_of", { date }) : null;
    const props = { class: "atlas-way", "aria-current": said.shows === which ? "true" : null, title };
    const words = Atlas.t(`since.${which}`), href = pathTo(which);
    const wish = () => Atlas.tell("since", { which });
    if (href) return el("a", { ...props, href, data: { way: which } }, words);
    return el("button", { ...props, type: "button", on: { click: wish } }, words);
  };
  /** The two ways to see it; a saved file has one only. */
  const ways = () => {
    if (Atlas.config.use === "file") return null;
    const props = { class: "atlas-ways", role: "group", "aria-label": Atlas.t("since.which") };
    return el("div", props, way("then"), way("now"));
  };
  const readdress = () => {
    if (!said || !bands) return;
    for (const link of document.querySelectorAll("[data-way]")) {
      const { way: which, id } = link.dataset;
      link.href = pathTo(which, id ? { selected: id } : {});
    }
  };

  // ── the list ──────────────────────────────────────────────────────────────────────────────
  const entry = (row) => {
    const inside = [
      el("canvas", { class: "atlas-swatch", "aria-hidden": "true", data: { change: row.group } }),
      el("span", { class: "atlas-words" }, raw(Atlas.text(row.name) || row.id),
        el("span", { class: "atlas-soft" }, raw(Atlas.text(row.text)))),
    ];
    if (Atlas.indexOf(row.id) >= 0) {
      const on = { click: () => Atlas.select(row.id, { fly: true, origin: "goto" }) };
      return el("li", {}, el("button", { type: "button", class: "atlas-change", on }, inside));
    }
    // What is not in the data shown is found in the other one.
    const other = said.shows === "then" ? "now" : "then", href = pathTo(other, { selected: row.id });
    const aside = href ? el("span", { class: "atlas-soft" }, Atlas.t(`since.${other}`)) : null;
    const props = href ? { href, data: { way: other, id: row.id } } : {};
    return el("li", {}, el(href ? "a" : "div", { class: "atlas-change", ...props }, inside, aside));
  };

  const build = () => {
    if (!panel && !said) return;
    panel ??= Atlas.panel({
      id: "changes", slot: "left", title: () => Atlas.t("since.title"),
      isOpen: false, closable: true, scrolls: true,
    });
    panel.root.classList.toggle("is-unneeded", !said);
    if (!said) { panel.set(false); return; }
    const rows = [...byId.values()], more = said.more ?? 0;
    const unlisted = Atlas.t("since.more", { n: Atlas.number(more) });
    panel.aside.textContent = Atlas.number(rows.length + more);
    panel.body.replaceChildren(
      el("div", { class: "atlas-part is-said" }, el("p", {}, raw(Atlas.text(said.sentence))), ways()),
      el("ul", { class: "atlas-changes-list" }, rows.map(entry)),
      more ? el("p", { class: "atlas-part atlas-soft" }, unlisted) : "");
    const swatches = panel.body.querySelectorAll("[data-change]");
    for (const canvas of swatches) Atlas.changeMarks.swatch(canvas, canvas.dataset.change);
  };

  // ── the lines in the header ───────────────────────────────────────────────────────────────
  const band = () => {
    const toggle = el("button", {
      type: "button", class: "atlas-since-words", "aria-controls": "atlas-changes", data: { role: "since" },
      "aria-expanded": String(panel.isShown()), on: { click: () => panel.toggle() },
    }, Atlas.icon("since"), el("span", {}, raw(Atlas.text(said.sentence))), Atlas.icon("down"));
    return el("section", { class: "atlas-since", "aria-label": Atlas.t("since.title") }, toggle, ways(), ending());
  };
  /** In the app the data of now can be seen without the comparison again. */
  const ending = () => {
    if (Atlas.config.use !== "frame" || said.shows !== "now") return null;
    const end = () => Atlas.tell("since", { which: "none" });
    return Atlas.button("close", Atlas.t("close"), end, { class: "atlas-button is-quiet" });
  };

  const expiry = (date) => {
    const words = el("span", {}, Atlas.t("expires.until", { date }));
    return el("p", { class: "atlas-expires" }, Atlas.icon("clock"), words);
  };

  const render = () => {
    read();
    build();
    const { expires } = Atlas.config;
    bands ??= el("div", { class: "atlas-bands" });
    bands.replaceChildren(...[said && band(), expires && expiry(expires)].filter(Boolean));
    const { header } = Atlas.places();
    if (bands.parentElement !== header) header.append(bands);
  };

  const keepingFocus = () => {
    const role = document.activeElement?.dataset?.role;
    render();
    if (role === "since") bands.querySelector("[data-role=since]")?.focus();
  };

  Atlas.on("config", render);
  for (const event of ["language", "theme", "sentence"]) {
    Atlas.on(event, () => { if (bands) keepingFocus(); });
  }
  // Only then is it known which of the places are in the data shown.
  Atlas.on("ready", () => { if (said) build(); });
  Atlas.on("panel", () => {
    bands?.querySelector("[data-role=since]")?.setAttribute("aria-expanded", String(panel.isShown()));
  });
  Atlas.on("address", readdress);
})();
