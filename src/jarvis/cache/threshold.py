"""How alike two wordings must be before one's answer is given to the other, and how that is learned. Pure.

Each entry has its own threshold. It begins at what was found on public question pairs for all entries, and moves by
what is observed of that entry: an answer that was given to another wording was right, or it was wrong.

The rule. For a candidate at cosine ``c`` the chance that it is wrong is estimated as the mean of a Beta distribution:
its prior is the share of wrong ones among pairs that passed the same guards at the same threshold; it counts as wrong
what was wrong at ``c`` or above (what is less alike cannot be safer) or little below, and as right what was right at
``c`` or below (what is more alike cannot be worse). The candidate is given with probability ``min(1, BOUND / chance)``.
So, as far as the estimate holds, at most ``BOUND`` of all candidates are answered wrongly, whatever an entry turns out
to be, and an entry that was wrong still gets its chance to be seen right. Where the person said themselves that an
answer was wrong, nothing is left to chance: at that cosine and below it is never given again.
"""

from __future__ import annotations

from dataclasses import dataclass

from jarvis.cache.guards import Difference

BOUND = 0.08
"""Of the candidates that pass the guards, the share that may be answered wrongly. On public pairs one prompt in
sixteen has a candidate: 0.5 % of all prompts."""
PRIOR_WRONG, PRIOR_WEIGHT = 0.06, 8.0
"""Wrong ones among candidates on the pairs that were kept back, and as how many observations that counts."""
NEAR = 0.02
"""How far below a cosine what was wrong still counts against it."""
MOST_SEEN = 64
"""Observations that are remembered of one entry, the latest."""

LEAST, STEP = 0.94, 0.01
"""Least cosine of two wordings with the same content that differ in one small word or none, and how much more it must
be for each small word beyond."""
TURNED = 0.98
"""Least cosine where one says `A of B` and the other `B A`."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was observed of one entry: (cosine, whether its answer was right), and the cosine that was refused."""

    outcomes: tuple[tuple[float, bool], ...] = ()
    refused: float = -1.0

    def add(self, cosine: float, right: bool, certain: bool) -> Seen:
        """With one observation more; ``certain`` when the person said so themselves."""
        refused = max(self.refused, cosine) if certain and not right else self.refused
        return Seen((*self.outcomes, (cosine, right))[-MOST_SEEN:], refused)


def least(apart: Difference) -> float:
    """The cosine that two wordings need at least, by how they differ."""
    return TURNED if apart.turned else LEAST + STEP * max(0, apart.weak - 1)


def wrong_chance(seen: Seen, cosine: float) -> float:
    """The chance that the entry's answer is wrong for a wording at this cosine."""
    wrong = sum(1 for at, right in seen.outcomes if not right and at >= cosine - NEAR)
    right = sum(1 for at, right in seen.outcomes if right and at <= cosine)
    return (PRIOR_WRONG * PRIOR_WEIGHT + wrong) / (PRIOR_WEIGHT + wrong + right)


def given(seen: Seen, cosine: float, draw: float) -> bool:
    """Whether the entry's answer is given; ``draw`` is a random number in [0, 1)."""
    return cosine > seen.refused and draw < BOUND / wrong_chance(seen, cosine)
