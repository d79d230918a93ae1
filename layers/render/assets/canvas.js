/* The sheets that lie on the map and what paints them: the map itself (ground, features, names) and, above it,
 * the marks of attention. Each is one canvas a little larger than the window: it moves with the map's pane,
 * grows with Leaflet's zoom, and is painted again in one go, so nothing flickers. A browser copies the whole of
 * a canvas that was painted, so few sheets are worth more than few strokes. Below tiles the ground has a sheet of
 * its own, for where tiles do not come; else it is a picture in store that each painting begins with. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});
  const { POINT, LINE, AREA, mercatorX, mercatorY } = Atlas.columns;
  const symbols = Atlas.symbols;

  /** Share of the window that each sheet is larger by, on every side, once the window itself has been painted. */
  const MARGIN = 0.15;
  /** Screens show so many milliseconds apart. */
  const FRAME_MS = 16;
  /** A repaint faster than this is worth doing while the map is being dragged. */
  const FAST_MS = 8;
  /** Areas of so many pixels across are painted in a band along their outline, so many pixels wide. */
  const BANDED = 72, BAND = 7;
  /** Above these numbers in view, points become squares, and lines and areas plain hair lines. */
  const MANY_POINTS = 1500, MANY_SHAPES = 260, MANY_EDGES = 2500, MANY_CIRCLES = 150, PATH_LENGTH = 200, CIRCLE_ZOOM = 12;
  /** What is smaller than so many pixels is a speck, where more than so many shapes are in view. */
  const SPECKS = [[6000, 24], [520, 9], [0, 2]];
  const EARTH = 2 * Math.PI * 6378137, CITY_SIZE = 45_000;

  // ── sheets ────────────────────────────────────────────────────────────────────────────────
  const sheets = new Map();

  class Sheet {
    constructor(map, name, zIndex) {
      this.map = map;
      const pane = map.createPane(`atlas-${name}`);
      pane.style.zIndex = String(zIndex);
      pane.style.pointerEvents = "none";
      this.canvas = document.createElement("canvas");
      this.canvas.className = "leaflet-zoom-animated";
      this.canvas.setAttribute("aria-hidden", "true");
      this.canvas.width = this.canvas.height = 0;
      pane.append(this.canvas);
      this.ctx = this.canvas.getContext("2d");
      this.width = this.height = this.dpr = this.margin = 0;
    }

    /** Lay the sheet over the window as it is now. */
    place() {
      const { map } = this, size = map.getSize();
      this.margin = margin;
      const dpr = Math.max(1, Math.min(3, window.devicePixelRatio || 1));
      this.min = map.containerPointToLayerPoint(size.multiplyBy(-this.margin)).round();
      const full = size.multiplyBy(1 + 2 * this.margin).round();
      [this.width, this.height, this.dpr] = [full.x, full.y, dpr];
      this.centre = map.getCenter(); this.zoom = map.getZoom(); this.size = size;
      this.origin = map.getPixelOrigin().add(this.min);
      L.DomUtil.setPosition(this.canvas, this.min);
    }

    /** Stretch what is painted to another view, while Leaflet moves there. */
    follow(centre, zoom) {
      if (!this.centre) return;
      const { map } = this, scale = map.getZoomScale(zoom, this.zoom);
      const corner = this.size.multiplyBy(-(0.5 + this.margin) * scale).add(map.project(this.centre, zoom)).subtract(map._getNewPixelOrigin(centre, zoom));
      L.DomUtil.setTransform(this.canvas, corner, scale);
    }

    /** What painting needs: scale k and corner x, y in world pixels, size, and the window's edges on the sheet. */
    view() {
      const left = this.size.x * this.margin, top = this.size.y * this.margin;
      return { k: 256 * 2 ** this.zoom, x: this.origin.x, y: this.origin.y, width: this.width, height: this.height, zoom: this.zoom, dpr: this.dpr,
        left, top, right: left + this.size.x, bottom: top + this.size.y };
    }

    /** A clean sheet, in CSS pixels. It takes its size when it is first painted: one that never is costs nothing. */
    begin() {
      const { canvas, ctx, width, height, dpr } = this, [across, down] = [Math.round(width * dpr), Math.round(height * dpr)];
      if (canvas.width !== across || canvas.height !== down) {
        canvas.width = across; canvas.height = down;
        canvas.style.width = `${width}px`; canvas.style.height = `${height}px`;
      }
      ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
      ctx.clearRect(0, 0, width, height);
      return ctx;
    }

    /** Begin with what another sheet of the same size shows; in a window without size there is nothing. */
    lay(other) {
      if (other.canvas.width && other.canvas.height) this.ctx.drawImage(other.canvas, 0, 0, this.width, this.height);
    }
  }

  // ── when to paint ─────────────────────────────────────────────────────────────────────────
  const dirty = new Set();
  let frame = 0, isAnimating = false, isPlaced = false, isOverlaid = false, isWaiting = true, isFirst = true, margin = 0, paintedAt = 0;

  /** How long the first painting waits for all that is on its way: painting each arrival would cost more than it shows. */
  const FIRST_WAIT_MS = 250;

  /** Ask for sheets to be painted in the next frame: "ground", "map", "overlay"; "place" lays them anew. */
  function invalidate(...names) {
    for (const name of names) dirty.add(name);
    if (!isWaiting) frame ||= requestAnimationFrame(paint);
  }

  /** A filter that was changed shows in the frame that comes, not in the one after it. */
  const hasten = () => queueMicrotask(() => {
    if (!frame || performance.now() - paintedAt < FRAME_MS) return;
    cancelAnimationFrame(frame);
    paint();
  });

  /** The first painting, at once: all has come that it waited for, or it has waited long enough. */
  function begin() {
    if (!isWaiting) return;
    isWaiting = false;
    paint();
    isFirst = false;
    Atlas.whenIdle(() => { margin = MARGIN; invalidate("place", "ground", "overlay"); });
  }

  function paint() {
    frame = 0;
    if (!sheets.size || !Atlas.map || !Atlas.map._loaded) return;
    // During a zoom the sheets are stretched; they are laid anew when it ends.
    if (dirty.has("place") && !isAnimating) {
      for (const sheet of sheets.values()) sheet.place();
      isPlaced = true;
    }
    if (!isPlaced) return;
    const start = performance.now();
    if (dirty.has("ground") && hasGroundSheet()) paintGround();
    if (dirty.has("ground") || dirty.has("map")) paintMap();
    if (dirty.has("overlay") && (Atlas.overlay.isNeeded() || isOverlaid)) {
      const s = sheets.get("overlay");
      isOverlaid = Atlas.overlay.isNeeded();
      Atlas.overlay.draw(s.begin(), s.view(), drawn);
    }
    paintedAt = performance.now();
    Atlas.timing.paintMs = paintedAt - start;
    dirty.clear();
    // It has still to be put in store, before the next painting begins with it.
    if (!hasGroundSheet()) dirty.add("ground");
    Atlas.timing.painted++;
    Atlas.emit("painted");
  }

  // ── the map ───────────────────────────────────────────────────────────────────────────────
  /** The first painting is painted over at once, with a margin: to store a picture of its ground would serve nobody. */
  const hasGroundSheet = () => !isFirst || Atlas.basemap.areTilesSeen();

  function paintGround() {
    const sheet = sheets.get("ground");
    Atlas.basemap.draw(sheet.begin(), sheet.view());
    sheet.canvas.hidden = !Atlas.basemap.areTilesSeen();
  }

  function paintMap() {
    const sheet = sheets.get("map"), ctx = sheet.begin(), view = sheet.view();
    if (!hasGroundSheet()) Atlas.basemap.draw(ctx, view);
    else if (!Atlas.basemap.areTilesSeen()) sheet.lay(sheets.get("ground"));
    paintFeatures(ctx, view);
    const before = performance.now();
    Atlas.labels.draw(ctx, view, drawn.items);
    Atlas.timing.labelMs = performance.now() - before;
  }

  // ── features ──────────────────────────────────────────────────────────────────────────────
  /** What the last painting put where: symbols of points with place and radius, and how many things in all. */
  const drawn = { items: [], count: 0 };

  function paintFeatures(ctx, view) {
    drawn.items = []; drawn.count = 0;
    if (!Atlas.config) return;
    const context = Atlas.filters.contextOf(Atlas.state.filter);
    const past = Atlas.columns.dictionary("status").codes.get("built") ?? -1;
    const scene = { ctx, view, look: symbols.lookTable(), statuses: symbols.statusTable(), status: context.status,
      isPast: (i) => context.end[i] < context.year && context.status[i] !== past };
    const shapes = gather(scene);
    paintAreas(scene, shapes.areas);
    paintLines(scene, shapes.lines);
    paintSpecks(scene, shapes.specks);
    paintShapeMarks(scene, [...shapes.areas, ...shapes.lines]);
    Atlas.overlay.arcs(ctx, view, shapes.arcs);
    paintPoints(scene);
  }

  /** Visible lines and areas on the sheet, those too small for a shape, and what has an arc. */
  function gather({ view, look }) {
    const { count, visible, kind, box, lists } = Atlas.features;
    const arcs = [], inView = [];
    const x0 = view.x / view.k, y0 = view.y / view.k, x1 = (view.x + view.width) / view.k, y1 = (view.y + view.height) / view.k;
    const hasArcs = Atlas.config.layers.some((l) => l.style?.arcs);
    for (let i = 0; i < count; i++) {
      if (!visible[i] || !kind[i]) continue;
      if (hasArcs && lists.serves.start[i + 1] > lists.serves.start[i] && look(i).arcs) arcs.push(i);
      if (kind[i] === POINT) continue;
      const b = 4 * i;
      if (box[b] <= x1 && box[b + 2] >= x0 && box[b + 1] <= y1 && box[b + 3] >= y0) inView.push(i);
    }
    drawn.count += inView.length;
    const least = SPECKS.find(([many]) => inView.length >= many)[1] / view.k;
    const isSpeck = (i) => box[4 * i + 2] - box[4 * i] < least && box[4 * i + 3] - box[4 * i + 1] < least;
    const shapes = { areas: [], lines: [], specks: [], arcs };
    for (const i of inView) (isSpeck(i) ? shapes.specks : kind[i] === AREA ? shapes.areas : shapes.lines).push(i);
    return shapes;
  }

  /** Put the parts of feature `i` on the path of `ctx`. */
  function trace(ctx, view, i) {
    const { partStart, partKind, vertexStart, xy } = Atlas.features;
    for (let part = partStart[i]; part < partStart[i + 1]; part++) {
      if (partKind[part] !== POINT) Atlas.basemap.trace(ctx, xy, vertexStart[part], vertexStart[part + 1], view, partKind[part] === AREA);
    }
  }

  /** The fill of an area as large as the window would colour the whole map: it fades as it grows, and that of
   *  a whole city is hardly there at all. In tenths, so that areas can be painted together. */
  const fadeOf = (i, view) => {
    const { box } = Atlas.features, b = 4 * i;
    const size = Math.sqrt((box[b + 2] - box[b]) * (box[b + 3] - box[b + 1]));
    const fade = Math.max(0.35, Math.min(1, 1.2 - (size * view.k) / 1000)) * (size * EARTH > CITY_SIZE ? 0.3 : 1);
    return Math.round(10 * fade) / 10;
  };

  /** The status of an area that is large on the sheet shows along its outline, that of a small one all over it. */
  const bandOf = (i, view) => {
    const { box } = Atlas.features, b = 4 * i;
    return Math.min(box[b + 2] - box[b], box[b + 3] - box[b + 1]) * view.k > BANDED ? BAND : 0;
  };

  /** Features by what they have in common, so that one path serves many of them. */
  function grouped(list, keyOf) {
    const groups = new Map();
    for (const i of list) {
      const key = keyOf(i), there = groups.get(key);
      if (there) there.push(i); else groups.set(key, [i]);
    }
    return groups.values();
  }

  function paintAreas({ ctx, view, look, statuses, status }, list) {
    const { box, method } = Atlas.features;
    const schematic = Atlas.columns.dictionary("method").codes.get("schematic") ?? -1;
    const size = (i) => (box[4 * i + 2] - box[4 * i]) * (box[4 * i + 3] - box[4 * i + 1]);
    const options = (i) => ({ isSchematic: method[i] === schematic, fade: fadeOf(i, view), band: bandOf(i, view), dpr: view.dpr, origin: [-view.x % 7, -view.y % 7] });
    if (list.length <= MANY_SHAPES) {
      // The large ones below, each by itself: one that lies in another must not cut a hole.
      for (const i of [...list].sort((a, b) => size(b) - size(a) || a - b)) {
        ctx.beginPath(); trace(ctx, view, i);
        symbols.paintArea(ctx, look(i), statuses[status[i]], view.zoom, options(i));
      }
      return;
    }
    for (const group of grouped(list, (i) => look(i).number * 64 + statuses[status[i]] * 8 + (method[i] === schematic ? 4 : 0))) {
      for (let from = 0; from < group.length; from += PATH_LENGTH) {
        ctx.beginPath();
        for (const i of group.slice(from, from + PATH_LENGTH)) trace(ctx, view, i);
        symbols.paintArea(ctx, look(group[0]), statuses[status[group[0]]], view.zoom, { ...options(group[0]), band: 0, isPlain: true, hasEdge: list.length <= MANY_EDGES });
      }
    }
  }

  function paintLines({ ctx, view, look, statuses, status }, list) {
    const isMany = list.length > MANY_SHAPES;
    const order = Atlas.config.layers.map((l, n) => l.order ?? n);
    const groups = [...grouped(list, (i) => look(i).number * 8 + statuses[status[i]])].sort((a, b) => order[look(b[0]).layer] - order[look(a[0]).layer] || look(b[0]).number - look(a[0]).number);
    for (const group of groups) {
      for (let from = 0; from < group.length; from += PATH_LENGTH) {
        ctx.beginPath();
        for (const i of group.slice(from, from + PATH_LENGTH)) trace(ctx, view, i);
        symbols.strokeLine(ctx, look(group[0]), statuses[status[group[0]]], view.zoom, { hasHalo: !isMany, isPlain: isMany });
      }
    }
  }

  function paintSpecks({ ctx, view, look }, list) {
    const { box } = Atlas.features, columns = Math.ceil(view.width / 3) + 3;
    const left = Math.floor(view.x / 3), top = Math.floor(view.y / 3);
    for (const group of grouped(list, (i) => look(i).number)) {
      ctx.fillStyle = look(group[0]).hue;
      // Specks of one hue on one spot are one speck: in a crowd most of them are.
      const seen = new Uint8Array(columns * (Math.ceil(view.height / 3) + 3));
      for (const i of group) {
        const x = Math.floor(((box[4 * i] + box[4 * i + 2]) * view.k) / 6) - left;
        const y = Math.floor(((box[4 * i + 1] + box[4 * i + 3]) * view.k) / 6) - top;
        const spot = (y + 1) * columns + x + 1;
        if (seen[spot]) continue;
        seen[spot] = 1;
        ctx.fillRect(3 * (x + left) - view.x, 3 * (y + top) - view.y, 3, 3);
      }
    }
  }

  function paintShapeMarks({ ctx, view, isPast }, list) {
    if (list.length > MANY_SHAPES || view.zoom < 9.5) return;
    const { anchor, conflict, box } = Atlas.features;
    for (const i of list) {
      if (!conflict[i] && !isPast(i)) continue;
      if ((box[4 * i + 2] - box[4 * i] + box[4 * i + 3] - box[4 * i + 1]) * view.k < 26) continue;
      symbols.drawMarks(ctx, mercatorX(anchor[2 * i]) * view.k - view.x - 3, mercatorY(anchor[2 * i + 1]) * view.k - view.y, 3.5, isPast(i), conflict[i] === 1);
    }
  }

  // ── points ────────────────────────────────────────────────────────────────────────────────
  function paintPoints(scene) {
    const { view } = scene, found = Atlas.clusters.at(view.zoom, view);
    const r = symbols.radiusAt(view.zoom), items = [];
    let singles = 0;
    for (let n = 0; n < found.count; n++) {
      const x = found.x[n] + found.dx[n] - view.x, y = found.y[n] + found.dy[n] - view.y;
      if (x < -24 || y < -24 || x > view.width + 24 || y > view.height + 24) continue;
      const feature = found.feature[n];
      if (feature >= 0) singles++;
      items.push({ x, y, dx: found.dx[n], dy: found.dy[n], feature, members: found.members[n], radius: feature >= 0 ? r : Atlas.clusters.bubbleRadius(found.members[n].length) });
    }
    drawn.items = items;
    drawn.count += items.length;
    paintLeaders(scene, items);
    if (view.zoom >= CIRCLE_ZOOM && singles < MANY_CIRCLES) for (const item of items) if (item.feature >= 0) accuracyCircle(scene.ctx, view, item.feature, scene.look(item.feature).hue);
    if (singles > MANY_POINTS) paintSquares(scene, items); else paintSprites(scene, items, r);
    const bubbles = items.filter((item) => item.feature < 0);
    for (const item of bubbles) paintBubble(scene, item, bubbles.length > 250);
  }

  /** First layers on top: painted last. */
  function paintSprites({ ctx, view, look, statuses, status, isPast }, items, r) {
    const { conflict, layer } = Atlas.features;
    const order = Atlas.config.layers.map((l, n) => l.order ?? n);
    const singles = items.filter((item) => item.feature >= 0).sort((a, b) => order[layer[b.feature]] - order[layer[a.feature]] || b.feature - a.feature);
    for (const { x, y, feature } of singles) {
      const marks = view.zoom < 9.5 ? 0 : (isPast(feature) ? 1 : 0) + (conflict[feature] ? 2 : 0);
      const { canvas, half, size } = symbols.sprite(look(feature), statuses[status[feature]], r, marks, view.dpr);
      ctx.drawImage(canvas, Math.round((x - half) * view.dpr) / view.dpr, Math.round((y - half) * view.dpr) / view.dpr, size, size);
    }
  }

  /** Thousands of points at once are small squares, full for what stands and open for what is to come. */
  function paintSquares({ ctx, look, statuses, status }, items) {
    const singles = items.filter((item) => item.feature >= 0);
    for (const group of grouped(singles, ({ feature }) => `${look(feature).hue}|${[0, 0, 1, 1, 0, 2][statuses[status[feature]]]}`)) {
      const way = [0, 0, 1, 1, 0, 2][statuses[status[group[0].feature]]];
      ctx.globalAlpha = way === 2 ? 0.5 : 1;
      ctx.fillStyle = ctx.strokeStyle = look(group[0].feature).hue;
      ctx.lineWidth = 1.2;
      ctx.beginPath();
      for (const { x, y } of group) ctx.rect(Math.round(x) - 2.5, Math.round(y) - 2.5, 5, 5);
      if (way === 1) ctx.stroke(); else ctx.fill();
    }
    ctx.globalAlpha = 1;
  }

  /** A thin line from where a spread point is drawn to where it stands. */
  function paintLeaders({ ctx, look }, items) {
    ctx.lineWidth = 1; ctx.globalAlpha = 0.55;
    for (const { x, y, dx, dy, feature } of items) {
      if (!dx && !dy) continue;
      ctx.strokeStyle = look(feature).hue;
      ctx.beginPath(); ctx.moveTo(x, y); ctx.lineTo(x - dx, y - dy); ctx.stroke();
    }
    ctx.globalAlpha = 1;
  }

  /** A dashed circle of the radius within which the true place lies. */
  function accuracyCircle(ctx, view, i, hue, isStrong = false) {
    const { anchor, accuracy } = Atlas.features;
    const x = mercatorX(anchor[2 * i]) * view.k - view.x, y = mercatorY(anchor[2 * i + 1]) * view.k - view.y;
    const r = (accuracy[i] / (EARTH * Math.cos((anchor[2 * i + 1] * Math.PI) / 180))) * view.k;
    // A circle larger than the sheet would be one stray line on it; it is drawn where it was asked for.
    if (!(r > 12) || r > (isStrong ? 6 * view.width : 0.45 * Math.min(view.width, view.height))) return;
    ctx.save();
    ctx.beginPath(); ctx.arc(x, y, r, 0, 2 * Math.PI);
    ctx.fillStyle = ctx.strokeStyle = hue;
    if (isStrong) { ctx.globalAlpha = 0.07; ctx.fill(); }
    ctx.globalAlpha = isStrong ? 0.9 : Math.max(0.16, Math.min(0.5, 70 / r));
    ctx.lineWidth = isStrong ? 1.5 : 1; ctx.setLineDash([4, 4]); ctx.stroke();
    ctx.restore();
  }

  /** A bubble: how many, and a ring of the hues of what is in it (of the most frequent one, where there are many bubbles). */
  function paintBubble({ ctx, look }, { x, y, members, radius }, isMany) {
    const { city, ink, halo } = symbols.palette();
    const mix = new Map();
    let last = null, there = null;
    for (const i of members) {
      const one = look(i);
      // Neighbours are often alike.
      if (one !== last) {
        last = one;
        there = mix.get(one.hue);
        if (!there) mix.set(one.hue, (there = { n: 0, layer: one.layer }));
      }
      there.n++;
    }
    const parts = [...mix].sort((a, b) => (isMany && b[1].n - a[1].n) || a[1].layer - b[1].layer || (a[0] < b[0] ? -1 : 1));
    ctx.beginPath(); ctx.arc(x, y, radius + 1.4, 0, 2 * Math.PI); ctx.fillStyle = halo; ctx.globalAlpha = 0.92; ctx.fill(); ctx.globalAlpha = 1;
    ctx.beginPath(); ctx.arc(x, y, radius - 1.2, 0, 2 * Math.PI); ctx.fillStyle = city; ctx.fill();
    ctx.lineWidth = 2.6; ctx.lineCap = "butt";
    const r = radius - 1.3, gap = parts.length > 1 && !isMany ? 1.2 / r : 0;
    let from = -Math.PI / 2;
    for (const [hue, { n }] of isMany ? parts.slice(0, 1) : parts) {
      const to = isMany ? from + 2 * Math.PI : from + (2 * Math.PI * n) / members.length;
      ctx.beginPath(); ctx.arc(x, y, r, from + gap / 2, Math.max(from + gap, to - gap / 2));
      ctx.strokeStyle = hue; ctx.stroke();
      from = to;
    }
    const n = members.length;
    ctx.font = `600 ${n < 100 ? 11 : n < 1000 ? 10.5 : 9.5}px ${symbols.FONT}`;
    ctx.textAlign = "center"; ctx.textBaseline = "middle"; ctx.fillStyle = ink;
    ctx.fillText(n < 10_000 ? String(n) : `${Math.round(n / 1000)}k`, x, y + 0.5);
  }

  // ── life ──────────────────────────────────────────────────────────────────────────────────
  /** Lay the sheets on a map and keep them in step with it. */
  function attach(map) {
    for (const [name, zIndex] of [["ground", 150], ["map", 400], ["overlay", 410]]) sheets.set(name, new Sheet(map, name, zIndex));
    const follow = (centre, zoom) => { for (const sheet of sheets.values()) sheet.follow(centre, zoom); };
    map.on("zoomanim", ({ center, zoom }) => { isAnimating = true; follow(center, zoom); });
    map.on("zoom", () => { if (isPlaced) follow(map.getCenter(), map.getZoom()); });
    map.on("zoomend", () => { isAnimating = false; });
    map.on("move", () => {
      const isFast = Atlas.timing.paintMs < FAST_MS;
      if (isPlaced && isFast && !isAnimating && sheets.get("map").zoom === map.getZoom()) invalidate("place", "ground", "overlay");
    });
    map.on("moveend viewreset resize", () => { isAnimating = false; invalidate("place", "ground", "overlay"); });
    for (const event of ["filter", "data"]) Atlas.on(event, () => { Atlas.clusters.stale(); invalidate("map", "overlay"); hasten(); });
    for (const event of ["selected", "language"]) Atlas.on(event, () => invalidate("map", "overlay"));
    Atlas.on("hovered", () => invalidate("overlay"));
    Atlas.on("theme", () => { symbols.forget(); invalidate("ground", "overlay"); });
    Atlas.on("basemap", () => invalidate("ground"));
    // The names' typeface may arrive after the first painting; a change of screen changes the density.
    document.fonts?.ready.then(() => invalidate("map"));
    invalidate("place", "ground", "overlay");
    const beginWhole = () => { if (Atlas.state.ready && Atlas.basemap.box()) begin(); };
    for (const event of ["ready", "basemap"]) Atlas.on(event, beginWhole);
    setTimeout(begin, FIRST_WAIT_MS);
  }

  /** The region of the world that the map's sheet covers, for what looks things up in what it shows. */
  const featureView = () => { const sheet = sheets.get("map"); return sheet?.centre ? sheet.view() : null; };

  /** What the window shows of the sheets, as one canvas; null in a window without size. */
  function picture() {
    const { left, top, right, bottom, dpr } = sheets.get("map").view();
    const canvas = document.createElement("canvas"), ctx = canvas.getContext("2d");
    canvas.width = Math.round((right - left) * dpr); canvas.height = Math.round((bottom - top) * dpr);
    if (!canvas.width || !canvas.height) return null;
    for (const name of ["map", "overlay"]) {
      const sheet = sheets.get(name).canvas;
      if (sheet.width) ctx.drawImage(sheet, -Math.round(left * dpr), -Math.round(top * dpr));
    }
    return canvas;
  }

  Atlas.canvas = { attach, invalidate, trace, accuracyCircle, drawn, featureView, picture };
})();
