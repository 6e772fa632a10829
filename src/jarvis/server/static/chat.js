// The chat: asking, stopping, asking otherwise, and the conversations of before.

import { $, ask as request, failure, lines, make, say, trying } from "./shown.js";
import { Answer, asked, follow, show, thread } from "./answer.js";
import { taken, withFiles } from "./attached.js";
import { past } from "./past.js";
import { Talk } from "./talk.js";

let running = null;
/** The question that is asked otherwise, while somebody writes that. */
let editing = null;
const talk = new Talk();
const listed = past(opened, (id) => id === thread.id && begin());

// --- asking

/** One question and its answer. ``options`` are more of what the server is told. */
async function ask(question, files, options = {}) {
  const model = $("model").value;
  const incognito = $("incognito").checked;
  const before = [...thread.said];
  const mine = asked(question, question, edit, files.map((file) => file.name));
  const answer = new Answer(model, { again, incognito });
  answer.box.files = files;
  show(answer.box);
  let problem = "";
  try {
    mine.content = await withFiles(question, files, incognito, (text) => answer.told(text));
    const jarvis = incognito ? { incognito } : { store: true, face: "chat" };
    if (!incognito && thread.id) jarvis.conversation = thread.id;
    const messages = jarvis.conversation ? [mine] : [...before, mine];
    const reply = await fetch("/v1/chat/completions", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ model, messages, stream: true, jarvis: { ...jarvis, ...options } }),
      signal: running.signal,
    });
    if (!reply.ok) throw await failure(reply);
    const told = (name) => decodeURIComponent(reply.headers.get(`x-jarvis-${name}`) ?? "");
    if (told("route")) answer.routed(told("model"), told("route"), told("decision"), told("conversation"));
    for await (const line of lines(reply.body)) follow(() => heard(answer, line));
    if (!answer.account) problem = say("cut");
  } catch (error) {
    if (error.code === "no_conversation") thread.id = ""; // it was deleted elsewhere: what is asked next begins another
    problem = running.signal.aborted ? say("stopped") : error instanceof TypeError ? say("cut") : error.message;
  }
  await answer.end(problem);
  $("log").scrollTop = $("log").scrollHeight;
  if (answer.text) thread.said.push(mine, { role: "assistant", content: answer.text });
}

function heard(answer, line) {
  answer.hear(line);
  const [, fact] = /^: called (.*)/.exec(line) ?? [];
  const called = fact && JSON.parse(fact);
  if (called?.state !== "asks") return;
  const yes = make("button", "quiet", say("tool.yes"));
  yes.type = "button";
  yes.addEventListener("click", () => {
    yes.remove();
    begun(say("tool.said"), [], { confirm: called.id });
  });
  answer.foot.append(yes);
}

async function begun(question, files, options) {
  if (running) return;
  running = new AbortController();
  $("send").hidden = !($("stop").hidden = false);
  try {
    await ask(question, files, options);
  } finally {
    running = null;
    $("stop").hidden = !($("send").hidden = false);
    listed();
  }
}

async function submit(event) {
  event.preventDefault();
  const question = $("question").value.trim();
  if (running || !question) return;
  const changed = editing;
  edited();
  $("question").value = "";
  $("question").focus();
  if (!changed && talk.ask(question)) return; // what is written while we talk is said in the same conversation
  if (!changed || (await tookBack(changed))) await begun(question, taken());
}

// --- asking otherwise

function edit(box, question) {
  editing = box;
  $("question").value = question;
  $("editing").hidden = false;
  $("question").focus();
}

function edited() {
  editing = null;
  $("editing").hidden = true;
}

/** The same question once more, and no earlier answer to it. */
async function again(box) {
  if (running) return;
  let question = box.previousElementSibling;
  while (question && !question.classList.contains("question")) question = question.previousElementSibling;
  if (!question) return;
  const text = question.querySelector("p").textContent;
  if (await tookBack(question)) await begun(text, box.files ?? [], { cache: "none" });
}

/** Take back a question and all after it: here, and where it is kept. False when that cannot be done. */
async function tookBack(box) {
  const text = (one) => one.querySelector("p").textContent;
  const after = [...$("log").querySelectorAll(".question")].filter((one) => !(one.compareDocumentPosition(box) & 4));
  const alike = after.filter((one) => text(one) === text(box)).length;
  const done = await trying($("trouble"), async () => {
    if (thread.id) {
      const { turns } = await request("GET", `/jarvis/history/${thread.id}`);
      const same = turns.filter((turn) => turn.role === "user" && (turn.text === text(box) || turn.text.endsWith(`\n\n${text(box)}`)));
      const turn = same.at(-alike); // the same may have been asked more than once
      if (turn) await request("DELETE", `/jarvis/history/${thread.id}/turns/${turn.id}`);
    }
    return true;
  });
  if (!done) return false;
  const asks = thread.said.filter((one) => one.role === "user");
  const first = asks.at(-after.length);
  if (first) thread.said.splice(thread.said.indexOf(first));
  while (box.nextElementSibling) box.nextElementSibling.remove();
  box.remove();
  return true;
}

// --- conversations

function begin() {
  running?.abort();
  if (talk.on) talk.stop(); // it would go on in the conversation that it was begun in
  edited();
  thread.id = "";
  thread.said.length = 0;
  $("log").replaceChildren();
  $("question").focus();
}

/** Show a conversation of before, and go on with it. */
async function opened(conversation) {
  begin();
  thread.id = conversation.id;
  const wait = [];
  for (const turn of conversation.turns) {
    if (turn.role === "user") thread.said.push(asked(turn.text, turn.text, edit, names(turn)));
    else if (turn.role === "assistant" && turn.text) {
      const answer = new Answer(turn.model, { again });
      Object.assign(answer, { text: turn.text, decision: turn.decision ?? "", passages: turn.passages ?? [] });
      if (turn.reasoning) [answer.thoughts.hidden, answer.thought.data] = [false, turn.reasoning];
      show(answer.box);
      wait.push(answer.end(turn.state === "stopped" ? say("stopped") : turn.state === "error" ? say("cut") : ""));
      thread.said.push({ role: "assistant", content: turn.text });
    }
  }
  await Promise.all(wait);
  $("past").open = false;
  $("log").scrollTop = $("log").scrollHeight;
  $("question").focus();
}

function names(turn) {
  return (turn.parts ?? []).filter((part) => part.type !== "text").map((part) => say(`part.${part.type}`));
}

function pressed(event) {
  if (event.key === "Escape") {
    if (editing && !running) {
      edited();
      $("question").value = "";
    }
    running?.abort();
    talk.hush();
  }
  if (event.target !== $("question") || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $("ask").requestSubmit();
}

$("ask").addEventListener("submit", submit);
$("stop").addEventListener("click", () => running?.abort());
$("new").addEventListener("click", begin);
document.addEventListener("keydown", pressed);
