// How fast models answer, how often here, how often from what was kept, and how often not at all.

import { figures, ask, make, maybe, number, percent, say, table } from "./shown.js";
import { chart } from "./chart.js";
import { period, view } from "./period.js";

const seconds = (value) => (value == null ? "–" : `${number(value, value < 10 ? 2 : 0)} s`);
const part = (some, of) => (of ? some / of : null);

export const open = view(async (days) => {
  const told = await ask("GET", `/jarvis/stats/daily?days=${days}`);
  const { total } = told;
  if (!total.queries) return [make("p", "", say("quality.nothing"))];
  const { answered, local, kept } = total.saving;
  const facts = [
    [say("quality.queries"), number(total.queries), say("period.days", { days: number(days) })],
    [say("quality.p50"), seconds(total.p50_seconds)],
    [say("quality.p95"), seconds(total.p95_seconds)],
    [say("quality.local"), percent(part(local, answered))],
    [say("quality.kept"), percent(part(kept, answered))],
    [say("quality.errors"), percent(part(total.errors, total.queries)), number(total.errors)],
  ];
  const names = told.days.map((one) => one.day);
  const latency = [
    { label: say("quality.p50"), values: told.days.map((one) => one.p50_seconds), colour: "model0" },
    { label: say("quality.p95"), values: told.days.map((one) => one.p95_seconds), colour: "model1" },
  ];
  const share = (some, of) => told.days.map((one) => part(some(one), of(one)));
  const good = (one) => one.saving.answered;
  const shares = [
    { label: say("quality.local"), values: share((one) => one.saving.local, good), colour: "model2" },
    { label: say("quality.kept"), values: share((one) => one.saving.kept, good), colour: "model3" },
    { label: say("quality.errors"), values: share((one) => one.errors, (one) => one.queries), colour: "model5" },
  ];
  return [
    figures(facts),
    await chart(say("quality.latency"), names, latency, "lines", seconds),
    models(total.models),
    await chart(say("quality.shares"), names, shares, "lines", percent),
    perDay(told.days),
  ];
});

function models(found) {
  const titles = ["model", "queries", "errors", "p50", "p95", "first50", "first95", "speed", "tokens"];
  const rows = Object.entries(found).map(([name, one]) => [
    name,
    number(one.queries),
    number(one.errors),
    seconds(one.p50_seconds),
    seconds(one.p95_seconds),
    seconds(one.p50_first_token),
    seconds(one.p95_first_token),
    maybe(one.tokens_per_second, 1),
    `${number(one.prompt_tokens)} + ${number(one.completion_tokens)}`,
  ]);
  return table(say("quality.models"), titles.map((title) => say(`quality.column.${title}`)), rows);
}

function perDay(days) {
  const rows = days
    .filter((one) => one.queries)
    .reverse()
    .map((one) => [
      one.day, number(one.queries), number(one.errors), seconds(one.p50_seconds), seconds(one.p95_seconds),
      percent(part(one.saving.local, one.saving.answered)), percent(part(one.saving.kept, one.saving.answered)),
    ]); // prettier-ignore
  const titles = ["day", "queries", "errors", "p50", "p95", "local", "kept"];
  return period(say("quality.days"), titles.map((title) => say(`quality.column.${title}`)), rows);
}
