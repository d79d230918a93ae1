/* The filter panel: each value with its symbol and how many places it would leave under the other filters. */

import { isOpen, toggleFilters } from "./bar.js";

const Atlas = window.Atlas;
const { el, raw } = Atlas;
const TYPING_MS = 250, SLIDING_MS = 120;
const MANY = 10, FEW = 7;
const ACCURACIES = [100, 500, 1000, 3000];
const OPEN_AT_FIRST = new Set(["layers", "status", "years", "city"]);

/** @param self the panel @param opened ids of the sections that were open before, or null */
export function makeChoices(self, opened) {
  const t = Atlas.t;
  const wantsOpen = (id) => (opened ? opened.has(id) : OPEN_AT_FIRST.has(id));
  const sections = [
    searchSection(self),
    layerSection(self),
    listSection(self, "status", statusList(), { look: "chips" }),
    yearSection(self),
    listSection(self, "city", codes("city"), { look: "chips" }),
    listSection(self, "serves", codes("city"), { look: "chips" }),
    listSection(self, "category", codes("category")),
    listSection(self, "membership", codes("membership")),
    listSection(self, "document", documentList()),
    listSection(self, "lead_unit", codes("unit")),
    listSection(self, "method", codes("method"), { look: "chips" }),
    accuracySection(self),
    switchSection(self),
    otherSection(self),
  ];
  for (const { id, details } of sections) if (details) details.open = wantsOpen(id);

  const status = el("span", { class: "filters-active" });
  const reset = el("button", { type: "button", class: "page-button", data: { focus: "reset" },
    on: { click: () => self.wish({ reset: true }) } }, t("panel.reset"));
  const close = Atlas.button("close", t("panel.close"), () => toggleFilters(false), { class: "page-button page-icon page-close" });
  const sentence = el("p", { class: "filters-sentence" });
  const body = el("div", { class: "filters-body", tabindex: "-1" }, sentence, sections.map((section) => section.root));
  const done = el("button", { type: "button", class: "page-button is-main filters-done", on: { click: () => toggleFilters(false) } });
  const shade = el("div", { class: "filters-shade", on: { click: () => toggleFilters(false) } });
  const root = el("aside", { class: "page-filters", id: "page-filters", "aria-label": t("panel.title") },
    el("div", { class: "filters-handle", "aria-hidden": "true" }),
    el("div", { class: "filters-head" }, el("h2", {}, t("panel.title")), status, reset, close), body,
    el("div", { class: "filters-foot" }, done));
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen() && !matchMedia("(min-width: 960px)").matches) toggleFilters(false);
  });

  function update(model, active) {
    status.textContent = active ? t("panel.active", { n: active }) : "";
    reset.disabled = !active && !model.problems.length;
    sentence.textContent = model.sentence;
    done.textContent = model.totals ? `${t("panel.done")} · ${t("panel.places", { n: Atlas.number(model.totals[0]) })}` : t("panel.done");
    for (const section of sections) section.update(model);
  }
  return { root, shade, body, update,
    opened: () => new Set(sections.filter(({ details }) => details?.open).map(({ id }) => id)) };
}

const codes = (list) => (Atlas.config.codes?.[list] ?? []).map((row) => ({ code: row.code, name: Atlas.text(row) }));
const documentList = () =>
  Atlas.config.documents.map((row) => ({
    code: row.id,
    name: Atlas.text(row.short) || Atlas.text(row.title),
    title: Atlas.text(row.title),
    aside: row.date?.slice(0, 7) }));
/* A status looks alike in every layer; one layer shows how. */
const statusList = () => {
  const layer = Atlas.config.layers.find((row) => row.id === "science_islands") ?? Atlas.config.layers[0];
  return codes("status").map((row) => ({ ...row, swatch: () => Atlas.swatch(layer.id, null, row.code, 18, { kind: "point" }) }));
};

/** A section that folds, with how much of it is in use and a way to clear it. */
function foldable(id, title, clear, ...children) {
  const used = el("span", { class: "filters-used" });
  const clearing = el("button", { type: "button", class: "filters-clear", hidden: true,
    "aria-label": `${Atlas.t("panel.clear")}: ${title}`, on: { click: clear } }, Atlas.t("panel.clear"));
  const summary = el("summary", { data: { focus: `fold-${id}` } }, Atlas.icon("next"), el("h3", {}, title), used);
  const details = el("details", { class: "filters-section", data: { section: id } }, summary,
    el("div", { class: "filters-content" }, ...children));
  const root = el("div", { class: "filters-fold" }, details, clearing);
  return { id, root, details, use(n, words = "") { used.textContent = n ? words || Atlas.number(n) : ""; clearing.hidden = !n; } };
}

