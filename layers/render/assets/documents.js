/* The documents beside a map: a Streamlit component that fetches the texts itself and holds the framed map. What the
 * reader chooses stays here and behind the # of the address: nothing is sent to the server, the map follows at once. */

import "./core.js";
import "./dom.js";
import "./columns.js";
import "./symbols.js";
import { configOf } from "./panel.js";
import { makeBeside } from "./document_beside.js";
import { makeMap } from "./document_map.js";
import { makeOutline } from "./document_outline.js";
import { makeText } from "./document_text.js";

const Atlas = window.Atlas;
const { el } = Atlas;
const SELF = Symbol.for("corridor-documents");
const AGAIN_MS = 2000;
const NARROW = matchMedia("(max-width: 699.98px)");

/** What stands in the address behind the #; all that is chosen on this page. */
const asked = () => {
  const said = new URLSearchParams(location.hash.slice(1));
  const number = (key) => Math.max(0, Number.parseInt(said.get(key) ?? "", 10) || 0);
  return {
    doc: said.get("doc") ?? "", part: number("part"), line: number("line"), place: said.get("place") ?? "",
    mode: said.get("mode") === "coverage" ? "coverage" : "read", text: said.get("text") === "plain" ? "plain" : "printed",
  };
};
const USUAL = { doc: "", part: 0, line: 0, place: "", mode: "read", text: "printed" };

/** The address of something on this page, as a link needs it. */
const addressOf = (chosen) => {
  const said = new URLSearchParams();
  for (const [key, usual] of Object.entries(USUAL)) if (chosen[key] !== usual) said.set(key, chosen[key]);
  return `#${said}`;
};

const styled = () => new Promise((resolve) => {
  const href = new URL("./documents.css", import.meta.url).href;
  const known = [...document.head.querySelectorAll("link")].find((link) => link.href === href);
  if (known?.sheet) { resolve(); return; }
  const link = known ?? el("link", { rel: "stylesheet", href });
  link.addEventListener("load", resolve, { once: true });
  link.addEventListener("error", resolve, { once: true });
  if (!known) document.head.append(link);
});

const fetched = new Map();
const json = (path) => {
  if (!fetched.has(path)) {
    const wanted = fetch(new URL(path, location.origin)).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))));
    fetched.set(path, wanted);
    wanted.catch(() => fetched.delete(path));
  }
  return fetched.get(path);
};

function mount(host) {
  const self = {
    host, data: null, library: null, reading: null, chosen: asked(), parts: null, drawn: "", turn: 0, offs: [],
    // Where the reader looks on a narrow page: the text, the outline over it, or the map and its list over it.
    sheet: "",
  };
  self.choose = (change, options) => choose(self, change, options);
  self.linkTo = (change) => addressOf({ ...self.chosen, ...change });
  self.openSheet = (name) => openSheet(self, name);
  self.scope = () => scopeOf(self);
  self.follow = (event, change, options) => {
    // A plain click stays here; a new tab gets the whole address.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    self.choose(change, options);
  };
  const moved = () => {
    if (location.pathname !== self.pathname) return;
    const before = self.chosen;
    self.chosen = known(self, asked());
    show(self, before, { isMoved: true });
  };
  addEventListener("popstate", moved);
  addEventListener("hashchange", moved);
  self.offs.push(() => removeEventListener("popstate", moved), () => removeEventListener("hashchange", moved));
  self.offs.push(Atlas.on("theme", () => { if (self.parts) build(self); }));
  const onKey = (event) => { if (event.key === "Escape" && !event.defaultPrevented) back(self); };
  host.addEventListener("keydown", onKey);
  return self;
}

/** One step back: out of a sheet, from a place to its line, from a line to its clause. */
function back(self) {
  if (self.sheet) self.openSheet("");
  else if (self.chosen.place) self.choose({ place: "" });
  else if (self.chosen.line) self.choose({ line: 0 });
}

/** What is chosen, with a document that there is. */
function known(self, chosen) {
  const documents = self.library?.documents ?? [];
  return documents.length && !documents.some(({ id }) => id === chosen.doc) ? { ...chosen, doc: documents[0].id, part: 0, line: 0 } : chosen;
}

/**
 * Choose a document, a clause, a line, a place or how they are shown.
 * `isStep` makes a step of the browser's history; `isFromMap` leaves the map where it is.
 */
function choose(self, change, { isStep = true, isFromMap = false, isMoved = true } = {}) {
  const before = self.chosen;
  self.chosen = known(self, { ...before, ...change });
  const address = addressOf(self.chosen);
  if (address !== location.hash) history[isStep ? "pushState" : "replaceState"](isStep ? {} : history.state, "", `${location.pathname}${location.search}${address}`);
  show(self, before, { isFromMap, isMoved });
}

/** What the map shows and the list names: the chosen line, else the clause, else the whole document. */
function scopeOf({ reading, chosen }) {
  if (!reading) return { kind: "document", lines: [], section: null };
  const { lines, outline } = reading;
  const section = chosen.part ? outline.find(({ first }) => first === chosen.part) ?? null : null;
  if (chosen.line) return { kind: "line", section, lines: lines.filter(({ n }) => n === chosen.line) };
  if (section) return { kind: "clause", section, lines: lines.filter(({ n }) => n >= section.first && n <= section.last) };
  return { kind: "document", section: null, lines };
}

