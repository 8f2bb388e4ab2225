// Draws a chart above every <table data-chart="line|bar"> from the figures of that table, which stays where it is.
//
//   <table data-chart="line" data-chart-unit="%">   header cells name the series, row headings the categories
//   <th data-series="skip">                          a column that is not drawn
//   <th data-series="target">                        a column drawn as a dashed line
//   <td data-value="2.4137">                         the exact figure, where the cell shows a rounded or worded one
//   <table data-chart="line" data-chart-source="id"> figures from <script type="application/json" id="id"> instead:
//       {"categories": [], "series": [{"name": "", "values": [], "kind": "target"}]}
//
// ECharts is loaded only on pages with a chart; when it is not installed, the table alone says everything.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  drawAll(document);
  document.addEventListener("htmx:afterSwap", (event) => drawAll(event.target));
});

async function drawAll(root) {
  const tables = [...root.querySelectorAll("table[data-chart]:not([data-is-drawn])")];
  if (!tables.length || !(await loadECharts())) return;
  for (const table of tables) {
    table.dataset.isDrawn = "1";
    draw(table);
  }
}

function loadECharts() {
  if (window.echarts) return Promise.resolve(true);
  const address = document.querySelector('meta[name="echarts"]').content;
  return new Promise((resolve) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(true);
    script.onerror = () => resolve(false);
    document.head.append(script);
  });
}

function draw(table) {
  const figures = table.dataset.chartSource ? readSource(table.dataset.chartSource) : readTable(table);
  if (!figures.series.some((series) => series.values.some((value) => value !== null))) return;
  const place = document.createElement("div");
  place.className = "chart";
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", `图:${table.caption?.textContent.trim() ?? ""}。数值见下表。`);
  (table.closest(".table-responsive") ?? table).before(place);
  const chart = window.echarts.init(place, null, { renderer: "canvas" });
  chart.setOption(describe(figures, table.dataset.chart, table.dataset.chartUnit ?? ""));
  new ResizeObserver(() => chart.resize()).observe(place);
}

function readSource(id) {
  const source = JSON.parse(document.getElementById(id).textContent);
  for (const series of source.series) series.values = series.values.map(toNumber);
  return source;
}

function readTable(table) {
  const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
  const rows = [...table.tBodies[0].rows];
  const columns = heads.map((head, index) => ({ head, index })).slice(1);
  const series = columns
    .filter(({ head }) => head.dataset.series !== "skip")
    .map(({ head, index }) => ({
      name: head.textContent.trim(),
      kind: head.dataset.series ?? "",
      values: rows.map((row) => toNumber(row.cells[index]?.dataset.value ?? row.cells[index]?.textContent)),
    }));
  return { categories: rows.map((row) => row.cells[0].textContent.trim()), series };
}

// An unknown figure is a gap in the line, never zero.
function toNumber(text) {
  const plain = String(text ?? "").replace(/[,%\s]/g, "");
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
}

function describe(figures, kind, unit) {
  const style = getComputedStyle(document.documentElement);
  const colours = ["--brand", "#c47f00", "#4b8b6f", "#8a5a83", "#6b7785"].map((colour) =>
    colour.startsWith("--") ? style.getPropertyValue(colour).trim() : colour,
  );
  return {
    color: colours,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 },
    animation: false,
    grid: { left: 8, right: 16, top: 48, bottom: 8, containLabel: true },
    legend: { top: 8, left: 8 },
    tooltip: { trigger: "axis", renderMode: "richText" },
    xAxis: { type: "category", data: figures.categories, axisTick: { show: false } },
    yAxis: { type: "value", name: unit, nameLocation: "end", nameTextStyle: { align: "right" }, splitLine: { lineStyle: { color: "#e3e8ed" } } },
    series: figures.series.map((series) =>
      series.kind === "target"
        ? { name: series.name, type: "line", data: series.values, symbol: "none", step: "middle", lineStyle: { type: "dashed", width: 2 } }
        : { name: series.name, type: kind, data: series.values, symbolSize: 8, barMaxWidth: 36, connectNulls: false },
    ),
  };
}
