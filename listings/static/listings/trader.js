"use strict";
// The conversation begins at its newest message, unless somebody went back to an older page.
(function () {
  document.addEventListener("DOMContentLoaded", function () {
    const thread = document.querySelector("[data-thread]");
    if (!thread || new URLSearchParams(location.search).has("p")) return;
    let isFollowing = true;
    const toEnd = () => isFollowing && (thread.scrollTop = thread.scrollHeight);
    for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      thread.addEventListener(kind, () => (isFollowing = false), { passive: true });
    }
    // Photos come later and push the last message down.
    thread.querySelectorAll("img").forEach((image) => image.addEventListener("load", toEnd));
    toEnd();
  });
})();
