/* Points that would lie over one another: in the far view they become one bubble with a count, near by
 * they are spread apart. Both follow from the data, the filter and the zoom alone, so panning changes nothing. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});
  const { POINT, mercatorX, mercatorY } = Atlas.columns;

  /** From this zoom on points are spread rather than counted, unless too many share one spot. */
  const SPREAD_ZOOM = 14;
  const SPREAD_MOST = 36;

  /** How near two points may come, in pixels, before they are one: a little less than touching. */
  const reachAt = (zoom, radius) => radius * (zoom < SPREAD_ZOOM ? 2 : 1.7);

  let memory = { key: null, result: null };
  let version = 0;
  /** The filter or the data changed: what was worked out no longer holds. */
  const stale = () => { version++; };

  let pointX = new Float64Array(0), pointY = new Float64Array(0), points = new Uint32Array(0), pointsOf = -1;

  /** Every feature that is a point, with its place: worked out once for each set of data. */
  function gather() {
    const { count, kind, anchor } = Atlas.features;
    if (pointsOf === count) return;
    pointsOf = count;
    let n = 0;
    for (let i = 0; i < count; i++) if (kind[i] === POINT) n++;
    points = new Uint32Array(n); pointX = new Float64Array(n); pointY = new Float64Array(n);
    const order = [];
    for (let i = 0; i < count; i++) if (kind[i] === POINT) order.push(i);
    // By layer, then as in the file: layers come in any order, the picture must not depend on it.
    order.sort((a, b) => Atlas.features.layer[a] - Atlas.features.layer[b] || a - b);
    order.forEach((i, k) => { points[k] = i; pointX[k] = mercatorX(anchor[2 * i]); pointY[k] = mercatorY(anchor[2 * i + 1]); });
  }

  /** Put visible points into the squares of a grid of `cell` pixels: heads and links of chains, by square. */
  function binned(k, cell) {
    const { visible } = Atlas.features;
    const bins = new Map();
    const next = new Int32Array(points.length).fill(-1), scale = k / cell;
    for (let q = points.length - 1; q >= 0; q--) {
      if (!visible[points[q]]) continue;
      const key = Math.floor(pointX[q] * scale) * 0x4000000 + Math.floor(pointY[q] * scale);
      const head = bins.get(key);
      if (head !== undefined) next[q] = head;
      bins.set(key, q);
    }
    return { bins, next };
  }

  /**
   * What to draw for the visible points at a zoom.
   * @returns {{count, x, y, feature, members, find}} x, y: place in Mercator; dx, dy: shift in pixels when spread;
   *   feature: index, or -1 for a bubble whose features are `members[item]`
   */
  function at(zoom) {
    const key = `${version}|${Atlas.features.count}|${zoom}`;
    if (memory.key === key) return memory.result;
    gather();
    const result = build(zoom);
    memory = { key, result };
    return result;
  }

  function build(zoom) {
    const k = 256 * 2 ** zoom, reach = reachAt(zoom, Atlas.symbols.radiusAt(zoom));
    const { bins, next } = binned(k, reach);
    const taken = new Uint8Array(points.length);
    const items = { x: [], y: [], dx: [], dy: [], feature: [], members: [], cell: Math.max(reach, 24), k };
    const scale = k / reach, limit = (reach / k) ** 2;
    const { visible } = Atlas.features;
    const group = [], groups = [];
    for (let q = 0; q < points.length; q++) {
      if (taken[q] || !visible[points[q]]) continue;
      taken[q] = 1;
      group.length = 0; group.push(q);
      const bx = Math.floor(pointX[q] * scale), by = Math.floor(pointY[q] * scale);
      for (let gx = bx - 1; gx <= bx + 1; gx++) for (let gy = by - 1; gy <= by + 1; gy++) {
        const bin = gx * 0x4000000 + gy;
        let previous = -1;
        for (let other = bins.get(bin) ?? -1; other >= 0; other = next[other]) {
          // Taken ones are unhooked on the way, so that a crowded square is walked through only once.
          const isNear = !taken[other] && (pointX[other] - pointX[q]) ** 2 + (pointY[other] - pointY[q]) ** 2 < limit;
          if (isNear) { taken[other] = 1; group.push(other); }
          if (taken[other]) { if (previous < 0) bins.set(bin, next[other]); else next[previous] = next[other]; }
          else previous = other;
        }
      }
      groups.push(centred(group));
    }
    for (const group of zoom < SPREAD_ZOOM ? merged(groups, zoom, k) : groups) put(items, group, zoom);
    return finish(items);
  }

  /** A group with the middle of its points. */
  function centred(list) {
    let x = 0, y = 0;
    for (const q of list) { x += pointX[q]; y += pointY[q]; }
    return { x: x / list.length, y: y / list.length, list: list.slice() };
  }

  /** Bubbles are larger than the points in them: those that now touch become one, large ones taking in small. */
  function merged(groups, zoom, k) {
    const single = Atlas.symbols.radiusAt(zoom) * 0.7, cell = 44;
    const sizeOf = (group) => (group.list.length > 1 ? bubbleRadius(group.list.length) : single);
    for (let turn = 0; turn < 3; turn++) {
      const order = groups.map((_, n) => n).sort((a, b) => groups[b].list.length - groups[a].list.length || a - b);
      const grid = new Map(), address = (x, y) => Math.floor((x * k) / cell) * 0x4000000 + Math.floor((y * k) / cell);
      groups.forEach(({ x, y }, n) => { const key = address(x, y), there = grid.get(key); if (there) there.push(n); else grid.set(key, [n]); });
      const gone = new Uint8Array(groups.length);
      let isChanged = false;
      for (const n of order) {
        const group = groups[n];
        if (gone[n] || group.list.length < 2) continue;
        const gx = Math.floor((group.x * k) / cell), gy = Math.floor((group.y * k) / cell), others = [];
        for (let a = gx - 1; a <= gx + 1; a++) for (let b = gy - 1; b <= gy + 1; b++) for (const m of grid.get(a * 0x4000000 + b) ?? []) {
          if (m !== n && !gone[m] && Math.hypot(groups[m].x - group.x, groups[m].y - group.y) * k < sizeOf(group) + sizeOf(groups[m]) + 1) others.push(m);
        }
        for (const m of others.sort((a, b) => a - b)) { gone[m] = 1; for (const q of groups[m].list) group.list.push(q); }
        if (others.length) { gone[n] = 0; Object.assign(group, centred(group.list)); isChanged = true; }
      }
      groups = groups.filter((_, n) => !gone[n]);
      if (!isChanged) break;
    }
    return groups;
  }

  function put(items, { x, y, list: group }, zoom) {
    if (group.length === 1) { push(items, x, y, points[group[0]]); return; }
    if (zoom < SPREAD_ZOOM || group.length > SPREAD_MOST) {
      push(items, x, y, -1, 0, 0, group.map((q) => points[q]));
      return;
    }
    // Side by side round their middle, in the order of the layers.
    const offsets = spread(group.length, Atlas.symbols.radiusAt(zoom) * 2.6);
    group.forEach((q, n) => push(items, x, y, points[q], ...offsets[n]));
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

  function push(items, x, y, feature, dx = 0, dy = 0, members = null) {
    items.x.push(x); items.y.push(y); items.dx.push(dx); items.dy.push(dy); items.feature.push(feature); items.members.push(members);
  }

  /** Give the items a grid of pixels in which the pointer finds them. */
  function finish(items) {
    const { x, y, dx, dy, cell, k } = items;
    const grid = new Map();
    const address = (px, py) => Math.floor(px / cell) * 0x4000000 + Math.floor(py / cell);
    for (let n = 0; n < x.length; n++) {
      const key = address(x[n] * k + dx[n], y[n] * k + dy[n]);
      const there = grid.get(key);
      if (there) there.push(n); else grid.set(key, [n]);
    }
    /** Items within `slop` pixels (and their own size) of a place in world pixels of this zoom, nearest first. */
    const find = (px, py, slop, sizeOf) => {
      const found = [], far = slop + 22, c = Math.ceil(far / cell);
      const gx = Math.floor(px / cell), gy = Math.floor(py / cell);
      for (let a = gx - c; a <= gx + c; a++) for (let b = gy - c; b <= gy + c; b++) {
        for (const n of grid.get(a * 0x4000000 + b) ?? []) {
          const d = Math.hypot(x[n] * k + dx[n] - px, y[n] * k + dy[n] - py) - sizeOf(n);
          if (d <= slop) found.push([d, n]);
        }
      }
      return found.sort((p, q) => p[0] - q[0] || p[1] - q[1]).map(([, n]) => n);
    };
    return { ...items, count: x.length, find };
  }

  /** Radius of a bubble for so many features. */
  const bubbleRadius = (n) => Math.min(19, 8.5 + 2.6 * Math.log10(n) * 1.5);

  Atlas.clusters = { at, stale, bubbleRadius, SPREAD_ZOOM };
})();
