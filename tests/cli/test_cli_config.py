"""``jarvis config``, run as an owner runs it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from jarvis.config.keys import settings, variables
from jarvis.config.load import load
from jarvis.config.paths import paths
from jarvis.config.schema import Settings
from jarvis.doctor.base import Patient
from jarvis.doctor.models import check as look_at_models
from jarvis.hardware.inventory import Inventory

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def run(home: Path, tmp_path: Path) -> Run:
    """Runs ``jarvis config …`` in the test's own folder; keyword arguments are environment variables."""

    def config(*words: str, **environ: str) -> Done:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("JARVIS_")}
        env = kept | {"JARVIS_HOME": str(home), "JARVIS_LANG": "en", **environ}
        command = [Path(sys.executable).with_name("jarvis"), "config", *words]
        return subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60)

    return config


def refused(done: Done) -> str:
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    return done.stderr


def test_path_and_check_without_a_file(run: Run, home: Path) -> None:
    assert run("path").stdout.strip() == str(home / "config" / "config.toml")
    done = run("check")
    assert done.returncode == 0
    assert "There is no" in done.stdout
    assert not home.exists()


def test_show_prints_every_value_with_its_origin(run: Run) -> None:
    run("set", "server.port", "9000")
    done = run("show", JARVIS_MODELS_COMMUNITY="1")
    assert done.returncode == 0
    lines = {line.split(" = ")[0]: line for line in done.stdout.splitlines()}
    assert set(lines) == set(settings())
    assert "config.toml:2" in lines["server.port"]
    assert lines["models.community"].endswith("environment JARVIS_MODELS_COMMUNITY")
    assert lines["server.host"].endswith("default")
    assert "\x1b" not in done.stdout


def test_show_as_json(run: Run) -> None:
    table = json.loads(run("show", "--json", JARVIS_MODELS_CONTEXT="512").stdout)
    assert table["models.context"] == {"value": 512, "origin": "environment JARVIS_MODELS_CONTEXT"}
    assert table["server.allowed_hosts"] == {"value": [], "origin": "default"}
    assert table["server.tls_cert"]["value"] is None
    assert set(table) == set(settings())


def test_show_one_and_show_a_section(run: Run) -> None:
    one = run("show", "server.port", JARVIS_LANG="es").stdout
    assert one.startswith("server.port = 8484\n")
    assert "un número entero de 0 a 65535" in one
    assert "JARVIS_SERVER_PORT" in one
    section = run("show", "routing").stdout.splitlines()
    assert len(section) == 10
    assert all(line.startswith("routing.") for line in section)
    assert run("show", "model").stdout.strip() == "(nothing)"
    assert run("show", "model.llama-3.1-8b.gpu").stdout.startswith("model.llama-3.1-8b.gpu = (nothing)")
    assert "Did you mean server.port?" in refused(run("show", "server.prot"))


def test_set_and_unset(run: Run, home: Path) -> None:
    file = home / "config" / "config.toml"
    done = run(
        "set", "server.port", "9000", "model.llama-3.1-8b.difficulty_range", "5,60", "server.allowed_hosts", "a,b"
    )
    assert done.returncode == 0, done.stderr
    stored = tomllib.loads(file.read_text())
    assert stored == {
        "server": {"port": 9000, "allowed_hosts": ["a", "b"]},
        "model": {"llama-3.1-8b": {"difficulty_range": [5, 60]}},
    }
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text(file.read_text().replace("port = 9000", "port = 9000 # mine"))
    assert run("set", "server.port", "9001").returncode == 0
    assert "port = 9001 # mine" in file.read_text()
    assert file.with_name("config.toml.good").read_text() == file.read_text()
    assert run("unset", "server.port").returncode == 0
    assert "port" not in tomllib.loads(file.read_text())["server"]
    assert "was not set" in run("unset", "server.port").stdout


