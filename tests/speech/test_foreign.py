"""What is surely written in a language that nobody here speaks."""

from __future__ import annotations

import subprocess
import sys

import pytest

from jarvis.speech.foreign import foreign

pytest.importorskip("py3langid")

FOREIGN = {
    "Привет, как дела?": "ru",
    "你好": "zh",
    "今日は天気がいいですね": "ja",
    "안녕하세요": "ko",
    "مرحبا": "ar",
    "Γεια σου, τι κάνεις;": "el",
    "שלום": "he",
    "नमस्ते": "hi",
    "สวัสดี": "th",
    "Guten Morgen, wie geht es dir heute?": "de",
    "«Bonjour, comment allez-vous aujourd'hui ?»": "fr",
}
OURS = (
    "", ".", "😀", "hola 😀😀😀😀", "👍👍👍", "π ≈ 3,14", "α = β + γ", "OK", "Café", "Bonjour", "12:30", "→ ★ ♥ ✓",
    'En francés se dice "bonjour, comment allez-vous?"', "In German you say “Guten Morgen, wie geht es dir heute?”",
    "«Guten Morgen, wie geht es dir heute?», dijo Ana al entrar en la cocina.", "Mi amigo se llama Иван Петров.",
    "Se escribe 你好 y se lee ni hao.", "La letra griega ωμέγα es la última.",
)  # fmt: skip


@pytest.mark.parametrize("text", FOREIGN)
def test_foreign(text: str) -> None:
    assert foreign(text) == FOREIGN[text]


@pytest.mark.parametrize("text", OURS)
def test_ours(text: str) -> None:
    assert foreign(text) is None


def test_without_the_library_only_letters_tell() -> None:
    code = """
import sys
sys.modules["py3langid"] = None
from jarvis.speech.foreign import foreign
print(foreign("Guten Morgen, wie geht es dir heute?"), foreign("Привет, как дела?"), foreign("Hola"))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["None", "ru", "None"]
