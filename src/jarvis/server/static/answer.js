// The conversation, be it written or spoken: what was asked, and answers while they are written.

import { $, button, dollars, make, number, say } from "./shown.js";
import { used, why } from "./why.js";

/** What was asked and answered, as the server takes it, and where it is kept: nowhere yet, when that is empty. */
export const thread = { id: "", said: [] };
/** Markdown is drawn once its libraries are here; until then an answer is plain text. */
let words = null;
export const drawing = new Promise((done) => requestIdleCallback(() => done(import("./words.js")), { timeout: 200 })).then(
  (found) => (words = found),
);
const LEAST_MILLISECONDS = 100;

export function show(box) {
  const log = $("log");
  log.append(box);
  log.scrollTop = log.scrollHeight;
}

/** More of what is written: whoever reads the end of it goes on doing so. */
export function follow(write) {
  const log = $("log");
  const follows = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  write();
  if (follows) log.scrollTop = log.scrollHeight;
}

/** What somebody asked; ``edit`` is called when they want to ask it otherwise. */
export function asked(question, content = question, edit = null, attached = []) {
  const box = make("article", "question", make("h3", "", say("you")), make("p", "", question));
  if (attached.length) box.append(make("ul", "attached", ...attached.map((name) => make("li", "", name))));
  if (edit) box.append(make("footer", "", button("chat.edit", () => edit(box, question), question.slice(0, 60))));
  show(box);
  return { role: "user", content };
}

/** An answer while it is written, and what is known about it. */
export class Answer {
  constructor(model, deeds = {}) {
    [this.text, this.account, this.route, this.decision] = ["", null, "", ""];
    [this.deeds, this.passages] = [deeds, []];
    this.writing = document.createTextNode("");
    this.thought = document.createTextNode("");
    this.words = make("div", "words", make("p", "", this.writing));
    this.thoughts = make("details", "", make("summary", "", say("reasoning")), make("p", "", this.thought));
    this.thoughts.hidden = true;
    this.who = make("h3", "", model);
    this.foot = make("footer", "");
    this.box = make("article", "answer", this.who, this.thoughts, this.words, this.foot);
    this.box.setAttribute("aria-busy", "true"); // read out when it is whole, not word by word
  }

  hear(line) {
    if (line.startsWith("data: {")) this.chunk(JSON.parse(line.slice(6)));
    const [, kind, fact] = /^: (progress|notice|route|called) (.*)/.exec(line) ?? [];
    if (kind) this.comment(kind, JSON.parse(fact));
  }

  comment(kind, fact) {
    if (kind === "route") this.routed(fact.model, fact.why, fact.decision, fact.conversation);
    else if (kind === "notice") {
      if (fact.code === "memory.used") this.passages = String(fact.facts.passages).split(",").map((id) => `p${id}`);
      this.told(`${fact.message} ${fact.hint ?? ""}`.trim());
    } else if (kind === "called") {
      if (fact.state !== "running") this.told(`${say(`tool.${fact.state}`)} ${fact.show}`);
      else $("status").textContent = `${say("tool.running")} ${fact.show}`;
    } else {
      const percent = fact.fraction == null ? "" : `${Math.round(100 * fact.fraction)} %`;
      $("status").textContent = say(fact.stage, { model: fact.model, percent }).trim();
    }
  }

  told(text) {
    this.box.insertBefore(make("p", "notice", text), this.text ? this.foot : this.words);
  }

  routed(model, why, decision, conversation) {
    this.who.textContent = model;
    this.decision = decision ?? this.decision;
    if (conversation) thread.id = conversation;
    $("status").textContent = this.route = say("routed", { model, why });
  }

  chunk(chunk) {
    if (chunk.error) throw new Error(`${chunk.error.message} ${chunk.error.hint}`.trim());
    const delta = chunk.choices[0]?.delta ?? {};
    if (delta.reasoning_content) {
      this.thoughts.hidden = false;
      this.thought.appendData(delta.reasoning_content);
    }
    if (delta.content) this.write(delta.content);
    this.account = chunk.jarvis ?? this.account;
  }