/** A value that can be chosen: a box to tick, its symbol, its name and its number. */
function choice(field, { code, name, title, aside, swatch, isUnknown }, onChange) {
  const box = el("input", { type: "checkbox", value: code, data: { focus: `${field}-${code}` } });
  const number = el("span", { class: "choice-count" });
  const words = el("span", { class: "choice-words", title: title ?? null }, raw(name || code),
    aside ? el("small", {}, aside) : null,
    isUnknown ? el("small", {}, Atlas.t("panel.unknown")) : null);
  const root = el("label", { class: isUnknown ? "choice is-unknown" : "choice", data: { code } },
    box, swatch ? swatch() : null, words, number);
  box.addEventListener("change", () => onChange(code, box.checked));
  let shown = null;
  return {
    code, root, text: `${name} ${code} ${title ?? ""}`.toLowerCase(),
    set(checked, count) {
      box.checked = checked;
      if (count === shown) return;
      shown = count;
      number.textContent = Atlas.number(count);
      root.classList.toggle("is-none", count === 0);
    },
  };
}

/** The values of one field. Long lists show the first few, can be searched and be shown whole. */
function listSection(self, field, entries, { look = "rows" } = {}) {
  const chosen = () => chosenNow;
  let chosenNow = new Set();
  const change = (code, checked) => {
    const next = new Set(chosen());
    if (checked) next.add(code); else next.delete(code);
    self.wish({ [field]: [...next] });
  };
  const list = el("div", { class: `choices is-${look}`, role: "group", "aria-label": Atlas.t(`panel.${field}`) });
  const nothing = el("p", { class: "filters-hint", hidden: true }, Atlas.t("panel.nothing_found"));
  const find = el("input", { type: "search", class: "filters-find", placeholder: Atlas.t("panel.find"),
    "aria-label": `${Atlas.t("panel.find")}: ${Atlas.t(`panel.${field}`)}`, autocomplete: "off" });
  const more = el("button", { type: "button", class: "filters-more", "aria-expanded": "false" });
  let isWhole = false;
  const listed = entries.map((entry) => choice(field, entry, change));
  const position = new Map(entries.map((entry, at) => [entry.code, at]));
  let extra = new Map();
  const section = foldable(field, Atlas.t(`panel.${field}`), () => self.wish({ [field]: [] }), find, list, nothing, more);
  list.append(...listed.map((row) => row.root));
  find.hidden = entries.length <= MANY;
  find.addEventListener("input", () => fold());
  more.addEventListener("click", () => { isWhole = !isWhole; fold(); });

  /* Which rows are seen: those that the search finds; without one the first few, and whatever is chosen. */
  function fold() {
    const asked = find.value.trim().toLowerCase();
    const isLong = look === "rows" && listed.length > MANY;
    let seen = 0, room = isLong && !isWhole && !asked ? FEW : Infinity;
    for (const row of [...listed, ...extra.values()]) {
      const isWanted = !asked || row.text.includes(asked);
      const isSeen = isWanted && (chosenNow.has(row.code) || row.count > 0 && room > 0 || room === Infinity);
      if (isSeen && room !== Infinity) room -= 1;
      row.root.hidden = !isSeen;
      seen += isSeen;
    }
    nothing.hidden = seen > 0;
    more.hidden = !isLong || asked !== "";
    more.textContent = Atlas.t(isWhole ? "panel.show_less" : "panel.show_all", { n: Atlas.number(listed.length) });
    more.setAttribute("aria-expanded", String(isWhole));
  }

  function update(model) {
    chosenNow = model.chosen(field);
    const { listed: numbers, unlisted } = model.counts(field);
    listed.forEach((row) => { row.count = numbers[position.get(row.code)] ?? 0; row.set(chosenNow.has(row.code), row.count); });
    // Values that no code list has: in the data all the same, or only in a link.
    const strange = new Set([...Object.keys(unlisted), ...[...chosenNow].filter((code) => !position.has(code))]);
    const kept = new Map();
    for (const code of strange) {
      const row = extra.get(code) ?? choice(field, { code, name: code, isUnknown: !Object.hasOwn(unlisted, code) }, change);
      row.count = Object.hasOwn(unlisted, code) ? unlisted[code] : 0;
      row.set(chosenNow.has(code), row.count);
      kept.set(code, row);
    }
    for (const [code, row] of extra) if (!kept.has(code)) row.root.remove();
    for (const row of kept.values()) if (!row.root.isConnected || row.root.parentElement !== list) list.append(row.root);
    extra = kept;
    section.root.hidden = listed.length + extra.size === 0;
    section.use(chosenNow.size);
    fold();
  }
  return { ...section, update };
}

