/* What differs between two data versions, by kind of change: each place with its page and the map at it. */

import { changed, go } from "./address_bar.js";

const Atlas = window.Atlas;
const { el, raw } = Atlas;
const NEAR_ZOOM = 13;
const KINDS = ["added", "removed", "renamed", "status", "years", "geometry", "other"];
const FORMATS = { json: "JSON", geojson: "GeoJSON", csv: "CSV" };

/** A path with its gaps filled. */
export const filled = (path, gaps) =>
  path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(gaps[name] ?? ""));

export const soft = (...children) => el("p", { class: "changes-soft" }, ...children);
export const problem = (...children) => el("p", { class: "changes-problem", role: "alert" }, ...children);
export const link = (words, onClick) =>
  el("button", { type: "button", class: "changes-link", on: { click: onClick } }, words);

/**
 * The nodes for a comparison.
 * @param page what the component is told
 * @param {{old: string, now: string}} chosen
 * @param said the comparison as it was fetched
 */
export function changeList(page, chosen, said) {
  const t = Atlas.t;
  const uncompared = said.uncompared.length ? notCompared(said.uncompared) : null;
  if (!said.places.length) return [soft(t("history.nothing")), uncompared].filter(Boolean);
  const groups = KINDS
    .map((kind) => ({ kind, places: said.places.filter(({ kinds }) => kinds.includes(kind)) }))
    .filter(({ places }) => places.length)
    .map((group) => ({ ...group, root: groupOf(page, said, group) }));
  const { old, new: now } = said.total;
  const totals = t("history.totals", { old: Atlas.number(old), new: Atlas.number(now) });
  const count = t("history.changes", { n: Atlas.number(said.places.length) });
  return [
    el("p", { class: "changes-sum" }, count, el("span", { class: "changes-soft" }, totals)),
    el("div", { class: "changes-ways" }, wholeMap(page, said), files(page, chosen)),
    uncompared,
    el("ul", { class: "changes-kinds" }, groups.map(jump)),
    ...groups.map(({ root }) => root),
  ].filter(Boolean);
}

const notCompared = (ids) => {
  const layers = ids.map((id) => Atlas.label("layer", id)).join(Atlas.t("list.separator"));
  return el("p", { class: "changes-problem" }, Atlas.t("history.uncompared", { layers }));
};

const titleOf = (kind) => Atlas.t(`history.kind.${kind}`);

const jump = ({ kind, places, root }) =>
  el("li", {}, link(`${titleOf(kind)} ${Atlas.number(places.length)}`,
    () => root.scrollIntoView({ block: "start" })));

const groupOf = (page, said, { kind, places }) =>
  el("section", { class: "changes-group", data: { kind } },
    el("h3", {}, titleOf(kind), el("small", {}, Atlas.number(places.length))),
    el("ul", {}, places.map((place) => placeRow(page, said, place))));

function files(page, { old, now }) {
  const t = Atlas.t;
  const links = Object.entries(page.files).map(([extension, path]) => {
    const href = filled(path, { old, new: now });
    return el("a", { class: "page-button changes-file", href, download: "" }, FORMATS[extension]);
  });
  return el("div", { class: "changes-files", role: "group", "aria-label": t("history.download") },
    el("span", { class: "changes-soft" }, t("history.download")), links);
}

function placeRow(page, said, place) {
  const t = Atlas.t, isGone = place.kinds.includes("removed");
  const name = Atlas.text(place.name) || place.id;
  const href = `${filled(page.place, { id: place.id })}${page.language === "en" ? "?lang=en" : ""}`;
  const values = { s: place.id, ...(place.at ? { at: [...place.at, NEAR_ZOOM].join(",") } : {}) };
  // What was taken out is shown on the data that still had it.
  const there = onMap(page, isGone ? said.queries.then : said.queries.now, values, {
    class: "page-button page-icon changes-there",
    title: t("history.map"), "aria-label": `${t("history.map")}: ${name}`,
  }, Atlas.icon("locate"));
  return el("li", { class: "changes-place" },
    Atlas.swatch(place.layer, place.category, "built", 18),
    el("div", {}, el("a", { href }, raw(name)), soft(raw(Atlas.text(place.text)))), there);
}

const wholeMap = (page, said) =>
  onMap(page, said.queries.now, {}, { class: "page-button is-main" },
    Atlas.icon("open"), el("span", {}, Atlas.t("history.map")));

/** A link to the map's page; a plain click stays in this session. */
function onMap({ language, basemap }, query, values, props, ...children) {
  const href = `/?${changed(query, { ...values, base: basemap, lang: language })}`;
  const leave = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(href);
  };
  return el("a", { ...props, href, on: { click: leave } }, ...children);
}
