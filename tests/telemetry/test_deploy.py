"""What is in deploy/ for Prometheus and Grafana fits what Jarvis really says: by names, by promtool, by Prometheus."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from home import Home, wait_for
from jarvis.daemon import find

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DASHBOARD = json.loads((DEPLOY / "grafana.json").read_text())
ALERTS = yaml.safe_load((DEPLOY / "alerts.yaml").read_text())
promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="no promtool (Debian: prometheus)")
WORDS = {
    "sum", "rate", "increase", "by", "on", "or", "and", "unless", "offset", "histogram_quantile", "vector", "changes",
}  # fmt: skip
"""Of PromQL, as far as it is used."""
PROMETHEUSS = {"up": {"job", "instance"}}


def expressions() -> Iterator[tuple[str, str, str]]:
    """Of every panel, annotation and rule: whose it is, its PromQL, and the text that has its labels."""
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], sent(target["expr"]), target["legendFormat"]
    for note in DASHBOARD["annotations"]["list"]:
        if "expr" in note:
            yield note["name"], sent(note["expr"]), ""
    for group in ALERTS["groups"]:
        for rule in group["rules"]:
            texts = " ".join(rule["annotations"].values())
            yield rule["alert"], rule["expr"], re.sub(r"\{\{ *\$labels\.(\w+) *\}\}", r"{{\1}}", texts)


def sent(expr: str) -> str:
    return expr.replace("$__rate_interval", "5m").replace("$__range", "1h").replace("$device", ".*")


@pytest.fixture(scope="module")
def samples(page: str) -> dict[str, set[str]]:
    """The labels of every sample name that was really told."""
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found | PROMETHEUSS


def read(expr: str) -> tuple[list[tuple[str, set[str]]], set[str]]:
    """Its metrics with the labels that are asked of each, and the labels by which it groups."""
    bare = re.sub(r'"[^"]*"', '""', expr)
    grouped = {name.strip() for names in re.findall(r"\b(?:by|on)\s*\(([^)]*)\)", bare) for name in names.split(",")}
    bare = re.sub(r"\b(?:by|on)\s*\([^)]*\)", " ", re.sub(r"\[[^\]]*\]|\boffset \w+", " ", bare))
    found = []
    for name, asked in re.findall(r"([a-z_][a-z0-9_]*)\s*(\{[^}]*\})?", re.sub(r"\b[\d.]+(e\d+)?\b", " ", bare)):
        if name not in WORDS:
            found.append((name, set(re.findall(r"(\w+)\s*[=!]", asked))))
    return found, grouped


@pytest.mark.parametrize(("whose", "expr", "legend"), list(expressions()))
def test_each_metric_and_label_is_told(whose: str, expr: str, legend: str, samples: dict[str, set[str]]) -> None:
    metrics, grouped = read(expr)
    assert metrics
    for name, labels in metrics:
        assert name in samples, f"{whose}: no metric {name}"
        assert labels <= samples[name], f"{whose}: {name} has no {labels - samples[name]}"
    left = grouped or set.union(*(samples[name] for name, _ in metrics))
    assert grouped - {"le"} <= set.union(*(samples[name] for name, _ in metrics))
    assert set(re.findall(r"\{\{ *(\w+) *\}\}", legend)) <= left, whose


def test_what_is_not_there_is_seen(samples: dict[str, set[str]]) -> None:
    assert read('sum by (le, x) (rate(a_bucket{b=~"c.*",d!="e"}[5m])) / (f > 1e9) or vector(0)') == (
        [("a_bucket", {"b", "d"}), ("f", set())], {"le", "x"},
    )  # fmt: skip
    assert "jarvis_tokens_total" not in samples
    variables = {v["name"]: v for v in DASHBOARD["templating"]["list"]}
    metric, label = re.findall(r"label_values\((\w+),\s*(\w+)\)", variables["device"]["definition"])[0]
    assert label in samples[metric]


def test_the_dashboard_is_one() -> None:
    panels = DASHBOARD["panels"]
    assert DASHBOARD["schemaVersion"] >= 41 and DASHBOARD["uid"] == "jarvis"
    assert len({p["id"] for p in panels}) == len(panels)
    known = {r["id"] for r in DASHBOARD["__requires"] if r["type"] == "panel"}
    assert {p["type"] for p in panels} - {"row"} == known
    used = {p["datasource"]["uid"] for p in panels if p["type"] != "row"}
    assert used == {"${datasource}"}, "of whoever imports it"
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24 and not cells & taken, panel["title"]
        taken |= cells


@promtool
def test_promtool_takes_the_rules_the_queries_and_the_page(page: str, tmp_path: Path) -> None:
    recording = [
        {"record": f"panel:{number}", "expr": expr} for number, (_, expr, _) in enumerate(expressions())
    ]  # fmt: skip
    (tmp_path / "panels.yaml").write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": recording}]}))
    shutil.copy(DEPLOY / "alerts.yaml", tmp_path)
    shutil.copy(Path(__file__).with_name("alerts_test.yaml"), tmp_path)
    (tmp_path / "prometheus.yml").write_text((DEPLOY / "prometheus.yml").read_text())
    for words, told in (
        (("check", "rules", "alerts.yaml", "panels.yaml"), ""),
        (("test", "rules", "alerts_test.yaml"), ""),
        (("check", "config", "--syntax-only", "prometheus.yml"), ""),
        (("check", "metrics"), page),
    ):
        done = subprocess.run(
            ["promtool", *words], input=told, capture_output=True, text=True, timeout=60, cwd=tmp_path, check=False
        )
        assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"


@pytest.mark.skipif(shutil.which("prometheus") is None, reason="no Prometheus (Debian: prometheus)")
def test_prometheus_itself_reads_jarvis_and_answers_every_query(busy: Home, tmp_path: Path) -> None:
    address = find(busy.paths)
    assert address is not None
    config = yaml.safe_load((DEPLOY / "prometheus.yml").read_text())
    config["global"]["scrape_interval"] = "1s"
    (job,) = config["scrape_configs"]
    job["static_configs"][0]["targets"] = [urllib.parse.urlsplit(address.url).netloc]
    made = busy.run("token", "add", "scraper", "--may", "metrics")
    (tmp_path / "token").write_text(made.stdout)
    job["authorization"]["credentials_file"] = str(tmp_path / "token")
    (tmp_path / "prometheus.yml").write_text(yaml.safe_dump(config))
    shutil.copy(DEPLOY / "alerts.yaml", tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        here = f"127.0.0.1:{free.getsockname()[1]}"
    running = subprocess.Popen(
        ["prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=data", f"--web.listen-address={here}"],
        cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:

        def ask(path: str, **params: str) -> Any:
            url = f"http://{here}/api/v1/{path}?{urllib.parse.urlencode(params)}"
            try:
                with urllib.request.urlopen(url, timeout=10) as reply:
                    return json.load(reply)["data"]
            except OSError:
                return None

        def scraped() -> bool:
            told = ask("query", query='count_over_time(jarvis_saved_usd{job="jarvis"}[1m])')
            return bool(told and told["result"] and float(told["result"][0]["value"][1]) >= 3)

        wait_for(scraped, 60)
        names = set(ask("label/__name__/values"))
        for whose, expr, _ in expressions():
            assert ask("query", query=expr) is not None, f"{whose}: {expr}"
            assert {name for name, _ in read(expr)[0]} <= names, whose
        memory = "sum by (name) (jarvis_device_memory_bytes) / 1073741824"
        found = {row["metric"]["name"]: float(row["value"][1]) for row in ask("query", query=memory)["result"]}
        assert found["NVIDIA GeForce RTX 5070 Ti"] == 16
        rules = ask("rules")["groups"][0]["rules"]
        assert len(rules) == len(ALERTS["groups"][0]["rules"])
    finally:
        running.terminate()
        running.wait(30)
