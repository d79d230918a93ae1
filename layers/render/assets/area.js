/* The area to export: a polygon or a rectangle, drawn by mouse, finger or keyboard, moved by its corners. It stays
 * on the map until it is cleared, and the application keeps it; see `sources.js`. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});
  const { el } = Atlas;

  const CLOSE_PX = 12, GRIP_PX = 16, DRAG_PX = 5, DOUBLE_MS = 350;
  const MOST_CORNERS = 200;
  const KINDS = ["polygon", "rectangle"];
  let corners = [], cursor = null, kind = "polygon";
  let isOpen = false, isDone = false, isOwn = false;
  let pressed = null, lastClick = 0, held = null;
  let box = null, reading = null, refusal = null;

  const isOffered = () => Atlas.config.use === "frame" && !Atlas.config.companion;
  const screen = ([lon, lat]) => Atlas.map.latLngToContainerPoint([lat, lon]);
  const ground = (latLng) => [Number(latLng.lng.toFixed(6)), Number(latLng.lat.toFixed(6))];
  const boxOf = ([[x0, y0], [x1, y1]]) => [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
  const least = () => (kind === "rectangle" && !isDone ? 2 : 3);

  /** The corners as they would be with the pointer's place; a rectangle has two of its own. */
  const pathNow = () => {
    const path = cursor && !isDone ? [...corners, cursor] : corners;
    return kind === "rectangle" && !isDone && path.length === 2 ? boxOf(path) : path;
  };

  // ── what is no area ───────────────────────────────────────────────────────────────────────
  const side = ([ax, ay], [bx, by], [cx, cy]) => Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));
  const meet = (a, b, c, d) => side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
  /** Whether two edges of a path cross; its last corner is joined with the first where it `isClosed`. */
  const crosses = (path, isClosed) => {
    const edges = path.slice(1).map((corner, n) => [path[n], corner]);
    if (isClosed) edges.push([path.at(-1), path[0]]);
    return edges.some((one, n) => edges.slice(n + 1).some((other) => meet(...one, ...other)));
  };
  const faultOf = (path, isClosed) => {
    if (path.length > MOST_CORNERS) return "area.too_many";
    if (crosses(path, isClosed)) return "area.crosses";
    return isClosed && !Atlas.geodesy.areaM2(path) ? "area.flat" : null;
  };
  const refuse = (key) => {
    refusal.textContent = key ? Atlas.t(key, { n: MOST_CORNERS }) : "";
    refusal.hidden = !key;
    return Boolean(key);
  };

  // ── shown and told ────────────────────────────────────────────────────────────────────────
  const draw = () => {
    const path = pathNow(), shapes = [];
    if (path.length > 2) shapes.push({ type: "polygon", points: path });
    else if (path.length > 1) shapes.push({ type: "line", points: path });
    if (isOpen) for (const point of path) shapes.push({ type: "point", points: [point] });
    Atlas.drawShapes(shapes, "area");
  };
  const tell = () => {
    isOwn = true;
    Atlas.tell("area", { area: isDone ? corners : null });
  };
  const say = () => {
    const path = pathNow();
    const { areaM2 } = Atlas.geodesy;
    const size = path.length > 2 ? el("strong", { class: "atlas-figures" }, Atlas.area(Math.abs(areaM2(path)))) : null;
    reading.replaceChildren(el("span", {}, size ? el("span", { class: "atlas-soft" }, Atlas.t("measure.area_is")) : Atlas.t(corners.length ? "measure.next" : "area.start"), size ?? ""));
    draw();
  };
  const announce = () => Atlas.announce(isDone ? Atlas.t("area.done", { n: corners.length }) : Atlas.t("measure.point_added", { n: corners.length }));

  // ── deeds ─────────────────────────────────────────────────────────────────────────────────
  const changed = () => { cursor = null; renderButtons(); say(); announce(); };
  const add = (point) => {
    if (isDone) return;
    if (refuse(kind === "polygon" ? faultOf([...corners, point], false) : null)) return;
    corners = [...corners, point];
    if (kind === "rectangle" && corners.length === 2) { end(); return; }
    changed();
  };
  const end = () => {
    if (isDone || corners.length < least()) return;
    const path = kind === "rectangle" ? boxOf(corners) : corners;
    if (refuse(faultOf(path, true))) {
      if (kind === "rectangle") corners = corners.slice(0, 1);
      changed();
      return;
    }
    corners = path;
    isDone = true;
    changed();
    tell();
  };
  const clear = () => {
    if (!corners.length) return false;
    corners = [];
    const wasDone = isDone;
    isDone = false;
    refuse(null);
    changed();
    if (wasDone) tell();
    return true;
  };
  const undo = () => {
    if (isDone) { isDone = false; if (kind === "rectangle") corners = corners.slice(0, 1); tell(); } else corners = corners.slice(0, -1);
    refuse(null);
    changed();
  };
  /** Take what is seen on the map. */
  const takeWindow = () => {
    const bounds = Atlas.map.getBounds().pad(-0.04);
    corners = boxOf([ground(bounds.getSouthWest()), ground(bounds.getNorthEast())]);
    isDone = true;
    refuse(null);
    changed();
    tell();
  };
  const addCentre = () => add(ground(Atlas.map.getCenter()));
  const choose = (next) => { kind = next; if (!isDone) corners = []; refuse(null); changed(); };

  /** Open the tool, or close it; what is drawn stays. */
  Atlas.drawArea = (open = !isOpen) => {
    if (open === isOpen) return;
    if (open && Atlas.state.tool) Atlas.measure(null);
    isOpen = open;
    // What was begun and not ended is no area.
    if (!open && !isDone) corners = [];
    cursor = held = null;
    Atlas.map.doubleClickZoom[open ? "disable" : "enable"]();
    document.body.classList.toggle("is-measuring", open);
    document.body.classList.toggle("has-cross", open);
    refuse(null);
    render();
    draw();
    for (const button of document.querySelectorAll("[data-draw]")) button.setAttribute("aria-pressed", String(open));
    if (open) { Atlas.map.getContainer().focus({ preventScroll: true }); Atlas.announce(Atlas.t("area.help")); }
  };
  Atlas.isDrawing = () => isOpen;
  Atlas.canDraw = isOffered;

  // ── pointer and keys: taken before the map sees them ──────────────────────────────────────
  const stop = (event) => { event.stopImmediatePropagation(); event.preventDefault(); };
  const onDown = (event) => {
    if (!isOpen) return;
    pressed = [event.clientX, event.clientY];
    if (!isDone) return;
    const at = Atlas.map.mouseEventToContainerPoint(event);
    const near = corners.findIndex((corner) => at.distanceTo(screen(corner)) < GRIP_PX);
    if (near < 0) return;
    held = { at: near, before: corners };
    Atlas.map.dragging.disable();
    stop(event);
  };
  const onMove = (event) => {
    if (!isOpen) return;
    if (held) {
      const place = ground(Atlas.map.mouseEventToLatLng(event));
      corners = corners.map((corner, n) => (n === held.at ? place : corner));
      say();
      stop(event);
    } else if (corners.length && !isDone && event.pointerType !== "touch") {
      cursor = ground(Atlas.map.mouseEventToLatLng(event));
      say();
    }
  };
  const onUp = () => {
    if (!held) return;
    const { before } = held;
    held = null;
    Atlas.map.dragging.enable();
    if (refuse(faultOf(corners, true))) corners = before;
    changed();
    if (corners !== before) tell();
  };
  const onClick = (event) => {
    if (!isOpen) return;
    stop(event);
    const isDrag = pressed && Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) > DRAG_PX;
    if (isDrag || isDone) return;
    const at = Atlas.map.mouseEventToContainerPoint(event);
    const isDouble = performance.now() - lastClick < DOUBLE_MS && corners.length && at.distanceTo(screen(corners.at(-1))) < CLOSE_PX;
    lastClick = performance.now();
    const isBack = corners.length > 2 && at.distanceTo(screen(corners[0])) < CLOSE_PX;
    if (isDouble || isBack) end(); else add(ground(Atlas.map.mouseEventToLatLng(event)));
  };
  const onKey = (event) => {
    if (!isOpen || event.target.closest?.("button, input, textarea, select, a[href]")) return;
    if (event.key === " ") addCentre();
    else if (event.key === "Enter") end();
    else if (event.key === "Backspace" && corners.length) undo();
    else return;
    stop(event);
  };

  // ── the panel ─────────────────────────────────────────────────────────────────────────────
  const buttons = el("div", { class: "atlas-actions" });
  const renderButtons = () => {
    const focused = buttons.contains(document.activeElement) ? document.activeElement.dataset.deed : null;
    const deed = (name, key, onPress, { isOff = false, ...more } = {}) => el("button", { type: "button", class: "atlas-button", disabled: isOff, data: { deed: name }, on: { click: onPress }, ...more }, el("span", {}, Atlas.t(key)));
    buttons.replaceChildren(
      ...KINDS.map((name) => deed(name, `area.${name}`, () => choose(name), { "aria-pressed": String(kind === name), isOff: isDone })),
      deed("window", "area.window", takeWindow), deed("centre", "measure.add_centre", addCentre, { isOff: isDone }),
      deed("undo", "measure.undo", undo, { isOff: !corners.length }), deed("end", "measure.end", end, { isOff: isDone || corners.length < least() }),
      deed("clear", "measure.clear", clear, { isOff: !corners.length }),
      deed("export", "area.export", () => Atlas.tell("export", { area: corners }), { isOff: !isDone, class: "atlas-button is-main" }));
    const again = focused && buttons.querySelector(`[data-deed="${focused}"]`);
    if (again) (again.disabled ? buttons.querySelector("button:not(:disabled)") : again)?.focus();
  };
  const render = () => {
    box.hidden = !isOpen;
    if (!isOpen) return;
    box.setAttribute("aria-label", Atlas.t("area.title"));
    box.querySelector(".atlas-measure-title").replaceChildren(Atlas.icon("crop"), el("span", {}, Atlas.t("area.title")));
    box.querySelector(".atlas-hint").textContent = Atlas.t("area.help");
    for (const name of ["aria-label", "title"]) box.querySelector(".atlas-shut").setAttribute(name, Atlas.t("close"));
    renderButtons();
    say();
  };

  const build = () => {
    if (!isOffered()) return;
    if (!box) {
      const { dock, map } = Atlas.places();
      reading = el("p", { class: "atlas-figures-row" });
      refusal = el("p", { class: "atlas-refusal", role: "alert", hidden: true });
      box = el("section", { class: "atlas-panel atlas-measure atlas-draw", hidden: true },
        el("h2", { class: "atlas-measure-title" }), el("button", { type: "button", class: "atlas-button is-quiet atlas-shut", on: { click: () => Atlas.drawArea(false) } }, Atlas.icon("close")),
        reading, refusal, el("p", { class: "atlas-hint atlas-soft" }), buttons);
      dock.prepend(box);
      map.addEventListener("pointerdown", onDown, true);
      map.addEventListener("pointermove", onMove, true);
      addEventListener("pointerup", onUp, true);
      addEventListener("pointercancel", onUp, true);
      map.addEventListener("click", onClick, true);
      map.addEventListener("dblclick", (event) => { if (isOpen) stop(event); }, true);
      document.addEventListener("keydown", onKey, true);
      Atlas.onEscape(() => {
        if (!isOpen) return false;
        if (isDone || !clear()) Atlas.drawArea(false);
        return true;
      });
    }
    render();
  };

  Atlas.on("config", build);
  Atlas.on("language", () => { if (box) render(); });
  Atlas.on("tool", ({ tool }) => { if (tool && isOpen) Atlas.drawArea(false); });
  // What the application has kept from before; what is drawn here is newer than what it says later.
  Atlas.on("area", ({ area }) => {
    if (isOwn || !Array.isArray(area) || area.length < 3) return;
    isOwn = true;
    corners = area;
    isDone = true;
    if (box) render();
    draw();
  });
})();
