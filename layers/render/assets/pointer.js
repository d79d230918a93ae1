/* What lies under the pointer, and what a reader's mouse, finger and keys do with it. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});
  const { POINT, LINE, mercatorX, mercatorY } = Atlas.columns;

  const MOUSE_SLOP = 4, TOUCH_SLOP = 22, CELLS = 256, WIDE_CELLS = 64;

  // ── a uniform grid over the boxes of lines and areas ──────────────────────────────────────
  let grid = null;
  Atlas.on("data", () => { grid = null; });

  /** Rows of the grid in one array, wide boxes in a list of their own. */
  function buildGrid() {
    const { count, kind, box } = Atlas.features;
    let x0 = Infinity, y0 = Infinity, x1 = -Infinity, y1 = -Infinity;
    for (let i = 0; i < count; i++) {
      if (kind[i] <= POINT) continue;
      x0 = Math.min(x0, box[4 * i]); y0 = Math.min(y0, box[4 * i + 1]); x1 = Math.max(x1, box[4 * i + 2]); y1 = Math.max(y1, box[4 * i + 3]);
    }
    const sx = CELLS / Math.max(x1 - x0, 1e-12), sy = CELLS / Math.max(y1 - y0, 1e-12);
    const column = (x) => Math.max(0, Math.min(CELLS - 1, Math.floor((x - x0) * sx))),
      row = (y) => Math.max(0, Math.min(CELLS - 1, Math.floor((y - y0) * sy)));
    const start = new Uint32Array(CELLS * CELLS + 1), wide = [];
    const each = (fn) => {
      for (let i = 0; i < count; i++) {
        if (kind[i] <= POINT) continue;
        const a = column(box[4 * i]), b = column(box[4 * i + 2]), c = row(box[4 * i + 1]), d = row(box[4 * i + 3]);
        if ((b - a + 1) * (d - c + 1) > WIDE_CELLS) { fn(i, -1); continue; }
        for (let y = c; y <= d; y++) for (let x = a; x <= b; x++) fn(i, y * CELLS + x);
      }
    };
    each((i, cell) => { if (cell >= 0) start[cell + 1]++; else wide.push(i); });
    for (let cell = 0; cell < CELLS * CELLS; cell++) start[cell + 1] += start[cell];
    const values = new Uint32Array(start.at(-1)), filled = start.slice();
    each((i, cell) => { if (cell >= 0) values[filled[cell]++] = i; });
    grid = { start, values, wide, column, row };
  }

  /** Squared distance in pixels from a place (Mercator) to a line. */
  function distanceToLine(i, x, y, k) {
    const { partStart, vertexStart, xy } = Atlas.features;
    let best = Infinity;
    for (let part = partStart[i]; part < partStart[i + 1]; part++) for (let v = vertexStart[part] + 1; v < vertexStart[part + 1]; v++) {
      const ax = xy[2 * v - 2] - x, ay = xy[2 * v - 1] - y, dx = xy[2 * v] - x - ax, dy = xy[2 * v + 1] - y - ay;
      const long = dx * dx + dy * dy, t = long ? Math.max(0, Math.min(1, -(ax * dx + ay * dy) / long)) : 0;
      best = Math.min(best, (ax + t * dx) ** 2 + (ay + t * dy) ** 2);
    }
    return Math.sqrt(best) * k;
  }

  function isInside(i, x, y) {
    const { partStart, partKind, vertexStart, xy } = Atlas.features;
    let inside = false;
    for (let part = partStart[i]; part < partStart[i + 1]; part++) {
      if (partKind[part] <= LINE) continue;
      for (let v = vertexStart[part], w = vertexStart[part + 1] - 1; v < vertexStart[part + 1]; w = v++) {
        const ay = xy[2 * v + 1], by = xy[2 * w + 1];
        if (ay > y !== by > y && x < ((xy[2 * w] - xy[2 * v]) * (y - ay)) / (by - ay) + xy[2 * v]) inside = !inside;
      }
    }
    return inside;
  }

  /** The symbols as they are painted: the same region as the sheet, so nothing is worked out twice. */
  function shownClusters(zoom) {
    const view = Atlas.canvas.featureView();
    if (view && view.zoom === zoom) return Atlas.clusters.at(zoom, view);
    const { min } = Atlas.map.getPixelBounds(), { x: width, y: height } = Atlas.map.getSize();
    return Atlas.clusters.at(zoom, { x: min.x, y: min.y, width, height });
  }

  /**
   * What is drawn within `slop` pixels of a place of the window: points first, then lines, then areas from small to large.
   * @returns {{feature: number, members: number[]|null}[]} feature -1 for a bubble
   */
  function hits(containerPoint, slop = MOUSE_SLOP) {
    const { map } = Atlas, zoom = map.getZoom(), k = 256 * 2 ** zoom;
    const world = map.containerPointToLayerPoint(containerPoint).add(map.getPixelOrigin());
    const clusters = shownClusters(zoom), r = Atlas.symbols.radiusAt(zoom);
    const sizeOf = (n) => (clusters.feature[n] >= 0 ? r : Atlas.clusters.bubbleRadius(clusters.members[n].length));
    const found = clusters.find(world.x, world.y, slop, sizeOf).map((n) => ({ feature: clusters.feature[n], members: clusters.members[n] }));
    if (!grid) buildGrid();
    const { visible, kind, box, count } = Atlas.features;
    if (!count) return found;
    const x = world.x / k, y = world.y / k, reach = (slop + Atlas.symbols.widthAt(zoom)) / k;
    const lines = [], areas = [], seen = new Set();
    const test = (i) => {
      if (!visible[i] || seen.has(i)) return;
      const b = 4 * i;
      if (x < box[b] - reach || x > box[b + 2] + reach || y < box[b + 1] - reach || y > box[b + 3] + reach) return;
      seen.add(i);
      if (kind[i] === LINE) {
        const d = distanceToLine(i, x, y, k);
        if (d <= slop + Atlas.symbols.widthAt(zoom)) lines.push([d, i]);
      } else if (isInside(i, x, y)) areas.push([(box[b + 2] - box[b]) * (box[b + 3] - box[b + 1]), i]);
    };
    for (let cy = grid.row(y - reach); cy <= grid.row(y + reach); cy++) for (let cx = grid.column(x - reach); cx <= grid.column(x + reach); cx++) {
      const cell = cy * CELLS + cx;
      for (let n = grid.start[cell]; n < grid.start[cell + 1]; n++) test(grid.values[n]);
    }
    for (const i of grid.wide) test(i);
    for (const list of [lines, areas])
      for (const [, i] of list.sort((p, q) => p[0] - q[0] || p[1] - q[1])) found.push({ feature: i, members: null });
    return found;
  }

  // ── pointing ──────────────────────────────────────────────────────────────────────────────
  /** What the mouse is over: {feature, members, at(view)}; null when over nothing. */
  const pointer = { hover: null, hits };

  function point(containerPoint) {
    const start = performance.now();
    const [first] = hits(containerPoint);
    const times = Atlas.timing.hitMs;
    if (times.length > 5000) times.length = 0;
    times.push(performance.now() - start);
    const { map } = Atlas, zoom = map.getZoom(), world = map.containerPointToLayerPoint(containerPoint).add(map.getPixelOrigin());
    const before = pointer.hover;
    pointer.hover = first
      ? { ...first, at: (view) => {
        const s = view.k / (256 * 2 ** zoom);
        return [world.x * s - view.x, world.y * s - view.y];
      } }
      : null;
    map.getContainer().style.cursor = first && !Atlas.state.tool ? "pointer" : "";
    if ((before?.members ?? null) !== (pointer.hover?.members ?? null)) Atlas.canvas.invalidate("overlay");
    // A bubble keeps its first place under the mouse; only a change repaints.
    if (before && pointer.hover && before.feature === pointer.hover.feature && before.members === pointer.hover.members) pointer.hover.at = before.at;
    Atlas.hover(first ? first.feature : -1);
  }

  function leave() {
    const had = pointer.hover?.members;
    pointer.hover = null;
    Atlas.hover(-1);
    if (had) Atlas.canvas.invalidate("overlay");
  }

  // ── choosing ──────────────────────────────────────────────────────────────────────────────
  let lastClick = null;

  /** Select what was clicked; a further click at the same spot takes the next of what lies there. */
  function choose(containerPoint, isCoarse) {
    const found = hits(containerPoint, isCoarse ? TOUCH_SLOP : MOUSE_SLOP + 1);
    if (!found.length) { lastClick = null; Atlas.select(null, { origin: "map" }); return; }
    if (found[0].members) { lastClick = null; open(found[0].members); return; }
    const features = found.filter((hit) => hit.feature >= 0).map((hit) => hit.feature);
    const isAgain = lastClick && lastClick.zoom === Atlas.map.getZoom() && lastClick.at.distanceTo(containerPoint) <= (isCoarse ? 12 : 4)
      && Atlas.features.ids[features[lastClick.turn % features.length]] === Atlas.state.selected;
    const turn = isAgain ? lastClick.turn + 1 : 0;
    lastClick = { at: containerPoint, zoom: Atlas.map.getZoom(), turn };
    Atlas.select(Atlas.features.ids[features[turn % features.length]], { origin: "map" });
  }

  /** Zoom in on the features of a bubble until they come apart. */
  function open(members) {
    const { anchor } = Atlas.features, bounds = L.latLngBounds([]);
    for (const i of members) bounds.extend([anchor[2 * i + 1], anchor[2 * i]]);
    const { map } = Atlas, fit = map.getBoundsZoom(bounds, false, L.point(90, 90));
    const zoom = Math.min(map.getMaxZoom(), Math.max(map.getZoom() + 1, Math.min(fit, Atlas.clusters.SPREAD_ZOOM + 2)));
    leave();
    map.setView(bounds.getCenter(), zoom, { animate: !Atlas.isStill() });
  }

  // ── keys ──────────────────────────────────────────────────────────────────────────────────
  /** Located features in the window, from its middle outwards: the order in which the keys go through them. */
  function within() {
    const { visible, kind, anchor, count, ids } = Atlas.features, bounds = Atlas.map.getBounds(), centre = Atlas.map.getCenter();
    const cx = mercatorX(centre.lng), cy = mercatorY(centre.lat), list = [];
    for (let i = 0; i < count; i++) {
      if (!visible[i] || !kind[i] || !bounds.contains([anchor[2 * i + 1], anchor[2 * i]])) continue;
      list.push([(mercatorX(anchor[2 * i]) - cx) ** 2 + (mercatorY(anchor[2 * i + 1]) - cy) ** 2, i]);
    }
    return list.sort((a, b) => a[0] - b[0] || (ids[a[1]] < ids[b[1]] ? -1 : 1)).map(([, i]) => i);
  }

  function onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target !== Atlas.map.getContainer() || Atlas.state.tool) return;
    if (event.key === "]" || event.key === "[") {
      const list = within();
      if (!list.length) return;
      const from = list.indexOf(Atlas.state.hovered), step = event.key === "]" ? 1 : -1;
      const next = list[from < 0 ? 0 : (from + step + list.length) % list.length];
      pointer.hover = null;
      Atlas.hover(next);
      Atlas.announce?.([Atlas.nameOf(next), Atlas.label?.("status", Atlas.statusOf(next))].filter(Boolean).join(" · "));
    } else if (event.key === "Enter") {
      const i = Atlas.state.hovered >= 0 ? Atlas.state.hovered : within()[0];
      if (i >= 0) Atlas.select(Atlas.features.ids[i], { origin: "map" });
    } else if (event.key === "Escape" && Atlas.state.hovered >= 0) Atlas.hover(-1);
    else return;
    event.preventDefault();
  }

  /** Listen to a map's mouse, fingers and keys. */
  function attach(map) {
    const container = map.getContainer();
    // Scrolling through a page must not get caught in the map that is embedded in it.
    if (Atlas.config.embed) {
      map.scrollWheelZoom.disable();
      container.addEventListener("pointerdown", () => map.scrollWheelZoom.enable(), { once: true });
    }
    let isCoarse = matchMedia("(pointer: coarse)").matches, isDown = false;
    container.addEventListener("pointerdown", (event) => { isCoarse = event.pointerType === "touch"; isDown = true; }, true);
    addEventListener("pointerup", () => { isDown = false; }, true);
    addEventListener("pointercancel", () => { isDown = false; }, true);
    container.addEventListener("pointermove", (event) => {
      if (event.pointerType === "touch" || isDown || !(event.target === container || map.getPane("mapPane").contains(event.target))) return;
      // A browser says where the mouse is once a frame, before it draws: to wait for the drawing would gain nothing.
      if (map._loaded) point(map.mouseEventToContainerPoint(event));
    });
    container.addEventListener("pointerleave", leave);
    container.addEventListener("keydown", onKey);
    map.on("click", (event) => { if (!Atlas.state.tool) choose(event.containerPoint, isCoarse); });
    map.on("movestart", () => { if (pointer.hover) leave(); });
    // The grid is ready before the mouse needs it.
    Atlas.on("ready", () => Atlas.whenIdle(() => { if (!grid && Atlas.features.count) buildGrid(); }));
  }

  Atlas.pointer = Object.assign(pointer, { attach });
})();
