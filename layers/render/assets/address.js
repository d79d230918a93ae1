/* The address of what is shown. On a shared page it stands in the address bar at every moment, so that back,
 * forward, reload and a copied address keep it: the link that the server wrote for the page (with schema,
 * data version and filter), and in it what the reader has changed since. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});

  // What the reader would want to take back by a step; moving about is none.
  const STEPS = ["s", "y"];
  const NEAR_PX = 2;
  const YEARS = /^y=(\d{4})-(\d{4})(,undated)?$/;
  const AFTER_LAYERS = ["s", "at", "base", "lang"];
  let begun = null, written = null, saidYears = null, saying = Promise.resolve();

  const isKept = () => Atlas.config?.use === "shared" && Boolean(Atlas.config.links?.self);
  const keyOf = (pair) => pair.slice(0, pair.indexOf("="));

  /** The query of a path, "" where it has none. */
  Atlas.queryOf = (path) => path.split("?").slice(1).join("?");

  /** Text as a link holds it: what `layers/view.py` leaves readable stays so. */
  const escaped = (text) =>
    encodeURIComponent(text).replace(/%(?:3A|2C|3B)/g, decodeURIComponent).replaceAll("'", "%27");

  // ── writing ───────────────────────────────────────────────────────────────────────────────
  const isMoved = () => {
    const { map } = Atlas, { centre: [lon, lat], zoom } = begun;
    if (!map) return false;
    const away = map.project([lat, lon]).distanceTo(map.project(map.getCenter()));
    return Math.abs(map.getZoom() - zoom) > 0.01 || away > NEAR_PX;
  };
  const place = () => {
    const { lng, lat } = Atlas.map.getCenter(), rounded = (number, digits) => Number(number.toFixed(digits));
    return [rounded(lng, 5), rounded(lat, 5), rounded(Atlas.map.getZoom(), 2)].join(",");
  };
  const yearsNow = () => {
    const { years, yearsUndated } = Atlas.state;
    return years && `y=${years.join("-")}${yearsUndated ? ",undated" : ""}`;
  };

  /**
   * The query of what is shown now.
   * @param {{base?: string, selected?: string|null}} [options] base: a query of another data version
   */
  Atlas.query = ({ base = Atlas.queryOf(Atlas.config.links.self), selected = Atlas.state.selected } = {}) => {
    const pairs = base.split("&").filter((pair) => pair && keyOf(pair) !== "embed");
    // Only its own pairs are replaced: a pair that could not be read goes on narrowing the view.
    const layers = pairs.findIndex((pair) => ["l", "all"].includes(keyOf(pair)));
    const out = pairs.findIndex((pair) => keyOf(pair) === "out");
    const front = pairs.filter((pair, n) => n <= layers && !(n < out && YEARS.test(pair)));
    const behind = pairs.slice(layers + 1);
    const old = (key) => behind.find((pair) => keyOf(pair) === key);
    const years = yearsNow();
    const at = front.findIndex((pair) => !["v", "c", "w"].includes(keyOf(pair)));
    if (years) front.splice(at, 0, years);
    // The link's check covers the years.
    const check = front.findIndex((pair) => keyOf(pair) === "c");
    const isAsItWas = years ? pairs.includes(years) : front.length === layers + 1;
    if (check >= 0 && !isAsItWas) front[check] = `c=${Atlas.checkOf(front)}`;
    const changed = (key, isOther, value) => (isOther || !old(key) ? `${key}=${escaped(value())}` : old(key));
    return [
      ...front, ...behind.filter((pair) => !AFTER_LAYERS.includes(keyOf(pair))),
      selected === null ? null : `s=${escaped(selected)}`,
      Atlas.map ? changed("at", isMoved(), place) : old("at"),
      changed("base", Atlas.state.basemap !== begun.basemap, () => Atlas.state.basemap),
      changed("lang", Atlas.state.language !== begun.language, () => Atlas.state.language),
    ].filter(Boolean).join("&");
  };

  /** The path of a shared map for a query; within an embedded map, embedded too. */
  Atlas.pathOf = (query, { isEmbedded = Boolean(Atlas.config.embed) } = {}) =>
    `${Atlas.config.links.self.split("?")[0]}?${query}${isEmbedded ? "&embed=1" : ""}`;

  /** The whole address of a path of this installation. */
  Atlas.addressOf = (path) => new URL(path, Atlas.config.address || location.href).href;

  const stepsIn = (query) => query.split("&").filter((pair) => STEPS.includes(keyOf(pair))).join("&");

  const write = () => {
    const query = Atlas.query();
    if (query === written) return;
    const isStep = stepsIn(query) !== stepsIn(written);
    written = query;
    try {
      // Steps within an embedded map would be steps of the page around it.
      const way = isStep && !Atlas.config.embed ? "pushState" : "replaceState";
      history[way]({ query }, "", Atlas.pathOf(query));
    } catch { /* A browser that has had too many of them keeps the address of before. */ }
    Atlas.emit("address", { query });
    sayAgain();
  };

  /* Years that move are told when they have come to rest; until then nothing is written, or each of them would
   * be a step. */
  const tell = (type) => {
    const there = written.split("&").find((pair) => YEARS.test(pair)) ?? null;
    if (type === "years" || there === yearsNow()) write();
  };

  // ── reading ───────────────────────────────────────────────────────────────────────────────
  const show = (query) => {
    const asked = new URLSearchParams(query);
    const [, first, last, undated] = YEARS.exec(`y=${asked.get("y")}`) ?? [];
    const [lon, lat, zoom] = (asked.get("at") ?? "").split(",").map(Number);
    const years = first ? [Number(first), Number(last)] : null;
    Atlas.setYears(years, { undated: !years || Boolean(undated), origin: "app" });
    Atlas.setLanguage(asked.get("lang") ?? begun.language, { origin: "app" });
    Atlas.setBasemap(asked.get("base") ?? begun.basemap, { origin: "app" });
    Atlas.select(asked.get("s"), { origin: "app" });
    Atlas.goTo(lon, lat, zoom);
  };

  addEventListener("popstate", ({ state }) => {
    if (!isKept() || !begun) return;
    written = state?.query ?? location.search.slice(1);
    show(written);
    Atlas.emit("address", { query: written });
    sayAgain();
  });

  // ── what the server says of it ────────────────────────────────────────────────────────────
  /* The player changes the filter, and with it the sentence and the changes that concern it: the server is
   * asked for them, as somebody would who opens the link. */
  const sayAgain = () => {
    const years = yearsNow(), query = Atlas.query();
    if (years === saidYears) return;
    saidYears = years;
    saying = fetch(Atlas.pathOf(query)).then((answer) => answer.text()).then((text) => {
      const page = new DOMParser().parseFromString(text, "text/html");
      const { sentence, problems, changes, pageTitle } = JSON.parse(page.getElementById("atlas-config").textContent);
      if (years !== saidYears) return;
      Object.assign(Atlas.config, { sentence, problems, changes, pageTitle });
      Atlas.emit("sentence", { sentence, problems });
    }).catch(() => { if (years === saidYears) saidYears = undefined; });
  };

  const begin = () => {
    if (begun || !isKept()) return;
    const { view, links } = Atlas.config;
    // The map is not up yet: what it is told to show is what it will show.
    const { basemap, language } = Atlas.state;
    begun = { centre: view.centre, zoom: view.zoom, basemap, language };
    saidYears = yearsNow();
    written = Atlas.query();
    // A short link stays in the address bar for as long as it says what is shown.
    const isShort = location.pathname !== links.self.split("?")[0];
    try {
      history.replaceState({ query: written }, "", isShort ? location.href : Atlas.pathOf(written));
    } catch { /* As above. */ }
    // A basemap that there is not has become the offline one by then.
    queueMicrotask(() => { begun.basemap = Atlas.state.basemap; });
    Atlas.tell = tell;
  };

  // ── sharing ───────────────────────────────────────────────────────────────────────────────
  /** Open the share panel, which is fetched for it, on what is shown at this moment. */
  Atlas.share = async () => {
    Atlas.emit("sharing");
    write();
    try {
      const [{ open }] = await Promise.all([import("./share.js"), saying]);
      const { address, links, sentence } = Atlas.config;
      open({ query: Atlas.query(), sentence, links, address });
    } catch { Atlas.note("share.unavailable"); }
  };

  Atlas.on("config", begin);
})();
