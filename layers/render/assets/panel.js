/* The bar and the filter panel around the framed map: a Streamlit component that gets numbers and says wishes.
 * It draws with the map's own helpers, so a layer's symbol here is the one on the map. */

import "./core.js";
import "./dom.js";
import "./columns.js";
import "./symbols.js";
import { queryNow, write } from "./address_bar.js";
import { makeBar } from "./bar.js";
import { makeChoices } from "./choices.js";
import { isForetold, LISTED } from "./foretell.js";

const Atlas = window.Atlas;
const SELF = Symbol.for("corridor-panel");
const root = document.documentElement;
// Where browser and server are one machine, each would wait for the other: the map is painted first.
const MAP_FIRST_MS = 50;
const WRITING_MS = 150, AGAIN_MS = 1500, LATE_MS = 4000, LATEST_MS = 20_000;

const configs = new Map();
/** The config that the framed map is told too: one fetch for both, kept for ever under its address. */
export const configOf = (url) => {
  if (!configs.has(url)) {
    const wanted = fetch(new URL(url, location.origin)).then((answer) =>
      (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))));
    configs.set(url, wanted);
    wanted.catch(() => configs.delete(url));
  }
  return configs.get(url);
};

function mount(host) {
  // Numbers rise over page switches too, so that the server knows a wish that it has met.
  const self = { host, component: null, data: null, drawn: "", parts: null, pending: {}, n: Date.now(), turn: 0 };
  Object.assign(self, { afterwards: null, pathname: location.pathname, write: () => {}, offs: [] });
  self.wish = (set) => wish(self, set);
  self.settled = (then) => { self.afterwards = then; settle(self); };
  self.offs.push(Atlas.on("theme", () => { self.drawn = ""; if (self.data) draw(self); }));
  // A step in the history takes back what was asked before it. Streamlit tells the server, if it can reach it.
  const stepped = () => {
    self.pending = {};
    announce(self);
    clearTimeout(self.waiting);
    clearTimeout(self.writing);
    const open = () => { if (self.pathname === location.pathname) self.wish({ open: queryNow() }); };
    self.waiting = setTimeout(open, LATE_MS);
  };
  addEventListener("popstate", stepped);
  self.offs.push(() => removeEventListener("popstate", stepped));
  self.resized = new ResizeObserver(([entry]) => {
    root.style.setProperty("--page-top", `${Math.ceil(entry.target.getBoundingClientRect().height)}px`);
  });
  return self;
}

/** Take up what the reader wants. What is not yet answered is said again with it: a lost run loses no wish. */
function wish(self, set) {
  if (set.reset) self.pending = {};
  Object.assign(self.pending, set);
  announce(self);
  clearTimeout(self.waiting);
  if (isForetold(self.pending)) self.waiting = setTimeout(() => say(self, LATE_MS), MAP_FIRST_MS);
  else say(self, LATE_MS);
  if (self.parts) update(self);
}

/** Number the wish, and let the map know: what it can work out by itself it shows now. */
function announce(self) {
  self.n += 1;
  // A view that cannot be read shows nothing, whatever is asked of it.
  Atlas.wishes = { n: self.n, set: self.data?.unreadable ? {} : { ...self.pending } };
  Atlas.emit("wishes");
}

/** Say it, and again after a while, until it is answered: without a connection it reaches nobody. */
function say(self, patience) {
  self.component.setStateValue("change", { n: self.n, session: Atlas.session, set: { ...self.pending } });
  self.waiting = setTimeout(() => {
    self.parts?.bar.late(true);
    announce(self);
    say(self, Math.min(2 * patience, LATEST_MS));
  }, patience);
}

/** Do what needs the whole view in the address: once all wishes are met and it is written. */
function settle(self) {
  if (!self.afterwards || Object.keys(self.pending).length) return;
  const then = self.afterwards;
  self.afterwards = null;
  self.write();
  then();
}

/** The reader's view: what the server says, under what has been asked of it and not yet answered. */
function modelOf({ data, pending }) {
  const rows = data.rows ?? [];
  const asked = (field, op = "in") => rows.find(([name, operator]) => name === field && operator === op)?.[2] ?? [];
  const own = (key, value) => (Object.hasOwn(pending, key) ? pending[key] : value);
  return {
    layers: new Set(own("layers", layersOf(data))),
    chosen: (field) => new Set(own(field, asked(field))),
    years: own("years", data.years ?? null),
    undated: own("undated", data.undated ?? true),
    text: own("text", data.text ?? ""),
    outside: own("outside", data.outside ?? true),
    accuracy: own("accuracy_m", asked("accuracy_m", "at_most")[0] ?? null),
    isPast: own("past_window", asked("past_window").length === 1 && asked("past_window")[0] === true),
    others: rows.filter(([field, op, values]) => !isOnPanel(field, op, values)),
    counts: (field) => ({ listed: (data.counts?.[field] ?? "").split(",").map(Number), unlisted: data.others?.[field] ?? {} }),
    span: data.span ?? null,
    totals: data.totals ?? null,
    sentence: data.sentence ?? "",
    problems: data.problems ?? [],
  };
}

