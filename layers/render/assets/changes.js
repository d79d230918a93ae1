/* The history of the data and what differs between two versions of it: a Streamlit component that fetches
 * each comparison itself. Which versions are compared stands behind the # of the address. */

import "./core.js";
import "./dom.js";
import "./columns.js";
import "./symbols.js";
import { changeList, filled, link, problem, soft } from "./change_list.js";
import { configOf } from "./panel.js";

const Atlas = window.Atlas;
const { el, raw } = Atlas;
const SELF = Symbol.for("corridor-changes");
const AGAIN_MS = 2000, PATIENCE_MS = 150;
const SIDES = ["old", "now"];
const LABELS = { old: "history.from", now: "history.to" };

const styled = () => new Promise((resolve) => {
  const href = new URL("./changes.css", import.meta.url).href;
  const known = [...document.head.querySelectorAll("link")].find((one) => one.href === href);
  if (known?.sheet) { resolve(); return; }
  const sheet = known ?? el("link", { rel: "stylesheet", href });
  for (const event of ["load", "error"]) sheet.addEventListener(event, resolve, { once: true });
  if (!known) document.head.append(sheet);
});

const json = async (path) => {
  const answer = await fetch(new URL(path, location.origin));
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
};

const fetched = new Map();
/** What differs between two versions; asked for once. */
const comparison = (self, { old, now }) => {
  const path = filled(self.data.places, { old, new: now });
  if (!fetched.has(path)) {
    const wanted = json(path);
    fetched.set(path, wanted);
    wanted.catch(() => fetched.delete(path));
  }
  return fetched.get(path);
};

// ── which versions ────────────────────────────────────────────────────────────────────────
/** What stands in the address behind the #. */
const asked = () => {
  const said = new URLSearchParams(location.hash.slice(1));
  return { old: said.get("from") ?? "", now: said.get("to") ?? "" };
};

/** Write it there, as a step of the browser's history or over the last one. */
const write = ({ old, now }, { isStep = false } = {}) => {
  const hash = `#from=${encodeURIComponent(old)}&to=${encodeURIComponent(now)}`;
  if (hash === location.hash) return;
  const path = `${location.pathname}${location.search}${hash}`;
  if (isStep) history.pushState({}, "", path);
  else history.replaceState(history.state, "", path);
};

/** The versions as a reader meets them, the newest first; data that are not published stand on top. */
function entriesOf({ versions, current, layers }) {
  const isPublished = versions.some(({ version }) => version === current);
  return isPublished ? versions : [{ version: current, at: null, note: "", layers }, ...versions];
}

/** What is asked for, and where that is nothing the newest version with the one before it. */
function known(self, chosen) {
  const versions = [...new Set(self.entries.map(({ version }) => version))];
  const now = chosen.now || versions[0];
  const before = versions[versions.indexOf(now) + 1] ?? "";
  return { old: chosen.old || before, now };
}

const placeOf = (self, version) => self.entries.findIndex((entry) => entry.version === version);

/** Choose one side of the comparison; the older version is always the one compared from. */
function choose(self, change) {
  let next = { ...self.chosen, ...change };
  const [old, now] = [placeOf(self, next.old), placeOf(self, next.now)];
  if (old >= 0 && now >= 0 && old < now) next = { old: next.now, now: next.old };
  self.chosen = next;
  write(next, { isStep: true });
  mark(self);
  show(self);
}

// ── the history ───────────────────────────────────────────────────────────────────────────
const day = (at) => at.slice(0, 10);
const moment = (at) => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;

/** The name of a version: its day, with the time where another one is of that day too. */
const nameOf = (self, { at }) => {
  if (!at) return Atlas.t("history.current");
  const sameDay = self.entries.filter((row) => row.at && day(row.at) === day(at));
  return sameDay.length > 1 ? moment(at) : day(at);
};

function rowOf(self, entry, at) {
  const t = Atlas.t, { version } = entry;
  const words = nameOf(self, entry);
  const name = entry.at ? el("time", { datetime: entry.at, title: moment(entry.at) }, words) : words;
  const choice = (side) => {
    const box = el("input", {
      type: "radio", name: `changes-${side}`, value: version, data: { focus: `${side}-${at}` },
      "aria-label": `${t(LABELS[side])}: ${words}`, on: { change: () => choose(self, { [side]: version }) },
    });
    return el("label", { class: "changes-choice" }, box);
  };
  const state = !entry.at ? "history.unpublished" : version === self.data.current ? "history.served" : null;
  const counts = el("p", { class: "changes-counts" }, layersOf(entry));
  const before = self.entries.slice(at + 1).find((row) => row.version !== version)?.version ?? "";
  const head = el("p", {}, el("strong", {}, name), el("code", {}, version),
    state ? el("span", { class: "changes-badge" }, t(state)) : null);
  const note = entry.note ? el("p", { class: "changes-note" }, raw(entry.note)) : null;
  const row = el("li", { class: "changes-version", data: { version } },
    SIDES.map(choice), el("div", { class: "changes-entry" }, head, note, counts));
  return { row, counts, entry, before };
}

const layersOf = ({ layers }) => Atlas.t("history.layers", { n: Atlas.number(layers) });

/** How many places a version has, and how many differ from the one before: asked for when first seen. */
async function count(self, { counts, entry, before }) {
  const t = Atlas.t;
  let said = null;
  const pair = { old: before || entry.version, now: entry.version };
  try { said = await comparison(self, pair); } catch { return; }
  const pause = t("list.pause"), n = said.places.length;
  const differ = () => link(t("history.changes", { n: Atlas.number(n) }),
    () => choose(self, pair));
  counts.replaceChildren(
    t("history.places", { n: Atlas.number(said.total.new) }), pause, layersOf(entry), pause,
    !before ? t("history.first") : n ? differ() : t("history.same"));
}

