// A view over the last days: how many of them, and drawing it anew when there is something new.

import { make, say, table } from "./shown.js";
import { listen } from "./live.js";

const CHOICES = [7, 30, 90, 365];
const PATIENCE = 3000;

/** ``fill`` gives the elements for so many days. What is left is the function that shows the view in its section. */
export function view(fill) {
  let place;
  let days = 30;
  let [drawing, again] = [false, false];

  async function draw() {
    if (drawing) return void (again = true);
    drawing = true;
    try {
      const found = await fill(days);
      place.replaceChildren(...found.filter(Boolean));
    } catch (error) {
      place.replaceChildren(make("p", "trouble", error.message));
    } finally {
      drawing = false;
      place.setAttribute("aria-busy", "false");
      if (again) again = void draw();
    }
  }

  return async (section) => {
    if (!place) {
      place = make("div", "inside");
      place.setAttribute("aria-busy", "true");
      section.append(chooser(section.id, days, (chosen) => ((days = chosen), draw())), place);
      let [seen, waiting] = [null, 0];
      listen(({ exchanges }) => {
        if (exchanges === undefined || exchanges === seen) return;
        const first = seen === null;
        seen = exchanges;
        clearTimeout(waiting);
        if (!first && !section.hidden) waiting = setTimeout(draw, PATIENCE); // no more than once in a while
      });
    }
    await draw();
  };
}

function chooser(name, days, choose) {
  const select = make("select", "");
  select.id = `${name}-days`;
  select.append(...CHOICES.map((count) => new Option(say("period.days", { days: count }), count, count === days, count === days)));
  select.addEventListener("change", () => choose(Number(select.value)));
  const label = make("label", "", say("period.title"));
  label.htmlFor = select.id;
  return make("p", "row", label, select);
}

/** A table that is folded in, for the many days are seldom read one by one. */
export function period(title, titles, rows) {
  if (!rows.length) return "";
  return make("details", "", make("summary", "", title), table(title, titles, rows));
}
