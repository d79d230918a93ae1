/* What lies over the features: arcs to the cities that parks serve, the selected and the pointed-at feature,
 * the name beside the pointer, and the shapes that a reader draws to measure. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});
  const { POINT, LINE, mercatorX, mercatorY } = Atlas.columns;
  const symbols = Atlas.symbols;

  // ── arcs ──────────────────────────────────────────────────────────────────────────────────
  const MOST_ARCS = 300;
  let cityPlaces = null;
  Atlas.on("data", () => { cityPlaces = null; });
  Atlas.on("config", () => { cityPlaces = null; });

  /** Where a city's arcs end: in the middle of its own feature, else where the ground has its name. */
  function cityPlace(code) {
    if (!cityPlaces) {
      cityPlaces = new Map();
      const { props, anchor, count } = Atlas.features;
      for (const label of Atlas.basemap.labels()) if (label.kind === "city") cityPlaces.set(label.city, label.at);
      for (let i = 0; i < count; i++) {
        const p = props[i];
        if (p.category === "city" && Array.isArray(p.city) && anchor[2 * i] === anchor[2 * i]) cityPlaces.set(p.city[0], [mercatorX(anchor[2 * i]), mercatorY(anchor[2 * i + 1])]);
      }
    }
    return cityPlaces.get(code) ?? null;
  }

  /** One arc from feature `i` to each city that it serves. */
  function arcOf(ctx, view, i, { width, alpha }) {
    const { anchor, props } = Atlas.features, { hue } = symbols.styleOf(i);
    const ax = mercatorX(anchor[2 * i]) * view.k - view.x, ay = mercatorY(anchor[2 * i + 1]) * view.k - view.y;
    for (const code of Array.isArray(props[i].serves) ? props[i].serves : []) {
      const end = cityPlace(code);
      if (!end) continue;
      const bx = end[0] * view.k - view.x, by = end[1] * view.k - view.y, far = Math.hypot(bx - ax, by - ay);
      const m = 0.2 * far; // how far the bend may reach beyond the two ends
      if (far < 24 || Math.max(ax, bx) + m < 0 || Math.max(ay, by) + m < 0 || Math.min(ax, bx) - m > view.width || Math.min(ay, by) - m > view.height) continue;
      // Bent to the side that keeps arcs of one park to different cities apart.
      const bend = 0.16 * (bx >= ax ? 1 : -1);
      const cx = (ax + bx) / 2 + (by - ay) * bend, cy = (ay + by) / 2 - (bx - ax) * bend;
      ctx.globalAlpha = alpha; ctx.strokeStyle = ctx.fillStyle = hue; ctx.lineWidth = width;
      ctx.beginPath(); ctx.moveTo(ax, ay); ctx.quadraticCurveTo(cx, cy, bx, by); ctx.stroke();
      ctx.globalAlpha = Math.min(1, alpha * 1.8);
      ctx.beginPath(); ctx.arc(bx, by, width + 1.2, 0, 2 * Math.PI); ctx.fill();
    }
  }

  /** The arcs of all shown parks, quiet enough to lie under the points. */
  function arcs(ctx, view, list) {
    // Hundreds of arcs are a tangle that says nothing.
    if (!list.length || list.length > MOST_ARCS) return;
    ctx.save();
    ctx.lineCap = "round";
    for (const i of list) arcOf(ctx, view, i, { width: 1.1, alpha: (list.length > 60 ? 0.2 : 0.36) * (view.zoom > 11 ? 0.65 : 1) });
    ctx.restore();
  }

  // ── selected and pointed at ───────────────────────────────────────────────────────────────
  function ring(ctx, x, y, r, colour, width, dash = []) {
    ctx.setLineDash(dash);
    ctx.beginPath(); ctx.arc(x, y, r, 0, 2 * Math.PI);
    ctx.strokeStyle = symbols.palette().halo; ctx.lineWidth = width + 2.4; ctx.globalAlpha = 0.9; ctx.stroke();
    ctx.strokeStyle = colour; ctx.lineWidth = width; ctx.globalAlpha = 1; ctx.stroke();
    ctx.setLineDash([]);
  }

  /** Where a feature's symbol is drawn: spread beside its place, or at it. */
  function placeOf(i, view, drawn) {
    const item = drawn.items.find((one) => one.feature === i);
    if (item) return [item.x, item.y];
    const { anchor } = Atlas.features;
    return [mercatorX(anchor[2 * i]) * view.k - view.x, mercatorY(anchor[2 * i + 1]) * view.k - view.y];
  }

  function highlight(ctx, view, drawn, i, { colour, width, isSelected }) {
    const { kind, visible } = Atlas.features;
    if (!kind[i]) return;
    const look = symbols.styleOf(i), status = symbols.statusNumber(look.status);
    const [x, y] = placeOf(i, view, drawn);
    ctx.save();
    ctx.lineJoin = ctx.lineCap = "round";
    const r = symbols.radiusAt(view.zoom);
    if (!visible[i]) ring(ctx, x, y, r + 5, colour, 1.6, [3, 4]);
    else if (kind[i] === POINT) {
      if (isSelected) Atlas.canvas.accuracyCircle(ctx, view, i, colour, true);
      if (look.arcs) arcOf(ctx, view, i, { width: 2.2, alpha: 0.85 });
      ring(ctx, x, y, r + 5.5, colour, width);
      symbols.drawPoint(ctx, x, y, r + 1, look, status);
      symbols.drawMarks(ctx, x, y, r + 1, look.isPast, look.isConflict);
    } else {
      ctx.beginPath(); Atlas.canvas.trace(ctx, view, i);
      const isLine = kind[i] === LINE, base = isLine ? symbols.widthAt(view.zoom) * (look.line === "double" ? 2.2 : 1) + 4 : 0;
      ctx.strokeStyle = symbols.palette().halo; ctx.globalAlpha = 0.9; ctx.lineWidth = base + width * 2 + 3; ctx.stroke();
      ctx.strokeStyle = colour; ctx.globalAlpha = isLine && !isSelected ? 0.55 : 1; ctx.lineWidth = base + width * (isLine ? 1.6 : 1.2); ctx.stroke();
      ctx.globalAlpha = 1;
      if (isLine) symbols.strokeLine(ctx, look, status, view.zoom, { emphasis: 0.4 });
    }
    ctx.restore();
  }

  // ── the name beside the pointer ───────────────────────────────────────────────────────────
  const LOOK = { position: "absolute", zIndex: "650", pointerEvents: "none", maxWidth: "280px", padding: "5px 9px", borderRadius: "5px", font: `400 12px/18px ${symbols.FONT}`,
    background: "var(--panel)", color: "var(--ink-soft)", border: "1px solid var(--line)" };
  const LINE_LOOK = { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap", unicodeBidi: "isolate" };
  let tag = null;

  /** Show lines of text at a place of the window, kept inside it; none takes the tag away. */
  function showTag(view, x, y, lines) {
    const container = Atlas.map.getContainer();
    if (!lines) { if (tag) tag.hidden = true; return; }
    if (!tag) {
      tag = document.createElement("div");
      tag.className = "atlas-tip";
      tag.setAttribute("aria-hidden", "true");
      Object.assign(tag.style, LOOK);
      container.append(tag);
      Atlas.map.on("movestart zoomstart", () => { tag.hidden = true; });
    }
    tag.replaceChildren(...lines.filter(Boolean).map((text, n) => {
      const row = document.createElement("div");
      Object.assign(row.style, LINE_LOOK, n ? {} : { color: "var(--ink)", fontWeight: "600", fontSize: "13px" });
      row.textContent = text;
      return row;
    }));
    tag.hidden = false;
    const { x: width, y: height } = Atlas.map.getSize(), wide = tag.offsetWidth, tall = tag.offsetHeight;
    const px = x - view.left, py = y - view.top;
    tag.style.left = `${Math.round(px + 14 + wide > width - 6 ? Math.max(6, px - wide - 14) : px + 14)}px`;
    tag.style.top = `${Math.round(py - tall - 12 < 6 ? Math.min(height - tall - 6, py + 16) : py - tall - 12)}px`;
  }

  const labelOf = (kind, code) => Atlas.label?.(kind, code) || String(code ?? "");
  const titleOf = (layer) => { const t = Atlas.config.layers[layer]?.title ?? {}; return t[Atlas.state.language] || t.zh || t.en || ""; };

  function tagFor(view, drawn) {
    const pointer = Atlas.pointer?.hover, i = Atlas.state.hovered;
    if (i >= 0 && Atlas.features.kind[i]) {
      const isOnMap = pointer?.at && pointer.feature === i && Atlas.features.kind[i] !== POINT;
      const [x, y] = isOnMap ? pointer.at(view) : placeOf(i, view, drawn), { status, layer } = symbols.styleOf(i);
      const isInside = x >= view.left && x <= view.right && y >= view.top && y <= view.bottom;
      showTag(view, x, y, isInside ? [Atlas.nameOf(i), `${titleOf(layer)} · ${labelOf("status", status)}`] : null);
    } else if (pointer?.members) {
      const by = new Map();
      for (const m of pointer.members) by.set(Atlas.features.layer[m], (by.get(Atlas.features.layer[m]) ?? 0) + 1);
      const rows = [...by].sort((a, b) => a[0] - b[0]).slice(0, 8).map(([layer, n]) => `${titleOf(layer)}\u2002${n}`);
      showTag(view, ...pointer.at(view), [String(pointer.members.length), ...rows]);
    } else showTag(view, 0, 0, null);
  }

  // ── shapes to measure ─────────────────────────────────────────────────────────────────────
  const shapesOf = new Map();
  const shapes = () => [...shapesOf.values()].flat();
  /**
   * Lay shapes over the map, in place of those that the same tool laid there before.
   * @param {{type: "line"|"polygon"|"point", points: [number, number][]}[]} list places as [lon, lat]
   */
  Atlas.drawShapes = (list, tool = "measure") => {
    shapesOf.set(tool, Array.isArray(list) ? list : []);
    Atlas.canvas.invalidate("overlay");
  };

  function drawShape(ctx, view, { type, points = [] }) {
    const { accent, halo, panel } = symbols.palette();
    const at = points.map(([lon, lat]) => [mercatorX(lon) * view.k - view.x, mercatorY(lat) * view.k - view.y]);
    ctx.lineJoin = ctx.lineCap = "round";
    if (type !== "point" && at.length > 1) {
      ctx.beginPath();
      at.forEach(([x, y], n) => ctx[n ? "lineTo" : "moveTo"](x, y));
      if (type === "polygon") { ctx.closePath(); ctx.fillStyle = accent; ctx.globalAlpha = 0.14; ctx.fill(); }
      ctx.globalAlpha = 0.9; ctx.strokeStyle = halo; ctx.lineWidth = 5; ctx.stroke();
      ctx.globalAlpha = 1; ctx.strokeStyle = accent; ctx.lineWidth = 2.2; ctx.stroke();
    }
    for (const [x, y] of at) {
      ctx.beginPath(); ctx.arc(x, y, 4, 0, 2 * Math.PI);
      ctx.globalAlpha = 1; ctx.fillStyle = panel; ctx.fill(); ctx.strokeStyle = accent; ctx.lineWidth = 2; ctx.stroke();
    }
  }

  /** Paint the sheet of attention. */
  function draw(ctx, view, drawn) {
    if (!Atlas.config) return;
    const { focus, ink } = symbols.palette();
    const signs = Atlas.changeMarks.draw(ctx, view, drawn, placeOf);
    const selected = Atlas.state.selected === null ? -1 : Atlas.indexOf(Atlas.state.selected), { hovered } = Atlas.state;
    if (hovered >= 0 && hovered !== selected) highlight(ctx, view, drawn, hovered, { colour: ink, width: 1.5, isSelected: false });
    if (selected >= 0) highlight(ctx, view, drawn, selected, { colour: focus, width: 2.4, isSelected: true });
    const pointer = Atlas.pointer?.hover;
    if (pointer?.members) { const [x, y] = pointer.at(view); ring(ctx, x, y, Atlas.clusters.bubbleRadius(pointer.members.length) + 3, ink, 1.5); }
    for (const sign of signs) Atlas.changeMarks.sign(ctx, ...sign);
    for (const shape of shapes()) drawShape(ctx, view, shape);
    ctx.globalAlpha = 1;
    tagFor(view, drawn);
  }

  /** Whether there is anything to paint: an empty sheet need not be cleared again. */
  const isNeeded = () => Atlas.state.selected !== null || Atlas.state.hovered >= 0 || shapes().length > 0 || Boolean(Atlas.pointer?.hover?.members) ||
    Atlas.changed().size > 0;

  Atlas.overlay = { draw, arcs, cityPlace, isNeeded };
})();
