"use strict";
// The ticket's page: the editor, the snippets, the shortcuts, and a look now and then whether anything changed.
(function () {
  // Alt + a letter; told by the buttons.
  const SHORTCUTS = { KeyV: "send", KeyS: "snippets", KeyR: "reject_draft", KeyL: "regenerate", KeyC: "change_category", KeyN: "note", KeyJ: "next" };
  // The same marks as support/drafting/gaps.py finds.
  const GAP = /\[⚠[^[\]\n]*\]|\{[^{}\n]*\p{L}[^{}\n]*\}/gu;
  const SOON = 2000;
  const LATER = 15000;

  function start() {
    const page = document.querySelector(".ticket-page");
    if (!page) return;
    const form = page.querySelector(".ticket-editor");
    const editor = form && makeEditor(page, form);
    shortcuts(page, form);
    watch(page, editor);
    const last = page.querySelector(".ticket-said.is-last");
    const column = page.querySelector(".ticket-left");
    if (last && column && column.scrollHeight > column.clientHeight) column.scrollTop = last.offsetTop - column.offsetTop;
  }

  // --- the editor ---

  function makeEditor(page, form) {
    const area = form.querySelector("textarea");
    const data = (id) => JSON.parse(document.getElementById(id).textContent);
    const refused = data("ticket-drafted");
    const drafted = refused || area.value;
    const hasDraft = Boolean(form.elements.draft.value);
    const key = `ticket-${page.dataset.ticket}`;
    const restored = form.querySelector(".ticket-restored");
    let isSending = false;

    function isEdited() {
      return area.value.trim() !== (hasDraft ? drafted.trim() : "");
    }

    function refresh() {
      grow(area);
      mark(form, area);
      count(form, area);
      const send = form.querySelector("[data-send]");
      if (send) {
        const words = hasDraft ? (isEdited() ? "edited" : "approve") : "byHand";
        send.querySelector("[data-label]").textContent = send.dataset[words];
      }
    }

    function keep() {
      if (isEdited()) sessionStorage.setItem(key, area.value);
      else sessionStorage.removeItem(key);
    }

    function replace(text) {
      area.value = text;
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }

    // What was typed before the page was loaded anew, by a dialog say, is still there.
    const before = sessionStorage.getItem(key);
    if (refused) restored.hidden = false;
    else if (before && before !== area.value && !area.readOnly) {
      restored.hidden = !hasDraft;
      area.value = before;
    }
    form.querySelector("[data-use-draft]").addEventListener("click", function () {
      restored.hidden = true;
      replace(drafted);
    });
    area.addEventListener("input", function () { refresh(); keep(); });
    area.addEventListener("scroll", function () { form.querySelector(".ticket-marks").scrollTop = area.scrollTop; });
    form.addEventListener("submit", function (event) {
      // A second press must not send a second time; the server would refuse it too.
      if (isSending) { event.preventDefault(); return; }
      isSending = true;
      sessionStorage.removeItem(key);
      form.querySelector("[data-send]").classList.add("opacity-50");
    });
    palette(form, area, data("ticket-snippets-data"), data("ticket-facts"), replace);
    refresh();
    return { isEdited };
  }

  function grow(area) {
    if (CSS.supports("field-sizing", "content")) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  }

  function mark(form, area) {
    const paper = form.querySelector(".ticket-marks");
    const gaps = form.querySelector(".ticket-gaps");
    const found = [...area.value.matchAll(GAP)];
    paper.replaceChildren();
    gaps.querySelectorAll("button").forEach((button) => button.remove());
    let position = 0;
    for (const gap of found) {
      paper.append(area.value.slice(position, gap.index));
      const shown = document.createElement("mark");
      shown.textContent = gap[0];
      paper.append(shown);
      position = gap.index + gap[0].length;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = gap[0].replace(/^\[⚠\s*|\]$/g, "");
      button.addEventListener("click", function () {
        area.focus();
        area.setSelectionRange(gap.index, gap.index + gap[0].length);
      });
      gaps.append(button);
    }
    // The last line keeps its height.
    paper.append(`${area.value.slice(position)}\n`);
    paper.scrollTop = area.scrollTop;
    gaps.hidden = !found.length;
  }

  function count(form, area) {
    const output = form.querySelector(".ticket-count");
    const most = Number(area.dataset.most);
    // As the server counts: characters, not UTF-16 units.
    const length = [...area.value.trim()].length;
    const isOver = length > most;
    output.hidden = !("count" in area.dataset) && !isOver;
    output.textContent = `${length.toLocaleString()} / ${most.toLocaleString()}`;
    output.classList.toggle("is-over", isOver);
  }

  // --- snippets ---

  function palette(form, area, snippets, facts, replace) {
    const button = form.querySelector("[data-snippets]");
    if (!button) return;
    const box = form.querySelector(".ticket-palette");
    const search = box.querySelector("input");
    const list = box.querySelector("ul");
    let chosen = 0;
    let shown = [];

    function plain(text) {
      return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    }

    function show() {
      const wanted = plain(search.value);
      shown = snippets.filter((one) => plain(`${one.title} ${one.body}`).includes(wanted));
      chosen = Math.max(0, Math.min(chosen, shown.length - 1));
      list.replaceChildren(...shown.map(function (one, index) {
        const row = document.createElement("li");
        row.setAttribute("role", "option");
        row.setAttribute("aria-selected", String(index === chosen));
        row.classList.toggle("is-chosen", index === chosen);
        row.append(`${one.title} · ${one.language}`);
        const words = document.createElement("span");
        words.textContent = one.body;
        row.append(words);
        row.addEventListener("mousedown", function (event) { event.preventDefault(); insert(one); });
        return row;
      }));
      list.children[chosen]?.scrollIntoView({ block: "nearest" });
    }

    function toggle(isOpen) {
      box.hidden = !isOpen;
      button.setAttribute("aria-expanded", String(isOpen));
      if (!isOpen) { area.focus(); return; }
      search.value = "";
      chosen = 0;
      show();
      search.focus();
    }

    function insert(one) {
      // Known facts are filled in; what is not known stays a gap, which cannot be sent.
      const text = one.body.replace(/\{(\w+)\}/g, (name, key) => facts[key] || name);
      const [from, to] = [area.selectionStart, area.selectionEnd];
      replace(area.value.slice(0, from) + text + area.value.slice(to));
      toggle(false);
      area.setSelectionRange(from + text.length, from + text.length);
    }

    button.addEventListener("click", () => toggle(box.hidden));
    search.addEventListener("input", function () { chosen = 0; show(); });
    search.addEventListener("keydown", function (event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) { chosen += step; show(); }
      else if (event.key === "Enter" && shown[chosen]) insert(shown[chosen]);
      else if (event.key === "Escape") toggle(false);
      else return;
      event.preventDefault();
    });
    document.addEventListener("click", function (event) {
      if (!box.hidden && !event.target.closest(".ticket-snippets")) toggle(false);
    });
  }

  // --- keyboard ---

  function shortcuts(page, form) {
    function target(name) {
      if (name === "send") return form && form.querySelector("[data-send]:not(:disabled)");
      if (name === "snippets") return form && form.querySelector("[data-snippets]");
      return page.querySelector(`[data-dialog="${name}"]`);
    }
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
      const isSend = (event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.closest?.(".ticket-editor");
      const name = isSend ? "send" : event.altKey && !event.ctrlKey && !event.metaKey && SHORTCUTS[event.code];
      const button = name && target(name);
      if (!button) return;
      event.preventDefault();
      button.click();
    });
  }

  // --- news ---

  function watch(page, editor) {
    if (!page.dataset.open) return;
    const shown = page.dataset;
    const banner = page.querySelector(".ticket-news");
    banner.querySelector("[data-reload]").addEventListener("click", () => location.reload());

    function isWaiting() {
      return ["waiting", "writing"].includes(shown.draftStatus);
    }

    function compare(state) {
      const sameDraft = String(state.draft ?? "") === shown.draft;
      const wroteAgain = String(state.revision) !== shown.revision;
      const isDone = isWaiting() && !["waiting", "writing"].includes(state.draft_status);
      const finished = sameDraft && isDone;
      if (!wroteAgain && state.is_open && sameDraft && !finished) return false;
      // The reply one is waiting for comes by itself, unless somebody has begun to write.
      if (finished && !wroteAgain && state.is_open && !editor?.isEdited()) {
        location.reload();
        return true;
      }
      banner.querySelector("p").textContent = state.said;
      banner.hidden = false;
      return true;
    }

    async function look() {
      if (document.hidden) return later();
      try {
        const answer = await fetch(`${shown.stateUrl}?revision=${shown.revision}`, { headers: { Accept: "application/json" } });
        if (answer.ok && compare(await answer.json())) return undefined;
      } catch {
        // The server is away for a moment: asked again later.
      }
      return later();
    }

    function later() {
      setTimeout(look, isWaiting() ? SOON : LATER);
    }

    later();
  }

  document.addEventListener("DOMContentLoaded", start);
})();
