/* The choices of an export: what, in which format, in which coordinates, and what else there is to say. */

import { effective, formatOf } from "./export.js";
import { go, queryNow } from "./address_bar.js";

const Atlas = window.Atlas;
const { el, raw } = Atlas;
const BY_DATA = ["gk-auto", "gk-auto-prefix"], BY_CITY = ["gk-by-city", "gk-by-city-prefix"];
const PLAIN = ["EPSG:4490", "EPSG:4326", "EPSG:3857"];
const OTHER = "other";

/** One of several, each with a line that says what it is. */
export function choice(name, { title, value, hint, symbol = null }, onChange) {
  const input = el("input", { type: "radio", name: `export-${name}`, value, data: { focus: `${name}-${value}` }, on: { change: () => onChange(value) } });
  const words = el("span", { class: "export-words" }, el("span", {}, title), hint ? el("small", {}, hint) : null);
  return { root: el("label", { class: "export-choice" }, input, symbol, words), input, words };
}

/** A part of the form with a place for what is wrong with it. */
export function section(name, title, ...inside) {
  const problem = el("div", { class: "export-problem", role: "alert", hidden: true });
  const root = el("section", { class: `export-section is-${name}`, "aria-labelledby": `export-h-${name}` },
    el("h2", { id: `export-h-${name}` }, title), inside, problem);
  return { root, problem };
}

export function makeForm(self) {
  const t = Atlas.t, { data } = self;
  const what = makeWhat(self), format = makeFormat(self), crs = makeCrs(self), how = makeHow(self);
  const root = el("div", { class: "export-form" }, what.root, format.root, crs.root, how.root);
  const problems = { ...what.problems, ...format.problems, ...crs.problems, ...how.problems };

  function update() {
    const all = effective(self), row = formatOf(self);
    for (const part of [what, format, crs, how]) part.update(all, row);
  }

  /** Say beside the choice what is wrong with it, and offer what would do. */
  function refuse(refused) {
    const about = refused ? (Object.hasOwn(problems, refused.about) ? refused.about : "layers") : null;
    for (const [name, box] of Object.entries(problems)) {
      const isHere = name === about;
      box.hidden = !isHere;
      if (!isHere) { box.replaceChildren(); continue; }
      const ways = [];
      const way = (words, values) => ways.push(el("button", { type: "button", class: "page-button export-way", on: { click: () => self.choose(values) } }, words));
      if (refused.instead) way(t("export.use", { name: refused.instead }), { crs: refused.instead });
      if (refused.code === "unencodable") way(t("export.use", { name: "UTF-8" }), { encoding: "utf-8" });
      box.replaceChildren(el("p", {}, raw(Atlas.text(refused.message) || t("export.failed"))), ...ways);
    }
  }

  function tell() {
    what.tell(self.outlook);
    crs.tell(self.outlook);
    refuse(self.refused ?? self.outlook?.refused ?? null);
  }
  return { root, update, tell, data };
}

// ── what ──────────────────────────────────────────────────────────────────────────────────
function makeWhat(self) {
  const t = Atlas.t, { data } = self;
  const sentence = el("p", { class: "export-sentence" });
  const problems = el("ul", { class: "export-unmet", hidden: true });
  const all = effective(self);
  const hints = { view: null, area: t("export.what.area.hint", { n: data.area.length }), place: null };
  const titles = { view: t("export.what.view"), area: t("export.what.area"), place: data.place ? t("export.what.place", { name: Atlas.text(data.place.name) }) : "" };
  const scopes = all.whats.map((value) => choice("what", { title: titles[value], value, hint: hints[value] }, (chosen) => self.choose({ what: chosen })));
  const map = el("a", { class: "page-button export-link", href: `/?${data.query}` }, t("export.to_map"));
  map.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(`/?${queryNow()}`);
  });
  const drawn = data.area.length ? null : el("p", { class: "export-hint" }, t("export.draw"));
  const version = el("select", { class: "export-select", id: "export-version", data: { focus: "version" }, on: { change: ({ target }) => self.choose({ version: target.value === data.version ? null : target.value, layers: null }) } },
    data.versions.map((entry) => el("option", { value: entry.version }, versionName(entry))));
  const layers = makeLayers(self);
  const { root, problem } = section("what", t("export.what"), sentence, problems,
    scopes.length > 1 ? el("div", { class: "export-choices", role: "radiogroup", "aria-labelledby": "export-h-what" }, scopes.map((one) => one.root)) : null,
    el("div", { class: "export-row" }, map, drawn), layers.root,
    el("div", { class: "export-field" }, el("label", { for: "export-version" }, t("export.version")), version));
  const place = el("div", { class: "export-problem", role: "alert", hidden: true });
  root.append(place);

  return {
    root, problems: { layers: problem, area: place, place, version: place },
    update(now) {
      for (const scope of scopes) scope.input.checked = scope.input.value === now.what;
      version.value = now.version;
      layers.update(now);
    },
    tell(outlook) {
      if (!outlook?.sentence) return;
      sentence.replaceChildren(raw(Atlas.text(outlook.sentence)));
      const unmet = outlook.problems ?? [];
      problems.hidden = !unmet.length;
      problems.replaceChildren(...unmet.map((words) => el("li", {}, raw(Atlas.text(words)))));
      layers.tell(outlook);
    },
  };
}

