"""The process in which SymPy works: a tree on stdin, an answer on stdout, little memory, little time, no files.

It is given trees of ``_formula`` alone and builds SymPy's objects of them one by one: no text is parsed here.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

MEMORY_BYTES = 768 << 20
"""SymPy itself maps about 200 MB."""
PROCESSOR_SECONDS = 10
MOST_ANSWER = 2000


def limit() -> None:
    """Of this process, for good."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard),) * 2)


class Working:
    """Builds and asks SymPy."""

    def __init__(self) -> None:
        import sympy

        self.s: Any = sympy

    def build(self, node: list[Any]) -> Any:  # noqa: C901 - a table
        s, kind = self.s, node[0]
        match kind:
            case "num":
                return s.Rational(node[1])
            case "sym":
                return s.Symbol(node[1])
            case "const":
                return {"pi": s.pi, "e": s.E, "i": s.I, "oo": s.oo}[node[1]]
            case "=":
                return s.Eq(self.build(node[1]), self.build(node[2]), evaluate=False)
            case "matrix":
                return s.Matrix([[self.build(n) for n in row] for row in node[1]])
            case "fn":
                return self._function(node[1], [self.build(n) for n in node[2:]])
            case "neg":
                return -self.build(node[1])
            case "percent":
                return self.build(node[1]) / 100
        left, right = self.build(node[1]), self.build(node[2])
        match kind:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case "/":
                return left / right
            case "mod":
                return left % right
            case "^":
                return left**right
        raise ValueError(kind)

    def _function(self, name: str, given: list[Any]) -> Any:  # noqa: C901 - a table
        s, first = self.s, given[0]
        table = {
            "sqrt": s.sqrt, "cbrt": s.cbrt, "abs": s.Abs, "exp": s.exp, "ln": s.log, "sin": s.sin, "cos": s.cos,
            "tan": s.tan, "cot": s.cot, "sec": s.sec, "csc": s.csc, "asin": s.asin, "acos": s.acos, "atan": s.atan,
            "sinh": s.sinh, "cosh": s.cosh, "tanh": s.tanh, "floor": s.floor, "ceil": s.ceiling,
            "factorial": s.factorial, "binomial": s.binomial, "min": s.Min, "max": s.Max,
        }  # fmt: skip
        if name in table:
            return table[name](*given)
        match name:
            case "log":
                return s.log(first, given[1] if len(given) > 1 else 10)
            case "gcd" | "lcm":
                return (s.gcd_list if name == "gcd" else s.lcm_list)(given)
            case "sum":
                return sum(given)
            case "mean":
                return sum(given) / s.Integer(len(given))
            case "round":
                return s.Float(first).round(int(given[1]) if len(given) > 1 else 0)
            case "det":
                return first.det()
            case "inv":
                return first.inv()
            case "transpose":
                return first.T
            case "rank":
                return s.Integer(first.rank())
            case "trace":
                return first.trace()
            case "eigenvalues":
                return [v for v, times in first.eigenvals().items() for _ in range(times)]
        raise ValueError(name)

    def answer(self, order: dict[str, Any]) -> Any:
        s, task = self.s, order["task"]
        found = self.build(order["node"])
        symbols = sorted(found.free_symbols, key=str) if hasattr(found, "free_symbols") else []
        name = order.get("variable")
        variable = s.Symbol(name) if name else (symbols[0] if symbols else s.Symbol("x"))
        if s.Symbol("x") in symbols and not name:
            variable = s.Symbol("x")
        match task:
            case "solve":
                system = [found, *(self.build(n) for n in order.get("more", ()))]
                if len(system) > 1:
                    return s.solve(system, symbols_of(system), dict=True)
                return s.solve(found, variable)
            case "simplify" | "calculate":
                return found if isinstance(found, list) else s.simplify(found)
            case "expand":
                return s.expand(found)
            case "factor":
                return s.factorint(found) if getattr(found, "is_Integer", False) else s.factor(found)
            case "differentiate":
                return s.diff(found, variable, order.get("times", 1))
            case "integrate":
                low, high = order.get("low"), order.get("high")
                if low is not None and high is not None:
                    return s.integrate(found, (variable, self.build(low), self.build(high)))
                return s.integrate(found, variable)
            case "limit":
                return s.limit(found, variable, self.build(order["at"]), order.get("side", "+-"))
        raise ValueError(task)

    def said(self, found: Any) -> dict[str, str]:
        """The exact answer, and about how much it is where that is not the same."""
        s = self.s
        if isinstance(found, dict) and all(isinstance(k, int) for k in found):
            return {"exact": " × ".join(f"{p}^{n}" if n > 1 else f"{p}" for p, n in found.items()), "about": ""}
        return {"exact": self._text(found), "about": self._about(found) if not isinstance(found, s.MatrixBase) else ""}

    def _text(self, found: Any) -> str:
        if isinstance(found, dict):
            return ", ".join(f"{k} = {self._text(v)}" for k, v in found.items())
        if isinstance(found, list | tuple):
            return "; ".join(self._text(v) for v in found)
        if isinstance(found, self.s.MatrixBase):
            return str(found.tolist())
        text = self.s.sstr(found).replace("**", "^").replace("oo", "∞")
        return str(text).replace("log(", "ln(")

    def _about(self, found: Any) -> str:
        if isinstance(found, list | tuple):
            about = [self._about(v) for v in found]
            return "; ".join(a or self._text(v) for a, v in zip(about, found, strict=True)) if any(about) else ""
        if not isinstance(found, self.s.Expr) or not found.is_number or found.is_Integer or not found.is_finite:
            return ""
        return str(self.s.N(found, 12)).rstrip("0").rstrip(".") if not found.has(self.s.I) else str(self.s.N(found, 6))


def symbols_of(system: list[Any]) -> list[Any]:
    return sorted({symbol for equation in system for symbol in equation.free_symbols}, key=str)


def main() -> None:
    limit()
    order = json.loads(sys.stdin.buffer.read(1 << 16))
    try:
        working = Working()
        sys.set_int_max_str_digits(0)  # the time is limited
        found = working.answer(order)
        told = working.said(found)
        if len(told["exact"]) > MOST_ANSWER:
            whole = getattr(found, "is_Integer", False)
            told = {"exact": f"≈ {working.s.N(found, 12)}" if whole else told["exact"][:MOST_ANSWER] + "…", "about": ""}
    except MemoryError:
        told = {"failed": "memory"}
    except (
        ArithmeticError,
        ValueError,
        TypeError,
        NotImplementedError,
        AttributeError,
        RecursionError,
        KeyError,
    ) as error:
        told = {"failed": type(error).__name__, "reason": str(error)[:200]}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
