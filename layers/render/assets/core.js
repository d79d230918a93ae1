/* The heart of the atlas: one namespace, one state, one set of events.
 * Everything a reader can change passes through the functions here, whoever asks for it:
 * the map, the table, the panels or the application around the frame. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});

  /** Config as it came with the page or over the port; null until it is here. */
  Atlas.config = null;

  /** What is shown now. `theme` is the reader's choice, `scheme` what it comes to ("light" or "dark");
   *  `selected` is an id (known or still to arrive), `hovered` an index or -1. */
  Atlas.state = {
    language: "zh", theme: "auto", scheme: "light", filter: null, years: null, yearsUndated: true,
    selected: null, hovered: -1, basemap: "offline", ready: false,
  };

  // ── events ────────────────────────────────────────────────────────────────────────────────
  const listeners = new Map();

  /**
   * Call `fn(detail)` at each `event`. Events: config, data, ready, filter, selected, hovered,
   * language, theme, move, basemap, sentence, note.
   * @returns {() => void} takes the listener off again
   */
  Atlas.on = (event, fn) => {
    if (!listeners.has(event)) listeners.set(event, new Set());
    listeners.get(event).add(fn);
    return () => listeners.get(event).delete(fn);
  };

  /** Tell every listener of `event`; one that fails is reported and does not stop the others. */
  Atlas.emit = (event, detail) => {
    for (const fn of [...(listeners.get(event) ?? [])]) {
      try { fn(detail); } catch (error) { reportError(error); }
    }
  };

  /** A short message for the reader; the panels turn `key` into words. */
  Atlas.note = (key, params = {}) => Atlas.emit("note", { key, params });

  /** Call `fn` when the next frame is out: what can wait must not hold up the map. */
  Atlas.afterPaint = (fn) => requestAnimationFrame(() => setTimeout(fn));

  /** Call `fn` when there is nothing else to do: in a frame a browser may wait for that for ever, so soon in any case. */
  Atlas.whenIdle = (fn) => {
    if (window.requestIdleCallback) requestIdleCallback(() => fn(), { timeout: 500 }); else setTimeout(fn);
  };

  // ── words that the engine itself needs ────────────────────────────────────────────────────
  /** The name of feature `i` in the language shown, the other language where one is missing. */
  Atlas.nameOf = (i) => {
    const p = Atlas.features.props[i];
    if (!p) return "";
    const [first, second] = Atlas.state.language === "en" ? [p.name_en, p.name_zh] : [p.name_zh, p.name_en];
    return String(first || second || p.id || "");
  };

  /** True when the reader asked the system for less motion. */
  Atlas.isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  // ── language and theme ────────────────────────────────────────────────────────────────────
  /** @param {"zh"|"en"} language @param {{origin?: string}} [options] origin "app": not told back */
  Atlas.setLanguage = (language, { origin = "map" } = {}) => {
    if ((language !== "zh" && language !== "en") || language === Atlas.state.language) return;
    Atlas.state.language = language;
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    Atlas.emit("language", { language });
    if (origin !== "app") Atlas.tell("language", { language });
  };

  const darkQuery = matchMedia("(prefers-color-scheme: dark)");

  /** @param {"auto"|"light"|"dark"} theme */
  Atlas.setTheme = (theme) => {
    const choice = theme === "light" || theme === "dark" ? theme : "auto";
    const scheme = choice === "auto" ? (darkQuery.matches ? "dark" : "light") : choice;
    const isChanged = choice !== Atlas.state.theme || scheme !== Atlas.state.scheme;
    Atlas.state.theme = choice;
    Atlas.state.scheme = scheme;
    document.documentElement.dataset.theme = scheme;
    if (isChanged) Atlas.emit("theme", { theme: choice, scheme });
  };
  darkQuery.addEventListener("change", () => { if (Atlas.state.theme === "auto") Atlas.setTheme("auto"); });

  // ── selection ─────────────────────────────────────────────────────────────────────────────
  /**
   * Select a feature, or nothing.
   * An id whose layer has not arrived yet is kept and takes effect when it does.
   * @param {string|null} id
   * @param {{fly?: boolean, origin?: "map"|"table"|"app"|"goto"}} [options]
   */
  Atlas.select = (id, { fly = false, origin = "map" } = {}) => {
    const next = id === undefined || id === "" ? null : id;
    const isChanged = next !== Atlas.state.selected;
    Atlas.state.selected = next;
    const index = next === null ? -1 : Atlas.indexOf(next);
    if (next !== null && index < 0 && Atlas.state.ready) Atlas.note("engine.unknown_feature", { id: String(next) });
    if (isChanged) {
      Atlas.emit("selected", { id: next, index, origin });
      if (origin !== "app") Atlas.tell("selected", { id: next });
    }
    if (fly && index >= 0) Atlas.flyToFeature?.(index);
  };

  /** Point out feature `i` on the map (-1: none), as a table row under the mouse does. */
  Atlas.hover = (i) => {
    const index = Number.isInteger(i) && i >= 0 && i < Atlas.features.count ? i : -1;
    if (index === Atlas.state.hovered) return;
    Atlas.state.hovered = index;
    Atlas.emit("hovered", { index });
  };

  // ── filter and years ──────────────────────────────────────────────────────────────────────
  let saidYears = null, toldYears = [];
  const keyOf = (years, undated) => JSON.stringify(years ? [years.map(Number), undated !== false] : null);

  /* The years of a filter become the player's window: there is one window, wherever it is set.
   * Years that a filter has said before, or that repeat what was told, are no news: the reader may have
   * moved the player since. */
  const adopt = (filter) => {
    const rows = Array.isArray(filter.rows) ? filter.rows : [];
    const found = rows.filter((row) => row?.field === "years" && row.op === "overlaps");
    if (found.length > 1 || (found.length && found[0].values?.length !== 2)) return filter;
    const years = found.length ? found[0].values.map(Number) : null, undated = found[0]?.undated !== false;
    const key = keyOf(years, undated), echo = toldYears.indexOf(key);
    if (key !== saidYears) {
      saidYears = key;
      if (echo >= 0) toldYears = toldYears.slice(echo + 1);
      else { Atlas.state.years = years; Atlas.state.yearsUndated = undated; }
    }
    return { ...filter, rows: rows.filter((row) => row !== found[0]) };
  };

  let shownFilter = "";
  const contentOf = ({ seq: _, ...content }) => JSON.stringify(content);

  /**
   * Show what `filter` says. One with a `seq` older than the filter in force is an echo and ignored;
   * one without a `seq` gets the next number.
   * @returns {boolean} whether it was taken
   */
  Atlas.setFilter = (filter) => {
    if (!filter || typeof filter !== "object") return false;
    const current = Atlas.state.filter?.seq ?? -1;
    const seq = typeof filter.seq === "number" ? filter.seq : current + 1;
    if (seq < current) return false;
    const content = contentOf(filter);
    if (content === shownFilter) { Atlas.state.filter.seq = seq; return true; }
    shownFilter = content;
    Atlas.state.filter = { ...adopt(filter), seq };
    Atlas.refilter();
    return true;
  };

  let yearsTimer = 0;

  /**
   * The player's window of years, laid over the filter; null takes it away.
   * @param {[number, number]|null} years
   * @param {{undated?: boolean, origin?: string}} [options] undated: keep features without a year
   */
  Atlas.setYears = (years, { undated = Atlas.state.yearsUndated, origin = "map" } = {}) => {
    Atlas.state.years = Array.isArray(years) ? [Number(years[0]), Number(years[1])] : null;
    Atlas.state.yearsUndated = Boolean(undated);
    Atlas.refilter();
    clearTimeout(yearsTimer);
    // A playing player sets the years many times a second; the application hears of it once, at rest.
    if (origin !== "app") {
      yearsTimer = setTimeout(() => {
        toldYears = [...toldYears, keyOf(Atlas.state.years, Atlas.state.yearsUndated)].slice(-8);
        Atlas.tell("years", { years: Atlas.state.years, undated: Atlas.state.yearsUndated });
      }, 600);
    }
  };

  /** Work out again what is shown, and say so. */
  Atlas.refilter = () => {
    const start = performance.now();
    Atlas.filters.apply(Atlas.state.filter, Atlas.state.years, Atlas.state.yearsUndated);
    Atlas.timing.filterMs = performance.now() - start;
    Atlas.emit("filter", { filter: Atlas.state.filter, years: Atlas.state.years });
  };

  // ── to the application around the frame; sources.js puts real ones in their place ─────────
  Atlas.tell = () => {};
  Atlas.ask = () => Promise.resolve(null);

  /** Last times in milliseconds, and how often the map has been painted. */
  Atlas.timing = { filterMs: 0, paintMs: 0, labelMs: 0, painted: 0, hitMs: [] };
})();
