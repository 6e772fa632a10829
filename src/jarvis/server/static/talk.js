// Talking: what the microphone hears goes to the server as it is heard, and its answer is shown and played as it comes.

import { $, failure, make, say } from "./shown.js";
import { Answer, asked, follow, show, thread } from "./answer.js";
import { Microphone, Player, RATE } from "./sound.js";

const SECOND = 1000;
const LONGEST_WAIT = 30;
/** Pieces of sound from before the button was pressed that go with it: who is quick speaks before they press. */
const BEFORE = 15;
/** With which the server closes what it refuses; an error says why before. */
const REFUSED = 1008;
const PROBLEMS = { NotAllowedError: "talk.denied", NotFoundError: "talk.none", NotReadableError: "talk.taken" };

const trouble = (text) => ($("trouble").textContent = text);
const told = ({ message, hint }) => `${message} ${hint ?? ""}`.trim();

export class Talk {
  constructor() {
    [this.on, this.pressed, this.retries, this.before] = [false, false, 0, []];
    this.forget();
    $("talk").addEventListener("click", () => (this.on ? this.stop() : this.start()));
    for (const id of ["push", "language", "incognito", "model"]) $(id).addEventListener("change", () => this.agree());
    const press = $("press");
    press.addEventListener("pointerdown", (event) => {
      press.setPointerCapture(event.pointerId);
      this.press();
    });
    for (const end of ["lostpointercapture", "blur"]) press.addEventListener(end, () => this.release());
    press.addEventListener("contextmenu", (event) => event.preventDefault());
    press.addEventListener("keydown", (event) => [" ", "Enter"].includes(event.key) && !event.repeat && this.press());
    press.addEventListener("keyup", (event) => [" ", "Enter"].includes(event.key) && this.release());
    this.draw();
  }

  /** What belongs to one connection. */
  forget() {
    [this.ready, this.hearing, this.thinking] = [false, false, false];
    [this.answers, this.dropped] = [new Map(), new Set()];
  }

  // --- begin and end

  async start() {
    trouble("");
    if (!window.isSecureContext || !navigator.mediaDevices) return trouble(say("talk.insecure"));
    this.on = true;
    this.draw();
    try {
      this.player ??= await Player.open(() => this.draw());
      this.microphone = await Microphone.open(
        (sound, peak) => this.heard(sound, peak),
        () => this.stop(say("talk.gone")),
      );
    } catch (error) {
      return this.stop(say(PROBLEMS[error.name] ?? "talk.broken", { reason: error.message }));
    }
    if (this.on) this.connect();
    else this.stop();
  }

  stop(why = "") {
    this.on = this.pressed = false;
    clearTimeout(this.waiting);
    this.microphone?.close();
    this.player?.close();
    this.socket?.close();
    this.microphone = this.player = this.socket = null;
    this.finish(say("stopped"));
    trouble(why);
    this.draw();
  }

  connect() {
    this.forget();
    const socket = (this.socket = new WebSocket("/v1/realtime"));
    let opened = false;
    socket.onopen = () => {
      [opened, this.retries] = [true, 0];
      trouble("");
      this.agree();
      this.draw();
    };
    socket.onmessage = ({ data }) => socket === this.socket && this.happens(JSON.parse(data));
    socket.onclose = ({ code }) => socket === this.socket && this.lost(opened, code);
  }

  /** Try again, later each time, unless the server says that it is no use. */
  async lost(opened, code) {
    this.socket = null;
    this.finish(say("cut"));
    if (code === REFUSED) return this.stop($("trouble").textContent);
    const reply = opened ? null : await fetch("/fleet").catch(() => null);
    if (!this.on) return;
    if (reply?.status === 401) return this.stop(say("locked"));
    const why = reply && !reply.ok ? [(await failure(reply)).message] : [];
    const seconds = Math.min(LONGEST_WAIT, 2 ** this.retries++);
    trouble([...why, say("talk.lost", { seconds })].join(" "));
    this.waiting = setTimeout(() => this.connect(), seconds * SECOND);
    this.draw();
  }

  finish(problem) {
    for (const answer of this.answers.values()) answer.end(problem);
    this.answers.clear();
    this.player?.drop();
    this.guess("", "");
  }

  get connected() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  send(type, facts = {}) {
    if (this.connected) this.socket.send(JSON.stringify({ type, ...facts }));
  }

  /** How we talk. */
  agree() {
    const push = $("push").checked;
    $("press").hidden = !(push && this.on);
    if (!this.connected) return;
    const input = {
      format: { type: "audio/pcm", rate: this.microphone.rate },
      transcription: { language: $("language").value },
      turn_detection: push ? null : { type: "server_vad" },
    };
    const output = { format: { type: "audio/pcm", rate: RATE } };
    const jarvis = { hold: true, echo_free: true, incognito: $("incognito").checked };
    if (thread.id && !jarvis.incognito) jarvis.conversation = thread.id;
    this.send("session.update", { session: { type: "realtime", model: $("model").value, audio: { input, output }, jarvis } });
  }

  // --- what goes out

  heard(sound, peak) {
    $("level").value = Math.sqrt(peak);
    if (!this.connected) return;
    if (!$("push").checked || this.pressed) this.socket.send(sound);
    else this.before = [...this.before, sound].slice(-BEFORE);
  }

  /** Somebody holds the button, and speaks. */
  press() {
    if (!this.connected || this.pressed) return;
    this.hush();
    this.pressed = true;
    for (const sound of this.before) this.socket.send(sound);
    this.before = [];
    this.draw();
  }

