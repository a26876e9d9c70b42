// Two customers side by side: who stays is marked, and gives the values that both have.
"use strict";

(() => {
    const form = document.querySelector(".pair");
    if (!form) return;

    const mark = () => {
        const kept = form.querySelector("input[name=kept]:checked");
        for (const side of form.querySelectorAll(".pair-side")) {
            side.classList.toggle("is-kept", Boolean(kept) && side.dataset.side === kept.value);
        }
    };

    const take = (kept) => {
        for (const radio of form.querySelectorAll(`input[name^="field-"][value="${kept}"]`)) {
            // An empty value is not worth taking.
            if (radio.nextElementSibling.textContent.trim() !== "–") radio.checked = true;
        }
    };

    form.addEventListener("change", (event) => {
        if (event.target.name !== "kept") return;
        take(event.target.value);
        mark();
    });
    mark();
})();
