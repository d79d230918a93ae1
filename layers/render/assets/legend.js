/* The legend: only what the filter holds, each with the symbol it is drawn with and how many are shown. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});
  const { el, raw } = Atlas;

  const KINDS = ["point", "line", "area"];
  let panel = null, isStale = true;

  const chosen = () => {
    const wanted = new Set(Atlas.state.filter?.layers ?? Atlas.config.layers.map((layer) => layer.id));
    return Atlas.config.layers.filter((layer) => wanted.has(layer.id));
  };

  /** For each layer, the categories and kinds of geometry that are in it; worked out once for the data. */
  let contents = null;
  const contentOf = (layer) => {
    if (!contents) {
      contents = Atlas.config.layers.map(() => ({ categories: new Set(), kinds: new Set() }));
      const { count, layer: layers, kind, props } = Atlas.features;
      for (let i = 0; i < count; i++) {
        const content = contents[layers[i]];
        content.categories.add(props[i].category);
        if (kind[i]) content.kinds.add(KINDS[kind[i] - 1]);
      }
    }
    return contents[Atlas.config.layers.indexOf(layer)];
  };

  /* The symbols stay while the filter changes; only the numbers are written anew. */
  let tallies = [];
  const counted = (write) => { tallies.push(write); return el("span", { class: "atlas-figures atlas-tally" }); };
  const recount = () => { const counts = Atlas.counts(); for (const write of tallies) write(counts); };

  const ofAll = (layer) => {
    const node = counted((counts) => {
      const { shown, total } = counts.byLayer.get(layer.id) ?? { shown: 0, total: 0 };
      const [some, all] = [Atlas.number(shown), Atlas.number(total)];
      node.setAttribute("aria-label", Atlas.t("legend.of", { n: some, total: all }));
      node.replaceChildren(some, ...(shown === total ? [] : [el("span", { class: "atlas-soft" }, ` / ${all}`)]));
    });
    node.setAttribute("role", "img");
    return node;
  };

  const layerRow = (layer) => {
    const variants = (layer.style?.variants ?? []).flatMap((variant) =>
      (variant.category ?? []).filter((category) => contentOf(layer).categories.has(category)));
    // A layer whose file was refused is named all the same: what is missing is seen to be missing.
    const words = el("span", { class: "atlas-words" }, raw(Atlas.text(layer.title)),
      layer.refused ? el("span", { class: "atlas-missing" }, Atlas.t("legend.refused")) : null);
    return el("li", {},
      el("div", { class: "atlas-entry" }, el("span", { class: "atlas-sample" }, Atlas.swatch(layer.id, null, "built", 20)), words, ofAll(layer)),
      variants.length ? el("ul", {}, variants.map((category) =>
        el("li", {}, el("div", { class: "atlas-entry is-minor" },
          el("span", { class: "atlas-sample" }, Atlas.swatch(layer.id, category, "built", 16)),
          el("span", { class: "atlas-words" }, raw(Atlas.label("category", category))))))) : null);
  };

  /** A status is drawn alike in every layer; one layer of each kind of geometry shows how. */
  const examples = (layers) => KINDS.map((kind) => [kind, layers.find((layer) => contentOf(layer).kinds.has(kind))]).filter(([, layer]) => layer);

  const statusRow = (code, shown) => {
    const tally = counted((counts) => {
      const n = counts.byStatus.get(code) ?? 0;
      row.classList.toggle("is-absent", n === 0);
      tally.textContent = Atlas.number(n);
    });
    const row = el("li", {},
      el("div", { class: "atlas-entry" },
        el("span", { class: "atlas-examples" }, shown.map(([kind, layer]) => Atlas.swatch(layer.id, null, code, 18, { kind }))),
        el("span", { class: "atlas-words" }, raw(Atlas.label("status", code))), tally));
    return row;
  };

  const statusRows = (layers) => {
    const shown = examples(layers);
    const known = (Atlas.config.codes?.status ?? []).map((row) => row.code);
    const others = [...Atlas.counts().byStatus.keys()].filter((code) => !known.includes(code));
    return [...known, ...others].map((code) => statusRow(code, shown));
  };

  const mark = (name) => el("span", { class: `atlas-mark is-${name}`, "aria-hidden": "true" },
    name === "past" ? Atlas.icon("clock") : name === "conflict" ? Atlas.icon("split") : null);
  const marks = (layers) => {
    const names = ["schematic", "uncertain", "past", "conflict"];
    if (layers.some((layer) => layer.style?.arcs)) names.push("arc");
    return names.map((name) => el("li", {}, el("div", { class: "atlas-entry" },
      mark(name), el("span", { class: "atlas-words" }, Atlas.t(`legend.${name}`)))));
  };

  const changeRows = () => {
    const there = new Set([...Atlas.changed().values()].map(({ group }) => group));
    return ["changed", "added", "removed"].filter((group) => there.has(group)).map((group) => {
      const canvas = el("canvas", { class: "atlas-swatch", "aria-hidden": "true" });
      Atlas.changeMarks.swatch(canvas, group);
      return el("li", {}, el("div", { class: "atlas-entry" }, canvas, el("span", { class: "atlas-words" }, Atlas.t(`since.${group}`))));
    });
  };

  const part = (key, rows, aside) => el("section", { class: "atlas-part" },
    el("h3", {}, Atlas.t(key), aside ? el("span", { class: "atlas-soft" }, aside) : null),
    el("ul", { class: "atlas-entries" }, rows));

  const keyOf = (layers) => layers.map((layer) => layer.id).join();
  let shownFor = null;

  /** Draw the legend anew where it is seen, else when it is opened. */
  const render = () => {
    isStale = !panel.isShown();
    if (isStale) return;
    const layers = chosen(), changed = changeRows();
    shownFor = keyOf(layers);
    tallies = [];
    panel.aside.textContent = "";
    panel.body.replaceChildren(
      ...(layers.length
        ? [part("legend.layers", layers.map(layerRow)), part("legend.status", statusRows(layers)), part("legend.marks", marks(layers)),
          changed.length ? part("since.title", changed) : ""]
        : [el("section", { class: "atlas-part" }, el("p", { class: "atlas-soft" }, Atlas.t("legend.empty")))]));
    recount();
  };

  const build = () => {
    if (!panel) {
      panel = Atlas.panel({ id: "legend", slot: "left", title: () => Atlas.t("legend.title"), scrolls: true,
        isOpen: Atlas.width() === "desktop" && Atlas.config.use !== "frame" && !Atlas.config.embed,
        onToggle: () => { if (isStale) render(); } });
    }
    contents = null;
    // What is on its way is drawn once, when it is here.
    if (Atlas.state.ready || Atlas.features.count) render();
  };

  Atlas.on("config", build);
  // The map comes first.
  Atlas.on("data", () => { contents = null; Atlas.afterPaint(() => { if (panel) render(); }); });
  Atlas.on("filter", () => { if (panel) { if (!isStale && keyOf(chosen()) === shownFor) recount(); else render(); } });
  for (const event of ["language", "theme", "sentence"]) Atlas.on(event, () => { if (panel) render(); });
  Atlas.on("layout", () => { if (panel && isStale) render(); });
})();
