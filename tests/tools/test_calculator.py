"""The calculator: what it reads, that it is exact, and that nothing it is given is ever run."""

from __future__ import annotations

import asyncio
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvis.errors import JarvisError, UsageError
from jarvis.tools import _calculator_child, _exact, calculator
from jarvis.tools._formula import read
from jarvis.tools.base import Home, Outcome
from tests_tools import asker, tool

SUMS = [
    ("en", "2^3", "2^3 = 8"),
    ("en", "2**3", "2^3 = 8"),
    ("es", "3,5 * 2", "3,5 × 2 = 7"),
    ("es", "1.234,56 + 1", "1234,56 + 1 = 1235,56"),
    ("en", "1,234.56 + 1", "1234.56 + 1 = 1235.56"),
    ("es", "17% de 2.340", "17 % de 2340 = 397,8"),
    ("en", "17% of 2,340", "17 % of 2340 = 397.8"),
    ("en", "what is 17 percent of 2340?", "17 % of 2340 = 397.8"),
    ("es", "¿Cuánto es el 20 por ciento de 50?", "20 % de 50 = 10"),
    ("en", "200 + 10%", "200 + 10 % = 220"),
    ("en", "80 - 25%", "80 - 25 % = 60"),
    ("es", "5 por 3 más 2", "5 × 3 + 2 = 17"),
    ("es", "la mitad de 30", "1 ÷ 2 × 30 = 15"),
    ("es", "100 dividido entre 8", "100 ÷ 8 = 12,5"),
    ("es", "tres", None),
    ("en", "10 % 3", "10 mod 3 = 1"),
    ("en", "0.1 + 0.2", "0.1 + 0.2 = 0.3"),
    ("en", "1/3 + 1/4", "1 ÷ 3 + 1 ÷ 4 = 7/12 ≈ 0.583333333333"),
    ("en", "-2^2", "-2^2 = -4"),
    ("en", "2^-1", "2^(-1) = 0.5"),
    ("en", "2^3^2", "2^3^2 = 512"),
    ("en", "(1+2)(3+4)", "(1 + 2) × (3 + 4) = 21"),
    ("en", "12 x 3", "12 × 3 = 36"),
    ("en", "12 × 3 ÷ 4", "12 × 3 ÷ 4 = 9"),
    ("es", "raíz cúbica de 27", "cbrt(27) = 3"),
    ("es", "raíz de 144", "sqrt(144) = 12"),
    ("en", "5!", "factorial(5) = 120"),
    ("en", "max(3,5)", "max(3, 5) = 5"),
    ("es", "mcd(12; 18)", "gcd(12; 18) = 6"),
    ("en", "round(2.5)", "round(2.5) = 3"),
    ("en", "mean(1, 2, 6)", "mean(1, 2, 6) = 3"),
    ("en", "3² + 4²", "3^2 + 4^2 = 25"),
    ("en", "1e3 * 2", "1e3 × 2 = 2000"),
    ("en", "1 000 000 / 4", "1,000,000 ÷ 4 = 250,000"),
    ("en", "7 squared", "7^2 = 49"),
    ("en", "half of 7", "1 ÷ 2 × 7 = 3.5"),
]


@pytest.mark.parametrize(("language", "text", "said"), [s for s in SUMS if s[2]])
async def test_sums(make: object, language: str, text: str, said: str) -> None:
    found = await calculate(make, text, language)
    assert found.text == said


async def calculate(make: object, text: str, language: str = "en") -> Outcome:
    home: Home = make()  # type: ignore[operator]
    box = calculator.Toolbox(home)
    return await (await tool(box, "calculator")).run({"expression": text}, asker(language))


SYMBOLIC = [
    ({"task": "solve", "expression": "x² - 4 = 0"}, "solutions: x^2 - 4 = 0 → -2; 2"),
    ({"task": "solve", "expression": "x + y = 3; x - y = 1"}, "x = 2, y = 1"),
    ({"task": "solve", "expression": "x = x + 1"}, "none"),
    ({"task": "integrate", "expression": "x^2"}, "x^3/3"),
    ({"task": "integrate", "expression": "x^2", "low": "0", "high": "1"}, "1/3 ≈ 0.333333333333"),
    ({"task": "differentiate", "expression": "x^3 + ln x"}, "3*x^2 + 1/x"),
    ({"task": "differentiate", "expression": "sin(x)", "times": 2}, "-sin(x)"),
    ({"task": "limit", "expression": "sin(x)/x", "at": "0"}, "→ 1"),
    ({"task": "limit", "expression": "1/x", "at": "oo"}, "→ 0"),
    ({"task": "factor", "expression": "360"}, "2^3 × 3^2 × 5"),
    ({"task": "factor", "expression": "x^2 - 1"}, "(x - 1)*(x + 1)"),
    ({"task": "expand", "expression": "(a+b)^2"}, "a^2 + 2*a*b + b^2"),
    ({"task": "simplify", "expression": "sin(x)^2 + cos(x)^2"}, "→ 1"),
    ({"task": "calculate", "expression": "det([[1,2],[3,4]])"}, "→ -2"),
    ({"task": "calculate", "expression": "inv([[1,2],[3,4]])"}, "[[-2, 1], [3/2, -1/2]]"),
    ({"task": "calculate", "expression": "eigenvalues([[2,0],[0,3]])"}, "2; 3"),
    ({"task": "calculate", "expression": "sqrt(2)"}, "≈ 1.41421356237"),
]


