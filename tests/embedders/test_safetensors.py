"""An embedding model as sentence-transformers lays it out, in Jarvis's own environment of Transformers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import lent
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from environments import CACHE, engine_python
from jarvis.catalog.catalog import Catalog
from jarvis.config.schema import Engines, Settings, Transformers
from jarvis.embedders.making import make
from jarvis.engines.transformers import Engine
from jarvis.fleet.keeper import Keeper
from jarvis.fleet.lease import How, Rules
from jarvis.fleet.ledger import Sight
from jarvis.fleet.lending import Lending
from jarvis.fleet.need import wish
from jarvis.words.fleet import HOST, Device
from jarvis.words.model import Installed, Load

MAKE = """
import json, sys
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import AutoModel, PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaModel

folder, texts = sys.argv[1], json.loads(sys.argv[2])
special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
words = special + ["la", "capital", "de", "Francia"] + [chr(n) for n in range(97, 123)]
made = Tokenizer(models.WordLevel({w: n for n, w in enumerate(words)}, unk_token="<unk>"))
made.pre_tokenizer = pre_tokenizers.Whitespace()
made.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
tokenizer = PreTrainedTokenizerFast(
    tokenizer_object=made, bos_token="<s>", eos_token="</s>", pad_token="<pad>", unk_token="<unk>", cls_token="<s>",
    sep_token="</s>", mask_token="<mask>", model_input_names=["input_ids", "attention_mask"],
)
tokenizer.save_pretrained(folder)
torch.manual_seed(1)
config = XLMRobertaConfig(
    vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
    max_position_embeddings=514, type_vocab_size=1,
)
network = XLMRobertaModel(config).eval()
network.save_pretrained(folder)
with torch.inference_mode():
    states = [network(**tokenizer(t, return_tensors="pt")).last_hidden_state[0] for t in texts]
found = {"cls": [s[0] for s in states], "mean": [s.mean(0) for s in states]}
print(json.dumps({k: [torch.nn.functional.normalize(v, dim=0).tolist() for v in rows] for k, rows in found.items()}))
"""
TEXTS = ["la capital de Francia", "capital", "x y z", ""]


@pytest.mark.engines
@pytest.mark.parametrize("pooling", ["cls", "mean"])
async def test_a_folder_of_safetensors_makes_the_vectors_of_its_makers(tmp_path: Path, pooling: str) -> None:
    python, folder = engine_python("transformers"), tmp_path / "xlm-r"
    command = [python, "-E", "-P", "-c", MAKE, folder, json.dumps([text or " " for text in TEXTS])]
    environ = {"HOME": str(CACHE), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, env=environ, check=True, timeout=600, stdout=subprocess.PIPE, text=True)
    truth = json.loads(done.stdout.splitlines()[-1])[pooling]
    (folder / "1_Pooling").mkdir()
    (folder / "modules.json").write_text('[{"idx": 0, "name": "0", "path": "", "type": "Transformer"}]')
    said = {"pooling_mode_cls_token": pooling == "cls", "pooling_mode_mean_tokens": pooling == "mean"}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(said))
    cards = tmp_path / "cards"
    cards.mkdir()
    card = lent.CARD.format(id="tiny-xlm-r", reading="", hidden=32, kind="embedding")
    (cards / "tiny-xlm-r.toml").write_text(card)
    settings = Settings(engines=Engines(transformers=Transformers(python=python)))
    catalog = Catalog(tmp_path / "models", cards, own_paths={"tiny-xlm-r": folder})
    assert catalog.find("tiny-xlm-r").variant.engines == ("transformers",)
    engine = Engine(settings, tmp_path / "logs")

    def how(installed: Installed) -> How:
        order = Load("tiny-xlm-r", installed.path, "embedding", context=64)
        return How(engine, order, wish(installed, engine.name, order, name="tiny-xlm-r:own", cards=False))

    ram = Device(HOST, "RAM", 16 << 30, 16 << 30, 1e9)
    keeper = Keeper(lambda: Sight((ram,), declared=True), how, Rules(logs=tmp_path / "logs"))
    embedder = make("tiny-xlm-r", settings, catalog, tmp_path, Lending(keeper), None)  # type: ignore[arg-type]
    rows = await embedder.embed(TEXTS, "passage")
    assert np.allclose(rows, truth, atol=1e-4)
    long = await embedder.embed(["la capital " * 200, "la capital " * 300], "passage")
    assert long[0] @ long[1] > 0.999
    await keeper.close()
