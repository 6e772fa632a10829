// The page: how a browser comes in, and which of its views is shown.

import { $, failure, lang, say } from "./shown.js";
import { live, tell } from "./live.js";

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

// --- the views

/** What is fetched when there is time, or its view is first shown; the chat and the fleet are there from the beginning. */
const LATER = {
  money: () => import("./money.js"),
  quality: () => import("./quality.js"),
  memory: () => import("./memory.js"),
  log: () => import("./log.js"),
};
const FIRST = "chat";
let shown = "";

/** Show the view in the address; a name that is none is the first one's. */
function show(event) {
  const asked = location.hash.slice(1);
  const view = $("views").querySelector(`a[href="#${CSS.escape(asked)}"]`) ? asked : FIRST;
  if (view === shown) return;
  shown = document.body.dataset.view = view;
  for (const section of document.querySelectorAll("main > section")) {
    section.hidden = !section.dataset.in.split(" ").includes(view);
  }
  for (const link of $("views").querySelectorAll("a")) {
    if (link.hash === `#${view}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = view === FIRST ? "Jarvis" : `${say(`view.${view}`)} · Jarvis`;
  document.dispatchEvent(new CustomEvent("view", { detail: view }));
  if (event) $(view === FIRST ? "question" : `${view}-title`).focus();
  if (LATER[view]) open(view);
}

async function open(view) {
  try {
    const { open } = await LATER[view]();
    await open($(view === "log" ? "log-view" : view)); // the conversation is the log of the chat
  } catch (error) {
    tell(error.message);
  }
}

document.documentElement.lang = lang;
for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", say(element.dataset.label));
if (location.pathname === "/page/enter") {
  await enter().catch((error) => tell(error.message));
} else {
  await Promise.all([import("./fleet.js"), import("./chat.js")]);
  window.addEventListener("hashchange", show);
  $("skip").addEventListener("click", (event) => {
    event.preventDefault();
    $(shown === FIRST ? "question" : `${shown}-title`).focus();
  });
  document.addEventListener("visibilitychange", live);
  show();
  $("question").focus();
  live();
  requestIdleCallback(() => Object.values(LATER).forEach((fetched) => fetched())); // so that the first click need not wait
}
