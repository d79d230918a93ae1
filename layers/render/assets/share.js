/* The share panel: a dialog with the link to what is shown and everything made from it.
 *
 * Fetched when it is first opened, on the shared map and on the app's page alike:
 *
 *   const { open } = await import("./share.js");
 *   open({ query, sentence, links, language?, words?, address?, title?, expires? });
 *
 * `query`     the view's query without "?", schema and data version in it
 * `sentence`  the filter in words, {zh, en} or one string
 * `links`     {short: "/s" | null, qr: "/qr.svg?" | null, file: "/m.html?…" | null}; what is missing is not
 *             offered. `frames`: the hosts that may frame the map, where the server tells them
 * `language`, `words`, `title`: those of `Atlas.state` and `Atlas.config` where they are not given
 * `address`   "https://host" of the installation; else that of the page
 *
 * It needs `core.js` and `dom.js` before it and the words `share.*` of the map, and brings its style,
 * `share.css`. It answers with the dialog; the focus goes back to where it was when that closes. */

const Atlas = window.Atlas;
const { el, t } = Atlas;

const DAYS = [null, 7, 30, 365];
const HEIGHTS = [360, 480, 640];
// Some mail programs take an address of two thousand characters, and a Chinese one counts for nine.
const MAILED = 120;
const style = new URL("share.css", import.meta.url).href;

/** The style, once; a panel without it is better than none. */
const styled = () => new Promise((done) => {
  if (document.querySelector("link[data-share]")) { done(); return; }
  const on = { load: done, error: done };
  document.head.append(el("link", { rel: "stylesheet", href: style, data: { share: "" }, on }));
});

// ── copying ─────────────────────────────────────────────────────────────────────────────────
const bySelection = (field) => {
  field.focus({ preventScroll: true });
  field.select();
  try { return document.execCommand("copy"); } catch { return false; }
};

/** Copy what stands in a field. Where the browser forbids it, it is left selected, to be copied by hand. */
const copy = async (field, say) => {
  const asked = document.activeElement;
  const writing = navigator.clipboard?.writeText(field.value).then(() => true, () => false);
  const isCopied = (await writing) || bySelection(field);
  if (isCopied) asked?.focus({ preventScroll: true });
  say(t(isCopied ? "share.copied" : "share.selected"));
  return isCopied;
};

/** A field that cannot be written in, and the button that copies it. */
const copyable = (words, value, say, { lines = 1, label = "share.copy" } = {}) => {
  const isTall = lines > 1;
  const props = {
    class: "share-field", readonly: true, value, "aria-label": words, spellcheck: "false", dir: "auto",
  };
  const field = isTall ? el("textarea", { ...props, rows: lines }) : el("input", { ...props, type: "text" });
  field.addEventListener("focus", () => field.select());
  const button = Atlas.button("copy", t(label), async () => {
    const isCopied = await copy(field, say);
    button.classList.toggle("is-done", isCopied);
    button.lastChild.textContent = t(isCopied ? "share.copied" : label);
  }, { shown: true, class: "share-button", "aria-label": `${t(label)}: ${words}` });
  return { root: el("div", { class: isTall ? "share-copy is-tall" : "share-copy" }, field, button), field };
};

/** A few choices of which one is taken. */
const choice = (name, words, values, chosen, labelOf, onChange) => {
  const radios = values.map((value) => {
    const on = { change: () => onChange(value) };
    const input = el("input", { type: "radio", name, checked: value === chosen, on });
    return el("label", { class: "share-choice" }, input, el("span", {}, labelOf(value)));
  });
  return el("fieldset", { class: "share-choices" }, el("legend", {}, words), el("div", {}, radios));
};

// ── parts ───────────────────────────────────────────────────────────────────────────────────
const section = (name, title, ...inside) =>
  el("section", { class: `share-part share-${name}`, "aria-labelledby": `share-${name}` },
    el("h3", { id: `share-${name}` }, title), inside);

const hint = (words) => el("p", { class: "share-hint" }, words);
const failure = (words) => el("p", { class: "share-failure" }, words);

