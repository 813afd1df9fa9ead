"""The encoder at work: a small fine-tuned transformer in 8-bit numbers, on one core."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession, SessionOptions

from rules.classifier.tokens import MOST_TOKENS, PAD, tokenizer

MODEL = "encoder.onnx"
PIECES = "pieces.txt"
_BATCH = 32
_STEP = 60  # tokens from one window of a long text to the next

Logits = NDArray[np.float32]


class Encoder:
    """The shipped encoder. Safe to share between threads."""

    name = "encoder"

    def __init__(self, folder: Path) -> None:
        """Raises OSError or onnxruntime's errors if the files are not there or not sound."""
        options = SessionOptions()
        options.intra_op_num_threads = 1  # the caller's threads are the ones that run in parallel
        options.inter_op_num_threads = 1
        self._session = InferenceSession(
            (folder / MODEL).read_bytes(), options, providers=["CPUExecutionProvider"]
        )
        pieces = (folder / PIECES).read_text(encoding="utf-8").splitlines()
        self._tokens = tokenizer(pieces)

    def logits(self, texts: Sequence[str]) -> Logits:
        """(texts, categories) for texts as `as_read` gives them.

        A long text counts for the window of `MOST_TOKENS` tokens in which a category is likeliest.
        """
        windows = [
            (number, window)
            for number, one in enumerate(self._tokens.encode_batch(list(texts)))
            for window in _windows(one.ids)
        ]
        windows.sort(key=lambda pair: len(pair[1]))
        found: Logits | None = None
        for at in range(0, len(windows), _BATCH):
            batch = windows[at : at + _BATCH]
            logits = self._run([window for _, window in batch])
            if found is None:
                found = np.full((len(texts), logits.shape[1]), -np.inf, np.float32)
            np.maximum.at(found, [number for number, _ in batch], logits)
        assert found is not None, "no text was given"
        return found

    def _run(self, windows: Sequence[Sequence[int]]) -> Logits:
        longest = max(map(len, windows))
        ids = np.full((len(windows), longest), PAD, np.int64)
        for number, window in enumerate(windows):
            ids[number, : len(window)] = window
        (logits,) = self._session.run(None, {"ids": ids})
        return np.asarray(logits, np.float32)


def _windows(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The windows of a text, overlapping; a text without a token is one that says nothing."""
    if not ids:
        yield [PAD + 1]
        return
    at = 0
    while len(ids) - at > MOST_TOKENS:
        yield ids[at : at + MOST_TOKENS]
        at += _STEP
    yield ids[at:]
