"""Defaults < file < environment < flags, each value with its origin, each mistake with its place."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jarvis.config.load import load
from jarvis.config.problems import InvalidConfig
from jarvis.config.schema import Settings
from jarvis.errors import ConfigError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def refused(file: Path, text: str, environ: dict[str, str] | None = None) -> ConfigError:
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(environ=environ or {}, path=file)
    return caught.value


def test_nothing_anywhere_is_the_defaults(tmp_path: Path) -> None:
    loaded = load(environ={"JARVIS_HOME": str(tmp_path)})
    assert loaded.settings == Settings()
    assert set(loaded.origins.values()) == {"default"}
    assert loaded.origins["server.port"] == "default"
    assert loaded.path == tmp_path / "config" / "config.toml"
    assert not loaded.path.exists()


def test_each_layer_wins_over_the_one_below(file: Path) -> None:
    file.write_text('[server]\nport = 1\nhost = "::1"\n\n[models]\ncontext = 1024\nparallel = 3\n')
    environ = {"JARVIS_MODELS_CONTEXT": "2048", "JARVIS_MODELS_PARALLEL": "4"}
    loaded = load({"models.parallel": "5"}, environ, file)
    assert loaded.settings.server.port == 1
    assert loaded.settings.models.context == 2048
    assert loaded.settings.models.parallel == 5
    assert loaded.origins["server.port"] == f"file {file}:2"
    assert loaded.origins["models.context"] == "environment JARVIS_MODELS_CONTEXT"
    assert loaded.origins["models.parallel"] == "flag --parallel"
    assert loaded.origins["daemon.idle_exit_seconds"] == "default"


def test_every_setting_has_an_origin_and_sections_have_none(file: Path) -> None:
    file.write_text('language = "es"\n[model."llama-3.1-8b"]\ngpu = 1\n')
    origins = load(environ={}, path=file).origins
    assert origins["model.llama-3.1-8b.gpu"] == f"file {file}:3"
    assert "model.llama-3.1-8b" not in origins
    assert "server" not in origins
    assert len([o for o in origins.values() if o == "default"]) > 25


def test_the_environment_speaks_text(file: Path) -> None:
    file.write_text("")
    loaded = load(
        environ={
            "JARVIS_MODELS_COMMUNITY": "1",
            "JARVIS_ASSISTANT_STORE": "off",
            "JARVIS_ROUTING_MAX_LOCAL_LATENCY": "2",
            "JARVIS_SERVER_ALLOWED_HOSTS": "a.local, b.local,",
            "JARVIS_ENGINES_LLAMA_CPP_POLL": "",
            "JARVIS_ENGINES_LLAMA_CPP_THREADS": "4",
            "JARVIS_HOME": "/nowhere",
            "JARVIS_LANG": "es",
            "PATH": "/bin",
        },
        path=file,
    ).settings
    assert loaded.models.community is True
    assert loaded.assistant.store is False
    assert loaded.routing.max_local_latency == 2.0
    assert loaded.server.allowed_hosts == ("a.local", "b.local")
    assert loaded.engines.llama_cpp.poll is None
    assert loaded.engines.llama_cpp.threads == 4


def test_a_path_counts_from_where_it_is_written(file: Path) -> None:
    file.write_text('[telemetry]\njsonl = "logs/metrics.jsonl"\n[engines.llama_cpp]\nbinary = "~/llama-server"\n')
    loaded = load(environ={"JARVIS_SERVER_TLS_CERT": "a.pem", "JARVIS_SERVER_TLS_KEY": "/k.pem"}, path=file).settings
    assert loaded.telemetry.jsonl == file.parent / "logs" / "metrics.jsonl"
    assert loaded.engines.llama_cpp.binary == Path.home() / "llama-server"
    assert loaded.server.tls_cert == Path.cwd() / "a.pem"
    assert loaded.server.tls_key == Path("/k.pem")


@pytest.mark.parametrize(
    ("text", "place", "meant"),
    [
        ("[server]\n\nprot = 1\n", ":3", "server.port"),
        ("port = 1\n", ":1", "server.port"),
        ("[serve]\nport = 1\n", ":1", "server"),
        ('[model."x.y"]\ngpu_id = 1\n', ":2", "model.x.y.gpu"),
        ("[engines.llama_cpp]\nthread = 1", ":2", "engines.llama_cpp.threads"),
        ("[server.tls_keys]\ncert = 1\n", ":1", "server.tls_key"),
        ("qqqq = 1\n", ":1", ""),
    ],
)
def test_an_unknown_key_names_its_place_and_the_nearest(file: Path, text: str, place: str, meant: str) -> None:
    error = refused(file, text)
    assert error.code == "config.unknown_key"
    assert f"{file}{place})" in error.message("en")
    assert ("Did you mean" in error.message("en")) == bool(meant)
    assert meant in error.message("en")
    assert error.hint("es")


@pytest.mark.parametrize(
    ("text", "key", "value", "allowed"),
    [
        ("[server]\nport = 70000\n", "server.port", "70000", "from 0 to 65535"),
        ('[server]\nport = "8484"\n', "server.port", '"8484"', "whole number"),
        ("[server]\nport = true\n", "server.port", "true", "whole number"),
        ("[server]\nport = 1.5\n", "server.port", "1.5", "whole number"),
        ('[models]\ncommunity = "yes"\n', "models.community", '"yes"', "true or false"),
        ('language = "fr"\n', "language", '"fr"', "one of auto, en, es"),
        ("[models]\ncontext = 100\n", "models.context", "100", "not below 256"),
        ("[routing]\nmax_local_latency = 0\n", "routing.max_local_latency", "0", "above 0"),
        ("[routing]\nmax_local_latency = nan\n", "routing.max_local_latency", "NaN", "above 0"),
        ("[server]\nallowed_hosts = [1]\n", "server.allowed_hosts", "1", "list of texts"),
        ('[server]\nallowed_hosts = "a"\n', "server.allowed_hosts", '"a"', "list of texts"),
        ("[telemetry]\njsonl = 5\n", "telemetry.jsonl", "5", "a path"),
        ("[model.x]\ndifficulty_range = [60, 20]\n", "model.x.difficulty_range", "[60, 20]", "from 0 to 100"),
        ("[model.x]\ndifficulty_range = [0, 101]\n", "model.x.difficulty_range", "101", "from 0 to 100"),
        ("[model.x]\ndifficulty_range = [5]\n", "model.x.difficulty_range", "[5]", "from 0 to 100"),
        ("[server]\nhost = 2024-01-01\n", "server.host", "2024-01-01", "a text"),
    ],
)
def test_a_wrong_value_names_key_value_and_what_is_allowed(
    file: Path, text: str, key: str, value: str, allowed: str
) -> None:
    message = refused(file, text).message("en")
    assert key in message
    assert value in message
    assert allowed in message
    assert f"{file}:" in message


def test_names_of_an_engine_s_own_settings_are_free(file: Path) -> None:
    file.write_text('[model.x.options]\nngl = 5\nfast = true\n[model."y.z"]\noptions = {pooling = "mean"}\n')
    loaded = load(environ={}, path=file)
    assert loaded.settings.model["x"].options == {"ngl": 5, "fast": True}
    assert loaded.origins["model.x.options.ngl"] == f"file {file}:2"
    assert loaded.origins["model.y.z.options.pooling"] == f"file {file}:5"
    assert "model.x.options" not in loaded.origins
    error = refused(file, "[model.x.options]\nngl = [5]\n")
    assert (error.code, error.facts["key"]) == ("config.bad_value", "model.x.options.ngl")
    assert f"{file}:2" in error.message("en")
    error = refused(file, "[model.x]\noptions = 5\n")
    assert (error.code, error.facts["key"]) == ("config.bad_value", "model.x.options")


def test_a_section_is_not_a_value(file: Path) -> None:
    assert refused(file, "server = 3\n").code == "config.not_a_section"
    assert refused(file, "model = 3\n").code == "config.not_a_section"
    assert refused(file, "[model]\nx = 3\n").code == "config.not_a_section"
    assert refused(file, "[[server]]\nport = 3\n").code == "config.not_a_section"


def test_where_a_wrong_value_came_from(file: Path) -> None:
    error = refused(file, "[server]\nport = 1", {"JARVIS_SERVER_PORT": "http"})
    assert "JARVIS_SERVER_PORT" in error.message("en")
    assert '"http"' in error.message("en")
    with pytest.raises(ConfigError) as caught:
        load({"server.behind_proxy": "maybe"}, {}, file)
    assert "--behind-proxy" in caught.value.message("es")


def test_an_unknown_variable_is_an_error(file: Path) -> None:
    error = refused(file, "", {"JARVIS_SERVER_POTR": "1"})
    assert error.code == "config.unknown_variable"
    assert "JARVIS_SERVER_PORT" in error.message("en")
    assert "unset JARVIS_SERVER_POTR" in error.hint("en")


def test_all_mistakes_are_told_at_once(file: Path) -> None:
    error = refused(file, "[server]\nprot = 1\nport = -1\n", {"JARVIS_NADA": "1"})
    assert isinstance(error, InvalidConfig)
    assert [p.code for p in error.problems] == ["config.unknown_variable", "config.bad_value", "config.unknown_key"]
    for part in ("JARVIS_NADA", f"{file}:2", f"{file}:3"):
        assert part in error.message("es")
    assert error.exit_code == 2


def test_tls_needs_both_files(file: Path) -> None:
    error = refused(file, '[server]\ntls_cert = "a"\n')
    assert error.code == "config.tls_whole"
    assert "server.tls_key" in error.hint("es")


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a = \n", 1, 5),
        ("[server]\nport == 1\n", 2, 7),
        ('x = """\n\nabc', 3, 4),
        ("[server\n", 1, 8),
        ("x = '\x00'", 1, 6),
    ],
)
def test_bad_toml_names_line_and_column(file: Path, text: str, line: int, column: int) -> None:
    error = refused(file, text)
    assert error.code == "config.syntax"
    assert (error.facts["line"], error.facts["column"]) == (line, column)
    assert str(file) in error.message("en")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("host = mine\n", "entre comillas"),
        ("[server\n", "corchete"),
        ("a = 'x\n", "cerrar un texto"),
        ("a = 1\na = 2\n", "dos veces"),
        ('a = "C:\\users"\n', "barra invertida"),
        ("port 1\n", "un ="),
    ],
)
def test_bad_toml_is_explained_in_spanish(file: Path, text: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JARVIS_LANG", "es")
    assert reason in refused(file, text).message("es")


def test_a_file_that_cannot_be_read(file: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(environ={}, path=file)
    assert caught.value.code == "config.missing"
    file.write_bytes(b"a = 1\nb = '\xff'\n")
    with pytest.raises(ConfigError) as caught:
        load(environ={}, path=file)
    assert caught.value.code == "config.not_utf8"
    assert caught.value.facts["line"] == 2
    with pytest.raises(ConfigError) as caught:
        load(environ={}, path=tmp_path)
    assert caught.value.code == "config.is_a_folder"
    with pytest.raises(ConfigError) as caught:
        load(environ={"JARVIS_HOME": str(file)})
    assert caught.value.code == "config.not_in_a_folder"
    assert "unset JARVIS_HOME" in caught.value.hint("en")


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistakes(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf[server]\r\nport = 9000\r\n[models]\r\ncontext = 512\r\n")
    loaded = load(environ={}, path=file)
    assert (loaded.settings.server.port, loaded.settings.models.context) == (9000, 512)
    assert loaded.origins["models.context"] == f"file {file}:4"


def test_the_hint_is_the_command_that_takes_it_away_where_it_was_written(file: Path) -> None:
    assert "`jarvis config unset server.prot`" in refused(file, "[server]\nprot = 1\n").hint("en")
    assert "`jarvis config unset 'odd key'`" in refused(file, '"odd key" = 1\n').hint("en")
    assert "`jarvis config unset server.port`" in refused(file, '[server]\nport = "x"\n').hint("en")
    assert "`jarvis config unset server`" in refused(file, "server = 3\n").hint("en")
    assert "`unset JARVIS_SERVER_PORT`" in refused(file, "", {"JARVIS_SERVER_PORT": "x"}).hint("en")
    assert "`unset JARVIS_LANG`" in refused(file, "", {"JARVIS_LANG": "fr"}).hint("en")


def test_a_path_in_a_hint_is_written_as_a_shell_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "it's a folder"
    folder.mkdir()
    with pytest.raises(ConfigError) as caught:
        load(environ={}, path=folder)
    subprocess.run(["sh", "-c", caught.value.hint("en").split("`")[1]], check=True, timeout=60)
    assert (tmp_path / "it's a folder.aside").is_dir()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read(file: Path) -> None:
    file.write_text("")
    file.chmod(0)
    with pytest.raises(ConfigError) as caught:
        load(environ={}, path=file)
    assert caught.value.code == "config.unreadable"


WHOLE = (
    '# mine\nlanguage = "es" # sí\n[server]\nport = 9000\nallowed_hosts = [\n  "a", # one\n]\n'
    '[model."llama-3.1-8b"]\ndifficulty_range = [1, 60]\n[api.x]\nfast = true\n'
)


@pytest.mark.parametrize("length", range(len(WHOLE)))
def test_any_beginning_of_a_file_is_read_or_refused_with_its_place(file: Path, length: int) -> None:
    file.write_text(WHOLE[:length])
    try:
        load(environ={}, path=file)
    except ConfigError as error:
        assert str(file) in error.message("en")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60), st.integers(0, len(WHOLE)))
def test_no_bytes_bring_a_traceback(tmp_path: Path, junk: bytes, at: int) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(WHOLE[:at].encode() + junk + WHOLE[at:].encode())
    try:
        load(environ={}, path=file)
    except ConfigError as error:
        assert error.message("es")


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=30))
def test_no_text_in_the_environment_brings_a_traceback(tmp_path: Path, text: str) -> None:
    for name in ("JARVIS_SERVER_PORT", "JARVIS_SERVER_TLS_CERT", "JARVIS_SERVER_ALLOWED_HOSTS", "JARVIS_LANGUAGE"):
        try:
            load(environ={"JARVIS_HOME": str(tmp_path), name: text})
        except ConfigError as error:
            assert error.message("en")


def test_it_asks_for_nothing_heavy() -> None:
    code = (
        "import sys; import jarvis.config.load; print([m for m in ('tomlkit', 'rich', 'fastapi') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