function versionName({ version, at, note, isCurrent }) {
  const parts = [isCurrent ? Atlas.t("export.version.now") : null, at ? at.slice(0, 10) : null, version, note];
  return parts.filter(Boolean).join(" · ");
}

function makeLayers(self) {
  const t = Atlas.t;
  const list = el("div", { class: "export-layers", role: "group", "aria-label": t("export.layers") });
  const count = el("span", { class: "export-soft" });
  const root = el("details", { class: "export-fold" }, el("summary", { data: { focus: "layers" } }, el("span", {}, t("export.layers")), count, Atlas.icon("down")),
    el("div", { class: "export-row" },
      el("button", { type: "button", class: "page-button export-link", on: { click: () => self.choose({ layers: null }) } }, t("export.layers.all")),
      el("button", { type: "button", class: "page-button export-link", on: { click: () => self.choose({ layers: "" }) } }, t("export.layers.none"))), list);
  let boxes = new Map(), drawn = "";

  const known = (outlook) => (Atlas.config.layers ?? []).filter(({ id }) => Object.hasOwn(outlook.layers, id));
  function chosenNow() {
    const { layers } = effective(self);
    return new Set(layers ?? boxes.keys());
  }
  function change() {
    const ids = [...boxes].filter(([, { input }]) => input.checked).map(([id]) => id);
    self.choose({ layers: ids.length === boxes.size ? null : ids.join(",") });
  }
  function paint() {
    const chosen = chosenNow();
    for (const [id, { input }] of boxes) input.checked = chosen.has(id);
    count.textContent = t("export.layers.count", { n: [...boxes.keys()].filter((id) => chosen.has(id)).length, all: boxes.size });
  }
  return {
    root, update: paint,
    tell(outlook) {
      const rows = known(outlook), key = rows.map(({ id }) => id).join();
      if (key !== drawn) {
        drawn = key;
        boxes = new Map(rows.map((layer) => {
          const input = el("input", { type: "checkbox", value: layer.id, data: { focus: `layer-${layer.id}` }, on: { change } });
          const number = el("span", { class: "export-number" });
          const label = el("label", { class: "export-choice" }, input, Atlas.swatch(layer.id, null, "built", 18), el("span", { class: "export-words" }, raw(Atlas.text(layer.title))), number);
          return [layer.id, { input, number, label }];
        }));
        list.replaceChildren(...[...boxes.values()].map(({ label }) => label));
      }
      for (const [id, { number, label }] of boxes) {
        number.textContent = Atlas.number(outlook.layers[id]);
        label.classList.toggle("is-none", !outlook.layers[id]);
      }
      paint();
    },
  };
}

// ── format ────────────────────────────────────────────────────────────────────────────────
function makeFormat(self) {
  const t = Atlas.t, choices = [];
  const groups = Object.entries(self.data.groups).map(([group, rows]) => {
    const made = rows.map((row) => choice("format", { title: Atlas.text(row.title), value: row.id, hint: t(`export.for.${row.id}`) }, (format) => self.choose({ format })));
    choices.push(...made);
    return el("fieldset", { class: "export-group" }, el("legend", {}, t(`export.group.${group}`)), made.map(({ root }) => root));
  });
  const { root, problem } = section("format", t("export.format"), el("div", { class: "export-groups" }, groups));
  return { root, problems: { format: problem, file: problem }, update({ format }) { for (const { input } of choices) input.checked = input.value === format; } };
}

