/* The map inside Streamlit: a sandboxed frame and the port to it. The frame has an opaque origin and so no
 * HTTP cache; this component fetches for it (same origin: cached, cookies sent) and hands the bytes over. */

import "./core.js";
import { changed, go, queryNow, write } from "./address_bar.js";
import { foretold } from "./foretell.js";

const Atlas = window.Atlas;
const STATE = Symbol.for("corridor-atlas");
const EXPORT_PAGE = "/export";

/** Bytes at an address of ours; null when they do not come. */
const bytes = async (url) => {
  try {
    const answer = await fetch(new URL(url, location.origin));
    return answer.ok ? await answer.arrayBuffer() : null;
  } catch { return null; }
};

/** The config as an object, and the key by which a change of it is seen. */
const configOf = async ({ config, configUrl }) => {
  if (config) return config;
  const buffer = configUrl ? await bytes(configUrl) : null;
  return buffer ? JSON.parse(new TextDecoder().decode(buffer)) : null;
};
const keyOf = ({ config, configUrl }) => configUrl ?? (config ? JSON.stringify([config.assets, config.dataVersion, config.layers?.map((l) => l.id)]) : null);

/** Make the frame and what belongs to it, once for each host. */
function mount(host, frameUrl) {
  const frame = document.createElement("iframe");
  const self = { frame, frameUrl, port: null, key: null, config: null, sent: null, latest: null, component: null };
  Object.assign(self, { changes: "null", move: null, place: null, said: 0, versions: 0, afterwards: null });
  frame.setAttribute("sandbox", "allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox");
  frame.setAttribute("allow", "fullscreen; clipboard-write");
  frame.title = "Corridor Atlas";
  Object.assign(frame.style, { display: "block", width: "100%", height: "100%", border: "0" });
  Object.assign(host.style, { display: "block", width: "100%", height: "100%" });

  self.onMessage = (event) => {
    // A frame with an opaque origin is known by its window; all further messages go over the port.
    if (event.source !== frame.contentWindow || event.origin !== "null" || event.data?.type !== "atlas:hello") return;
    self.port?.close();
    const channel = new MessageChannel();
    self.port = channel.port1;
    self.port.onmessage = ({ data }) => received(self, data);
    frame.contentWindow.postMessage({ type: "atlas:port" }, "*", [channel.port2]);
    // A frame that has been loaded anew knows nothing: everything is sent again.
    self.key = self.sent = self.move = null;
    if (self.latest) serve(self, self.latest);
  };
  addEventListener("message", self.onMessage);
  // What the reader asks of the panel is seen before the application has heard of it.
  self.off = Atlas.on("wishes", () => { if (self.port && self.config && self.latest) sendState(self, self.latest.state); });
  frame.src = new URL(frameUrl, location.origin);
  host.replaceChildren(frame);
  return self;
}

/** What the frame says becomes state or a trigger of the component. */
function received(self, message) {
  const { setTriggerValue } = self.component;
  // What was said before the application moved the map is known by its `move`; said twice it is news twice.
  const say = (name, value) =>
    self.component.setStateValue(name, { ...value, move: self.move, n: ++self.said });
  if (message?.type === "view" && !isElsewhere(self, message)) return;
  address(self, message);
  switch (message?.type) {
    case "view": say("view", { centre: message.centre, zoom: message.zoom }); break;
    case "selected": case "basemap": say(message.type, { id: message.id }); break;
    case "language": say("language", { id: message.language }); break;
    case "area": say("area", { area: message.area }); break;
    case "export": leave(self, message); break;
    case "years": setTriggerValue("years", { years: message.years, undated: message.undated }); break;
    case "since": setTriggerValue("since", { which: message.which }); break;
    case "ask": setTriggerValue("ask", { id: message.id, kind: message.kind, text: message.text }); break;
    case "painted": afterFrames(2, () => window.AtlasPicture?.drop()); break;
    case "rest": if (isKept(self) && !window.AtlasPicture.has()) self.port.postMessage({ type: "picture" }); break;
    case "picture": if (isKept(self)) keepPicture(self, message); break;
    default:
  }
}

