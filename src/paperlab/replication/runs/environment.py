"""Under what a run was made: software, machine, and what git knows of its code. No names of users, hosts, folders."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import re
import subprocess
import sys
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from paperlab.disk import write_atomically
from paperlab.errors import NotNow
from paperlab.folders import cache_folder

CHANGES = "changes.diff"
"""Beside run.json: how the code differed from the commit named there."""
_MOST_CHANGES = 200_000
_OTHER_NAMES = {
    "sklearn": "scikit-learn",
    "PIL": "pillow",
    "yaml": "pyyaml",
    "cv2": "opencv-python",
    "skimage": "scikit-image",
}
_ALWAYS = ("paperlab-replicate",)
_CACHE = "distributions.json"


def environment(threads: int) -> dict[str, Any]:
    """Return what a run was made under, by now: what main has imported is part of it. Takes a few milliseconds."""
    installed = distributions()
    told = "\n".join(f"{name}=={version}" for name, version in sorted(installed.items()))
    return {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.release()} {platform.machine()}",
        "packages": _loaded(installed),
        "packages_installed": len(installed),
        "packages_sha256": hashlib.sha256(told.encode()).hexdigest(),
        "threads": threads,
        "hash_seed": os.environ.get("PYTHONHASHSEED", "random"),
        **_machine(),
        **_numpy(),
        **_torch(),
    }


def distributions() -> dict[str, str]:
    """Return all installed distributions with versions, from a cache as long as no folder of them has changed."""
    # Folders of scripts and of labs change all the time, and nothing is installed there.
    places = [path for path in map(Path, dict.fromkeys(sys.path)) if path.name.endswith("-packages") and path.is_dir()]
    folders = {str(path): path.stat().st_mtime_ns for path in places}
    stamp = hashlib.sha256(repr((sys.prefix, sorted(folders.items()))).encode()).hexdigest()
    return dict(_distributions(stamp))


@lru_cache(maxsize=4)
def _distributions(stamp: str) -> dict[str, str]:
    cache = cache_folder() / _CACHE
    with contextlib.suppress(OSError, ValueError, LookupError, TypeError):  # no cache, or one that cannot be read
        kept = json.loads(cache.read_bytes())
        if kept["stamp"] == stamp:
            return {str(name): str(version) for name, version in kept["found"].items()}
    found = {_normal(one.name): one.version for one in metadata.distributions() if one.metadata["Name"]}
    with contextlib.suppress(OSError, NotNow):  # without the cache it takes longer next time, that is all
        write_atomically(cache, json.dumps({"stamp": stamp, "found": found}).encode(), durable=False)
    return found


def _loaded(installed: dict[str, str]) -> dict[str, str]:
    """Return the distributions whose modules are loaded, with versions."""
    tops = {name.partition(".")[0] for name in sys.modules}
    names = {_normal(_OTHER_NAMES.get(top, top)) for top in tops} | set(_ALWAYS)
    return {name: installed[name] for name in sorted(names & set(installed))}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _machine() -> dict[str, Any]:
    found: dict[str, Any] = {"cpu": _cpu(), "cores": os.cpu_count() or 1}
    if hasattr(os, "sched_getaffinity"):
        found["cores_usable"] = len(os.sched_getaffinity(0))
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        found["ram_mb"] = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
    return found


def _cpu() -> str:
    with contextlib.suppress(OSError):  # Linux only; others say it through platform
        model = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
        if model:
            return model[1].strip()
    return platform.processor() or platform.machine()


def _numpy() -> dict[str, Any]:
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return {}
    blas = numpy.show_config(mode="dicts").get("Build Dependencies", {}).get("blas", {})
    return {"numpy_blas": f"{blas.get('name', '')} {blas.get('version', '')}".strip()}


def _torch() -> dict[str, Any]:
    torch = sys.modules.get("torch")
    if torch is None:
        return {}
    blas = re.search(r"BLAS_INFO=(\w+)", torch.__config__.show())
    found: dict[str, Any] = {
        "torch": str(torch.__version__),
        "torch_blas": blas[1] if blas else "",
        "torch_threads": torch.get_num_threads(),
        "torch_deterministic": torch.are_deterministic_algorithms_enabled(),
    }
    if torch.cuda.is_available():
        names = [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())]
        found |= {"gpu": names, "cuda": torch.version.cuda, "cudnn": torch.backends.cudnn.version()}
        found["cudnn_benchmark"] = torch.backends.cudnn.benchmark
    return found


def save_changes(folder: Path, run: Path) -> dict[str, Any]:
    """Return the commit that a replication's folder is at, and save beside run.json how its code differs from it.

    Empty where git knows nothing of the folder.
    """
    path = run / CHANGES
    path.unlink(missing_ok=True)
    commit = _git(folder, "rev-parse", "HEAD").strip()
    if not commit:
        return {}
    kinds = ("*.py", "*.toml", ":(exclude)runs")
    changes = _git(folder, "diff", "HEAD", "--no-color", "--relative", "--", *kinds)
    for name in _git(folder, "ls-files", "--others", "--exclude-standard", "-z", "--", *kinds).split("\0"):
        changes += _as_new(folder, name) if name else ""
    if changes:
        cut = changes[:_MOST_CHANGES]
        note = f"\n# {len(changes) - len(cut)} more characters are left out\n" if len(cut) < len(changes) else ""
        write_atomically(path, (cut + note).encode(errors="surrogateescape"))
    return {"git": commit, "git_changed": bool(changes)}


def _git(folder: Path, *words: str) -> str:
    """Return what git says, empty where it is not there or knows nothing of the folder."""
    try:
        done = subprocess.run(["git", "-C", folder, *words], capture_output=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="surrogateescape") if done.returncode == 0 else ""


def _as_new(folder: Path, name: str) -> str:
    lines = (folder / name).read_bytes().decode(errors="surrogateescape").splitlines()
    return f"--- /dev/null\n+++ b/{name}\n@@ -0,0 +1,{len(lines)} @@\n" + "".join(f"+{line}\n" for line in lines)


def shortened(text: str, folder: Path) -> str:
    """Return a text of a log without what only this machine has: its paths, and so its user's name."""
    if "/" not in text and "\\" not in text:
        return text
    for place, short in _places(folder):
        text = text.replace(place, short)
    return text


@lru_cache(maxsize=8)
def _places(folder: Path) -> tuple[tuple[str, str], ...]:
    """Return what is shortened, and to what; the longest first, for one may lie within another."""
    package = Path(__file__).parents[3]
    named = Path(os.path.abspath(folder))  # noqa: PTH100  the lab is where the link lies, not where it leads
    places = {
        str(named.parents[1]): "LAB",
        str(named.parents[1].resolve()): "LAB",
        str(folder): named.name,
        str(named): named.name,
        str(named.resolve()): named.name,
        sys.prefix: "PYTHON",
        sys.base_prefix: "PYTHON",
        str(package): "PYTHON",
        str(Path.home()): "~",
    }
    return tuple(
        sorted(((place, short) for place, short in places.items() if len(place) > 1), key=lambda p: -len(p[0]))
    )
