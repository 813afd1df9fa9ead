"""Any ONNX text classifier in a folder, as the usual tools export it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession, SessionOptions
from tokenizers import Encoding, Tokenizer

from rules.classifier.scorer import ScorerError

MODEL, TOKENS, CONFIG = "model.onnx", "tokenizer.json", "config.json"
PROBE = "hello"
_LONGEST = 256  # tokens of a window: what attention costs grows with their square
_SPARE = 2  # places that some families of models count off before the first token
_BATCH = 16
_SUREST = 14.0  # log-odds
_IDS, _MASK, _TYPES = "input_ids", "attention_mask", "token_type_ids"
_INTEGERS = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}

Values = NDArray[np.float64]


class _Config(msgspec.Struct):
    """What is read of the model's `config.json`."""

    id2label: dict[str, str]
    problem_type: str | None = None
    max_position_embeddings: int | None = None
    pad_token_id: Annotated[int, msgspec.Meta(ge=-1, lt=1 << 31)] | None = None


class Folder:
    """The model of a folder. Safe to share between threads."""

    name = "folder"

    def __init__(self, folder: Path) -> None:
        """Raises `ScorerError` if a file is not there, not sound, or no text classifier's."""
        config = _config(folder)
        self.labels = _labels(config)
        self._one_of = config.problem_type != "multi_label_classification" and len(self.labels) > 1
        self._pad = config.pad_token_id or 0
        self._session = _session(folder)
        self._inputs = {one.name: one for one in self._session.get_inputs()}
        self._check_inputs()
        texts, width = self._inputs[_IDS].shape
        self._rows = texts if isinstance(texts, int) else None
        self._width = width if isinstance(width, int) else None
        outputs = [one.name for one in self._session.get_outputs()]
        self._output = "logits" if "logits" in outputs else outputs[0]
        self._tokens = _tokens(folder, self._longest(config))
        self.odds([PROBE])

    def odds(self, texts: Sequence[str]) -> list[Mapping[str, float]]:
        """Log-odds by label; a long text counts for the window in which a label is likeliest."""
        windows = [
            (number, window)
            for number, whole in enumerate(self._cut(texts))
            for window in (whole, *whole.overflowing)
        ]
        windows.sort(key=lambda pair: len(pair[1]))
        found = np.full((len(texts), len(self.labels)), -np.inf)
        size = self._rows or _BATCH
        for at in range(0, len(windows), size):
            batch = windows[at : at + size]
            odds = self._log_odds(self._run([window for _, window in batch]))
            if np.isnan(odds).any():  # as where half-precision numbers overflow
                raise ScorerError(f"{MODEL} gives what is no number")
            np.maximum.at(found, [number for number, _ in batch], odds)
        return [dict(zip(self.labels, row, strict=True)) for row in found.tolist()]

    def _cut(self, texts: Sequence[str]) -> Sequence[Encoding]:
        try:
            return self._tokens.encode_batch(list(texts))
        except Exception:  # noqa: BLE001 - what tokenizers raises is no narrower
            raise ScorerError(f"{TOKENS} failed on a text") from None

    def _run(self, windows: Sequence[Encoding]) -> Values:
        """(windows, labels)."""
        width = self._width or max(1, *map(len, windows))
        rows = self._rows or len(windows)
        feeds = {}
        for name, one in self._inputs.items():
            feed = np.full((rows, width), self._pad if name == _IDS else 0, _INTEGERS[one.type])
            for number, window in enumerate(windows):
                feed[number, : len(window)] = _held(name, window)
            feeds[name] = feed
        try:
            (logits,) = self._session.run([self._output], feeds)
        except Exception:  # noqa: BLE001 - the errors of onnxruntime have no narrower class
            raise ScorerError(f"{MODEL} failed on a text") from None
        # Other tools make files that give strings, or a list of tables.
        known = isinstance(logits, np.ndarray) and np.issubdtype(logits.dtype, np.number)
        if not known or logits.shape != (rows, len(self.labels)):
            raise ScorerError(f"{MODEL} does not give one number for each label of {CONFIG}")
        return np.asarray(logits[: len(windows)], np.float64)

    def _log_odds(self, logits: Values) -> Values:
        """As the configuration has it: one label of several, or each by itself."""
        if not self._one_of:
            return np.asarray(np.clip(logits, -_SUREST, _SUREST))
        with np.errstate(divide="ignore", invalid="ignore"):
            powers = np.exp(logits - logits.max(axis=1, keepdims=True))
            others = powers.sum(axis=1, keepdims=True) - powers
            odds = np.log(powers) - np.log(others)
        return np.asarray(np.clip(odds, -_SUREST, _SUREST))

    def _longest(self, config: _Config) -> int:
        places = (config.max_position_embeddings or _LONGEST + _SPARE) - _SPARE
        return min(_LONGEST, places, self._width or _LONGEST)

    def _check_inputs(self) -> None:
        if _IDS not in self._inputs:
            raise ScorerError(f"{MODEL} takes no {_IDS}: it is no text classifier")
        for name, one in self._inputs.items():
            if name not in (_IDS, _MASK, _TYPES):
                raise ScorerError(f"{MODEL} asks for `{name}`, which no text gives")
            if one.type not in _INTEGERS or len(one.shape) != 2:
                raise ScorerError(f"{MODEL} takes `{name}` in a form that is not known")


