/* The map inside Streamlit: a sandboxed frame and the port to it. The frame has an opaque origin and so no
 * HTTP cache; this component fetches for it (same origin: cached, cookies sent) and hands the bytes over. */

const STATE = Symbol.for("corridor-atlas");

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
  const self = { frame, frameUrl, port: null, key: null, config: null, sent: null, latest: null, move: null, versions: 0, component: null };
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
  frame.src = new URL(frameUrl, location.origin);
  host.replaceChildren(frame);
  return self;
}

/** What the frame says becomes state or a trigger of the component. */
function received(self, message) {
  const { setStateValue, setTriggerValue } = self.component;
  switch (message?.type) {
    // What was said before the application moved the map is known by its `move`.
    case "view": setStateValue("view", { centre: message.centre, zoom: message.zoom, move: self.move }); break;
    case "selected": setStateValue("selected", { id: message.id, move: self.move }); break;
    case "language": case "basemap": setStateValue(message.type, message.language ?? message.id); break;
    case "years": setTriggerValue("years", { years: message.years, undated: message.undated }); break;
    case "ask": setTriggerValue("ask", { id: message.id, kind: message.kind, text: message.text }); break;
    default:
  }
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
    port.postMessage({ type: "config", config: { ...config, ...opening(self.latest.state), companion: self.latest.companion, use: "frame", data: { port: true } } });
    // A frame comes up where its config says; being moved there once more would look like the reader's deed.
    self.move ??= self.latest.state?.move ?? null;
    if (!isSameData) hand(self, config, turn, port);
  }
  if (self.config && self.latest) sendState(self, self.latest.state);
}

/** What a document that has just been opened shows first, so that it need not change at once. */
const opening = ({ centre, zoom, basemap, selected, filter, language, theme, today, sentence, problems } = {}) => ({
  view: { centre, zoom, basemap, selected }, filter, language, theme, today, sentence, problems,
});

function sendState(self, state) {
  const text = JSON.stringify(state ?? {});
  if (text === self.sent) return;
  self.sent = text;
  // Where the map is and what is selected are the map's own, until a link or a reset moves it:
  // a late answer never pulls it back.
  const { move = null, centre, zoom, selected, basemap, ...rest } = state ?? {};
  const isMoved = move === null || move !== self.move;
  self.move = move;
  self.port.postMessage({ ...rest, ...(isMoved ? { centre, zoom, selected, basemap } : {}), type: "state" });
}

/** Fetch ground and layers, each handed over as soon as it is here. */
function hand(self, config, turn, port) {
  const post = (message, buffer) => {
    if (turn === self.versions && port === self.port) port.postMessage({ ...message, buffer }, buffer ? [buffer] : []);
  };
  const base = config.data?.url ?? `/data/${config.dataVersion}/`;
  if (config.basemapUrl) bytes(config.basemapUrl).then((buffer) => post({ type: "basemap" }, buffer));
  for (const { id, refused } of config.layers ?? []) {
    if (!refused) bytes(`${base}${encodeURIComponent(id)}.geojson`).then((buffer) => post({ type: "data", layer: id, version: config.dataVersion }, buffer));
  }
}

/**
 * Called by Streamlit on each rerun with the same parent element.
 * `data`: {frame, config | configUrl, state, answer?, companion?}; a companion is the map alone, beside a text
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
  serve(self, data);
  if (data.answer && data.answer.id !== self.answered && self.port) {
    self.answered = data.answer.id;
    self.port.postMessage({ type: "answer", ...data.answer });
  }
  return () => unmount(host, self);
}

function unmount(host, self) {
  removeEventListener("message", self.onMessage);
  self.versions++;
  self.port?.close();
  self.port = null;
  self.frame.remove();
  if (host[STATE] === self) delete host[STATE];
}
