/* Points that would lie over one another: in the far view they become one bubble with a count, near by
 * they are spread apart. Both follow from the data, the filter and the view alone. Worked out for a
 * region of whole tiles well beyond the window, so that panning a little changes nothing. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});
  const { POINT, mercatorX, mercatorY } = Atlas.columns;

  /** From this zoom on points are spread rather than counted, unless too many share one spot. */
  const SPREAD_ZOOM = 14, SPREAD_MOST = 36;
  const TILE = 512, MARGIN = 160, BUBBLE_CELL = 44, HIT_CELL = 32;

  /** How near two symbols' middles may come, in pixels, before they are one: when they overlap. */
  const reachAt = (zoom, radius) => radius * (zoom < SPREAD_ZOOM ? 2 : 1.7);

  /** Radius of a bubble for so many features. */
  const bubbleRadius = (n) => Math.min(19, 8.5 + 3.9 * Math.log10(n));

  let memory = { key: null, result: null }, version = 0;
  /** The filter or the data changed: what was worked out no longer holds. */
  const stale = () => { version++; };

  // ── the points ────────────────────────────────────────────────────────────────────────────
  let points = new Uint32Array(0), pointX = new Float64Array(0), pointY = new Float64Array(0), gatheredFor = null;

  /** Every feature that is a point, by layer and then as in the file: layers come in any order, the picture must not depend on it. */
  function gather() {
    const { count, kind, anchor, layer, partStart } = Atlas.features;
    if (gatheredFor === partStart) return; // a new array comes with new data
    gatheredFor = partStart;
    const order = [];
    for (let i = 0; i < count; i++) if (kind[i] === POINT) order.push(i);
    order.sort((a, b) => layer[a] - layer[b] || a - b);
    points = Uint32Array.from(order);
    pointX = Float64Array.from(order, (i) => mercatorX(anchor[2 * i]));
    pointY = Float64Array.from(order, (i) => mercatorY(anchor[2 * i + 1]));
  }

  /** A grid of square cells over `width` × `height` pixels: chains of entries, each cell's in order. */
  function cellGrid(width, height, cell, room) {
    const columns = Math.ceil(width / cell) + 1, rows = Math.ceil(height / cell) + 1;
    const head = new Int32Array(columns * rows).fill(-1), next = new Int32Array(room);
    const column = (x) => Math.max(0, Math.min(columns - 1, Math.floor(x / cell))), row = (y) => Math.max(0, Math.min(rows - 1, Math.floor(y / cell)));
    return { columns, rows, head, next, column, row,
      put: (n, x, y) => { const at = row(y) * columns + column(x); next[n] = head[at]; head[at] = n; } };
  }

  /**
   * What to draw for the visible points in and around a window.
   * @param {number} zoom @param {{x, y, width, height}} window in world pixels of that zoom
   * @returns {{count, x, y, dx, dy, feature, members, find}} x, y: place in world pixels; dx, dy: shift when spread;
   *   feature: index, or -1 for a bubble of the features `members[item]`
   */
  function at(zoom, window) {
    const x0 = Math.floor((window.x - MARGIN) / TILE) * TILE, y0 = Math.floor((window.y - MARGIN) / TILE) * TILE;
    const width = Math.ceil((window.x + window.width + MARGIN) / TILE) * TILE - x0, height = Math.ceil((window.y + window.height + MARGIN) / TILE) * TILE - y0;
    const key = `${version}|${zoom}|${x0}|${y0}|${width}|${height}`;
    if (memory.key !== key) {
      gather();
      memory = { key, result: build(zoom, { x0, y0, width, height }) };
    }
    return memory.result;
  }

  function build(zoom, region) {
    const groups = overlapping(zoom, region);
    if (zoom < SPREAD_ZOOM) for (let turn = 0; turn < 2 && mergeBubbles(groups, zoom, region); turn++);
    return itemsOf(groups, zoom, region);
  }

  // ── groups of points: sums, sizes and chains of members ──────────────────────────────────
  /** Points of the region put together with those that their symbol would overlap. */
  function overlapping(zoom, { x0, y0, width, height }) {
    const k = 256 * 2 ** zoom, reach = reachAt(zoom, Atlas.symbols.radiusAt(zoom)), limit = reach * reach;
    const { visible } = Atlas.features;
    const here = [];
    for (let q = 0; q < points.length; q++) {
      if (!visible[points[q]]) continue;
      const x = pointX[q] * k - x0, y = pointY[q] * k - y0;
      if (x >= 0 && y >= 0 && x < width && y < height) here.push(q);
    }
    const n = here.length, px = new Float64Array(n), py = new Float64Array(n), grid = cellGrid(width, height, reach, n);
    for (let m = n - 1; m >= 0; m--) { px[m] = pointX[here[m]] * k - x0; py[m] = pointY[here[m]] * k - y0; grid.put(m, px[m], py[m]); }
    const { head, next, columns, rows, column, row } = grid;
    const taken = new Uint8Array(n), member = new Int32Array(n).fill(-1);
    const groups = { count: 0, x: new Float64Array(n), y: new Float64Array(n), size: new Uint32Array(n), first: new Int32Array(n), last: new Int32Array(n), member, here };
    for (let m = 0; m < n; m++) {
      if (taken[m]) continue;
      taken[m] = 1;
      const g = groups.count++;
      let sx = px[m], sy = py[m], size = 1, last = m;
      const cx = column(px[m]), cy = row(py[m]);
      for (let b = Math.max(0, cy - 1); b <= Math.min(rows - 1, cy + 1); b++) for (let a = Math.max(0, cx - 1); a <= Math.min(columns - 1, cx + 1); a++) {
        const cell = b * columns + a;
        let before = -1;
        for (let o = head[cell]; o >= 0; o = next[o]) {
          if (!taken[o] && (px[o] - px[m]) ** 2 + (py[o] - py[m]) ** 2 < limit) { taken[o] = 1; sx += px[o]; sy += py[o]; size++; member[last] = o; last = o; }
          // Taken ones are unhooked on the way: a crowded cell is walked through only once.
          if (taken[o]) { if (before < 0) head[cell] = next[o]; else next[before] = next[o]; } else before = o;
        }
      }
      groups.x[g] = sx / size; groups.y[g] = sy / size; groups.size[g] = size; groups.first[g] = m; groups.last[g] = last;
    }
    return groups;
  }

  /** Bubbles are larger than the points in them: those that now touch something take it in, large ones first.
   *  @returns {boolean} whether anything changed */
  function mergeBubbles(groups, zoom, { width, height }) {
    const { x, y, size, first, last, member, count } = groups, single = Atlas.symbols.radiusAt(zoom) * 0.7;
    const grid = cellGrid(width, height, BUBBLE_CELL, count), bubbles = [], radius = new Float64Array(count).fill(single);
    for (let g = count - 1; g >= 0; g--) { grid.put(g, x[g], y[g]); if (size[g] > 1) { bubbles.push(g); radius[g] = bubbleRadius(size[g]); } }
    bubbles.sort((a, b) => size[b] - size[a] || a - b);
    const { head, next, columns, rows } = grid;
    let isChanged = false;
    for (const g of bubbles) {
      if (!size[g]) continue;
      const cx = grid.column(x[g]), cy = grid.row(y[g]), r = radius[g] + 1, gx = x[g], gy = y[g];
      for (let b = Math.max(0, cy - 1); b <= Math.min(rows - 1, cy + 1); b++) for (let a = Math.max(0, cx - 1); a <= Math.min(columns - 1, cx + 1); a++) {
        for (let o = head[b * columns + a]; o >= 0; o = next[o]) {
          if (o === g || !size[o] || (x[o] - gx) ** 2 + (y[o] - gy) ** 2 >= (r + radius[o]) ** 2) continue;
          const all = size[g] + size[o];
          x[g] = (x[g] * size[g] + x[o] * size[o]) / all; y[g] = (y[g] * size[g] + y[o] * size[o]) / all;
          size[g] = all; size[o] = 0;
          member[last[g]] = first[o]; last[g] = last[o];
          isChanged = true;
        }
      }
    }
    let kept = 0;
    for (let g = 0; g < count; g++) {
      if (!size[g]) continue;
      x[kept] = x[g]; y[kept] = y[g]; size[kept] = size[g]; first[kept] = first[g]; last[kept] = last[g];
      kept++;
    }
    groups.count = kept;
    return isChanged;
  }

  // ── items: one symbol or one bubble each ──────────────────────────────────────────────────
  function itemsOf(groups, zoom, region) {
    const items = { x: [], y: [], dx: [], dy: [], feature: [], members: [] };
    const push = (x, y, feature, dx = 0, dy = 0, members = null) => {
      items.x.push(x + region.x0); items.y.push(y + region.y0); items.dx.push(dx); items.dy.push(dy); items.feature.push(feature); items.members.push(members);
    };
    for (let g = 0; g < groups.count; g++) {
      if (groups.size[g] === 1) { push(groups.x[g], groups.y[g], points[groups.here[groups.first[g]]]); continue; }
      const isBubble = zoom < SPREAD_ZOOM || groups.size[g] > SPREAD_MOST, list = new Uint32Array(groups.size[g]);
      for (let m = groups.first[g], n = 0; m >= 0; m = groups.member[m]) list[n++] = groups.here[m];
      if (isBubble) { push(groups.x[g], groups.y[g], -1, 0, 0, list.map((q) => points[q])); continue; }
      const members = list.sort().map((q) => points[q]);
      const offsets = spread(members.length, Atlas.symbols.radiusAt(zoom) * 2.6);
      members.forEach((i, n) => push(groups.x[g], groups.y[g], i, ...offsets[n]));
    }
    return { ...items, count: items.x.length, find: finder(items, region) };
  }

  /** Shifts in pixels that put `n` points side by side on rings, `step` pixels apart. */
  function spread(n, step) {
    const out = [];
    let far = 0;
    while (out.length < n) {
      const left = n - out.length;
      const here = far === 0 ? Math.min(left, 8) : Math.min(left, Math.floor((2 * Math.PI * (far + step)) / step));
      far = far === 0 ? Math.max(step * 0.5, (here * step) / (2 * Math.PI)) : far + step;
      for (let m = 0; m < here; m++) {
        const angle = (2 * Math.PI * m) / here - Math.PI / 2 - (here === 2 ? Math.PI / 2 : 0);
        out.push([Math.cos(angle) * far, Math.sin(angle) * far]);
      }
    }
    return out;
  }

  /** How the pointer finds items: those within `slop` pixels of a place, their own size added, nearest first. */
  function finder({ x, y, dx, dy }, { x0, y0, width, height }) {
    let grid = null;
    return (px, py, slop, sizeOf) => {
      if (!grid) {
        grid = cellGrid(width, height, HIT_CELL, x.length);
        for (let n = 0; n < x.length; n++) grid.put(n, x[n] + dx[n] - x0, y[n] + dy[n] - y0);
      }
      const found = [], far = slop + 20;
      for (let b = grid.row(py - y0 - far); b <= grid.row(py - y0 + far); b++) for (let a = grid.column(px - x0 - far); a <= grid.column(px - x0 + far); a++) {
        for (let n = grid.head[b * grid.columns + a]; n >= 0; n = grid.next[n]) {
          const d = Math.hypot(x[n] + dx[n] - px, y[n] + dy[n] - py) - sizeOf(n);
          if (d <= slop) found.push([d, n]);
        }
      }
      return found.sort((p, q) => p[0] - q[0] || p[1] - q[1]).map(([, n]) => n);
    };
  }

  Atlas.clusters = { at, stale, bubbleRadius, SPREAD_ZOOM };
})();
