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
  const read = (buffer) => { try { return decoded(buffer); } catch { return null; } };

  // ── a layer arrives, or does not ──────────────────────────────────────────────────────────
  let expected = new Set();

  const titleOf = (id) => {
    const title = (Atlas.config?.layers ?? []).find((l) => l.id === id)?.title ?? {};
    return title[Atlas.state.language] || title.zh || title.en || id;
  };

  /** All layers at once: what depends on the data is worked out once for all of them.
   *  @param {object|null} collections GeoJSON by layer id, null where nothing came */
  function allArrived(collections) {
    if (!collections) { expected.clear(); Atlas.note("engine.data_failed"); settled(); return; }
    for (const { id } of served()) {
      const features = collections[id]?.features;
      if (Array.isArray(features)) { Atlas.columns.add(id, features); expected.delete(id); }
    }
    Atlas.filters.apply(Atlas.state.filter, Atlas.state.years, Atlas.state.yearsUndated);
    Atlas.emit("data");
    for (const id of [...expected]) failed(id);
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
    const { layers } = Atlas.config;
    expected = new Set(layers.map((l) => l.id));
    Atlas.state.ready = false;
    // The server has refused the file of such a layer and said so: there is nothing to ask for.
    for (const { id, refused } of layers) if (refused) failed(id);
    if (!expected.size) settled();
  }
  const served = () => Atlas.config.layers.filter((l) => !l.refused);

  function groundArrived(raw) {
    if (!raw?.names) { Atlas.note("engine.basemap_failed"); return; }
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
    json(config.data.url).then(allArrived, () => allArrived(null));
    if (config.basemapUrl) json(config.basemapUrl).then(groundArrived, () => Atlas.note("engine.basemap_failed"));
  }

  /** The JSON in a compressed block of the page. */
  async function packed(id) {
    const bytes = Uint8Array.from(atob(document.getElementById(id).textContent), (c) => c.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
  }

  function fromBlocks() {
    packed("atlas-ground").then(groundArrived, () => Atlas.note("engine.basemap_failed"));
    packed("atlas-data").then(allArrived, () => allArrived(null));
  }

  // ── over the port ─────────────────────────────────────────────────────────────────────────
  let port = null, nextQuestion = 1;
  const questions = new Map();

  /** Ask the parent for a port until it answers. An opaque origin knows the parent by `location.origin`. */
  function openPort() {
    let times = 0, timer = 0;
    const hello = () => {
      if (port) { clearInterval(timer); return; }
      if (times++ === HELLO_TIMES) { clearInterval(timer); Atlas.note("engine.no_answer"); return; }
      parent.postMessage({ type: "atlas:hello" }, location.origin);
    };
    addEventListener("message", (event) => {
      if (event.source !== parent || event.origin !== location.origin || event.data?.type !== "atlas:port" || port) return;
      port = event.ports[0] ?? null;
      if (!port) return;
      clearInterval(timer);
      port.onmessage = ({ data }) => { try { received(data); } catch (error) { reportError(error); } };
      Atlas.tell = tell;
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
        allArrived(message.buffer ? read(message.buffer) : null);
        break;
      case "basemap":
        groundArrived(message.buffer ? read(message.buffer) : null);
        break;
      case "state": takeState(message); break;
      case "picture": Atlas.sendPicture(); break;
      case "answer": questions.get(message.id)?.(message.payload); questions.delete(message.id); break;
      default:
    }
  }

  function configured(config) {
    const isSameData = Atlas.config?.dataVersion === config.dataVersion && Atlas.features.count > 0;
    if (!isSameData) { Atlas.hover(-1); Atlas.columns.reset(); Atlas.clusters.stale(); }
    Atlas.start(config);
    if (!isSameData) expectAll();
  }

  // ── the application's state ───────────────────────────────────────────────────────────────
  /* What the reader does here goes to the application and comes back with its next state, often late. An answer
   * that repeats what was told, or what the application said before, must not undo what the reader did since. */
  const told = new Map(), said = new Map();

  function tell(type, payload = {}) {
    if (type === "language") told.set(type, [...(told.get(type) ?? []), payload.language].slice(-8));
    port.postMessage({ ...payload, type });
  }

  /** Whether a value of the application is its own wish, and neither what it said before nor an echo. */
  function isNews(kind, value) {
    if (value === undefined || value === said.get(kind)) return false;
    said.set(kind, value);
    const echo = (told.get(kind) ?? []).indexOf(value);
    if (echo < 0) return true;
    told.set(kind, told.get(kind).slice(echo + 1));
    return false;
  }

  /** What the application around the frame wants shown. The component sends a place, a selection and a basemap only
   *  when a link or a reset sets them; the years of a filter are taken up by `Atlas.setFilter`. */
  function takeState({ filter, language, theme, selected, fly, sentence, problems, changes, basemap, today, centre, zoom, area }) {
    for (const [name, value] of Object.entries({ sentence, problems, changes, today })) if (value !== undefined) Atlas.config[name] = value;
    if (isNews("language", language)) Atlas.setLanguage(language, { origin: "app" });
    if (isNews("theme", theme)) Atlas.setTheme(theme);
    if (basemap !== undefined) Atlas.setBasemap(basemap, { origin: "app" });
    if (filter) Atlas.setFilter(filter);
    if (area !== undefined) Atlas.emit("area", { area });
    if (selected !== undefined) Atlas.select(selected, { fly: Boolean(fly), origin: "app" });
    if (Array.isArray(centre)) Atlas.goTo(centre[0], centre[1], zoom);
    Atlas.emit("sentence", { sentence: Atlas.config.sentence, problems: Atlas.config.problems });
  }

  /** Begin: with the config of the page, or with asking for one. */
  function begin() {
    const config = block("atlas-config");
    if (document.body.dataset.use === "frame" || config?.data?.port) { openPort(); return; }
    if (!config) { Atlas.note("engine.no_config"); return; }
    Atlas.start(config);
    expectAll();
    if (config.data?.url) byAddress(config); else fromBlocks();
  }

  Atlas.sources = { begin };
})();
