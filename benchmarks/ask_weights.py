"""Fits what ranking and abstention count: prints the tables of `ask/ranking.py` and `ask/confidence.py`.

    python -m benchmarks.ask_weights LAB PAPERS-FOLDER QUESTIONS.jsonl UNANSWERABLE.jsonl [QUESTIONS UNANSWERABLE ...]

QUESTIONS have `question`, `pdf`, `page` and `quote`, as in `benchmarks/ask.py`. The ranking is a linear model of the
features of each candidate sentence, fitted so that the sentences that overlap the gold quote (token F1 of 0.5 and
more) come first (softmax over the candidates of one question); the confidence is a logistic model of the signals. Both
are drawn towards the weights in use (L2), and both are fitted six times with a sixth of the papers held out: the
figures printed are of those held-out questions.
"""

from __future__ import annotations

import argparse
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from benchmarks.ask_scoring import key_by_pdf, opened, overlap, read_jsonl

from paperlab.ask import confidence as known
from paperlab.ask.evidence import Names, gather
from paperlab.ask.questions import understand
from paperlab.ask.ranking import WEIGHTS, Ranker, rarity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from paperlab.ask.asker import Asker
    from paperlab.lab import Lab

Sample = tuple["NDArray[np.float64]", "NDArray[np.bool_]", str]
"""Features (candidates, features), which of them are right, the paper."""
_FOLDS = 6
_DEPTH = 40


def main() -> None:
    """Print the weights."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("lab", type=Path)
    parser.add_argument("papers", type=Path)
    parser.add_argument("files", type=Path, nargs="+", help="QUESTIONS UNANSWERABLE, by turns")
    parser.add_argument("--confidence-only", action="store_true")
    arguments = parser.parse_args()
    lab, asker = opened(arguments.lab)
    keys = key_by_pdf(lab, arguments.papers)
    answerable = [q for file in arguments.files[::2] for q in read_jsonl(file)]
    unanswerable = [q for file in arguments.files[1::2] for q in read_jsonl(file)]
    if not arguments.confidence_only:
        fit_ranking([sample(lab, q, keys[Path(q["pdf"]).name]) for q in answerable])
    fit_confidence(asker, answerable, unanswerable)


def sample(lab: Lab, question: dict[str, Any], key: str) -> Sample:
    """Return the candidates of a question with the truth about each."""
    asked = understand(question["question"])
    hits = lab.search(question["question"], limit=_DEPTH)
    words = lab.own.words.open()
    total = lab.store.passages.count()
    missing = Names(asked, lab.store, words).missing(list(dict.fromkeys(hit.key for hit in hits)))
    ranker = Ranker(asked, words.stems, lambda word: rarity(total, words.frequency(word)), missing)
    candidates = gather(hits, lab.store)
    cosines = lab.embedder.embed([one.text for one in candidates]) @ lab.embedder.embed_query(question["question"])
    right = [one.key == key and overlap(one.text, question["quote"]) >= 0.5 for one in candidates]
    return ranker.features(candidates, cosines), np.array(right, dtype=bool), key


def fit_ranking(samples: list[Sample]) -> None:
    """Print how often the right sentence comes first, with the weights in use and with those fitted."""
    start = np.array(list(WEIGHTS.values()))
    fold = _folds([key for _, _, key in samples])
    held = [0] * len(samples)
    for part in range(_FOLDS):
        train = [one for one, place in zip(samples, fold, strict=True) if place != part]
        weights = _fitted(train, start)
        for i, (features, right, _) in enumerate(samples):
            if fold[i] == part:
                held[i] = bool(len(right)) and bool(right[int((features @ weights).argmax())])
    now = [bool(len(right)) and bool(right[int((features @ start).argmax())]) for features, right, _ in samples]
    found = [bool(right.any()) for _, right, _ in samples]
    print(f"right sentence among the candidates {np.mean(found):.3f} (n {len(samples)})")
    print(f"first with the weights in use {np.mean(now):.3f}, fitted and held out {np.mean(held):.3f}")
    for name, weight in zip(WEIGHTS, _fitted(samples, start), strict=True):
        print(f'    "{name}": {weight:.2f},')


def _fitted(samples: list[Sample], start: NDArray[np.float64], pull: float = 0.01) -> NDArray[np.float64]:
    spread = np.concatenate([features for features, _, _ in samples]).std(axis=0) + 1e-3
    usable = [(torch.tensor(f / spread), torch.tensor(right)) for f, right, _ in samples if right.any()]
    begin = torch.tensor(start * spread)
    weights = begin.clone().requires_grad_()
    optimiser = torch.optim.Adam([weights], lr=0.03)
    for _ in range(250):
        optimiser.zero_grad()
        told = [torch.log_softmax(features @ weights, 0)[right] for features, right in usable]
        loss = -torch.stack([torch.logsumexp(one, 0) for one in told]).mean()
        (loss + pull * ((weights - begin) ** 2).sum()).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    fitted: NDArray[np.float64] = weights.detach().numpy() / spread
    return fitted


def fit_confidence(asker: Asker, answerable: list[dict[str, Any]], unanswerable: list[dict[str, Any]]) -> None:
    """Print the logistic model, and what it declines of those held out at each false abstention rate."""
    from sklearn.linear_model import LogisticRegression

    rows = [(asker.find(q["question"]).signals, 1, q["pdf"]) for q in answerable]
    rows += [(asker.find(q["question"]).signals, 0, str(i)) for i, q in enumerate(unanswerable)]
    x = np.array([astuple(signals) for signals, _, _ in rows])
    y = np.array([label for _, label, _ in rows])
    fold = _folds([group for _, _, group in rows])
    spread = x.std(axis=0) + 1e-3
    held = np.zeros(len(y))
    for part in range(_FOLDS):
        inside, outside = np.array([f != part for f in fold]), np.array([f == part for f in fold])
        model = LogisticRegression(C=0.3, class_weight="balanced", max_iter=2000).fit(x[inside] / spread, y[inside])
        held[outside] = model.predict_proba(x[outside] / spread)[:, 1]
    now = np.array([known.confidence(signals) for signals, _, _ in rows])
    for name, told in (("in use", now), ("fitted, held out", held)):
        curve = [
            (cut, (told[y == 1] < np.quantile(told[y == 1], cut)).mean(), np.quantile(told[y == 1], cut))
            for cut in (0.05, 0.1, 0.15)
        ]
        print(name, [(f"{false:.2f}", f"{(told[y == 0] < at).mean():.3f}", f"at {at:.2f}") for _, false, at in curve])
    model = LogisticRegression(C=0.3, class_weight="balanced", max_iter=2000).fit(x / spread, y)
    print(", ".join(f"{n}={w:.2f}" for n, w in zip(known.NAMES, model.coef_[0] / spread, strict=True)))
    print(f"BIAS = {model.intercept_[0]:.2f}")


def _folds(groups: list[str]) -> list[int]:
    names = sorted(set(groups))
    order = np.random.default_rng(0).permutation(len(names))
    place = {name: int(order[i]) % _FOLDS for i, name in enumerate(names)}
    return [place[group] for group in groups]


if __name__ == "__main__":
    main()
