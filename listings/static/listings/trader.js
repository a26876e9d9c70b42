"use strict";
// The conversation begins at its newest message, unless somebody went back to an older page.
(function () {
  document.addEventListener("DOMContentLoaded", function () {
    const thread = document.querySelector("[data-thread]");
    if (thread && !new URLSearchParams(location.search).has("p")) thread.scrollTop = thread.scrollHeight;
  });
})();
