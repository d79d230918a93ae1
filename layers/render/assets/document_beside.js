/* Beside a document, under the map: the places and targets of what is chosen; for one place all that any document says
 * of it, in the order of their dates, with what disagrees. */

import { headingOf } from "./document_outline.js";

const Atlas = window.Atlas;
const { el, raw } = Atlas;
const SIGNS = { ">": ">\u2009", ">=": "≥\u2009", "<": "<\u2009", "<=": "≤\u2009" };

/** The colour of a place's layer and category. */
export const hueOf = (place) => {
  const style = Atlas.config.layers.find(({ id }) => id === place?.layer)?.style;
  const variant = (style?.variants ?? []).find(({ category }) => category.includes(place.category));
  return (variant?.hue ?? style?.hue)?.[Atlas.state.scheme] ?? null;
};

/** A place's symbol and name. */
export const labelled = (place, id) => (place ? [Atlas.swatch(place.layer, place.category, place.status, 16, { kind: "point" }), raw(Atlas.text(place))] : raw(id));

const digits = (value) => (String(value).split(".")[1] ?? "").length;
const number = (value) => Atlas.number(value, digits(value));

/** A target's value as a document prints it, with its unit. */
export function valueOf(target) {
  if (target.text) return Atlas.text(target.text);
  if (target.value === undefined) return "";
  const amount = `${number(target.value)}${target.value_max === undefined ? "" : `–${number(target.value_max)}`}`;
  const sign = target.comparison === "about" ? Atlas.t("documents.about") : SIGNS[target.comparison] ?? "";
  const unit = Atlas.text(target.unit);
  return Atlas.joined(sign, amount, unit === "%" ? "" : Atlas.state.language === "en" && unit ? `\u2009${unit}` : unit) + (unit === "%" ? "%" : "");
}

const yearsOf = ({ start_year: start, target_year: end, base_year: base }) => (start || end ? Atlas.years(start, end) : base ? String(base) : "");

/** A target in one line: what, how much, when, of what. */
export const figure = (target) => [el("span", { class: "docs-figure-name" }, raw(Atlas.text(target.name))), el("strong", {}, raw(valueOf(target))),
  el("small", {}, [Atlas.t(`documents.kind_${target.kind}`), yearsOf(target), Atlas.text(target.scope)].filter(Boolean).join(Atlas.t("list.pause")))];

