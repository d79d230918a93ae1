/* The card of one place: what it is, how far it has come, where it stands and what says so. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});
  const { el, raw } = Atlas;

  const LONG = 160;
  let panel = null;
  let heading = null;
  let actions = null;
  let cameFrom = null;

  const list = (value) => (Array.isArray(value) ? value : []);
  const year = (date) => Number.parseInt(String(date ?? "").slice(0, 4), 10);

  /** A document's entry in the catalogue; for one it lacks, its id stands for its name. */
  Atlas.documentOf = (id) =>
    (Atlas.config.documents ?? []).find((row) => row.id === id) ?? { id, kind: "unknown", date: "", short: id, title: id };
  const isOutside = (id) => Atlas.documentOf(id).kind !== "plan";
  const isShown = (entry) => Atlas.state.filter?.outside !== false || !isOutside(entry.document);

  /** A value out of the data; one that runs on and on is cut, with a button that shows all. */
  const fact = (value) => (String(value ?? "").length > LONG ? Atlas.clamped(value, "span", {}, LONG) : raw(value));

  // ── parts ─────────────────────────────────────────────────────────────────────────────────
  const quoted = (phrase) => el("q", { class: "atlas-quote" }, fact(phrase));

  /** Where a phrase stands: document and date, clause, line. */
  const place = (entry) => {
    const document = Atlas.documentOf(entry.document);
    const date = entry.date || document.date;
    return el(
      "p",
      { class: "atlas-source" },
      el("span", { class: "atlas-document", title: Atlas.text(document.title) }, fact(Atlas.text(document.short) || entry.document)),
      date ? el("time", {}, fact(date)) : null,
      entry.clause ? fact(entry.clause) : null,
      Number.isInteger(entry.line) ? el("span", {}, Atlas.t("card.line", { line: entry.line })) : null,
    );
  };

  const historyEntry = (entry, props) => {
    const outside = isOutside(entry.document);
    const read = Atlas.label("status", entry.status);
    const years = (entry.year_start ?? entry.year_end ?? null) === null ? null : Atlas.years(entry.year_start, entry.year_end);
    const layer = Atlas.config.layers[Atlas.features.layer[Atlas.indexOf(props.id)]]?.id;
    const phrase = entry.phrase ? el("p", {}, quoted(entry.phrase)) : null;
    const words = entry.words
      ? el("p", { class: "atlas-reading" }, el("span", {}, Atlas.t("card.printed")), quoted(entry.words), el("span", {}, fact(Atlas.t("card.read_as", { status: read }))))
      : el("p", { class: "atlas-reading" }, el("span", {}, fact(entry.status === "unstated" ? Atlas.t("card.no_status") : read)));
    if (years) words.append(el("span", { class: "atlas-figures" }, years));
    return el(
      "li",
      { class: outside ? "is-outside" : null },
      layer ? Atlas.swatch(layer, props.category, entry.status, 14, { kind: "point" }) : null,
      outside ? el("span", { class: "atlas-tag" }, Atlas.t("card.outside")) : null,
      place(entry),
      phrase,
      entry.note ? Atlas.clamped(Atlas.text(entry.note), "p") : null,
      words,
    );
  };

  const citation = (entry) =>
    el("li", { class: isOutside(entry.document) ? "is-outside" : null },
      place(entry), entry.phrase ? el("p", {}, quoted(entry.phrase)) : null,
      el("p", { class: "atlas-reading" }, Atlas.t(`supports.${Object.hasOwn(Atlas.config.words?.[Atlas.state.language] ?? {}, `supports.${entry.supports}`) ? entry.supports : "mention"}`)));

  const hueOf = (props, style) => {
    const variant = list(style?.variants).find((row) => list(row.category).includes(props.category));
    return (variant?.hue ?? style?.hue)?.[Atlas.state.scheme ?? "light"] ?? "var(--accent)";
  };

  /** The build window on the atlas's span of years, with today's year marked. */
  const yearBar = (i, props) => {
    const outside = Atlas.state.filter?.outside !== false;
    const [start, end] = outside ? [props.year_start, props.year_end] : [props.year_start_documents, props.year_end_documents];
    const words = Atlas.years(start, end);
    const today = year(Atlas.state.filter?.on ?? Atlas.config.today);
    if ((start ?? end ?? null) === null) return el("div", { class: "atlas-yearbar is-undated" }, el("p", {}, Atlas.t("card.undated")));
    const from = start ?? end, to = end ?? start;
    const [first, last] = Atlas.yearSpan([from, to, today]);
    const at = (value) => `${((value - first) / (last - first + 1)) * 100}%`;
    const status = Atlas.statusOf(i);
    const label = status === "built" || status === "upgrading" ? "card.years" : "card.years_planned";
    return el(
      "div",
      { class: "atlas-yearbar" },
      el("p", {}, el("span", {}, Atlas.t(label)), el("strong", { class: "atlas-figures" }, words)),
      el("div", { class: "atlas-track", "aria-hidden": "true" },
        el("span", { class: `atlas-window is-${status === "built" ? "solid" : "open"}`, style: { left: at(from), width: `calc(${at(to + 1)} - ${at(from)})`, "--hue": hueOf(props, Atlas.config.layers[Atlas.features.layer[i]]?.style) } }),
        el("span", { class: "atlas-today", style: { left: `calc(${at(today)} + ${50 / (last - first + 1)}%)` } })),
      el("div", { class: "atlas-ticks", "aria-hidden": "true" },
        // The words for today stand where the last year would, when today is near it.
        el("span", {}, first), (last - today) / (last - first + 1) < 0.3 ? null : el("span", {}, last),
        el("span", { class: "is-today", style: { left: `clamp(52px, ${at(today)} + ${50 / (last - first + 1)}%, 100% - 52px)` } }, Atlas.t("card.today", { year: today }))),
    );
  };

  const statusLine = (i, props, layer) => {
    const status = Atlas.statusOf(i) ?? "unstated";
    return el("p", { class: "atlas-status" },
      Atlas.swatch(layer.id, props.category, status, 20, { kind: ["point", "point", "line", "area"][Atlas.features.kind[i]] }),
      el("strong", {}, fact(Atlas.label("status", status))),
      // What only an outside source says is not what the plans say.
      status === (props.status_documents ?? status) ? null : el("span", { class: "atlas-tag" }, Atlas.t("card.by_outside")));
  };

  const disagreement = (props) => {
    const plans = list(props.history).filter(isShown);
    const differs = new Set(plans.map((entry) => `${entry.year_start}|${entry.year_end}`).filter((key) => key !== "null|null")).size > 1;
    return Atlas.t(differs ? "card.conflict_years" : "card.conflict_status");
  };

  const warnings = (i, props) => {
    const rows = [], change = Atlas.text(Atlas.changeOf(props.id)?.text);
    if (change) rows.push(["since", Atlas.t("since.of", { text: change })]);
    if (Atlas.isPastWindow(i)) rows.push(["clock", Atlas.t("card.past_window", { year: props.year_end, today: year(Atlas.state.filter?.on ?? Atlas.config.today) })]);
    if (props.conflict) rows.push(["split", disagreement(props)]);
    if (!Atlas.features.kind[i]) rows.push(["locate", Atlas.t("card.unlocated")]);
    if (!Atlas.features.visible[i]) rows.push(["legend", Atlas.t("card.hidden")]);
    return rows.length ? el("ul", { class: "atlas-warnings" }, rows.map(([icon, words]) => el("li", {}, Atlas.icon(icon), el("span", {}, words)))) : null;
  };

  const row = (key, ...value) => (value.flat().some(Boolean) ? [el("dt", {}, Atlas.t(key)), el("dd", {}, ...value)] : []);
  const names = (kind, codes) => {
    const separator = Atlas.t("list.separator");
    return list(codes).flatMap((code, at) => [at ? separator : "", fact(Atlas.label(kind, code))]);
  };

  const facts = (props) => {
    const position = props.position;
    return el("dl", { class: "atlas-facts" },
      row("card.lead", ...names("unit", props.lead_units)),
      row("card.responsible", ...names("unit", props.responsible_units)),
      row("card.city", ...names("city", props.city)),
      row("card.serves", ...names("city", props.serves)),
      position
        ? row("card.position", el("span", {}, fact(Atlas.label("method", position.method)),
          Number.isFinite(position.accuracy_m) ? el("span", { class: "atlas-figures" }, `${Atlas.t("list.pause")}±\u2009${Atlas.length(position.accuracy_m, true)}`) : null),
        Atlas.clamped(Atlas.text(position.basis), "div", { class: "atlas-soft" }, 160))
        : row("card.position", Atlas.t("card.no_position")));
  };

  const section = (key, count, ...content) =>
    el("section", { class: "atlas-part" }, el("h3", {}, Atlas.t(key), count ? el("span", { class: "atlas-count" }, Atlas.number(count)) : null), ...content);

  const basis = (props) => {
    // Undated knowledge comes first, as it does where the status is worked out: any dated source overrides it.
    const entries = list(props.history).filter(isShown).sort((a, b) => String(a.date ?? "").localeCompare(String(b.date ?? "")));
    const further = list(props.citations).filter(isShown);
    const left = list(props.history).length + list(props.citations).length - entries.length - further.length;
    return section("card.basis", 0,
      el("ol", { class: "atlas-history" }, entries.map((entry) => historyEntry(entry, props))),
      further.length
        ? el("details", { class: "atlas-further" }, el("summary", {}, Atlas.t("card.further", { n: further.length })), el("ul", { class: "atlas-history" }, further.map(citation)))
        : null,
      left ? el("p", { class: "atlas-soft" }, Atlas.t("card.outside_off", { n: left })) : null);
  };

  const chips = (key, items) => (items.length ? section(key, 0, el("ul", { class: "atlas-chips" }, items.map((item) => el("li", {}, item)))) : null);

  // ── the card itself ───────────────────────────────────────────────────────────────────────
  const content = (i) => {
    const props = Atlas.features.props[i];
    const layer = Atlas.config.layers[Atlas.features.layer[i]];
    const zh = Atlas.state.language !== "en";
    const [large, small] = zh ? [props.name_zh || props.name_en, props.name_en] : [props.name_en || props.name_zh, props.name_zh];
    const title = el("h2", { class: "atlas-name", id: "atlas-card-name", tabindex: -1, lang: zh ? "zh-CN" : "en" }, raw(large || props.id, { class: "atlas-clamp" }));
    heading.replaceChildren(Atlas.swatch(layer.id, props.category, "built", 18), el("span", {}, raw(Atlas.text(layer.title))), el("span", { class: "atlas-soft" }, raw(Atlas.label("category", props.category))));
    const more = String(large ?? "").length > 80 ? lengthen(title.firstChild) : null;
    return [
      el("div", { class: "atlas-head-of-place" }, title, more,
        small && small !== large ? Atlas.clamped(small, "p", { class: "atlas-soft", lang: zh ? "en" : "zh-CN" }) : null, statusLine(i, props, layer)),
      warnings(i, props), yearBar(i, props), facts(props), basis(props),
      chips("card.memberships", list(props.memberships).map((code) => fact(Atlas.label("membership", code)))),
      list(props.remarks).length ? section("card.remarks", 0, el("ul", { class: "atlas-remarks" }, list(props.remarks).map((remark) => el("li", {}, Atlas.clamped(Atlas.text(remark), "span", {}, 240))))) : null,
      chips("card.aliases", list(props.aliases).map(fact)),
    ];
  };

  const lengthen = (text) => {
    const button = el("button", { type: "button", class: "atlas-link", "aria-expanded": "false" }, Atlas.t("more"));
    button.addEventListener("click", () => {
      const open = text.classList.toggle("is-open");
      button.setAttribute("aria-expanded", String(open));
      button.textContent = Atlas.t(open ? "less" : "more");
    });
    return button;
  };

  const linkTo = (id) => Atlas.addressOf(Atlas.pathOf(Atlas.query({ selected: id }), { isEmbedded: false }));

  // In a window of its own: the map stays as the reader has it.
  const pageOf = (id) => el("a", { class: "atlas-button", href: `${Atlas.config.placePath}${encodeURIComponent(id)}${Atlas.state.language === "en" ? "?lang=en" : ""}`,
    target: "_blank", rel: "noopener" }, Atlas.icon("open"), el("span", {}, Atlas.t("card.page")));

  const actionsFor = (i) => {
    const props = Atlas.features.props[i];
    return [
      Atlas.config.placePath ? pageOf(Atlas.features.ids[i]) : null,
      Atlas.config.links?.self ? Atlas.button("link", Atlas.t("card.copy_link"), () => Atlas.copy(linkTo(Atlas.features.ids[i])), { shown: true }) : null,
      Atlas.features.kind[i] ? Atlas.button("locate", Atlas.t("card.zoom"), () => Atlas.select(Atlas.features.ids[i], { fly: true, origin: "map" }), { shown: true }) : null,
      Atlas.canDraw() && Atlas.features.visible[i] ? Atlas.button("save", Atlas.t("card.export"), () => Atlas.tell("export", { place: Atlas.features.ids[i] }), { shown: true }) : null,
      props && Atlas.features.visible[i] ? Atlas.button("table", Atlas.t("card.in_table"), () => Atlas.showInTable(i), { shown: true }) : null,
    ].filter(Boolean);
  };

  const show = ({ takeFocus = false } = {}) => {
    const id = Atlas.state.selected;
    const i = id === null ? -1 : Atlas.indexOf(id);
    if (i < 0) { panel.set(false); return; }
    panel.body.replaceChildren(...content(i).filter(Boolean));
    actions.replaceChildren(...actionsFor(i));
    panel.root.setAttribute("aria-labelledby", "atlas-card-name");
    if (!panel.isShown()) panel.set(true);
    if (takeFocus) panel.body.querySelector("#atlas-card-name").focus({ preventScroll: true });
  };

  const close = () => {
    if (Atlas.state.selected === null) return false;
    Atlas.select(null);
    return true;
  };

  const build = () => {
    if (!panel) {
      heading = el("div", { class: "atlas-kind" });
      panel = Atlas.panel({ id: "card", slot: "side", title: () => Atlas.t("card.title"), isOpen: false, closable: true, scrolls: true, heading });
      panel.onShut = close;
      actions = el("div", { class: "atlas-actions" });
      panel.root.append(actions);
      Atlas.onEscape(close);
    }
    show();
  };

  Atlas.on("config", build);
  Atlas.on("selected", (detail) => {
    const origin = detail?.origin ?? "map";
    // The table and the application keep the focus that the reader has in them.
    if (Atlas.state.selected !== null) {
      if (!panel.isShown()) cameFrom = document.activeElement;
      panel.body.scrollTop = 0;
      show({ takeFocus: origin === "map" || origin === "goto" });
    } else {
      const hadFocus = panel.root.contains(document.activeElement);
      panel.set(false);
      if (hadFocus) (cameFrom?.isConnected && cameFrom !== document.body ? cameFrom : Atlas.map?.getContainer())?.focus({ preventScroll: true });
    }
  });
  Atlas.on("data", () => { if (Atlas.state.selected !== null && panel) show(); });
  for (const event of ["language", "theme", "filter"]) Atlas.on(event, () => { if (panel?.isShown()) show(); });
})();
