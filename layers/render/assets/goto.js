/* Go to a place: our own places first, then the gazetteer, then coordinates, then a geocoder where there is one. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});
  const { el, raw } = Atlas;

  const MOST = 8;
  const MOST_NAMED = 4;
  const WAIT_MS = 8000;
  const COORDINATES = /^\s*(-?\d{1,3}(?:\.\d+)?)\s*[,,\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/;
  const LATIN = /^[\x20-\x7e]*$/;
  let box = null;
  let input = null;
  let options = null;
  let message = null;
  let found = [];
  let active = -1;
  let asked = 0;

  const normalised = (text) => text.normalize("NFKC").toLowerCase().trim();

  // ── what is found ─────────────────────────────────────────────────────────────────────────
  const texts = (values) => (Array.isArray(values) ? values : []).filter((value) => typeof value === "string");
  const aliasOf = (props, text) => texts(props.aliases).find((alias) => normalised(alias).includes(text)) ?? null;

  /** 0 for a name that begins so, 1 for one that holds it, 2 for an alias, 3 for pinyin or initials; null where nothing fits. */
  const rankOf = (i, text, terms) => {
    const isFound = terms.every((term) => Atlas.features.search[i].includes(term));
    // The search text holds every name in simplified characters; only what is printed otherwise needs a look at the names.
    if (!isFound && LATIN.test(text)) return null;
    const props = Atlas.features.props[i];
    const names = texts([props.name_zh, props.name_en]).map(normalised);
    if (names.some((name) => name.startsWith(text))) return 0;
    if (names.some((name) => name.includes(text))) return 1;
    if (aliasOf(props, text) !== null) return 2;
    return isFound ? 3 : null;
  };

  const places = (text) => {
    const terms = text.split(/\s+/);
    const ranked = [];
    for (let i = 0; i < Atlas.features.count; i++) {
      const rank = rankOf(i, text, terms);
      // What the filter hides can be gone to as well, but stands below what it shows.
      if (rank !== null) ranked.push([rank + (Atlas.features.visible[i] ? 0 : 4), i, rank]);
    }
    return ranked.sort((a, b) => a[0] - b[0] || a[1] - b[1]).slice(0, MOST).map(([, i, rank]) => ({
      kind: "feature", i, alias: rank === 2 ? aliasOf(Atlas.features.props[i], text) : null }));
  };

  const named = (text) => (Atlas.config.gazetteer ?? [])
    .filter((row) => normalised(String(row.name)).includes(text))
    .slice(0, MOST_NAMED).map((row) => ({ kind: "named", ...row }));

  const coordinates = (text) => {
    const match = COORDINATES.exec(text);
    if (!match) return [];
    const [a, b] = [Number(match[1]), Number(match[2])];
    // Longitude first, as everywhere here; turned round only where that cannot be a latitude.
    const [lon, lat] = Math.abs(b) > 90 ? [b, a] : [a, b];
    return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? [{ kind: "point", lon, lat, name: `${lon}, ${lat}` }] : [];
  };

  const ask = async (text) => {
    const turn = ++asked;
    say(Atlas.t("goto.asking"));
    const late = new Promise((resolve) => { setTimeout(resolve, WAIT_MS, null); });
    const answer = await Promise.race([Promise.resolve(Atlas.ask("geocode", { text })).catch(() => null), late]);
    if (turn !== asked || normalised(input.value) !== normalised(text)) return;
    const list = Array.isArray(answer) ? answer : answer?.results ?? answer?.places;
    if (!Array.isArray(list)) { say(Atlas.t("goto.unreachable")); return; }
    found = [
      ...found.filter((row) => row.kind !== "ask"),
      ...list.filter((row) => Number.isFinite(row?.lon) && Number.isFinite(row?.lat))
        .slice(0, MOST_NAMED).map((row) => ({ kind: "outside", ...row }))];
    render();
    say(found.length ? Atlas.t("goto.found", { n: found.length }) : Atlas.t("goto.nothing"));
  };

  const search = () => {
    const text = normalised(input.value);
    asked++;
    active = -1;
    found = text ? [...coordinates(text), ...places(text), ...named(text)] : [];
    if (text && Atlas.config.geocoder) found.push({ kind: "ask", text: input.value });
    render();
    say(!text ? "" : found.length ? Atlas.t("goto.found", { n: found.filter((row) => row.kind !== "ask").length }) : Atlas.t("goto.nothing"));
  };

  // ── what is chosen ────────────────────────────────────────────────────────────────────────
  const choose = (row) => {
    if (!row) return;
    if (row.kind === "ask") { ask(row.text); return; }
    close();
    if (row.kind === "feature") {
      Atlas.setPin(null);
      input.value = Atlas.nameOf(row.i);
      Atlas.select(Atlas.features.ids[row.i], { fly: true, origin: "goto" });
      return;
    }
    input.value = String(row.name ?? "");
    Atlas.setPin([row.lon, row.lat]);
    Atlas.flyTo(row.lon, row.lat, 14);
    Atlas.note("note.went_to", { name: String(row.name ?? "") });
  };

  // ── what is seen ──────────────────────────────────────────────────────────────────────────
  const describe = (row) => {
    if (row.kind === "feature") {
      const props = Atlas.features.props[row.i];
      const layer = Atlas.config.layers[Atlas.features.layer[row.i]];
      const where = [
        Atlas.text(layer.title),
        Atlas.features.visible[row.i] ? "" : Atlas.t("goto.hidden"),
        Atlas.features.kind[row.i] ? "" : Atlas.t("table.unlocated")].filter(Boolean).join(Atlas.t("list.pause"));
      return [
        Atlas.swatch(layer.id, props.category, Atlas.statusOf(row.i), 16), raw(Atlas.nameOf(row.i), { class: "atlas-option-name" }),
        row.alias ? raw(row.alias, { class: "atlas-option-name atlas-soft" }) : null, el("span", { class: "atlas-soft" }, where),
      ];
    }
    if (row.kind === "ask") return [Atlas.icon("search"), el("span", { class: "atlas-option-name" }, Atlas.t("goto.ask"))];
    const source = Atlas.t(`goto.${row.kind}`);
    return [Atlas.icon("locate"), raw(row.name, { class: "atlas-option-name" }),
      el("span", { class: "atlas-soft" }, source,
        Number.isFinite(row.accuracy_m) ? `${Atlas.t("list.pause")}±\u2009${Atlas.length(row.accuracy_m, true)}` : null)];
  };

  const say = (words) => { message.textContent = words; };
  const render = () => {
    const open = found.length > 0;
    options.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    options.replaceChildren(...found.map((row, at) => {
      const option = el("li", { role: "option", id: `atlas-option-${at}`,
        "aria-selected": String(at === active), class: at === active ? "is-active" : null }, describe(row));
      // The field keeps the focus, so that typing goes on.
      option.addEventListener("pointerdown", (event) => event.preventDefault());
      option.addEventListener("click", () => choose(row));
      return option;
    }));
    if (active >= 0) { input.setAttribute("aria-activedescendant", `atlas-option-${active}`); options.children[active]?.scrollIntoView({ block: "nearest" }); }
    else input.removeAttribute("aria-activedescendant");
  };
  const close = () => { found = []; active = -1; render(); say(""); };

  const onKey = (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!found.length) search();
      if (!found.length) return;
      const by = event.key === "ArrowDown" ? 1 : -1;
      active = active < 0 && by < 0 ? found.length - 1 : (active + by + found.length) % found.length;
      render();
    } else if (event.key === "Enter") choose(found[Math.max(active, 0)]);
    else if (event.key === "Escape") {
      if (found.length) close();
      else if (input.value) { input.value = ""; Atlas.setPin(null); }
      else return;
    } else return;
    event.preventDefault();
  };

  const translate = () => {
    input.setAttribute("aria-label", Atlas.t("goto.label"));
    input.placeholder = Atlas.t("goto.placeholder");
    options.setAttribute("aria-label", Atlas.t("goto.options"));
  };

  const build = () => {
    if (!box) {
      options = el("ul", { role: "listbox", id: "atlas-options", class: "atlas-options", hidden: true });
      message = el("p", { class: "atlas-combo-message", role: "status" });
      input = el("input", { type: "text", role: "combobox", "aria-autocomplete": "list",
        "aria-expanded": "false", "aria-controls": "atlas-options", autocomplete: "off", spellcheck: "false",
        enterkeyhint: "search",
        on: { input: search, keydown: onKey, blur: () => setTimeout(close, 120) } });
      box = el("div", { class: "atlas-combo", role: "search" }, el("div", { class: "atlas-field" }, Atlas.icon("search"), input), options, message);
      Atlas.places().left.prepend(box);
    }
    translate();
  };

  Atlas.on("config", build);
  Atlas.on("language", () => { if (box) { translate(); close(); } });
})();
