/* The bar over the map: whose atlas this is, the filter read back in words, how many places it leaves,
 * and what a link or the data could not give. */

import { go, queryNow } from "./address_bar.js";

const Atlas = window.Atlas;
const { el, raw } = Atlas;
const THEME_COOKIE = "corridor_theme";
const SHARED = "/m", PRINTED = "/print/map.pdf";
const A_YEAR_S = 31_536_000;
const NOTE_MS = 5000;
const PAGES = { map: "/", export: "/export", documents: "/documents", changes: "/changes", about: "/about" };

/** @param self the panel; answers {root, update, gone} */
export function makeBar(self) {
  const { data } = self;
  const isMap = data.page === "map";
  const t = Atlas.t;

  const badge = el("span", { class: "page-badge" });
  const toggle = Atlas.button("filter", t("panel.title"), () => toggleFilters(), {
    shown: true, class: "page-button page-toggle", "aria-expanded": "false", "aria-controls": "page-filters", data: { focus: "toggle" },
  });
  toggle.append(badge);

  const name = el("h1", { class: "page-name" }, raw(Atlas.text(Atlas.config.product?.name) || "Corridor Atlas"));
  const counts = el("p", { class: "page-counts", role: "status" });
  const sentence = el("button", { type: "button", class: "page-sentence", "aria-expanded": "false", data: { focus: "sentence" } });
  sentence.addEventListener("click", () => sentence.setAttribute("aria-expanded", String(sentence.getAttribute("aria-expanded") !== "true")));
  const problems = el("div", { class: "page-problems", role: "alert", hidden: true });
  const notes = el("div", { class: "page-notes", role: "status" });

  const share = Atlas.button("share", t("bar.share"), () => self.settled(() => openShare(self, notes)), {
    shown: true, class: "page-button", "aria-label": t("bar.share"), "aria-haspopup": "dialog",
    data: { focus: "share" },
  });
  const isDark = Atlas.state.scheme === "dark";
  const theme = Atlas.button("theme", t(isDark ? "bar.to_light" : "bar.to_dark"), () => {
    const next = isDark ? "light" : "dark";
    document.cookie = `${THEME_COOKIE}=${next}; path=/; max-age=${A_YEAR_S}; samesite=lax`;
    self.wish({ theme: next });
    Atlas.setTheme(next);
  }, { class: "page-button page-icon", data: { focus: "theme" } });
  const other = data.language === "zh" ? "en" : "zh";
  const language = el("button", { type: "button", class: "page-button", lang: other === "zh" ? "zh-CN" : "en", data: { focus: "language" } }, t("bar.language"));
  language.addEventListener("click", () => self.wish({ language: other }));
  const pages = Object.keys(PAGES).filter((place) => place !== data.page).map((place) => {
    const link = el("a", { class: "page-button", data: { focus: `page-${place}`, page: place } }, t(`bar.${place}`));
    link.addEventListener("click", (event) => {
      // A plain click stays in this session; a new tab gets the whole address.
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      self.settled(() => go(`${PAGES[place]}?${queryNow()}`));
    });
    return link;
  });
  const more = Atlas.button("more", t("bar.more"), () => openMenu(actions.dataset.open !== "true"), {
    class: "page-button page-icon page-more", "aria-expanded": "false", data: { focus: "more" },
  });
  const actions = el("div", { class: "page-actions" }, pages, theme, language);

  function openMenu(open) {
    actions.dataset.open = String(open);
    more.setAttribute("aria-expanded", String(open));
  }
  const onDown = (event) => { if (!actions.contains(event.target) && !more.contains(event.target)) openMenu(false); };
  const onKey = (event) => {
    if (event.key !== "Escape" || actions.dataset.open !== "true") return;
    openMenu(false);
    more.focus();
  };
  document.addEventListener("pointerdown", onDown);
  document.addEventListener("keydown", onKey);

  const line = el("div", { class: "page-line" },
    isMap ? toggle : null, el("div", { class: "page-title" }, name, isMap ? counts : null),
    isMap ? sentence : el("span", { class: "page-sentence" }), isMap ? share : null, more, actions);
  const lateness = el("p", { class: "page-late", role: "alert", hidden: true }, t("bar.offline"));
  const root = el("header", { class: "page-bar", data: { page: data.page } }, line, lateness, problems, notes);
  let told = "";
  let dismissed = "";

  function update(model, active) {
    for (const link of pages) link.href = `${PAGES[link.dataset.page]}?${self.data.query}`;
    if (!isMap) return;
    badge.textContent = active ? Atlas.number(active) : "";
    toggle.setAttribute("aria-label", active ? `${t("panel.title")}, ${t("panel.active", { n: active })}` : t("panel.title"));
    toggle.setAttribute("aria-expanded", String(isOpen()));
    sentence.textContent = model.sentence;
    sentence.title = model.sentence;
    if (model.totals) counts.replaceChildren(...countWords(model.totals));
    showProblems(model.problems);
  }

  function showProblems(list) {
    const key = list.join("\n");
    if (key === told) return;
    told = key;
    problems.hidden = !list.length || key === dismissed;
    problems.replaceChildren(
      el("strong", {}, t("bar.problems", { n: list.length })),
      el("ul", {}, list.map((words) => el("li", {}, raw(words)))),
      el("button", { type: "button", class: "page-button", on: { click: () => { dismissed = key; problems.hidden = true; } } }, t("bar.dismiss")));
  }

  const offNote = Atlas.on("note", ({ key, params }) => note(notes, key, params));
  const late = (isLate) => { lateness.hidden = !isLate; };
  return { root, update, late, gone() { offNote(); document.removeEventListener("pointerdown", onDown); document.removeEventListener("keydown", onKey); } };
}

