/* The filter of the contract, run over the columns; it says the same as `layers/filters.py`, feature by feature. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});
  const { features } = Atlas;
  const { dictionary } = Atlas.columns;

  const CODED = ["status", "category", "method"];
  const LISTS = Atlas.columns.listNames;
  let cachedCounts = null;

  /** Sources that are no planning document, after the config. */
  const outsideSources = () => new Set((Atlas.config?.documents ?? []).filter((d) => d.kind !== "plan").map((d) => d.id));

  const keepWhere = (test) => {
    const { visible, count } = features;
    for (let i = 0; i < count; i++) if (visible[i] && !test(i)) visible[i] = 0;
  };
  const nothing = () => features.visible.fill(0);

  /** 1 for each dictionary number that a row accepts. */
  function acceptance(name, op, values) {
    const { codes, values: known } = dictionary(name);
    const mask = new Uint8Array(known.length).fill(op === "not_in" ? 1 : 0);
    for (const value of values) { const code = codes.get(value); if (code) mask[code] = op === "not_in" ? 0 : 1; }
    return mask;
  }

  /** Columns that depend on whether outside sources count. */
  const columnsFor = (outside) => (outside
    ? { status: features.status, start: features.yearStart, end: features.yearEnd }
    : { status: features.statusDocuments, start: features.yearStartDocuments, end: features.yearEndDocuments });

  function keepYears(a, b, undated, { start, end }) {
    if (!Number.isFinite(a) || !Number.isFinite(b)) { nothing(); return; }
    keepWhere((i) => {
      const s = start[i], e = end[i];
      const from = s === s ? s : e, to = e === e ? e : s; // NaN is the only value unlike itself
      return from === from ? from <= b && to >= a : undated;
    });
  }

  /** Take out of `visible` what one row of the filter does not accept. An unknown field, an unknown
   *  operator, or a pair that makes no sense accepts nothing: a link never widens. */
  function narrow(row, context) {
    const field = row?.field, op = row?.op;
    const given = Array.isArray(row?.values) ? row.values : [];
    const values = given.map(String);
    const isChoice = op === "in" || op === "not_in";
    const isIn = op === "in";
    if (isChoice && CODED.includes(field)) {
      const column = field === "status" ? context.status : features[field];
      const mask = acceptance(field, op, values);
      keepWhere((i) => mask[column[i]] === 1);
    } else if (isChoice && LISTS.includes(field)) {
      const mask = acceptance(field, "in", values);
      if (field === "document" && !context.outside) {
        const outside = outsideSources();
        dictionary("document").values.forEach((id, code) => { if (outside.has(id)) mask[code] = 0; });
      }
      const { start, values: codes } = features.lists[field];
      keepWhere((i) => {
        for (let k = start[i]; k < start[i + 1]; k++) if (mask[codes[k]] === 1) return isIn;
        return !isIn;
      });
    } else if (isChoice && field === "layer") {
      const set = new Set(values), hit = Atlas.config.layers.map((l) => set.has(l.id) === isIn);
      keepWhere((i) => hit[features.layer[i]]);
    } else if (isChoice && field === "id") {
      const set = new Set(values);
      keepWhere((i) => set.has(features.ids[i]) === isIn);
    } else if (isChoice && field === "past_window") {
      const set = new Set(given);
      keepWhere((i) => set.has(isPast(i, context)) === isIn);
    } else if (field === "accuracy_m" && (op === "at_most" || op === "at_least")) {
      const bound = given.length ? Number(given[0]) : NaN, { accuracy } = features;
      if (op === "at_most") keepWhere((i) => accuracy[i] <= bound);
      else keepWhere((i) => accuracy[i] >= bound);
    } else if (field === "years" && op === "overlaps") {
      keepYears(Number(given[0]), Number(given[1]), row.undated !== false, context);
    } else if (field === "search" && op === "has") {
      keepWhere((i) => values.every((term) => features.search[i].includes(term)));
    } else nothing();
  }

  const isPast = (i, { end, status, year }) => end[i] < year && dictionary("status").values[status[i]] !== "built";

  const contextOf = (filter) => {
    const outside = filter?.outside !== false;
    const on = String(filter?.on ?? Atlas.config?.today ?? "");
    return { outside, year: Number.parseInt(on.slice(0, 4), 10), ...columnsFor(outside) };
  };

  /** Set `visible` for each feature from the filter and the player's window of years. */
  function apply(filter, years, yearsUndated) {
    const context = contextOf(filter);
    const { visible, layer, count } = features;
    const wanted = Array.isArray(filter?.layers) ? new Set(filter.layers) : null;
    const isOn = (Atlas.config?.layers ?? []).map((l) => (!wanted || wanted.has(l.id) ? 1 : 0));
    for (let i = 0; i < count; i++) visible[i] = isOn[layer[i]];
    for (const row of Array.isArray(filter?.rows) ? filter.rows : []) narrow(row, context);
    if (years) keepYears(years[0], years[1], yearsUndated, context);
    cachedCounts = null;
  }

  /** How many are shown, by layer and by status, and how many of the shown have no year or no place. */
  Atlas.counts = () => {
    if (cachedCounts) return cachedCounts;
    const { status, start, end } = contextOf(Atlas.state.filter);
    const shownBy = new Float64Array(256), totalBy = new Float64Array(256);
    const statusCounts = new Float64Array(dictionary("status").values.length);
    let shown = 0, undated = 0, unlocated = 0;
    for (let i = 0; i < features.count; i++) {
      totalBy[features.layer[i]]++;
      if (!features.visible[i]) continue;
      shown++; shownBy[features.layer[i]]++; statusCounts[status[i]]++;
      if (start[i] !== start[i] && end[i] !== end[i]) undated++;
      if (!features.kind[i]) unlocated++;
    }
    const byLayer = new Map((Atlas.config?.layers ?? []).map((l, k) => [l.id, { shown: shownBy[k], total: totalBy[k] }]));
    const byStatus = new Map();
    dictionary("status").values.forEach((code, k) => { if (code !== null) byStatus.set(code, statusCounts[k]); });
    cachedCounts = { shown, hidden: features.count - shown, undated, unlocated, byLayer, byStatus };
    return cachedCounts;
  };

  /** The status of feature `i` as the filter in force reads it (with or without outside sources). */
  Atlas.statusOf = (i) => dictionary("status").values[columnsFor(Atlas.state.filter?.outside !== false).status[i]] ?? null;

  /** Whether the build window of feature `i` ended before the day of the filter without being built. */
  Atlas.isPastWindow = (i) => isPast(i, contextOf(Atlas.state.filter));

  Atlas.filters = { apply, contextOf };
})();
