"use strict";
// Files dropped on a source: shown by name before they are sent.
(function () {
  function follow(area) {
    const input = area.querySelector('input[type="file"]');
    const chosen = area.querySelector("[data-chosen]");
    input.addEventListener("change", () => {
      chosen.textContent = Array.from(input.files, (file) => file.name).join("\n");
    });
    for (const name of ["dragenter", "dragover"]) {
      area.addEventListener(name, (event) => {
        event.preventDefault();
        area.classList.add("is-over");
      });
    }
    for (const name of ["dragleave", "drop"]) {
      area.addEventListener(name, () => area.classList.remove("is-over"));
    }
    area.addEventListener("drop", (event) => {
      event.preventDefault();
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-drop]").forEach(follow);
  });
})();
