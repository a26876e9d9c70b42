/* Buttons that copy an address: data-copy names the field that holds it. */
"use strict";

document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) {
        return;
    }
    const field = document.getElementById(button.dataset.copy);
    field.select();
    try {
        // Only there on https:// and on this machine.
        await navigator.clipboard.writeText(field.value);
    } catch {
        document.execCommand("copy");
    }
    button.querySelector("[data-copy-label]").textContent = button.dataset.done;
});
