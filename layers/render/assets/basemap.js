/* The ground: our own offline map of counties and water, drawn on a canvas, and the reader's choice of
 * online tiles above it. Tiles that do not come leave the offline map standing. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});
  const { mercatorX, mercatorY } = Atlas.columns;

  /** How long tiles may take before we say that they do not come. */
  const TILE_PATIENCE_MS = 8000;
  let ground = { land: null, water: [], inner: [], outer: [], labels: [] };

  // ── reading ───────────────────────────────────────────────────────────────────────────────
  /** A ring or line of `lon, lat, lon, lat, …` in Mercator numbers. */
  const run = (flat) => Float64Array.from(flat, (value, n) => (n % 2 ? mercatorY(value) : mercatorX(value)));
  const boxOf = ([west, south, east, north]) => [mercatorX(west), mercatorY(north), mercatorX(east), mercatorY(south)];
  const shapeOf = ({ rings, box }) => ({ rings: rings.map(run), box: boxOf(box) });

  /** @param {object} raw what `Ground.as_json` writes */
  function read({ land, water, county_lines: inner, city_lines: outer, names }) {
    ground = {
      land: land && shapeOf(land), water: water.map(shapeOf), inner: inner.map(run), outer: outer.map(run),
      labels: names.map(({ at, box, ...name }) => ({ ...named(name), at: [mercatorX(at[0]), mercatorY(at[1])], box: boxOf(box) })),
    };
  }

  /** The ground knows cities by their codes. */
  function named(name) {
    if (name.kind !== "city") return name;
    const code = (Atlas.config?.codes?.city ?? []).find((row) => row.code === name.city);
    return { ...name, zh: code?.zh ?? name.city, en: code?.en ?? name.city };
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
    const area = (shapes, colour, outline) => {
      ctx.beginPath();
      for (const { rings, box } of shapes) if (meets(box, view)) for (const xy of rings) outline(xy);
      ctx.fillStyle = colour;
      ctx.fill("evenodd");
    };
    ctx.lineJoin = ctx.lineCap = "round";
    area(ground.land ? [ground.land] : [], c.city, (xy) => trace(ctx, xy, 0, xy.length / 2, view, true));
    area(ground.water, c.water, (xy) => bank(ctx, xy, view));
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

  Atlas.basemap = { read, draw, trace, meets, labels: () => ground.labels, box: () => ground.land?.box ?? null, areTilesSeen: () => isSeen };
})();