function layerSection(self) {
  const { layers } = Atlas.config;
  let shown = new Set();
  const change = (code, checked) => {
    const next = new Set(shown);
    if (checked) next.add(code); else next.delete(code);
    self.wish({ layers: [...next] });
  };
  const rows = layers.map((layer) => choice("layer", { code: layer.id, name: Atlas.text(layer.title),
    swatch: () => Atlas.swatch(layer.id, null, "built", 20) }, change));
  const all = el("button", { type: "button", class: "filters-more", on: {
    click: () => self.wish({ layers: shown.size === layers.length ? [] : layers.map((layer) => layer.id) }) } });
  const section = foldable("layers", Atlas.t("panel.layers"), () => self.wish({ layers: layers.map((layer) => layer.id) }),
    el("div", { class: "choices is-rows", role: "group", "aria-label": Atlas.t("panel.layers") }, rows.map((row) => row.root)), all);
  return {
    ...section,
    update(model) {
      shown = model.layers;
      const { listed } = model.counts("layer");
      rows.forEach((row, at) => row.set(shown.has(row.code), listed[at] ?? 0));
      const on = layers.filter((layer) => shown.has(layer.id)).length;
      all.textContent = Atlas.t(on === layers.length ? "panel.none" : "panel.all");
      section.use(on === layers.length ? 0 : 1, `${on} / ${layers.length}`);
    },
  };
}

function searchSection(self) {
  const field = el("input", { type: "search", class: "filters-find filters-search",
    placeholder: Atlas.t("panel.search"),
    "aria-label": `${Atlas.t("panel.search")}. ${Atlas.t("panel.search_hint")}`,
    title: Atlas.t("panel.search_hint"), autocomplete: "off", maxlength: 200, data: { focus: "search" } });
  let timer = 0;
  const send = () => { clearTimeout(timer); timer = 0; self.wish({ text: field.value }); };
  field.addEventListener("input", (event) => {
    // Between two strokes of an input method there is no word yet.
    if (event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(send, TYPING_MS);
  });
  field.addEventListener("compositionend", send);
  field.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing) send(); });
  return { id: "search", root: el("div", { class: "filters-top" }, Atlas.icon("search"), field),
    update(model) { if (!timer && field.value !== model.text) field.value = model.text; } };
}

function yearSection(self) {
  const t = Atlas.t;
  const [first, last] = [t("panel.from"), t("panel.to")].map((name, at) =>
    el("input", { type: "number", class: "years-number", inputmode: "numeric",
      "aria-label": `${t("panel.years")}: ${name}`, data: { focus: `year-${at}` } }));
  const [low, high] = ["from", "to"].map((name) =>
    el("input", { type: "range", step: 1, "aria-label": `${t("panel.years")}: ${t(`panel.${name}`)}` }));
  const band = el("div", { class: "years-band" });
  const undated = el("input", { type: "checkbox", data: { focus: "undated" } });
  const count = el("span", { class: "choice-count" });
  const section = foldable("years", t("panel.years"), () => self.wish({ years: null, undated: true }),
    el("div", { class: "years-numbers" }, first, el("span", { "aria-hidden": "true" }, "—"), last),
    el("div", { class: "years-slider" }, el("div", { class: "years-track" }, band), low, high),
    el("label", { class: "choice" }, undated, el("span", { class: "choice-words" }, t("panel.undated")), count));
  let model = null, timer = 0, written = null;

  /* The whole span with the undated ones is no condition. */
  const send = (a, b, isUndated) => {
    const [from, to] = a <= b ? [a, b] : [b, a];
    const isAll = isUndated && from <= model.span[0] && to >= model.span[1];
    self.wish({ years: isAll ? null : [from, to], undated: isUndated });
  };
  const later = () => {
    const [a, b] = [Number(low.value), Number(high.value)];
    show(Math.min(a, b), Math.max(a, b));
    clearTimeout(timer);
    timer = setTimeout(() => { timer = 0; send(a, b, undated.checked); }, SLIDING_MS);
  };
  for (const slider of [low, high]) slider.addEventListener("input", later);
  for (const field of [first, last]) {
    // An answer that comes meanwhile leaves alone what the reader is writing.
    field.addEventListener("input", () => { written = field; });
    field.addEventListener("blur", () => { written = null; });
    field.addEventListener("change", () => {
      written = null;
      const [a, b] = [Number(first.value), Number(last.value)];
      if (Number.isInteger(a) && Number.isInteger(b) && a >= 1000 && b >= 1000 && a <= 9999 && b <= 9999) send(a, b, undated.checked);
      else update(model);
    });
  }
  undated.addEventListener("change", () => send(Number(first.value), Number(last.value), undated.checked));

  function show(a, b) {
    if (written !== first) first.value = a;
    if (written !== last) last.value = b;
    const [from, to] = model.span;
    const part = (year) => `${to > from ? (100 * (Math.min(Math.max(year, from), to) - from)) / (to - from) : 0}%`;
    band.style.setProperty("left", part(a));
    band.style.setProperty("right", `calc(100% - ${part(b)})`);
  }
  function update(next) {
    model = next;
    section.root.hidden = !model.span;
    if (!model.span) return;
    const [from, to] = model.years ?? model.span;
    if (!timer) {
      for (const slider of [low, high]) [slider.min, slider.max] = model.span;
      [low.value, high.value] = [from, to];
      show(from, to);
    }
    undated.checked = model.undated;
    const n = model.counts("years").listed[0] ?? 0;
    count.textContent = Atlas.number(n);
    section.use(model.years ? 1 : 0, model.years ? Atlas.years(from, to) : "");
  }
  return { ...section, update };
}

