// What Jarvis says, played in the order in which it came; it counts what was played of the item that is being played.

const REPORT_SECONDS = 0.1;

class Player extends AudioWorkletProcessor {
  constructor() {
    super();
    this.held = false;
    this.clear();
    this.port.onmessage = ({ data }) => this.told(data);
  }

  clear() {
    [this.pieces, this.at, this.left, this.item, this.played, this.told_at] = [[], 0, 0, "", 0, 0];
  }

  told({ sound, item, held, drop }) {
    if (sound) {
      this.pieces.push({ sound, item });
      this.left += sound.length;
    }
    if (held !== undefined) this.held = held;
    if (drop) {
      this.report(true);
      this.clear();
      this.held = false;
    }
  }

  report(dropped = false) {
    this.told_at = currentTime;
    this.port.postMessage({ item: this.item, played: this.played, left: this.left, dropped });
  }

  process(_, [channels]) {
    if (this.held || !this.left) return true;
    const out = channels[0];
    let filled = 0;
    while (filled < out.length && this.pieces.length) {
      const { sound, item } = this.pieces[0];
      if (item !== this.item) [this.item, this.played] = [item, 0];
      const part = sound.subarray(this.at, this.at + out.length - filled);
      out.set(part, filled);
      filled += part.length;
      this.at += part.length;
      this.played += part.length;
      this.left -= part.length;
      if (this.at === sound.length) [this.pieces, this.at] = [this.pieces.slice(1), 0];
    }
    for (const other of channels.slice(1)) other.set(out);
    if (!this.left || currentTime - this.told_at > REPORT_SECONDS) this.report();
    return true;
  }
}

registerProcessor("player", Player);
