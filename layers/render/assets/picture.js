/* The picture of the map that a reader saw last, kept by the browser: shown at once where the very same view is
 * opened again, until the map itself stands in its place. The very same: address, data, program, day, window and
 * colours. A browser that keeps nothing shows nothing sooner. */
(() => {
  "use strict";

  const LIST = "atlas-pictures", MOST = 3, LONGEST_MS = 8000;
  const edition = document.querySelector('meta[name="atlas-edition"]')?.content ?? "";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const keyNow = () => [edition, dark.matches ? "dark" : "light", innerWidth, innerHeight, devicePixelRatio, location.pathname + location.search].join(" ");
  const opened = keyNow();
  let image = null, isTouched = false;

  for (const deed of ["pointerdown", "keydown", "wheel"]) {
    addEventListener(deed, () => { isTouched = true; }, { capture: true, once: true, passive: true });
  }

  /** What is kept, newest first: {keys, slot, place}. */
  function list() {
    try {
      const rows = JSON.parse(localStorage.getItem(LIST));
      return Array.isArray(rows) ? rows.filter(({ keys, slot, place }) => Array.isArray(keys) && slot && place) : [];
    } catch { return []; }
  }

  function show() {
    const row = list().find(({ keys }) => keys.includes(opened));
    const source = row && localStorage.getItem(row.slot);
    if (!source?.startsWith("data:image/")) return null;
    image = Object.assign(new Image(), { alt: "", src: source, className: "atlas-picture" });
    image.setAttribute("aria-hidden", "true");
    // The browser says when it has shown it.
    image.setAttribute("elementtiming", "atlas-picture");
    const [left, top, width, height] = row.place.map((pixels) => `${pixels}px`);
    Object.assign(image.style, { position: "fixed", left, top, width, height, maxWidth: "none", zIndex: "1", pointerEvents: "none" });
    // The body is still to come: the map will lie below, bars and panels of the same height above.
    document.documentElement.append(image);
    setTimeout(drop, LONGEST_MS);
    // Out with the frame after the one in which it was put in: whoever has more to do waits that long.
    return image.decode().then(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0, true))))
      .catch(() => { drop(); return false; });
  }

  /** The map itself is there. */
  function drop() { image?.remove(); image = null; }

  /** Whether what is shown now has been kept before. */
  const has = () => list().some(({ keys }) => keys.includes(keyNow()));

  /**
   * Keep what is shown now, also under the address that was opened if nothing has been done since.
   * @param {string} source a data address
   * @param {number[]} place left, top, width and height in the window, in pixels
   * @param {boolean} isMoved whether the reader has done something that this page did not hear of
   */
  function keep(source, place, isMoved = false) {
    const keys = [...new Set(isTouched || isMoved ? [keyNow()] : [opened, keyNow()])];
    const others = list().filter((row) => !row.keys.some((key) => keys.includes(key))).slice(0, MOST - 1);
    const slot = Array.from({ length: MOST }, (_, n) => `${LIST}-${n}`).find((name) => !others.some((row) => row.slot === name));
    try {
      localStorage.setItem(slot, source);
      localStorage.setItem(LIST, JSON.stringify([{ keys, slot, place }, ...others]));
    } catch { /* No room, or none to be had: nothing is kept. */ }
  }

  let shown = null;
  try { shown = show(); } catch { /* A page that may not keep anything, in another site's frame. */ }
  window.AtlasPicture = { shown, has, keep, drop };
})();
