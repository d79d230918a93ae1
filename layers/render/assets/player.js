/* The year player: a window of years over the filter, moved by hand or by itself. It plays in the browser;
 * the application hears of it when it stops. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});
  const { el } = Atlas;

  const STEP_MS = 900;
  const PLAUSIBLE = [1950, 2100];
  let panel = null;
  let parts = null;
  let span = null;
  let timer = null;

  const column = () => Atlas.filters.contextOf(Atlas.state.filter);
  const windowOf = (columns, i) => {
    const start = columns.start[i], end = columns.end[i];
    return [Number.isNaN(start) ? end : start, Number.isNaN(end) ? start : end];
  };

  /** First and last year of the data, wide enough for the years named. */
  Atlas.yearSpan = (also = []) => {
    const [first, last] = dataSpan();
    const known = also.filter((year) => Number.isFinite(year));
    return [Math.min(first, ...known), Math.max(last, ...known)];
  };

  const dataSpan = () => {
    if (span) return span;
    const today = Number.parseInt(Atlas.config.today, 10);
    let first = Infinity, last = -Infinity;
    const columns = column();
    for (let i = 0; i < Atlas.features.count; i++) {
      const [from, to] = windowOf(columns, i);
      // A year that nobody can mean would stretch the track until no handle can be set.
      if (from >= PLAUSIBLE[0] && from < first) first = from;
      if (to <= PLAUSIBLE[1] && to > last) last = to;
    }
    span = first <= last ? [first, Math.max(last, first + 1)] : [today - 5, today + 5];
    return span;
  };

  /** Features of the chosen layers in each year of the track, and how many have no year. */
  const tally = () => {
    const [first, last] = dataSpan();
    const bins = new Float64Array(last - first + 1);
    const columns = column();
    const layers = new Set(Atlas.state.filter?.layers ?? []);
    const on = Atlas.config.layers.map((layer) => layers.has(layer.id));
    let undated = 0;
    for (let i = 0; i < Atlas.features.count; i++) {
      if (!on[Atlas.features.layer[i]]) continue;
      const [from, to] = windowOf(columns, i);
      if (Number.isNaN(from)) { undated++; continue; }
      for (let year = Math.max(from, first); year <= Math.min(to, last); year++) bins[year - first]++;
    }
    return { bins, undated };
  };

  // ── deeds ─────────────────────────────────────────────────────────────────────────────────
  const current = () => Atlas.state.years ?? dataSpan();
  const undated = () => parts.undated.checked;
  /* While it plays, nothing is told: the engine keeps quiet about what seems to come from the application. */
  const apply = (years, { quiet = false } = {}) =>
    Atlas.setYears(years, { undated: undated(), ...(quiet ? { origin: "app" } : {}) });

  const move = (by, options) => {
    const [first, last] = dataSpan();
    let [from, to] = current();
    if (from === first && to === last) [from, to] = by > 0 ? [first, first] : [last, last];
    else if (to + by <= last && from + by >= first) [from, to] = [from + by, to + by];
    else return false;
    apply([from, to], options);
    return true;
  };

  const stop = () => {
    if (timer === null) return;
    clearInterval(timer);
    timer = null;
    apply(Atlas.state.years);
    paint();
    Atlas.announce(spoken());
  };
  const play = () => {
    const [first, last] = dataSpan();
    const [from, to] = current();
    // At the end it starts again, with the same width of window.
    if (to === last && from !== first) apply([first, first + to - from], { quiet: true });
    else move(1, { quiet: true });
    timer = setInterval(() => { if (!move(1, { quiet: true })) stop(); }, STEP_MS);
    paint();
  };
  const reset = () => { stop(); parts.undated.checked = true; apply(null); Atlas.announce(spoken()); };

  const spoken = () => {
    const { shown } = Atlas.counts();
    const years = Atlas.state.years;
    return years
      ? Atlas.t("player.spoken", { years: Atlas.years(...years), n: Atlas.number(shown) })
      : Atlas.t("player.spoken_all", { n: Atlas.number(shown) });
  };

  // ── what is seen ──────────────────────────────────────────────────────────────────────────
  const range = (which) => {
    const input = el("input", { type: "range", class: `atlas-range is-${which}`, step: 1 });
    input.addEventListener("input", () => {
      if (timer !== null) { clearInterval(timer); timer = null; }
      let from = Number(parts.from.value), to = Number(parts.to.value);
      if (from > to) which === "from" ? (from = to) : (to = from);
      const [first, last] = dataSpan();
      apply(from === first && to === last && undated() ? null : [from, to]);
    });
    return input;
  };

  const build = () => {
    if (!panel) {
      panel = Atlas.panel({ id: "player", slot: "dock", title: () => Atlas.t("player.title"), isOpen: true });
      parts = {
        bars: el("div", { class: "atlas-bars", "aria-hidden": "true" }), from: range("from"), to: range("to"),
        undated: el("input", { type: "checkbox", checked: true }) };
      // Leaving the undated out needs a window to be out of; with all years and the undated there is none.
      parts.undated.addEventListener("change", () => {
        const [first, last] = dataSpan();
        const [from, to] = current();
        apply(undated() && from === first && to === last ? null : [from, to]);
      });
    }
    render();
  };

  const render = () => {
    parts.play = Atlas.button("play", Atlas.t("player.play"), () => (timer === null ? play() : stop()), { class: "atlas-button is-main" });
    parts.reading = el("output", { class: "atlas-figures atlas-reading-years" });
    parts.count = el("span", { class: "atlas-figures" });
    parts.reset = Atlas.button("all", Atlas.t("player.reset"), reset, { class: "atlas-button is-quiet" });
    parts.fill = el("span", { class: "atlas-fill" });
    parts.ends = el("div", { class: "atlas-ends atlas-figures", "aria-hidden": "true" });
    parts.from.setAttribute("aria-label", Atlas.t("player.from"));
    parts.to.setAttribute("aria-label", Atlas.t("player.to"));
    const active = document.activeElement;
    panel.body.replaceChildren(
      el("div", { class: "atlas-buttons" },
        Atlas.button("back", Atlas.t("player.back"), () => { stop(); move(-1); }, { class: "atlas-button is-quiet" }), parts.play,
        Atlas.button("next", Atlas.t("player.next"), () => { stop(); move(1); }, { class: "atlas-button is-quiet" })),
      el("div", { class: "atlas-timeline" }, parts.bars,
        el("div", { class: "atlas-rail", "aria-hidden": "true" }, parts.fill), parts.from, parts.to, parts.ends),
      el("div", { class: "atlas-readout" }, parts.reading, parts.reset),
      el("label", { class: "atlas-check" }, parts.undated, el("span", {}, Atlas.t("player.undated")), parts.count));
    if (active && panel.body.contains(active)) active.focus();
    measure();
  };

  /** Everything that follows from the data and the filter. */
  const measure = () => {
    const [first, last] = dataSpan();
    const { bins, undated: none } = tally();
    const most = Math.max(1, ...bins);
    parts.count.textContent = Atlas.number(none);
    parts.bars.replaceChildren(...Array.from(bins, (n) =>
      el("span", { style: { height: `${n ? Math.max(6, (n / most) * 100) : 0}%` } })));
    for (const input of [parts.from, parts.to]) { input.min = first; input.max = last; }
    panel.body.style.setProperty("--years", String(bins.length));
    const step = Math.ceil((last - first + 1) / 8);
    parts.ends.replaceChildren(...Array.from(bins, (_, k) =>
      el("span", {}, k % step === 0 && (k + step <= bins.length || k === bins.length - 1) ? first + k : "")));
    paint();
  };

  const paint = () => {
    if (!parts?.reading) return;
    const [first, last] = dataSpan();
    const [from, to] = current();
    const isAll = Atlas.state.years === null;
    parts.from.value = from;
    parts.to.value = to;
    for (const [input, year] of [[parts.from, from], [parts.to, to]]) input.setAttribute("aria-valuetext", String(year));
    // Two handles on one spot: the one that still has somewhere to go lies on top.
    parts.from.classList.toggle("is-top", from === to && to === last);
    const years = last - first + 1;
    parts.fill.style.setProperty("left", `${((from - first) / years) * 100}%`);
    parts.fill.style.setProperty("right", `${((last - to) / years) * 100}%`);
    Array.from(parts.bars.children).forEach((bar, k) => bar.classList.toggle("is-in", first + k >= from && first + k <= to));
    parts.reading.textContent = isAll ? Atlas.t("player.all") : Atlas.years(from, to);
    parts.reset.disabled = isAll && parts.undated.checked;
    panel.aside.textContent = isAll ? Atlas.t("player.all") : Atlas.years(from, to);
    const isPlaying = timer !== null;
    parts.play.replaceChildren(Atlas.icon(isPlaying ? "pause" : "play"));
    for (const name of ["aria-label", "title"]) parts.play.setAttribute(name, Atlas.t(isPlaying ? "player.pause" : "player.play"));
  };

  let last = null;
  // What is shared is what stands still.
  Atlas.on("sharing", stop);
  Atlas.on("config", build);
  Atlas.on("data", () => { span = null; if (panel) measure(); });
  Atlas.on("language", () => { if (panel) render(); });
  Atlas.on("filter", () => {
    if (!panel) return;
    parts.undated.checked = Atlas.state.yearsUndated !== false;
    const key = JSON.stringify([Atlas.state.filter?.layers, Atlas.state.filter?.outside]);
    if (key !== last) { last = key; span = null; measure(); } else paint();
  });
})();
