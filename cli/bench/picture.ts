// The chart as a picture: SVG of Apache ECharts, which needs no browser. Imported only for a picture, as it is large.
/*! Apache ECharts, Copyright 2017-2026 The Apache Software Foundation, Apache License 2.0. This product includes
 *  software developed at The Apache Software Foundation (https://www.apache.org/). With ZRender, Copyright (c) 2017,
 *  Baidu Inc., BSD 3-Clause License (https://github.com/ecomfe/zrender/blob/master/LICENSE). */
import { BarChart, CustomChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { CustomSeriesOption } from "echarts";
import { escaped } from "../report/html";
import type { Chart } from "./chart";
import { round, titleOf } from "./metrics";
import type { Spread } from "./result";

use([BarChart, CustomChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

/** Apart for those who do not see red and green apart, and on both backgrounds. */
const colors = ["#0072b2", "#e69f00"];
const [paper, ink, faint] = ["#ffffff", "#333333", "#dddddd"];
/** A viewer that does not know of colour schemes shows the light one. */
const dark = `<style>@media (prefers-color-scheme: dark) {
[fill="${paper}"] { fill: #1c1e21 }
[fill="${ink}"] { fill: #e6e6e6 }
[stroke="${paper}"] { stroke: #1c1e21 }
[stroke="${ink}"] { stroke: #e6e6e6 }
[stroke="${faint}"] { stroke: #44474c }
}</style>`;

const places = { barGap: "0%", barCategoryGap: "30%" };

/** A line from the least to the most of the runs, and the median's number after it. */
function spreadLines(spreads: readonly Spread[], side: number): CustomSeriesOption {
  return {
    type: "custom",
    data: spreads.map(({ min, max }, row) => [min, max, row]),
    encode: { x: [0, 1], y: 2 },
    z: 3,
    silent: true,
    renderItem: ({ dataIndex }, api) => {
      const { min, max, median } = spreads[dataIndex];
      const [x1, middle] = api.coord([min, dataIndex]);
      const [x2] = api.coord([max, dataIndex]);
      const y = middle + api.barLayout({ ...places, count: 2 })![side].offsetCenter;
      const line = (stroke: string, lineWidth: number) =>
        ({ type: "line", shape: { x1, y1: y, x2, y2: y }, style: { stroke, lineWidth } }) as const;
      return {
        type: "group",
        children: [
          // With an edge, for it lies on the bar.
          line(paper, 6),
          line(ink, 2),
          { type: "text", x: x2 + 6, y, style: { text: round(median), fill: ink, verticalAlign: "middle" } },
        ],
      };
    },
  };
}

/** Grouped bars of the medians. */
export function svg({ metric, rows, labels }: Chart): string {
  const names = [`before: ${labels[0]}`, `after: ${labels[1]}`];
  const textStyle = { color: ink };
  const option: EChartsCoreOption = {
    animation: false,
    backgroundColor: paper,
    textStyle: { fontFamily: "sans-serif" },
    title: {
      text: `${titleOf(metric)} (median; line: all runs)`,
      left: 10,
      top: 8,
      textStyle: { ...textStyle, fontSize: 15 },
    },
    legend: { data: names, orient: "vertical", left: 10, top: 34, textStyle, selectedMode: false },
    // Within these, the labels of the axes too.
    grid: {
      left: 14,
      right: 80,
      top: 84,
      bottom: 14,
      outerBoundsMode: "same",
      outerBoundsContain: "axisLabel",
    },
    xAxis: { type: "value", axisLabel: textStyle, splitLine: { lineStyle: { color: faint } } },
    yAxis: {
      type: "category",
      inverse: true,
      data: rows.map(({ measurement }) => measurement),
      axisLabel: { ...textStyle, interval: 0 },
      axisLine: { lineStyle: { color: ink } },
      axisTick: { show: false },
    },
    series: [rows.map(({ before }) => before), rows.map(({ after }) => after)].flatMap((spreads, side) => [
      {
        type: "bar",
        name: names[side],
        ...places,
        itemStyle: { color: colors[side] },
        silent: true,
        data: spreads.map(({ median }) => median),
      },
      spreadLines(spreads, side),
    ]),
  };
  const chart = init(null, null, { renderer: "svg", ssr: true, width: 720, height: 124 + rows.length * 48 });
  try {
    chart.setOption(option);
    const name = escaped(`${titleOf(metric)}: ${names.join("; ")}`);
    const drawn = chart.renderToSVGString();
    return (
      drawn.replace(/^<svg([^>]*)>/, (_, rest) => `<svg role="img" aria-label="${name}"${rest}>\n${dark}`) +
      "\n"
    );
  } finally {
    // Else its timer keeps the program running.
    chart.dispose();
  }
}
