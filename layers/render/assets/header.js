/* What stands over the map: on a shared page and in a file the name of the atlas, the filter read back in words and
 * what could not be met; inside the application only short messages. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});
  const { el, raw } = Atlas;

  const NOTE_MS = 6000;
  let parts = null;

  const isFrame = () => Atlas.config.use === "frame";

  const problems = () => {
    const list = Atlas.config.problems ?? [];
    parts.problems.hidden = list.length === 0;
    if (!list.length) { parts.problems.replaceChildren(); return; }
    parts.problems.replaceChildren(
      el("strong", {}, Atlas.t("header.problems", { n: list.length })),
      el("ul", {}, list.map((problem) => el("li", {}, Atlas.clamped(Atlas.text(problem), "span", {}, 200)))));
  };

  /** On a phone the sentence is one line until it is asked for. */
  const unfold = () => {
    const paint = () => {
      parts.isOpen = Boolean(parts.isOpen);
      button.setAttribute("aria-expanded", String(parts.isOpen));
      for (const name of ["aria-label", "title"]) button.setAttribute(name, Atlas.t(parts.isOpen ? "less" : "more"));
      button.closest(".atlas-summary")?.classList.toggle("is-open", parts.isOpen);
    };
    const button = el("button", { type: "button", class: "atlas-button is-quiet atlas-unfold",
      on: { click: () => { parts.isOpen = !parts.isOpen; paint(); } } }, Atlas.icon("down"));
    queueMicrotask(paint);
    return button;
  };

  const sentence = () => {
    parts.sentence.replaceChildren(Atlas.clamped(Atlas.text(Atlas.config.sentence), "span", {}, 220));
    parts.sentence.hidden = isFrame() || !Atlas.text(Atlas.config.sentence);
    if (Atlas.config.pageTitle) document.title = Atlas.text(Atlas.config.pageTitle);
  };

  const counts = () => {
    const { shown, hidden, undated, unlocated } = Atlas.counts();
    parts.counts.replaceChildren(...Atlas.countWords({ shown, hidden, undated, unlocated }));
  };

  /** The map in the app, in the state that it is shown in here. */
  const inApp = () => `${Atlas.config.links.app.split("?")[0]}?${Atlas.query()}`;
  /** This map alone in a window of its own. */
  const alone = () => Atlas.pathOf(Atlas.query(), { isEmbedded: false });

  const ends = () => {
    const { links, embed } = Atlas.config;
    if (!links?.self) return Atlas.switches();
    if (embed) {
      // Only where there is no room for the legend's own title; see atlas.css.
      const legend = Atlas.button("legend", Atlas.t("legend.title"), () => Atlas.panelOf("legend").toggle(), {
        class: "atlas-button is-quiet atlas-legend-toggle",
        "aria-expanded": "false", "aria-controls": "atlas-legend", data: { role: "legend" } });
      return [legend,
        el("a", { class: "atlas-button atlas-open", href: alone(), target: "_blank", rel: "noopener",
          data: { role: "open" } }, Atlas.icon("open"), el("span", {}, Atlas.t("header.alone")))];
    }
    return [
      Atlas.switches(),
      Atlas.button("share", Atlas.t("share.open"), () => Atlas.share(), { shown: true,
        class: "atlas-button atlas-share", "aria-haspopup": "dialog", data: { role: "share" } }),
      links.app
        ? el("a", { class: "atlas-button atlas-open", href: inApp(), data: { role: "open" } },
          Atlas.icon("open"), el("span", {}, Atlas.t("header.open")))
        : null,
    ];
  };

  const render = () => {
    const name = Atlas.text(Atlas.config.product?.name) || Atlas.t("header.product");
    if (isFrame()) parts.bar.replaceChildren(Atlas.t("header.map"));
    else {
      parts.bar.replaceChildren(el("h1", {}, raw(name)), el("div", { class: "atlas-bar-end" }, ends()),
        el("div", { class: "atlas-summary" }, parts.sentence, parts.counts, unfold()));
      counts();
    }
    sentence();
    problems();
  };

  // ── short messages ────────────────────────────────────────────────────────────────────────
  const early = [];
  const note = ({ key, params } = {}) => {
    if (!key) return;
    // What is said before there is a place and words for it waits.
    if (!parts) { early.push({ key, params }); return; }
    const words = Atlas.t(key, params);
    const row = el("p", { class: "atlas-note" }, Atlas.clamped(words, "span", {}, 160),
      Atlas.button("close", Atlas.t("close"), () => row.remove(), { class: "atlas-button is-quiet" }));
    // The same message twice is one message.
    for (const old of [...parts.notes.children]) if (old.dataset.key === key) old.remove();
    row.dataset.key = key;
    parts.notes.append(row);
    while (parts.notes.children.length > 3) parts.notes.firstChild.remove();
    const away = () => { if (row.matches(":hover, :focus-within")) setTimeout(away, NOTE_MS); else row.remove(); };
    setTimeout(away, NOTE_MS);
  };

  const build = () => {
    if (!parts) {
      parts = {
        problems: el("div", { class: "atlas-problems", role: "alert", hidden: true }),
        sentence: el("div", { class: "atlas-sentence" }),
        counts: el("div", { class: "atlas-counts atlas-figures" }), notes: el("div", { class: "atlas-notes", role: "status" }),
      };
      parts.bar = isFrame() ? el("h1", { class: "atlas-unseen" }) : el("div", { class: "atlas-bar" });
      Atlas.places().header.prepend(parts.bar, parts.problems);
      Atlas.places().dock.prepend(parts.notes);
    }
    render();
    for (const waiting of early.splice(0)) note(waiting);
  };

  const keepingFocus = (draw) => {
    const role = document.activeElement?.dataset?.role;
    draw();
    if (role) document.querySelector(`[data-role="${role}"]`)?.focus();
  };

  Atlas.on("config", build);
  for (const event of ["language", "theme"]) Atlas.on(event, () => { if (parts) keepingFocus(render); });
  for (const event of ["filter", "data"]) Atlas.on(event, () => { if (parts && !isFrame()) counts(); });
  Atlas.on("sentence", () => { if (parts) { sentence(); problems(); } });
  Atlas.on("note", note);
  Atlas.on("address", () => {
    const open = parts?.bar.querySelector("[data-role=open]");
    if (open) open.href = Atlas.config.embed ? alone() : inApp();
  });
  Atlas.on("panel", ({ id, open }) => {
    if (id === "legend") parts?.bar.querySelector("[data-role=legend]")?.setAttribute("aria-expanded", String(open));
  });
})();
