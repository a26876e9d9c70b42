"use strict";
// Templates and snippets: placeholders by a click, and a preview that follows the typing.
(function () {
  const PAUSE = 350;

  function start() {
    const area = document.querySelector('textarea[data-template="body"]');
    const preview = document.querySelector(".template-preview");
    if (!area || !preview) return;
    for (const button of document.querySelectorAll("[data-insert]")) {
      button.addEventListener("click", () => insert(area, button.dataset.insert));
    }
    const refresh = follow(area, preview);
    for (const button of preview.querySelectorAll("[data-order]")) {
      button.addEventListener("click", () => {
        for (const other of preview.querySelectorAll("[data-order]")) {
          other.setAttribute("aria-pressed", String(other === button));
        }
        refresh();
      });
    }
  }

  function insert(area, text) {
    area.focus();
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // Only the answer to the last question is shown.
  function follow(area, preview) {
    const form = area.form;
    const text = preview.querySelector(".template-text");
    const missing = preview.querySelector(".template-missing");
    let timer = 0;
    let asked = 0;

    async function refresh() {
      const number = (asked += 1);
      const data = new FormData();
      const pressed = preview.querySelector('[data-order][aria-pressed="true"]');
      data.set("body", area.value);
      data.set("language", form.elements.language ? form.elements.language.value : "");
      data.set("order", pressed ? pressed.dataset.order : "yes");
      data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      const answer = await fetch(preview.dataset.url, { method: "POST", body: data }).catch(() => null);
      if (!answer || !answer.ok || number !== asked) return;
      const shown = await answer.json();
      text.textContent = shown.body;
      missing.hidden = shown.missing.length === 0;
      missing.textContent = `${missing.dataset.label} ${shown.missing.join(", ")}`;
    }

    function later() {
      clearTimeout(timer);
      timer = setTimeout(refresh, PAUSE);
    }

    area.addEventListener("input", later);
    if (form.elements.language) form.elements.language.addEventListener("change", later);
    return refresh;
  }

  document.addEventListener("DOMContentLoaded", start);
})();
