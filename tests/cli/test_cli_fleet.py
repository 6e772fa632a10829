"""The fleet on the command line: planning, proposing, loading, pinning, measuring, and looking at it."""

from __future__ import annotations

import json
import sqlite3
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from declared import TWO_CARDS
from home import Home, wait_for
from jarvis.daemon import find
from jarvis.measure.calibration import order, questions

PLAN = {
    "models": {
        "big": {"name": "Llama-3.3-70B-Instruct", "backend": "vllm", "gpu_id": 0, "quantization": "awq"},
        "small": {"name": "Llama-3.2-8B-Instruct", "backend": "transformers", "gpu_id": 1},
        "odd": {"name": "Nobody-Knows-9B"},
    }
}


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    file = tmp_path / "machine.toml"
    file.write_text(TWO_CARDS)
    return file


def test_a_plan_of_the_owners_own_file_is_explained_on_a_machine_that_is_only_described(
    home: Home, machine: Path, tmp_path: Path
) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(PLAN))
    done = home.run("plan", "--hardware", str(machine), "--from", str(tmp_path / "plan.json"), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [(d["memory_mib"], d["used_mib"]) for d in told["devices"][1:]] == [(16303, 420), (6144, 0)]
    models = {m["model"]: m for m in told["models"]}
    assert not models["big"]["feasible"]
    assert models["big"]["weights_bytes"] == pytest.approx(39.77e9, rel=0.01)
    both = next(a for a in models["big"]["alternatives"] if a["quantisation"] == "IQ2_XXS")
    assert both["devices"] == [d["uuid"] for d in told["devices"][1:]]
    assert both["tokens_per_second"] == pytest.approx(20, rel=0.3)
    assert "RTX 2060" in models["small"]["reason"]
    assert any(a["quantisation"] == "Q4_K_M" for a in models["small"]["alternatives"])
    assert "Nobody-Knows-9B" in models["odd"]["reason"]
    assert any("3.2-8B" in note for note in told["notes"]), "there is no such model, and it is said"
    drawn = home.run("plan", "--hardware", str(machine), "--from", str(tmp_path / "plan.json"))
    assert drawn.returncode == 0
    assert "16,303 MiB" in drawn.stdout
    assert "██" in drawn.stdout


@pytest.mark.parametrize("models", [{}, {"odd": {"name": "Nobody-Knows-9B"}}])
def test_a_plan_of_which_nothing_is_known_is_not_one_of_what_is_here(
    home: Home, machine: Path, tmp_path: Path, models: dict[str, object]
) -> None:
    home.fake("mine")
    (tmp_path / "plan.json").write_text(json.dumps({"models": models}))
    done = home.run("plan", "--hardware", str(machine), "--from", str(tmp_path / "plan.json"), "--json")
    assert [m["model"] for m in json.loads(done.stdout)["models"]] == [*models]


def test_two_quantisations_of_a_model_are_two_and_one_that_is_named_twice_is_one(home: Home, machine: Path) -> None:
    names = ("llama-3.1-8b-instruct:Q4_K_M", "llama-3.1-8b-instruct:Q8_0")
    told = json.loads(home.run("plan", "--hardware", str(machine), *names, names[0], "--json").stdout)
    assert [m["model"] for m in told["models"]] == [*names]
    placed = [p["model"] for d in told["devices"][1:] for p in d["placed"]]
    assert sorted(set(placed)) == [*names]


def test_two_equal_cards_are_told_apart_and_their_bars_add_up(home: Home, tmp_path: Path) -> None:
    card = '[[gpu]]\nname = "RTX 3060"\nmemory_mib = 12288\ncompute_capability = "8.6"\nbandwidth_gbs = 360\n'
    file = tmp_path / "machine.toml"
    file.write_text(f"{card}{card}used_mib = 12000\n{TWO_CARDS[TWO_CARDS.index('[cpu]') :]}")
    drawn = home.run("plan", "--hardware", str(file), "qwen3-14b", "qwen3-8b", "qwen3-4b").stdout
    assert "RTX 3060 #1 · 12,288 MiB" in drawn and "on RTX 3060 #1" in drawn
    full = drawn[drawn.index("RTX 3060 #2") :]
    assert "other programs 12,000   ■ reserve 288   free 0" in full, "no more than there is"
    names = ("llama-3.3-70b-instruct:Q4_K_M", "qwen3-14b", "qwen2.5-32b-instruct:Q4_K_M")
    told = json.loads(home.run("plan", "--hardware", str(file), *names, "--context", "65536", "--json").stdout)
    shown = {placed["model"] for device in told["devices"] for placed in device["placed"]}
    assert told["in_turns"] and set(told["in_turns"]).isdisjoint(shown)
    (model,) = [note for note in told["notes"] if note.startswith("qwen3-14b")]
    assert "40,960 tokens of context, not 65,536" in model
    (refused,) = json.loads(
        home.run("plan", "--hardware", str(file), "llama-3.3-70b-instruct:AWQ", "--context", "8192", "--json").stdout
    )["models"]
    assert "for 8,192 tokens with vllm this is missing" in refused["reason"] and refused["context"] == 8192


def test_a_plan_for_what_is_not_known_says_what_is(home: Home, machine: Path) -> None:
    wrong = home.run("plan", "--hardware", str(machine), "lama-3.1-8b")
    assert wrong.returncode == 1
    assert "llama-3.1-8b" in wrong.stderr
    assert home.run("plan", "--hardware", str(machine.with_name("none.toml"))).returncode == 2


def test_what_cannot_be_planned_is_refused_with_a_step_that_mends_it(home: Home, machine: Path, tmp_path: Path) -> None:
    folder = home.run("plan", "--hardware", str(machine), "--from", str(tmp_path))
    assert "mv " not in folder.stderr and f"`ls -l {tmp_path}`" in folder.stderr
    beneath = home.run("plan", "--hardware", str(machine), "--from", str(machine / "plan.json"))
    assert "JARVIS_HOME" not in beneath.stderr and "There is no file" in beneath.stderr
    for text in ('{"models": {]', "[]", '{"models": {"a": {"nam": "x"}}}', '{"models": {"a": {"name": 7}}}'):
        (tmp_path / "plan.json").write_text(text)
        wrong = home.run("plan", "--hardware", str(machine), "--from", str(tmp_path / "plan.json"))
        assert wrong.returncode == 2 and "import" not in wrong.stderr, wrong.stderr
    nowhere = home.run("plan", "--hardware", str(tmp_path / "none.toml"))
    assert "hardware.file" not in nowhere.stderr and "none.toml*`" in nowhere.stderr


def test_a_card_that_there_is_not_is_told(home: Home, machine: Path, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps({"models": {"a": {"name": "qwen3-8b", "gpu_id": 99}}}))
    home.settings('[model."qwen3-4b"]\ngpu = 7')
    words = ("plan", "--hardware", str(machine), "--from", str(tmp_path / "plan.json"), "qwen3-4b", "--json")
    notes = json.loads(home.run(*words).stdout)["notes"]
    assert [note for note in notes if note.startswith("a: this machine has no GPU 99")]
    assert [note for note in notes if note.startswith("qwen3-4b: this machine has no GPU 7")]


def test_a_proposal_as_json_fetches_nothing(home: Home, machine: Path) -> None:
    done = home.run("setup", "--hardware", str(machine), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {"small", "big", "embedding", "hear"} == {m["role"] for m in told["models"]}
    assert told["fetch_bytes"] == sum(m["bytes"] for m in told["models"] if m["usable"] and not m["here"])
    declined = home.run("setup", "--hardware", str(machine), stdin="n\n")
    assert declined.returncode == 1
    assert not home.paths.models.exists()


def test_a_proposal_that_does_not_speak_the_language_says_so(home: Home, tmp_path: Path) -> None:
    (tmp_path / "tiny.toml").write_text("[cpu]\ncores = 2\nmemory_mib = 900\nbandwidth_gbs = 20\n")
    home.environ["JARVIS_LANG"] = "es"
    words = ("setup", "--hardware", str(tmp_path / "tiny.toml"))
    assert "No habla español (solo: en)" in home.run(*words, stdin="n\n").stdout
    assert [m["languages"] for m in json.loads(home.run(*words, "--json").stdout)["models"] if m["role"] == "chat"] == [
        ["en"]
    ]
    home.environ["JARVIS_LANG"] = "en"
    assert "speaks no" not in home.run(*words, stdin="n\n").stdout


def test_over_http_it_is_the_same(home: Home, machine: Path, tmp_path: Path) -> None:
    home.fake("one", answer="hello")
    home.settings(f'[hardware]\nfile = "{machine}"')
    assert home.run("load", "one").returncode == 0
    address = find(home.paths)
    assert address is not None

    def told(path: str, body: object = None) -> object:
        key = {"Authorization": f"Bearer {home.paths.token.read_text().strip()}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(address.url + path, data, key), timeout=30) as reply:
            return json.load(reply)

    def said(*words: str) -> object:
        return json.loads(home.run(*words, "--json").stdout)

    assert told("/fleet/plan") == said("plan")
    several = ("qwen3-14b", "llama-3.3-70b-instruct:Q4_K_M")
    query = urllib.parse.urlencode([*(("models", name) for name in several), ("context", 8192)])
    assert told(f"/fleet/plan?{query}") == said("plan", *several, "--context", "8192")
    plan, other = tmp_path / "plan.json", tmp_path / "other.toml"
    plan.write_text(json.dumps(PLAN))
    other.write_text(TWO_CARDS.replace("6144", "8188"))
    body = {"plan": plan.read_text(), "hardware": other.read_text(), "models": ["qwen3-8b"]}
    assert told("/fleet/plan", body) == said("plan", "--from", str(plan), "--hardware", str(other), "qwen3-8b")
    assert told("/fleet/setup") == said("setup")
    assert told("/fleet/install") == said("install")


def test_models_are_loaded_shown_pinned_and_unloaded(home: Home) -> None:
    home.fake("one", answer="hello")
    assert json.loads(home.run("ps", "--json").stdout or "null") is None, "no daemon is started to look"
    loaded = home.run("load", "one", "--json")
    assert loaded.returncode == 0, loaded.stderr
    assert json.loads(loaded.stdout)["device"] == "cpu"
    (model,) = json.loads(home.run("ps", "--json").stdout)["models"]
    assert (model["model"], model["state"], model["pinned"]) == ("one", "ready", False)
    assert "one" in home.run("ps").stdout
    assert home.run("pin", "one").returncode == 0
    assert json.loads(home.run("ps", "--json").stdout)["models"][0]["pinned"]
    assert "pinned = true" in home.paths.config_file.read_text()
    assert home.run("pin", "--off", "one").returncode == 0
    assert json.loads(home.run("unload", "one", "--json").stdout)["unloaded"]
    assert not json.loads(home.run("unload", "one", "--json").stdout)["unloaded"]
    nope = home.run("load", "nope")
    assert nope.returncode == 1
    assert "nope" in nope.stderr


def test_a_pinned_model_is_there_as_soon_as_jarvis_is(home: Home) -> None:
    home.fake("one", answer="hello")
    home.fake("two", answer="hello")
    home.settings("[model.missing]\npinned = true")
    assert home.run("pin", "one").returncode == 0
    assert home.run("stop").returncode == 0
    assert home.run("load", "two").returncode == 0  # starts it
    wait_for(lambda: len(json.loads(home.run("ps", "--json").stdout)["models"]) == 2)
    pinned = {m["model"]: m["pinned"] for m in json.loads(home.run("ps", "--json").stdout)["models"]}
    assert pinned == {"one": True, "two": False}


def test_a_pin_outlives_its_process_and_can_be_taken_back(home: Home) -> None:
    home.fake("one", answer="hello")

    def pinned() -> bool:
        assert home.run("load", "one").returncode == 0
        (found,) = json.loads(home.run("ps", "--json").stdout)["models"]
        return bool(found["pinned"])

    assert home.run("pin", "one").returncode == 0  # in the configuration of the daemon that this starts
    assert home.run("unload", "one").returncode == 0
    assert pinned()
    assert home.run("pin", "--off", "one").returncode == 0
    assert home.run("unload", "one").returncode == 0
    assert not pinned()
    assert home.run("unload", "one").returncode == 0
    assert home.run("pin", "--off", "one").returncode == 0, "nothing need be loaded for that"
    home.fake("broken", crash_at_load=True)
    assert home.run("pin", "broken").returncode == 1
    assert "broken]\npinned" not in home.paths.config_file.read_text()


def test_models_are_measured_and_that_is_kept(home: Home) -> None:
    home.fake("one", answer_tokens=40, tokens_per_second=200, load_seconds=0.2)
    done = home.run("bench", "models", "one", "--tokens", "20", "--minutes", "0", "--json")
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)["measured"]
    assert found["load_seconds"] > 0.2
    assert 20 < found["tokens_per_second"] < 260
    assert found["held"]["cpu"] > 1 << 20
    assert "one" in home.run("bench", "models", "one", "--tokens", "8", "--minutes", "0").stdout
    assert {(a["source"], a["languages"]["en"]["asked"]) for a in json.loads(done.stdout)["abilities"]} == {
        ("guess", 0)
    }


def test_how_well_a_model_answers_is_measured_and_kept(home: Home) -> None:
    home.fake("one", answer="12", tokens_per_second=2000)
    done = home.run("bench", "models", "one", "--quick", "--json")
    assert done.returncode == 0, done.stderr
    able = json.loads(done.stdout)["abilities"]
    asked = [sum(a["languages"][lang]["asked"] for a in able) for lang in ("en", "es")]
    assert asked == [20, 20]
    expected = [q.right("12", lang) for q, lang in order(questions())[:40]]
    assert sum(a["languages"][lang]["right"] for a in able for lang in ("en", "es")) == sum(expected) > 0
    assert {a["source"] for a in able} == {"measured"} and all(a["value"] < 0 for a in able)
    with sqlite3.connect(home.paths.database) as database:
        assert database.execute("SELECT count(*), min(model), min(engine) FROM abilities").fetchone() == (
            40,
            "one",
            "fake",
        )
        assert database.execute("SELECT count(*) FROM turns").fetchone() == (0,), "no conversation of the owner's"
    told = home.run("bench", "models", "one", "--minutes", "0").stdout
    assert "reasoning" in told and "Ability" in told
