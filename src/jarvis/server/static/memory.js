// What is remembered: listed, searched, changed, forgotten; and the documents that were read.

import { $, ask, button, day, figures, make, moment, number, percent, say, sure, table, trying } from "./shown.js";
import { place } from "./why.js";

const STEP = 100;
let [offset, built] = [0, false];
let told, list, sources, facts, more, search, closed, status;

export async function open(section) {
  if (!built) build(section);
  built = true;
  await Promise.all([counts(), again(), documents()]);
}

function build(section) {
  status = make("div", "");
  told = make("p", "trouble");
  told.setAttribute("role", "alert");
  search = make("input", "");
  Object.assign(search, { type: "search", id: "memory-search" });
  closed = make("input", "");
  closed.type = "checkbox";
  const form = make("form", "row", labelled(say("memory.search"), search), submits("memory.find"));
  form.append(make("label", "", closed, ` ${say("memory.closed")}`));
  form.addEventListener("submit", (event) => (event.preventDefault(), again()));
  closed.addEventListener("change", again);
  const text = make("input", "");
  Object.assign(text, { id: "memory-new", required: true, maxLength: 4000 });
  const keep = make("form", "row", labelled(say("memory.new"), text), submits("memory.keep"));
  keep.addEventListener("submit", (event) => {
    event.preventDefault();
    trying(told, async () => {
      await ask("POST", "/jarvis/memory", { text: text.value });
      text.value = "";
      await Promise.all([again(), counts()]);
    });
  });
  list = make("p", "notice");
  list.setAttribute("role", "status");
  facts = make("ul", "facts");
  more = button("more", () => trying(told, () => listed(offset + STEP)));
  sources = make("div", "inside");
  const heading = make("h3", "", say("memory.sources"));
  section.append(status, form, keep, told, list, facts, more, heading, sources);
}

function labelled(name, input) {
  const label = make("label", "", name);
  label.htmlFor = input.id;
  return make("span", "field", label, input);
}

function submits(name) {
  return make("button", "", say(name));
}

const counts = () =>
  trying(told, async () => {
    const found = await ask("GET", "/jarvis/memory/status");
    const named = ["facts", "turns", "documents", "passages", "pinned", "private"];
    status.replaceChildren(figures(named.map((name) => [say(`memory.count.${name}`), number(found[name])])));
  });

const again = () => trying(told, () => (search.value.trim() ? found(search.value.trim()) : listed(0)));

async function listed(from) {
  const query = `?limit=${STEP}&offset=${from}${closed.checked ? "&closed=true" : ""}`;
  const { facts: some, total } = await ask("GET", `/jarvis/memory${query}`);
  offset = from;
  const entries = some.map(fact);
  if (from) facts.append(...entries);
  else facts.replaceChildren(...entries);
  list.textContent = say("memory.listed", { shown: number(facts.childElementCount), total: number(total) });
  more.hidden = facts.childElementCount >= total;
}

/** By meaning and by words, in all that is remembered. */
async function found(query) {
  const { found: hits, relevant } = await ask("POST", "/jarvis/memory/search", { query, n: 50 });
  more.hidden = true;
  facts.replaceChildren(...hits.map(passage));
  list.textContent = hits.length ? say(relevant ? "memory.found" : "memory.unsure", { count: number(hits.length) }) : say("memory.none");
}

function fact(one) {
  const tags = [];
  if (one.pinned) tags.push(say("memory.pinned"));
  if (one.private) tags.push(say("memory.private"));
  if (!one.now) tags.push(one.valid_to ? say("memory.until", { day: day(one.valid_to) }) : say("memory.past"));
  const text = make("p", "", one.text);
  const about = one.text.slice(0, 60);
  const entry = make("li", "", text, make("small", "", [day(one.said), ...tags].join(" · ")));
  const change = (body) => trying(told, async () => {
    entry.replaceWith(fact(await ask("PATCH", `/jarvis/memory/${one.id}`, body)));
    counts();
  }); // prettier-ignore
  const row = make("div", "row", button("memory.edit", () => editing(entry, text, one.text, change), about));
  row.append(button(one.pinned ? "memory.unpin" : "memory.pin", () => change({ pinned: !one.pinned }), about));
  row.append(button(one.private ? "memory.open" : "memory.hide", () => change({ private: !one.private }), about));
  if (one.now) row.append(button("memory.close", () => change({ closed: true }), about));
  row.append(forgetting(entry, one.id, about));
  entry.append(row);
  return entry;
}

function passage(hit) {
  const entry = make("li", "", make("p", "", hit.text), make("small", "", `${place(hit)} · ${percent(Math.min(1, Math.max(0, hit.score)))}`));
  entry.append(make("div", "row", forgetting(entry, hit.id, hit.text.slice(0, 60))));
  return entry;
}

function editing(entry, text, before, change) {
  const box = make("textarea", "");
  box.value = before;
  box.rows = 3;
  box.setAttribute("aria-label", say("memory.edit"));
  const save = button("memory.save", () => change({ text: box.value }), "", "");
  const back = button("cancel", () => (form.replaceWith(text), entry.querySelector("button")?.focus()));
  const form = make("div", "inside", box, make("div", "row", save, back));
  text.replaceWith(form);
  box.focus();
}

/** First what would go is shown; it goes when the same button is pressed once more. */
function forgetting(entry, id, about) {
  const pressed = button("memory.forget", () => trying(told, async () => {
    if (sure(pressed, "sure")) {
      await ask("POST", "/jarvis/memory/forget", { item: id, confirm: true });
      await Promise.all([again(), counts()]);
      list.focus?.();
      return;
    }
    const gone = await ask("POST", "/jarvis/memory/forget", { item: id });
    told.textContent = say("memory.would_go", { facts: gone.facts, turns: gone.turns, passages: gone.passages });
  }), about); // prettier-ignore
  return pressed;
}

const documents = () =>
  trying(told, async () => {
    const { sources: read, folders } = await ask("GET", "/jarvis/sources");
    const titles = ["title", "path", "pages", "added", "problem", "action"].map((name) => say(`memory.column.${name}`));
    const rows = read.map((one) => {
      const forget = button("memory.forget", () => sure(forget, "sure") && trying(told, async () => {
        await ask("DELETE", `/jarvis/sources/${one.id}`);
        await Promise.all([documents(), counts()]);
      }), one.title || one.path); // prettier-ignore
      const chunks = `${number(one.embedded)}/${number(one.chunks)}`;
      return [one.title || one.path, one.path, chunks, moment(one.added), one.problem ?? "", forget];
    });
    const shown = read.length ? table(say("memory.sources"), titles, rows) : make("p", "", say("memory.no_sources"));
    const watched = folders.length ? [make("p", "notice", say("memory.watched", { folders: folders.join(", ") }))] : [];
    sources.replaceChildren(shown, ...watched);
  });
