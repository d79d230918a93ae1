/* The legend: only what the filter holds, each with the symbol it is drawn with and how many are shown. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});
  const { el, raw } = Atlas;

  const KINDS = ["point", "line", "area"];
  let panel = null;

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

  const count = ({ shown, total }) =>
    el("span", { class: "atlas-figures atlas-tally", "aria-label": Atlas.t("legend.of", { n: Atlas.number(shown), total: Atlas.number(total) }), role: "img" },
      Atlas.number(shown), shown === total ? null : el("span", { class: "atlas-soft" }, ` / ${Atlas.number(total)}`));

  const layerRow = (layer, counts) => {
    const tally = counts.byLayer.get(layer.id) ?? { shown: 0, total: 0 };
    const variants = (layer.style?.variants ?? []).flatMap((variant) => (variant.category ?? []).filter((category) => contentOf(layer).categories.has(category)));
    // A layer whose file was refused is named all the same: what is missing is seen to be missing.
    const words = el("span", { class: "atlas-words" }, raw(Atlas.text(layer.title)), layer.refused ? el("span", { class: "atlas-missing" }, Atlas.t("legend.refused")) : null);
    return el("li", {},
      el("div", { class: "atlas-entry" }, el("span", { class: "atlas-sample" }, Atlas.swatch(layer.id, null, "built", 20)), words, count(tally)),
      variants.length ? el("ul", {}, variants.map((category) =>
        el("li", {}, el("div", { class: "atlas-entry is-minor" }, el("span", { class: "atlas-sample" }, Atlas.swatch(layer.id, category, "built", 16)), el("span", { class: "atlas-words" }, raw(Atlas.label("category", category))))))) : null);
  };

  /** A status is drawn alike in every layer; one layer of each kind of geometry shows how. */
  const examples = (layers) => KINDS.map((kind) => [kind, layers.find((layer) => contentOf(layer).kinds.has(kind))]).filter(([, layer]) => layer);

  const statusRows = (layers, counts) => {
    const shown = examples(layers);
    const known = (Atlas.config.codes?.status ?? []).map((row) => row.code);
    const others = [...counts.byStatus.keys()].filter((code) => !known.includes(code));
    return [...known, ...others].map((code) => {
      const found = counts.byStatus.get(code) ?? 0;
      const n = typeof found === "object" ? found.shown : found;
      return el("li", { class: n ? null : "is-absent" },
        el("div", { class: "atlas-entry" },
          el("span", { class: "atlas-examples" }, shown.map(([kind, layer]) => Atlas.swatch(layer.id, null, code, 18, { kind }))),
          el("span", { class: "atlas-words" }, raw(Atlas.label("status", code))), el("span", { class: "atlas-figures atlas-tally" }, Atlas.number(n))));
    });
  };

  const mark = (name) => el("span", { class: `atlas-mark is-${name}`, "aria-hidden": "true" }, name === "past" ? Atlas.icon("clock") : name === "conflict" ? Atlas.icon("split") : null);
  const marks = (layers) => {
    const names = ["schematic", "uncertain", "past", "conflict"];
    if (layers.some((layer) => layer.style?.arcs)) names.push("arc");
    return names.map((name) => el("li", {}, el("div", { class: "atlas-entry" }, mark(name), el("span", { class: "atlas-words" }, Atlas.t(`legend.${name}`)))));
  };

  const part = (key, rows, aside) => el("section", { class: "atlas-part" }, el("h3", {}, Atlas.t(key), aside ? el("span", { class: "atlas-soft" }, aside) : null), el("ul", { class: "atlas-entries" }, rows));

  const render = () => {
    const layers = chosen();
    const counts = Atlas.counts();
    panel.aside.textContent = "";
    panel.body.replaceChildren(
      ...(layers.length
        ? [part("legend.layers", layers.map((layer) => layerRow(layer, counts))), part("legend.status", statusRows(layers, counts)), part("legend.marks", marks(layers))]
        : [el("section", { class: "atlas-part" }, el("p", { class: "atlas-soft" }, Atlas.t("legend.empty")))]));
  };

  const build = () => {
    if (!panel) {
      panel = Atlas.panel({ id: "legend", slot: "left", title: () => Atlas.t("legend.title"), isOpen: Atlas.width() === "desktop" && Atlas.config.use !== "frame", scrolls: true });
    }
    contents = null;
    render();
  };

  Atlas.on("config", build);
  Atlas.on("data", () => { contents = null; if (panel) render(); });
  for (const event of ["filter", "language", "theme"]) Atlas.on(event, () => { if (panel) render(); });
})();
