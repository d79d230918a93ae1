/* The words, numbers and elements that every panel is made of. Text reaches the page as text nodes only. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});

  const THIN_SPACE = "\u2009";
  const HAN = "[\\u2E80-\\u2FFF\\u3040-\\u30FF\\u3400-\\u9FFF\\uF900-\\uFAFF\\u{20000}-\\u{3FFFF}]";
  const ENDS_HAN = new RegExp(`${HAN}$`, "u");
  const STARTS_HAN = new RegExp(`^${HAN}`, "u");
  const ENDS_LATIN = /[A-Za-z0-9]$/;
  const STARTS_LATIN = /^[A-Za-z0-9±]/;
  const WITHIN = new RegExp(`(?<=${HAN})(?=[A-Za-z0-9±])|(?<=[A-Za-z0-9])(?=${HAN})`, "gu");
  const SVG = "http://www.w3.org/2000/svg";

  /** Join pieces, with a thin space where Chinese meets Latin; the pieces themselves stay as they are. */
  Atlas.joined = (...pieces) =>
    pieces.filter((piece) => piece !== "").reduce((text, piece) => {
      const meets =
        (ENDS_HAN.test(text) && STARTS_LATIN.test(piece)) || (ENDS_LATIN.test(text) && STARTS_HAN.test(piece));
      return text + (meets ? THIN_SPACE : "") + piece;
    }, "");

  /** The words for a key in the reader's language; `{name}` stands for a parameter, `key.one` is for n = 1. */
  Atlas.t = (key, params = {}) => {
    const words = Atlas.config?.words?.[Atlas.state?.language ?? "zh"] ?? {};
    const single = Number(params.n) === 1 && Object.hasOwn(words, `${key}.one`);
    const template = words[single ? `${key}.one` : key] ?? key;
    const pieces = template.split(/\{(\w+)\}/);
    return Atlas.joined(
      ...pieces.map((piece, at) => (at % 2 ? Atlas.text(params[piece]) : piece.replace(WITHIN, THIN_SPACE))),
    );
  };

  /** The reader's half of `{zh, en}`, or the other one where that is all there is. */
  Atlas.text = (both) => {
    if (both === null || both === undefined) return "";
    if (typeof both !== "object") return String(both);
    const [own, other] = Atlas.state?.language === "en" ? ["en", "zh"] : ["zh", "en"];
    return both[own] || both[other] || "";
  };

  const lists = new Map();
  const listOf = (kind) => {
    const codes = Atlas.config?.codes ?? {};
    const rows = kind === "layer" ? Atlas.config?.layers : Object.hasOwn(codes, kind) ? codes[kind] : null;
    if (lists.get(kind)?.rows !== rows) {
      lists.set(kind, { rows, byCode: new Map((rows ?? []).map((row) => [row.code ?? row.id, row.title ?? row])) });
    }
    return lists.get(kind).byCode;
  };

  /** The words for a code of a code list (or a layer's title); the code itself where the list lacks it. */
  Atlas.label = (kind, code) => Atlas.text(listOf(kind).get(code)) || String(code ?? "");

  // Making a formatter takes some 50 microseconds, and a panel shows hundreds of numbers.
  const formats = new Map();

  /** A number as the reader's language writes it. */
  Atlas.number = (value, digits = 0) => {
    // The first formatter of all takes a browser 15 ms, and both languages write such numbers alike.
    if (!digits && Number.isInteger(value) && value >= 0 && value < 1000) return String(value);
    const locale = Atlas.state?.language === "en" ? "en" : "zh-CN";
    const key = `${locale} ${digits}`;
    if (!formats.has(key)) formats.set(key, new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }));
    return formats.get(key).format(value);
  };

  /** A length in metres or kilometres, with the digits it deserves. */
  Atlas.length = (metres, rough = false) => {
    if (metres < 1000) return `${Atlas.number(metres)}${THIN_SPACE}m`;
    const km = metres / 1000;
    const digits = rough ? (km < 10 && metres % 1000 ? 1 : 0) : km < 100 ? 2 : 1;
    return `${Atlas.number(km, digits)}${THIN_SPACE}km`;
  };

  /** An area in square metres, hectares or square kilometres. */
  Atlas.area = (squareMetres) => {
    if (squareMetres < 10_000) return `${Atlas.number(squareMetres)}${THIN_SPACE}m²`;
    if (squareMetres < 1_000_000) return `${Atlas.number(squareMetres / 10_000, 2)}${THIN_SPACE}ha`;
    return `${Atlas.number(squareMetres / 1_000_000, 2)}${THIN_SPACE}km²`;
  };

  /** A span of years; the words for "no year" where there is none. */
  Atlas.years = (start, end) => {
    const [from, to] = [start ?? end, end ?? start];
    if (from === null || from === undefined) return Atlas.t("years.none");
    return from === to ? String(from) : `${from}–${to}`;
  };

  const put = (node, name, value) => {
    if (value === null || value === undefined || value === false) return;
    if (name === "class") node.setAttribute("class", value);
    else if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (name === "data") for (const [key, text] of Object.entries(value)) node.dataset[key] = text;
    // The page's policy forbids style attributes; single properties set here are allowed.
    else if (name === "style") for (const [key, text] of Object.entries(value)) node.style.setProperty(key, text);
    else if (name === "value" || name === "checked" || name === "indeterminate") node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  };

  /** Make an element: attributes, `on` listeners, `data` and `style` entries; strings become text nodes. */
  Atlas.el = (tag, props = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(props ?? {})) put(node, name, value);
    node.append(...children.flat(4).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
    return node;
  };

  /** A value out of the data: kept as it is, and unable to turn round the text beside it. */
  Atlas.raw = (value, props = {}) => Atlas.el("bdi", props, String(value ?? ""));

  /** A value out of the data that may be of any length: cut to some lines, with a button that shows all. */
  Atlas.clamped = (value, tag = "span", props = {}, limit = 120) => {
    const text = Atlas.raw(value);
    const node = Atlas.el(tag, props, text);
    if (String(value ?? "").length <= limit) return node;
    text.classList.add("atlas-clamp");
    const more = Atlas.el("button", { type: "button", class: "atlas-link", "aria-expanded": "false" }, Atlas.t("more"));
    more.addEventListener("click", () => {
      const open = text.classList.toggle("is-open");
      more.setAttribute("aria-expanded", String(open));
      more.textContent = Atlas.t(open ? "less" : "more");
    });
    return Atlas.el("span", { class: "atlas-clamped" }, node, more);
  };

  const ICONS = {
    filter: "M3.5 5.5h13M6 10h8M8.5 14.5h3",
    plus: "M10 4v12M4 10h12", minus: "M4 10h12", close: "M5 5l10 10M15 5L5 15", up: "M5 12.5l5-5 5 5", down: "M5 7.5l5 5 5-5",
    home: "M3.5 9.5L10 4l6.5 5.5M5.5 8.5V16h9V8.5M8.5 16v-4h3v4",
    fit: "M4 7.5V4h3.5M12.5 4H16v3.5M16 12.5V16h-3.5M7.5 16H4v-3.5M7.5 10a2.5 2.5 0 105 0 2.5 2.5 0 10-5 0",
    locate: "M10 2.5v3M10 14.5v3M2.5 10h3M14.5 10h3M5.5 10a4.5 4.5 0 109 0 4.5 4.5 0 10-9 0",
    distance: "M3 14.5L14.5 3 17 5.5 5.5 17zM6 11.5l1.5 1.5M8.5 9l1 1M11 6.5l1.5 1.5",
    crop: "M6 2.500V14h11.500M2.500 6H14v11.500", area: "M4 6l8-2.5 4.5 5-3 8H6zM4 6l2 10.5", full: "M4 8V4h4M12 4h4v4M16 12v4h-4M8 16H4v-4",
    play: "M6.5 4.5v11l9-5.5z", pause: "M7 4.5v11M13 4.5v11", back: "M12.5 5l-5 5 5 5", next: "M7.5 5l5 5-5 5",
    all: "M4 10a6 6 0 111.8 4.3M4 15.5v-3h3", search: "M4 9a5 5 0 1010 0A5 5 0 104 9M13 13l3.5 3.5", link: "M8.5 11.5l3-3M9 6.5l1.5-1.5a3.2 3.2 0 014.5 4.5L13.500 11M11 13.500L9.500 15A3.200 3.200 0 015 10.500L6.500 9",
    table: "M3.5 4.500h13v11h-13zM3.500 8.500h13M3.500 12h13M8 8.500v7", legend: "M4 5h3v3H4zM4 12h3v3H4zM10 6.500h6.500M10 13.500h6.500",
    years: "M3.500 15.500h13M5.500 15.500V11M8.500 15.500V7M11.500 15.500V9M14.500 15.500V5", more: "M3.500 10a1 1 0 102 0 1 1 0 10-2 0M9 10a1 1 0 102 0 1 1 0 10-2 0M14.500 10a1 1 0 102 0 1 1 0 10-2 0",
    theme: "M10 3a7 7 0 100 14zM10 3a7 7 0 010 14", clock: "M3.500 10a6.500 6.500 0 1013 0 6.500 6.500 0 10-13 0M10 6v4l3 2",
    mail: "M3.500 5h13v10h-13zM3.500 5.500L10 11l6.500-5.500", save: "M10 3.500v9M6.500 9l3.500 3.500L13.500 9M4 16.500h12",
    share: "M6.5 9H5v7.500h10V9h-1.500M10 12.500V3.500M6.800 6.700L10 3.500l3.200 3.200", since: "M3.500 10a6.500 6.500 0 1013 0 6.500 6.500 0 00-12-3.500M4.500 3v3.500H8M10 6.500V10l2.500 1.500",
    split: "M10 17v-6M10 11L4.500 4M10 11l5.500-7M4.500 8V4h4M11.500 4h4v4", open: "M8 5H5v10h10v-3M11 4.500h4.500V9M15 5l-6 6", copy: "M7 7h9v9H7zM4 13V4h9",
  };

  /** One of our line drawings; it says nothing that the words beside it do not. */
  Atlas.icon = (name) => {
    const svg = document.createElementNS(SVG, "svg");
    for (const [key, value] of [["viewBox", "0 0 20 20"], ["class", "atlas-icon"], ["aria-hidden", "true"], ["focusable", "false"]]) {
      svg.setAttribute(key, value);
    }
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", ICONS[name] ?? "");
    svg.append(path);
    return svg;
  };

  /** A button with a drawing; its words are its name, and its tip where they are not shown. */
  Atlas.button = (icon, words, onClick, { shown = false, ...props } = {}) =>
    Atlas.el(
      "button",
      { type: "button", class: "atlas-button", title: shown ? null : words, "aria-label": shown ? null : words, on: { click: onClick }, ...props },
      icon ? Atlas.icon(icon) : null,
      shown ? Atlas.el("span", {}, words) : null,
    );

  /** A layer's symbol as it stands on the map, beside words that say the same. */
  Atlas.swatch = (layerId, category, status, size = 18, options = {}) => {
    const canvas = Atlas.symbols.swatch(layerId, category, status, { size, ...options });
    canvas.classList.add("atlas-swatch");
    canvas.setAttribute("aria-hidden", "true");
    return canvas;
  };

  // Before any panel draws its symbols again: those of the other theme are out of date.
  Atlas.on("theme", () => Atlas.symbols?.forget());

  const live = Atlas.el("div", { class: "atlas-unseen", role: "status", "aria-live": "polite" });
  /** Say something to those who do not see the map. */
  Atlas.announce = (words) => {
    if (!live.isConnected) document.body.append(live);
    live.textContent = words;
  };

  /* The older way, for frames that the page around them gave no clipboard. */
  const copyBySelection = (text) => {
    const field = Atlas.el("textarea", { class: "atlas-unseen", value: text, "aria-hidden": "true", tabindex: -1 });
    const focused = document.activeElement;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    focused?.focus?.();
    return done;
  };

  /** Put text on the clipboard and say so; where the page may not, show it to be copied by hand. */
  Atlas.copy = async (text) => {
    const done = await navigator.clipboard?.writeText(text).then(() => true, () => copyBySelection(text)) ?? copyBySelection(text);
    Atlas.emit("note", { key: done ? "note.copied" : "note.not_copied", params: { text } });
  };
})();
