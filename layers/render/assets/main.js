/* The map comes up: Leaflet for moving about, our sheets for everything drawn, and where to go. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});

  const VIEW_MS = 400, FLY_SECONDS = 0.24, NEAR_ZOOM = 13;
  const asBounds = ([x0, y0, x1, y1]) => {
    const { longitude, latitude } = Atlas.columns;
    return L.latLngBounds([latitude(y1), longitude(x0)], [latitude(y0), longitude(x1)]);
  };

  /** Bounds of all located features, of the shown ones, or of one; null when there are none. */
  function featureBounds(test) {
    const { box, kind, count } = Atlas.features, all = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < count; i++) {
      if (!kind[i] || !test(i)) continue;
      all[0] = Math.min(all[0], box[4 * i]); all[1] = Math.min(all[1], box[4 * i + 1]);
      all[2] = Math.max(all[2], box[4 * i + 2]); all[3] = Math.max(all[3], box[4 * i + 3]);
    }
    return all[0] <= all[2] ? asBounds(all) : null;
  }

  /** How far the reader may pan: the region with as much again around it. */
  function loosen() {
    const region = Atlas.basemap.box();
    const bounds = region ? asBounds(region) : featureBounds(() => true);
    // What is in the window stays there: a bound set while the ground is still on its way must not move the map.
    if (bounds?.isValid()) Atlas.map.setMaxBounds(bounds.extend(Atlas.map.getBounds()).pad(1.6));
  }

  // ── going places ──────────────────────────────────────────────────────────────────────────
  /** Move the map; short and smooth where that shows the way, at once where the reader wants no motion. */
  function go(centre, zoom) {
    const { map } = Atlas, target = L.latLng(centre);
    const isFar = map.project(target, map.getZoom()).distanceTo(map.project(map.getCenter(), map.getZoom())) > 4 * map.getSize().x;
    if (Atlas.isStill() || isFar) map.setView(target, zoom, { animate: false });
    else map.flyTo(target, zoom, { duration: FLY_SECONDS });
  }

  /** @param {number} lon @param {number} lat @param {number} [zoom] */
  Atlas.flyTo = (lon, lat, zoom = Math.max(Atlas.map.getZoom(), NEAR_ZOOM)) => {
    if (Number.isFinite(lon) && Number.isFinite(lat)) go([lat, lon], Math.max(Atlas.map.getMinZoom(), Math.min(Atlas.map.getMaxZoom(), zoom)));
  };

  /** Show a place at a zoom as a link or a reset gives them; nothing happens where they are shown already. */
  Atlas.goTo = (lon, lat, zoom) => {
    const { map } = Atlas;
    if (!map || !Number.isFinite(lon) || !Number.isFinite(lat) || !Number.isFinite(zoom)) return;
    const isHere = Math.abs(zoom - map.getZoom()) < 0.01 && map.latLngToContainerPoint([lat, lon]).distanceTo(map.getSize().divideBy(2)) < 2;
    if (!isHere) go([lat, lon], zoom);
  };

  /** Room that panels laid over the map take from its left edge, in pixels; on narrow maps they are no hindrance. */
  function coveredLeft() {
    const map = Atlas.map.getContainer().getBoundingClientRect(), panel = Atlas.places?.().left?.getBoundingClientRect();
    if (!panel || !panel.width || panel.height < map.height / 2) return 0;
    const covered = panel.right - map.left;
    return covered > 0 && covered < map.width * 0.4 ? covered : 0;
  }

  /** Go where all of `bounds` is seen beside the panels. */
  function goBounds(bounds, { most = 15, margin = 0.1 } = {}) {
    if (!bounds) return;
    const { map } = Atlas, size = map.getSize(), left = coveredLeft(), m = Math.min(120, Math.min(size.x, size.y) * margin);
    const room = L.point(left + 2 * m, 2 * m);
    const zoom = Math.min(most, Math.max(map.getMinZoom(), map.getBoundsZoom(bounds, false, room)));
    const middle = map.project(bounds.getNorthWest(), zoom).add(map.project(bounds.getSouthEast(), zoom)).divideBy(2);
    go(map.unproject(middle.subtract([left / 2, 0]), zoom), zoom);
  }

  /** Go to a feature: near enough to see a point apart, or so that the whole line or area is in the window. */
  Atlas.flyToFeature = (i) => {
    const { anchor, kind } = Atlas.features;
    if (!Atlas.map || !kind[i]) return;
    if (kind[i] === Atlas.columns.POINT) Atlas.flyTo(anchor[2 * i], anchor[2 * i + 1]);
    else goBounds(featureBounds((n) => n === i));
  };

  /** Show everything that the filter leaves. */
  Atlas.fitShown = () => goBounds(featureBounds((i) => Atlas.features.visible[i] === 1), { most: 14 });

  /** Show the whole region. */
  Atlas.home = () => {
    const region = Atlas.basemap.box();
    goBounds(region ? asBounds(region) : featureBounds(() => true), { most: 14, margin: 0.02 });
  };

  // ── the map ───────────────────────────────────────────────────────────────────────────────
  let viewTimer = 0;

  function makeMap(view) {
    const [lon, lat] = view?.centre ?? [114.6, 30.4];
    const isStill = Atlas.isStill();
    const map = (Atlas.map = L.map(document.getElementById("map"), {
      center: [lat, lon], zoom: view?.zoom ?? 9, minZoom: 7, maxZoom: 18, zoomSnap: 0.5, zoomDelta: 1, wheelPxPerZoomLevel: 90, wheelDebounceTime: 30,
      attributionControl: false, zoomControl: false, keyboardPanDelta: 120, maxBoundsViscosity: 0.7, markerZoomAnimation: false,
      zoomAnimation: !isStill, fadeAnimation: !isStill, inertia: !isStill,
    }));
    Atlas.canvas.attach(map);
    Atlas.pointer.attach(map);
    map.on("moveend", () => {
      const { lng, lat: y } = map.getCenter(), detail = { centre: [lng, y], zoom: map.getZoom() };
      Atlas.emit("move", detail);
      clearTimeout(viewTimer);
      viewTimer = setTimeout(() => Atlas.tell("view", detail), VIEW_MS);
    });
  }

  /** Take a config: the first one brings up the map, a later one changes what is shown and keeps the view. */
  Atlas.start = (config) => {
    const isFirst = !Atlas.config;
    Atlas.config = config;
    config.layers ??= [];
    // Later configs bring other data; language and theme come with the state.
    if (isFirst) Atlas.state.language = config.language === "en" ? "en" : "zh";
    document.documentElement.lang = Atlas.state.language === "zh" ? "zh-CN" : "en";
    if (isFirst) Atlas.setTheme(config.theme);
    Atlas.symbols.forget();
    if (isFirst) { if (config.filter) Atlas.setFilter(config.filter); Atlas.state.selected = config.view?.selected ?? null; }
    // Panels are built first: they decide how much room the map has.
    Atlas.emit("config", { config, isFirst });
    if (isFirst) {
      makeMap(config.view);
      Atlas.setBasemap(config.view?.basemap ?? "offline", { origin: "start" });
    }
    if (!isFirst && config.filter) Atlas.setFilter(config.filter);
    Atlas.canvas.invalidate("ground", "overlay");
  };

  Atlas.on("basemap", () => { if (Atlas.map) loosen(); });
  Atlas.on("ready", () => { if (Atlas.map && !Atlas.basemap.box()) loosen(); });

  /** For tests: what is shown and how long it took. `painted` grows after each painting. */
  Atlas.probe = () => {
    const { ids, visible, count } = Atlas.features, { map, timing } = Atlas, shown = [];
    for (let i = 0; i < count; i++) if (visible[i]) shown.push(ids[i]);
    const centre = map?.getCenter();
    return { shown, drawn: Atlas.canvas.drawn.count, painted: timing.painted, lastFilterMs: timing.filterMs, lastPaintMs: timing.paintMs, lastLabelMs: timing.labelMs,
      centre: centre ? [centre.lng, centre.lat] : null, zoom: map?.getZoom() ?? null, hitMs: [...timing.hitMs], ready: Atlas.state.ready };
  };

  // The picture of the last time goes out first.
  const begin = () => { if (window.AtlasPicture?.shown) AtlasPicture.shown.then(Atlas.sources.begin); else Atlas.sources.begin(); };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
