"use strict";
// The rules of a mapping, edited beside real rows that follow every change.
(function () {
  const PAUSE = 350;

  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name === "class") made.className = value;
      else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (value === true) made.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }

  const icon = (name) => element("span", { class: "material-symbols-outlined", "aria-hidden": "true" }, name);

  function start() {
    const data = document.getElementById("mapping-editor");
    const form = document.querySelector("[data-rules]");
    if (!data || !form) return;
    const page = JSON.parse(data.textContent);
    const words = page.words;
    const steps = new Map(page.catalogue.map((one) => [one.name, one]));
    const rules = new Map(page.rules.map((rule) => [rule.field, rule]));
    const rows = new Map();
    const state = { chosen: "", show: "field", row: 0, shown: null, dirty: false };

    // --- rules -----------------------------------------------------------------------------

    function ruleOf(field) {
      if (!rules.has(field)) rules.set(field, { field, columns: [], steps: [], policy: "replace" });
      return rules.get(field);
    }

    function given() {
      return page.fields
        .map((field) => rules.get(field.name))
        .filter((rule) => rule && (rule.columns.length || rule.steps.length));
    }

    function changed(field, redraw = true) {
      state.dirty = true;
      choose(field);
      const save = document.querySelector("[data-save]");
      if (save) save.disabled = false;
      if (redraw) draw(field);
      later();
    }

    function draw(name) {
      const field = page.fields.find((one) => one.name === name);
      const fresh = rule(field);
      rows.get(name).replaceWith(fresh);
      rows.set(name, fresh);
      sayFirst(field);
    }

    function rule(field) {
      const held = rules.get(field.name);
      const isMapped = Boolean(held && (held.columns.length || held.steps.length));
      const row = element(
        "div",
        {
          class: `map-rule${isMapped ? "" : " is-unmapped"}${state.chosen === field.name ? " is-chosen" : ""}`,
          "data-field": field.name,
          onfocusin: () => choose(field.name),
          onclick: () => choose(field.name),
        },
        element(
          "div",
          { class: "map-name" },
          element("button", { type: "button" }, field.label),
          note(field, isMapped),
        ),
        element("div", { class: "map-body" }, ...body(field, held, isMapped)),
      );
      return row;
    }

    function note(field, isMapped) {
      if (isMapped) return null;
      if (field.required) return element("small", { "data-tone": "danger" }, words.needed);
      const others = page.fields.filter((one) => field.oneOf && one.oneOf === field.oneOf);
      const none = others.length && !others.some((one) => given().some((rule) => rule.field === one.name));
      return none ? element("small", { "data-tone": "danger" }, words.oneOf) : null;
    }

    function body(field, held, isMapped) {
      if (!page.editable && !isMapped) return [element("span", { class: "src-help" }, words.notMapped)];
      const first = element("div", { class: "map-first", "data-first": field.name });
      const lines = [columnsLine(field, held)];
      if (isMapped) {
        const boxes = held.steps.map((step, place) => stepBox(field, held, step, place));
        const policy = policyList(field, held);
        lines.push(element("div", { class: "map-line" }, ...boxes, page.editable ? stepPicker(field) : null));
        lines.push(element("div", { class: "map-line map-end" }, first, policy));
      }
      return lines;
    }

    function columnsLine(field, held) {
      const columns = held ? held.columns : [];
      const line = element("div", { class: "map-line" });
      columns.forEach((column, place) => {
        line.append(
          element(
            "span",
            { class: "map-chip is-column" },
            column,
            page.editable
              ? element("button", { type: "button", class: "map-icon", "aria-label": `${words.remove}: ${column}`, onclick: (event) => {
                  event.stopPropagation();
                  held.columns.splice(place, 1);
                  changed(field.name);
                } }, icon("close"))
              : null,
          ),
        );
      });
      if (!columns.length && held && held.steps.length) line.append(element("span", { class: "src-help" }, words.noColumns));
      if (page.editable) {
        const free = page.columns.filter((column) => !columns.includes(column));
        line.append(
          picker(words.addColumn, free.map((column) => [column, column]), (column) => {
            ruleOf(field.name).columns.push(column);
            changed(field.name);
          }, { "data-add-column": field.name }),
        );
        if (!held || (!columns.length && !held.steps.length)) line.append(stepPicker(field));
      }
      return line;
    }

    function picker(label, options, pick, attributes) {
      const list = element("select", { class: "map-small", "aria-label": label, ...attributes },
        element("option", { value: "" }, `+ ${label}`),
        ...options.map(([value, text]) => element("option", { value }, text)));
      list.addEventListener("change", () => {
        if (list.value) pick(list.value);
      });
      return list;
    }

    function stepPicker(field) {
      return picker(words.addStep, page.catalogue.map((one) => [one.name, `${one.label} (${one.name})`]), (name) => {
        const made = { name, arguments: {} };
        for (const argument of steps.get(name).arguments) {
          if (argument.default !== "" && argument.default !== null) made.arguments[argument.name] = argument.default;
        }
        ruleOf(field.name).steps.push(made);
        changed(field.name);
      }, { "data-add-step": field.name });
    }

    function stepBox(field, held, step, place) {
      const known = steps.get(step.name);
      const head = element("div", { class: "map-step-head" },
        element("b", { title: known ? known.help : "" }, known ? known.label : step.name));
      if (page.editable) {
        if (place > 0) head.append(iconButton("arrow_upward", words.earlier, () => move(field, held, place, -1)));
        if (place < held.steps.length - 1) head.append(iconButton("arrow_downward", words.later, () => move(field, held, place, 1)));
        head.append(iconButton("close", `${words.remove}: ${known ? known.label : step.name}`, () => {
          held.steps.splice(place, 1);
          changed(field.name);
        }));
      }
      const box = element("div", { class: "map-step", "data-step": step.name }, head);
      const list = known ? known.arguments : [];
      if (list.length) {
        box.append(element("div", { class: "map-arguments" }, ...list.map((argument) => input(field, step, argument))));
      }
      return box;
    }

    function iconButton(name, label, act) {
      return element("button", { type: "button", class: "map-icon", "aria-label": label, title: label, onclick: (event) => {
        event.stopPropagation();
        act();
      } }, icon(name));
    }

    function move(field, held, place, by) {
      const [step] = held.steps.splice(place, 1);
      held.steps.splice(place + by, 0, step);
      changed(field.name);
    }

    function input(field, step, argument) {
      const values = step.arguments || (step.arguments = {});
      const value = values[argument.name] ?? argument.default ?? "";
      const set = (given) => {
        if (given === "" || given === null) delete values[argument.name];
        else values[argument.name] = given;
        changed(field.name, false);
      };
      const common = { "data-argument": argument.name, disabled: !page.editable };
      let control;
      if (argument.kind === "flag") {
        control = element("input", { type: "checkbox", ...common });
        control.checked = Boolean(value);
        control.addEventListener("change", () => set(control.checked));
      } else if (argument.choices.length) {
        control = element("select", common, ...(argument.required ? [] : [element("option", { value: "" }, "–")]),
          ...argument.choices.map(([choice, shown]) => element("option", { value: choice }, shown)));
        control.value = value;
        control.addEventListener("change", () => set(control.value));
      } else if (argument.kind === "table") {
        control = element("textarea", { ...common, title: words.tableHelp, placeholder: words.tableHelp });
        control.value = Object.entries(value || {}).map(([from, to]) => `${from} = ${to}`).join("\n");
        control.addEventListener("input", () => set(table(control.value)));
      } else {
        control = element("input", { type: argument.kind === "text" ? "text" : "number", step: argument.kind === "whole" ? "1" : "any", ...common });
        control.value = value;
        if (argument.suggestions.length) {
          const id = `suggest-${field.name}-${step.name}-${argument.name}`;
          control.setAttribute("list", id);
          control.addEventListener("input", () => set(numbered(argument, control.value)));
          return element("label", { title: argument.label }, argument.label, control,
            element("datalist", { id }, ...argument.suggestions.map((one) => element("option", { value: one }))));
        }
        control.addEventListener("input", () => set(numbered(argument, control.value)));
      }
      return element("label", { title: argument.label }, argument.label, control);
    }

    function numbered(argument, text) {
      if (argument.kind === "text" || text === "") return text;
      const number = Number(text);
      return Number.isNaN(number) ? text : number;
    }

    function table(text) {
      const pairs = text.split("\n").map((line) => line.split("=")).filter((parts) => parts.length > 1);
      return Object.fromEntries(pairs.map(([from, ...to]) => [from.trim(), to.join("=").trim()]));
    }

    function policyList(field, held) {
      const policy = element("select", { class: "map-small map-policy", "aria-label": words.whenDiffers, title: words.whenDiffers, disabled: !page.editable, "data-policy": field.name },
        ...page.policies.map(([value, label]) => element("option", { value }, label)));
      policy.value = held.policy;
      policy.addEventListener("change", () => {
        held.policy = policy.value;
        changed(field.name, false);
      });
      return policy;
    }

    // --- real rows ---------------------------------------------------------------------------

    const panel = document.querySelector(".map-preview");
    const area = document.querySelector("[data-preview]");
    const told = document.querySelector("[data-state]");
    let timer = 0;
    let asked = 0;

    function later() {
      panel.classList.add("is-old");
      clearTimeout(timer);
      timer = setTimeout(refresh, PAUSE);
    }

    // Only the answer to the last question is shown.
    async function refresh() {
      const number = (asked += 1);
      told.textContent = words.loading;
      const body = new FormData();
      body.set("rules", JSON.stringify(given()));
      body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      const answer = await fetch(page.preview, { method: "POST", body }).catch(() => null);
      const found = answer && answer.ok ? await answer.json().catch(() => null) : null;
      if (number !== asked) return;
      panel.classList.remove("is-old");
      state.shown = found || { error: words.failed, rows: [] };
      if (state.shown.error) {
        told.textContent = "";
        area.replaceChildren(element("p", { class: "src-note", "data-tone": "danger", role: "alert" }, state.shown.error));
        return;
      }
      told.textContent = `${words.rowsRead} ${found.read}, ${words.rowsRefused} ${found.refused}`;
      score(found);
      page.fields.forEach(sayFirst);
      show();
    }

    function score(found) {
      const ring = document.querySelector("[data-ring]");
      ring.style.setProperty("--score", found.score);
      ring.querySelector("b").textContent = found.score;
      ring.dataset.tone = found.missing.length ? "danger" : found.score < 80 ? "warning" : "success";
      const missing = document.querySelector("[data-missing]");
      missing.textContent = found.missing.length ? `${words.missing} ${found.missing.join(", ")}` : words.complete;
      missing.dataset.tone = found.missing.length ? "danger" : "";
    }

    function cellOf(row, field) {
      return row.cells.find((cell) => cell.field === field);
    }

    // The first row that has something, and how many of the rows have a problem here.
    function sayFirst(field) {
      const place = form.querySelector(`[data-first="${field.name}"]`);
      if (!place || !state.shown || state.shown.error) return;
      const cells = state.shown.rows.map((row) => cellOf(row, field.name)).filter(Boolean);
      const first = cells.find((cell) => cell.raw) || cells[0];
      const faults = cells.filter((cell) => cell.problems.length).length;
      place.replaceChildren();
      if (first) place.append(`${first.raw || "–"} → `, element("b", {}, first.value || "–"));
      if (faults) place.append(" · ", element("span", { "data-count": true }, `${faults} ⚠`));
    }

    function choose(name) {
      if (state.chosen === name) return;
      const before = rows.get(state.chosen);
      if (before) before.classList.remove("is-chosen");
      state.chosen = name;
      rows.get(name).classList.add("is-chosen");
      if (state.show === "field") show();
    }

    function show() {
      if (!state.shown || state.shown.error) return;
      if (!state.shown.rows.length) {
        area.replaceChildren(element("p", { class: "src-help" }, words.noRows));
        return;
      }
      area.replaceChildren(...(state.show === "row" ? wholeRow() : oneField()));
    }

    function oneField() {
      const field = page.fields.find((one) => one.name === state.chosen);
      const found = state.shown.rows.map((row) => [row, cellOf(row, state.chosen)]);
      const body = found.map(([row, cell]) =>
        element("tr", { class: row.refused ? "is-refused" : "" }, element("th", {}, String(row.number)), ...cells(cell)));
      return [element("h3", { class: "map-name" }, field ? field.label : ""), grid(words.row, body)];
    }

    function wholeRow() {
      const count = state.shown.rows.length;
      state.row = Math.min(state.row, count - 1);
      const row = state.shown.rows[state.row];
      const turn = (by) => () => {
        state.row = (state.row + by + count) % count;
        show();
      };
      const head = element("div", { class: "map-row-head" },
        element("button", { type: "button", class: "src-button is-small", "aria-label": words.earlier, onclick: turn(-1) }, icon("chevron_left")),
        element("b", {}, `${words.row} ${row.number}`),
        element("button", { type: "button", class: "src-button is-small", "aria-label": words.later, onclick: turn(1) }, icon("chevron_right")),
        row.refused ? element("span", { class: "src-label", "data-tone": "danger" }, words.refused) : null);
      const faults = row.problems.map(problem);
      const body = row.cells.map((cell) => {
        const field = page.fields.find((one) => one.name === cell.field);
        return element("tr", {}, element("th", {}, field ? field.label : cell.field), ...cells(cell));
      });
      return [head, ...faults, grid("", body)];
    }

    function grid(first, body) {
      return element("table", { class: "src-table" },
        element("thead", {}, element("tr", {}, element("th", {}, first), element("th", {}, words.raw), element("th", {}, words.value))),
        element("tbody", {}, ...body));
    }

    function cells(cell) {
      if (!cell) return [element("td", { colspan: 2, class: "is-nothing" }, words.notMapped)];
      return [
        element("td", { class: "is-raw", dir: "auto" }, cell.raw),
        element("td", { dir: "auto" },
          element("span", { class: cell.value ? "is-value" : "is-nothing" }, cell.value || "–"), ...cell.problems.map(problem)),
      ];
    }

    function problem([severity, sentence]) {
      return element("span", { class: "map-problem", "data-severity": severity }, sentence);
    }

    // --- begin ---------------------------------------------------------------------------------

    for (const button of document.querySelectorAll("[data-show]")) {
      button.addEventListener("click", () => {
        state.show = button.dataset.show;
        for (const other of document.querySelectorAll("[data-show]")) {
          other.setAttribute("aria-pressed", String(other === button));
        }
        show();
      });
    }
    const mapped = page.fields.find((field) => rules.has(field.name)) || page.fields[0];
    state.chosen = mapped.name;
    for (const field of page.fields) {
      const made = rule(field);
      rows.set(field.name, made);
      form.append(made);
    }
    form.addEventListener("submit", () => {
      form.elements.rules.value = JSON.stringify(given());
      state.dirty = false;
    });
    window.addEventListener("beforeunload", (event) => {
      if (state.dirty) event.preventDefault();
    });
    refresh();
  }

  document.addEventListener("DOMContentLoaded", start);
})();
