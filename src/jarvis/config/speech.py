"""The settings of hearing and speaking."""

from __future__ import annotations

from pydantic import Field

from jarvis.config.section import Section


class Speak(Section):
    """How Jarvis speaks."""

    model: str = Field(
        "auto",
        min_length=1,
        description="Who speaks. auto: the best model here for the language, else espeak-ng. Or a model; espeak-ng;"
        " PROVIDER/MODEL elsewhere, or gtts (Google), to which everything said is then sent.",
        examples=["kokoro-mirror"],
    )
    voice: dict[str, str] = Field(
        default_factory=dict, description="Voice for each language, by its name.", examples=[{"es": "ef_dora"}]
    )
    usd_per_million: float | None = Field(
        None,
        ge=0,
        le=1_000_000,
        description="Owner's price for a million letters said by PROVIDER/MODEL; without it nothing is said there,"
        " unless the provider is free.",
    )
    speed: float = Field(1.0, ge=0.5, le=2.0, description="How fast, 0.5 to 2.")


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


class Wyoming(Section):
    """What `jarvis wyoming` offers Home Assistant and other programs that speak Wyoming."""

    uri: str = Field(
        "tcp://127.0.0.1:10300",
        description="Where it listens; outside this machine only together with allow.",
        examples=["tcp://0.0.0.0:10300", "unix:///run/user/1000/jarvis.sock"],
    )
    allow: tuple[str, ...] = Field(
        (),
        description="Addresses and networks that may connect besides this machine: Wyoming knows no passwords.",
        examples=[["192.168.1.20", "10.0.0.0/8"]],
    )
    language: str = Field(
        "auto",
        pattern="^(auto|[a-z]{2,3})$",
        description="Language where the other program names none (es, en, ...); auto: found out.",
        examples=["es"],
    )
    voice: str = Field("", description="Voice where the other program names none; empty: that of the language.")
    model: str = Field("jarvis", min_length=1, description="Model that answers; jarvis: the best for each question.")
    month_usd: float = Field(0.0, ge=0, description="What answers through it may cost a month; 0: no paid models.")
