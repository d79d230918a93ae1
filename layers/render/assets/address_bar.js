/* The address bar of the app: the view's query as a person can read it, at every moment what is shown. */

// Streamlit writes these escaped; links leave them as they are. See `layers/links.py`.
const READABLE = /%(3A|2C|3B|7E|21|2A|28|29)/gi;
const escaped = (text) =>
  encodeURIComponent(text).replace(READABLE, decodeURIComponent).replaceAll("'", "%27");
const keyOf = (pair) => pair.slice(0, pair.indexOf("="));

/** The query in the address bar, readable. */
export const queryNow = () =>
  location.search.slice(1).replace(READABLE, decodeURIComponent).replaceAll("+", "%20");

/** A query with other values behind some keys; null takes a key out, a new one comes before the place. */
export function changed(query, values) {
  const pairs = query.split("&").filter(Boolean);
  for (const [key, value] of Object.entries(values)) {
    const at = pairs.findIndex((pair) => keyOf(pair) === key);
    const pair = value === null ? [] : [`${key}=${escaped(value)}`];
    const place = pairs.findIndex((other) => keyOf(other) === "at");
    if (at >= 0) pairs.splice(at, 1, ...pair);
    else pairs.splice(place < 0 ? pairs.length : place, 0, ...pair);
  }
  return pairs.join("&");
}

/** Write a query of the same page; `isStep` makes a step of the browser's history. */
export function write(query, { isStep = false } = {}) {
  if (location.search === `?${query}`) return;
  const path = `${location.pathname}?${query}${location.hash}`;
  try {
    if (isStep) history.pushState({}, "", path);
    else history.replaceState(history.state, "", path);
  } catch { /* A browser that was given too many addresses in a short time takes the next one. */ }
}

/** Another page of the app, with its whole address at once: Streamlit follows the browser's history. */
export function go(path) {
  history.pushState({}, "", path);
  dispatchEvent(new PopStateEvent("popstate", { state: {} }));
}
