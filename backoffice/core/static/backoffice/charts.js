// Draws every canvas[data-chart] from the JSON that the attribute names; see core/charts.py.
(() => {
  "use strict";
  const drawn = [];

  const isDark = () => document.documentElement.classList.contains("dark");

  const numbers = new Intl.NumberFormat(document.documentElement.lang || undefined, { maximumFractionDigits: 2 });
  const small = new Intl.NumberFormat(document.documentElement.lang || undefined, { maximumFractionDigits: 4 });
  const shares = new Intl.NumberFormat(document.documentElement.lang || undefined, { style: "percent", maximumFractionDigits: 1 });

  const words = (data, value) => {
    if (Array.isArray(value)) return value.map((one) => words(data, one)).join(" – ");
    if (data.isShare) return shares.format(value);
    return `${(Math.abs(value) < 0.1 ? small : numbers).format(value)} ${data.unit}`.trim();
  };

  const dataset = (series) => {
    const shared = { label: series.label, data: series.values, colours: series.colours };
    if (series.shape === "bar") return { ...shared, type: "bar", maxBarThickness: 28, borderRadius: 3, order: 3 };
    if (series.shape === "range") return { ...shared, type: "bar", maxBarThickness: 4, borderRadius: 2, grouped: false, order: 2 };
    if (series.shape === "points") return { ...shared, type: "line", showLine: false, clip: false, pointRadius: 5, pointHoverRadius: 6, order: 1 };
    const line = { ...shared, type: "line", borderWidth: 2, pointRadius: 0, pointHitRadius: 8, spanGaps: true, order: 1 };
    return series.shape === "dashes" ? { ...line, borderDash: [5, 5], borderWidth: 1.5 } : line;
  };

  // A name in two lines at most, each no wider than two fifths of the chart.
  const broken = (name, { ctx, width }) => {
    ctx.font = `${Chart.defaults.font.size}px ${Chart.defaults.font.family}`;
    const fitting = (words, end = "") => {
      let letters = [...words];
      while (letters.length > 1 && ctx.measureText(letters.join("") + end).width > width * 0.4) letters.pop();
      return letters.join("");
    };
    let first = fitting(name);
    if (first === name) return name;
    const space = first.lastIndexOf(" ");
    if (space > 0 && name[first.length] !== " ") first = first.slice(0, space);
    const rest = name.slice(first.length).trim();
    return [first, fitting(rest) === rest ? rest : `${fitting(rest, "…").trim()}…`];
  };

  const areWhole = (data) => data.series.every(({ values }) => values.every((value) => value === null || Number.isInteger(value)));

  const options = (data) => {
    const values = {
      stacked: data.isStacked,
      beginAtZero: true,
      max: data.isShare ? 1 : undefined,
      border: { display: false },
      grid: { drawTicks: false },
      ticks: { maxTicksLimit: 6, padding: 6, callback: (value) => words({ ...data, unit: "" }, value), precision: areWhole(data) ? 0 : undefined },
    };
    const labels = {
      stacked: data.isStacked,
      grid: { display: false },
      ticks: { autoSkip: !data.isHorizontal, maxRotation: 0, autoSkipPadding: 12 },
    };
    if (data.isHorizontal) {
      labels.ticks.callback = function (place) { return broken(this.getLabelForValue(place), this.chart); };
    }
    return {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      indexAxis: data.isHorizontal ? "y" : "x",
      interaction: { mode: "index", axis: data.isHorizontal ? "y" : "x", intersect: false },
      scales: data.isHorizontal ? { x: values, y: labels } : { x: labels, y: values },
      plugins: {
        legend: { display: data.series.length > 1, position: "bottom", labels: { boxWidth: 10, boxHeight: 10 } },
        tooltip: {
          callbacks: { label: (item) => `${item.dataset.label}: ${words(data, data.series[item.datasetIndex].values[item.dataIndex])}` },
        },
      },
    };
  };

  const paint = (chart) => {
    const text = isDark() ? "#9ca3af" : "#6b7280";
    const rule = isDark() ? "#374151" : "#e5e7eb";
    for (const one of chart.data.datasets) {
      const colour = one.colours[isDark() ? 1 : 0];
      Object.assign(one, { borderColor: colour, backgroundColor: colour, pointBackgroundColor: colour });
      if (one.type === "bar") one.borderWidth = 0;
    }
    chart.options.plugins.legend.labels.color = text;
    for (const scale of Object.values(chart.options.scales)) {
      scale.ticks.color = text;
      scale.grid = { ...scale.grid, color: rule };
    }
  };

  const draw = (canvas) => {
    const data = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
    const frame = canvas.parentElement;
    if (frame.dataset.rows) frame.style.height = `${Number(frame.dataset.rows) * 2.1 + 4}rem`;
    const settings = { type: "bar", data: { labels: data.labels, datasets: data.series.map(dataset) }, options: options(data) };
    paint(settings);
    drawn.push(new Chart(canvas, settings));
  };

  const start = () => {
    Chart.defaults.font.family = "Inter";
    document.querySelectorAll("canvas[data-chart]").forEach(draw);
    new MutationObserver(() => drawn.forEach((chart) => { paint(chart); chart.update(); }))
      .observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
