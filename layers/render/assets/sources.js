/* Where config, data and ground come from: beside the page (a shared link), in blocks of the page (a saved
 * file), or over a port from the application around a sandboxed frame. All else is the same code. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});

  const HELLO_AGAIN_MS = 500, HELLO_TIMES = 40;

  /** The JSON in a block of the page; null when there is none or it cannot be read. */
  function block(id) {
    const element = document.getElementById(id);
    if (!element) return null;
    try { return JSON.parse(element.textContent); } catch { Atlas.note("engine.block_unreadable", { id }); return null; }
  }

  const decoded = (buffer) => JSON.parse(new TextDecoder("utf-8").decode(buffer));

  // ── a layer arrives, or does not ──────────────────────────────────────────────────────────
  let expected = new Set();

  const titleOf = (id) => (Atlas.config?.layers ?? []).find((l) => l.id === id)?.title ?? { zh: id, en: id };

  function arrived(layerId, collection) {
    if (!Array.isArray(collection?.features)) { failed(layerId); return; }
    Atlas.columns.add(layerId, collection.features);
    Atlas.filters.apply(Atlas.state.filter, Atlas.state.years, Atlas.state.yearsUndated);
    expected.delete(layerId);
    Atlas.emit("data", { layer: layerId });
    settled();
  }

  /** A layer that does not come is named; the others stand. */
  function failed(layerId) {
    expected.delete(layerId);
    Atlas.note("engine.layer_failed", { layer: titleOf(layerId), id: layerId });
    settled();
  }

  function settled() {
    if (expected.size || Atlas.state.ready) return;
    Atlas.state.ready = true;
    Atlas.emit("ready");
    const { selected } = Atlas.state;
    if (selected !== null && Atlas.indexOf(selected) < 0) Atlas.note("engine.unknown_feature", { id: String(selected) });
  }

  function expectAll() {
    expected = new Set((Atlas.config.layers ?? []).map((l) => l.id));
    Atlas.state.ready = false;
    if (!expected.size) settled();
  }

  function groundArrived(raw) {
    if (!raw?.counties) { Atlas.note("engine.basemap_failed"); return; }
    Atlas.basemap.read(raw);
    Atlas.emit("basemap", { id: Atlas.state.basemap, isOnline: Atlas.basemap.areTilesSeen() });
  }

  // ── by address and from blocks ────────────────────────────────────────────────────────────
  async function json(url) {
    // The same credentials mode as the page's preload links, or the preload would be lost.
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  function byAddress(config) {
    const base = config.data.url.endsWith("/") ? config.data.url : `${config.data.url}/`;
    for (const { id } of config.layers) json(`${base}${encodeURIComponent(id)}.geojson`).then((c) => arrived(id, c), () => failed(id));
    if (config.basemapUrl) json(config.basemapUrl).then(groundArrived, () => Atlas.note("engine.basemap_failed"));
  }

  function fromBlocks(config) {
    const ground = block("atlas-basemap");
    if (ground) groundArrived(ground); else Atlas.note("engine.basemap_failed");
    for (const { id } of config.layers) {
      const collection = block(`atlas-data-${id}`);
      if (collection) arrived(id, collection); else failed(id);
    }
  }

  // ── over the port ─────────────────────────────────────────────────────────────────────────
  let port = null, nextQuestion = 1;
  const questions = new Map();

  /** Ask the parent for a port until it answers. An opaque origin knows the parent by `location.origin`. */
  function openPort() {
    let times = 0, timer = 0;
    const hello = () => {
      if (port || times++ > HELLO_TIMES) { clearInterval(timer); return; }
      parent.postMessage({ type: "atlas:hello" }, location.origin);
    };
    addEventListener("message", (event) => {
      if (event.source !== parent || event.origin !== location.origin || event.data?.type !== "atlas:port" || port) return;
      port = event.ports[0] ?? null;
      if (!port) return;
      clearInterval(timer);
      port.onmessage = ({ data }) => { try { received(data); } catch (error) { reportError(error); } };
      Atlas.tell = (type, payload = {}) => port.postMessage({ ...payload, type });
      Atlas.ask = (kind, payload = {}) => new Promise((resolve) => {
        const id = nextQuestion++;
        questions.set(id, resolve);
        port.postMessage({ ...payload, type: "ask", id, kind });
      });
    });
    timer = setInterval(hello, HELLO_AGAIN_MS);
    hello();
  }

  /** @param {object} message from the component; `version` says which data it speaks of */
  function received(message) {
    const version = Atlas.config?.dataVersion;
    switch (message?.type) {
      case "config": configured(message.config); break;
      case "data":
        // Bytes of a version that has been replaced in the meantime are let go.
        if (message.version !== undefined && message.version !== version) return;
        if (!message.buffer) { failed(message.layer); return; }
        try { arrived(message.layer, decoded(message.buffer)); } catch { failed(message.layer); }
        break;
      case "basemap":
        try { groundArrived(message.buffer ? decoded(message.buffer) : null); } catch { Atlas.note("engine.basemap_failed"); }
        break;
      case "state": takeState(message); break;
      case "answer": questions.get(message.id)?.(message.payload); questions.delete(message.id); break;
      default:
    }
  }

  function configured(config) {
    const isSameData = Atlas.config?.dataVersion === config.dataVersion && Atlas.features.count > 0;
    if (!isSameData) Atlas.columns.reset();
    Atlas.start(config);
    if (!isSameData) expectAll();
  }

  /** What the application around the frame wants shown; its filter may be an echo of an older one. */
  function takeState({ filter, language, theme, selected, fly, sentence, problems, basemap }) {
    if (sentence !== undefined) Atlas.config.sentence = sentence;
    if (problems !== undefined) Atlas.config.problems = problems;
    if (language !== undefined) Atlas.setLanguage(language, { origin: "app" });
    if (theme !== undefined) Atlas.setTheme(theme);
    if (basemap !== undefined) Atlas.setBasemap(basemap, { origin: "app" });
    if (filter) Atlas.setFilter(filter);
    if (selected !== undefined) Atlas.select(selected, { fly: Boolean(fly), origin: "app" });
    Atlas.emit("sentence", { sentence: Atlas.config.sentence, problems: Atlas.config.problems });
  }

  /** Begin: with the config of the page, or with asking for one. */
  function begin() {
    const config = block("atlas-config");
    if (document.body.dataset.use === "frame" || config?.data?.port) { openPort(); return; }
    if (!config) { Atlas.note("engine.no_config"); return; }
    Atlas.start(config);
    expectAll();
    if (config.data?.url) byAddress(config); else fromBlocks(config);
  }

  Atlas.sources = { begin };
})();
