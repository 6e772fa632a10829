"""Stands in for ``llama-server``: llama.cpp's own server from the wheel, behind that program's command line.

Strict: a flag that llama-server does not know ends it, as there.
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

VALUES = (
    "model", "alias", "host", "port", "api-key-file", "ctx-size", "parallel", "batch-size", "ubatch-size", "threads",
    "threads-batch", "threads-http", "cache-type-k", "cache-type-v", "gpu-layers", "reasoning-format", "fit",
    "cache-ram", "ctx-checkpoints", "cors-origins", "poll", "device", "mmproj", "pooling", "log-colors", "verbosity",
    "chat-template",
)  # fmt: skip
SWITCHES = ("jinja", "no-webui", "no-warmup", "no-mmap", "no-kv-unified", "kv-unified", "embeddings", "rerank")

if "--version" in sys.argv:
    print("version: 9999 (stand-in)")
    sys.exit()
if "--help" in sys.argv:
    print("\n".join(f"-x,   --{name} N    what it does (default: see --other)" for name in VALUES + SWITCHES))
    sys.exit()

parser = argparse.ArgumentParser(allow_abbrev=False)
for name in VALUES:
    parser.add_argument(f"--{name}")
for name in SWITCHES:
    parser.add_argument(f"--{name}", action="store_true")
args = parser.parse_args()
key = Path(args.api_key_file).read_text().strip()
assert args.host == "127.0.0.1" and args.port == "0" and args.no_webui and args.jinja

import xllamacpp as x  # noqa: E402 - as late as the real one loads its model

p = x.CommonParams()
p.model.path, p.model_alias = args.model, {args.alias}
p.port, p.api_keys, p.ui = 0, [key], False
p.n_ctx, p.n_parallel, p.kv_unified = int(args.ctx_size), int(args.parallel), args.kv_unified
p.n_batch, p.n_ubatch = int(args.batch_size), int(args.ubatch_size)
p.cpuparams.n_threads, p.cpuparams_batch.n_threads = int(args.threads), int(args.threads_batch)
p.fit_params = args.fit != "off"
p.warmup, p.n_ctx_checkpoints = not args.no_warmup, int(args.ctx_checkpoints)
if args.no_mmap:
    p.load_mode = x.llama_load_mode.LLAMA_LOAD_MODE_NONE
p.chat_template = args.chat_template or ""
p.embedding = args.embeddings or args.rerank
if args.pooling:
    p.pooling_type = getattr(x.llama_pooling_type, "LLAMA_POOLING_TYPE_" + args.pooling.upper())
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
server = x.Server(p)
signal.sigwait({signal.SIGTERM})
