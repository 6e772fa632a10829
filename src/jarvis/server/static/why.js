// Why somebody answered: how hard it was taken to be, who could have answered, and what was remembered.

import { ask, dollars, make, maybe, number, percent, say, table } from "./shown.js";

/** A fold whose inside is fetched when it is first opened. */
function folded(title, fill) {
  const fold = make("details", "why", make("summary", "", title));
  fold.addEventListener("toggle", async () => {
    if (!fold.open || fold.dataset.filled) return;
    fold.dataset.filled = "yes";
    const inside = make("div", "why-inside");
    inside.setAttribute("aria-busy", "true");
    fold.append(inside);
    try {
      inside.append(...(await fill()));
    } catch (error) {
      delete fold.dataset.filled;
      inside.replaceChildren(make("p", "trouble", error.message));
    }
    inside.setAttribute("aria-busy", "false");
  });
  return fold;
}

/** ``decision`` by its id. */
export function why(decision) {
  return folded(say("why.title"), async () => {
    const told = await ask("GET", `/jarvis/why/${encodeURIComponent(decision)}`);
    const facts = [say("why.difficulty", { difficulty: number(told.difficulty, 0) }), ...told.because].join(" · ");
    const topics = Object.entries(told.specialties).sort(([, a], [, b]) => b - a);
    const about = topics.map(([name, weight]) => `${name} ${percent(weight)}`).join(", ");
    const titles = ["model", "quality", "first", "seconds", "cost", "verdict"].map((name) => say(`why.column.${name}`));
    const rows = told.candidates.map((one) => [
      one.model,
      `${percent(one.quality)} ± ${percent(one.spread)}`,
      `${maybe(one.first_seconds, 2)} s`,
      `${maybe(one.seconds, 2)} s`,
      one.local ? say("why.free") : dollars(one.cost_usd),
      one.model === told.chosen ? say("why.chosen") : (one.why_not ?? ""),
    ]);
    const inside = [make("p", "", told.reason), make("p", "", facts)];
    if (about) inside.push(make("p", "", say("why.about", { topics: about })));
    inside.push(table(say("why.candidates"), titles, rows));
    inside.push(make("p", "", say("why.took", { milliseconds: number(told.decision_ms, 1) })));
    return inside;
  });
}

/** Passages of memory and of documents that were before whoever answered. */
export function used(passages) {
  return folded(say("why.used", { count: passages.length }), async () => {
    const found = await Promise.all(passages.map((id) => ask("GET", `/jarvis/memory/${id}`).catch(() => null)));
    const entry = (one) => make("li", "", make("b", "", place(one)), make("p", "", one.text));
    const list = found.filter(Boolean).map(entry);
    return [list.length ? make("ul", "passages", ...list) : make("p", "", say("why.gone"))];
  });
}

/** Where a passage is from, for a person. */
export function place({ source, page, last_page: last, at }) {
  const from = { you: say("memory.you"), jarvis: "Jarvis", fact: say("memory.fact") }[source] ?? source;
  const pages = page == null ? "" : `, ${say("memory.page")} ${last && last !== page ? `${page}–${last}` : page}`;
  return `${from}${pages} · ${new Date(at * 1000).toLocaleDateString(document.documentElement.lang)}`;
}