  release() {
    if (!this.pressed) return;
    this.pressed = false;
    this.send("input_audio_buffer.commit");
    this.send("response.create");
    this.draw();
  }

  /** Something written. False while we do not talk. */
  ask(question) {
    if (!this.connected) return false;
    this.drop();
    this.question(question);
    this.send("conversation.item.create", {
      item: { type: "message", role: "user", content: [{ type: "input_text", text: question }] },
    });
    this.send("response.create");
    return true;
  }

  /** No more of the answer. */
  hush() {
    if (!this.speaking && !this.thinking) return;
    this.send("response.cancel");
    this.drop();
  }

  /** What is left of an answer is not played; how much of it was heard is told, for that much is remembered. */
  async drop() {
    const { player } = this;
    if (!player) return;
    const made = !this.answers.has(player.item);
    if (player.item) this.dropped.add(player.item);
    const { item, heard, left } = await player.drop();
    if (item && (left || !made)) this.send("conversation.item.truncate", { item_id: item, content_index: 0, audio_end_ms: heard });
    this.draw();
  }

  // --- what comes in

  happens(event) {
    const answer = this.answers.get(event.item_id);
    switch (event.type) {
      case "jarvis.ready":
        this.ready = true;
        break;
      case "input_audio_buffer.speech_started":
        this.hearing = true;
        trouble("");
        break;
      case "jarvis.partial":
        this.guess(event.confirmed, event.tail);
        break;
      case "jarvis.understood":
        this.hearing = false;
        this.thinking = event.meaning === "speaks";
        this.guess("", "");
        if (["speaks", "stop"].includes(event.meaning)) this.drop();
        break;
      case "conversation.item.input_audio_transcription.completed":
        if (event.transcript) this.question(event.transcript);
        break;
      case "conversation.item.input_audio_transcription.failed":
        this.hearing = false;
        this.guess("", "");
        trouble(told(event.error));
        break;
      case "response.created":
        this.thinking = true;
        break;
      case "response.output_item.added":
        if (this.player?.item) this.drop();
        this.answers.set(event.item.id, new Answer($("model").value));
        show(this.answers.get(event.item.id).box);
        break;
      case "response.output_audio_transcript.delta":
      case "response.output_text.delta":
        follow(() => answer?.write(event.delta));
        break;
      case "response.output_audio.delta":
        if (!this.dropped.has(event.item_id)) this.player?.play(event.item_id, event.delta);
        break;
      case "jarvis.route":
        thread.id = event.conversation ?? thread.id;
        answer?.comment("route", event);
        break;
      case "jarvis.progress":
      case "jarvis.notice":
        answer?.comment(event.type.slice(7), event);
        break;
      case "jarvis.restart":
        answer?.write(event.mark);
        break;
      case "jarvis.hold":
        this.player?.hold(event.on);
        break;
      case "jarvis.half_duplex":
        show(make("p", "notice", say("talk.half")));
        break;
      case "jarvis.interrupted":
        this.drop();
        break;
      case "response.done":
        this.done(event.response);
        break;
      case "conversation.item.truncated":
        this.drop();
        this.cut(event);
        break;
      case "error":
        this.hearing = false;
        trouble(told(event.error));
        if (event.error.code === "no_conversation" && thread.id) {
          thread.id = ""; // it was deleted: the session was refused, and what is said begins another one
          this.agree();
        }
        break;
    }
    this.draw();
  }

  question(text) {
    thread.said.push(asked(text));
  }

  done({ status, status_details: details, output: [item], jarvis }) {
    this.thinking = false;
    const answer = this.answers.get(item.id);
    if (status === "cancelled" && this.player?.item === item.id) this.drop();
    this.answers.delete(item.id);
    if (!answer) return;
    answer.account = jarvis;
    follow(() => answer.end(details?.error ? told(details.error) : ""));
    this.last = { id: item.id, answer, said: { role: "assistant", content: answer.text } };
    if (answer.text) thread.said.push(this.last.said);
    else if (status === "cancelled") answer.box.remove(); // who asked went on speaking before there was anything
  }

  /** Only so much of an answer was heard; it is what is remembered. */
  cut({ item_id, transcript }) {
    if (this.last?.id !== item_id || !this.last.answer.text) return;
    this.last.said.content = transcript;
    follow(() => this.last.answer.interrupted(transcript.length));
  }

  // --- what is shown

  guess(sure, tail) {
    $("sure").textContent = sure;
    $("tail").textContent = sure && tail ? ` ${tail}` : tail;
    $("partial").hidden = !(sure || tail);
  }

  get speaking() {
    return Boolean(this.player?.left);
  }

  get state() {
    if (!this.on) return "";
    if (!this.connected) return this.retries ? "talk.off" : "talk.connecting";
    if (this.pressed || this.hearing) return "talk.hearing";
    if (this.speaking) return "talk.speaking";
    if (this.thinking) return "talk.thinking";
    return !this.ready ? "talk.loading" : $("push").checked ? "talk.waiting" : "talk.listening";
  }

  draw() {
    const text = this.state && say(this.state);
    if ($("talking").textContent !== text) $("talking").textContent = text;
    $("talk").textContent = say(this.on ? "talk.stop" : "talk.start");
    $("talk").classList.toggle("on", this.on);
    $("heard").hidden = !this.on;
    $("press").hidden = !(this.on && $("push").checked);
    $("press").setAttribute("aria-pressed", this.pressed);
  }
}