def test_set_takes_paths_from_here_and_numbers_below_zero(run: Run, home: Path, tmp_path: Path) -> None:
    pairs = ("telemetry.jsonl", "logs/metrics.jsonl", "model.x.priority", "-1", "model.x.y.options.ngl", "7")
    assert run("set", *pairs).returncode == 0
    stored = tomllib.loads((home / "config" / "config.toml").read_text())
    assert stored["telemetry"]["jsonl"] == str(tmp_path / "logs" / "metrics.jsonl")
    assert stored["model"] == {"x": {"priority": -1}, "x.y": {"options": {"ngl": 7}}}
    assert "model.x.y.options.ngl = 7" in run("show", "model.x.y").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("server.port", "high"), '"high": it must be a whole number'),
        (("server.port", "-1"), "from 0 to 65535 (as typed)"),
        (("server.prot", "1"), "Did you mean server.port?"),
        (("server", "1"), "is a section"),
        (("models.community", "perhaps"), "true or false"),
        (("server.tls_cert", "a.pem"), "server.tls_key"),
        (("server.port",), "lacks its value"),
        (("routing.quality", "BEST"), "one of economy, balanced, best, or a number from 0 to 1"),
        (("provider.openai.address", "127.0.0.1:18998"), "jarvis config set provider.openai.address https://HOST/v1"),
        (("provider.openai.address", "ftp://x"), "The address of the provider openai is none"),
        (("provider.openai.address", "http://me:pw@127.0.0.1/v1"), "jarvis key set openai"),
        (("provider.openai.address", "http://127.0.0.1:99999/v1"), "The address of the provider openai is none"),
        (("server.port", "1", "server.host"), "lacks its value"),
    ],
)
def test_set_refuses_what_is_wrong_and_writes_nothing(run: Run, home: Path, words: tuple[str, ...], said: str) -> None:
    assert said in refused(run("set", *words))
    assert not (home / "config" / "config.toml").exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("smollm2-135", "Did you mean 'smollm2-135m'?"),
        ("bge-m3", "no model to talk with"),
        ("qwen3-4b:Q9", "There is: Q4_K_M"),
        ("qwen2.5-coder-0.5b-instruct", "jarvis config set models.community true"),
    ],
)
def test_a_default_model_that_is_none_is_refused(run: Run, home: Path, name: str, said: str) -> None:
    assert said in refused(run("set", "models.default", name))
    assert not (home / "config" / "config.toml").exists()
    message = refused(run("check", JARVIS_MODELS_DEFAULT=name))
    assert said in message
    assert "`unset JARVIS_MODELS_DEFAULT`" in message
    (home / "config").mkdir(parents=True)
    (home / "config" / "config.toml").write_text(f'[models]\ndefault = "{name}"\n')
    assert "`jarvis config unset models.default`" in refused(run("check"))
    ask = [Path(sys.executable).with_name("jarvis"), "ask", "hola"]
    env = {**os.environ, "JARVIS_HOME": str(home), "JARVIS_LANG": "en"}
    done = subprocess.run(ask, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert said in refused(done)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("model.qwen3-4bb.context", "512", "Did you mean 'qwen3-4b'?"),
        ("model.starter.context", "512", "the id of that model is smollm2-135m-instruct"),
        ("model.qwen3-4b.quantization", "Q9", "There is: Q4_K_M"),
        ("model.qwen3-4b.engine", "vllmm", "there is: fake, llama_cpp"),
    ],
)
def test_what_is_said_of_a_model_and_cannot_be_obeyed(run: Run, home: Path, key: str, value: str, said: str) -> None:
    """It is stored, for a card of the owner's may come, but not in silence; doctor says it again."""
    done = run("set", key, value)
    assert done.returncode == 0
    assert said in done.stderr
    assert run("set", "server.port", "0").stderr == "", "only of what was set"
    settings = load(path=home / "config" / "config.toml").settings
    found = Patient(settings, paths({"JARVIS_HOME": str(home)}), {}, Inventory())
    warnings = [f for f in look_at_models(found) if f.code == "catalog.not_obeyed"]
    assert [said in w.message("en") for w in warnings] == [True]
    command = warnings[0].hint("en").split("`")[1].split()
    assert run(*command[2:]).returncode == 0
    assert run("show", "model").stdout.strip() == "(nothing)"


def test_a_default_model_that_is_not_here_yet_is_taken_and_said(run: Run) -> None:
    done = run("set", "models.default", "qwen3-4b")
    assert done.returncode == 0
    assert "`jarvis pull qwen3-4b`" in done.stderr
    assert run("set", "models.default", "auto").stderr == ""
    done = run("set", "models.community", "true", "models.default", "qwen2.5-coder-0.5b-instruct")
    assert done.returncode == 0


def test_a_setting_that_the_environment_wins_over_is_told(run: Run) -> None:
    done = run("set", "server.port", "9000", JARVIS_SERVER_PORT="9001")
    assert done.returncode == 0
    assert "unset JARVIS_SERVER_PORT" in done.stderr


def test_a_broken_file_is_told_with_its_place_by_every_command(run: Run, home: Path) -> None:
    file = home / "config" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("[server]\nport = 9000\nhost = [\n")
    for words in (("show",), ("check",), ("set", "server.port", "1"), ("unset", "server.port")):
        message = refused(run(*words))
        assert f"{file} is not valid TOML: line" in message
    file.write_text("[server]\nport = 9000\nprot = 1\n[models]\ncontext = 1\n")
    message = refused(run("check"))
    assert f"{file}:3" in message
    assert f"{file}:5" in message
    mended = run("unset", "models.context")
    assert mended.returncode == 0
    assert "Still wrong" in mended.stderr and f"{file}:3)" in mended.stderr
    assert run("unset", "server.prot").returncode == 0
    assert run("check").returncode == 0


def test_lines_are_those_of_the_file_that_is_there(run: Run, home: Path) -> None:
    """Also when what is set is written above, in a section that was not there."""
    file = home / "config" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("[foo]\nbar = 1\n")
    done = run("set", "language", "es", "server.port", "1")
    assert done.returncode == 0
    line = file.read_text().splitlines().index("[foo]") + 1
    assert f"{file}:{line})" in done.stderr


