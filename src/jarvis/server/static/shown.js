// What every view is made of: texts, numbers, elements, and asking the server.
// What a model or a program wrote becomes text and nothing else: strings that are appended are never read as HTML.

export const $ = (id) => document.getElementById(id);
export const { lang, texts } = await (await fetch("/page/texts")).json();
export const say = (name, facts = {}) => (texts[name] ?? name).replace(/\{(\w+)\}/g, (_, fact) => facts[fact]);
export const number = (value, digits = 0) =>
  value.toLocaleString(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
export const maybe = (value, digits = 0) => (value == null ? "–" : number(value, digits));
export const percent = (share) =>
  share == null ? "–" : share.toLocaleString(lang, { style: "percent", maximumFractionDigits: share < 0.1 ? 1 : 0 });
/** Dollars; small sums with as many digits as tell them from nothing. */
export const dollars = (sum) =>
  sum == null
    ? "–"
    : sum.toLocaleString(lang, { style: "currency", currency: "USD", maximumFractionDigits: sum && Math.abs(sum) < 1 ? 4 : 2 });
export const moment = (seconds) =>
  new Date(seconds * 1000).toLocaleString(lang, { dateStyle: "short", timeStyle: "medium" });
export const day = (seconds) => new Date(seconds * 1000).toLocaleDateString(lang, { dateStyle: "medium" });

export function make(tag, name, ...inside) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...inside);
  return made;
}

/** A button; ``about`` is what it is of, for who cannot see what it stands beside. */
export function button(name, pressed, about = "", look = "quiet") {
  const made = make("button", look, say(name));
  made.type = "button";
  if (about) made.setAttribute("aria-label", `${say(name)}: ${about}`);
  made.addEventListener("click", pressed);
  return made;
}

/** What went wrong, as the server tells it. */
export async function failure(reply) {
  const { error } = await reply.json().catch(() => ({ error: { message: `HTTP ${reply.status}`, hint: "" } }));
  return Object.assign(new Error(`${error.message} ${error.hint ?? ""}`.trim()), { code: error.code });
}

/** Ask the server for JSON. Raises what it says went wrong. */
export async function ask(method, path, body) {
  const about = { method, headers: body === undefined ? {} : { "Content-Type": "application/json" } };
  if (body !== undefined) about.body = JSON.stringify(body);
  const reply = await fetch(path, about).catch(() => Promise.reject(new Error(say("gone"))));
  if (!reply.ok) throw await failure(reply);
  return reply.json();
}

/** The lines of a stream as they come. */
export async function* lines(body) {
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

/** A table that can be scrolled sideways, by keyboard too. Cells are texts or elements; the first of a row names it. */
export function table(caption, titles, rows) {
  const head = titles.map((title) => {
    const cell = make("th", "", title);
    cell.scope = "col";
    return cell;
  });
  const body = rows.map((cells) => {
    const [first, ...rest] = cells;
    const named = make("th", "", first);
    named.scope = "row";
    return make("tr", "", named, ...rest.map((cell) => make("td", "", cell)));
  });
  const made = make("table", "", make("caption", "", caption), make("thead", "", make("tr", "", ...head)));
  made.append(make("tbody", "", ...body));
  const around = make("div", "scroll", made);
  [around.tabIndex, around.role] = [0, "region"];
  around.setAttribute("aria-label", caption);
  return around;
}

/** Figures with what each of them is. */
export function figures(facts) {
  const entry = ([name, value, more = ""]) =>
    make("div", "", make("dt", "", name), make("dd", "", value, ...(more ? [make("small", "", more)] : [])));
  return make("dl", "figures", ...facts.map(entry));
}

/** Something that is done; what goes wrong is told in ``place``. */
export async function trying(place, work) {
  place.textContent = "";
  try {
    return await work();
  } catch (error) {
    place.textContent = error.message;
  }
}

/** Ask whoever pressed ``pressed`` once more: true when it is pressed again soon. */
export function sure(pressed, name) {
  if (pressed.dataset.sure) return true;
  const before = [pressed.textContent, pressed.getAttribute("aria-label")];
  pressed.dataset.sure = "asked";
  pressed.textContent = say(name);
  pressed.removeAttribute("aria-label");
  const back = () => {
    delete pressed.dataset.sure;
    pressed.textContent = before[0];
    if (before[1]) pressed.setAttribute("aria-label", before[1]);
  };
  pressed.addEventListener("blur", back, { once: true });
  setTimeout(back, 5000);
  return false;
}
