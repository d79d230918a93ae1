/* The five documents and the clauses of the one that is read. */

const Atlas = window.Atlas;
const { el, raw } = Atlas;

/** @param self the page; answers {nodes, mark, at} */
export function makeOutline(self) {
  const t = Atlas.t;
  const { library, reading } = self;
  const documents = el("ul", { class: "docs-list" }, library.documents.map((row) => {
    const link = el("a", { href: self.linkTo({ doc: row.id, part: 0, line: 0, place: "" }), class: "docs-document", data: { focus: `doc-${row.id}` }, title: Atlas.text(row.title),
      "aria-current": row.id === reading.id ? "page" : null },
    el("span", {}, raw(Atlas.text(row.short))), el("small", {}, el("time", {}, row.date), row.hasText ? null : `${t("list.pause")}${t("documents.no_text_short")}`));
    link.addEventListener("click", (event) => { self.follow(event, { doc: row.id, part: 0, line: 0, place: "" }); self.openSheet(""); });
    return el("li", {}, link);
  }));

  const named = new Map(reading.lines.map((line) => [line.n, line]));
  const rows = reading.outline.map((section) => {
    const places = new Set(), targets = new Set();
    for (let n = section.first; n <= section.last; n++) for (const { k, id } of named.get(n)?.c ?? []) (k === "place" ? places : targets).add(id);
    const words = headingOf(self, section);
    const number = numberOf(section);
    const link = el("a", { class: "docs-clause", href: self.linkTo({ part: section.first, line: 0, place: "" }), data: { depth: section.depth, part: section.first, focus: `part-${section.first}` },
      title: words },
    el("span", { class: "docs-clause-words" }, number && !words.startsWith(number) ? el("span", { class: "docs-clause-number" }, number) : null, raw(words)),
    places.size ? el("span", { class: "docs-count", title: counted(places.size, targets.size) }, Atlas.number(places.size)) : null);
    link.addEventListener("click", (event) => {
      // The same clause once more: the whole document again.
      const isChosen = self.chosen.part === section.first && !self.chosen.line && !self.chosen.place;
      self.follow(event, { part: isChosen ? 0 : section.first, line: 0, place: "" });
      self.openSheet("");
    });
    return { section, link };
  });

  const clauses = el("ol", { class: "docs-clauses" }, rows.map(({ link }) => el("li", {}, link)));
  const head = el("h2", { class: "docs-head" }, t("documents.outline"));

  function mark() {
    for (const { section, link } of rows) {
      if (section.first === self.chosen.part) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    for (const link of documents.querySelectorAll("a")) link.removeAttribute("data-stale");
  }

  /** Point out where the reader is in the text. */
  function at(number) {
    let inner = null;
    for (const row of rows) if (row.section.first <= number && number <= row.section.last) inner = row;
    for (const { link } of rows) link.classList.toggle("is-here", link === inner?.link);
    const { link } = inner ?? {};
    const list = clauses.parentElement;
    if (link && list && list.scrollHeight > list.clientHeight) {
      const top = link.offsetTop - list.offsetTop;
      if (top < list.scrollTop || top > list.scrollTop + list.clientHeight - 48) list.scrollTop = top - list.clientHeight / 3;
    }
  }
  return { nodes: [el("h2", { class: "docs-head" }, t("documents.documents")), documents, head, el("div", { class: "docs-scroll" }, clauses)], mark, at };
}

const counted = (places, targets) => [places ? Atlas.t("documents.places", { n: places }) : "", targets ? Atlas.t("documents.targets", { n: targets }) : ""].filter(Boolean).join(Atlas.t("list.pause"));

/** A clause's number as the outline shows it where the heading does not begin with it. */
const numberOf = ({ clause, title }) => (title ? "" : clause);

/** A clause's heading; without the text its first phrases. */
export function headingOf({ reading, chosen }, section) {
  if (!section.clause) return Atlas.t("documents.front");
  const heading = chosen.text === "plain" ? section.plain : section.title;
  if (heading || reading.hasText) return heading || section.clause;
  const phrases = reading.lines.filter(({ n }) => n >= section.first && n <= section.last).flatMap(({ c }) => c.filter(({ u }) => u !== "unit").map(({ p }) => p)).filter(Boolean);
  return [...new Set(phrases)].slice(0, 3).join(Atlas.t("list.pause"));
}
