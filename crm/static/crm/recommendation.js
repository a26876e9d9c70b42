"use strict";
// The page of a recommendation: decided by the keyboard, and once only.
(function () {
  // Alt + a letter, the same as on a ticket; the letters show while Alt is held.
  const SHORTCUTS = { KeyV: "approve", KeyR: "reject", KeyL: "regenerate", KeyJ: "next", KeyN: "rate" };

  function start() {
    const page = document.querySelector(".reco-page");
    if (!page) return;
    shortcuts(page);
    // A dialog is answered by the keyboard too: its first field has the focus.
    document.addEventListener("htmx:afterSettle", function (event) {
      if (event.target.id !== "modal-content") return;
      setTimeout(() => event.target.querySelector("input:not([type=hidden]), select, textarea")?.focus(), 50);
    });
    // The server refuses a second decision too; this spares the warning.
    page.addEventListener("submit", function (event) {
      const form = event.target.closest("form[data-once]");
      if (!form) return;
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
    });
    window.addEventListener("pageshow", function () {
      page.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
    });
  }

  function shortcuts(page) {
    const target = (name) => name === "rate" ? page.querySelector(".reco-stars input") : page.querySelector(`[data-dialog="${name}"]`);
    for (const [code, name] of Object.entries(SHORTCUTS)) {
      const button = target(name);
      if (!button) continue;
      button.setAttribute("aria-keyshortcuts", `Alt+${code.slice(3)}`);
      const shown = name === "rate" ? button.closest(".reco-stars") : button;
      shown.title = `Alt ${code.slice(3)}`;
      shown.dataset.key = code.slice(3);
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
      if (name === "rate") button.focus();
      else button.click();
    });
  }

  document.addEventListener("DOMContentLoaded", start);
})();
