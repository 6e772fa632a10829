"""What an engine sees of the daemon's environment: an allow-list, so that no secret can be in it by accident."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

TAG = "JARVIS_WORKER"
"""The one variable of Jarvis's own: says whose process this is (see ``workers.sweep``)."""

_NAMES = frozenset({"PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "LD_LIBRARY_PATH"})
_PREFIXES = (
    "LC_",
    "CUDA_", "NVIDIA_", "NCCL_",
    "HSA_", "HIP_", "ROCR_", "ROCM_",
    "ONEAPI_", "SYCL_", "ZE_",
    "VK_", "GGML_",
    "OMP_", "GOMP_", "KMP_", "MKL_", "OPENBLAS_",
)  # fmt: skip
_SECRET = re.compile("KEY|TOKEN|SECRET|PASS|CREDENTIAL|AUTH", re.IGNORECASE)
"""NVIDIA_API_KEY has an allowed prefix and is a secret."""


def environment(
    tag: str, extra: Mapping[str, str] | None = None, source: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The environment of one engine: what the list keeps of ``source`` (default: ours), ``extra``, and the tag."""
    env = os.environ if source is None else source
    kept = {
        name: value
        for name, value in env.items()
        if (name in _NAMES or name.startswith(_PREFIXES)) and not _SECRET.search(name)
    }
    return {**kept, **(extra or {}), TAG: tag}
