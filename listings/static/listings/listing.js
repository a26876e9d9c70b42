"use strict";
// The page of a listing: the tie between a field and the words that it was read from.
(function () {
  function marksOf(field) {
    const name = field.id.replace(/^id_/, "");
    return document.querySelectorAll(`.listing-mark[data-field="${CSS.escape(name)}"]`);
  }

  function show(marks) {
    document.querySelectorAll(".listing-mark.is-active").forEach((mark) => mark.classList.remove("is-active"));
    marks.forEach((mark) => mark.classList.add("is-active"));
    if (marks.length) marks[0].scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("DOMContentLoaded", function () {
    const desk = document.querySelector(".listing-desk");
    if (!desk) return;
    desk.addEventListener("click", function (event) {
      const mark = event.target.closest(".listing-mark");
      const field = mark && document.getElementById("id_" + mark.dataset.field);
      if (field) field.focus();
    });
    desk.addEventListener("focusin", function (event) {
      if (event.target.id) show([...marksOf(event.target)]);
    });
  });
})();
