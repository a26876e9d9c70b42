"use strict";
// A row in quarantine: typed values are checked on the server without being saved.
(function () {
  const WAIT = 350;

  function list(problems) {
    const ul = document.createElement("ul");
    ul.className = "quality-problems";
    for (const problem of problems) {
      const li = document.createElement("li");
      li.dataset.severity = problem.severity;
      li.textContent = problem.sentence;
      ul.append(li);
    }
    return ul;
  }

  function show(form, found) {
    for (const field of form.querySelectorAll("[data-column]")) {
      const problems = found.columns[field.dataset.column] || [];
      field.querySelector("[data-problems]").replaceChildren(list(problems));
      field.classList.toggle("is-wrong", problems.length > 0);
    }
    form.querySelector("[data-others]").replaceChildren(list(found.others));
    const verdict = form.querySelector("[data-verdict]");
    verdict.dataset.tone = found.is_refused ? "danger" : "success";
    verdict.textContent = found.is_refused ? verdict.dataset.bad : verdict.dataset.good;
  }

  function fail(form) {
    const verdict = form.querySelector("[data-verdict]");
    verdict.dataset.tone = "danger";
    verdict.textContent = verdict.dataset.unchecked;
  }

  function follow(form) {
    let timer = 0;
    let asked = 0;
    async function check() {
      const mine = ++asked;
      let found = null;
      try {
        const answer = await fetch(form.dataset.check, {
          method: "POST",
          body: new FormData(form),
          headers: { "X-Requested-With": "XMLHttpRequest" },
        });
        // Whose session is over is led to the page for signing in, which is no verdict.
        if (answer.ok && !answer.redirected) found = await answer.json();
      } catch {
        // Told below: no answer is as good as none.
      }
      // A slow answer to an earlier question says nothing about what stands there now.
      if (mine !== asked) return;
      if (found) show(form, found);
      else fail(form);
    }
    form.addEventListener("input", (event) => {
      const field = event.target.closest("[data-column]");
      const typed = event.target;
      if (field) field.classList.toggle("is-changed", typed.value !== typed.defaultValue);
      clearTimeout(timer);
      timer = setTimeout(check, WAIT);
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-quality-row]").forEach(follow);
  });
})();