  write(text) {
    if (!this.text) $("status").textContent = this.route; // whatever was waited for is over
    this.text += text;
    this.writing.appendData(text);
    this.drawing ??= setTimeout(() => this.draw(), this.pause ?? LEAST_MILLISECONDS);
  }

  /** What there is so far, as it will be; the longer that takes, the less often. */
  draw() {
    this.drawing = null;
    if (!words || this.box.getAttribute("aria-busy") === "false") return;
    const began = performance.now();
    follow(() => this.words.replaceChildren(words.drawn(this.text, false), this.writing));
    this.writing.data = "";
    this.pause = Math.max(LEAST_MILLISECONDS, 10 * (performance.now() - began));
  }

  /** Only so many letters were said. */
  async interrupted(letters) {
    await this.over;
    const [heard, rest] = [this.text.slice(0, letters), this.text.slice(letters)];
    this.words.replaceChildren(make("p", "", heard, make("span", "unsaid", rest)));
    this.mark ??= make("strong", "", say("talk.interrupted"));
    this.foot.append(this.mark);
  }

  /** Once it is whole: drawn for good; in its last line who, why and how long, and what may be done about it. */
  end(problem) {
    clearTimeout(this.drawing);
    if (this.account) {
      const { model, route, seconds, cost_usd: cost } = this.account;
      this.who.textContent = model;
      this.decision = route.decision || this.decision;
      if (this.account.conversation) thread.id = this.account.conversation;
      const line = [say("account", { model, why: route.why, seconds: number(seconds.total, 2) })];
      if (cost) line.push(dollars(cost));
      this.foot.append(make("p", "account", line.join(" · ")));
    }
    if (problem) this.foot.append(make("strong", "", problem));
    $("status").textContent = "";
    return (this.over = this.whole());
  }

  async whole() {
    await drawing.catch(() => null);
    if (words) follow(() => this.words.replaceChildren(words.drawn(this.text)));
    if (this.text) follow(() => this.foot.append(...this.tools()));
    this.box.setAttribute("aria-busy", "false");
  }

  tools() {
    const about = this.text.slice(0, 60);
    if (this.deeds.incognito) this.decision = ""; // it is not kept
    const row = make("div", "row");
    if (words) row.append(words.copying(this.text, about));
    if (this.decision) row.append(...this.thumbs(about));
    if (this.deeds.again) row.append(button("chat.again", () => this.deeds.again(this.box), about));
    const details = [];
    if (this.decision) details.push(why(this.decision));
    if (this.passages.length) details.push(used(this.passages));
    return [row, ...details];
  }

  thumbs(about) {
    const [up, down] = ["up", "down"].map((verdict) => {
      const pressed = button(`chat.${verdict}`, () => this.judge(verdict, up, down), about);
      pressed.setAttribute("aria-pressed", "false");
      return pressed;
    });
    return [up, down];
  }

  /** What somebody thinks of it; the same once more takes it back. */
  async judge(verdict, up, down) {
    const pressed = verdict === "up" ? up : down;
    const undo = pressed.getAttribute("aria-pressed") === "true";
    const body = { verdict: undo ? "undo" : verdict, exchange: this.decision };
    const reply = await fetch("/jarvis/feedback", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    }).catch(() => null);
    const told = await reply?.json().catch(() => null);
    if (!reply?.ok) return this.says(told?.error?.message ?? say("gone"));
    for (const one of [up, down]) one.setAttribute("aria-pressed", one === pressed && !undo);
    this.says(say(undo ? "chat.undone" : told.learned ? "chat.learned" : "chat.noted"));
  }

  says(text) {
    this.line ??= make("p", "notice");
    this.line.setAttribute("role", "status");
    this.foot.append(this.line);
    this.line.textContent = text;
  }
}
