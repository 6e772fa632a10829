// What the page shows: its texts, and the conversation, be it written or spoken.
// What a model or a program wrote becomes text and nothing else: strings that are appended are never read as HTML.

export const $ = (id) => document.getElementById(id);
export const { lang, texts } = await (await fetch("/page/texts")).json();
export const say = (name, facts = {}) => (texts[name] ?? name).replace(/\{(\w+)\}/g, (_, fact) => facts[fact]);
export const number = (value, digits = 0) =>
  value.toLocaleString(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });

export function make(tag, name, ...inside) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...inside);
  return made;
}

/** What went wrong, as the server tells it. */
export async function failure(reply) {
  const { error } = await reply.json().catch(() => ({ error: { message: `HTTP ${reply.status}`, hint: "" } }));
  return new Error(`${error.message} ${error.hint}`.trim());
}

// --- the conversation

/** What was asked and answered, as the server takes it. */
export const said = [];

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

/** What somebody asked. */
export function asked(question) {
  show(make("article", "question", make("h3", "", say("you")), make("p", "", question)));
  return { role: "user", content: question };
}

/** An answer while it is written, and what is known about it. */
export class Answer {
  constructor(model) {
    [this.text, this.account, this.route] = ["", null, ""];
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
    const [, kind, fact] = /^: (progress|notice|route) (.*)/.exec(line) ?? [];
    if (kind) this.comment(kind, JSON.parse(fact));
  }

  comment(kind, fact) {
    if (kind === "route") this.routed(fact.model, fact.why);
    else if (kind === "notice") {
      const told = make("p", "notice", `${fact.message} ${fact.hint ?? ""}`.trim());
      this.box.insertBefore(told, this.text ? this.foot : this.words);
    } else {
      const percent = fact.fraction == null ? "" : `${Math.round(100 * fact.fraction)} %`;
      $("status").textContent = say(fact.stage, { model: fact.model, percent }).trim();
    }
  }

  routed(model, why) {
    this.who.textContent = model;
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
  }

  /** Only so many letters were said. */
  interrupted(letters) {
    const [heard, rest] = [this.text.slice(0, letters), this.text.slice(letters)];
    this.words.replaceChildren(make("p", "", heard, make("span", "unsaid", rest)));
    this.mark ??= make("strong", "", say("talk.interrupted"));
    this.foot.append(this.mark);
  }

  /** Paragraphs and code, once it is whole; and in its last line who, why and how long. */
  end(problem) {
    const paragraphs = (block) => block.split(/\n{2,}/).filter((p) => p.trim()).map((p) => make("p", "", p.trim()));
    const blocks = this.text.split(/^```.*\n?/m);
    const drawn = blocks.flatMap((block, i) => (i % 2 ? make("pre", "", make("code", "", block)) : paragraphs(block)));
    this.words.replaceChildren(...drawn);
    if (this.account) {
      const { model, route, seconds } = this.account;
      this.who.textContent = model;
      this.foot.append(say("account", { model, why: route.why, seconds: number(seconds.total, 2) }));
    }
    if (problem) this.foot.append(make("strong", "", problem));
    this.box.setAttribute("aria-busy", "false");
    $("status").textContent = "";
  }
}
