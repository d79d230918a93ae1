/* What the reader sees, to take away: the choices of an export and of a print. A Streamlit component that asks
 * the server what each choice would come to; what is chosen stands behind the # of the address. */

import "./core.js";
import "./dom.js";
import "./columns.js";
import "./symbols.js";
import { changed } from "./address_bar.js";
import { makeForm } from "./export_form.js";
import { makeJob } from "./export_job.js";
import { makePrint } from "./export_print.js";
import { configOf } from "./panel.js";

const Atlas = window.Atlas;
const { el } = Atlas;
const SELF = Symbol.for("corridor-export");
const AGAIN_MS = 2000, ASKING_MS = 120;
// What may stand behind the #; `what` is `view`, `area` or `place`.
const CHOICES = ["tab", "what", "format", "crs", "encoding", "names", "shifted", "layers", "version", "lang",
  "kind", "form", "paper", "orient", "fit"];
const TABS = ["file", "print"];

const styled = () => new Promise((resolve) => {
  const href = new URL("./export.css", import.meta.url).href;
  const known = [...document.head.querySelectorAll("link")].find((one) => one.href === href);
  if (known?.sheet) { resolve(); return; }
  const sheet = known ?? el("link", { rel: "stylesheet", href });
  for (const event of ["load", "error"]) sheet.addEventListener(event, resolve, { once: true });
  if (!known) document.head.append(sheet);
});

// ── what is chosen ────────────────────────────────────────────────────────────────────────
/** What stands behind the # of the address. A place alone, as links from its page have it, is what is meant. */
function asked() {
  const said = new URLSearchParams(location.hash.slice(1));
  const chosen = Object.fromEntries(CHOICES.filter((key) => said.has(key)).map((key) => [key, said.get(key)]));
  return said.has("place") && !chosen.what ? { ...chosen, what: "place" } : chosen;
}

function write(self) {
  const said = new URLSearchParams(Object.entries(self.chosen).filter(([, value]) => value !== undefined && value !== null));
  const hash = said.size ? `#${said}` : "";
  if (hash === location.hash) return;
  try { history.replaceState(history.state, "", `${location.pathname}${location.search}${hash}`); } catch { /* Too many at once. */ }
}

const rowsOf = (self) => Object.values(self.data.groups).flat();
/** The format that is chosen, with what it can hold. */
export const formatOf = (self) => rowsOf(self).find(({ id }) => id === self.chosen.format) ?? rowsOf(self)[0];

/** All choices as they count: what a format does not have is its first way, what is not chosen the usual one. */
export function effective(self) {
  const { chosen, data } = self, row = formatOf(self);
  const oneOf = (value, known) => (known.includes(value) ? value : known[0]);
  const whats = ["view", data.area.length ? "area" : null, data.place ? "place" : null].filter(Boolean);
  // An area is drawn to take what is in it.
  const usual = data.area.length && !chosen.what ? "area" : chosen.what;
  return {
    what: oneOf(usual, whats), whats, format: row.id,
    crs: row.isAnywhere ? chosen.crs ?? (row.isInMetres ? "gk-auto" : "EPSG:4490") : "EPSG:4326",
    encoding: oneOf(chosen.encoding, row.encodings),
    names: oneOf(chosen.names, row.isShort ? ["short", "short-zh"] : [data.language, ...["zh", "en", "short", "short-zh"].filter((name) => name !== data.language)]),
    shifted: row.hasColumns ? data.datums.filter((name) => (chosen.shifted ?? "").split(",").includes(name)) : [],
    layers: chosen.layers === undefined ? null : chosen.layers.split(",").filter(Boolean),
    version: data.versions.some(({ version }) => version === chosen.version) ? chosen.version : data.version,
    language: oneOf(chosen.lang, [data.language, data.language === "zh" ? "en" : "zh"]),
  };
}

const rounded = (number) => String(Number(number.toFixed(6)));

/** The query of the export: how it is to be written, then the view. */
export function queryOf(self) {
  const { data } = self, all = effective(self);
  const own = {
    format: all.format, crs: all.crs === "EPSG:4326" ? null : all.crs,
    encoding: all.encoding === formatOf(self).encodings[0] ? null : all.encoding,
    names: all.names === "en" ? null : all.names, shifted: all.shifted.join(",") || null,
    layers: all.layers?.join(",") ?? null,
    area: all.what === "area" ? data.area.flat().map(rounded).join(",") : null,
    place: all.what === "place" ? data.place.id : null,
    version: all.version === data.version ? null : all.version,
  };
  return `${changed("", own)}&${changed(data.query, { lang: all.language })}`;
}

/** Choose something; null takes a choice back. */
function choose(self, values) {
  for (const [key, value] of Object.entries(values)) {
    if (value === null) delete self.chosen[key]; else self.chosen[key] = value;
  }
  write(self);
  update(self);
}