function mark(self) {
  for (const { row, entry } of self.rows) {
    const sides = SIDES.filter((side) => self.chosen[side] === entry.version);
    row.dataset.side = sides.at(-1) ?? "";
    for (const side of SIDES) row.querySelector(`[name="changes-${side}"]`).checked = sides.includes(side);
  }
}

// ── what differs ──────────────────────────────────────────────────────────────────────────
/** Why two versions are not compared; null where they are. */
function reasonOf(self, { old, now }) {
  const t = Atlas.t;
  const unknown = [old, now].find((version) => version && placeOf(self, version) < 0);
  if (unknown) return problem(t("history.unknown", { version: unknown }));
  if (!old) return soft(t(self.data.versions.length ? "history.one" : "history.none_published"));
  return old === now ? soft(t("history.equal")) : null;
}

async function show(self) {
  const t = Atlas.t, { chosen, body } = self, turn = ++self.showing;
  const names = SIDES.map((side) => self.entries[placeOf(self, chosen[side])]);
  const title = names.every(Boolean)
    ? el("h2", {}, nameOf(self, names[0]), " → ", nameOf(self, names[1]))
    : el("h2", {}, t("history.differences"));
  const reason = reasonOf(self, chosen);
  if (reason) { body.replaceChildren(title, reason); return; }
  const wait = () => { if (turn === self.showing) body.replaceChildren(title, soft(t("bar.loading"))); };
  const waiting = setTimeout(wait, PATIENCE_MS);
  let said = null;
  try { said = await comparison(self, chosen); } catch { /* Told below. */ }
  clearTimeout(waiting);
  if (turn !== self.showing) return;
  body.replaceChildren(title, ...(said ? changeList(self.data, chosen, said) : [failed(self)]));
  if (said) Atlas.announce(t("history.changes", { n: Atlas.number(said.places.length) }));
}

const failed = (self) => {
  const again = { type: "button", class: "page-button is-main", on: { click: () => show(self) } };
  return problem(Atlas.t("history.failed"), " ", el("button", again, Atlas.t("documents.again")));
};

// ── the page ──────────────────────────────────────────────────────────────────────────────
function build(self) {
  const t = Atlas.t;
  const focused = self.host.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  self.rows = self.entries.map((entry, at) => rowOf(self, entry, at));
  self.body = el("section", { class: "changes-body", "aria-label": t("history.differences") });
  const list = el("ol", { class: "changes-list" }, self.rows.map(({ row }) => row));
  const how = self.data.versions.length ? null
    : soft(t("history.how"), " ", el("code", {}, "corridor publish --note \"…\""));
  const heads = SIDES.map((side) => el("span", {}, t(LABELS[side])));
  self.host.replaceChildren(el("div", { class: "changes-page" },
    el("header", { class: "changes-lead" }, el("h1", {}, t("history.title")), el("p", {}, t("history.lead"))),
    el("section", { class: "changes-history", "aria-label": t("history.versions") },
      el("div", { class: "changes-head" }, heads, el("h2", {}, t("history.versions"))), list, how),
    self.body));
  watch(self);
  mark(self);
  const again = focused && self.host.querySelector(`[data-focus="${CSS.escape(focused)}"]`);
  again?.focus({ preventScroll: true });
}

/** Count what a row says of its version once the row is seen. */
function watch(self) {
  self.seen?.disconnect();
  self.seen = new IntersectionObserver((seen) => {
    for (const { target } of seen.filter(({ isIntersecting }) => isIntersecting)) {
      self.seen.unobserve(target);
      count(self, self.rows.find(({ row }) => row === target));
    }
  });
  for (const { row } of self.rows) self.seen.observe(row);
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
  if (Atlas.state.language !== data.language) Atlas.setLanguage(data.language, { origin: "app" });
  self.entries = entriesOf(data);
  self.chosen = known(self, self.chosen ?? asked());
  const key = JSON.stringify([data.language, data.versions, data.current, data.basemap]);
  if (key !== self.drawn) {
    self.drawn = key;
    build(self);
    show(self);
  }
  // What is compared stays so when newer versions are published; Streamlit writes the address without the #.
  if (self.chosen.old) write(self.chosen);
}

function mount(host) {
  const { pathname } = location;
  const self = { host, data: null, entries: [], chosen: null, rows: [], body: null, drawn: "", offs: [] };
  Object.assign(self, { turn: 0, showing: 0, seen: null });
  const moved = () => {
    if (location.pathname !== pathname || !self.body) return;
    self.chosen = known(self, asked());
    mark(self);
    show(self);
  };
  for (const event of ["popstate", "hashchange"]) {
    addEventListener(event, moved);
    self.offs.push(() => removeEventListener(event, moved));
  }
  self.offs.push(Atlas.on("theme", () => { if (self.body) { build(self); show(self); } }));
  return self;
}

function unmount(self) {
  for (const off of self.offs) off();
  self.seen?.disconnect();
  self.turn++;
  self.showing++;
  self.host.replaceChildren();
  delete self.host[SELF];
}

/**
 * Called by Streamlit on each rerun with the same parent element.
 * `data`: {config, language, basemap, current, layers, versions: [{version, at, note, layers}]} and paths
 * with gaps: `places`, `files` by extension, `place`
 * @returns {() => void} takes everything away again
 */
export default function changes(component) {
  const { parentElement, data } = component;
  const host = parentElement.querySelector(".changes-host") ?? parentElement;
  const self = (host[SELF] ??= mount(host));
  take(self, data);
  return () => unmount(self);
}
