// What the microphone hears, as samples of 16 bits and in pieces of a fiftieth of a second, each with its loudest.

class Microphone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.begin();
  }

  begin() {
    this.piece = new Int16Array(Math.round(sampleRate / 50));
    [this.filled, this.peak] = [0, 0];
  }

  process([[sound]]) {
    for (const sample of sound ?? []) {
      const value = Math.max(-1, Math.min(1, sample));
      this.peak = Math.max(this.peak, Math.abs(value));
      this.piece[this.filled++] = Math.round(value * 32767);
      if (this.filled < this.piece.length) continue;
      this.port.postMessage({ sound: this.piece.buffer, peak: this.peak }, [this.piece.buffer]);
      this.begin();
    }
    return true;
  }
}

registerProcessor("microphone", Microphone);
