// Markdown and mathematics as elements. Nothing in them runs, is fetched, or has a style of its own.

import MarkdownIt from "./vendor/markdown-it/markdown-it.esm.min.mjs";
import DOMPurify from "./vendor/dompurify/purify.es.mjs";
import { button, say } from "./shown.js";

const markdown = new MarkdownIt({ html: false, linkify: false, breaks: true });
const CLEAN = {
  ALLOWED_TAGS: [
    "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre", "blockquote",
    "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "a",
  ],
  ALLOWED_ATTR: ["href", "title", "class", "start"],
  ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
  RETURN_DOM_FRAGMENT: true,
};
/** Where the headings of an answer begin: above them are the page's, the view's and who speaks. */
const DEEPER = 3;

// --- mathematics: \( \), \[ \], $ $ and $$ $$

const MATHS = [
  ["\\(", "\\)", false],
  ["\\[", "\\]", true],
  ["$$", "$$", true],
  ["$", "$", false],
];

function formula(state, silent) {
  const { src, pos } = state;
  const found = MATHS.find(([open]) => src.startsWith(open, pos));
  if (!found) return false;
  const [open, close, display] = found;
  const from = pos + open.length;
  let to = src.indexOf(close, from);
  while (to > 0 && src[to - 1] === "\\" && open[0] === "$") to = src.indexOf(close, to + 1); // \$ is a dollar
  const tex = to > 0 ? src.slice(from, to) : "";
  if (!tex.trim()) return false;
  // "$5 and $10" is money: a formula touches its dollars, and no figure comes after
  if (open === "$" && (/^\s|\s$|\n/.test(tex) || /\d/.test(src[to + 1] ?? ""))) return false;
  if (!silent) Object.assign(state.push("formula", "code", 0), { content: tex, info: display ? "display" : "" });
  state.pos = to + close.length;
  return true;
}

markdown.inline.ruler.before("escape", "formula", formula);
const escaped = markdown.utils.escapeHtml;
markdown.renderer.rules.formula = (tokens, i) => `<code class="math ${tokens[i].info}">${escaped(tokens[i].content)}</code>`;
// a picture is never fetched: what would show it is shown
markdown.renderer.rules.image = (tokens, i) => escaped(`![${tokens[i].content}](${tokens[i].attrGet("src")})`);
markdown.renderer.rules.fence = (tokens, i) => {
  const language = tokens[i].info.trim().split(/\s/)[0].replace(/[^\w+#-]/g, "");
  return `<pre class="language-${language}"><code>${escaped(tokens[i].content)}</code></pre>\n`;
};
markdown.core.ruler.push("plain", ({ tokens }) => {
  for (const token of tokens) {
    if (/^t[hd]_open$/.test(token.type) && token.attrGet("style")) {
      token.attrs = [["class", token.attrGet("style").replace("text-align:", "")]]; // no style but the page's
    }
    if (/^heading/.test(token.type)) token.tag = `h${Math.min(6, Number(token.tag[1]) + DEEPER)}`;
  }
});

let temml;

/** Text as elements. While it is still being written, no buttons. */
export function drawn(text, whole = true) {
  const found = DOMPurify.sanitize(markdown.render(text), CLEAN);
  for (const link of found.querySelectorAll("a")) Object.assign(link, { target: "_blank", rel: "noopener noreferrer" });
  for (const table of found.querySelectorAll("table")) scrolled(table, say("chat.table"));
  for (const pre of found.querySelectorAll("pre")) {
    scrolled(pre, say("chat.code"));
    if (whole) pre.parentElement.append(copying(pre.textContent, say("chat.code")));
  }
  const formulas = [...found.querySelectorAll("code.math")];
  if (formulas.length && temml) formulas.forEach(typeset);
  else if (formulas.length) {
    import("./vendor/temml/temml.mjs").then((library) => {
      temml = library.default;
      formulas.forEach(typeset);
    });
  }
  return found;
}

function scrolled(element, name) {
  const around = document.createElement("div");
  [around.className, around.tabIndex, around.role] = ["scroll", 0, "region"];
  around.setAttribute("aria-label", name);
  element.replaceWith(around);
  around.append(element);
}

export function copying(text, about) {
  const pressed = button("chat.copy", async () => {
    await navigator.clipboard.writeText(text);
    const named = pressed.getAttribute("aria-label");
    pressed.textContent = say("chat.copied");
    pressed.setAttribute("aria-label", say("chat.copied"));
    setTimeout(() => {
      pressed.textContent = say("chat.copy");
      pressed.setAttribute("aria-label", named);
    }, 2000);
  }, about);
  return pressed;
}

/** TeX as MathML; what is no TeX stays as it was written. */
function typeset(code) {
  const place = document.createElement("span");
  const display = code.classList.contains("display");
  place.className = display ? "math display" : "math";
  try {
    temml.render(code.textContent, place, { displayMode: display, throwOnError: true, maxExpand: 100, maxSize: [20, 20] });
    code.replaceWith(place);
  } catch {
    code.classList.add("wrong");
  }
}