/** @param self the page; answers {root, draw} */
export function makeBeside(self) {
  const t = Atlas.t;
  const { library, reading } = self;
  const root = el("div", { class: "docs-side" });
  const shortOf = (id) => Atlas.text(library.documents.find((row) => row.id === id)?.short ?? Atlas.config.documents.find((row) => row.id === id)?.short) || id;
  const goTo = (change, words, props = {}) => {
    const link = el("a", { href: self.linkTo(change), ...props }, words);
    link.addEventListener("click", (event) => { self.follow(event, change); if (change.line) self.openSheet(""); });
    return link;
  };

  function draw() {
    const place = self.chosen.place ? library.places[self.chosen.place] : null;
    root.replaceChildren(...(place ? ofPlace(self.chosen.place, place) : ofScope()));
    root.parentElement?.scrollTo?.(0, 0);
  }

  // ── what is chosen in the text ────────────────────────────────────────────────────────────
  function ofScope() {
    const { kind, section, lines } = self.scope();
    const places = new Map(), targets = new Map();
    for (const { n, c } of lines) {
      for (const { k, id, u } of c) {
        // A line that only lends its year to a target of another clause is no line of that target.
        if (u === "years" && kind !== "line") continue;
        const found = k === "place" ? places : targets;
        found.set(id, [...(found.get(id) ?? []), n]);
      }
    }
    const name = kind === "line" ? t("card.line", { line: self.chosen.line }) : kind === "clause" ? headingOf(self, section) : shortOf(reading.id);
    const up = kind === "document" ? null : goTo({ line: 0, ...(kind === "clause" ? { part: 0 } : {}) }, kind === "line" && section ? headingOf(self, section) : shortOf(reading.id), { class: "docs-up" });
    const reason = kind === "line" && !places.size && !targets.size ? library.reasons[lines[0]?.r] : null;
    const parts = [el("header", { class: "docs-side-head" }, up ? el("p", {}, Atlas.icon("back"), up) : null, el("h2", {}, raw(name)),
      el("p", { class: "docs-soft", role: "status" }, [t("documents.places", { n: places.size }), t("documents.targets", { n: targets.size })].join(t("list.pause"))))];
    if (!places.size && !targets.size) parts.push(el("p", { class: "docs-soft docs-nothing" }, Atlas.text(reason) || t("documents.nothing")));
    // A line has few of either; in a clause or a document the places are what the map shows.
    const lists = [places.size ? placeList(places) : null, targets.size ? targetList(targets) : null].filter(Boolean);
    return [...parts, ...(kind === "line" ? lists.reverse() : lists)];
  }

  const placeList = (places) => el("section", {}, el("h3", {}, t("documents.places_head")), el("ul", { class: "docs-places" }, [...places].map(([id, lines]) => {
    const place = library.places[id];
    return el("li", {}, goTo({ place: id }, [labelled(place, id), place?.conflict ? differing() : null, el("small", {}, Atlas.label("status", place?.status), place?.box ? null : `${t("list.pause")}${t("documents.unlocated")}`)], { class: "docs-place", title: t("card.line", { line: lines[0] }), data: { focus: `place-${id}` } }));
  })));

  const targetList = (targets) => el("section", {}, el("h3", {}, t("documents.targets_head")), el("ul", { class: "docs-targets" }, [...targets].filter(([id]) => library.targets[id]).map(([id, lines]) => {
    const target = library.targets[id];
    const base = target.base_value !== undefined && target.base_year ? t("documents.base", { year: target.base_year, value: number(target.base_value) }) : "";
    return el("li", {}, el("p", { class: "docs-figure" }, figure(target)),
      el("p", { class: "docs-soft" }, goTo({ line: lines[0], place: "" }, t("card.line", { line: target.line })), base ? el("span", {}, base) : null, target.binding ? el("span", { lang: "zh-CN" }, target.binding) : null),
      sameQuantity(id, target),
      (target.remarks ?? []).length ? el("details", { class: "docs-remarks" }, el("summary", {}, t("card.remarks")), target.remarks.map((remark) => el("p", {}, raw(Atlas.text(remark))))) : null);
  })));

  /** What other lines and documents say of the same quantity, in date order. */
  function sameQuantity(id, target) {
    const dates = new Map(library.documents.map((row, at) => [row.id, at]));
    const others = Object.entries(library.targets).filter(([other, { indicator }]) => other !== id && indicator && indicator === target.indicator)
      .sort(([, a], [, b]) => (dates.get(a.document) ?? 0) - (dates.get(b.document) ?? 0) || a.line - b.line);
    if (!others.length) return null;
    return el("details", { class: "docs-remarks" }, el("summary", {}, t("documents.same", { n: others.length })), el("ul", {}, others.map(([, other]) =>
      el("li", {}, goTo({ doc: other.document, part: other.document === reading.id ? self.chosen.part : 0, line: other.line, place: "" }, `${shortOf(other.document)}\u2002${t("card.line", { line: other.line })}`), el("p", { class: "docs-figure" }, figure(other))))));
  }

  const differing = () => el("span", { class: "docs-differs", title: t("documents.differs") }, Atlas.icon("split"), el("span", { class: "atlas-unseen" }, t("documents.differs")));

  // ── one place, in all documents ───────────────────────────────────────────────────────────
  function ofPlace(id, place) {
    const zh = Atlas.state.language !== "en";
    const [large, small] = zh ? [place.zh || place.en, place.en] : [place.en || place.zh, place.zh];
    const byDocument = Map.groupBy ? Map.groupBy(place.says, ({ d }) => d) : grouped(place.says);
    const view = new URLSearchParams(self.data.query);
    view.set("s", id);
    return [
      el("header", { class: "docs-side-head" }, el("p", {}, Atlas.icon("back"), goTo({ place: "" }, t("documents.back"), { class: "docs-up" })),
        el("p", { class: "docs-kind" }, Atlas.swatch(place.layer, place.category, "built", 16, { kind: "point" }), el("span", {}, Atlas.label("layer", place.layer)), el("span", { class: "docs-soft" }, Atlas.label("category", place.category))),
        el("h2", {}, raw(large)), small && small !== large ? el("p", { class: "docs-soft", lang: zh ? "en" : "zh-CN" }, raw(small)) : null,
        el("p", { class: "docs-status" }, Atlas.label("status", place.status), place.box ? null : el("span", { class: "docs-soft" }, t("documents.unlocated"))),
        el("p", { class: "docs-links" }, el("a", { href: `/?${view}` }, t("documents.on_map")), el("a", { href: `/f/${encodeURIComponent(id)}` }, t("documents.own_page")))),
      place.conflict ? el("p", { class: "docs-warning" }, Atlas.icon("split"), el("span", {}, t("documents.disagree"))) : null,
      el("section", {}, el("h3", {}, t("documents.all_clauses"), el("small", {}, t("documents.in_documents", { n: [...byDocument.keys()].length }))),
        el("ol", { class: "docs-says" }, [...byDocument].map(([document_, says]) => ofDocument(document_, says)))),
    ].filter(Boolean);
  }

  function ofDocument(id, says) {
    const own = library.documents.find((row) => row.id === id);
    const outside = own ? null : Atlas.config.documents.find((row) => row.id === id);
    return el("li", { class: outside ? "is-outside" : null },
      el("p", { class: "docs-says-head" }, el("time", {}, own?.date ?? outside?.date ?? ""), el("strong", { title: Atlas.text((own ?? outside)?.title) }, raw(shortOf(id))), outside ? el("span", { class: "docs-tag" }, t("card.outside")) : null),
      el("ul", {}, says.map((entry) => saying(id, entry))));
  }

  function saying(id, { l, n, p, u, s, w, y, note, x }) {
    const isHere = id === reading.id && n === self.chosen.line;
    const place = [l, n ? t("card.line", { line: n }) : ""].filter(Boolean).join("\u2002");
    const read = s ? (s === "unstated" ? t("card.no_status") : w ? [quote(w), t("card.read_as", { status: Atlas.label("status", s) })] : Atlas.label("status", s)) : supports(u);
    return el("li", { class: isHere ? "is-here" : null, "aria-current": isHere ? "true" : null },
      n ? goTo({ doc: id, part: id === reading.id ? self.chosen.part : 0, line: n }, place, { class: "docs-at" }) : null,
      p ? quote(p) : null, note ? el("span", {}, raw(Atlas.text(note))) : null,
      el("span", { class: "docs-soft docs-read" }, read, y ? el("strong", {}, Atlas.years(...y)) : null),
      x ? el("span", { class: "docs-differs" }, Atlas.icon("split"), x.map((what) => t(`documents.differs_${what}`)).join(t("list.pause"))) : null);
  }

  const quote = (words) => el("q", { class: "docs-quote", lang: "zh-CN" }, raw(words));
  const supports = (code) => t(Object.hasOwn(Atlas.config.words?.[Atlas.state.language] ?? {}, `supports.${code}`) ? `supports.${code}` : "supports.mention");

  return { root, draw };
}

function grouped(says) {
  const found = new Map();
  for (const entry of says) found.set(entry.d, [...(found.get(entry.d) ?? []), entry]);
  return found;
}
