/* The view on paper: a map, or an atlas with a page for each city. */

import { effective } from "./export.js";
import { choice, section } from "./export_form.js";
import { changed } from "./address_bar.js";

const Atlas = window.Atlas;
const { el } = Atlas;

export function makePrint(self) {
  const t = Atlas.t, { print } = self.data;
  const oneOf = (value, known) => (known.includes(value) ? value : known[0]);
  const now = () => {
    const { chosen } = self, kind = oneOf(chosen.kind, Object.keys(print.forms));
    return {
      kind, form: oneOf(chosen.form, print.forms[kind]), paper: oneOf(chosen.paper, print.papers),
      orient: oneOf(chosen.orient, [...print.orientations].reverse()), fit: oneOf(chosen.fit, [...print.fits].reverse()),
    };
  };
  const lists = {
    kind: Object.keys(print.forms), paper: print.papers, orient: [...print.orientations].reverse(),
    form: [...new Set(Object.values(print.forms).flat())], fit: [...print.fits].reverse(),
  };
  const hinted = { kind: true, form: true, fit: true };
  const groups = Object.fromEntries(Object.entries(lists).map(([name, values]) => {
    const rows = values.map((value) => choice(`print-${name}`, { title: t(`export.print.${value}`), value, hint: hinted[name] ? t(`export.print.${value}.hint`) : null }, (chosen) => self.choose({ [name]: chosen })));
    return [name, { rows, root: el("fieldset", { class: "export-group" }, el("legend", {}, t(`export.print.${name}`)), rows.map(({ root }) => root)) }];
  }));
  const { root: form } = section("print", t("export.print"), el("div", { class: "export-groups" }, Object.values(groups).map(({ root }) => root)));
  const words = el("span", {}, t("export.print.make"));
  const link = el("a", { class: "page-button is-main export-save", data: { focus: "print" } }, Atlas.icon("save"), words);
  const problem = el("p", { class: "export-problem", role: "alert", hidden: true });
  const sheet = el("div", { class: "export-sheet", "aria-hidden": "true" }, el("span", {}));
  const side = el("aside", { class: "export-side", "aria-label": t("export.print") }, sheet, el("p", { class: "export-hint" }, t("export.print.lead")), link, problem);

  link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (link.getAttribute("aria-disabled") === "true") return;
    link.setAttribute("aria-disabled", "true");
    words.textContent = t("export.print.making");
    problem.hidden = true;
    try {
      const answer = await fetch(link.href);
      if (!answer.ok) throw new Error(String(answer.status));
      save(await answer.blob(), nameIn(answer.headers.get("content-disposition") ?? ""));
    } catch {
      problem.textContent = t("export.print.failed");
      problem.hidden = false;
    }
    link.removeAttribute("aria-disabled");
    words.textContent = t("export.print.make");
  });

  function update() {
    const all = now(), { kind, form: ending, ...rest } = all;
    for (const [name, { rows, root }] of Object.entries(groups)) {
      const known = name === "form" ? print.forms[kind] : lists[name];
      for (const { root: row, input } of rows) { row.hidden = !known.includes(input.value); input.checked = input.value === all[name]; }
      // An atlas shows each city's places whole.
      if (name === "fit") root.hidden = kind !== "map";
    }
    sheet.className = `export-sheet is-${all.paper} is-${all.orient}`;
    sheet.firstChild.textContent = all.paper.toUpperCase();
    if (kind !== "map") delete rest.fit;
    const query = changed(self.data.query, { lang: effective(self).language });
    link.href = `${print.path}${kind}.${ending}?${query}&${new URLSearchParams(rest)}`;
  }
  return { root: el("div", { class: "export-both" }, el("div", { class: "export-form" }, form), side), update };
}

/** The name that the server gives a file, in whatever script. */
function nameIn(disposition) {
  const whole = /filename\*=UTF-8''([^;]+)/.exec(disposition);
  return whole ? decodeURIComponent(whole[1]) : (/filename="([^"]+)"/.exec(disposition)?.[1] ?? "map");
}

function save(blob, name) {
  const href = URL.createObjectURL(blob);
  el("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