/** A part that is seen when it is asked for; `fill` makes it then. */
const folded = (name, icon, title, fill) => {
  const body = el("div", { class: "share-fold-body" });
  const head = el("summary", {}, Atlas.icon(icon), el("span", {}, title), Atlas.icon("down"));
  const fold = el("details", { class: `share-fold share-${name}` }, head, body);
  fold.addEventListener("toggle", () => { if (fold.open && !body.firstChild) body.append(...fill()); });
  return fold;
};

const linkPart = (self) => {
  const link = copyable(t("share.link"), self.address, self.say);
  const version = new URLSearchParams(self.query).get("d");
  // The system's own way, where there is one: on a phone it has the messengers.
  const canSend = matchMedia("(pointer: coarse)").matches && typeof navigator.share === "function";
  const send = async () => {
    try {
      await navigator.share({ title: self.title, text: self.sentence, url: self.best() });
    } catch { /* The reader thought better of it. */ }
  };
  const look = { shown: true, class: "share-button share-send" };
  return section("link", t("share.link"), link.root, version ? hint(t("share.link_hint", { version })) : null,
    canSend ? Atlas.button("share", t("share.send"), send, look) : null);
};

const untilWords = (expires) => (expires ? t("share.until", { date: expires }) : t("share.for_ever"));

/** What the server says of a link that it did not make. */
const refusal = async (answer) => {
  const { message } = await answer.json().catch(() => ({}));
  return Atlas.text(message) || t("share.refused");
};

const shortPart = (self) => {
  if (!self.links.short) return null;
  let days = null;
  const result = el("div", { class: "share-result" });
  const make = Atlas.button("link", t("share.make"), async () => {
    make.disabled = true;
    self.say(t("share.making"));
    try {
      const body = JSON.stringify({ query: self.query, days });
      const headers = { "Content-Type": "application/json" };
      const answer = await fetch(self.links.short, { method: "POST", headers, body });
      if (!answer.ok) throw new Error(await refusal(answer));
      const { url, path, expires } = await answer.json();
      const made = copyable(t("share.short"), url || new URL(path, self.base).href, self.say);
      result.replaceChildren(made.root, hint(untilWords(expires)));
      self.short = { url: made.field.value, key: path.split("/").pop(), expires };
      self.shortened();
      self.say(t("share.made", { until: untilWords(expires) }));
      made.field.focus();
    } catch (error) {
      // A connection that fails speaks the browser's language, not the reader's.
      const words = error instanceof TypeError ? t("share.unreachable") : error.message;
      result.replaceChildren(failure(words));
      self.say(words);
    } finally { make.disabled = false; }
  }, { shown: true, class: "share-button share-make" });
  const labelOf = (value) => t(`share.days.${value ?? "all"}`);
  const valid = choice("share-days", t("share.valid"), DAYS, days, labelOf, (value) => { days = value; });
  return section("short", t("share.short"), el("div", { class: "share-row" }, valid, make), result);
};

/** The code of what is best to hand on: the short link, once there is one. */
const codePart = (self) => {
  const { qr } = self.links;
  if (!qr) return null;
  const image = el("img", { class: "share-qr-image", width: 176, height: 176 });
  const tooLong = hint(t("share.qr_too_long")), words = hint("");
  const save = el("a", { class: "share-text-link", download: "qr.svg" }, t("share.qr_save"));
  const found = (isThere) => {
    image.hidden = save.hidden = words.hidden = !isThere;
    tooLong.hidden = isThere;
  };
  image.addEventListener("error", () => found(false));
  image.addEventListener("load", () => found(true));
  found(true);
  const show = () => {
    const of = self.short ? `s_key=${encodeURIComponent(self.short.key)}` : self.query;
    image.src = save.href = `${qr.split("?")[0]}?${of}`;
    words.textContent = t(self.short ? "share.qr_short" : "share.qr_link");
    image.alt = `${t("share.qr")}: ${words.textContent}`;
  };
  show();
  self.onShort.push(show);
  return section("qr", t("share.qr"), image, tooLong, words, save);
};

/** Without halves of characters at its end. */
const cut = (text, most) => ([...text].length > most ? `${[...text].slice(0, most).join("")}…` : text);