const layersOf = (data) => (Atlas.config?.layers ?? []).map((layer) => layer.id).filter((id) => !(data.hidden ?? []).includes(id));

const isOnPanel = (field, op, values) =>
  (op === "in" && LISTED.has(field)) || (op === "at_most" && field === "accuracy_m") ||
  (op === "in" && field === "past_window" && values.length === 1 && values[0] === true);

/** How many conditions narrow the view. */
function activeOf(model) {
  const fields = [...LISTED].filter((field) => model.chosen(field).size).length;
  const hidden = (Atlas.config?.layers ?? []).some((layer) => !model.layers.has(layer.id));
  return fields + hidden + (model.years !== null) + (model.text.trim() !== "") + (model.outside === false) +
    (model.accuracy !== null) + (model.isPast === true) + model.others.length;
}

async function take(self, data) {
  const turn = ++self.turn;
  const isOther = (Atlas.session ??= data.session) !== data.session;
  Atlas.session = data.session;
  if (data.ack >= self.n) self.pending = {};
  if (!Object.keys(self.pending).length) {
    clearTimeout(self.waiting);
    self.parts?.bar.late(false);
  }
  // A server that was started anew knows neither this session nor where the reader has been since.
  if (isOther) wish(self, { open: queryNow() });
  const { search } = location;
  self.data = { ...data, query: isOther ? queryNow() : data.query ?? queryNow() };
  let config = null;
  try { config = await configOf(data.config); } catch {
    // Without it there are no words to say so in: ask again until the server answers.
    setTimeout(() => { if (turn === self.turn) take(self, data); }, AGAIN_MS);
    return;
  }
  if (turn !== self.turn) return;
  if (Atlas.config !== config) { Atlas.config = config; self.drawn = ""; }
  if (Atlas.state.language !== data.language) { Atlas.setLanguage(data.language, { origin: "app" }); }
  document.title = Atlas.text(config.product?.name) || document.title;
  root.lang = data.language === "zh" ? "zh-CN" : "en";
  if (!Object.hasOwn(self.pending, "theme")) Atlas.setTheme(data.theme);
  else if (!root.dataset.theme) Atlas.setTheme(self.pending.theme);
  draw(self);
  // After the map has been told: the address bar can wait. An address that has come meanwhile, from the next
  // answer or from a step back, is newer than this one.
  clearTimeout(self.writing);
  self.write = () => {
    clearTimeout(self.writing);
    self.write = () => {};
    if (location.search === search) write(self.data.query);
  };
  self.writing = setTimeout(() => self.write(), WRITING_MS);
  settle(self);
}

/** Build everything when page, language, colours or data version are others; otherwise only fill in what changed. */
function draw(self) {
  const { data } = self;
  const key = JSON.stringify([data.page, data.language, data.config, Atlas.state.scheme]);
  if (key !== self.drawn) {
    const focused = document.activeElement?.dataset?.focus;
    const scrolled = self.parts?.choices?.body.scrollTop ?? 0;
    const opened = self.parts?.choices?.opened() ?? null;
    self.drawn = key;
    const bar = makeBar(self);
    const choices = data.page === "map" ? makeChoices(self, opened) : null;
    self.parts = { bar, choices };
    self.host.replaceChildren(bar.root, ...(choices ? [choices.root, choices.shade] : []));
    self.resized.disconnect();
    self.resized.observe(bar.root);
    update(self);
    if (choices) choices.body.scrollTop = scrolled;
    if (focused) self.host.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
  } else update(self);
}

function update(self) {
  const model = modelOf(self);
  const active = activeOf(model);
  self.parts.bar.update(model, active);
  self.parts.choices?.update(model, active);
}

function unmount(self) {
  for (const off of self.offs) off();
  self.parts?.bar.gone();
  self.turn++;
  clearTimeout(self.writing);
  clearTimeout(self.waiting);
  self.resized.disconnect();
  self.host.replaceChildren();
  delete self.host[SELF];
}

/**
 * Called by Streamlit on each rerun with the same parent element.
 * `data`: {config, page, session, ack, language, theme, query, …} and on the map's page the view in numbers.
 * @returns {() => void} takes everything away again
 */
export default function panel(component) {
  const { parentElement, data } = component;
  const host = parentElement.querySelector(".panel-host") ?? parentElement;
  const self = (host[SELF] ??= mount(host));
  self.component = component;
  take(self, data);
  return () => unmount(self);
}
