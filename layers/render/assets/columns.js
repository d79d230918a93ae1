/* Features as columns: typed arrays by feature, geometry in one long array of Web Mercator numbers
 * from 0 to 1, text values as numbers of a dictionary. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});

  const POINT = 1, LINE = 2, AREA = 3;
  const MAX_LATITUDE = 85.0511287798;

  const LISTS = ["city", "serves", "membership", "document", "lead_unit"];

  /** Empty columns. `parts` are runs of vertices (a point, a line, a ring); feature i has the parts
   *  partStart[i] … partStart[i + 1], part k the vertices vertexStart[k] … vertexStart[k + 1]. */
  const emptyColumns = () => ({
    count: 0, ids: [], props: [], search: [],
    layer: new Uint8Array(0), kind: new Uint8Array(0), visible: new Uint8Array(0),
    status: new Uint32Array(0), statusDocuments: new Uint32Array(0),
    category: new Uint32Array(0), method: new Uint32Array(0),
    accuracy: new Float64Array(0), conflict: new Uint8Array(0),
    yearStart: new Float64Array(0), yearEnd: new Float64Array(0),
    yearStartDocuments: new Float64Array(0), yearEndDocuments: new Float64Array(0),
    anchor: new Float64Array(0), box: new Float64Array(0),
    partStart: new Uint32Array(1), partKind: new Uint8Array(0), vertexStart: new Uint32Array(1), xy: new Float64Array(0),
    lists: Object.fromEntries(LISTS.map((name) => [name, { start: new Uint32Array(1), values: new Uint32Array(0) }])),
  });

  const features = (Atlas.features = emptyColumns());
  let byId = new Map();
  let layersHere = new Set();

  // ── dictionaries: 0 stands for "no value" ─────────────────────────────────────────────────
  const dictionaries = new Map();
  const dictionary = (name) => {
    if (!dictionaries.has(name)) dictionaries.set(name, { codes: new Map(), values: [null] });
    return dictionaries.get(name);
  };
  const encode = (name, value) => {
    if (value === null || value === undefined) return 0;
    const { codes, values } = dictionary(name);
    let code = codes.get(value);
    if (code === undefined) { code = values.length; codes.set(value, code); values.push(value); }
    return code;
  };

  // ── geometry ──────────────────────────────────────────────────────────────────────────────
  const mercatorX = (lon) => lon / 360 + 0.5;
  const mercatorY = (lat) => {
    const s = Math.sin((Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, lat)) * Math.PI) / 180);
    return 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI);
  };
  const longitude = (x) => (x - 0.5) * 360;
  const latitude = (y) => (Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * 180) / Math.PI;

  const isPosition = (c) => Array.isArray(c) && Number.isFinite(c[0]) && Number.isFinite(c[1]) && Math.abs(c[0]) <= 540 && Math.abs(c[1]) <= 90;

  /** Every run of positions of a geometry as [kind, positions]; null when a part of it cannot be read. */
  function runsOf(geometry, depth = 0) {
    if (!geometry || typeof geometry !== "object" || depth > 4) return null;
    const c = geometry.coordinates;
    const runs = [];
    const add = (kind, positions, least) => {
      if (!Array.isArray(positions) || positions.length < least || !positions.every(isPosition)) throw new RangeError("geometry");
      runs.push([kind, positions]);
    };
    try {
      switch (geometry.type) {
        case "Point": add(POINT, [c], 1); break;
        case "MultiPoint": for (const p of c) add(POINT, [p], 1); break;
        case "LineString": add(LINE, c, 2); break;
        case "MultiLineString": for (const l of c) add(LINE, l, 2); break;
        case "Polygon": for (const r of c) add(AREA, r, 3); break;
        case "MultiPolygon": for (const p of c) for (const r of p) add(AREA, r, 3); break;
        case "GeometryCollection":
          for (const g of geometry.geometries) runs.push(...(runsOf(g, depth + 1) ?? []));
          break;
        default: return null;
      }
    } catch { return null; }
    return runs.length ? runs : null;
  }

  /** A place inside an area: its centre when that is inside, else the middle of the widest cut through it. */
  function insideOf(xy, start, end) {
    let area = 0, cx = 0, cy = 0;
    const x0 = xy[2 * start], y0 = xy[2 * start + 1];
    for (let v = start, w = end - 1; v < end; w = v++) {
      const ax = xy[2 * w] - x0, ay = xy[2 * w + 1] - y0, bx = xy[2 * v] - x0, by = xy[2 * v + 1] - y0;
      const cross = ax * by - bx * ay;
      area += cross; cx += (ax + bx) * cross; cy += (ay + by) * cross;
    }
    if (!area) return [x0, y0];
    const x = x0 + cx / (3 * area), y = y0 + cy / (3 * area);
    const cuts = [];
    for (let v = start, w = end - 1; v < end; w = v++) {
      const ay = xy[2 * w + 1], by = xy[2 * v + 1];
      if (ay > y !== by > y) cuts.push(xy[2 * w] + ((y - ay) / (by - ay)) * (xy[2 * v] - xy[2 * w]));
    }
    cuts.sort((a, b) => a - b);
    let best = [x, y], width = -1;
    for (let k = 0; k + 1 < cuts.length; k += 2) {
      if (x >= cuts[k] && x <= cuts[k + 1]) return [x, y];
      if (cuts[k + 1] - cuts[k] > width) { width = cuts[k + 1] - cuts[k]; best = [(cuts[k] + cuts[k + 1]) / 2, y]; }
    }
    return best;
  }

  /** The middle of a line, measured along it. */
  function middleOf(xy, start, end) {
    let total = 0;
    for (let v = start + 1; v < end; v++) total += Math.hypot(xy[2 * v] - xy[2 * v - 2], xy[2 * v + 1] - xy[2 * v - 1]);
    let left = total / 2;
    for (let v = start + 1; v < end; v++) {
      const step = Math.hypot(xy[2 * v] - xy[2 * v - 2], xy[2 * v + 1] - xy[2 * v - 1]);
      if (step >= left && step > 0) {
        const t = left / step;
        return [xy[2 * v - 2] + t * (xy[2 * v] - xy[2 * v - 2]), xy[2 * v - 1] + t * (xy[2 * v + 1] - xy[2 * v - 1])];
      }
      left -= step;
    }
    return [xy[2 * start], xy[2 * start + 1]];
  }

  // ── a layer comes in ──────────────────────────────────────────────────────────────────────
  const joined = (a, b, skip = 0, shift = 0) => {
    const out = new a.constructor(a.length + b.length - skip);
    out.set(a);
    if (shift) for (let k = skip; k < b.length; k++) out[a.length + k - skip] = b[k] + shift;
    else out.set(skip ? b.slice(skip) : b, a.length);
    return out;
  };
  const listOf = (value) => (Array.isArray(value) ? value : value === null || value === undefined ? [] : [value]);
  const yearOf = (value) => (typeof value === "number" && Number.isFinite(value) ? value : NaN);

  function documentsOf(p) {
    const found = new Set();
    for (const entry of [...listOf(p.history), ...listOf(p.citations)]) if (entry?.document) found.add(entry.document);
    return [...found];
  }

  /** Put the geometry of one feature at the end of `into`. @returns kind (0: cannot be drawn) */
  function addGeometry(geometry, into, anchor, box, i) {
    const runs = runsOf(geometry);
    let kind = 0;
    let minX = Infinity, minY = Infinity, maxX = -Infinity, maxY = -Infinity;
    let mainStart = -1, mainEnd = -1;
    for (const [partKind, positions] of runs ?? []) {
      const start = into.xy.length / 2;
      for (const [lon, lat] of positions) {
        const x = mercatorX(lon), y = mercatorY(lat);
        into.xy.push(x, y);
        if (x < minX) minX = x; if (x > maxX) maxX = x;
        if (y < minY) minY = y; if (y > maxY) maxY = y;
      }
      const end = into.xy.length / 2;
      // A feature is what its highest dimension is; its longest run of that carries the label.
      if (partKind > kind || (partKind === kind && end - start > mainEnd - mainStart)) { mainStart = start; mainEnd = end; }
      kind = Math.max(kind, partKind);
      into.partKind.push(partKind);
      into.vertexStart.push(end);
    }
    into.partStart.push(into.partKind.length);
    box.set([minX, minY, maxX, maxY], 4 * i);
    if (!kind) { anchor[2 * i] = anchor[2 * i + 1] = NaN; return 0; }
    const [x, y] = kind === AREA ? insideOf(into.xy, mainStart, mainEnd)
      : kind === LINE ? middleOf(into.xy, mainStart, mainEnd) : [into.xy[2 * mainStart], into.xy[2 * mainStart + 1]];
    anchor[2 * i] = longitude(x); anchor[2 * i + 1] = latitude(y);
    return kind;
  }

  /**
   * Take in the features of one layer; layers come in any order, a second time replaces nothing
   * (call `reset` first when a new data version arrives).
   * @param {string} layerId @param {object[]} list GeoJSON features
   */
  function add(layerId, list) {
    const position = (Atlas.config?.layers ?? []).findIndex((l) => l.id === layerId);
    if (position < 0 || layersHere.has(layerId)) return;
    layersHere.add(layerId);
    const usable = list.filter((f) => f && typeof f === "object");
    const n = usable.length, base = features.count;
    const fresh = emptyColumns();
    for (const name of ["layer", "kind", "visible", "conflict"]) fresh[name] = new Uint8Array(n);
    for (const name of ["status", "statusDocuments", "category", "method"]) fresh[name] = new Uint32Array(n);
    for (const name of ["accuracy", "yearStart", "yearEnd", "yearStartDocuments", "yearEndDocuments"]) fresh[name] = new Float64Array(n);
    const anchor = new Float64Array(2 * n), box = new Float64Array(4 * n);
    const into = { xy: [], partKind: [], partStart: [0], vertexStart: [0] };
    const lists = new Map(LISTS.map((name) => [name, { start: [0], values: [] }]));

    usable.forEach((feature, i) => {
      const p = feature.properties && typeof feature.properties === "object" ? feature.properties : {};
      const id = String(p.id ?? feature.id ?? `${layerId}#${i}`);
      features.ids.push(id);
      features.props.push(p);
      features.search.push(typeof p.search === "string" ? p.search : "");
      if (!byId.has(id)) byId.set(id, base + i);
      fresh.layer[i] = position;
      fresh.status[i] = encode("status", p.status);
      fresh.statusDocuments[i] = encode("status", p.status_documents);
      fresh.category[i] = encode("category", p.category);
      fresh.method[i] = encode("method", p.position?.method);
      fresh.accuracy[i] = yearOf(p.position?.accuracy_m);
      fresh.conflict[i] = p.conflict ? 1 : 0;
      fresh.yearStart[i] = yearOf(p.year_start);
      fresh.yearEnd[i] = yearOf(p.year_end);
      fresh.yearStartDocuments[i] = yearOf(p.year_start_documents);
      fresh.yearEndDocuments[i] = yearOf(p.year_end_documents);
      const values = { city: p.city, serves: p.serves, membership: p.memberships, document: documentsOf(p), lead_unit: p.lead_units };
      for (const name of LISTS) {
        const target = lists.get(name);
        for (const value of listOf(values[name])) target.values.push(encode(name, value));
        target.start.push(target.values.length);
      }
      fresh.kind[i] = addGeometry(feature.geometry, into, anchor, box, i);
    });

    for (const [name, column] of Object.entries(fresh)) if (column.length === n && ArrayBuffer.isView(column)) features[name] = joined(features[name], column);
    features.anchor = joined(features.anchor, anchor);
    features.box = joined(features.box, box);
    const vertices = features.xy.length / 2, parts = features.partKind.length;
    features.xy = joined(features.xy, Float64Array.from(into.xy));
    features.partKind = joined(features.partKind, Uint8Array.from(into.partKind));
    features.partStart = joined(features.partStart, Uint32Array.from(into.partStart), 1, parts);
    features.vertexStart = joined(features.vertexStart, Uint32Array.from(into.vertexStart), 1, vertices);
    for (const name of LISTS) {
      const old = features.lists[name], { start, values } = lists.get(name);
      features.lists[name] = { start: joined(old.start, Uint32Array.from(start), 1, old.values.length), values: joined(old.values, Uint32Array.from(values)) };
    }
    features.count = base + n;
  }

  /** Forget all features: a new data version is coming. */
  function reset() {
    Object.assign(features, emptyColumns());
    byId = new Map(); layersHere = new Set();
    dictionaries.clear();
  }

  /** The row of a feature, -1 when it is not here. */
  Atlas.indexOf = (id) => byId.get(id) ?? -1;

  Atlas.columns = { POINT, LINE, AREA, add, reset, dictionary, listNames: LISTS,
    mercatorX, mercatorY, longitude, latitude, has: (layerId) => layersHere.has(layerId) };
})();
