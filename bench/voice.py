"""Voice to voice: `jarvis voice` in a house without hardware, whose microphone hears recordings.

    python bench/voice.py turns --data MANIFEST.jsonl --language es [--turns 30] [--hints FILE] [--model NAME]
    python bench/voice.py barge --data MANIFEST.jsonl --language en [--turns 30]
    python bench/voice.py echo --data MANIFEST.jsonl --language en [--minutes 30]

Needs PulseAudio and PortAudio (Debian: pulseaudio pulseaudio-utils libasound2-plugins libportaudio2), and in
JARVIS_HOME the models: a Whisper, silero-vad, smart-turn, voices, and NAME (default: the starter) which answers.

`turns`: each recording is said when Jarvis is silent. ``heard`` is the time between the last loud sound at the
microphone and the first at the loudspeaker, ``own`` that without what the language model took from being asked to its
first clause (the ledger's figures, which are given too, in milliseconds after the end of speech).
`barge`: somebody speaks while Jarvis does: from the first loud sound at the microphone to the last at the loudspeaker,
each time in a new conversation.
`echo`: the microphone hears the loudspeaker 40 ms later, as loud as it is, for so many minutes, with the same command.
Every answer is long (a voice here asks for it); two in three are let be, and over the others somebody speaks. Counted:
turns that nobody said (``own_turns``), those who spoke over it (``over``) and were heard (``caught``) and answered.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import queue
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "voice"))

from pulse import RATE, House, pulse

from jarvis.config.paths import paths
from jarvis.daemon import find
from jarvis.speech.rates import Resampler
from jarvis.speech.speak.forms import RAW_RATE

CHUNK_SECONDS = 0.01
LOUD = 200
"""Of a sample of 16 bits (-44 dBFS), the root of the mean of the squares in a chunk: somebody or something sounds."""
LONG = {
    "es": "Escribe un párrafo largo sobre el mar y los barcos, sin listas.",
    "en": "Write a long paragraph about the sea and its ships, without lists.",
}
PATIENCE = 60.0
NOTICED_SECONDS = 0.5
"""After its end nobody begins to say it."""


class Watch:
    """When a sink sounds."""

    def __init__(self, house: House, device: str) -> None:
        command = ["pacat", "--record", f"--device={device}", "--raw", "--format=s16le", f"--rate={RATE}"]
        self._process = subprocess.Popen(
            [*command, "--channels=1", "--latency-msec=10"], env=house.env, stdout=subprocess.PIPE
        )
        self.loud: list[float] = []
        """Moments (monotonic clock)."""
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        import numpy as np

        assert self._process.stdout is not None
        while data := self._process.stdout.read(2 * int(CHUNK_SECONDS * RATE)):
            samples = np.frombuffer(data, "<i2").astype(np.float64)
            if len(samples) and np.sqrt((samples**2).mean()) > LOUD:
                self.loud.append(time.monotonic())

    def silent_for(self) -> float:
        return time.monotonic() - self.loud[-1] if self.loud else 1e9

    def first_after(self, moment: float) -> float | None:
        return next((at for at in self.loud if at > moment), None)

    def last_before_silence(self, moment: float, silence: float) -> float:
        """The end of what sounds at ``moment``: followed by so much silence."""
        last = moment
        for at in self.loud:
            if at <= moment:
                continue
            if at - last > silence:
                break
            last = at
        return last

    def stop(self) -> None:
        self._process.kill()


class Jarvis:
    """`jarvis voice`, and what it tells."""

    def __init__(self, house: House, home: Path, *options: str) -> None:
        environ = house.env | {"JARVIS_HOME": str(home), "JARVIS_LANG": "en"}
        command = [sys.executable, "-P", "-m", "jarvis.cli.main"]
        self._stop = [*command, "stop"], environ
        self._command = [*command, "voice", "--json", *options]
        self._paths, self._language = paths(environ), options[options.index("--language") + 1]
        self.events: list[tuple[float, dict[str, Any]]] = []
        self._new: queue.Queue[None] = queue.Queue()
        self._begin()

    def _begin(self) -> None:
        self._begun = time.monotonic()
        self._process = subprocess.Popen(
            self._command, env=self._stop[1], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
        )
        threading.Thread(target=self._read, args=(self._process,), daemon=True).start()

    def ready(self) -> None:
        if self.until("jarvis.ready", self._begun, 120) is None:
            raise SystemExit("not ready")

    def anew(self) -> None:
        """A new conversation: a small model goes on as its last answer was cut."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(20)
        self._begin()
        self.ready()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.events.append((time.monotonic(), json.loads(line)))
            self._new.put(None)
        self._new.put(None)

    def until(self, type: str, after: float, seconds: float = PATIENCE) -> dict[str, Any] | None:
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            for at, event in list(self.events):
                if at > after and event["type"] == type:
                    return event
            try:
                self._new.get(timeout=0.1)
            except queue.Empty:
                if self._process.poll() is not None:
                    raise SystemExit(f"jarvis voice ended with {self._process.returncode}") from None
        return None

    def of(self, type: str, after: float = 0.0, before: float = 1e18) -> list[tuple[float, dict[str, Any]]]:
        return [(at, event) for at, event in list(self.events) if event["type"] == type and after < at < before]

    def says(self, text: str) -> bytes:
        """A text by the voice of the language, as the microphone hears it."""
        address = find(self._paths)
        assert address is not None
        token = self._paths.token.read_text().strip()
        asked = {"input": text, "model": "auto", "response_format": "pcm", "language": self._language}
        request = urllib.request.Request(
            f"{address.url}/v1/audio/speech",
            json.dumps(asked).encode(),
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            resampler = Resampler(RAW_RATE, RATE)
            return resampler.add(answer.read()) + resampler.rest()

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait(20)
        subprocess.run(self._stop[0], env=self._stop[1], check=False, capture_output=True)


def recordings(manifest: Path, language: str) -> list[tuple[bytes, str]]:
    """Their sound, from where it is speech to where it is none any more, and what is said."""
    import av
    import numpy as np

    from jarvis.speech.detect.silero import Voice
    from jarvis.speech.detect.turns import FRAME

    [network, *_] = sorted(paths().models.glob("silero-vad/*/*.onnx"))
    found = []
    for line in manifest.read_text().splitlines():
        told = json.loads(line)
        if told["language"] != language or len(told["text"].split()) < 2:
            continue
        resampler, data = av.AudioResampler("s16", "mono", RATE), b""
        with av.open(str(manifest.parent / told["audio"])) as file:
            for frame in file.decode(audio=0):
                data += b"".join(one.to_ndarray().tobytes() for one in resampler.resample(frame))
        voice, size = Voice(network), 2 * FRAME
        loud = [at for at in range(0, len(data) - size + 1, size) if voice(data[at : at + size]) > 0.5]
        if len(loud) < 10:  # not what this is about
            continue
        samples = np.frombuffer(data, "<i2")[loud[0] // 2 : (loud[-1] + size) // 2]
        found.append((samples.tobytes(), told["text"]))
    return found


@contextmanager
def lived(told: argparse.Namespace, echo_ms: int | None) -> Iterator[tuple[House, Jarvis, Watch, Watch]]:
    with tempfile.TemporaryDirectory() as folder:
        home, room = Path(folder) / "home", Path(folder) / "room"
        (home / "data").mkdir(parents=True)
        (home / "config").mkdir()
        room.mkdir()
        (home / "data" / "models").symlink_to(paths().models)
        hints = told.hints.read_text().split("\n") if told.hints else []
        speaker = f'[speak]\nmodel = "{told.speaker}"\n' if told.speaker else ""
        (home / "config" / "config.toml").write_text(
            f'[server]\nport = 0\n[models]\ncommunity = true\ndefault = "{told.model}"\n'
            f"[assistant]\nmax_tokens = {24 if told.mode == 'turns' else 160}\n"
            f"[hear]\nhints = {json.dumps([hint for hint in hints if hint.strip()], ensure_ascii=False)}\n{speaker}"
        )
        with pulse(room, echo_ms) as house:
            spoken, played = Watch(house, "micfeed.monitor"), Watch(house, "spk.monitor")
            jarvis = Jarvis(house, home, "--language", told.language)
            try:
                jarvis.ready()
                time.sleep(2)
                yield house, jarvis, spoken, played
            finally:
                jarvis.stop()
                spoken.stop()
                played.stop()
            if told.log:
                lines = (f"{at:.3f} {json.dumps(event, ensure_ascii=False)}\n" for at, event in jarvis.events)
                told.log.write_text("".join(lines))


def quiet(watch: Watch, seconds: float = 1.2) -> None:
    limit = time.monotonic() + PATIENCE
    while watch.silent_for() < seconds and time.monotonic() < limit:
        time.sleep(0.05)


def turns(told: argparse.Namespace) -> dict[str, Any]:
    """The first one warms up and does not count. ``of_model``: of those that the model answered, and no tool alone."""
    rows: list[dict[str, float]] = []
    models: list[str] = []
    with lived(told, None) as (house, jarvis, spoken, played):
        for sound, text in itertools.islice(itertools.cycle(recordings(told.data, told.language)), told.turns + 1):
            quiet(played)
            began = time.monotonic()
            house.say(sound)
            measured = jarvis.until("jarvis.measured", began)
            time.sleep(1.5)  # what was sent is heard
            if measured is None or measured["first_audio"] is None:
                print(f"no answer: {text}", file=sys.stderr)
                continue
            ended = max(at for at in spoken.loud if at > began)
            heard = played.first_after(ended)
            if heard is None:
                continue
            model = measured["first_clause"] - measured["asked"]
            row = {name: measured[name] for name in ("turn_end", "text", "asked", "first_clause", "first_audio")}
            sent = jarvis.of("jarvis.spoken", began)[0][0]
            understood = jarvis.of("jarvis.understood", began)[0][0]
            ways = {"microphone": (understood - ended) * 1000 - row["text"], "loudspeaker": (heard - sent) * 1000}
            whole = {"heard": (heard - ended) * 1000, "own": (heard - ended) * 1000 - model, "model": model}
            rows.append(whole | row | ways)
            models.append(measured["model"])
    of_model = [row for row, name in zip(rows, models, strict=True) if name == told.model][1:]
    found = {"mode": "turns", "n": len(rows[1:]), **_spread(rows[1:])}
    return found | {"of_model": {"n": len(of_model), **_spread(of_model)}}


def barge(told: argparse.Namespace) -> dict[str, Any]:
    stopped: list[float] = []
    told_after: list[float] = []
    missed = 0
    with lived(told, None) as (house, jarvis, spoken, played):
        question = jarvis.says(LONG[told.language])
        for sound, _ in itertools.islice(itertools.cycle(recordings(told.data, told.language)), told.turns):
            if not _speaks(house, jarvis, played, question, []):
                continue
            began = time.monotonic()
            house.say(sound)
            onset = spoken.first_after(began)
            assert onset is not None
            end = played.last_before_silence(onset, 0.4)
            held = jarvis.of("jarvis.hold", onset)
            if end - onset > 2 or not held:
                missed += 1
            else:
                stopped.append((end - onset) * 1000)
                told_after.append((held[0][0] - onset) * 1000)
            jarvis.anew()
    found = [{"stopped": a, "told": b} for a, b in zip(stopped, told_after, strict=True)]
    return {"mode": "barge", "n": len(stopped), "missed": missed, **_spread(found)}


def echo(told: argparse.Namespace) -> dict[str, Any]:
    said, own = 0, []
    caught = answered = over = 0
    with lived(told, 40) as (house, jarvis, _, played):
        clips = itertools.cycle(recordings(told.data, told.language))
        question = jarvis.says(LONG[told.language])
        end = time.monotonic() + told.minutes * 60
        spans: list[tuple[float, float]] = []
        speech = 0.0
        for number in itertools.count():
            if time.monotonic() > end:
                break
            began = time.monotonic()
            speaks = _speaks(house, jarvis, played, question, spans)
            said += 1
            if speaks and number % 3 == 2:  # somebody speaks over it
                sound, _ = next(clips)
                at = time.monotonic()
                _say(house, sound, spans)
                over += 1
                caught += jarvis.until("jarvis.interrupted", at, 3) is not None
                answered += jarvis.until("response.created", at, 5) is not None
                said += 1
                jarvis.until("jarvis.measured", time.monotonic(), 30)
            quiet(played)
            speech += CHUNK_SECONDS * len([at for at in played.loud if at > began])
        begun = {event["item_id"]: at for at, event in jarvis.of("input_audio_buffer.speech_started")}
        for _, event in jarvis.of("jarvis.understood"):
            if event["meaning"] == "speaks" and not any(a < begun[event["item_id"]] < b for a, b in spans):
                own.append(event["text"])
        echoes = [event["text"] for _, event in jarvis.of("jarvis.understood") if event["meaning"] == "echo"]
        holds = len([event for _, event in jarvis.of("jarvis.hold") if event["on"]])
        deaf = bool(jarvis.of("jarvis.half_duplex"))
    return {
        "mode": "echo", "minutes": told.minutes, "said": said, "jarvis_spoke_seconds": round(speech),
        "own_turns": len(own), "own": own, "echoes": echoes, "holds": holds, "over": over, "caught": caught,
        "answered": answered, "half_duplex": deaf,
    }  # fmt: skip


def _say(house: House, sound: bytes, spans: list[tuple[float, float]]) -> None:
    """And note when it may be noticed."""
    began = time.monotonic()
    house.say(sound)
    spans.append((began, time.monotonic() + NOTICED_SECONDS))


def _speaks(house: House, jarvis: Jarvis, played: Watch, question: bytes, spans: list[tuple[float, float]]) -> bool:
    """It is asked for something long, and speaks for a second."""
    quiet(played)
    began = time.monotonic()
    _say(house, question, spans)
    if jarvis.until("jarvis.spoken", began, 30) is None:
        return False
    limit = time.monotonic() + 5
    while len([at for at in played.loud if at > began]) < 100 and time.monotonic() < limit:
        time.sleep(0.05)
    return played.silent_for() < 0.5


def _spread(rows: list[dict[str, float]]) -> dict[str, Any]:
    if not rows:
        return {}
    found = {}
    for name in rows[0]:
        values = sorted(row[name] for row in rows)
        found[name] = {
            "p50": round(statistics.median(values)),
            "p95": round(values[min(len(values) - 1, int(0.95 * len(values)))]),
            "max": round(values[-1]),
        }  # fmt: skip
    return found


MODES: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {"turns": turns, "barge": barge, "echo": echo}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=MODES)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--language", choices=("es", "en"), default="es")
    parser.add_argument("--turns", type=int, default=30)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--hints", type=Path)
    parser.add_argument("--model", default="smollm2-135m-instruct")
    parser.add_argument("--speaker", default="")
    parser.add_argument("--log", type=Path)
    told = parser.parse_args()
    print(json.dumps(MODES[told.mode](told), ensure_ascii=False))
    os._exit(0)


if __name__ == "__main__":
    main()
