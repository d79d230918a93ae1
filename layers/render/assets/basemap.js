/* The ground: our own offline map of counties and water, drawn on a canvas, and the reader's choice of
 * online tiles above it. Tiles that do not come leave the offline map standing. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});
  const { runsOf, mercatorX, mercatorY, insideOf } = Atlas.columns;

  /** How long tiles may take before we say that they do not come. */
  const TILE_PATIENCE_MS = 8000;
  const EMPTY = { count: 0, rings: [], labels: [], cityEdges: null, countyEdges: null, box: null };
  let ground = EMPTY;

  // ── reading ───────────────────────────────────────────────────────────────────────────────
  /** Rings of a feature in Mercator numbers, with its box: what is drawn and what is left out unseen. */
  function shapeOf(feature) {
    const runs = runsOf(feature?.geometry);
    if (!runs) return null;
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    const rings = runs.map(([kind, positions]) => {
      const xy = new Float64Array(2 * positions.length);
      positions.forEach(([lon, lat], n) => {
        const x = mercatorX(lon), y = mercatorY(lat);
        xy[2 * n] = x; xy[2 * n + 1] = y;
        box[0] = Math.min(box[0], x); box[1] = Math.min(box[1], y); box[2] = Math.max(box[2], x); box[3] = Math.max(box[3], y);
      });
      return { kind, xy };
    });
    return { rings, box };
  }

  const labelPlace = (properties, shape) => {
    const given = properties.label_point?.coordinates ?? properties.label_point;
    if (Array.isArray(given) && given.length > 1 && given.every(Number.isFinite)) return [mercatorX(given[0]), mercatorY(given[1])];
    const longest = shape.rings.reduce((a, b) => (b.xy.length > a.xy.length ? b : a));
    return insideOf(longest.xy, 0, longest.xy.length / 2);
  };

  /** Borders between two cities apart from those within one: an edge that two counties of a city share is inner. */
  function borders(counties) {
    const seen = new Map(), corners = new Map();
    let count = 0;
    // One number a corner: neighbours have it in the very same place, but for the last digits.
    const numberOf = (x, y) => {
      const [across, down] = [Math.round(x * 1e9), Math.round(y * 1e9)];
      if (!corners.has(across)) corners.set(across, new Map());
      const column = corners.get(across);
      if (!column.has(down)) column.set(down, count++);
      return column.get(down);
    };
    for (const { shape, city } of counties) for (const { xy } of shape.rings) {
      for (let n = 2, from = numberOf(xy[0], xy[1]), to; n < xy.length; n += 2, from = to) {
        to = numberOf(xy[n], xy[n + 1]);
        const key = Math.min(from, to) * 2 ** 26 + Math.max(from, to);
        const edge = seen.get(key);
        if (edge) edge.isInner = edge.city === city; else seen.set(key, { city, isInner: false, xy: [xy[n - 2], xy[n - 1], xy[n], xy[n + 1]] });
      }
    }
    const edges = [...seen.values()];
    return { inner: chained(edges.filter((e) => e.isInner)), outer: chained(edges.filter((e) => !e.isInner && e.city)) };
  }

  /** Edges that follow one another, as lines: thousands of single strokes would cost more and join badly. */
  function chained(edges) {
    const lines = [];
    for (const { xy: [ax, ay, bx, by] } of edges) {
      const last = lines.at(-1);
      if (last && last.at(-2) === ax && last.at(-1) === ay) last.push(bx, by); else lines.push([ax, ay, bx, by]);
    }
    return lines.map((xy) => Float64Array.from(xy));
  }

  /** Water without the bodies that the edge of the extract cuts off and that lie outside the region: a shore as
   *  straight as a ruler is none. */
  function uncut(features, counties) {
    const polygonsOf = ({ type, coordinates } = {}) => (type === "Polygon" ? [coordinates] : type === "MultiPolygon" ? coordinates : []);
    const all = features.flatMap((feature) => polygonsOf(feature?.geometry ?? {})).map((rings) => rings?.[0] ?? []);
    const edge = [Infinity, Infinity, -Infinity, -Infinity];
    for (const ring of all) for (const [x, y] of ring) {
      edge[0] = Math.min(edge[0], x); edge[1] = Math.min(edge[1], y);
      edge[2] = Math.max(edge[2], x); edge[3] = Math.max(edge[3], y);
    }
    const isOnEdge = ([x, y]) =>
      Math.abs(x - edge[0]) < 1e-4 || Math.abs(x - edge[2]) < 1e-4
      || Math.abs(y - edge[1]) < 1e-4 || Math.abs(y - edge[3]) < 1e-4;
    const isWithin = ([lon, lat]) => counties.some(({ shape }) => isInside(shape, mercatorX(lon), mercatorY(lat)));
    const isKept = ([ring = []] = []) => !counties.length || !ring.some(isOnEdge)
      || ring.some((position, n) => n % Math.ceil(ring.length / 80) === 0 && isWithin(position));
    return features.map((feature) => {
      const kept = polygonsOf(feature?.geometry ?? {}).filter(isKept);
      return { ...feature, geometry: kept.length ? { type: "MultiPolygon", coordinates: kept } : null };
    });
  }

  function isInside({ rings, box }, x, y) {
    if (x < box[0] || x > box[2] || y < box[1] || y > box[3]) return false;
    let inside = false;
    for (const { xy } of rings) for (let v = 2; v < xy.length; v += 2) {
      if (xy[v + 1] > y !== xy[v - 1] > y && x < ((xy[v - 2] - xy[v]) * (y - xy[v + 1])) / (xy[v - 1] - xy[v + 1]) + xy[v]) inside = !inside;
    }
    return inside;
  }

  /** @param {{counties: object, water: object}} raw two feature collections */
  function read(raw) {
    const counties = [], water = [], labels = [], box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const feature of raw?.counties?.features ?? []) {
      const shape = shapeOf(feature), p = feature?.properties ?? {};
      if (!shape) continue;
      const city = p.city ?? null;
      counties.push({ shape, city });
      if (city) for (const n of [0, 1]) { box[n] = Math.min(box[n], shape.box[n]); box[n + 2] = Math.max(box[n + 2], shape.box[n + 2]); }
      labels.push({ kind: "county", zh: p.name_zh, en: p.name_en, at: labelPlace(p, shape), box: shape.box, city });
    }
    for (const feature of uncut(raw?.water?.features ?? [], counties.filter((county) => county.city))) {
      const shape = shapeOf(feature), p = feature?.properties ?? {};
      if (!shape) continue;
      water.push({ shape });
      if (p.name_zh || p.name_en) labels.push({ kind: "water", river: p.kind === "river",
        zh: p.name_zh, en: p.name_en, at: labelPlace(p, shape), box: shape.box });
    }
    labels.push(...cityLabels(counties));
    const { inner, outer } = borders(counties);
    ground = { counties, water, labels, inner, outer, box: box[0] < box[2] ? box : null, isHere: counties.length > 0 };
  }

  /** Where each city's name goes: the middle of its box of counties, unless the city's own feature knows better. */
  function cityLabels(counties) {
    const boxes = new Map();
    for (const { shape, city } of counties) {
      if (!city) continue;
      const b = boxes.get(city) ?? [Infinity, Infinity, -Infinity, -Infinity];
      for (const n of [0, 1]) { b[n] = Math.min(b[n], shape.box[n]); b[n + 2] = Math.max(b[n + 2], shape.box[n + 2]); }
      boxes.set(city, b);
    }
    return [...boxes].map(([city, b]) => {
      const code = (Atlas.config?.codes?.city ?? []).find((c) => c.code === city);
      return { kind: "city", city, zh: code?.zh ?? city, en: code?.en ?? city, at: [(b[0] + b[2]) / 2, (b[1] + b[3]) / 2], box: b };
    });
  }

  // ── drawing ───────────────────────────────────────────────────────────────────────────────
  /** Add a bank to the path of `ctx`: a curve through the middles of its edges, since the source's own
   *  banks run in coarse steps that no shore has. */
  function bank(ctx, xy, { k, x: ox, y: oy }) {
    const count = xy.length / 2 - 1;
    const at = (v) => [xy[2 * (v % count)] * k - ox, xy[2 * (v % count) + 1] * k - oy];
    const middle = ([ax, ay], [bx, by]) => [(ax + bx) / 2, (ay + by) / 2];
    ctx.moveTo(...middle(at(0), at(1)));
    for (let v = 1; v <= count; v++) ctx.quadraticCurveTo(...at(v), ...middle(at(v), at(v + 1)));
    ctx.closePath();
  }

  /** Add a run of Mercator numbers to the path of `ctx`, leaving out steps under half a pixel. */
  function trace(ctx, xy, start, end, { k, x: ox, y: oy }, isClosed) {
    let px = xy[2 * start] * k - ox, py = xy[2 * start + 1] * k - oy;
    ctx.moveTo(px, py);
    for (let v = start + 1; v < end; v++) {
      const x = xy[2 * v] * k - ox, y = xy[2 * v + 1] * k - oy;
      if (v < end - 1 && Math.abs(x - px) < 0.6 && Math.abs(y - py) < 0.6) continue;
      ctx.lineTo(x, y);
      px = x; py = y;
    }
    if (isClosed) ctx.closePath();
  }

  const meets = (box, view) =>
    box[0] * view.k - view.x < view.width && box[2] * view.k - view.x > 0
    && box[1] * view.k - view.y < view.height && box[3] * view.k - view.y > 0;

  /** Draw land, cities, water and borders for a view {k, x, y, width, height, zoom}. */
  function draw(ctx, view) {
    const c = Atlas.symbols.palette();
    ctx.fillStyle = c.land;
    ctx.fillRect(0, 0, view.width, view.height);
    if (!ground.isHere) return;
    const ring = (path, xy, seen) => trace(path, xy, 0, xy.length / 2, seen, true);
    const area = (list, colour, edge, outline = ring) => {
      ctx.beginPath();
      for (const { shape } of list) if (meets(shape.box, view)) for (const { xy } of shape.rings) outline(ctx, xy, view);
      ctx.fillStyle = colour;
      ctx.fill("evenodd");
      if (edge) { ctx.strokeStyle = edge; ctx.lineWidth = 0.7; ctx.stroke(); }
    };
    ctx.lineJoin = ctx.lineCap = "round";
    // The thin edge in the fill's own colour closes the hair lines between neighbours.
    area(ground.counties.filter((county) => county.city), c.city, c.city);
    area(ground.water, c.water, null, bank);
    const lines = (list, colour, width) => {
      ctx.beginPath();
      for (const xy of list) trace(ctx, xy, 0, xy.length / 2, view, false);
      ctx.strokeStyle = colour; ctx.lineWidth = width; ctx.stroke();
    };
    const grow = view.zoom >= 11 ? 1.25 : 1;
    lines(ground.inner, c["county-line"], 0.6 * grow);
    lines(ground.outer, c["city-line"], 1.2 * grow);
  }

  // ── online tiles ──────────────────────────────────────────────────────────────────────────
  let tileLayers = [], patience = 0, current = "offline", isSeen = false;

  function drop() {
    clearTimeout(patience);
    for (const layer of tileLayers) layer.off().remove();
    tileLayers = []; isSeen = false;
  }

  /**
   * Show a basemap of the config; one that is unknown or does not load leaves the offline one.
   * @param {string} id @param {{origin?: string}} [options]
   */
  Atlas.setBasemap = (id, { origin = "map" } = {}) => {
    const chosen = (Atlas.config?.basemaps ?? []).find((b) => b.id === id);
    if (!chosen && id !== "offline") Atlas.note("engine.unknown_basemap", { id: String(id) });
    const next = chosen?.id ?? "offline";
    if (next === current && origin !== "start") return;
    current = next;
    Atlas.state.basemap = next;
    drop();
    if (chosen?.kind === "tiles") raise(chosen);
    Atlas.emit("basemap", { id: next, isOnline: chosen?.kind === "tiles" });
    if (origin === "map") Atlas.tell("basemap", { id: next });
  };

  function raise(chosen) {
    const params = { title: chosen.title?.[Atlas.state.language] || chosen.title?.zh || chosen.id };
    let failed = 0, loaded = 0, isTold = false;
    const tell = () => { if (!isTold) { isTold = true; Atlas.note("engine.tiles_failed", params); } };
    const options = { subdomains: chosen.subdomains || "abc",
      maxNativeZoom: chosen.maxZoom ?? chosen.max_zoom ?? 18, maxZoom: 18, minZoom: 3, updateWhenIdle: false,
      keepBuffer: 3, className: "atlas-tiles" };
    tileLayers = (chosen.urls ?? []).map((url, n) => {
      const layer = L.tileLayer(url, options);
      layer.on("tileload", () => {
        loaded++;
        // With tiles come their own names: ours step back.
        if (!isSeen && n === 0) { isSeen = true; Atlas.emit("basemap", { id: current, isOnline: true }); }
      });
      layer.on("tileerror", () => { failed++; if (failed >= 3 && loaded === 0) tell(); });
      return layer.addTo(Atlas.map);
    });
    patience = setTimeout(() => { if (loaded === 0) tell(); }, TILE_PATIENCE_MS);
  }

  Atlas.basemap = { read, draw, trace, meets, labels: () => ground.labels, box: () => ground.box, areTilesSeen: () => isSeen };
})();