/** Shown, hidden, undated, without position: the first in full strength, the others where they are not nothing. */
function countWords([shown, hidden, undated, unlocated]) {
  const part = (key, n, className) => el("span", { class: className }, Atlas.t(`bar.${key}`, { n: Atlas.number(n) }));
  return [
    part("shown", shown, "is-main"),
    ...[["hidden", hidden], ["undated", undated], ["unlocated", unlocated]].filter(([, n]) => n).map(([key, n]) => part(key, n, `is-${key}`)),
  ];
}

const root = document.documentElement;
const WIDE = matchMedia("(min-width: 960px)");
/** Whether the filters are seen: beside the map on wide pages unless closed, over it elsewhere when opened. */
export const isOpen = () => (root.dataset.filters ? root.dataset.filters === "open" : WIDE.matches);
export function toggleFilters(open = !isOpen()) {
  root.dataset.filters = open ? "open" : "closed";
  const toggle = document.querySelector(".page-toggle");
  toggle?.setAttribute("aria-expanded", String(open));
  if (!WIDE.matches) (open ? document.querySelector("#page-filters .page-close") : toggle)?.focus({ preventScroll: true });
}
WIDE.addEventListener("change", () => { delete root.dataset.filters; });

/** The share panel on what is shown now; it is fetched when it is first asked for. */
async function openShare(self, notes) {
  try {
    const { open } = await import("./share.js");
    const { links, address } = Atlas.config;
    const query = queryNow();
    const dialog = await open({ query, sentence: self.data.sentence, links: links ?? {}, address });
    // From here the shared map is another page; from there the way back is in its header.
    const alone = { class: "share-alone", href: `${SHARED}?${query}`, target: "_blank", rel: "noopener" };
    const print = { class: "share-alone", href: `${PRINTED}?${query}&fit=view`, download: "" };
    dialog.querySelector(".share-link")?.append(el("a", alone, Atlas.t("header.alone")), " ", el("a", print, Atlas.t("bar.print")));
  } catch { note(notes, "share.unavailable"); }
}

function note(notes, key, params) {
  const row = el("p", { class: "page-note" }, Atlas.t(key, params));
  notes.replaceChildren(row);
  setTimeout(() => row.remove(), NOTE_MS);
}