// ── what it would come to ─────────────────────────────────────────────────────────────────
function ask(self) {
  const query = queryOf(self);
  if (query === self.query && self.outlook) return;
  self.query = query;
  clearTimeout(self.asking);
  const turn = ++self.turnOfOutlook;
  self.asking = setTimeout(async () => {
    let said = null;
    try {
      const answer = await fetch(`${self.data.outlook}?${query}`);
      said = answer.ok ? await answer.json() : null;
    } catch { /* Told below. */ }
    if (turn !== self.turnOfOutlook) return;
    self.outlook = said;
    self.isUnreached = said === null;
    if (said === null) setTimeout(() => { if (turn === self.turnOfOutlook) { self.query = null; ask(self); } }, AGAIN_MS);
    tell(self);
  }, self.outlook ? ASKING_MS : 0);
}

function tell(self) {
  self.parts?.form.tell();
  self.parts?.job.tell();
}

function update(self) {
  const tab = TABS.includes(self.chosen.tab) ? self.chosen.tab : TABS[0];
  for (const name of TABS) {
    const isOpen = name === tab;
    self.parts.tabs[name].setAttribute("aria-selected", String(isOpen));
    self.parts.tabs[name].tabIndex = isOpen ? 0 : -1;
    self.parts.panels[name].hidden = !isOpen;
  }
  self.parts.form.update();
  self.parts.print.update();
  ask(self);
  tell(self);
}

// ── the page ──────────────────────────────────────────────────────────────────────────────
function tabsOf(self) {
  const move = (event, name) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = TABS[(TABS.indexOf(name) + step + TABS.length) % TABS.length];
    choose(self, { tab: next });
    self.parts.tabs[next].focus();
  };
  return Object.fromEntries(TABS.map((name) => [name, el("button", {
    type: "button", role: "tab", class: "export-tab", id: `export-tab-${name}`, "aria-controls": `export-${name}`,
    data: { focus: `tab-${name}` }, on: { click: () => choose(self, { tab: name }), keydown: (event) => move(event, name) },
  }, Atlas.t(`export.tab.${name}`))]));
}

function build(self) {
  const t = Atlas.t;
  const focused = self.host.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  const scrolled = self.host.scrollTop;
  self.parts?.job.gone();
  const form = makeForm(self), job = makeJob(self), print = makePrint(self), tabs = tabsOf(self);
  const panel = (name, ...inside) => el("div", {
    role: "tabpanel", id: `export-${name}`, class: `export-panel is-${name}`, "aria-labelledby": `export-tab-${name}`,
  }, inside);
  const panels = { file: panel("file", form.root, job.root), print: panel("print", print.root) };
  self.parts = { form, job, print, tabs, panels };
  self.host.replaceChildren(el("main", { class: "export-page" },
    el("header", { class: "export-lead" }, el("h1", {}, t("export.title")), el("p", {}, t("export.lead"))),
    el("div", { role: "tablist", class: "export-tabs", "aria-label": t("export.title") }, Object.values(tabs)),
    Object.values(panels)));
  update(self);
  self.host.scrollTop = scrolled;
  if (focused) self.host.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

async function take(self, data) {
  self.data = data;
  const turn = ++self.turn;
  let config = null;
  try { [config] = await Promise.all([configOf(data.config), styled()]); } catch {
    // Without the config there are no words to say it in.
    setTimeout(() => { if (turn === self.turn) take(self, data); }, AGAIN_MS);
    return;
  }
  if (turn !== self.turn) return;
  Atlas.config ??= config;
  // The words of this page are sent with it: nobody else needs them.
  Object.assign(Atlas.config.words[data.language], data.words);
  if (Atlas.state.language !== data.language) Atlas.setLanguage(data.language, { origin: "app" });
  self.chosen ??= asked();
  const { words: _, ...rest } = data, key = JSON.stringify(rest);
  if (key !== self.drawn) {
    self.drawn = key;
    self.query = null;
    build(self);
  }
  write(self);
}

function mount(host) {
  const self = { host, data: null, chosen: null, parts: null, drawn: "", query: null, outlook: null, isUnreached: false };
  Object.assign(self, { turn: 0, turnOfOutlook: 0, asking: 0, offs: [] });
  self.choose = (values) => choose(self, values);
  self.redraw = () => tell(self);
  const { pathname } = location;
  const moved = () => {
    if (location.pathname !== pathname || !self.parts) return;
    self.chosen = asked();
    update(self);
  };
  addEventListener("hashchange", moved);
  self.offs.push(() => removeEventListener("hashchange", moved));
  self.offs.push(Atlas.on("theme", () => { if (self.parts) build(self); }));
  return self;
}

function unmount(self) {
  for (const off of self.offs) off();
  self.parts?.job.gone();
  clearTimeout(self.asking);
  self.turn++;
  self.turnOfOutlook++;
  self.host.replaceChildren();
  delete self.host[SELF];
}

/**
 * Called by Streamlit on each rerun with the same parent element.
 * `data`: {config, language, words, query, version, versions, place, area, groups, datums, outlook, jobs, print}
 * @returns {() => void} takes everything away again
 */
export default function exporting(component) {
  const { parentElement, data } = component;
  const host = parentElement.querySelector(".export-host") ?? parentElement;
  const self = (host[SELF] ??= mount(host));
  take(self, data);
  return () => unmount(self);
}
