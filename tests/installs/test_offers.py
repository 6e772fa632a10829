"""Which build serves which machine, and the exact next step where none does."""

from __future__ import annotations

import pytest

from jarvis.errors import NotFound
from jarvis.installs.offers import CannotInstall, offer
from jarvis.texts import say
from jarvis.words.exchange import Notice
from jarvis.words.hardware import Gpu, Gpus, Version

NONE = Gpus(reason=Notice("hardware.no_driver"))


def cards(*found: tuple[str, Version | None, Version | None]) -> Gpus:
    named = enumerate(found)
    return Gpus(tuple(Gpu(f"GPU-{i}", n, i, capability=c, driver="5xx", cuda=cuda) for i, (n, c, cuda) in named))


NEW, OLD, PASCAL = ("RTX 5070 Ti", (12, 0)), ("RTX 2060", (7, 5)), ("GTX 1080 Ti", (6, 1))
LOST = Gpu("u", "A", 0, fault=Notice("hardware.gpu_lost", {"gpu": "A", "reason": "lost"}))


@pytest.mark.parametrize(
    ("name", "there", "build"),
    [
        ("vllm", NONE, "cpu"),
        ("transformers", NONE, "cpu"),
        ("vllm", cards((*NEW, (13, 0)), (*OLD, (13, 0))), "cuda"),
        ("transformers", cards((*OLD, (13, 1))), "cuda"),
        ("llama-vulkan", NONE, "vulkan"),
        ("llama-vulkan", cards((*NEW, (12, 4))), "vulkan"),
        # a card too old for it is no reason against the processor
        ("vllm", cards((*PASCAL, (13, 0))), "cpu"),
        ("transformers", cards((*PASCAL, (13, 0))), "cpu"),
        ("transformers", cards((*PASCAL, (13, 0)), (*OLD, (13, 0))), "cuda"),
        # and one that does not answer none against the card beside it
        ("vllm", Gpus((LOST, *cards((*NEW, (13, 0))).found)), "cuda"),
    ],
)
def test_what_serves_a_machine(name: str, there: Gpus, build: str) -> None:
    found = offer(name, there, "x86_64")
    assert (found.name, found.build) == (name, build)
    assert found.lock.is_file() and "--hash=sha256:" in found.lock.read_text()
    assert f"\n{found.package}==" in "\n" + found.lock.read_text()


def test_the_environments_pin_one_torch_and_name_no_index() -> None:
    for name in ("vllm", "transformers"):
        for there in (NONE, cards((*NEW, (13, 0)))):
            lock = offer(name, there, "x86_64").lock.read_text()
            assert "\ntorch==2.13.0 \\\n" in lock
            assert "://" not in lock and "--index" not in lock
            assert ("\nnvidia-" in lock) == bool(there.found)


@pytest.mark.parametrize("cuda", [(12, 8), None])
def test_an_old_driver_is_told_what_it_needs(cuda: Version | None) -> None:
    with pytest.raises(CannotInstall) as error:
        offer("vllm", cards((*NEW, cuda)), "x86_64")
    assert error.value.code == "installs.old_driver"
    assert "580" in error.value.hint("en") and "jarvis install llama-vulkan" in error.value.hint("es")


@pytest.mark.parametrize("name", ["vllm", "transformers"])
def test_an_engine_for_the_processor_beside_a_card_says_why(name: str) -> None:
    but = offer(name, cards((*PASCAL, (13, 0))), "x86_64").but
    assert but is not None
    for lang in ("en", "es"):
        assert "GTX 1080 Ti" in say(but.code, lang, **but.facts)
    for there in (NONE, cards((*NEW, (13, 0)))):
        assert offer(name, there, "x86_64").but is None


@pytest.mark.parametrize("card", [LOST, Gpu("u", "A", 0)])
def test_a_card_that_does_not_answer_is_not_taken_for_none(card: Gpu) -> None:
    with pytest.raises(CannotInstall) as error:
        offer("transformers", Gpus((card,)), "x86_64")
    assert error.value.code == "installs.unknown_card"
    assert "A" in error.value.message("es") and "jarvis doctor" in error.value.hint("en")


def test_a_cuda_server_has_to_be_built_and_how() -> None:
    with pytest.raises(CannotInstall) as error:
        offer("llama-cuda", cards((*NEW, (13, 0)), (*OLD, (13, 0))), "x86_64")
    hint = error.value.hint("en")
    assert '-DCMAKE_CUDA_ARCHITECTURES="75;120"' in hint and "12.8" in hint
    assert "jarvis config set engines.llama_cpp.binary" in hint and "jarvis install llama-vulkan" in hint
    with pytest.raises(CannotInstall) as older:
        offer("llama-cuda", cards((*OLD, (12, 4))), "x86_64")
    assert '-DCMAKE_CUDA_ARCHITECTURES="75"' in older.value.hint("es") and "12.0" in older.value.hint("es")
    with pytest.raises(CannotInstall) as none:
        offer("llama-cuda", NONE, "x86_64")
    assert none.value.code == "installs.no_card"


def test_other_processors_and_unknown_names() -> None:
    with pytest.raises(CannotInstall) as error:
        offer("llama-vulkan", NONE, "aarch64")
    assert "GGML_VULKAN" in error.value.hint("en")
    with pytest.raises(NotFound) as unknown:
        offer("vlm", NONE, "x86_64")
    assert "'vllm'" in unknown.value.message("en")
