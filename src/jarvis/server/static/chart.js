// Charts over days. Beside each there is a table of the same, for whoever cannot see it.

import uPlot from "./vendor/uplot/uPlot.esm.js";
import { lang, make, say } from "./shown.js";

const HEIGHT = 220;
const HALF_A_DAY = 43_200;
const drawn = new Set();

const style = document.createElement("link");
Object.assign(style, { rel: "stylesheet", href: "/page/vendor/uplot/uPlot.min.css" });
const styled = new Promise((done) => (style.onload = style.onerror = done));
document.head.append(style);

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
/** A day of the owner's calendar, as it is written there: midday, so that no time zone makes another of it. */
const noon = (text) => new Date(`${text}T12:00:00`).getTime() / 1000;
const date = (seconds, how) => new Date(seconds * 1000).toLocaleDateString(lang, how);

/** ``series``: {label, values, colour} by day; ``kind`` is "bars" (each on top of the ones before) or "lines"; ``tell``
 * writes a value. */
export async function chart(title, days, series, kind, tell) {
  await styled;
  swept();
  const place = make("figure", "chart", make("figcaption", "", title));
  const canvas = make("div", "plot");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `${title}. ${say("chart.table")}`);
  place.append(canvas);
  const shown = { canvas, days, series, kind, tell };
  // drawn as soon as it has a width, and again when that changes
  new ResizeObserver(() => canvas.isConnected && canvas.clientWidth && draw(shown)).observe(canvas);
  drawn.add(shown);
  return place;
}

function draw(shown) {
  const { canvas, days, series, kind, tell } = shown;
  if (shown.plot?.width === canvas.clientWidth && !shown.stale) return;
  shown.stale = false;
  shown.plot?.destroy();
  const stacked = kind === "bars";
  const tops = stacked ? piled(series) : series.map((one) => one.values);
  const lines = series.map((one, i) => ({
    label: one.label,
    stroke: colour(one.colour),
    fill: stacked ? colour(one.colour) : undefined,
    width: 2,
    paths: stacked ? uPlot.paths.bars({ size: [0.7, 40] }) : undefined,
    points: { show: !stacked, size: 5 },
    spanGaps: true,
    value: (_, __, ___, at) => (at == null ? "" : tell(series[i].values[at])),
  }));
  if (stacked) [lines, tops].forEach((all) => all.reverse()); // the highest first: the lower ones are drawn over it
  const axis = { stroke: colour("soft"), grid: { stroke: colour("line"), width: 1 }, ticks: { show: false } };
  const options = {
    width: canvas.clientWidth,
    height: HEIGHT,
    legend: { live: true },
    cursor: { drag: { x: false, y: false }, points: { show: !stacked } },
    scales: { x: { time: true, range: (_, least, most) => [least - HALF_A_DAY, most + HALF_A_DAY] }, y: { range: (_, __, most) => [0, most > 0 ? most * 1.1 : 1] } },
    axes: [
      { ...axis, space: 70, values: (_, ticks) => ticks.map((at) => date(at, { day: "numeric", month: "short" })) },
      { ...axis, size: 70, values: (_, ticks) => ticks.map((value) => tell(value)) },
    ],
    series: [{ value: (_, at) => (at == null ? "" : date(at, { dateStyle: "medium" })), label: say("chart.day") }, ...lines],
  };
  shown.plot = new uPlot(options, [days.map(noon), ...tops], canvas);
}

/** Charts that are shown no more let go of what they listen to. */
function swept() {
  for (const shown of drawn) {
    if (!shown.plot || shown.canvas.isConnected) continue;
    shown.plot.destroy();
    drawn.delete(shown);
  }
}

/** Each with what is under it. */
function piled(series) {
  const sum = series[0]?.values.map(() => 0) ?? [];
  return series.map((one) => one.values.map((value, i) => (sum[i] += value ?? 0)));
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  swept();
  for (const shown of drawn) {
    shown.stale = true; // drawn in the other colours: now, or when it is shown again
    if (shown.canvas.clientWidth) draw(shown);
  }
});