def _held(name: str, window: Encoding) -> Sequence[int]:
    of = {_IDS: window.ids, _MASK: window.attention_mask, _TYPES: window.type_ids}
    return of[name]


def _config(folder: Path) -> _Config:
    try:
        return msgspec.json.decode((folder / CONFIG).read_bytes(), type=_Config)
    except OSError as error:
        raise ScorerError(f"{CONFIG} cannot be read: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ScorerError(f"{CONFIG}: {error}") from None


def _labels(config: _Config) -> tuple[str, ...]:
    """In the order of the outputs."""
    kinds = (None, "single_label_classification", "multi_label_classification")
    if config.problem_type not in kinds:
        raise ScorerError(f"{CONFIG}: problem_type is `{config.problem_type}`, no classification")
    named = config.id2label
    if not named or set(named) != {str(number) for number in range(len(named))}:
        raise ScorerError(f"{CONFIG}: id2label does not number the labels from 0 on")
    labels = tuple(named[str(number)] for number in range(len(named)))
    twice = next((label for label, times in Counter(labels).items() if times > 1), None)
    if twice is not None:
        raise ScorerError(f"{CONFIG}: id2label has two labels `{twice}`")
    return labels


def _session(folder: Path) -> InferenceSession:
    options = SessionOptions()
    options.intra_op_num_threads = 1  # the caller's threads are the ones that run in parallel
    options.inter_op_num_threads = 1
    try:
        # By path: weights of large models lie in a second file beside it.
        return InferenceSession(str(folder / MODEL), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001 - the errors of onnxruntime have no narrower class
        raise ScorerError(f"{MODEL} cannot be loaded: {_first_line(error)}") from None


def _tokens(folder: Path, longest: int) -> Tokenizer:
    """Cuts texts into overlapping windows, each with the special tokens that belong to it."""
    try:
        tokens = Tokenizer.from_file(str(folder / TOKENS))
        longest = min(longest, (tokens.truncation or {}).get("max_length", longest))
        tokens.no_padding()
        room = longest - tokens.num_special_tokens_to_add(False)
        if room > 0:
            tokens.enable_truncation(longest, stride=room // 4)
    except Exception as error:  # noqa: BLE001 - what tokenizers raises is no narrower
        raise ScorerError(f"{TOKENS} cannot be used: {_first_line(error)}") from None
    if room < 1:
        raise ScorerError(f"{CONFIG} leaves no room for a text")
    return tokens


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
