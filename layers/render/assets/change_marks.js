/* What has changed, on the map: a wide soft ring and a sign, unlike anything that says a layer, a status or a
 * selection. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});
  const { POINT, LINE, mercatorX, mercatorY } = Atlas.columns;
  const symbols = Atlas.symbols;

  // Plus, minus, and the delta that stands for a difference.
  const SIGNS = {
    added: "M-2.6 0h5.2M0-2.6v5.2", removed: "M-2.6 0h5.2", changed: "M-2.4 1.9L0-2.4 2.4 1.9z",
  };

  /** A wide soft ring and a sign: what came, what went, what is not as it was. */
  function mark(ctx, x, y, r, group) {
    const { warn, halo } = symbols.palette();
    ctx.save();
    ctx.strokeStyle = halo; ctx.globalAlpha = 0.75; ctx.lineWidth = 7;
    ctx.beginPath(); ctx.arc(x, y, r + 4, 0, 2 * Math.PI); ctx.stroke();
    ctx.strokeStyle = warn; ctx.globalAlpha = 0.3; ctx.lineWidth = 5.5; ctx.stroke();
    ctx.globalAlpha = 1; ctx.lineWidth = 1.3;
    if (group === "removed") ctx.setLineDash([3, 3]);
    ctx.beginPath(); ctx.arc(x, y, r + 6.8, 0, 2 * Math.PI); ctx.stroke();
    ctx.restore();
    sign(ctx, x - (r + 6.8) * Math.SQRT1_2, y - (r + 6.8) * Math.SQRT1_2, group);
  }

  function sign(ctx, x, y, group) {
    const { warn, halo, panel } = symbols.palette();
    ctx.save();
    ctx.translate(x, y);
    ctx.beginPath(); ctx.arc(0, 0, 5.5, 0, 2 * Math.PI);
    ctx.fillStyle = warn; ctx.fill(); ctx.strokeStyle = halo; ctx.lineWidth = 1.2; ctx.stroke();
    ctx.strokeStyle = panel; ctx.lineWidth = 1.4; ctx.lineCap = ctx.lineJoin = "round";
    ctx.stroke(new Path2D(SIGNS[group]));
    ctx.restore();
  }

  /** The mark of a change as the list and the legend show it. */
  function swatch(canvas, group) {
    const [width, height] = [30, 30], dpr = Math.max(1, Math.min(3, window.devicePixelRatio || 1));
    canvas.width = width * dpr; canvas.height = height * dpr;
    canvas.style.width = `${width}px`; canvas.style.height = `${height}px`;
    const ctx = canvas.getContext("2d");
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
    mark(ctx, width / 2 + 2, height / 2 + 2, 2.2, group);
  }

  /** A line or an area that has changed, along all of its course. */
  function along(ctx, view, i, group) {
    const { warn, halo } = symbols.palette(), { kind } = Atlas.features;
    ctx.save();
    ctx.lineJoin = ctx.lineCap = "round";
    if (group === "removed") ctx.setLineDash([10, 8]);
    ctx.beginPath(); Atlas.canvas.trace(ctx, view, i);
    const width = kind[i] === LINE ? 9 : 5;
    ctx.strokeStyle = halo; ctx.globalAlpha = 0.5; ctx.lineWidth = width + 2; ctx.stroke();
    ctx.strokeStyle = warn; ctx.globalAlpha = 0.26; ctx.lineWidth = width; ctx.stroke();
    ctx.restore();
  }

  /** Mark each changed place: at its symbol (`placeOf` says where that is drawn), at the bubble that holds
   *  it, or where a place that is gone stood. Answers with the signs of lines and areas, which nothing may
   *  cover. */
  function draw(ctx, view, drawn, placeOf) {
    const changed = Atlas.changed(), { kind, anchor, ids } = Atlas.features, r = symbols.radiusAt(view.zoom);
    const signs = [], held = new Set();
    if (!changed.size) return signs;
    for (const { feature, members, x, y, radius } of drawn.items) {
      const inside = feature < 0 ? Array.from(members).filter((member) => changed.has(ids[member])) : [];
      if (!inside.length) continue;
      for (const member of inside) held.add(member);
      const groups = new Set(inside.map((member) => changed.get(ids[member]).group));
      mark(ctx, x, y, radius - 1, groups.size === 1 ? [...groups][0] : "changed");
    }
    const onSheet = ([lon, lat]) => [mercatorX(lon) * view.k - view.x, mercatorY(lat) * view.k - view.y];
    for (const { id, group, at } of changed.values()) {
      const i = Atlas.indexOf(id);
      if (held.has(i)) continue;
      if (i < 0) { if (at) mark(ctx, ...onSheet(at), r, group); }
      else if (kind[i] === POINT) mark(ctx, ...placeOf(i, view, drawn), r, group);
      else if (kind[i]) {
        along(ctx, view, i, group);
        signs.push([...onSheet(anchor.slice(2 * i, 2 * i + 2)), group]);
      }
    }
    return signs;
  }

  Atlas.changeMarks = { draw, sign, swatch };
})();
