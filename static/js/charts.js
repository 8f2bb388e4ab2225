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

const COLOURS = ["#1f4e79", "#b36b00", "#3f7d5f", "#85517e", "#5f6b78"];

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
  const figure = document.createElement("figure");
  figure.className = "chart-figure";
  const place = document.createElement("div");
  place.className = "chart";
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", `图：${table.caption?.textContent.trim() ?? ""}。数值见下表。`);
  figure.append(makeLegend(figures.series), place);
  (table.closest(".table-responsive") ?? table).before(figure);
  const chart = window.echarts.init(place, null, { renderer: "canvas" });
  chart.setOption(describe(figures, table.dataset.chart, table.dataset.chartUnit ?? ""));
  new ResizeObserver(() => chart.resize()).observe(place);
}

// The small build of ECharts has no legend of its own.
function makeLegend(series) {
  const legend = document.createElement("figcaption");
  legend.className = "chart-legend";
  series.forEach(({ name, kind }, index) => {
    const entry = document.createElement("span");
    const swatch = document.createElement("span");
    swatch.className = kind === "target" ? "swatch swatch-target" : "swatch";
    swatch.style.color = COLOURS[index % COLOURS.length];
    entry.append(swatch, name);
    legend.append(entry);
  });
  return legend;
}

function readSource(id) {
  const source = JSON.parse(document.getElementById(id).textContent);
  for (const series of source.series) {
    series.texts = series.values.map((value) => value ?? "");
    series.values = series.values.map(toNumber);
  }
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
      texts: rows.map((row) => row.cells[index]?.textContent.trim() ?? ""),
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
  const fewPoints = figures.categories.length <= 12;
  return {
    color: COLOURS,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 },
    animation: false,
    grid: { left: 8, right: 24, top: 36, bottom: 8, containLabel: true },
    xAxis: { type: "category", data: figures.categories, axisTick: { show: false } },
    yAxis: {
      type: "value",
      name: unit,
      nameTextStyle: { align: "right" },
      splitLine: { lineStyle: { color: "#e3e8ed" } },
    },
    series: figures.series.map((series) =>
      series.kind === "target"
        ? {
            name: series.name,
            type: "line",
            data: series.values,
            symbolSize: 5,
            connectNulls: true,
            lineStyle: { type: "dashed", width: 2 },
          }
        : {
            name: series.name,
            type: kind,
            data: series.values,
            symbolSize: 8,
            barMaxWidth: 36,
            label: { show: fewPoints, position: "top", formatter: ({ dataIndex }) => String(series.texts[dataIndex]) },
          },
    ),
  };
}
