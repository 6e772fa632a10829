// What happened of late: every request, what tools did, and what the daemon writes to its log.

import { ask, button, dollars, make, maybe, moment, number, say, table, trying } from "./shown.js";
import { listen } from "./live.js";

const STEP = 100;
const LEVELS = ["debug", "info", "warning", "error", "critical"];
const TITLES = ["when", "person", "face", "model", "device", "difficulty", "first", "total", "tokens", "cost", "outcome"];
let built = false;
let section, trouble, requests, tools, lines, level, more;
let [kept, oldest] = [[], null];

export async function open(place) {
  if (!built) build(place);
  built = true;
  await Promise.all([newest(), called(), written()]);
}

function build(place) {
  section = place;
  trouble = make("p", "trouble");
  trouble.setAttribute("role", "alert");
  [requests, tools, lines] = [make("div", "inside"), make("div", "inside"), make("div", "inside")];
  more = button("more", () => trying(trouble, older));
  level = make("select", "");
  level.id = "log-level";
  level.append(...LEVELS.map((name) => new Option(name, name)));
  level.value = "info";
  level.addEventListener("change", show);
  const label = make("label", "", say("log.level"));
  label.htmlFor = level.id;
  section.append(trouble, requests, more, tools, make("h3", "", say("log.program")), make("p", "row", label, level), lines);
  listen(({ exchanges, lines: count }) => {
    if (section.hidden) return;
    if (exchanges !== undefined) Promise.all([newest(), called()]);
    if (count !== undefined) written();
  });
}

const row = (one) => [
  moment(one.started), one.person, one.face, one.model || one.asked, one.device, maybe(one.difficulty, 0),
  `${maybe(one.seconds.first_token, 2)} s`, `${number(one.seconds.total, 2)} s`,
  `${number(one.usage.prompt_tokens)} + ${number(one.usage.completion_tokens)}`, dollars(one.cost_usd),
  one.error || (one.cache === "hit" ? say("log.kept") : one.finish),
]; // prettier-ignore

let [rows, last] = [[], 0];

const newest = () =>
  trying(trouble, async () => {
    const { exchanges: found } = await ask("GET", `/jarvis/exchanges?limit=${STEP}`);
    const fresh = found.filter((one) => one.number > last);
    if (rows.length && fresh.length === STEP) rows = []; // more came than were asked for: begin anew, without a gap
    if (!rows.length) [oldest, more.hidden] = [found.at(-1)?.number ?? null, found.length < STEP];
    rows.unshift(...fresh.map(row));
    last = found[0]?.number ?? last;
    draw();
  });

async function older() {
  const { exchanges: found } = await ask("GET", `/jarvis/exchanges?limit=${STEP}&before=${oldest}`);
  rows.push(...found.map(row));
  [oldest, more.hidden] = [found.at(-1)?.number ?? oldest, found.length < STEP];
  draw();
}

function draw() {
  const titles = TITLES.map((name) => say(`log.column.${name}`));
  const shown = rows.length ? table(say("log.requests"), titles, rows) : make("p", "", say("log.nothing"));
  const at = requests.firstElementChild?.scrollLeft ?? 0;
  requests.replaceChildren(shown);
  shown.scrollLeft = at;
}

const called = () =>
  trying(trouble, async () => {
    const { calls } = await ask("GET", "/jarvis/calls").catch(() => ({ calls: [] }));
    if (!calls.length) return tools.replaceChildren();
    const titles = ["when", "tool", "outcome"].map((name) => say(`log.column.${name}`));
    const told = calls.slice(0, STEP).map((one) => [moment(one.at), `${one.tool} ${one.arguments}`, one.outcome || one.state]);
    tools.replaceChildren(table(say("log.tools"), titles, told));
  });

const written = () =>
  trying(trouble, async () => {
    const { lines: found } = await ask("GET", `/jarvis/log?after=${kept.at(-1)?.number ?? 0}`);
    const after = kept.at(-1)?.number ?? 0; // it may have been asked twice at once
    kept.push(...found.filter((line) => line.number > after));
    kept = kept.slice(-1000);
    show();
  });

function show() {
  const least = LEVELS.indexOf(level.value);
  const wanted = kept.filter((line) => LEVELS.indexOf(line.level) >= least).reverse();
  const titles = ["when", "level", "where", "text"].map((name) => say(`log.column.${name}`));
  const told = wanted.map((line) => [moment(line.at), line.level, line.name, make("code", "", line.text)]);
  lines.replaceChildren(told.length ? table(say("log.program"), titles, told) : make("p", "", say("log.silent")));
}
