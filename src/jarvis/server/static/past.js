// Conversations of before: listed, searched, opened, deleted.

import { $, ask, button, make, moment, say, sure, trying } from "./shown.js";

const STEP = 50;
let limit = STEP;

/** ``open`` is called with a conversation that is to be shown, ``gone`` with the id of one that was deleted. */
export function past(open, gone) {
  const listed = async () => {
    const words = $("past-search").value.trim();
    const query = words ? `?limit=${limit}&search=${encodeURIComponent(words)}` : `?limit=${limit}`;
    const told = await ask("GET", `/jarvis/history${query}`);
    const found = told.conversations ?? told.found;
    $("past-list").replaceChildren(...found.map((one) => entry(one, open, gone, listed)));
    $("past-none").hidden = found.length > 0;
    $("past-more").hidden = found.length < limit;
  };
  const look = () => trying($("past-trouble"), listed);
  let waiting;
  $("past").addEventListener("toggle", () => $("past").open && look());
  $("past-search").addEventListener("input", () => {
    clearTimeout(waiting);
    limit = STEP;
    waiting = setTimeout(look, 250);
  });
  $("past-more").addEventListener("click", () => {
    limit += STEP;
    look();
  });
  return () => $("past").open && look();
}

function entry(one, open, gone, listed) {
  const id = one.id ?? one.conversation;
  const title = one.title || say("past.untitled");
  const name = make("button", "link", title);
  name.type = "button";
  name.addEventListener("click", () => trying($("past-trouble"), async () => open(await ask("GET", `/jarvis/history/${id}`))));
  const remove = button("past.delete", () => {
    if (!sure(remove, "sure")) return;
    trying($("past-trouble"), async () => {
      await ask("DELETE", `/jarvis/history/${id}`);
      gone(id);
      await listed();
    });
  }, title);
  const when = make("small", "", moment(one.updated ?? one.created));
  return make("li", "", name, ...(one.excerpt ? [make("p", "", one.excerpt)] : []), when, remove);
}