def test_the_printed_command_brings_a_broken_file_back(run: Run, home: Path, tmp_path: Path) -> None:
    file = home / "config" / "config.toml"
    run("set", "server.port", "9000")
    stored = file.read_text()
    file.write_text(stored + "[models\n")
    message = refused(run("check"))
    assert "line 3," in message
    command = message.split("`")[1]
    subprocess.run(["sh", "-c", command], check=True, cwd=tmp_path)
    assert file.read_text() == stored
    assert run("check").returncode == 0


@pytest.mark.parametrize("what", ["folder", "endless"])
def test_what_is_no_file_of_text_is_told_and_moved_away(run: Run, home: Path, tmp_path: Path, what: str) -> None:
    file = home / "config" / "config.toml"
    file.parent.mkdir(parents=True)
    if what == "folder":
        file.mkdir()
    else:
        file.symlink_to("/dev/zero")
    message = refused(run("check"))
    subprocess.run(["sh", "-c", message.split("`")[1]], check=True, cwd=tmp_path)
    assert run("check").returncode == 0


def test_the_example_is_a_configuration(run: Run, tmp_path: Path) -> None:
    for lang in ("en", "es"):
        done = run("example", JARVIS_LANG=lang)
        assert Settings.model_validate(tomllib.loads(done.stdout)) == Settings()
    assert len(variables()) > 30


PLAN = {
    "models": {
        "big": {
            "name": "Llama-3.3-70B-Instruct",
            "path": "models/llm/llama-3.3-70b-awq",
            "backend": "vllm",
            "gpu_id": 0,
            "vram_required": 14000,
            "difficulty_range": [70, 100],
            "quantization": "awq",
            "priority": 1,
        },
        "small": {"name": "Llama-3.2-8B-Instruct", "vram_required": 5000, "difficulty_range": [1, 60], "priority": 4},
        "mine": {"name": "Casero 9B", "path": "/models/casero.gguf"},
    },
    "api_models": {"claude-3.5-sonnet": {"difficulty_range": [80, 100], "cost_per_1k": 0.003}},
    "routing": {"prefer_local": True, "max_local_latency": 5.0, "fallback_on_oom": True, "cache_responses": True},
}


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    file = tmp_path / "models_v2.json"
    file.write_text(json.dumps(PLAN, indent=2))
    return file


def test_the_plan_is_taken_over_with_the_catalog_s_own_sizes(run: Run, home: Path, plan: Path) -> None:
    file = home / "config" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("# mine\n[routing]\nprefer_local = false # because\n")
    done = run("import", plan.name)
    assert done.returncode == 0, done.stderr
    said = done.stdout
    assert "39.8 GB, not the 14.0 GB" in said
    assert "there is no Llama-3.2-8B-Instruct in the catalog" in said
    assert "llama-3.1-8b-instruct" in said
    assert "does not know Casero 9B" in said
    assert "2025-10-28" in said
    assert "routing.prefer_local: was false, is now true" in said
    text = file.read_text()
    assert text.startswith("# mine\n[routing]\nprefer_local = true # because\n")
    stored = tomllib.loads(text)
    assert stored["model"]["llama-3.3-70b-instruct"] == {"gpu": 0, "difficulty_range": [70, 100], "priority": 1}
    assert stored["model"]["casero-9b"] == {"path": "/models/casero.gguf"}
    assert stored["api"] == {"claude-3.5-sonnet": {"difficulty_range": [80, 100]}}
    assert run("check").returncode == 0
    again = run("import", plan.name)
    assert "nothing was changed" in again.stdout
    assert file.read_text() == text


def test_a_dry_run_prints_the_file_and_writes_nothing(run: Run, home: Path, plan: Path) -> None:
    done = run("import", str(plan), "--dry-run", JARVIS_LANG="es")
    assert done.returncode == 0
    assert tomllib.loads(done.stdout)["routing"]["max_local_latency"] == 5.0
    assert "no los 14.0 GB del plan" in done.stderr
    assert not home.exists()


def test_an_import_as_json(run: Run, plan: Path) -> None:
    done = run("import", str(plan), "--json")
    report = json.loads(done.stdout)
    assert report["models"]["small"] == "llama-3.1-8b-instruct"
    assert report["changed"] is True
    assert len(report["corrections"]) >= 6


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"models": {"a": {"name": "x", "gpu": 1}}}', "models.a.gpu"),
        ('{"models": {"a": ', "line 1, column 18"),
        ("{}", "not the plan's format"),
        (None, "There is no file"),
        ("folder", "Name the plan's own file"),
        ("/dev/zero", "Name the plan's own file"),
    ],
)
def test_a_bad_plan_changes_nothing(run: Run, home: Path, plan: Path, content: str | None, said: str) -> None:
    if content in (None, "folder", "/dev/zero"):
        plan.unlink()
    if content == "folder":
        plan.mkdir()
    elif content == "/dev/zero":
        plan.symlink_to(content)
    elif content is not None:
        plan.write_text(content)
    assert said in refused(run("import", str(plan)))
    assert not home.exists()
