// What goes with a question: pictures and texts are part of it, documents are read into memory first.

import { $, button, failure, lines, make, say } from "./shown.js";

const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"];
const MOST_TEXT = 256 * 1024;
const BLOCK = 0x8000;
let chosen = [];

function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += BLOCK) text += String.fromCharCode(...bytes.subarray(at, at + BLOCK));
  return btoa(text);
}

/** The file as text, where it is some and not too long; nothing else. */
async function read(file) {
  if (file.size > MOST_TEXT) return null;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    return text.includes("\0") || text.startsWith("%PDF") || /^\s*<(!doctype html|html)/i.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** Have the server read a document. What it told of that, as text. */
async function learn(file) {
  const content = base64(new Uint8Array(await file.arrayBuffer()));
  const reply = await fetch("/jarvis/learn", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ name: file.name, content }),
  });
  if (!reply.ok) throw await failure(reply);
  for await (const line of lines(reply.body)) {
    if (!line.startsWith("data: {")) continue;
    const event = JSON.parse(line.slice(6));
    if (event.error) throw new Error(`${file.name}: ${event.error.message} ${event.error.hint ?? ""}`.trim());
    if (event.state) return say("attach.read", { name: file.name, chunks: event.chunks });
  }
  throw new Error(say("cut"));
}

/** A question with its files, as the server takes it; ``told`` is called with what a person must know of it. */
export async function withFiles(question, files, incognito, told) {
  const parts = [];
  for (const file of files) {
    if (PICTURES.includes(file.type)) {
      const content = base64(new Uint8Array(await file.arrayBuffer()));
      parts.push({ type: "image_url", image_url: { url: `data:${file.type};base64,${content}` } });
      continue;
    }
    const text = await read(file);
    if (text !== null) parts.push({ type: "text", text: `${file.name}:\n\n\`\`\`\n${text}\n\`\`\`\n\n` });
    else if (incognito) throw new Error(say("attach.incognito", { name: file.name }));
    else {
      $("status").textContent = say("attach.reading", { name: file.name });
      told(await learn(file));
    }
  }
  return parts.length ? [...parts, { type: "text", text: question }] : question;
}

/** What was chosen, which is chosen no more. */
export function taken() {
  const files = chosen;
  chosen = [];
  draw();
  return files;
}

export function add(files) {
  chosen.push(...files);
  draw();
}

function draw() {
  const entry = (file) =>
    make("li", "", file.name, button("attach.remove", () => ((chosen = chosen.filter((one) => one !== file)), draw()), file.name));
  $("attached").replaceChildren(...chosen.map(entry));
}

$("file").addEventListener("change", () => {
  add($("file").files);
  $("file").value = "";
});
$("attach").addEventListener("click", () => $("file").click());
$("question").addEventListener("paste", (event) => {
  if (!event.clipboardData?.files.length) return;
  event.preventDefault();
  add(event.clipboardData.files);
});
