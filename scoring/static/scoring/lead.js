"use strict";
// The page of a lead, by the keyboard: Alt + a letter; the letters show while Alt is held.
(function () {
  const SHORTCUTS = { KeyC: "call_done", KeyM: "email_done", KeyJ: "next" };

  function start() {
    const page = document.querySelector(".lead-page");
    if (!page) return;
    const target = (name) => page.querySelector(`[data-dialog="${name}"]`);
    for (const [code, name] of Object.entries(SHORTCUTS)) {
      const button = target(name);
      if (!button) continue;
      button.setAttribute("aria-keyshortcuts", `Alt+${code.slice(3)}`);
      button.title = `Alt ${code.slice(3)}`;
      button.dataset.key = code.slice(3);
    }
    const showKeys = (isShown) => page.classList.toggle("is-alt", isShown);
    document.addEventListener("keydown", (event) => showKeys(event.key === "Alt"));
    document.addEventListener("keyup", () => showKeys(false));
    window.addEventListener("blur", () => showKeys(false));
    document.addEventListener("keydown", function (event) {
      const name = event.altKey && !event.ctrlKey && !event.metaKey && SHORTCUTS[event.code];
      const button = name && target(name);
      if (!button) return;
      event.preventDefault();
      button.click();
    });
  }

  // A dialog is answered by the keyboard too: its first field has the focus.
  document.addEventListener("htmx:afterSettle", function (event) {
    if (event.target.id !== "modal-content") return;
    setTimeout(() => event.target.querySelector("textarea, input:not([type=hidden])")?.focus(), 50);
  });
  document.addEventListener("DOMContentLoaded", start);
})();
