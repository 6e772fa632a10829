// What is loaded where, to the MiB, who waits, and what its owner does about it.

import { $, ask, button, make, maybe, number, percent, say, table, trying } from "./shown.js";
import { listen, now } from "./live.js";

const COLOURS = 6;
const CHOICES_SECONDS = 30;
let [names, drawn, looked] = ["", "", 0];

listen((event) => {
  if (event.fleet) draw(event.fleet);
  else if (event.speeds && now.fleet) draw(now.fleet);
});

function draw(fleet) {
  const colours = new Map(fleet.models.map((model, i) => [model.model, `model${i % COLOURS}`]));
  const called = new Map(fleet.devices.map(({ uuid, name }) => [uuid, uuid === "cpu" ? "RAM" : name]));
  $("declared").hidden = !fleet.declared;
  $("devices").replaceChildren(...fleet.devices.map((device) => bar(device, called.get(device.uuid), colours)));
  $("queue").replaceChildren(...queue(fleet.waiting));
  const told = JSON.stringify([fleet.models, now.speeds]);
  if (told !== drawn) keeping(() => $("models").replaceChildren(loaded(fleet, called)));
  // what may be asked changes with what is loaded, and now and then when something was pulled
  if (told !== drawn || performance.now() - looked > CHOICES_SECONDS * 1000) choices();
  drawn = told;
}

/** Draw anew without taking the focus from whoever is on one of the buttons. */
function keeping(write) {
  const at = document.activeElement?.dataset.key;
  write();
  if (at) document.querySelector(`[data-key="${CSS.escape(at)}"]`)?.focus();
}

function bar(device, called, colours) {
  const parts = [
    ["others", say("others"), device.others_mib],
    ...device.models.map((model) => [colours.get(model.model), model.model, model.mib]),
    ["reserve", say("reserve"), device.reserve_mib],
    ["free", say("free"), device.free_mib],
  ];
  const size = (mib) => `${number(mib)} MiB`;
  const title = [called, size(device.memory_mib)];
  if (device.temperature_celsius !== null) title.push(`${number(device.temperature_celsius)} °C`);
  if (device.utilisation !== null) title.push(say("fleet.busy", { share: percent(device.utilisation) }));
  if (device.power_watts !== null) title.push(`${number(device.power_watts)} W`);
  const strip = make("div", "bar");
  strip.setAttribute("role", "img");
  strip.setAttribute("aria-label", parts.map(([, what, mib]) => `${what} ${size(mib)}`).join(", "));
  for (const [colour, what, mib] of parts) {
    const piece = make("span", colour);
    piece.style.flexGrow = mib;
    piece.title = `${what} ${size(mib)}`;
    strip.append(piece);
  }
  const entry = ([colour, what, mib]) => make("li", "", make("i", colour), `${what} `, make("b", "", size(mib)));
  return make("div", "device", make("h3", "", title.join(" · ")), strip, make("ul", "legend", ...parts.map(entry)));
}

function loaded(fleet, called) {
  if (!fleet.models.length) return make("p", "", say("nothing"));
  const titles = ["model", "state", "device", "context", "answering", "waiting", "speed", "actions"];
  const rows = fleet.models.map((model) => {
    const state = say(`state.${model.state}`);
    const on = model.device.split("+").map((id) => called.get(id) ?? id).join(" + ");
    const speed = now.speeds?.[model.model] ?? now.speeds?.[model.model.split(":")[0]]; // by its name, or its model's
    const cells = [model.model, model.pinned ? say("pinned", { state }) : state, on];
    cells.push(`${number(model.context)} ${model.cache}`, `${model.answering}/${model.parallel}`, `${model.waiting}`);
    cells.push(speed == null ? "–" : say("fleet.speed", { tokens: maybe(speed, 1) }), actions(model));
    return cells;
  });
  return table(say("models"), titles.map((title) => say(`column.${title}`)), rows);
}

function actions(model) {
  const order = (path, body) => () => change(path, { model: model.model, ...body });
  const pin = button(model.pinned ? "fleet.unpin" : "fleet.pin", order("pin", { pinned: !model.pinned }), model.model);
  const unload = button("fleet.unload", order("unload", {}), model.model);
  pin.dataset.key = `pin ${model.model}`;
  unload.dataset.key = `unload ${model.model}`;
  return make("span", "row", pin, unload);
}

const change = (path, body) => trying($("fleet-trouble"), () => ask("POST", `/fleet/${path}`, body));

function queue(waiting) {
  if (!waiting.length) return [];
  const entry = ({ model, seconds }) => [model, say("fleet.waits", { seconds: number(seconds, 1) })];
  return [table(say("fleet.queue"), [say("column.model"), say("column.waiting")], waiting.map(entry))];
}

/** The names that may be asked and loaded, without disturbing those that are chosen. */
async function choices() {
  looked = performance.now();
  const reply = await fetch("/v1/models").catch(() => null);
  if (!reply?.ok) return;
  const { data } = await reply.json();
  const here = data.filter((model) => model.jarvis && model.created); // what is elsewhere has no file, and so no date
  const told = JSON.stringify(data.map((model) => [model.id, model.jarvis?.loaded]));
  if (told === names) return;
  names = told;
  const chat = data.filter((model) => (model.jarvis?.kind ?? "chat") === "chat").map((model) => model.id);
  offer($("model"), chat);
  const absent = here.filter((model) => !model.jarvis.loaded).map((model) => model.id);
  offer($("load-model"), absent);
  $("load").disabled = !absent.length;
}

function offer(select, wanted) {
  const chosen = select.value;
  if ([...select.options].map((option) => option.value).join("\n") === wanted.join("\n")) return;
  select.replaceChildren(...wanted.map((name) => new Option(name, name)));
  if (wanted.includes(chosen)) select.value = chosen;
}

$("loading").addEventListener("submit", async (event) => {
  event.preventDefault();
  const model = $("load-model").value;
  if (!model) return;
  $("fleet-status").textContent = say("load", { model, percent: "" }).trim();
  $("load").disabled = true;
  await change("load", { model });
  $("fleet-status").textContent = "";
  names = "";
  await choices();
});
