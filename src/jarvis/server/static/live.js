// What changes, told by the server as it changes, while somebody looks.

import { $, failure, say } from "./shown.js";

const SECOND = 1000;
const listening = new Set();
let [source, waiting] = [null, 0];
/** What was told last of each kind. */
export const now = {};

/** Call ``heard`` with every event, and at once with what is known. */
export function listen(heard) {
  listening.add(heard);
  if (Object.keys(now).length) heard(now);
}

/** Begin, or begin again; a page that nobody sees asks for nothing. */
export function live() {
  clearTimeout(waiting);
  source?.close();
  source = null;
  if (document.hidden) return;
  const mine = (source = new EventSource("/jarvis/live"));
  mine.onmessage = ({ data }) => {
    if (mine !== source) return;
    if (data === "[DONE]") return live(); // it told all it could in one request
    tell("");
    const event = JSON.parse(data);
    Object.assign(now, event);
    for (const heard of listening) heard(event);
  };
  mine.onerror = () => mine === source && lost();
}

async function lost() {
  source.close();
  source = null;
  tell(await why());
  clearTimeout(waiting);
  waiting = setTimeout(live, 5 * SECOND);
}

/** Why nothing is told; nothing where it would be now. */
async function why() {
  try {
    const reply = await fetch("/fleet", { signal: AbortSignal.timeout(30 * SECOND) });
    if (reply.status === 401) await trust();
    return reply.ok ? "" : reply.status === 401 ? say("locked") : (await failure(reply)).message;
  } catch {
    return say("gone");
  }
}

/** Who may not come in yet may have this server's certificate to install, where it has one. */
async function trust() {
  if (location.protocol === "https:") $("trust").hidden = !(await fetch($("trust").href)).ok;
}

export function tell(text) {
  if ($("state").textContent !== text) $("state").textContent = text;
}