async function show(self, before, { isFromMap = false, isMoved = false } = {}) {
  const { chosen } = self;
  if (!self.library) return;
  const isOpened = self.reading?.id !== chosen.doc;
  if (isOpened) {
    const turn = ++self.turn;
    let reading = null;
    try { reading = await json(self.data.documents[chosen.doc]); } catch { if (turn === self.turn) failed(self); return; }
    if (turn !== self.turn) return;
    self.reading = reading;
    build(self);
  } else {
    if (["mode", "text"].some((key) => before[key] !== chosen[key])) self.parts.text.draw();
    self.parts.text.mark();
    self.parts.outline.mark();
    self.parts.beside.draw();
  }
  const differs = (...keys) => keys.some((key) => before[key] !== chosen[key]);
  if (isOpened || (isMoved && (chosen.line || chosen.part) && differs("part", "line"))) self.parts.text.reveal();
  if (isOpened || differs("part", "line", "place")) self.parts.map.show({ isFromMap });
  if (NARROW.matches && chosen.place && differs("place") && !isFromMap) self.openSheet("beside");
}

function openSheet(self, name) {
  const opener = self.sheet;
  self.sheet = name;
  self.host.dataset.sheet = name;
  for (const button of self.host.querySelectorAll("[data-sheet-of]")) button.setAttribute("aria-expanded", String(button.dataset.sheetOf === name));
  if (name) {
    self.host.querySelector(`[data-sheet-name="${name}"] .docs-sheet-close`)?.focus({ preventScroll: true });
    if (name === "beside") requestAnimationFrame(() => self.parts.map.show());
  } else self.host.querySelector(`[data-sheet-of="${opener}"]`)?.focus({ preventScroll: true });
}

/** Put everything together: on opening, and when document, language or colours are others. */
function build(self) {
  const { parts } = self;
  const focused = document.activeElement?.closest?.(".documents-host") ? document.activeElement.dataset.focus : null;
  const outline = makeOutline(self), text = makeText(self), beside = makeBeside(self);
  const map = parts?.map ?? makeMap(self);
  self.parts = { outline, text, beside, map };
  if (!parts) {
    const close = () => Atlas.button("close", Atlas.t("documents.close"), () => self.openSheet(""), { class: "page-button page-icon docs-sheet-close" });
    self.frames = {
      outline: el("nav", { class: "docs-outline", "aria-label": Atlas.t("documents.outline"), data: { sheetName: "outline" } }),
      text: el("section", { class: "docs-text", "aria-label": Atlas.t("documents.text") }),
      beside: el("aside", { class: "docs-beside", "aria-label": Atlas.t("documents.beside"), data: { sheetName: "beside" } }),
      shade: el("div", { class: "docs-shade", on: { click: () => self.openSheet("") } }),
      close,
    };
    // The map is put in its place once: a frame that is moved loads anew.
    self.frames.beside.append(map.root, el("div", { class: "docs-beside-body" }));
    self.host.replaceChildren(self.frames.outline, self.frames.text, self.frames.shade, self.frames.beside);
  }
  const { frames } = self;
  frames.outline.setAttribute("aria-label", Atlas.t("documents.outline"));
  frames.text.setAttribute("aria-label", Atlas.t("documents.text"));
  frames.beside.setAttribute("aria-label", Atlas.t("documents.beside"));
  frames.outline.replaceChildren(frames.close(), ...outline.nodes);
  frames.text.replaceChildren(...text.nodes);
  frames.beside.replaceChild(el("div", { class: "docs-beside-body" }, frames.close(), beside.root), frames.beside.lastElementChild);
  text.draw();
  text.mark();
  outline.mark();
  beside.draw();
  if (focused) self.host.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

/** Nothing came: say so where the reader looks, and offer to ask again. */
function failed(self) {
  self.host.replaceChildren(el("p", { class: "docs-failed", role: "alert" }, Atlas.t("documents.failed"),
    el("button", { type: "button", class: "page-button is-main", on: { click: () => { self.parts?.map.gone(); self.parts = null; self.reading = null; self.drawn = ""; take(self, self.data); } } }, Atlas.t("documents.again"))));
}

async function take(self, data) {
  const isOtherData = self.data?.library !== data.library;
  self.data = data;
  self.pathname ??= location.pathname;
  const turn = ++self.turn;
  let config = null, library = null;
  try { [config, library] = await Promise.all([configOf(data.config), json(data.library), styled()]); } catch {
    if (turn !== self.turn) return;
    // Without the config there are no words to say it in.
    if (Atlas.config) failed(self); else setTimeout(() => { if (turn === self.turn) take(self, data); }, AGAIN_MS);
    return;
  }
  if (turn !== self.turn) return;
  Atlas.config ??= config;
  if (Atlas.state.language !== data.language) Atlas.setLanguage(data.language, { origin: "app" });
  self.library = library;
  if (isOtherData) { self.reading = null; self.chosen = known(self, self.chosen); }
  // A rerun of the page writes the address anew, without what stands behind the #.
  choose(self, {}, { isStep: false, isMoved: false });
  const key = JSON.stringify([data.language, data.config]);
  if (self.reading && key !== self.drawn) { build(self); }
  self.drawn = key;
  self.parts?.map.show({ isSame: true });
}

function unmount(self) {
  for (const off of self.offs) off();
  self.turn++;
  self.parts?.map.gone();
  self.host.replaceChildren();
  delete self.host[SELF];
}

/**
 * Called by Streamlit on each rerun with the same parent element.
 * `data`: {config, frame, library, documents: {id: path}, layers, language, theme, today, basemap, query}
 * @returns {() => void} takes everything away again
 */
export default function documents(component) {
  const { parentElement, data } = component;
  const host = parentElement.querySelector(".documents-host") ?? parentElement;
  const self = (host[SELF] ??= mount(host));
  take(self, data);
  return () => unmount(self);
}
