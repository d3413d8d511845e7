"""What a person wrote of a replication: replication.toml and tiers/NAME.toml, and where its runs lie."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paperlab.errors import NotFound
from paperlab.replication.toml_table import read_toml, shown
from paperlab.types import Deviation, Replication, Tier

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paperlab.replication.toml_table import TomlTable

FILE = "replication.toml"
BASES = ("author-code", "author-weights", "independent")
ONE_VARIANT = "main"
"""The variant of a tier that names none."""
SHARED = "shared"
"""Beside the variants' folders: what runs made for one another."""
ALLOWED = ("hardware", "framework", "seeds")
"""Facts that replication.toml may let differ at full scale; a data set or a number of epochs is no such fact."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+=,-]{0,99}")
_LIST_KEYS = ("allowed", "easy", "hard")
_KEYS = ("schema", "paper", "version", "title", "kind", "basis", "about", *_LIST_KEYS, "protocol", "deviation")
_TIER_KEYS = ("schema", "about", "seeds", "threads", "config", "variants")


def read_replication(folder: Path) -> Replication:
    """Return what a folder's replication.toml says; raises BadFile naming path and line.

    A folder that is a link keeps the name and the lab under which it was asked for.
    """
    folder = Path(os.path.abspath(folder))  # noqa: PTH100  resolve() would follow links
    table = read_toml(folder / FILE)
    table.known(_KEYS)
    table.check_schema()
    for key in ("paper", "title", "kind"):
        if not table.need(key, f': add  {key} = "..."') or not table.text(key):
            raise table.bad(f"{key} is empty", key)
    return Replication(
        slug=folder.name,
        folder=folder,
        paper=table.text("paper"),
        title=table.text("title"),
        kind=table.text("kind"),
        version=table.whole("version"),
        basis=table.one_of("basis", BASES, "independent"),
        about=table.text("about"),
        protocols=_protocols(table),
        allowed=table.texts("allowed", ALLOWED),
        deviations=tuple(_deviation(one) for one in table.tables("deviation")),
        easy=table.texts("easy"),
        hard=table.texts("hard"),
    )


def tier_names(folder: Path) -> tuple[str, ...]:
    """Return the names of a replication's tiers, by name."""
    return tuple(sorted(path.stem for path in (folder / "tiers").glob("*.toml") if _NAME.fullmatch(path.stem)))


def read_tier(folder: Path, name: str) -> Tier:
    """Return a tier; raises NotFound where there is none of that name, BadFile naming path and line."""
    if name not in tier_names(folder):
        there = ", ".join(tier_names(folder)) or f"none yet: write {folder / 'tiers' / 'smoke.toml'}"
        raise NotFound(f"{folder.name} has no tier {name!r}; its tiers: {there}")
    table = read_toml(folder / "tiers" / f"{name}.toml")
    table.known(_TIER_KEYS)
    table.check_schema()
    config = table.table("config")
    shared = _settings(config) if config else {}
    variants, seeds = _variants(table, shared)
    return Tier(
        name=name,
        about=table.text("about"),
        seeds=table.wholes("seeds") or (0,),
        variants=variants,
        variant_seeds=seeds,
        threads=table.whole("threads") or 1,
    )


def config_hash(config: Mapping[str, Any]) -> str:
    """Return the first 8 hexadecimal digits of the SHA-256 of a variant's configuration as canonical JSON."""
    canonical = json.dumps(dict(config), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:8]


def seeds_of(tier: Tier, variant: str) -> tuple[int, ...]:
    """Return the seeds planned for a variant."""
    return tier.variant_seeds.get(variant, tier.seeds)


def runs_folder(replication: Replication, tier: str) -> Path:
    """Return where the runs of a tier lie, whether it is there or not."""
    return replication.folder / "runs" / tier


def run_folder(replication: Replication, tier: Tier, variant: str, seed: int) -> Path:
    """Return where the run of a variant's configuration of today and a seed lies; raises NotFound for no variant."""
    if variant not in tier.variants:
        there = ", ".join(tier.variants)
        raise NotFound(f"{replication.slug} has no variant {variant!r} at tier {tier.name}; it has {there}")
    digits = config_hash(tier.variants[variant])
    return runs_folder(replication, tier.name) / variant / digits / f"seed-{seed}"


def _protocols(table: TomlTable) -> dict[str, dict[str, Any]]:
    protocols = table.table("protocol")
    if protocols is None:
        return {}
    found = {}
    for name in protocols.values:
        one = protocols.table(name)
        if one is not None:
            found[name] = _settings(one)
    return found


def _deviation(table: TomlTable) -> Deviation:
    table.known(("what", "why"))
    for key in ("what", "why"):
        table.need(key)
    return Deviation(table.text("what"), table.text("why"))


def _settings(table: TomlTable) -> dict[str, Any]:
    """Return a table's values, after making sure that JSON can say them: they go into the hash and into run.json."""
    for key, value in table.values.items():
        try:
            json.dumps(value, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise table.bad(f"{key} must be of text, finite numbers, true or false; not {shown(value)}", key) from error
    return dict(table.values)


def _variants(table: TomlTable, shared: dict[str, Any]) -> tuple[dict[str, dict[str, Any]], dict[str, tuple[int, ...]]]:
    listed = table.table("variants")
    if listed is None or not listed.values:
        return {ONE_VARIANT: shared}, {}
    configs: dict[str, dict[str, Any]] = {}
    seeds: dict[str, tuple[int, ...]] = {}
    for name in listed.values:
        if not _NAME.fullmatch(name) or name == SHARED:
            raise listed.bad(f"{name!r} cannot name a variant: letters, digits, . _ + = , - and not {SHARED!r}", name)
        one = listed.table(name)
        if one is None:
            continue
        own = one.wholes("seeds")
        if own is not None:
            seeds[name] = own
        configs[name] = shared | {key: value for key, value in _settings(one).items() if key != "seeds"}
    return configs, seeds
