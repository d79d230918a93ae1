/* The table: the map's accessible twin. It holds what is shown, and only the rows in sight are in the page. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});
  const { el, raw } = Atlas;

  const OVERSCAN = 8;
  let panel = null;
  let scroller = null;
  let sizer = null;
  let table = null;
  let body = null;
  let caption = null;
  let empty = null;
  let onlyUnlocated = false;
  let rows = [];
  let active = 0;
  let sort = { column: null, falling: false };
  let rowHeight = 32;
  let isStale = true;
  let frame = 0;

  const first = (value) => (Array.isArray(value) ? value[0] : value) ?? "";
  const order = (kind) =>
    new Map((kind === "layer"
      ? Atlas.config.layers.map((row) => row.id)
      : (Atlas.config.codes?.[kind] ?? []).map((row) => row.code)).map((code, at) => [code, at]));
  const lastYear = (i) => {
    const { start, end } = Atlas.filters.contextOf(Atlas.state.filter);
    return [start[i], end[i]].map((year) => (Number.isNaN(year) ? null : year));
  };
  const join = (kind, codes) => (Array.isArray(codes) ? codes : []).map((code) => Atlas.label(kind, code)).join(Atlas.t("list.separator"));

  /* A column: what stands in the cell, and what it is sorted by. Text sorts as the language orders it,
   * codes in the order of the code list, nothing always last. */
  const COLUMNS = [
    { key: "name", heads: true, cell: (i) => Atlas.nameOf(i), rank: (i) => Atlas.nameOf(i) },
    { key: "layer", cell: (i) => Atlas.text(Atlas.config.layers[Atlas.features.layer[i]].title), rank: (i) => Atlas.features.layer[i] },
    { key: "status", cell: (i) => Atlas.label("status", Atlas.statusOf(i)),
      ranks: () => { const at = order("status"); return (i) => at.get(Atlas.statusOf(i)) ?? null; } },
    { key: "years", figures: true, cell: (i) => Atlas.years(...lastYear(i)),
      rank: (i) => {
        const [start, end] = lastYear(i);
        return (start ?? end ?? null) === null ? null : (start ?? end) * 10_000 + (end ?? start);
      } },
    { key: "city", cell: (i) => join("city", Atlas.features.props[i].city),
      ranks: () => { const at = order("city"); return (i) => at.get(first(Atlas.features.props[i].city)) ?? null; } },
    { key: "lead", cell: (i) => join("unit", Atlas.features.props[i].lead_units),
      rank: (i) => Atlas.label("unit", first(Atlas.features.props[i].lead_units)) || null },
    { key: "accuracy", figures: true, cell: (i) => accuracy(i),
      rank: (i) => (Atlas.features.kind[i] ? Atlas.features.props[i].position?.accuracy_m ?? null : Infinity) },
  ];
  const accuracy = (i) => {
    if (!Atlas.features.kind[i]) return Atlas.t("table.unlocated");
    const metres = Atlas.features.props[i].position?.accuracy_m;
    return Number.isFinite(metres) ? `±\u2009${Atlas.length(metres, true)}` : "–";
  };

  // ── which rows, in which order ────────────────────────────────────────────────────────────
  /* By layer, then as in its file: layers arrive in any order, the table does not depend on it. */
  const asListed = (a, b) => Atlas.features.layer[a] - Atlas.features.layer[b] || a - b;
  const permutations = new Map();
  /** All features in the order of a column; kept, because sorting Chinese by its sound is dear. */
  const permutation = (column) => {
    const key = `${column.key}|${Atlas.state.language}|${Atlas.features.count}|${Atlas.state.filter?.outside}|${Atlas.config.dataVersion}`;
    if (permutations.has(key)) return permutations.get(key);
    const rank = column.ranks?.() ?? column.rank;
    const values = Array.from({ length: Atlas.features.count }, (_, i) => rank(i));
    const collator = new Intl.Collator(Atlas.state.language === "en" ? "en" : "zh-Hans-CN-u-co-pinyin", { numeric: true });
    const compare = (a, b) => {
      const [left, right] = [values[a], values[b]];
      if (left === null || right === null) return left === right ? asListed(a, b) : left === null ? 1 : -1;
      return (typeof left === "string" ? collator.compare(left, right) : left - right) || asListed(a, b);
    };
    const sorted = Uint32Array.from(values.keys()).sort(compare);
    if (permutations.size > 12) permutations.clear();
    permutations.set(key, { sorted, missing: (i) => values[i] === null });
    return permutations.get(key);
  };

  const collect = () => {
    const { visible, kind, count } = Atlas.features;
    const wanted = (i) => visible[i] && (!onlyUnlocated || !kind[i]);
    const column = COLUMNS.find((candidate) => candidate.key === sort.column);
    let list = [];
    if (!column) {
      for (let i = 0; i < count; i++) if (wanted(i)) list.push(i);
      list.sort(asListed);
    }
    if (column) {
      const { sorted, missing } = permutation(column);
      for (const i of sorted) if (wanted(i)) list.push(i);
      if (sort.falling) {
        const known = list.filter((i) => !missing(i)).reverse();
        list = known.concat(list.filter(missing));
      }
    }
    const before = rows[active];
    rows = list;
    const kept = rows.indexOf(before);
    active = kept >= 0 ? kept : Math.min(active, Math.max(0, rows.length - 1));
    isStale = false;
  };

  // ── the rows in sight ─────────────────────────────────────────────────────────────────────
  const cellsOf = (i) =>
    COLUMNS.map((column) => {
      const text = column.cell(i);
      const content = column.key === "name"
        ? [Atlas.swatch(Atlas.config.layers[Atlas.features.layer[i]].id, Atlas.features.props[i].category, Atlas.statusOf(i), 16), raw(text)]
        : [raw(text)];
      const marks = column.key === "accuracy" && !Atlas.features.kind[i] ? "is-unlocated" : "";
      const name = `${column.figures ? "atlas-figures " : ""}is-${column.key} ${marks}`.trim();
      return column.heads
        ? el("th", { scope: "row", class: name, title: text.length > 12 && text.length < 200 ? text : null },
          el("span", { class: "atlas-cell" }, content))
        : el("td", { class: name, title: text.length > 8 && text.length < 200 ? text : null }, content);
    });

  const paint = () => {
    frame = 0;
    if (!panel.isShown()) return;
    const head = table.tHead.offsetHeight;
    const from = Math.max(0, Math.floor(scroller.scrollTop / rowHeight) - OVERSCAN);
    const to = Math.min(rows.length, Math.ceil((scroller.scrollTop + scroller.clientHeight) / rowHeight) + OVERSCAN);
    const focused = document.activeElement?.closest?.(".atlas-table tbody tr");
    sizer.style.setProperty("height", `${rows.length * rowHeight + head}px`);
    table.style.setProperty("margin-top", `${from * rowHeight}px`);
    table.setAttribute("aria-rowcount", String(rows.length + 1));
    const stop = active >= from && active < to ? active : from;
    const selected = Atlas.state.selected;
    body.replaceChildren(...rows.slice(from, to).map((i, at) =>
      el("tr", {
        "aria-rowindex": from + at + 2, "aria-selected": String(Atlas.features.ids[i] === selected), tabindex: from + at === stop ? 0 : -1,
        data: { row: from + at }, class: Atlas.features.ids[i] === selected ? "is-selected" : null,
      }, cellsOf(i))));
    // A focused row that has scrolled away leaves its focus with the list, so that the keys still work.
    if (focused) (rowElement(active) ?? scroller).focus({ preventScroll: true });
    empty.hidden = rows.length > 0;
    empty.textContent = Atlas.t("table.empty");
    caption.textContent = onlyUnlocated
      ? Atlas.t("table.caption_unlocated", { n: Atlas.number(rows.length) })
      : Atlas.t("table.caption", { n: Atlas.number(rows.length) });
  };
  const schedule = () => { if (!frame) frame = requestAnimationFrame(paint); };
  const rowElement = (at) => body.querySelector(`tr[data-row="${at}"]`);

  const bring = (at, { focus = false } = {}) => {
    const head = table.tHead.offsetHeight;
    const top = at * rowHeight;
    const room = scroller.clientHeight - head;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + rowHeight > scroller.scrollTop + room) scroller.scrollTop = top + rowHeight - room;
    paint();
    if (focus) rowElement(at)?.focus({ preventScroll: true });
  };

  const refresh = () => {
    isStale = true;
    if (!panel?.isShown()) return;
    collect();
    paint();
  };

  // ── deeds ─────────────────────────────────────────────────────────────────────────────────
  const choose = (at) => {
    if (rows[at] === undefined) return;
    active = at;
    Atlas.select(Atlas.features.ids[rows[at]], { fly: false, origin: "table" });
    const i = rows[at];
    if (Atlas.features.kind[i] && Atlas.map && !Atlas.map.getBounds().contains([Atlas.features.anchor[2 * i + 1], Atlas.features.anchor[2 * i]])) {
      Atlas.select(Atlas.features.ids[i], { fly: true, origin: "table" });
    }
  };

  const onKey = (event) => {
    if (event.target.closest("button")) return;
    const page = Math.max(1, Math.floor(scroller.clientHeight / rowHeight) - 2);
    const target = {
      ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page,
      Home: 0, End: rows.length - 1 }[event.key];
    if (event.key === "Enter" || event.key === " ") choose(active);
    else if (target === undefined) return;
    else { active = Math.max(0, Math.min(rows.length - 1, target)); bring(active, { focus: true }); Atlas.hover(rows[active] ?? -1); }
    event.preventDefault();
  };

  const sortBy = (key) => {
    sort = sort.column !== key
      ? { column: key, falling: false }
      : sort.falling ? { column: null, falling: false } : { column: key, falling: true };
    collect();
    active = 0;
    scroller.scrollTop = 0;
    renderHead();
    paint();
    table.tHead.querySelector(`[data-key="${key}"]`)?.focus();
    Atlas.announce(Atlas.t(
      sort.column === null ? "table.unsorted" : sort.falling ? "table.falling" : "table.rising",
      { column: Atlas.t(`table.${key}`) }));
  };

  const renderHead = () => {
    const cells = COLUMNS.map((column) => {
      const state = sort.column !== column.key ? "none" : sort.falling ? "descending" : "ascending";
      return el("th", { scope: "col", class: `is-${column.key}`, "aria-sort": state },
        el("button", { type: "button", data: { key: column.key }, on: { click: () => sortBy(column.key) } },
          el("span", {}, Atlas.t(`table.${column.key}`)), Atlas.icon(sort.falling ? "down" : "up")));
    });
    table.tHead.replaceChildren(el("tr", { "aria-rowindex": 1 }, cells));
  };

  /** Open the table at a feature's row. */
  Atlas.showInTable = (i) => {
    onlyUnlocated = false;
    panel.set(true);
    collect();
    renderTools();
    active = Math.max(0, rows.indexOf(i));
    bring(active, { focus: true });
  };

  const tools = el("div", { class: "atlas-table-tools", role: "group" });
  const renderTools = () => {
    if (!panel.isShown()) return;
    const { shown, unlocated } = Atlas.counts();
    tools.setAttribute("aria-label", Atlas.t("table.which"));
    const choice = (words, n, value) =>
      el("button", { type: "button", class: "atlas-choice", "aria-pressed": String(onlyUnlocated === value),
        on: { click: () => { onlyUnlocated = value; scroller.scrollTop = 0; renderTools(); refresh(); } } },
      words, el("span", { class: "atlas-figures" }, Atlas.number(n)));
    tools.replaceChildren(choice(Atlas.t("table.all"), shown, false), choice(Atlas.t("table.unlocated"), unlocated, true));
  };

  const build = () => {
    if (!panel) {
      panel = Atlas.panel({ id: "table", slot: "drawer", title: () => Atlas.t("table.title"),
        isOpen: false, closable: true, onToggle: (open) => open && requestAnimationFrame(opened) });
      caption = el("caption", { class: "atlas-unseen" });
      body = el("tbody");
      table = el("table", { class: "atlas-table", role: "grid" }, caption, el("thead"), body);
      sizer = el("div", { class: "atlas-sizer" }, table);
      empty = el("p", { class: "atlas-empty atlas-soft", hidden: true });
      scroller = el("div", { class: "atlas-scroller", tabindex: -1 }, sizer, empty);
      panel.head.insertBefore(tools, panel.head.lastChild);
      panel.body.append(scroller);
      scroller.addEventListener("scroll", schedule, { passive: true });
      scroller.addEventListener("keydown", onKey);
      body.addEventListener("click", (event) => {
        const row = event.target.closest("tr");
        if (row) { choose(Number(row.dataset.row)); rowElement(active)?.focus({ preventScroll: true }); }
      });
      body.addEventListener("focusin", (event) => { const row = event.target.closest("tr"); if (row) active = Number(row.dataset.row); });
      body.addEventListener("pointermove", (event) => {
        const row = event.target.closest("tr");
        Atlas.hover(row ? rows[Number(row.dataset.row)] ?? -1 : -1);
      });
      body.addEventListener("pointerleave", () => Atlas.hover(-1));
      new ResizeObserver(schedule).observe(scroller);
    }
    renderHead();
    renderTools();
    refresh();
  };
  const opened = () => {
    if (!panel.isShown()) return;
    collect();
    rowHeight = Number.parseFloat(getComputedStyle(panel.root).getPropertyValue("--row")) || 32;
    renderTools();
    const i = Atlas.state.selected === null ? -1 : rows.indexOf(Atlas.indexOf(Atlas.state.selected));
    if (i >= 0) { active = i; bring(i); } else paint();
  };

  let said = null;
  let timer = 0;
  const announce = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const { shown, hidden } = Atlas.counts();
      const words = Atlas.t("table.announce", { n: Atlas.number(shown), hidden: Atlas.number(hidden) });
      if (said !== null && words !== said && Atlas.state.ready) Atlas.announce(words);
      said = words;
    }, 700);
  };

  Atlas.on("config", build);
  Atlas.on("filter", () => { if (panel) { renderTools(); refresh(); announce(); } });
  Atlas.on("data", () => { if (panel) { renderTools(); refresh(); } });
  Atlas.on("language", () => { if (panel) { renderHead(); renderTools(); refresh(); } });
  Atlas.on("theme", () => { if (panel) schedule(); });
  Atlas.on("layout", () => { if (panel) requestAnimationFrame(opened); });
  Atlas.on("selected", () => {
    if (!panel?.isShown()) return;
    const at = Atlas.state.selected === null ? -1 : rows.indexOf(Atlas.indexOf(Atlas.state.selected));
    if (at >= 0) { active = at; bring(at); } else paint();
  });
})();
