/* How features are drawn: hue and shape say the layer, fill and stroke say the status.
 * Map, legend, table and card draw through the same functions. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});
  const { POINT, LINE, AREA } = Atlas.columns;

  const STATUSES = ["built", "under_construction", "planned", "preliminary", "upgrading", "unstated"];
  const FALLBACK = {
    light: { land: "#F6F4EF", city: "#FBFAF7", water: "#D3E3EC", "county-line": "#D9D5CB", "city-line": "#A9A294", "label-city": "#4A4F57",
      "label-county": "#6F747D", "label-water": "#4F7589", ink: "#1F242B", "ink-soft": "#565C66",
      panel: "#FFFFFF", accent: "#00629B", focus: "#C4560A", warn: "#8A4B00", halo: "#FBFAF7" },
    dark: { land: "#15191E", city: "#1B2027", water: "#20343F", "county-line": "#2C333B", "city-line": "#57616C", "label-city": "#C7CDD6",
      "label-county": "#8E97A2", "label-water": "#6FA3BA", ink: "#E8EAED", "ink-soft": "#A9B1BB",
      panel: "#1E242B", accent: "#6BB8EA", focus: "#FFB45C", warn: "#F2C078", halo: "#15191E" },
  };
  const FONT = '"Noto Sans CJK SC","Noto Sans SC","PingFang SC","Microsoft YaHei","Source Han Sans SC",system-ui,sans-serif';

  // ── colours and looks ─────────────────────────────────────────────────────────────────────
  let colours = null;
  /** Colours of the theme in force, from the style sheet's custom properties. */
  const palette = () => {
    if (!colours) {
      const css = getComputedStyle(document.documentElement);
      colours = {};
      for (const [role, colour] of Object.entries(FALLBACK[Atlas.state.scheme])) colours[role] = css.getPropertyValue(`--${role}`).trim() || colour;
    }
    return colours;
  };

  let looks = new Map();
  let sprites = new Map();
  let patterns = new Map();
  const forget = () => { colours = null; looks = new Map(); sprites = new Map(); patterns = new Map(); };

  /** Shape, hue and line of a layer's category: {layer, shape, hue, line, arcs}. */
  function lookOf(layer, category) {
    const key = `${layer}\u0000${category ?? ""}`;
    let look = looks.get(key);
    if (!look) {
      const style = Atlas.config?.layers?.[layer]?.style ?? {};
      const variant = (style.variants ?? []).find((v) => (v.category ?? v.categories ?? []).includes(category)) ?? {};
      const hues = variant.hue ?? style.hue ?? { light: "#5B6470", dark: "#A7B0BC" };
      look = { layer, number: looks.size, shape: variant.shape ?? style.shape ?? "circle", hue: hues[Atlas.state.scheme] ?? hues.light,
        line: variant.line ?? style.line ?? "single", arcs: Boolean(style.arcs) };
      looks.set(key, look);
    }
    return look;
  }

  /** Looks by layer number and category number, for loops over all features. */
  function lookTable() {
    const byPair = new Map();
    const { values } = Atlas.columns.dictionary("category");
    const { layer, category } = Atlas.features;
    return (i) => {
      const pair = layer[i] * 1e6 + category[i];
      let look = byPair.get(pair);
      if (!look) { look = lookOf(layer[i], values[category[i]]); byPair.set(pair, look); }
      return look;
    };
  }

  const statusNumber = (status) => { const n = STATUSES.indexOf(status); return n < 0 ? 5 : n; };

  /** Place in STATUSES of each status number of the columns; a status outside the list looks unstated. */
  const statusTable = () => Uint8Array.from(Atlas.columns.dictionary("status").values, statusNumber);

  /** Everything that says how feature `i` is drawn. */
  function styleOf(i) {
    const { layer, category, kind, conflict, method } = Atlas.features;
    const look = lookOf(layer[i], Atlas.columns.dictionary("category").values[category[i]]);
    return { ...look, layerId: Atlas.config.layers[layer[i]].id, status: Atlas.statusOf(i), kind: kind[i],
      isSchematic: Atlas.columns.dictionary("method").values[method[i]] === "schematic",
      isPast: Atlas.isPastWindow(i), isConflict: conflict[i] === 1 };
  }

  // ── points ────────────────────────────────────────────────────────────────────────────────
  const corners = (n, turn, inner = 0) => {
    const out = [], m = inner ? 2 * n : n;
    for (let k = 0; k < m; k++) {
      const angle = turn + (2 * Math.PI * k) / m, r = inner && k % 2 ? inner : 1;
      out.push([r * Math.sin(angle), -r * Math.cos(angle)]);
    }
    return out;
  };
  // Scaled so that all shapes weigh alike to the eye.
  const SHAPES = {
    hexagon: [1.1, corners(6, 0)], diamond: [1.24, corners(4, 0)], square: [1.24, corners(4, Math.PI / 4)], pentagon: [1.14, corners(5, 0)],
    triangle: [1.26, corners(3, 0)], star: [1.36, corners(5, 0, 0.48)],
    cross: [1.14, [
      [-0.38, -1], [0.38, -1], [0.38, -0.38], [1, -0.38], [1, 0.38], [0.38, 0.38],
      [0.38, 1], [-0.38, 1], [-0.38, 0.38], [-1, 0.38], [-1, -0.38], [-0.38, -0.38]]],
  };

  function shapePath(ctx, shape, x, y, r) {
    ctx.beginPath();
    const known = Object.hasOwn(SHAPES, shape) ? SHAPES[shape] : null;
    if (known) {
      const [scale, points] = known;
      const dy = shape === "triangle" ? r * 0.18 : 0;
      points.forEach(([px, py], k) => ctx[k ? "lineTo" : "moveTo"](x + px * r * scale, y + dy + py * r * scale));
    } else if (shape === "leaf") {
      ctx.moveTo(x - r * 0.9, y + r * 0.9);
      ctx.bezierCurveTo(x - r * 1.3, y - r * 0.7, x - r * 0.1, y - r * 1.2, x + r * 1.05, y - r * 1.05);
      ctx.bezierCurveTo(x + r * 1.2, y + r * 0.1, x + r * 0.7, y + r * 1.3, x - r * 0.9, y + r * 0.9);
    } else ctx.arc(x, y, r, 0, 2 * Math.PI);
    ctx.closePath();
  }

  /** Draw one point symbol; `r` is its radius, `status` a place in STATUSES. */
  function drawPoint(ctx, x, y, r, look, status) {
    const { land, city, halo } = palette();
    const edge = Math.max(1.1, r * 0.2);
    const ring = status === 4 ? r * 0.66 : r;
    ctx.save();
    ctx.lineJoin = "round";
    shapePath(ctx, look.shape, x, y, status === 4 ? r + edge * 0.9 : r);
    ctx.strokeStyle = halo; ctx.lineWidth = edge + 2.4; ctx.globalAlpha = 0.92; ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.fillStyle = status === 5 ? land : city; ctx.fill();
    ctx.fillStyle = ctx.strokeStyle = look.hue;
    ctx.lineWidth = edge;
    if (status === 0) { ctx.fill(); }
    else if (status === 1) {
      ctx.save(); ctx.clip(); ctx.fillRect(x - 2 * r, y, 4 * r, 3 * r); ctx.restore();
      ctx.stroke();
    } else if (status === 2) { ctx.lineWidth = edge * 1.15; ctx.stroke(); }
    else if (status === 3) { ctx.lineCap = "round"; ctx.lineWidth = edge * 1.15; ctx.setLineDash([0.01, edge * 2.05]); ctx.stroke(); }
    else if (status === 4) { ctx.lineWidth = edge * 0.85; ctx.stroke(); shapePath(ctx, look.shape, x, y, ring); ctx.fill(); }
    else { ctx.globalAlpha = 0.45; ctx.fill(); }
    ctx.restore();
  }

  /** A clock at the lower right for a window that is past, a split disc at the upper right for documents that disagree. */
  function drawMarks(ctx, x, y, r, isPast, isConflict) {
    const { panel, ink } = palette(), m = Math.max(2.8, r * 0.4), dx = r * 0.9;
    const disc = (cx, cy, inside) => {
      ctx.beginPath(); ctx.arc(cx, cy, m, 0, 2 * Math.PI);
      ctx.fillStyle = panel; ctx.fill();
      inside(cx, cy);
      ctx.strokeStyle = ink; ctx.lineWidth = 0.9; ctx.setLineDash([]); ctx.lineCap = "round";
      ctx.beginPath(); ctx.arc(cx, cy, m, 0, 2 * Math.PI); ctx.stroke();
    };
    ctx.save();
    if (isPast) disc(x + dx, y + dx, (cx, cy) => {
      ctx.beginPath(); ctx.moveTo(cx, cy - m * 0.62); ctx.lineTo(cx, cy); ctx.lineTo(cx + m * 0.5, cy + m * 0.2);
      ctx.strokeStyle = ink; ctx.lineWidth = 0.9; ctx.stroke();
    });
    if (isConflict) disc(x + dx, y - dx, (cx, cy) => {
      ctx.beginPath(); ctx.arc(cx, cy, m, Math.PI / 2, -Math.PI / 2); ctx.closePath(); ctx.fillStyle = ink; ctx.fill();
    });
    ctx.restore();
  }

  /** A picture of a symbol, made once for each look, status, size and marks. @returns {{canvas, half}} half in CSS pixels */
  function sprite(look, status, r, marks, dpr) {
    const key = `${look.number}|${status}|${r}|${marks}|${dpr}`;
    let found = sprites.get(key);
    if (!found) {
      const half = Math.ceil(r * 1.6 + 5);
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = Math.ceil(2 * half * dpr);
      const ctx = canvas.getContext("2d");
      ctx.scale(dpr, dpr);
      drawPoint(ctx, half, half, r, look, status);
      if (marks) drawMarks(ctx, half, half, r, (marks & 1) > 0, (marks & 2) > 0);
      found = { canvas, half, size: canvas.width / dpr };
      sprites.set(key, found);
    }
    return found;
  }

  /** Size says the zoom: the radius of a point, in steps of half a pixel. */
  const radiusAt = (zoom) => Math.round(2 * Math.max(4.5, Math.min(8.5, 4.5 + (zoom - 8) * 0.62))) / 2;
  const widthAt = (zoom) => Math.max(1.3, Math.min(4.2, 1.5 + (zoom - 9) * 0.38));

  // ── lines ─────────────────────────────────────────────────────────────────────────────────
  const dashes = (status, w) => [[], [w * 4 + 5, w * 1.6 + 3], [w * 1.6 + 2, w * 1.4 + 2], [0.01, w * 2.1 + 1], [], []][status];

  /** Stroke the current path of `ctx` as a line of this look and status. */
  function strokeLine(ctx, look, status, zoom, { emphasis = 0, hasHalo = true, isPlain = false } = {}) {
    const { halo, city } = palette();
    const w = widthAt(zoom) + emphasis;
    const isDouble = look.line === "double", isTicked = look.line === "ticked", isDotted = look.line === "dotted";
    const whole = isDouble ? w * 1.9 + 1.4 : w;
    const stroke = (style, width, dash = [], cap = "butt", alpha = 1) => {
      ctx.strokeStyle = style; ctx.lineWidth = width; ctx.setLineDash(dash); ctx.lineCap = cap; ctx.globalAlpha = alpha; ctx.stroke();
    };
    ctx.save();
    ctx.lineJoin = "round";
    const alpha = status === 5 ? 0.45 : 1;
    // Hundreds of lines in view: one hair line each, lighter for what is to come. Dashes and wider lines cost ten times as much.
    if (isPlain) { stroke(look.hue, 1, [], "butt", [1, 0.85, 0.6, 0.45, 1, 0.4][status]); ctx.restore(); return; }
    if (hasHalo) stroke(halo, whole + (status === 4 ? 7.5 : 3), [], "round", 0.8);
    if (status === 4) { stroke(look.hue, whole + 5.2, [], "round"); stroke(city, whole + 3.2, [], "round"); }
    if (isDotted) {
      const gap = w * [2, 2, 3, 4.2, 2, 2][status] + 1.5;
      stroke(look.hue, w * (status === 3 ? 1 : 1.35), status === 1 ? [0.01, gap, 0.01, gap, 0.01, gap * 2] : [0.01, gap], "round", alpha);
    } else {
      const dash = dashes(status, w), cap = status === 3 ? "round" : "butt";
      const isBeads = isDouble && status === 3, bead = whole * 0.8;
      stroke(look.hue, isTicked ? Math.max(1.2, w * 0.7) : isBeads ? bead : whole, isBeads ? [0.01, bead * 1.9] : dash, cap, alpha);
      if (isDouble) stroke(city,
        isBeads ? bead * 0.45 : Math.max(0.9, whole - 2 * Math.max(1.05, w * 0.5)),
        isBeads ? [0.01, bead * 1.9] : dash, cap);
      if (isTicked) stroke(look.hue, w + 4.4, [Math.max(1, w * 0.42), w * 2.6 + 4], "butt", alpha);
    }
    ctx.restore();
  }

  // ── areas ─────────────────────────────────────────────────────────────────────────────────
  /** How much of a fill there is inside the band. */
  const FAINT = 0.014;

  function hatch(ctx, hue, dpr) {
    const key = `${hue}|${dpr}`;
    let pattern = patterns.get(key);
    if (!pattern) {
      const size = 7, tile = document.createElement("canvas");
      tile.width = tile.height = Math.round(size * dpr);
      const t = tile.getContext("2d");
      t.scale(tile.width / size, tile.width / size);
      t.strokeStyle = hue; t.lineWidth = 1.5; t.globalAlpha = 0.6; t.lineCap = "square";
      t.beginPath();
      for (const d of [-size, 0, size]) { t.moveTo(d, size); t.lineTo(d + size, 0); }
      t.stroke();
      pattern = { pattern: ctx.createPattern(tile, "repeat"), scale: size / tile.width };
      patterns.set(key, pattern);
    }
    return pattern;
  }

  /**
   * Fill and outline the current path of `ctx` as an area.
   * `fade` thins the fill of what is larger than the window; `band` keeps it to so many pixels along the
   * outline, so that areas that lie in one another stay apart; `origin` pins the hatch to the ground.
   */
  function paintArea(ctx, look, status, zoom, {
    isSchematic = false, isPlain = false, hasEdge = true, fade = 1, emphasis = 0, band = 0, dpr = 1,
    origin = [0, 0] } = {}) {
    const w = Math.max(1, Math.min(2, 1 + (zoom - 9) * 0.15)) + emphasis;
    const { halo } = palette();
    ctx.save();
    ctx.lineJoin = "round";
    const fill = (hasEdge ? [0.35, 0.1, 0.08, 0.04, 0.22, 0.12][status] : 0.35) * fade;
    const paint = (style, alpha) => {
      ctx.globalAlpha = band ? Math.min(alpha, FAINT) : alpha; ctx.fillStyle = style; ctx.fill("evenodd");
      if (band) { ctx.globalAlpha = alpha; ctx.strokeStyle = style; ctx.lineWidth = 2 * band; ctx.stroke(); }
    };
    ctx.save();
    // What is painted wide stays inside the outline.
    if (band) ctx.clip("evenodd");
    paint(look.hue, fill);
    if (status === 1 && !isPlain) {
      const { pattern, scale } = hatch(ctx, look.hue, dpr);
      pattern.setTransform(new DOMMatrix([scale, 0, 0, scale, origin[0], origin[1]]));
      paint(pattern, Math.max(0.3, fade));
    }
    ctx.restore();
    if (isPlain) {
      if (hasEdge) { ctx.globalAlpha = status === 5 ? 0.45 : 0.8; ctx.strokeStyle = look.hue; ctx.lineWidth = 1; ctx.stroke(); }
      ctx.restore();
      return;
    }
    ctx.globalAlpha = 0.55; ctx.strokeStyle = halo; ctx.lineWidth = w + 2; ctx.stroke();
    ctx.globalAlpha = status === 5 ? 0.6 : 0.95; ctx.strokeStyle = look.hue; ctx.lineWidth = w;
    if (status === 4 && fade > 0.2) {
      ctx.lineWidth = w + 3.4; ctx.stroke();
      ctx.strokeStyle = halo; ctx.lineWidth = w + 1.2; ctx.stroke();
      ctx.strokeStyle = look.hue; ctx.lineWidth = Math.max(1, w * 0.8);
    }
    if (status === 3) { ctx.lineCap = "round"; ctx.setLineDash([0.01, w * 2 + 1.8]); ctx.lineWidth = w * 1.25; }
    else if (isSchematic) ctx.setLineDash([w * 3.5 + 2, w * 2 + 2]);
    ctx.stroke();
    ctx.restore();
  }

  // ── legend ────────────────────────────────────────────────────────────────────────────────
  /** What most located features of a layer (and category, if given) are: point, line or area. */
  function usualKind(layerId, category) {
    const { kind, layer, category: codes, count } = Atlas.features;
    const number = Atlas.config.layers.findIndex((l) => l.id === layerId);
    const code = category ? Atlas.columns.dictionary("category").codes.get(category) : 0;
    const tally = [0, 0, 0, 0];
    for (let i = 0; i < count; i++) if (layer[i] === number && (!code || codes[i] === code)) tally[kind[i]]++;
    const style = Atlas.config.layers[number]?.style ?? {};
    if (!tally[POINT] && !tally[LINE] && !tally[AREA]) return style.line && style.line !== "single" ? LINE : POINT;
    return [POINT, LINE, AREA].reduce((best, k) => (tally[k] > tally[best] ? k : best), POINT);
  }

  /**
   * A small picture of how a layer's category looks in a status, for legend, table and card.
   * @param {{size?: number, kind?: "point"|"line"|"area", isPast?: boolean, isConflict?: boolean, isSchematic?: boolean}} [options]
   * @returns {HTMLCanvasElement}
   */
  function swatch(layerId, category, status, { size = 20, kind, isPast = false, isConflict = false, isSchematic = false } = {}) {
    const number = Math.max(0, (Atlas.config?.layers ?? []).findIndex((l) => l.id === layerId));
    const look = lookOf(number, category), s = statusNumber(status);
    const drawn = { point: POINT, line: LINE, area: AREA }[kind] ?? usualKind(layerId, category);
    const dpr = Math.max(1, Math.min(3, window.devicePixelRatio || 1));
    const width = drawn === POINT ? size : Math.round(size * 1.5);
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * dpr); canvas.height = Math.round(size * dpr);
    canvas.style.width = `${width}px`; canvas.style.height = `${size}px`;
    const ctx = canvas.getContext("2d");
    ctx.scale(dpr, dpr);
    if (drawn === POINT) {
      const r = size * (isPast || isConflict ? 0.26 : 0.3);
      drawPoint(ctx, size / 2, size / 2, r, look, s);
      drawMarks(ctx, size / 2, size / 2, r, isPast, isConflict);
    } else if (drawn === LINE) {
      ctx.beginPath(); ctx.moveTo(1.5, size / 2); ctx.lineTo(width - 1.5, size / 2);
      strokeLine(ctx, look, s, 10.5, { hasHalo: false });
    } else {
      ctx.beginPath(); ctx.roundRect(3, size * 0.18, width - 6, size * 0.64, 2);
      paintArea(ctx, look, s, 10.5, { isSchematic, dpr });
    }
    return canvas;
  }

  Atlas.symbols = { STATUSES, FONT, palette, forget, lookOf, lookTable, statusTable, styleOf, statusNumber, drawPoint, drawMarks, sprite, shapePath,
    radiusAt, widthAt, strokeLine, paintArea, swatch };
})();
