"""How a month's budget is spread over its days: the law, as a pure function.

At dawn ``left`` of the budget is left for ``days`` days, today included. An even share is ``left / days``. A day may
take up to ``BURST`` even shares (and never more than ``left``): that is its *allowance*. How hard routing leans local
follows from what today has taken of it, the *pressure*: 0 up to one even share, then rising in a straight line to 1 at
the whole allowance. With pressure 1 nothing that a local model can do is paid for. The *multiplier* says the same to
a policy that weighs money against quality: it counts every price ``1 / (1 - pressure)`` times, at most ``MOST`` times.

Why this: what a day leaves is shared out again the next morning, so a quiet start makes later days richer, and on the
last two days the allowance is all that is left: nothing stays unspent out of fear. And a month in which every day
takes its whole allowance still has (23 * 22) / (30 * 29) = 58 % after the first week of thirty days: it cannot be gone
by then. The budget itself is the ledger's to keep; this only decides when to hold back.
"""

from __future__ import annotations

from fractions import Fraction

BURST = 2
MOST = 100.0
LEAN = 0.25
"""Pressure from any budget of which ``budget.warn_at`` is used, at least: a dear answer must be worth a third more."""


def allowance(left_micro_usd: int, days: int) -> int:
    """Micro-dollars that today may take, of what was left at dawn for ``days`` days, today included."""
    left = max(0, left_micro_usd)
    return min(left, BURST * left // max(1, days))


def pressure(used_today_micro_usd: int, left_micro_usd: int, days: int) -> float:
    """0 to 1, from what today has taken, what was left at dawn, and for how many days, today included.

    On the last day the allowance is one even share and there is nothing to save for: the pressure rises only in its
    last tenth.
    """
    most = allowance(left_micro_usd, days)
    if used_today_micro_usd >= most:
        return 1.0
    even = Fraction(9, 10) * most if days <= 1 else Fraction(max(0, left_micro_usd), days)
    over = Fraction(used_today_micro_usd) - even
    return float(min(Fraction(1), max(Fraction(0), over / max(Fraction(1), most - even))))


def multiplier(pressure: float) -> float:
    """How many times a policy should count a price."""
    return min(MOST, 1 / max(1 / MOST, 1 - pressure))