// ── coordinates ───────────────────────────────────────────────────────────────────────────
function makeCrs(self) {
  const t = Atlas.t;
  const option = (value, words) => el("option", { value }, words ?? t(`export.crs.${value}`));
  const byData = BY_DATA.map((value) => option(value));
  const select = el("select", { class: "export-select", "aria-labelledby": "export-h-crs", data: { focus: "crs" }, on: { change: () => { if (select.value !== OTHER) self.choose({ crs: select.value }); else { code.value = ""; other.hidden = false; code.focus(); } } } },
    el("optgroup", { label: t("export.crs.grids") }, byData, BY_CITY.map((value) => option(value))),
    el("optgroup", { label: t("export.crs.others") }, PLAIN.map((value) => option(value)), option(OTHER)));
  const code = el("input", { type: "text", class: "export-text", id: "export-code", inputmode: "numeric", autocomplete: "off", spellcheck: "false", placeholder: "EPSG:4547", data: { focus: "code" } });
  const take = () => { const text = code.value.trim(); if (text) self.choose({ crs: /^\d+$/.test(text) ? `EPSG:${text}` : text }); };
  code.addEventListener("change", take);
  const other = el("div", { class: "export-field", hidden: true }, el("label", { for: "export-code" }, t("export.crs.code")), code);
  const only = el("p", { class: "export-hint" }, t("export.crs.only"));
  const said = el("div", { class: "export-hint", "aria-live": "polite" });
  const { root, problem } = section("crs", t("export.crs"), select, other, only, said);
  const listed = [...BY_DATA, ...BY_CITY, ...PLAIN];
  return {
    root, problems: { crs: problem },
    update({ crs }, row) {
      select.hidden = !row.isAnywhere;
      only.hidden = row.isAnywhere;
      const isListed = listed.includes(crs);
      other.hidden = !row.isAnywhere || isListed;
      if (!isListed && document.activeElement !== code) code.value = crs;
      select.value = isListed ? crs : OTHER;
    },
    tell(outlook) {
      const grids = outlook?.grids ?? [];
      byData.forEach((one, n) => { one.textContent = t(`export.crs.${BY_DATA[n]}`) + (grids[n] ? `: ${grids[n].id}` : ""); });
      const shares = outlook?.crs ?? [];
      said.replaceChildren(...shares.map((share) => el("p", {},
        share.city ? [el("strong", {}, raw(Atlas.text(share.city))), " "] : null,
        raw(`${share.id} · ${Atlas.text(share.name)}`), ...shareWords(share, shares.length > 1))));
    },
  };
}

function shareWords({ features, beyond }, isOneOfMany) {
  const parts = [isOneOfMany ? Atlas.t("export.places", { n: Atlas.number(features) }) : "", beyond ? Atlas.t("export.crs.beyond", { n: Atlas.number(beyond) }) : ""];
  return parts.filter(Boolean).map((words) => el("span", { class: "export-aside" }, words));
}

// ── how ───────────────────────────────────────────────────────────────────────────────────
function makeHow(self) {
  const t = Atlas.t, { data } = self;
  const encodings = new Map(["utf-8", "utf-8-bom", "gbk"].map((value) => [value, choice("encoding", { title: t(`export.encoding.${value}`), value, hint: t(`export.encoding.${value}.hint`) }, (encoding) => self.choose({ encoding }))]));
  const names = new Map(["zh", "en", "short", "short-zh"].map((value) => [value, choice("names", { title: t(`export.names.${value}`), value, hint: t(`export.names.${value}.hint`) }, (name) => self.choose({ names: name }))]));
  const languages = new Map(["zh", "en"].map((value) => [value, choice("language", { title: t(`export.language.${value}`), value }, (lang) => self.choose({ lang }))]));
  const shifted = new Map(data.datums.map((value) => {
    const input = el("input", { type: "checkbox", value, data: { focus: `shifted-${value}` }, on: { change: () => self.choose({ shifted: [...shifted.values()].filter((one) => one.input.checked).map((one) => one.input.value).join(",") || null }) } });
    return [value, { input, root: el("label", { class: "export-choice" }, input, el("span", { class: "export-words" }, el("span", {}, t(`export.shifted.${value}`)), el("small", {}, t(`export.shifted.${value}.hint`)))) }];
  }));
  const group = (name, ...rows) => el("fieldset", { class: "export-group" }, el("legend", {}, t(`export.${name}`)), rows);
  const problem = el("div", { class: "export-problem", role: "alert", hidden: true });
  const encoding = group("encoding", [...encodings.values()].map(({ root }) => root), problem);
  const more = group("shifted", [...shifted.values()].map(({ root }) => root));
  const made = section("how", t("export.how"), el("div", { class: "export-groups" }, encoding,
    group("names", [...names.values()].map(({ root }) => root)), group("language", [...languages.values()].map(({ root }) => root)), more));
  return {
    root: made.root, problems: { encoding: problem, names: made.problem, shifted: made.problem },
    update(all, row) {
      encoding.hidden = row.encodings.length < 2;
      for (const [value, { root, input }] of encodings) { root.hidden = !row.encodings.includes(value); input.checked = value === all.encoding; }
      for (const [value, { root, input }] of names) { root.hidden = row.isShort && !value.startsWith("short"); input.checked = value === all.names; }
      for (const [value, { input }] of languages) input.checked = value === all.language;
      more.hidden = !row.hasColumns;
      for (const [value, { input }] of shifted) input.checked = all.shifted.includes(value);
    },
  };
}