/** Go to the page of exports, once the server has heard of the area that is drawn. */
function leave(self, { area = null, place = null }) {
  const isHeard = () => area === null || JSON.stringify(self.latest?.state?.area ?? null) === JSON.stringify(area);
  const then = () => {
    self.afterwards = null;
    const query = place ? changed(queryNow(), { s: place }) : queryNow();
    go(`${EXPORT_PAGE}?${query}${place ? `#place=${encodeURIComponent(place)}` : ""}`);
  };
  self.afterwards = () => { if (isHeard()) then(); };
  self.afterwards();
}

/** The frame's painting and this page's are not of one moment. */
const afterFrames = (count, fn) => requestAnimationFrame(() => (count > 1 ? afterFrames(count - 1, fn) : fn()));

/** Whether the browser keeps pictures of this map; beside a text it is another map for each line. */
const isKept = (self) => Boolean(window.AtlasPicture) && !self.latest?.companion;

function keepPicture({ frame }, { source, place: [left, top, width, height], isMoved }) {
  const around = frame.getBoundingClientRect();
  window.AtlasPicture.keep(source, [around.left + left, around.top + top, width, height], isMoved);
}

/** Whether the map was moved: a line that comes or goes above it shifts its centre by a part of a pixel. */
function isElsewhere(self, { centre, zoom }) {
  const before = self.place;
  const pixel = 360 / (256 * 2 ** zoom);
  const isHere = before && before.zoom === zoom &&
    centre.every((degrees, n) => Math.abs(degrees - before.centre[n]) < pixel);
  if (!isHere) self.place = { centre, zoom };
  return !isHere;
}

const rounded = (number, digits) => Number(number.toFixed(digits));

/** Where the map is and what is selected stand in the address at once, even where no server can be reached. */
function address(self, { type, id, centre, zoom }) {
  if (self.latest?.companion || !location.search) return;
  const query = queryNow();
  if (type === "view") {
    const at = [...centre.map((degrees) => rounded(degrees, 5)), rounded(zoom, 2)].join(",");
    write(changed(query, { at }));
  } else if (type === "basemap") write(changed(query, { base: id }));
  // A card that was opened is closed by a step back.
  else if (type === "selected") write(changed(query, { s: id }), { isStep: true });
}

/** Send what has changed: config first, then the bytes of its data, and the state each time. */
async function serve(self, data) {
  if (!self.port) return;
  const key = keyOf(data);
  if (key !== null && key !== self.key) {
    self.key = key;
    const turn = ++self.versions, port = self.port;
    const config = await configOf(data);
    // A newer config or a newly loaded frame has overtaken this one.
    if (turn !== self.versions || port !== self.port) return;
    if (!config) { self.key = null; return; }
    const isSameData = self.config?.dataVersion === config.dataVersion && self.sent !== null;
    self.config = config;
    self.changes = "null";
    port.postMessage({ type: "config", config: { ...config, ...opening(self.latest.state), companion: self.latest.companion, use: "frame", data: { port: true } } });
    // A frame comes up where its config says; being moved there once more would look like the reader's deed.
    if (self.move === null && self.latest.state) {
      const { move = null, centre, zoom } = self.latest.state;
      self.move = move;
      self.place = centre ? { centre, zoom } : null;
    }
    if (!isSameData) hand(self, config, turn, port);
  }
  if (self.config && self.latest) sendState(self, self.latest.state);
}

/** What a document that has just been opened shows first, so that it need not change at once. */
const opening = ({ centre, zoom, basemap, selected, filter, language, theme, today, sentence, problems } = {}) => ({
  view: { centre, zoom, basemap, selected }, filter, language, theme, today, sentence, problems,
});

const fetched = new Map();
/** The places that differ between two data versions: fetched once. */
const placesAt = (path) => {
  if (!fetched.has(path)) {
    fetched.set(path, bytes(path).then((buffer) => {
      if (!buffer) fetched.delete(path);
      return buffer ? JSON.parse(new TextDecoder().decode(buffer)).places : [];
    }));
  }
  return fetched.get(path);
};

/** The numbers of a text such as `0-4,9`. */
const numbersOf = (ranges) => ranges.split(",").filter(Boolean).flatMap((range) => {
  const [first, last = first] = range.split("-").map(Number);
  return Array.from({ length: last - first + 1 }, (_, n) => first + n);
});

/** What has changed since: the state names the places, the map is sent all that is known of them. */
async function sendChanges(self, changes) {
  const text = JSON.stringify(changes);
  if (text === self.changes) return;
  self.changes = text;
  const { port } = self;
  const all = changes ? await placesAt(changes.path) : [];
  if (self.changes !== text || self.port !== port) return;
  const { path: _, ...told } = changes ?? {};
  const places = changes ? numbersOf(told.places).map((n) => all[n]).filter(Boolean) : [];
  port.postMessage({ type: "state", changes: changes && { ...told, places } });
}

/** The state under what has been asked of the application and is not in its answer yet. */
function ahead({ latest, config }, state) {
  const { n = 0, set } = Atlas.wishes ?? {};
  if (!state.filter || !(n > latest.ack)) return state;
  return { ...state, filter: foretold(state.filter, set, config.layers.map(({ id }) => id)) };
}

function sendState(self, answered) {
  const state = ahead(self, answered ?? {});
  sendChanges(self, state.changes ?? null);
  const text = JSON.stringify(state);
  if (text === self.sent) return;
  self.sent = text;
  // Where the map is and what is selected are the map's own, until a link or a reset moves it:
  // a late answer never pulls it back.
  const { move = null, centre, zoom, selected, basemap, changes: _, ...rest } = state;
  const isMoved = move === null || move !== self.move;
  self.move = move;
  if (isMoved && Array.isArray(centre)) self.place = { centre, zoom };
  self.port.postMessage({ ...rest, ...(isMoved ? { centre, zoom, selected, basemap } : {}), type: "state" });
}

/** Fetch ground and data, each handed over as soon as it is here. */
function hand(self, config, turn, port) {
  const post = (message, buffer) => {
    if (turn === self.versions && port === self.port) port.postMessage({ ...message, buffer }, buffer ? [buffer] : []);
  };
  if (config.basemapUrl) bytes(config.basemapUrl).then((buffer) => post({ type: "basemap" }, buffer));
  bytes(`/data/${config.dataVersion}.json`).then((buffer) => post({ type: "data", version: config.dataVersion }, buffer));
}

/**
 * Called by Streamlit on each rerun with the same parent element.
 * `data`: {frame, config | configUrl, state, ack?, answer?, companion?}; `ack` is the number of the last wish of the
 * panel that the state answers, a companion the map alone, beside a text
 * @returns {() => void} takes everything away again
 */
export default function atlas(component) {
  const { parentElement, data } = component;
  const host = parentElement.querySelector(".atlas-host") ?? parentElement;
  let self = host[STATE];
  if (!self || self.frameUrl !== data.frame || !self.frame.isConnected) {
    if (self) unmount(host, self);
    self = host[STATE] = mount(host, data.frame);
  }
  self.component = component;
  self.latest = data;
  self.afterwards?.();
  serve(self, data);
  if (data.answer && data.answer.id !== self.answered && self.port) {
    self.answered = data.answer.id;
    self.port.postMessage({ type: "answer", ...data.answer });
  }
  return () => unmount(host, self);
}

function unmount(host, self) {
  removeEventListener("message", self.onMessage);
  self.off();
  self.versions++;
  self.port?.close();
  self.port = null;
  self.frame.remove();
  if (host[STATE] === self) delete host[STATE];
}
