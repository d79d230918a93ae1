/* A document line by line: numbers that never change, phrases that lead to places, and what rests on each line. */

import { figure, hueOf, labelled } from "./document_beside.js";

const Atlas = window.Atlas;
const { el, raw } = Atlas;
const SENTENCE_END = /[。；;]/;
const CELL = /\s*\|\s*|\t/;
const FAULTS = new Set(["uncovered", "contradicted", "stray"]);

/** Two or three ways of showing, one of them chosen. */
function choice(name, options, chosen, onChoose) {
  return el("div", { class: "docs-choice", role: "group", "aria-label": name }, options.map(([value, words, title]) =>
    el("button", { type: "button", class: "docs-way", title, "aria-pressed": String(value === chosen), data: { focus: `way-${value}` }, on: { click: () => onChoose(value) } }, words)));
}

/** @param self the page; answers {nodes, draw, mark, reveal} */
export function makeText(self) {
  const t = Atlas.t;
  const { library, reading } = self;
  const document_ = library.documents.find(({ id }) => id === reading.id);
  const bar = el("div", { class: "docs-bar" });
  const lines = el("div", { class: "docs-lines", lang: "zh-CN" });
  const scroll = el("div", { class: "docs-page", tabindex: "-1" }, titleOf(), reading.hasText ? null : pointing(), lines);
  const starts = new Map(reading.outline.map((section) => [section.first, section]));
  const rows = new Map();
  let only = "all";

  function titleOf() {
    return el("header", { class: "docs-title" }, el("h1", {}, raw(Atlas.text(document_.title))),
      el("p", {}, el("time", {}, document_.date), raw(Atlas.text(document_.publisher))));
  }

  /** How to have the texts: which files, and where the program looks for them. */
  function pointing() {
    return el("section", { class: "docs-pointing" }, el("h2", {}, t("documents.no_text")), el("p", {}, t("documents.point")),
      el("pre", {}, "CORRIDOR_DOCUMENTS=/path/to/documents streamlit run app.py"),
      el("p", {}, t("documents.files")), el("ul", {}, library.documents.map(({ file }) => el("li", {}, el("code", {}, raw(file))))));
  }

  function drawBar() {
    const { chosen } = self;
    const opener = (name, icon, words) => Atlas.button(icon, words, () => self.openSheet(self.sheet === name ? "" : name), {
      shown: true, class: `page-button docs-opener is-${name}`, "aria-expanded": String(self.sheet === name), data: { sheetOf: name, focus: `open-${name}` },
    });
    const picker = el("select", { class: "docs-picker", "aria-label": t("documents.documents"), data: { focus: "picker" }, on: { change: (event) => self.choose({ doc: event.target.value, part: 0, line: 0, place: "" }) } },
      library.documents.map(({ id, short, date }) => el("option", { value: id, selected: id === reading.id }, `${date.slice(0, 4)}\u2002${Atlas.text(short)}`)));
    bar.replaceChildren(
      opener("outline", "legend", t("documents.outline")), picker,
      el("div", { class: "docs-ways" },
        reading.hasText ? choice(t("documents.text"), [["printed", t("documents.printed"), t("documents.printed_hint")], ["plain", t("documents.plain"), t("documents.plain_hint")]], chosen.text, (text) => self.choose({ text }, { isStep: false })) : null,
        choice(t("documents.mode"), [["read", t("documents.read"), t("documents.read_hint")], ["coverage", t("documents.coverage"), t("documents.coverage_hint")]], chosen.mode, (mode) => self.choose({ mode }, { isStep: false }))),
      opener("beside", "locate", t("documents.beside")),
      chosen.mode === "coverage" ? totals() : "");
  }

  /** How many lines are cited, left with a reason, or left. */
  function totals() {
    const { printed, by_places, by_targets, cited, reasoned } = document_.totals;
    const faults = document_.totals.uncovered + document_.totals.contradicted + document_.totals.stray;
    const part = (name, n) => (n ? el("span", { class: `is-${name}`, style: { "flex-grow": String(n) } }) : null);
    return el("div", { class: "docs-totals" },
      el("p", {}, t(reading.hasText ? "documents.total" : "documents.total_known", {
        n: Atlas.number(printed), cited: Atlas.number(cited), places: Atlas.number(by_places), targets: Atlas.number(by_targets), reasoned: Atlas.number(reasoned),
      }), faults ? el("strong", {}, t("documents.total_faults", { n: Atlas.number(faults) })) : t("documents.total_whole")),
      choice(t("documents.show"), ["all", "cited", "uncited"].map((value) => [value, t(`documents.only_${value}`)]), only, (value) => { only = value; draw(); }),
      el("div", { class: "docs-share", "aria-hidden": "true" }, part("cited", cited), part("reasoned", reasoned), part("fault", faults)));
  }

  function draw() {
    drawBar();
    const { chosen } = self;
    const top = firstSeen();
    rows.clear();
    const widths = columnWidths(reading.lines, chosen.text);
    const nodes = [];
    for (const line of reading.lines) {
      const isCited = line.c.length > 0;
      if (chosen.mode === "coverage" && only !== "all" && isCited !== (only === "cited")) continue;
      // Without the text there is nothing to read where nothing is cited.
      if (chosen.mode === "read" && !line.t && !isCited && !starts.get(line.n)?.clause) continue;
      const row = lineRow(line, starts.get(line.n), widths.get(line.n));
      rows.set(line.n, row);
      nodes.push(row);
    }
    lines.replaceChildren(...nodes);
    lines.classList.toggle("is-coverage", chosen.mode === "coverage");
    scroll.classList.toggle("is-plain", chosen.text === "plain");
    mark();
    // The line that was read stays where it was.
    if (top && rows.has(top.n)) scroll.scrollTop = rows.get(top.n).offsetTop - top.offset;
  }

  function firstSeen() {
    for (const [n, row] of rows) if (row.offsetTop + row.offsetHeight > scroll.scrollTop) return { n, offset: row.offsetTop - scroll.scrollTop };
    return null;
  }

  function lineRow(line, section, weights) {
    const { chosen } = self;
    const runs = chosen.text === "plain" ? line.p ?? line.t : line.t;
    const places = new Set(line.c.filter(({ k }) => k === "place").map(({ id }) => id));
    const targets = new Set(line.c.filter(({ k }) => k === "target").map(({ id }) => id));
    const says = [t("card.line", { line: line.n }), places.size ? t("documents.places", { n: places.size }) : "", targets.size ? t("documents.targets", { n: targets.size }) : ""].filter(Boolean).join(t("list.pause"));
    const number = el("a", { class: "docs-number", href: self.linkTo({ line: line.n, place: "" }), "aria-label": says, title: says, data: { focus: `line-${line.n}` } }, String(line.n));
    number.addEventListener("click", (event) => self.follow(event, { line: self.chosen.line === line.n ? 0 : line.n, place: "" }, { isMoved: false }));
    let content = null;
    if (runs) content = line.row ? tableRow(runs, line, weights) : el("p", { class: "docs-words" }, withHeading(runs, line, section));
    else content = el("p", { class: "docs-words is-phrases" }, section?.clause ? el("strong", {}, section.clause) : null, phrasesOf(line));
    return el("div", { class: `docs-line${line.row ? " is-row" : ""}${line.s && FAULTS.has(line.s) ? " is-fault" : ""}${line.c.length ? " is-cited" : ""}`, id: `line-${line.n}`, data: section?.title || (section?.clause && !runs) ? { depth: section.depth } : {} },
      number, el("div", { class: "docs-body" }, content, chosen.mode === "coverage" ? rests(line, places, targets) : null));
  }

  /** A clause's heading stands out from the sentence that may follow it in the same line. */
  function withHeading(runs, line, section) {
    if (!section?.clause || !section.title) return pieces(runs, line);
    let room = runs.map(([text]) => text).join("").search(SENTENCE_END);
    if (room < 0) room = section.depth < 3 || runs.map(([text]) => text).join("").length < 48 ? Infinity : 0;
    const heading = [], rest = [];
    for (const [text, cites] of runs) {
      const cut = Math.max(0, Math.min(text.length, room));
      if (cut) heading.push([text.slice(0, cut), cites]);
      if (cut < text.length) rest.push([text.slice(cut), cites]);
      room -= text.length;
    }
    return [el("strong", { class: "docs-heading" }, pieces(heading, line)), pieces(rest, line)];
  }

  const pieces = (runs, line) => runs.map(([text, cites]) => (cites.length ? phrase(text, cites.map((at) => line.c[at]), line) : text));

  /** A phrase that is cited: it leads to its place, or to the line where several rest on it. */
  function phrase(text, cites, line) {
    const places = [...new Set(cites.filter(({ k }) => k === "place").map(({ id }) => id))];
    const targets = [...new Set(cites.filter(({ k }) => k === "target").map(({ id }) => id))];
    const names = [...places.map((id) => Atlas.text(library.places[id])), ...targets.map((id) => Atlas.text(library.targets[id]?.name))].filter(Boolean);
    const isOne = places.length === 1;
    const change = { line: line.n, place: isOne ? places[0] : "" };
    const differs = places.some((id) => library.places[id]?.says.some(({ d, n, x }) => x && d === reading.id && n === line.n));
    const link = el("a", { class: `docs-mark${places.length ? "" : " is-target"}${differs ? " is-differing" : ""}`, href: self.linkTo(change), title: names.slice(0, 6).join(t("list.separator")),
      style: { "--hue": places.length ? hueOf(library.places[places[0]]) : null }, data: { places: places.join(" ") } }, text);
    if (differs) link.append(el("span", { class: "atlas-unseen" }, t("documents.differs")));
    link.addEventListener("click", (event) => self.follow(event, change, { isMoved: false }));
    return link;
  }

  /** Without the text: the phrases that are cited from the line. */
  function phrasesOf(line) {
    const byPhrase = new Map();
    for (const cite of line.c) if (cite.p) byPhrase.set(cite.p, [...(byPhrase.get(cite.p) ?? []), cite]);
    return [...byPhrase].map(([text, cites]) => [" ", phrase(text, cites, line)]);
  }

  function tableRow(runs, line, weights) {
    const cells = [[]];
    for (const [text, cites] of runs) {
      text.split(CELL).forEach((part, at) => {
        if (at) cells.push([]);
        if (part) cells.at(-1).push([part, cites]);
      });
    }
    if (cells.length > 1 && !cells.at(-1).length) cells.pop();
    return el("div", { class: "docs-cells" }, cells.map((cell, at) => el("span", { style: { flex: flexOf(weights?.[at] ?? 4) } }, pieces(cell, line))));
  }

  /** What rests on a line, or why nothing does. */
  function rests(line, places, targets) {
    if (!places.size && !targets.size) {
      const reason = library.reasons[line.r];
      return el("p", { class: `docs-rests ${reason ? "is-reason" : "is-fault"}` }, Atlas.text(reason) || t(`documents.${line.s}`));
    }
    const choose = (change) => (event) => self.follow(event, change, { isMoved: false });
    return el("ul", { class: "docs-rests" }, line.s === "contradicted" ? el("li", { class: "is-fault" }, t("documents.contradicted")) : null,
      [...places].map((id) => el("li", {}, el("a", { href: self.linkTo({ line: line.n, place: id }), on: { click: choose({ line: line.n, place: id }) } }, labelled(library.places[id], id)))),
      [...targets].filter((id) => library.targets[id]).map((id) => el("li", { class: "is-target" }, el("a", { href: self.linkTo({ line: line.n, place: "" }), on: { click: choose({ line: line.n, place: "" }) } }, figure(library.targets[id])))));
  }

  /** Show what is chosen in the text. */
  function mark() {
    const { chosen } = self;
    const section = reading.outline.find(({ first }) => first === chosen.part);
    for (const [n, row] of rows) {
      row.classList.toggle("is-chosen", n === chosen.line);
      row.classList.toggle("is-within", Boolean(section) && n >= section.first && n <= section.last);
      row.firstChild.setAttribute("aria-current", String(n === chosen.line));
    }
    for (const link of lines.querySelectorAll(".docs-mark")) link.classList.toggle("is-chosen", Boolean(chosen.place) && link.dataset.places.split(" ").includes(chosen.place));
  }

  /** Bring what is chosen into sight. */
  function reveal() {
    const { line, part } = self.chosen;
    if (!line && !part) { scroll.scrollTop = 0; return; }
    if (line && !rows.has(line) && only !== "all") { only = "all"; draw(); }
    // A line that is blank or not there: the next one that is.
    const wanted = line || part;
    const number = rows.has(wanted) ? wanted : [...rows.keys()].find((n) => n >= wanted);
    const row = rows.get(number);
    if (row) scroll.scrollTo({ top: row.offsetTop - (line ? scroll.clientHeight / 3 : 12), behavior: "instant" });
  }

  let isWaiting = false;
  scroll.addEventListener("scroll", () => {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => { isWaiting = false; const top = firstSeen(); if (top) self.parts?.outline.at(top.n); });
  }, { passive: true });

  return { nodes: [bar, scroll], draw, mark, reveal };
}

const NARROW_CELL = 6;
/** How wide a cell's text is, in Chinese characters, with the room behind it. */
const widthOf = (text) => [...text].reduce((sum, sign) => sum + (sign.charCodeAt(0) < 256 ? 0.58 : 1), 0.8);
/** Short columns keep their width; long ones give way. */
const flexOf = (width) => `${width} ${width > NARROW_CELL ? 1 : 0} ${Math.min(width, 24)}em`;

/** How wide the columns of each table are: by the longest text of each, in rows of as many cells one after the other. */
function columnWidths(lines, text) {
  const widths = new Map();
  let group = [], before = null;
  const close = () => {
    const weights = [];
    for (const { cells } of group) cells.forEach((cell, at) => { weights[at] = Math.max(weights[at] ?? 2, widthOf(cell)); });
    for (const { n } of group) widths.set(n, weights);
    group = [];
  };
  for (const line of lines) {
    if (!line.row || (before !== null && line.n - before > 1)) close();
    before = line.n;
    if (line.row) group.push({ n: line.n, cells: (text === "plain" ? line.p ?? line.t : line.t ?? []).map(([part]) => part).join("").split(CELL) });
  }
  close();
  return widths;
}
