// The days belong to the period "custom": shown for it only.
(() => {
  "use strict";
  const form = document.getElementById("figures-filter");
  if (!form) return;
  const period = form.elements.namedItem("period");
  const show = () => {
    for (const field of form.querySelectorAll("[data-custom]")) field.hidden = period.value !== "custom";
  };
  period.addEventListener("change", show);
  show();
})();
