/* The check of a link, as `layers/links.py` writes it: four characters over all that decides which places are
 * shown. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});

  const CHECKED = "v w y q l all out on d too_long too_many changed".split(" ");
  const DIGITS = "abcdefghijklmnopqrstuvwxyz234567";

  /* SHA-256 by the book (FIPS 180-4): the browser's own answers later than an address may wait, and is not
   * there at all on a page without https. */
  const constants = [], start = [];
  const fraction = (number) => ((number - Math.floor(number)) * 2 ** 32) | 0;
  for (let n = 2; constants.length < 64; n++) {
    if (Array.from({ length: n - 2 }, (_, k) => n % (k + 2)).includes(0)) continue;
    if (start.length < 8) start.push(fraction(Math.sqrt(n)));
    constants.push(fraction(Math.cbrt(n)));
  }
  const turned = (word, ...by) => by.reduce((all, n) => all ^ ((word >>> n) | (word << (32 - n))), 0);

  /** The first 32 bits of the digest of bytes. */
  const digest = (bytes) => {
    const blocks = new DataView(new ArrayBuffer((((bytes.length + 8) >> 6) + 1) << 6));
    bytes.forEach((byte, n) => blocks.setUint8(n, byte));
    blocks.setUint8(bytes.length, 128);
    blocks.setUint32(blocks.byteLength - 4, bytes.length * 8);
    const state = [...start], w = [];
    for (let from = 0; from < blocks.byteLength; from += 64) {
      let [a, b, c, d, e, f, g, h] = state;
      for (let n = 0; n < 64; n++) {
        const x = w[n - 15], y = w[n - 2];
        w[n] = n < 16 ? blocks.getInt32(from + 4 * n)
          : (w[n - 16] + w[n - 7] + (turned(x, 7, 18) ^ (x >>> 3)) + (turned(y, 17, 19) ^ (y >>> 10))) | 0;
        const one = (h + turned(e, 6, 11, 25) + ((e & f) ^ (~e & g)) + constants[n] + w[n]) | 0;
        const two = (turned(a, 2, 13, 22) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
      }
      [a, b, c, d, e, f, g, h].forEach((word, n) => { state[n] = (state[n] + word) | 0; });
    }
    return state[0];
  };

  /** The check of a link's pairs, each `key=text` as it stands in the link. */
  Atlas.checkOf = (pairs) => {
    const encoder = new TextEncoder();
    // One character a byte, so that they sort as bytes do.
    const bytesOf = (text) => Array.from(encoder.encode(text), (byte) => String.fromCharCode(byte)).join("");
    const counted = pairs.filter((pair) => CHECKED.includes(pair.slice(0, pair.indexOf("="))));
    const lines = counted.map((pair) => bytesOf(`${decodeURIComponent(pair)}\n`)).sort();
    const head = digest(Uint8Array.from(lines.join(""), (character) => character.charCodeAt(0)));
    return [27, 22, 17, 12].map((shift) => DIGITS[(head >>> shift) & 31]).join("");
  };
})();
