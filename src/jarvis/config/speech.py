"""The settings of hearing and speaking."""

from __future__ import annotations

from pydantic import Field

from jarvis.config.section import Section


class Hear(Section):
    """How Jarvis hears."""

    model: str = Field(
        "auto", min_length=1, description="Model that hears; auto: the best one here.", examples=["whisper-base"]
    )
    language: str = Field(
        "auto",
        pattern="^(auto|[a-z]{2,3})$",
        description="Language that is spoken (es, en, ...); auto: found out, once for each conversation.",
        examples=["es"],
    )
    hints: tuple[str, ...] = Field(
        (),
        description="Names that are likely to be said: people, devices, rooms. They are heard better.",
        examples=[["Lucía", "EcoBee", "Puerta del Garaje"]],
    )