async def test_symbolic_mathematics(make: object) -> None:
    box = calculator.Toolbox(make())  # type: ignore[operator]
    maths = await tool(box, "maths")
    gate = asyncio.Semaphore(2)

    async def one(arguments: dict[str, object]) -> str:
        async with gate:
            return (await maths.run(arguments, asker())).text  # type: ignore[arg-type]

    found = await asyncio.gather(*(one(a) for a, _ in SYMBOLIC))
    assert [(f, s) for f, (_, s) in zip(found, SYMBOLIC, strict=True) if s not in f] == []


HOSTILE = [
    "__import__('os').system('id')", "().__class__.__bases__[0]", "x.__class__", "open('/etc/passwd')", "exec('1')",
    "lambda x: x", "eval(1)", "os", "import os", "getattr(x, 'y')", "[x for x in 1]", "f'{1}'", "`id`", "$(id)",
    "print(1)", "globals()", "1 if 1 else 2", "x = 1; import os", "a" * 401, "(" * 200 + "1" + ")" * 200,
    "-" * 300 + "1",
    "", "   ", "1 +", "* 2", "1..2.3", "2 3", "[[1,2],[3]]", "sqrt(1, 2)", "max(1)", "1/0", "5 mod 0", "0^-1",
    "sqrt", "\u202e1+1", "1\x00+1", "=", "1 = 2 = 3", "'a' * 3", "x[0]", "sympify(1)", "Symbol('x')",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
async def test_what_is_no_formula_is_refused_before_anything_is_worked_out(
    make: object, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*given: object) -> dict[str, str]:
        raise AssertionError("SymPy was asked")

    monkeypatch.setattr(calculator.Toolbox, "_ask", never)
    with pytest.raises(UsageError) as refused:
        await calculate(make, text)
    assert refused.value.hint()


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    for language in ("en", "es"):
        try:
            node = read(text, language)  # type: ignore[arg-type]
            _exact.value(node)
            _exact.shown(node, language)  # type: ignore[arg-type]
        except UsageError:
            pass


def joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]}{t[1]}{t[2]})")


@given(st.recursive(st.integers(0, 99).map(str), joined, max_leaves=12))
def test_whole_numbers_come_out_as_python_has_them(text: str) -> None:
    assert _exact.value(read(text)) == eval(text)


async def test_a_bomb_is_ended_and_says_so(make: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calculator, "SECONDS", 2.0)
    with pytest.raises(UsageError) as refused:
        await calculate(make, "9^9^9^9")
    assert refused.value.code == "tools.formula_slow"


async def test_whoever_leaves_ends_the_process(make: object) -> None:
    box = calculator.Toolbox(make())  # type: ignore[operator]
    maths = await tool(box, "maths")
    working = asyncio.create_task(maths.run({"task": "calculate", "expression": "9^9^9^9"}, asker()))  # type: ignore[arg-type]
    async with asyncio.timeout(10):
        while not box._running:
            await asyncio.sleep(0)
    (process,) = box._running
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert process.returncode == -9
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


async def test_the_process_gets_no_secret_and_may_not_write(make: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    started: list[dict[str, str]] = []
    start = asyncio.create_subprocess_exec

    async def watched(*command: str, **how: object) -> object:
        started.append(how["env"])  # type: ignore[arg-type]
        return await start(*command, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", watched)
    assert (await calculate(make, "sqrt(3)")).text.startswith("sqrt(3) ≈ 1.732")
    assert "canary" not in str(started) and len(started) == 1
    assert _calculator_child.MEMORY_BYTES <= 1 << 30


async def test_errors_are_for_whoever_asked(make: object) -> None:
    with pytest.raises(JarvisError) as refused:
        await calculate(make, "foo + 1", "es")
    assert "foo" in refused.value.message("es") and "sqrt" in refused.value.hint("es")
