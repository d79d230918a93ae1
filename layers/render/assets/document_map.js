/* The framed map beside a document: it shows the places of what is chosen, and a place that is clicked on it is chosen. */

import atlas from "./component.js";

const Atlas = window.Atlas;
const { el } = Atlas;
const TILE = 256, MOST_ZOOM = 12, LEAST_ZOOM = 7, MARGIN = 0.12;

/** Where a point lies on the square of the world, from 0 to 1. */
const onSquare = (lon, lat) => {
  const sine = Math.sin((lat * Math.PI) / 180);
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
};
const latitude = (y) => (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;

/** Centre and zoom that show all boxes in a window; null without a box. */
export function fitting(boxes, width, height) {
  const corners = boxes.filter(Boolean).flatMap(([x0, y0, x1, y1]) => [onSquare(x0, y0), onSquare(x1, y1)]);
  if (!corners.length) return null;
  const [xs, ys] = [0, 1].map((axis) => corners.map((corner) => corner[axis]));
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const room = (size) => (size * (1 - 2 * MARGIN)) / TILE;
  const zoom = Math.log2(Math.min(room(width) / Math.max(right - left, 1e-9), room(height) / Math.max(bottom - top, 1e-9)));
  const middle = [(left + right) / 2, (top + bottom) / 2];
  return { centre: [(middle[0] - 0.5) * 360, latitude(middle[1])], zoom: Math.max(LEAST_ZOOM, Math.min(MOST_ZOOM, Math.floor(zoom * 2) / 2)) };
}

/** @param self the page; answers {root, show, gone} */
export function makeMap(self) {
  const root = el("div", { class: "docs-map" });
  // Numbers rise over page switches too, so that the frame can tell a late state from a new one.
  let seq = Date.now(), move = 1, state = null, gone = () => {};

  const component = {
    parentElement: root,
    setStateValue(name, value) {
      if (name !== "selected" || value?.move !== move) return;
      const id = value.id ?? "";
      if (id !== self.chosen.place) self.choose({ place: id }, { isFromMap: true, isMoved: false });
    },
    setTriggerValue() {},
  };

  /** Ids of the places of what is chosen, with the chosen place itself. */
  function ids() {
    const found = new Set(self.scope().lines.flatMap(({ c }) => c.filter(({ k }) => k === "place").map(({ id }) => id)));
    if (self.chosen.place) found.add(self.chosen.place);
    return [...found];
  }

  function show({ isFromMap = false, isSame = false } = {}) {
    const { data, library, chosen } = self;
    if (!self.reading) return;
    const values = ids();
    const boxOf = (id) => library.places[id]?.box ?? null;
    const { clientWidth, clientHeight } = root;
    let place = {};
    if (!isFromMap && !(isSame && state)) {
      move += 1;
      place = fitting(chosen.place && boxOf(chosen.place) ? [boxOf(chosen.place)] : values.map(boxOf), clientWidth || 480, clientHeight || 320) ?? {};
    } else if (state) place = { centre: state.centre, zoom: state.zoom };
    const rows = [{ field: "id", op: "in", values }];
    if (JSON.stringify(rows) !== JSON.stringify(state?.filter.rows)) seq += 1;
    state = {
      filter: { seq, layers: data.layers, outside: true, on: data.today, rows },
      move, language: data.language, theme: Atlas.state.theme, today: data.today, selected: chosen.place || null, basemap: data.basemap,
      centre: state?.centre ?? [114.9, 30.2], zoom: state?.zoom ?? 8, ...place,
    };
    gone = atlas({ ...component, data: { frame: data.frame, configUrl: data.config, companion: true, state } });
  }

  return { root, show, gone: () => gone() };
}
