"""Exports a sentence-transformers folder to ONNX, once, into the cache."""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
import warnings
from pathlib import Path

from paperlab.disk import disk_errors

_VERSION = 1
"""Bumped when the exported graph changes."""
_FILE = "model.onnx"


def exported_model(folder: Path, cache: Path, *, again: bool = False) -> Path:
    """Return the ONNX file of the model in `folder`, exporting it first where the cache has none.

    Inputs `input_ids` and `attention_mask` (batch, tokens) int64, output (batch, dimension) float32 of length 1.
    Several processes may ask at once; one exports, the others wait. `again` replaces a file that proved damaged.
    """
    home = _home(folder, cache)
    if again or not (home / _FILE).is_file():
        from filelock import FileLock

        with disk_errors(home):
            home.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{home}.lock"):
            if again or not (home / _FILE).is_file():
                _export_into(folder, home)
    return home / _FILE


def is_exported(folder: Path, cache: Path) -> bool:
    """Tell whether the cache has the model's ONNX file already."""
    return (_home(folder, cache) / _FILE).is_file()


def _home(folder: Path, cache: Path) -> Path:
    weights = folder / "model.safetensors"
    return cache / "models" / f"{_name(folder)}-{weights.stat().st_size}-v{_VERSION}"


def _name(folder: Path) -> str:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return f"{config.get('model_type', 'model')}-{config.get('num_hidden_layers', 0)}x{config.get('hidden_size', 0)}"


def _export_into(folder: Path, home: Path) -> None:
    """Export beside `home` and rename, so that a kill leaves nothing that looks finished."""
    for left in home.parent.glob(f".{home.name}.*"):  # of a killed export: we hold the lock
        shutil.rmtree(left, ignore_errors=True)
    temporary = Path(tempfile.mkdtemp(dir=home.parent, prefix=f".{home.name}."))
    try:
        with disk_errors(home):
            _export(folder, temporary / _FILE)
            shutil.rmtree(home, ignore_errors=True)
            temporary.replace(home)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _export(folder: Path, target: Path) -> None:
    import torch
    from transformers import AutoModel
    from transformers.utils import logging as transformers_logging

    class Pooled(torch.nn.Module):
        """The network with mean pooling and scaling to length 1 (arXiv:1908.10084, section 3)."""

        def __init__(self, network: torch.nn.Module) -> None:
            super().__init__()
            self.network = network

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            """Map tokens (batch, tokens) to unit vectors (batch, dimension)."""
            types = torch.zeros_like(input_ids)
            hidden = self.network(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=types)[0]
            mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=1)

    transformers_logging.disable_progress_bar()
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    network = AutoModel.from_pretrained(str(folder), attn_implementation="eager", local_files_only=True).eval()
    example = torch.tensor([[101, 2054, 102], [101, 2129, 102]])
    shape = {0: torch.export.Dim("batch"), 1: torch.export.Dim("tokens", max=512)}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Pooled(network),
            (example, torch.ones_like(example)),
            str(target),
            input_names=["input_ids", "attention_mask"],
            output_names=["vector"],
            dynamic_shapes=(shape, shape),
            dynamo=True,
            verbose=False,
        )
