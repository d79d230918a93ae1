/* When the map has come to rest, a picture of it is kept for the next time (picture.js). In a sandboxed frame, which
 * may keep nothing, the page around it is asked. */
(() => {
  "use strict";
  const Atlas = (window.Atlas ??= {});

  // Decoded in half the time that the smaller kinds take.
  const REST_MS = 1000, KIND = "image/jpeg", QUALITY = 0.9;
  let timer = 0, isTouched = false;
  for (const deed of ["pointerdown", "keydown", "wheel"]) {
    addEventListener(deed, () => { isTouched = true; }, { capture: true, once: true, passive: true });
  }

  /** What is in the picture must be what the next opening begins with, and tiles are other servers' pictures. */
  const isPlain = () => Atlas.state.ready && Atlas.state.basemap === "offline" && Atlas.state.hovered < 0
    && !document.body.classList.contains("is-measuring")
    && (Atlas.state.scheme === "dark") === matchMedia("(prefers-color-scheme: dark)").matches;

  /** Hand over the picture, and where in the window it is. */
  function take(use) {
    const { left, top, width, height } = Atlas.map.getContainer().getBoundingClientRect();
    Atlas.canvas.picture()?.toBlob((blob) => {
      if (!blob) return;
      const reader = new FileReader();
      reader.onload = () => use(reader.result, [left, top, width, height]);
      reader.readAsDataURL(blob);
    }, KIND, QUALITY);
  }

  /** Send the picture to the page around the frame, which has none of this view yet. */
  Atlas.sendPicture = () => { if (isPlain()) take((source, place) => Atlas.tell("picture", { source, place, isMoved: isTouched })); };

  const rest = () => {
    if (!isPlain()) return;
    if (!window.AtlasPicture) Atlas.tell("rest");
    else if (!AtlasPicture.has()) take((source, place) => AtlasPicture.keep(source, place));
  };

  let isSaid = false;
  Atlas.on("painted", () => {
    clearTimeout(timer);
    timer = setTimeout(() => Atlas.whenIdle(rest), REST_MS);
    if (isSaid || !Atlas.state.ready) return;
    isSaid = true;
    requestAnimationFrame(() => { if (window.AtlasPicture) AtlasPicture.drop(); else Atlas.tell("painted"); });
  });
})();