const mailPart = (self) => () => {
  const words = (most) => [self.title, cut(self.sentence, most), "", self.best(),
    self.short?.expires ? untilWords(self.short.expires) : null].filter((line) => line !== null).join("\n");
  const text = copyable(t("share.mail"), "", self.say, { lines: 5 });
  const write = el("a", { class: "share-button" }, Atlas.icon("mail"), el("span", {}, t("share.mail_write")));
  const show = () => {
    text.field.value = words(Infinity);
    const body = words(MAILED).replaceAll("\n", "\r\n");
    write.href = `mailto:?subject=${encodeURIComponent(self.title)}&body=${encodeURIComponent(body)}`;
  };
  show();
  self.onShort.push(show);
  text.root.append(write);
  return [text.root];
};

const attribute = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

/** Where the code will show a map at all. */
const frameHosts = (frames) => {
  if (!frames) return hint(t("share.frames_unknown"));
  if (!frames.length) return failure(t("share.no_frames"));
  return hint(t("share.frames", { hosts: frames.join(t("list.separator")) }));
};

const embedPart = (self) => () => {
  const path = `${self.map}?${self.query}&embed=1`, address = new URL(path, self.base).href;
  const preview = el("iframe", { class: "share-preview", src: path, title: t("share.preview") });
  const code = copyable(t("share.code"), "", self.say, { lines: 3, label: "share.copy_code" });
  const show = (height) => {
    preview.style.setProperty("height", `${height}px`);
    code.field.value = `<iframe src="${attribute(address)}" title="${attribute(self.title)}" width="100%" ` +
      `height="${height}" style="border:0" loading="lazy" allow="fullscreen; clipboard-write"></iframe>`;
  };
  show(HEIGHTS[1]);
  const labelOf = (value) => `${Atlas.number(value)}\u2009px`;
  const heights = choice("share-height", t("share.height"), HEIGHTS, HEIGHTS[1], labelOf, show);
  return [frameHosts(self.links.frames), heights, code.root, el("h4", {}, t("share.preview")), preview];
};

const filePart = (self) => () => {
  const href = `${self.links.file.split("?")[0]}?${self.query}`;
  const words = el("span", {}, t("share.file_save"));
  const save = el("a", { class: "share-button", href, download: "" }, Atlas.icon("save"), words);
  return [hint(t("share.file_hint")), save];
};

// ── the dialog ──────────────────────────────────────────────────────────────────────────────
/** Open the share panel; see the head of this file. */
export async function open({ query, sentence, links = {}, language, words, address, title }) {
  if (words && Atlas.config) Atlas.config.words = words;
  if (language) Atlas.setLanguage(language, { origin: "app" });
  await styled();
  const said = Atlas.text(sentence), base = address || location.origin;
  const live = el("p", { class: "share-said", role: "status", "aria-live": "polite" });
  const self = {
    query, links, base, sentence: said, map: "/m", short: null, onShort: [],
    title: title || Atlas.text(Atlas.config?.product?.name),
    address: new URL(`/m?${query}`, base).href,
    say: (text) => { live.textContent = text; },
    best: () => self.short?.url ?? self.address,
    shortened: () => { for (const show of self.onShort) show(); },
  };
  const shut = Atlas.button("close", t("close"), () => dialog.close(), { class: "share-button share-shut" });
  const dialog = el("dialog", { class: "share", "aria-labelledby": "share-title" },
    el("header", { class: "share-head" }, el("h2", { id: "share-title" }, t("share.title")), shut),
    el("div", { class: "share-body", tabindex: -1 },
      said ? el("p", { class: "share-sentence" }, Atlas.raw(said)) : null,
      el("div", { class: "share-ways" },
        el("div", { class: "share-links" }, linkPart(self), shortPart(self)), codePart(self)),
      folded("mail", "mail", t("share.mail"), mailPart(self)),
      folded("embed", "table", t("share.embed"), embedPart(self)),
      links.file ? folded("file", "save", t("share.file"), filePart(self)) : null),
    live);
  // A press beside the panel closes it, as Escape does.
  dialog.addEventListener("pointerdown", (event) => { if (event.target === dialog) dialog.close(); });
  // The map has keys of its own, and they are not for it now.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