function accuracySection(self) {
  const group = el("div", { class: "choices is-chips", role: "radiogroup", "aria-label": Atlas.t("panel.accuracy_m") });
  const section = foldable("accuracy_m", Atlas.t("panel.accuracy_m"), () => self.wish({ accuracy_m: null }), group);
  let drawn = "";
  return {
    ...section,
    update(model) {
      const values = [null, ...new Set([...ACCURACIES, ...(model.accuracy === null ? [] : [model.accuracy])])]
        .sort((a, b) => (a ?? -1) - (b ?? -1));
      if (drawn !== values.join()) {
        drawn = values.join();
        group.replaceChildren(...values.map((value) => {
          const box = el("input", { type: "radio", name: "accuracy_m", value: value ?? "", data: { focus: `accuracy-${value}` } });
          box.addEventListener("change", () => self.wish({ accuracy_m: value }));
          return el("label", { class: "choice" }, box, el("span", { class: "choice-words" },
            value === null ? Atlas.t("panel.any") : Atlas.t("panel.at_most", { n: Atlas.number(value) })));
        }));
      }
      for (const box of group.querySelectorAll("input")) box.checked = box.value === String(model.accuracy ?? "");
      section.use(model.accuracy === null ? 0 : 1, model.accuracy === null ? "" : `≤ ${Atlas.length(model.accuracy)}`);
    },
  };
}

function switchSection(self) {
  const make = (key, onChange) => {
    const box = el("input", { type: "checkbox", role: "switch", data: { focus: key }, "aria-describedby": `hint-${key}` });
    const count = el("span", { class: "choice-count" });
    box.addEventListener("change", () => onChange(box.checked));
    const root = el("label", { class: "choice is-switch" }, box,
      el("span", { class: "choice-words" }, Atlas.t(`panel.${key}`),
        el("small", { id: `hint-${key}` }, Atlas.t(`panel.${key}_hint`))), count);
    return { box, count, root };
  };
  const past = make("past_window", (checked) => self.wish({ past_window: checked }));
  const documents = make("documents_only", (checked) => self.wish({ outside: !checked }));
  return {
    id: "switches", root: el("div", { class: "filters-switches" }, past.root, documents.root),
    update(model) {
      const n = model.counts("past_window").listed[0] ?? 0;
      past.box.checked = model.isPast === true;
      past.count.textContent = Atlas.number(n);
      past.root.classList.toggle("is-none", n === 0);
      documents.box.checked = model.outside === false;
    },
  };
}

/** Conditions that a link brought and that no part of the panel sets: each told, each to be taken away. */
function otherSection(self) {
  const list = el("div", { class: "choices is-rows" });
  const root = el("section", { class: "filters-others", hidden: true }, el("h3", {}, Atlas.t("panel.more")), list);
  let drawn = "";
  return {
    id: "others", root,
    update({ others }) {
      const key = JSON.stringify(others);
      if (key === drawn) return;
      drawn = key;
      root.hidden = !others.length;
      list.replaceChildren(...others.map(([field, op, values]) => {
        const between = { not_in: `${Atlas.t("panel.not")} `, at_least: `${Atlas.t("panel.least")} ` }[op] ?? "";
        const name = field === "id" ? "id" : Atlas.t(`panel.${field === "layer" ? "layers" : field}`);
        return el("div", { class: "choice" },
          el("span", { class: "choice-words" }, `${name}: ${between}`,
            raw(values.slice(0, 8).join(", ") + (values.length > 8 ? " …" : ""))),
          Atlas.button("close", `${Atlas.t("panel.remove")}: ${name}`, () => self.wish({ drop: [[field, op]] }),
            { class: "page-button page-icon" }));
      }));
    },
  };
}
