/* Measuring on the ellipsoid: points by mouse, finger or keyboard; the length or area as it grows. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});
  const { el } = Atlas;

  const CLOSE_PX = 12;
  const DRAG_PX = 5;
  let points = [];
  let cursor = null;
  let isEnded = false;
  let pressed = null;
  let lastClick = 0;
  let box = null;
  let reading = null;
  let pin = null;

  const kind = () => Atlas.state.tool ?? null;
  const screen = ([lon, lat]) => Atlas.map.latLngToContainerPoint([lat, lon]);
  const ground = (latLng) => [latLng.lng, latLng.lat];

  /** Show a passing mark where the reader asked to go; null takes it away. */
  Atlas.setPin = (point) => { pin = point; draw(); };

  const draw = () => {
    const path = cursor && !isEnded ? [...points, cursor] : points;
    const shapes = [];
    if (kind() === "area" && path.length > 2) shapes.push({ type: "polygon", points: path });
    else if (path.length > 1) shapes.push({ type: "line", points: path });
    for (const point of points) shapes.push({ type: "point", points: [point] });
    if (pin) shapes.push({ type: "point", points: [pin] });
    Atlas.drawShapes?.(shapes);
  };

  // ── the numbers ───────────────────────────────────────────────────────────────────────────
  const figures = () => {
    const path = cursor && !isEnded ? [...points, cursor] : points;
    if (path.length < 2) return [];
    const { distanceM, lengthM, areaM2 } = Atlas.geodesy;
    const segment = distanceM(...path.at(-2), ...path.at(-1));
    if (kind() === "distance") {
      return [
        ["measure.total", Atlas.length(lengthM(path))],
        path.length > 2 && !isEnded ? ["measure.segment", Atlas.length(segment)] : null].filter(Boolean);
    }
    const rows = path.length > 2
      ? [["measure.area_is", Atlas.area(Math.abs(areaM2(path)))],
        ["measure.perimeter", Atlas.length(lengthM([...path, path[0]]))]]
      : [];
    return isEnded ? rows : [...rows, ["measure.segment", Atlas.length(segment)]];
  };

  const tell = () => {
    const rows = figures();
    reading.replaceChildren(...(rows.length
      ? rows.map(([key, value]) => el("span", {}, el("span", { class: "atlas-soft" }, Atlas.t(key)), el("strong", { class: "atlas-figures" }, value)))
      : [el("span", {}, Atlas.t(points.length ? "measure.next" : "measure.start"))]));
    draw();
  };
  const say = () => {
    const rows = figures();
    Atlas.announce(rows.length
      ? rows.map(([key, value]) => Atlas.joined(Atlas.t(key), value)).join(Atlas.t("list.pause"))
      : Atlas.t("measure.point_added", { n: points.length }));
  };

  // ── deeds ─────────────────────────────────────────────────────────────────────────────────
  const add = (point) => {
    if (isEnded) { points = []; isEnded = false; }
    points.push(point);
    cursor = null;
    renderButtons();
    tell();
    say();
  };
  const end = () => {
    if (isEnded || points.length < (kind() === "area" ? 3 : 2)) return;
    isEnded = true;
    cursor = null;
    renderButtons();
    tell();
    say();
  };
  const clear = () => {
    if (!points.length) return false;
    points = [];
    cursor = null;
    isEnded = false;
    renderButtons();
    tell();
    return true;
  };
  const undo = () => { points.pop(); isEnded = false; renderButtons(); tell(); };
  const addCentre = () => add(ground(Atlas.map.getCenter()));

  /** Start measuring a `distance` or an `area`; the same again, or null, ends it. */
  Atlas.measure = (wanted) => {
    const next = wanted === kind() ? null : wanted;
    points = [];
    cursor = null;
    isEnded = false;
    Atlas.state.tool = next;
    Atlas.map.doubleClickZoom[next ? "disable" : "enable"]();
    document.body.classList.toggle("is-measuring", Boolean(next));
    render();
    draw();
    Atlas.emit("tool", { tool: next });
    if (next) { Atlas.map.getContainer().focus({ preventScroll: true }); Atlas.announce(Atlas.t("measure.help")); }
  };

  // ── pointer and keys: taken before the map sees them, so that no place is selected by mistake ──
  const onClick = (event) => {
    if (!kind()) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    const isDrag = pressed && Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) > DRAG_PX;
    if (isDrag) return;
    const latLng = Atlas.map.mouseEventToLatLng(event);
    const at = Atlas.map.mouseEventToContainerPoint(event);
    const isDouble = performance.now() - lastClick < 350 && points.length && at.distanceTo(screen(points.at(-1))) < CLOSE_PX;
    lastClick = performance.now();
    if (isDouble && !isEnded) { end(); return; }
    if (kind() === "area" && !isEnded && points.length > 2 && at.distanceTo(screen(points[0])) < CLOSE_PX) { end(); return; }
    add(ground(latLng));
  };
  const swallow = (event) => { if (kind()) { event.stopImmediatePropagation(); event.preventDefault(); } };
  const onMove = (event) => {
    if (!kind() || !points.length || isEnded || event.pointerType === "touch") return;
    cursor = ground(Atlas.map.mouseEventToLatLng(event));
    tell();
  };
  const onKey = (event) => {
    if (!kind() || event.target.closest?.("button, input, textarea, select, a[href]")) return;
    if (event.key === " ") addCentre();
    else if (event.key === "Enter") end();
    else if (event.key === "Backspace" && points.length) undo();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };

  const buttons = el("div", { class: "atlas-actions" });
  const renderButtons = () => {
    const focused = buttons.contains(document.activeElement) ? document.activeElement.dataset.deed : null;
    const deed = (name, words, onPress, isOff = false) =>
      el("button", { type: "button", class: "atlas-button", disabled: isOff, data: { deed: name },
        on: { click: onPress } }, el("span", {}, words));
    buttons.replaceChildren(
      deed("centre", Atlas.t("measure.add_centre"), addCentre), deed("undo", Atlas.t("measure.undo"), undo, !points.length || isEnded),
      deed("end", Atlas.t("measure.end"), end, isEnded || points.length < (kind() === "area" ? 3 : 2)),
      deed("clear", Atlas.t("measure.clear"), clear, !points.length));
    const again = focused && buttons.querySelector(`[data-deed="${focused}"]`);
    if (again) (again.disabled ? buttons.firstChild : again).focus();
  };
  const render = () => {
    box.hidden = !kind();
    document.body.classList.toggle("has-cross", Boolean(kind()));
    if (!kind()) return;
    box.setAttribute("aria-label", Atlas.t(`measure.${kind()}`));
    box.querySelector(".atlas-measure-title").replaceChildren(Atlas.icon(kind()), el("span", {}, Atlas.t(`measure.${kind()}`)));
    box.querySelector(".atlas-hint").textContent = Atlas.t("measure.help");
    for (const name of ["aria-label", "title"]) box.querySelector(".atlas-shut").setAttribute(name, Atlas.t("measure.leave"));
    renderButtons();
    tell();
  };

  const build = () => {
    if (!box) {
      const { dock, map, over } = Atlas.places();
      reading = el("p", { class: "atlas-figures-row" });
      box = el("section", { class: "atlas-panel atlas-measure", hidden: true },
        el("h2", { class: "atlas-measure-title" }),
        el("button", { type: "button", class: "atlas-button is-quiet atlas-shut",
          on: { click: () => Atlas.measure(null) } }, Atlas.icon("close")),
        reading, el("p", { class: "atlas-hint atlas-soft" }), buttons);
      dock.prepend(box);
      over.append(el("span", { class: "atlas-cross", "aria-hidden": "true" }));
      map.addEventListener("pointerdown", (event) => { pressed = [event.clientX, event.clientY]; }, true);
      map.addEventListener("click", onClick, true);
      map.addEventListener("dblclick", swallow, true);
      map.addEventListener("pointermove", onMove, true);
      document.addEventListener("keydown", onKey, true);
      Atlas.onEscape(() => {
        if (!kind()) return false;
        if (!clear()) Atlas.measure(null);
        return true;
      });
    }
    render();
  };

  Atlas.on("config", build);
  Atlas.on("language", () => { if (box) render(); });
  Atlas.on("move", () => { if (box && (points.length || pin)) draw(); });
})();
