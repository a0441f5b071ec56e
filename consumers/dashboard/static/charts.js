// Draws the charts. Their content is JSON in the page, written by charts.py; their numbers stand beside them as tables.
// The content policy allows no inline style, so tooltips are drawn into the chart ("richText") and not as HTML.
"use strict";

(() => {
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const font = getComputedStyle(document.body).fontFamily;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const drawn = [];
  const PRINTED_WIDTH = 400; // a little more than half the width between the margins of A4, in CSS pixels; CSS scales the drawing down to it
  const PRINTED_PART = 0.72; // printed height of a chart over its height on the screen, as in page.css

  const common = () => ({
    animation: !still && !matchMedia("print").matches,
    animationDuration: 300,
    color: [style("--ink-blue"), style("--sand")],
    textStyle: { fontFamily: font, color: style("--ink"), fontSize: 12 },
    aria: { enabled: false },
  });

  const tooltip = (data, trigger) => ({
    trigger,
    renderMode: "richText",
    confine: true,
    backgroundColor: "#fff",
    borderColor: style("--line"),
    textStyle: { color: style("--ink"), fontSize: 12, fontFamily: font },
    formatter: (points) => {
      const list = Array.isArray(points) ? points : [points];
      const rows = list.map((point) => `${point.seriesName}  ${data.series[point.seriesIndex].texts[point.dataIndex]}`);
      return [list[0].name, ...rows].join("\n");
    },
  });

  const line = { lineStyle: { color: style("--line") } };
  const label = { color: style("--muted"), fontSize: 12, fontFamily: font };

  const COLOURS = ["#1f4e79", "#c58a2e", "#5b8c5a", "#8e4b60", "#7f9cc4", "#a8986b", "#b3bac4"]; // those of .c0 to .c8 in page.css

  function months(data, type) {
    const stack = data.kind === "stack" ? "all" : undefined;
    const many = data.series.length > 1;
    return {
      ...common(),
      legend: { show: many, top: 0, right: 0, itemWidth: 12, itemHeight: 10, textStyle: { ...label } },
      grid: { left: 8, right: 12, top: stack ? 56 : many ? 32 : 16, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      tooltip: tooltip(data, "axis"),
      xAxis: { type: "category", data: data.categories, axisLine: line, axisTick: { show: false }, axisLabel: { ...label, hideOverlap: true } },
      yAxis: { type: "value", scale: type === "line", splitLine: line, axisLabel: label, splitNumber: 4 },
      series: data.series.map((one, place) => ({
        name: one.name,
        type,
        data: one.values,
        barMaxWidth: 18,
        barGap: "10%",
        symbol: "circle",
        symbolSize: 6,
        lineStyle: { width: 2 },
        connectNulls: false,
        stack,
        color: COLOURS[place % COLOURS.length],
      })),
    };
  }

  function bars(data) {
    const one = data.series[0];
    return {
      ...common(),
      grid: { left: 4, right: 96, top: 4, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      tooltip: tooltip(data, "item"),
      xAxis: { type: "value", show: false },
      yAxis: { type: "category", inverse: true, data: data.categories, axisLine: line, axisTick: { show: false }, axisLabel: { ...label, color: style("--ink"), interval: 0 } },
      series: [
        {
          name: one.name,
          type: "bar",
          data: one.values,
          barMaxWidth: 16,
          label: { show: true, position: "right", formatter: (point) => one.texts[point.dataIndex], ...label },
        },
      ],
    };
  }

  function draw(place) {
    const text = document.getElementById(place.dataset.chart).textContent;
    const before = echarts.getInstanceByDom(place);
    if (before?.drawnOf === text) return;
    const data = JSON.parse(text);
    const chart = before ?? echarts.init(place, null, { renderer: "svg" });
    chart.drawnOf = text;
    // The table beside the chart holds the same links for the keyboard.
    chart.off("click");
    chart.on("click", (point) => {
      const { links } = data.series[point.seriesIndex];
      if (links?.[point.dataIndex]) location.href = links[point.dataIndex];
    });
    chart.setOption(data.kind === "bars" ? bars(data) : months(data, data.kind === "line" ? "line" : "bar"), true);
    if (!before) drawn.push(chart);
  }

  const drawAll = () => document.querySelectorAll("[data-chart]").forEach(draw);
  drawAll();
  document.addEventListener("renewed", () => {
    drawn.splice(0, drawn.length, ...drawn.filter((chart) => chart.getDom().isConnected || chart.dispose()));
    drawAll();
  });
  const each = (act) => drawn.forEach((chart) => act(chart, chart.getDom().querySelector("svg")));
  const fit = () => each((chart, svg) => {
    svg.removeAttribute("viewBox");
    chart.resize({ width: "auto", height: "auto" });
  });
  addEventListener("resize", fit);
  // A printed column is narrower than one on the screen, and its layout cannot be asked for: draw for about its width, let CSS scale the rest.
  addEventListener("beforeprint", () => each((chart, svg) => {
    const height = Math.round(chart.getHeight() * PRINTED_PART);
    chart.resize({ width: PRINTED_WIDTH, height, animation: { duration: 0 } });
    chart.getZr().flush();
    svg.setAttribute("viewBox", `0 0 ${PRINTED_WIDTH} ${height}`);
  }));
  addEventListener("afterprint", fit);
})();
