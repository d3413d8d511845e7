"""paper-qa on the questions of `benchmarks/ask.py`, offline; runs in an environment of its own.

    PEER-PYTHON benchmarks/ask_peer.py < JOB.json

The environment has paper-qa, sentence-transformers, llama-cpp-python, what its server needs (uvicorn, fastapi,
sse-starlette, starlette-context, pydantic-settings), and fonttools for paper-qa's PDF reader. JOB has `papers` (`key`,
`path`, `citation`), `questions` (strings), `weights` (folder of the embedder), `gguf` (file of the language model),
`threads` and, if wanted, `summaries`. The model is served on loopback; nothing else is asked. Prints a JSON line of
what building took, then one a question: `answer`, `seconds`, the contexts `cited` and those `found`, each with `key`,
`first` and `last` page and the `text` that is shown for it.

Settings are paper-qa's own but for these, needed to run it here or to its advantage: no look-up of metadata, no
pictures, chunks of 1,000 characters instead of 5,000 (the embedder reads 256 tokens, the model 4,096), plain prompts
instead of JSON, and chunks given to the model as they are. With `summaries` the model first sums up and scores each of
ten chunks, as paper-qa has it by default: one of 135M parameters gave no scores, and took two minutes a question.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Job = dict[str, Any]
_NAME = "openai/local"
_CONTEXT = 4_096
"""Tokens that the server lets the model read."""
_START_SECONDS = 60
_PAGES = re.compile(r"pages (\d+)(?:-(\d+))?$")
_QUIET = {"HF_HUB_OFFLINE": "1", "LITELLM_LOCAL_MODEL_COST_MAP": "True", "OPENAI_API_KEY": "none"}


def main() -> None:
    """Answer all questions of the job."""
    os.environ.update(_QUIET, PQA_HOME=tempfile.mkdtemp())
    job = json.load(sys.stdin)
    with served(job) as address:
        asyncio.run(run(job, settings(job, address)))


@contextmanager
def served(job: Job) -> Iterator[str]:
    """Serve the language model on loopback; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "llama_cpp.server", "--model", job["gguf"], "--host", "127.0.0.1"]
    options = ["--port", str(port), "--n_ctx", str(_CONTEXT), "--n_threads", str(job["threads"]), "--verbose", "False"]
    server = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}/v1"
        _wait(server, f"{address}/models")
        yield address
    finally:
        server.terminate()
        server.wait(10)


def _wait(server: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the language model's server does not start: run python -m llama_cpp.server to see why")


def settings(job: Job, address: str) -> Any:
    """Return paper-qa's settings."""
    local = {"model": _NAME, "api_base": address, "api_key": "none", "temperature": 0.0, "max_tokens": 200}
    model = {"model_list": [{"model_name": _NAME, "litellm_params": local}]}
    models = {"llm": _NAME, "summary_llm": _NAME, "llm_config": model, "summary_llm_config": model}
    chunks = {"chunk_chars": 1_000, "overlap": 100}
    return importlib.import_module("paperqa").Settings(
        **models,
        embedding=f"st-{job['weights']}",
        parsing={"use_doc_details": False, "multimodal": False, "reader_config": chunks},
        answer={"evidence_skip_summary": not job.get("summaries")},
        prompts={"use_json": False},
    )


async def run(job: Job, own: Any) -> None:
    """Build, then answer one question after the other; print a line for each."""
    # Made once: left to itself, paper-qa loads the embedder anew for each question.
    docs, embedder, started, failed = (
        importlib.import_module("paperqa").Docs(),
        own.get_embedding_model(),
        time.perf_counter(),
        [],
    )
    for paper in job["papers"]:
        try:
            await docs.aadd(paper["path"], paper["citation"], paper["key"], settings=own, embedding_model=embedder)
        except Exception as error:  # noqa: BLE001 - what the peer cannot read is told
            failed.append(f"{paper['key']}: {type(error).__name__}")
    _tell({"build": time.perf_counter() - started, "chunks": len(docs.texts), "failed": failed})
    for question in job["questions"]:
        started = time.perf_counter()
        try:
            session = await docs.aquery(question, settings=own, embedding_model=embedder)
        except Exception as error:  # noqa: BLE001 - a question that fails is a result
            _tell({"error": f"{type(error).__name__}: {error}"[:300], "seconds": time.perf_counter() - started})
            continue
        cited = [_context(one) for one in session.contexts if one.id in session.used_contexts]
        found = [_context(one) for one in session.contexts]
        seconds = time.perf_counter() - started
        _tell({"answer": session.answer, "seconds": seconds, "cited": cited, "found": found})


def _context(context: Any) -> dict[str, Any]:
    pages = _PAGES.search(context.text.name)
    first, last = (int(pages[1]), int(pages[2] or pages[1])) if pages else (0, 0)
    return {"key": context.text.doc.docname, "first": first, "last": last, "text": context.context}


def _tell(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
