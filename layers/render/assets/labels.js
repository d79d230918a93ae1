/* Names on the map: set one after the other by rank, each where it covers no symbol and no name set before.
 * Worked out when the map has come to rest. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});
  const { LINE, AREA, mercatorX, mercatorY } = Atlas.columns;
  const FONT = Atlas.symbols.FONT;

  /** Built before planned: rank of each status, in the order of Atlas.symbols.STATUSES. */
  const STATUS_RANK = [0, 2, 3, 4, 1, 5];
  const TRIED_MOST = 420;
  const WIDEST = 188;
  const ASIDE = [
    [0, 0], [0, -1.5], [1, -0.7], [-1, -0.7], [1, 0.6], [-1, 0.6], [0, 1], [0, -2.5],
    [1.4, 0], [-1.4, 0], [0, 2.2], [1.2, 1.8], [-1.2, 1.8], [1.2, -2.2], [-1.2, -2.2]];
  const STYLES = {
    city: { font: `600 15px ${FONT}`, size: 15, role: "label-city", spacing: 2.5 },
    county: { font: `400 11.5px ${FONT}`, size: 11.5, role: "label-county", spacing: 0.6 },
    water: { font: `italic 400 11.5px ${FONT}`, size: 11.5, role: "label-water", spacing: 1 },
    feature: { font: `500 12px ${FONT}`, size: 12, role: "ink", spacing: 0 },
    area: { font: `500 12px ${FONT}`, size: 12, role: null, spacing: 0.4 },
    selected: { font: `600 13px ${FONT}`, size: 13, role: "ink", spacing: 0 },
  };

  // ── text ──────────────────────────────────────────────────────────────────────────────────
  // What turns text round, hides or breaks it may stand in the data, but is not drawn.
  const UNDRAWN = /[\u0000-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFE00-\uFE0F\uFEFF\uFFF9-\uFFFB]+/gu;
  /** A name as it can be drawn: one line, no control characters, at most `most` characters. */
  const drawable = (text, most = 120) => {
    const plain = String(text ?? "").slice(0, 4 * most).replace(UNDRAWN, "").replace(/\s+/gu, " ").trim();
    const letters = Array.from(plain);
    return letters.length > most ? `${letters.slice(0, most).join("")}…` : plain;
  };

  let measured = new Map();
  const pen = document.createElement("canvas").getContext("2d");

  /** Text cut to fit, with its width: {text, width}. */
  function fitted(raw, style, widest = WIDEST) {
    const key = `${style.font}|${widest}|${raw}`;
    let found = measured.get(key);
    if (found) return found;
    if (measured.size > 6000) measured = new Map();
    pen.font = style.font;
    if ("letterSpacing" in pen) pen.letterSpacing = `${style.spacing}px`;
    let text = drawable(raw);
    let width = pen.measureText(text).width;
    if (width > widest) {
      const letters = Array.from(text);
      let low = 1, high = letters.length;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (pen.measureText(`${letters.slice(0, middle).join("")}…`).width <= widest) low = middle; else high = middle - 1;
      }
      text = `${letters.slice(0, low).join("")}…`;
      width = pen.measureText(text).width;
    }
    found = { text, width };
    measured.set(key, found);
    return found;
  }

  function write(ctx, { text, x, y, style, colour, haloWidth = 3.2 }) {
    ctx.font = style.font;
    if ("letterSpacing" in ctx) ctx.letterSpacing = `${style.spacing}px`;
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    ctx.direction = "ltr";
    ctx.lineJoin = "round";
    ctx.strokeStyle = Atlas.symbols.palette().halo;
    ctx.lineWidth = haloWidth;
    ctx.globalAlpha = 0.92; ctx.strokeText(text, x, y);
    ctx.globalAlpha = 1; ctx.fillStyle = colour; ctx.fillText(text, x, y);
  }

  // ── room ──────────────────────────────────────────────────────────────────────────────────
  /** Boxes that are taken, in a grid of 64 pixels; `owner` lets a name lie beside its own symbol. */
  function room() {
    const grid = new Map();
    const eachCell = ([x0, y0, x1, y1], fn) => {
      for (let a = Math.floor(x0 / 64); a <= Math.floor(x1 / 64); a++) for (let b = Math.floor(y0 / 64); b <= Math.floor(y1 / 64); b++) if (fn(a * 4096 + b)) return true;
      return false;
    };
    return {
      take: (box, owner = -1) => {
        eachCell(box, (cell) => {
          if (!grid.has(cell)) grid.set(cell, []);
          grid.get(cell).push({ box, owner }); return false;
        });
      },
      isFree: (box, owner = -2) => !eachCell(box, (cell) => (grid.get(cell) ?? []).some((t) => t.owner !== owner
        && t.box[0] < box[2] && t.box[2] > box[0] && t.box[1] < box[3] && t.box[3] > box[1])),
    };
  }

  // ── candidates ────────────────────────────────────────────────────────────────────────────
  const inView = (x, y, view, margin = 0) => x > margin && y > margin && x < view.width - margin && y < view.height - margin;

  function groundCandidates(view) {
    const zoom = view.zoom;
    const list = [];
    for (const label of Atlas.basemap.labels()) {
      if (zoom < { city: 7, county: 9, water: 10 }[label.kind]) continue;
      // A city's name makes way for those of its counties once one is inside it.
      if (label.kind === "city" && zoom >= 11.5) continue;
      // Arcs end in the middle of the city's own feature: its name stands just below.
      const own = label.kind === "city" ? Atlas.overlay.cityPlace(label.city) : null;
      const x = (own ?? label.at)[0] * view.k - view.x, y = (own ?? label.at)[1] * view.k - view.y + (own ? 14 : 0);
      if (!inView(x, y, view, 4)) continue;
      const name = Atlas.state.language === "en" ? label.en || label.zh : label.zh || label.en;
      const style = STYLES[label.kind], text = fitted(name, style);
      const wide = (label.box[2] - label.box[0]) * view.k, tall = (label.box[3] - label.box[1]) * view.k;
      // A name that would run out of its lake or county waits for a nearer view.
      if (label.kind === "water" && !label.river && (wide < text.width * 0.8 || tall < style.size)) continue;
      if (label.kind === "county" && wide < text.width * 0.9) continue;
      list.push({ ...text, style, x: x - text.width / 2, y, kind: label.kind,
        colour: Atlas.symbols.palette()[style.role], pad: label.kind === "city" ? 5 : 3 });
    }
    return list;
  }

  /** Whether a box lies across the edge of the window. */
  const isCut = ([x0, y0, x1, y1], { left, top, right, bottom }) => x0 < right && x1 > left && y0 < bottom && y1 > top
    && (x0 < left || x1 > right || y0 < top || y1 > bottom);

  /** The middle of what is seen of a line, in pixels; null when hardly any of it is. */
  function visibleMiddle(i, view) {
    const { partStart, vertexStart, xy } = Atlas.features;
    const pieces = [];
    let total = 0;
    for (let part = partStart[i]; part < partStart[i + 1]; part++) for (let v = vertexStart[part] + 1; v < vertexStart[part + 1]; v++) {
      const ax = xy[2 * v - 2] * view.k - view.x, ay = xy[2 * v - 1] * view.k - view.y,
        bx = xy[2 * v] * view.k - view.x, by = xy[2 * v + 1] * view.k - view.y;
      const [from, to] = clip(ax, ay, bx, by, view);
      if (from >= to) continue;
      const long = Math.hypot(bx - ax, by - ay) * (to - from);
      total += long;
      pieces.push([ax + from * (bx - ax), ay + from * (by - ay), ax + to * (bx - ax), ay + to * (by - ay), long]);
    }
    let left = total / 2;
    for (const [ax, ay, bx, by, long] of pieces) {
      if (left <= long && long > 0) return { x: ax + (left / long) * (bx - ax), y: ay + (left / long) * (by - ay), total };
      left -= long;
    }
    return null;
  }

  /** The stretch of a segment inside the window, as shares of its length (Liang–Barsky). */
  function clip(ax, ay, bx, by, view) {
    let from = 0, to = 1;
    for (const [p, q] of [[ax - bx, ax - view.left], [bx - ax, view.right - ax], [ay - by, ay - view.top], [by - ay, view.bottom - ay]]) {
      if (p === 0) { if (q < 0) return [1, 0]; } else if (p < 0) from = Math.max(from, q / p); else to = Math.min(to, q / p);
    }
    return [from, to];
  }

  /** Features that may get a name, best first. */
  function featureCandidates(view, items) {
    const { layer, kind, visible, box, count } = Atlas.features;
    const statuses = Atlas.symbols.statusTable(), { status } = Atlas.filters.contextOf(Atlas.state.filter);
    const orders = Atlas.config.layers.map((l, n) => l.order ?? n);
    const selected = Atlas.state.selected === null ? -1 : Atlas.indexOf(Atlas.state.selected);
    const found = [];
    const offer = (i, item) => found.push({ i, item, rank: i === selected ? -1 : orders[layer[i]] * 10 + STATUS_RANK[statuses[status[i]]] });
    for (const item of items) if (item.feature >= 0) offer(item.feature, item);
    for (let i = 0; i < count; i++) {
      if (!visible[i] || kind[i] < LINE) continue;
      const b = 4 * i, wide = (box[b + 2] - box[b]) * view.k, tall = (box[b + 3] - box[b + 1]) * view.k;
      if (wide + tall < 46 && i !== selected) continue;
      if (box[b] * view.k - view.x < view.right && box[b + 2] * view.k - view.x > view.left
        && box[b + 1] * view.k - view.y < view.bottom && box[b + 3] * view.k - view.y > view.top) offer(i, null);
    }
    found.sort((a, b) => a.rank - b.rank || a.i - b.i);
    return { list: found.slice(0, TRIED_MOST), selected };
  }

  /** Boxes in which the name of a candidate may stand, best first: [x, middle y]. */
  function places({ i, item }, text, style, view) {
    const { kind, anchor, box } = Atlas.features, w = text.width, h = style.size;
    if (item) {
      const gap = item.radius + (style === STYLES.selected ? 10 : 4); // beside the ring of the selected one
      return [[item.x + gap, item.y], [item.x - gap - w, item.y], [item.x - w / 2, item.y - gap - h / 2], [item.x - w / 2, item.y + gap + h / 2],
        [item.x + gap * 0.7, item.y - gap], [item.x + gap * 0.7, item.y + gap]];
    }
    if (kind[i] === LINE) {
      const middle = visibleMiddle(i, view);
      if (!middle || middle.total < w * 0.7) return [];
      const off = h * 0.5 + Atlas.symbols.widthAt(view.zoom) * 1.6 + 4;
      return [[middle.x - w / 2, middle.y - off], [middle.x - w / 2, middle.y + off], [middle.x + 9, middle.y], [middle.x - w - 9, middle.y]];
    }
    const x = mercatorX(anchor[2 * i]) * view.k - view.x, y = mercatorY(anchor[2 * i + 1]) * view.k - view.y;
    const wide = (box[4 * i + 2] - box[4 * i]) * view.k, tall = (box[4 * i + 3] - box[4 * i + 1]) * view.k;
    if (!inView(x, y, view) || wide < w * 0.55 || wide > 3 * view.width) return [];
    return [[x - w / 2, y], [x - w / 2, y - tall * 0.22], [x - w / 2, y + tall * 0.22]];
  }

  /**
   * Set and draw the names for a view.
   * @param {CanvasRenderingContext2D} ctx
   * @param {object} view k, x, y, width, height, zoom and the window's edges left, top, right, bottom
   * @param {{x, y, radius, feature}[]} items symbols drawn in this view; feature -1 for a bubble
   */
  function draw(ctx, view, items) {
    const taken = room(), palette = Atlas.symbols.palette(), set = [];
    for (const item of items) taken.take([
      item.x - item.radius - 1, item.y - item.radius - 1,
      item.x + item.radius + 1, item.y + item.radius + 1], item.feature);
    const names = new Map();
    const lay = (label, owner) => {
      const p = label.pad ?? 2, h = label.style.size / 2 + 1.5;
      const box = [label.x - p, label.y - h - p / 2, label.x + label.width + p, label.y + h + p / 2];
      // A name is whole or not there: one cut by the window's edge helps nobody.
      if (isCut(box, view) || !taken.isFree(box, owner)) return false;
      taken.take(box);
      set.push(label);
      return true;
    };
    const ground = Atlas.basemap.areTilesSeen() ? [] : groundCandidates(view);
    const hasCityNames = ground.some((label) => label.kind === "city");
    const { list, selected } = featureCandidates(view, items);
    const layGround = (kinds) => { for (const label of ground) if (kinds.includes(label.kind)) layNear(label); };
    // The few names of cities are what one finds one's way by: they step aside rather than go.
    const layNear = (label) => {
      if (label.kind !== "city") return lay(label);
      for (const [dx, dy] of ASIDE) if (lay({ ...label, x: label.x + dx * (label.width / 2 + 12), y: label.y + dy * 20 })) return true;
      return false;
    };
    const budget = Math.max(18, Math.round((view.width * view.height) / (view.zoom < 9 ? 26000 : view.zoom < 11 ? 15000 : 9000)));
    let placed = 0;
    const layFeature = (candidate) => {
      const isSelected = candidate.i === selected, isArea = Atlas.features.kind[candidate.i] === AREA;
      const style = isSelected ? STYLES.selected : isArea ? STYLES.area : STYLES.feature;
      const text = fitted(Atlas.nameOf(candidate.i), style, isSelected ? WIDEST * 1.4 : WIDEST);
      // The ground already says the names of the cities.
      if (!text.text || (hasCityNames && Atlas.features.props[candidate.i]?.category === "city" && !isSelected)) return;
      const colour = isArea && !isSelected
        ? Atlas.symbols.lookOf(
          Atlas.features.layer[candidate.i], Atlas.features.props[candidate.i]?.category).hue
        : palette[style.role ?? "ink"];
      for (const [x, y] of places(candidate, text, style, view)) {
        const twin = names.get(text.text);
        if (twin && Math.hypot(twin[0] - x, twin[1] - y) < 260) return;
        if (lay({ ...text, x, y, style, colour }, candidate.item ? candidate.i : -2)) { names.set(text.text, [x, y]); placed++; return; }
      }
    };
    if (list[0]?.i === selected) layFeature(list.shift());
    layGround(view.zoom < 11 ? ["city", "county"] : ["city"]);
    for (const candidate of list) { if (placed >= budget) break; layFeature(candidate); }
    layGround(view.zoom < 11 ? ["water"] : ["county", "water"]);
    for (const label of set) write(ctx, label);
    if ("letterSpacing" in ctx) ctx.letterSpacing = "0px";
  }

  Atlas.labels = { draw, drawable, fitted, write, STYLES, visibleMiddle };
})();
