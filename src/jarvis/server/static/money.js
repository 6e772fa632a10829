// What was spent, what was saved by not asking a paid model for everything, and what is left.

import { ask, dollars, figures, make, number, percent, say, table } from "./shown.js";
import { chart } from "./chart.js";
import { period, view } from "./period.js";

const COLOURS = 6;
const usd = (micro) => (micro == null ? null : micro / 1e6);

export const open = view(async (days) => {
  const [told, budget] = await Promise.all([
    ask("GET", `/jarvis/stats/daily?days=${days}`),
    ask("GET", "/jarvis/budget").catch((error) => ({ error })),
  ]);
  const { saving } = told.total;
  const spent = [say("money.spent"), dollars(saving.spent_usd), say("period.days", { days: number(days) })];
  const saved = saving.against
    ? [say("money.saved"), `${dollars(saving.saved_usd)} (${percent(saving.share)})`, say("money.against", { model: saving.against })]
    : [say("money.saved"), "–", say("money.no_price")];
  const facts = [spent, saved];
  if (!budget.error) facts.push(...month(budget));
  return [
    figures(facts),
    await byModel(told.days),
    await against(told.days, saving.against),
    ...(budget.error ? [make("p", "notice", budget.error.message)] : limits(budget)),
    perDay(told.days),
  ];
});

function month(budget) {
  const whole = budget.budgets.find((one) => one.budget === "month");
  return [
    [say("money.today"), dollars(usd(budget.today_micro_usd))],
    [say("money.month"), dollars(usd(budget.month_micro_usd))],
    [say("money.projection"), dollars(usd(budget.projection_micro_usd)), say("money.projected")],
    [say("money.left"), whole ? dollars(usd(whole.left_micro_usd)) : say("money.no_budget"), whole ? say("money.of", { limit: dollars(usd(whole.limit_micro_usd)) }) : ""],
  ];
}

async function byModel(days) {
  const sums = new Map();
  for (const { models } of days) {
    for (const [name, { cost_usd: cost }] of Object.entries(models)) if (cost) sums.set(name, (sums.get(name) ?? 0) + cost);
  }
  const names = [...sums.keys()].sort((a, b) => sums.get(b) - sums.get(a));
  const [named, rest] = [names.slice(0, COLOURS - 1), names.slice(COLOURS - 1)];
  const of = (name) => days.map((one) => one.models[name]?.cost_usd ?? 0);
  const series = named.map((name, i) => ({ label: name, values: of(name), colour: `model${i}` }));
  if (rest.length) {
    const values = days.map((one) => rest.reduce((sum, name) => sum + (one.models[name]?.cost_usd ?? 0), 0));
    series.push({ label: say("money.others"), values, colour: "others" });
  }
  if (!series.length) return make("p", "", say("money.nothing"));
  const title = say("money.by_model");
  const rows = names.map((name) => [name, dollars(sums.get(name))]);
  const drawing = await chart(title, days.map((one) => one.day), series, "bars", dollars);
  return make("div", "", drawing, table(title, [say("column.model"), say("money.spent")], rows));
}

async function against(days, model) {
  if (!model) return "";
  const of = (name) => days.map((one) => one.saving[name]);
  const series = [
    { label: say("money.always", { model }), values: of("always_usd"), colour: "model5" },
    { label: say("money.spent"), values: of("spent_usd"), colour: "model2" },
  ];
  return chart(say("money.comparison"), days.map((one) => one.day), series, "lines", dollars);
}

function limits(budget) {
  const name = (one) => [say(`budget.${one.budget}`), one.name].filter(Boolean).join(" ");
  const left = budget.budgets.map((one) => [
    name(one),
    dollars(usd(one.limit_micro_usd)),
    dollars(usd(one.used_micro_usd)),
    dollars(usd(one.left_micro_usd)),
    one.renews,
  ]);
  const titles = ["budget", "limit", "used", "left", "renews"].map((title) => say(`money.column.${title}`));
  const found = [];
  if (left.length) found.push(table(say("money.budgets"), titles, left));
  if (budget.models.length) {
    const price = (value) => (value == null ? "–" : dollars(value));
    const rows = budget.models.map((one) => [
      `${one.provider}/${one.model}`,
      dollars(usd(one.today_micro_usd)),
      dollars(usd(one.month_micro_usd)),
      number(one.calls),
      `${price(one.input_usd_per_million)} / ${price(one.output_usd_per_million)}`,
    ]);
    const heads = ["model", "today", "month", "calls", "price"].map((title) => say(`money.column.${title}`));
    found.push(table(say("money.models"), heads, rows));
  }
  return found;
}

function perDay(days) {
  const rows = days
    .filter((one) => one.queries)
    .reverse()
    .map(({ day, queries, saving }) => [
      day, number(queries), dollars(saving.spent_usd), dollars(saving.always_usd), dollars(saving.saved_usd),
    ]); // prettier-ignore
  const titles = ["day", "queries", "spent", "always", "saved"].map((title) => say(`money.column.${title}`));
  return period(say("money.days"), titles, rows);
}
