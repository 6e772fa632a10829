"""A Whisper of Hugging Face's turned into CTranslate2's form, by CTranslate2's own converter. Run by ``converting.py``
with the Python that has Transformers: this file imports nothing of Jarvis. One line of JSON for each step.
"""

import json
import sys
from pathlib import Path


def tell(**facts: object) -> None:
    print(json.dumps(facts), flush=True)  # noqa: T201 - its parent reads it


def check(source: str) -> None:
    """Transformers makes up what a file lacks: that is no model."""
    import transformers

    _, found = transformers.WhisperForConditionalGeneration.from_pretrained(source, output_loading_info=True)
    missing = sorted(set(found["missing_keys"]) - {"proj_out.weight"})  # which is the embedding's
    if missing:
        sys.exit(f"{len(missing)} weights are missing: {', '.join(missing[:3])}, ...")


def main(order: dict[str, str]) -> None:
    tell(stage="start")
    import torch
    import transformers

    sys.path.append(order["packages"])  # after its own: only CTranslate2 is wanted from there
    from ctranslate2.converters import TransformersConverter

    source, out = order["source"], Path(order["out"])
    transformers.utils.logging.disable_progress_bar()
    tell(stage="read")
    config = transformers.AutoConfig.from_pretrained(source)
    tokenizer = transformers.WhisperTokenizerFast.from_pretrained(source)
    check(source)
    with torch.no_grad():
        tell(stage="convert")
        TransformersConverter(source, low_cpu_mem_usage=True).convert(
            str(out), quantization=order["quantization"], force=True
        )
    tokenizer.backend_tokenizer.save(str(out / "tokenizer.json"))
    heard = Path(source) / "preprocessor_config.json"
    if heard.is_file():
        (out / heard.name).write_bytes(heard.read_bytes())
    generation = transformers.GenerationConfig.from_pretrained(source)
    tell(
        stage="done",
        languages=[name.strip("<|>") for name in getattr(generation, "lang_to_id", None) or {}],
        layers=config.decoder_layers,
        hidden=config.d_model,
        heads=config.decoder_attention_heads,
        feed_forward=config.decoder_ffn_dim,
        vocabulary=config.vocab_size,
    )


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
