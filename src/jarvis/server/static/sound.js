// Sound in and out: the microphone, without what is played beside it, and the loudspeaker.

const MICROPHONE = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 };
const MOST = 48_000;
/** Samples a second of what is played. */
export const RATE = 24_000;

async function worklet(context, name, options) {
  await context.audioWorklet.addModule(`/page/${name}.js`);
  const node = new AudioWorkletNode(context, name, options);
  node.connect(context.destination); // what leads nowhere is not run; the microphone's is silent
  return node;
}

/** The microphone's own rate: some browsers take no other from it. */
async function listening() {
  const context = new AudioContext();
  if (context.sampleRate <= MOST) return context;
  await context.close();
  return new AudioContext({ sampleRate: MOST });
}

export class Microphone {
  /** ``heard`` is called with samples and the loudest of them, ``gone`` when there is no microphone any more. */
  static async open(heard, gone) {
    const found = new Microphone();
    found.stream = await navigator.mediaDevices.getUserMedia({ audio: MICROPHONE });
    try {
      found.context = await listening();
      found.stream.getAudioTracks()[0].onended = gone;
      const mono = { channelCount: 1, channelCountMode: "explicit" };
      const node = await worklet(found.context, "microphone", mono);
      node.port.onmessage = ({ data }) => heard(data.sound, data.peak);
      found.context.createMediaStreamSource(found.stream).connect(node);
    } catch (error) {
      found.close();
      throw error;
    }
    return found;
  }

  get rate() {
    return this.context.sampleRate;
  }

  close() {
    for (const track of this.stream.getTracks()) track.stop();
    this.context?.close();
  }
}

export class Player {
  /** ``told`` is called whenever more was played, or nothing is left. */
  static async open(told) {
    const found = new Player();
    found.context = new AudioContext({ sampleRate: RATE });
    found.node = await worklet(found.context, "player", { outputChannelCount: [1] });
    [found.item, found.left, found.told, found.dropped] = ["", 0, told, []];
    found.node.port.onmessage = ({ data }) => found.hear(data);
    return found;
  }

  hear(report) {
    if (report.dropped) this.dropped.shift()(report);
    else this.left = report.left;
    this.told();
  }

  /** More of an ``item``: samples of 16 bits in Base64. */
  play(item, base64) {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const sound = Float32Array.from(new Int16Array(bytes.buffer), (sample) => sample / 32768);
    this.item = item;
    this.left += sound.length;
    this.node.port.postMessage({ sound, item }, [sound.buffer]);
    if (this.context.state !== "running") this.context.resume();
  }

  hold(held) {
    this.node.port.postMessage({ held });
  }

  /** Play no more of what came. Which item that was, how many milliseconds of it were heard, and how many were not. */
  async drop() {
    const [item, report] = [this.item, new Promise((done) => this.dropped.push(done))];
    [this.item, this.left] = ["", 0];
    this.node.port.postMessage({ drop: true });
    const { item: playing, played, left } = await report;
    const late = this.context.outputLatency || 0; // what was handed to the loudspeaker is not heard at once
    const heard = playing === item ? Math.max(0, Math.round((played / RATE - late) * 1000)) : 0;
    return { item, heard, left: Math.round((left / RATE) * 1000) };
  }

  close() {
    this.context.close();
  }
}
