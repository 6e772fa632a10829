"""cgroup limits, read from trees as the kernel lays them out."""

from __future__ import annotations

from pathlib import Path

import pytest

from jarvis.hardware.limits import Limits, limits

V2_MOUNT = "31 23 0:28 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw,nsdelegate\n"
V1_MOUNTS = (
    "32 31 0:29 {root} /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct\n"
    "35 31 0:32 {root} /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
)
GIB = 1 << 30


def tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def v2(root: Path, group: str, files: dict[str, str]) -> Path:
    own = {"proc/self/mountinfo": V2_MOUNT, "proc/self/cgroup": f"0::{group}\n"}
    return tree(root, own | {f"sys/fs/cgroup/{name}": text for name, text in files.items()})


def test_a_container_with_a_namespace_of_its_own(tmp_path: Path) -> None:
    root = v2(tmp_path, "/", {"cpu.max": "150000 100000\n", "memory.max": f"{4 * GIB}\n", "memory.current": f"{GIB}\n"})
    assert limits(root) == Limits(1.5, 4 * GIB, GIB)


def test_page_cache_that_is_not_in_use_is_free(tmp_path: Path) -> None:
    stat = f"anon 5\ninactive_file {GIB // 2}\n"
    root = v2(tmp_path, "/", {"memory.max": f"{GIB}", "memory.current": f"{GIB}", "memory.stat": stat})
    assert limits(root).memory_used_bytes == GIB // 2


def test_a_limit_above_counts_when_it_is_tighter(tmp_path: Path) -> None:
    root = v2(
        tmp_path,
        "/user.slice/jarvis.service",
        {
            "user.slice/memory.max": f"{2 * GIB}",
            "user.slice/memory.current": f"{GIB}",
            "user.slice/jarvis.service/memory.max": f"{8 * GIB}",
            "user.slice/cpu.max": "max 100000",
            "user.slice/jarvis.service/cpu.max": "200000 100000",
        },
    )
    assert limits(root) == Limits(2.0, 2 * GIB, GIB)


def test_version_1_in_a_container_without_a_namespace(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        {
            "proc/self/mountinfo": V1_MOUNTS.format(root="/docker/abc"),
            "proc/self/cgroup": "4:memory:/docker/abc\n2:cpu,cpuacct:/docker/abc\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{GIB}",
            "sys/fs/cgroup/memory/memory.usage_in_bytes": f"{GIB // 2}",
            "sys/fs/cgroup/memory/memory.stat": f"total_inactive_file {GIB // 4}\n",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "50000",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000",
        },
    )
    assert limits(root) == Limits(0.5, GIB, GIB // 4)


@pytest.mark.parametrize("unlimited", ["max", "9223372036854771712", "-1", "", "many"])
def test_no_limit(tmp_path: Path, unlimited: str) -> None:
    root = v2(tmp_path, "/", {"memory.max": unlimited, "cpu.max": "max 100000"})
    assert limits(root) == Limits()


def test_no_cgroups_at_all(tmp_path: Path) -> None:
    assert limits(tmp_path) == Limits()
