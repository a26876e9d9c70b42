"use strict";
// The order page: keyboard shortcuts, and the tie between a field and the words it was read from.
(function () {
  // Alt + the first letter of the French words; shown on the buttons.
  const SHORTCUTS = { KeyV: "validate", KeyR: "reject", KeyL: "read_again" };

  function button(name) {
    if (name === "validate") return document.querySelector('[data-shortcut="validate"], [name="orders_order_validate"]');
    return document.querySelector(`a[href*="/${name.replace("_", "-")}"], a[href*="/${name}"], a[hx-get*="/${name.replace("_", "-")}"], a[hx-get*="/${name}"]`);
  }

  function fieldOf(mark) {
    return document.getElementById("id_" + mark.dataset.field);
  }

  function marksOf(field) {
    const name = field.id.replace(/^id_/, "");
    return document.querySelectorAll(`.order-mark[data-field="${CSS.escape(name)}"]`);
  }

  function show(marks) {
    document.querySelectorAll(".order-mark.is-active").forEach((mark) => mark.classList.remove("is-active"));
    marks.forEach((mark) => mark.classList.add("is-active"));
    if (marks.length) marks[0].scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("DOMContentLoaded", function () {
    const desk = document.querySelector(".order-desk");
    if (!desk) return;
    for (const [code, name] of Object.entries(SHORTCUTS)) {
      const target = button(name);
      if (!target) continue;
      target.setAttribute("aria-keyshortcuts", "Alt+" + code.slice(3));
      target.insertAdjacentHTML("beforeend", `<kbd class="order-shortcut">Alt ${code.slice(3)}</kbd>`);
    }
    document.addEventListener("keydown", function (event) {
      const name = event.altKey && !event.ctrlKey && !event.metaKey && SHORTCUTS[event.code];
      const target = name && button(name);
      if (!target) return;
      event.preventDefault();
      target.click();
    });
    desk.addEventListener("click", function (event) {
      const mark = event.target.closest(".order-mark");
      const field = mark && fieldOf(mark);
      if (field) field.focus();
    });
    desk.addEventListener("focusin", function (event) {
      if (event.target.id) show([...marksOf(event.target)]);
    });
  });
})();
