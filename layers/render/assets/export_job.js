/* The file: what it will be, that it is being made, that it is there. It is made on the server; this page asks how
 * it stands, so the reader may leave and come back, as long as the tab is open. */

import { queryOf } from "./export.js";

const Atlas = window.Atlas;
const { el, raw } = Atlas;
const KEPT = "corridor-export", TAB = "corridor-tab";
const OFTEN_MS = 250, SELDOM_MS = 1000, SOON = 20, AGAIN_MS = 2000;
const UNITS = ["B", "kB", "MB", "GB"];
const THIN_SPACE = "\u2009";

/** What this tab of the browser keeps; nothing where it keeps nothing. */
const kept = {
  get(key) { try { return sessionStorage.getItem(key); } catch { return null; } },
  set(key, value) { try { if (value === null) sessionStorage.removeItem(key); else sessionStorage.setItem(key, value); } catch { /* Kept as long as the page. */ } },
};

function tab() {
  if (!kept.get(TAB)) kept.set(TAB, [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
  return kept.get(TAB) ?? "";
}

/** A size as people read it. */
export function sizeOf(bytes) {
  let at = 0, size = bytes;
  while (size >= 1000 && at < UNITS.length - 1) { size /= 1000; at += 1; }
  return `${Atlas.number(size, at && size < 100 ? 1 : 0)}${THIN_SPACE}${UNITS[at]}`;
}

const json = async (path, options) => {
  const answer = await fetch(path, options);
  const said = await answer.json().catch(() => ({}));
  return { status: answer.status, said };
};

export function makeJob(self) {
  const t = Atlas.t;
  let job = self.job ?? null, timer = 0, isGone = false, times = 0, isAsking = false;

  const count = el("p", { class: "export-count", role: "status" });
  const aside = el("ul", { class: "export-left" });
  const name = el("p", { class: "export-name" });
  const make = el("button", { type: "button", class: "page-button is-main export-make", data: { focus: "make" }, on: { click: start } }, t("export.make"));
  const direct = el("input", { type: "text", class: "export-text", readonly: true, "aria-label": t("export.direct"), spellcheck: "false", data: { focus: "direct" } });
  direct.addEventListener("focus", () => direct.select());
  const script = el("details", { class: "export-fold" }, el("summary", { data: { focus: "script" } }, el("span", {}, t("export.direct")), Atlas.icon("down")), el("p", { class: "export-hint" }, t("export.direct.hint")), direct);
  const live = el("div", { class: "export-job" });
  const root = el("aside", { class: "export-side", "aria-label": t("export.result") }, el("div", { class: "export-sum" }, count, name, aside, make), live, script);

  const isRunning = () => job?.state === "waiting" || job?.state === "running";

  /** Say what it would come to. */
  function tell() {
    const { outlook } = self;
    const refused = self.refused ?? outlook?.refused;
    if (self.isUnreached) count.textContent = t("export.unreached");
    else if (!outlook) count.textContent = t("bar.loading");
    else if (refused) count.textContent = t("export.refused");
    else count.textContent = t("export.count", { n: Atlas.number(outlook.features) });
    count.classList.toggle("is-refused", Boolean(refused));
    name.replaceChildren(outlook?.file && !refused ? raw(outlook.file) : "");
    aside.replaceChildren(...(refused ? [] : outlook?.left_out ?? []).map((row) => leftOut(row)));
    make.disabled = !outlook || Boolean(refused) || isRunning() || isAsking;
    // What is there already can be made again, but need not.
    const isThere = job?.state === "done" && self.madeFor === self.query;
    make.classList.toggle("is-main", !isThere);
    make.textContent = t(isThere ? "export.again" : "export.make");
    const path = outlook?.direct && !refused ? new URL(outlook.direct, location.origin).href : "";
    script.hidden = !path;
    direct.value = path;
    if (self.refusedFor !== self.query && self.refused) { self.refused = null; self.redraw(); }
  }

  async function start() {
    isAsking = true;
    tell();
    try {
      const body = JSON.stringify({ query: queryOf(self), tab: tab() });
      const { status, said } = await json(self.data.jobs, { method: "POST", headers: { "Content-Type": "application/json" }, body });
      if (status === 202) { self.madeFor = self.query; keep(said); times = 0; look(); } else {
        self.refused = said.refused ?? { code: said.code, about: "file", message: said.message };
        self.refusedFor = self.query;
      }
    } catch { live.replaceChildren(el("p", { class: "export-problem", role: "alert" }, t("export.unreached"))); }
    isAsking = false;
    if (!isGone) self.redraw();
    // On a phone it lies below what is seen.
    if (job) live.querySelector("[data-focus]")?.focus();
  }

  function keep(said) {
    job = self.job = said;
    kept.set(KEPT, said ? said.path : null);
    show();
  }

  async function cancel() {
    const { path } = job;
    // Gone for the reader at once, whether the server has heard of it or not.
    keep(null);
    live.replaceChildren(el("p", { class: "export-note", role: "status" }, t("export.cancelled")));
    self.redraw();
    make.focus({ preventScroll: true });
    try { await fetch(path, { method: "DELETE" }); } catch { /* It ends by itself. */ }
  }

  /** Ask how it stands, now and again. */
  async function look(path = job?.path) {
    clearTimeout(timer);
    if (isGone || !path) return;
    let wait = times++ < SOON ? OFTEN_MS : SELDOM_MS;
    try {
      const { status, said } = await json(path);
      if (isGone || (job && job.path !== path) || kept.get(KEPT) === null && !job) return;
      if (status === 200 && said.state !== "cancelled") keep({ ...said, name: said.name || job?.name || "" });
      else { keep(null); self.redraw(); return; }
    } catch { wait = AGAIN_MS; }
    if (isRunning() || !job) timer = setTimeout(() => look(path), wait);
    else self.redraw();
  }

  function show() {
    if (!job) { live.replaceChildren(); return; }
    const bar = live.querySelector("progress"), hadFocus = live.contains(document.activeElement);
    if (isRunning() && bar) { progress(live, job); return; }
    live.replaceChildren(...(isRunning() ? running() : job.state === "done" ? done() : failed()));
    if (hadFocus) (live.querySelector("[data-focus]") ?? make).focus();
  }

  function running() {
    const bar = el("progress", { class: "export-bar", "aria-label": t("export.making") });
    const button = el("button", { type: "button", class: "page-button export-cancel", data: { focus: "cancel" }, on: { click: cancel } }, t("export.cancel"));
    const box = el("div", {}, el("p", { class: "export-name" }, raw(job.name)), bar, el("div", { class: "export-row" }, el("p", { class: "export-step" }), button));
    progress(box, job);
    return [...box.childNodes];
  }

  function failed() {
    return [el("div", { class: "export-problem", role: "alert" }, el("p", {}, raw(Atlas.text(job.error?.message) || t("export.failed"))))];
  }

  function done() {
    const { result } = job;
    const rows = result.layers.filter(({ rows: tables }) => tables.features);
    const systems = [...new Set(result.crs.map(({ id }) => id))].join(", ");
    const fact = (key, ...value) => [el("dt", {}, t(`export.${key}`)), el("dd", {}, value)];
    const manifest = el("pre", { class: "export-manifest", tabindex: 0 });
    const viewer = el("details", { class: "export-fold" }, el("summary", { data: { focus: "manifest" } }, el("span", {}, t("export.manifest")), Atlas.icon("down")), manifest,
      el("a", { class: "page-button export-link", href: result.manifest, download: "" }, t("export.manifest.save")));
    viewer.addEventListener("toggle", async () => {
      if (!viewer.open || manifest.firstChild) return;
      try { manifest.replaceChildren(raw(JSON.stringify((await json(result.manifest)).said, null, 1))); } catch { manifest.textContent = t("export.unreached"); }
    });
    return [
      el("h2", { role: "status" }, t("export.done")),
      el("p", { class: "export-name" }, raw(job.name), el("span", { class: "export-soft" }, sizeOf(result.size))),
      el("a", { class: "page-button is-main export-save", href: result.file, download: "", data: { focus: "save" } }, Atlas.icon("save"), el("span", {}, t("export.save"))),
      el("p", { class: "export-hint" }, t("export.kept", { n: Math.max(1, Math.round(job.left_seconds / 60)) })),
      el("dl", { class: "export-facts" }, fact("fact.places", Atlas.number(result.features)), fact("fact.crs", raw(systems)), fact("fact.encoding", result.encoding.toUpperCase()),
        fact("fact.version", el("code", {}, result.version.id ?? result.version.version ?? "")), fact("fact.sha", el("code", { class: "export-hash" }, result.sha256))),
      result.left_out.length ? el("ul", { class: "export-left" }, result.left_out.map((row) => leftOut(row))) : null,
      result.notes.length ? el("ul", { class: "export-left" }, result.notes.map(({ words, count: n }) => el("li", {}, raw(Atlas.text(words)), el("span", {}, t("export.note", { n: Atlas.number(n) }))))) : null,
      el("details", { class: "export-fold" }, el("summary", { data: { focus: "rows" } }, el("span", {}, t("export.rows")), Atlas.icon("down")),
        el("table", { class: "export-table" }, el("caption", { class: "atlas-unseen" }, t("export.rows")), el("tbody", {}, rows.map(({ title, rows: tables }) => el("tr", {}, el("th", { scope: "row" }, raw(Atlas.text(title))), el("td", {}, Atlas.number(tables.features))))))),
      viewer,
    ].filter(Boolean);
  }

  const path = kept.get(KEPT);
  if (job) { show(); if (isRunning()) look(); } else if (path) look(path);
  return { root, tell, gone() { isGone = true; clearTimeout(timer); } };
}

const leftOut = ({ words, count }) => el("li", {}, Atlas.t("export.left", { n: Atlas.number(count) }), el("span", {}, raw(Atlas.text(words))));

function progress(box, { state, ahead, done, total, seconds }) {
  const bar = box.querySelector("progress"), step = box.querySelector(".export-step");
  if (state === "running" && total && done) { bar.max = total; bar.value = done; } else bar.removeAttribute("value");
  const t = Atlas.t, isWriting = Boolean(done && total);
  if (state === "waiting") step.textContent = ahead ? t("export.ahead", { n: ahead }) : t("export.waiting");
  else if (isWriting && done >= total) step.textContent = t("export.finishing");
  else if (isWriting) step.textContent = t("export.writing", { done: Atlas.number(done), all: Atlas.number(total) });
  else step.textContent = t("export.preparing", { n: Math.round(seconds) });
}
