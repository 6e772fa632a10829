// The page: what is loaded where, asked for once a second while somebody looks, and a chat.

import { $, Answer, asked, failure, follow, lang, make, number, said, say, show } from "./shown.js";
import { Talk } from "./talk.js";

// --- coming in

/** Exchange the code in the address for the cookie; first it is taken out of the address, and so of the history. */
async function enter() {
  const code = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  if (code) {
    const reply = await fetch("/page/enter", { method: "POST", headers: { "X-Jarvis-Code": code } });
    if (!reply.ok) throw await failure(reply);
  }
  location.replace("/");
}

// --- the machine

const SECOND = 1000;
const COLOURS = 6;
let [timer, looking, drawn, looks] = [0, false, "", 0];

/** Look, and look again in a second; in five while nobody answers. A page that nobody sees does not ask. */
async function look() {
  clearTimeout(timer);
  if (looking || document.hidden) return;
  looking = true;
  try {
    const found = await fleet();
    if (found && found !== drawn) draw(JSON.parse((drawn = found)));
    if (found && looks++ % 30 === 0) await choices();
  } finally {
    looking = false;
    timer = setTimeout(look, $("state").textContent ? 5 * SECOND : SECOND);
  }
}

/** What GET /fleet says, as text; none when it does not, and the reason is told. */
async function fleet() {
  try {
    const reply = await fetch("/fleet", { signal: AbortSignal.timeout(30 * SECOND) });
    if (reply.status === 401) await trust();
    tell(reply.ok ? "" : reply.status === 401 ? say("locked") : (await failure(reply)).message);
    return reply.ok ? await reply.text() : "";
  } catch {
    tell(say("gone"));
    return "";
  }
}

/** Who may not come in yet may have this server's certificate to install, where it has one. */
async function trust() {
  if (location.protocol === "https:") $("trust").hidden = !(await fetch($("trust").href)).ok;
}

function tell(text) {
  if ($("state").textContent !== text) $("state").textContent = text;
}

function draw(fleet) {
  const colours = new Map(fleet.models.map((model, i) => [model.model, `model${i % COLOURS}`]));
  const names = new Map(fleet.devices.map(({ uuid, name }) => [uuid, uuid === "cpu" ? "RAM" : name]));
  $("declared").hidden = !fleet.declared;
  $("devices").replaceChildren(...fleet.devices.map((device) => bar(device, names.get(device.uuid), colours)));
  $("models").replaceChildren(...table(fleet, names));
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

function table(fleet, names) {
  const found = [];
  if (fleet.models.length) {
    const titles = ["model", "state", "device", "context", "answering", "waiting"];
    const head = titles.map((title) => make("th", "", say(`column.${title}`)));
    const rows = fleet.models.map((model) => {
      const state = say(`state.${model.state}`);
      const on = model.device.split("+").map((id) => names.get(id) ?? id).join(" + ");
      const context = `${number(model.context)} ${model.cache}`;
      const cells = [model.model, model.pinned ? say("pinned", { state }) : state, on, context];
      cells.push(`${model.answering}/${model.parallel}`, `${model.waiting}`);
      return make("tr", "", ...cells.map((text) => make("td", "", text)));
    });
    found.push(make("table", "", make("thead", "", make("tr", "", ...head)), make("tbody", "", ...rows)));
  } else found.push(make("p", "", say("nothing")));
  if (fleet.waiting.length) {
    const waiting = fleet.waiting.map((one) => `${one.model} (${number(one.seconds, 1)} s)`).join(", ");
    found.push(make("p", "", say("waiting_for", { models: waiting })));
  }
  return found;
}

/** The names that may be asked, without disturbing the one that is chosen. */
async function choices() {
  const reply = await fetch("/v1/models").catch(() => null);
  if (!reply?.ok) return;
  const { data } = await reply.json();
  const names = data.filter((model) => (model.jarvis?.kind ?? "chat") === "chat").map((model) => model.id);
  const select = $("model");
  if ([...select.options].map((option) => option.value).join("\n") === names.join("\n")) return;
  const chosen = select.value;
  select.replaceChildren(...names.map((name) => new Option(name, name)));
  if (names.includes(chosen)) select.value = chosen;
}

// --- the chat

let running = null;
const talk = new Talk();

async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const all = (rest + value).split("\n");
    rest = all.pop();
    yield* all;
  }
}

async function ask(text) {
  const model = $("model").value;
  const question = asked(text);
  const answer = new Answer(model);
  show(answer.box);
  let problem = "";
  try {
    const reply = await fetch("/v1/chat/completions", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ model, messages: [...said, question], stream: true }),
      signal: running.signal,
    });
    if (!reply.ok) throw await failure(reply);
    const why = reply.headers.get("x-jarvis-route");
    if (why) answer.routed(decodeURIComponent(reply.headers.get("x-jarvis-model")), decodeURIComponent(why));
    for await (const line of lines(reply.body)) follow(() => answer.hear(line));
    if (!answer.account) problem = say("cut");
  } catch (error) {
    problem = running.signal.aborted ? say("stopped") : error instanceof TypeError ? say("cut") : error.message;
  }
  answer.end(problem);
  $("log").scrollTop = $("log").scrollHeight;
  if (answer.text) said.push(question, { role: "assistant", content: answer.text });
}

async function submit(event) {
  event.preventDefault();
  const question = $("question").value.trim();
  if (running || !question) return;
  $("question").value = "";
  $("question").focus();
  if (talk.ask(question)) return; // what is written while we talk is said in the same conversation
  running = new AbortController();
  $("send").hidden = !($("stop").hidden = false);
  await ask(question);
  running = null;
  $("stop").hidden = !($("send").hidden = false);
}

function pressed(event) {
  if (event.key === "Escape") {
    running?.abort();
    talk.hush();
  }
  if (event.target !== $("question") || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $("ask").requestSubmit();
}

document.documentElement.lang = lang;
for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
if (location.pathname === "/page/enter") {
  await enter().catch((error) => tell(error.message));
} else {
  $("ask").addEventListener("submit", submit);
  $("stop").addEventListener("click", () => running?.abort());
  document.addEventListener("keydown", pressed);
  document.addEventListener("visibilitychange", look);
  $("question").focus();
  look();
}
