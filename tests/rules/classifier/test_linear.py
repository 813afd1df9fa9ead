"""The linear model: from a file, by n-grams, in small numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from rules.classifier.linear import BUCKETS, Linear, buckets
from rules.classifier.scorer import CATEGORIES
from tests.rules.texts import any_text

TEXTS = ["you are a loser", "see you at practice", "the loser of the game", ""]
_CHANCE = np.random.default_rng(7)
FLOATS = _CHANCE.normal(0, 0.3, (BUCKETS, len(CATEGORIES)))
RARITY = _CHANCE.uniform(1, 9, BUCKETS).astype(np.float16)
BIAS = _CHANCE.normal(-2, 1, len(CATEGORIES)).astype(np.float32)


def linear() -> Linear:
    """The numbers of `FLOATS` in 8 bits each, as training makes them."""
    scale = (np.abs(FLOATS).max(axis=0) / 127).astype(np.float32)
    return Linear(np.round(FLOATS / scale).astype(np.int8), scale, BIAS, RARITY)


def test_eight_bits_come_close_to_whole_numbers() -> None:
    """What a text scores by its buckets' own weights, within a hundredth or so."""
    for text, logits in zip(TEXTS, linear().logits(TEXTS), strict=True):
        at = buckets(text)
        rarity = RARITY[at].astype(np.float64)
        length = max(1.0, np.linalg.norm(rarity))
        assert logits == pytest.approx(rarity @ FLOATS[at] / length + BIAS, abs=0.03)


def test_a_saved_model_says_the_same(tmp_path: Path) -> None:
    """From the four arrays that a file holds."""
    file = tmp_path / "linear.npz"
    scale = (np.abs(FLOATS).max(axis=0) / 127).astype(np.float32)
    weights = np.round(FLOATS / scale).astype(np.int8)
    np.savez_compressed(file, weights=weights, scale=scale, bias=BIAS, rarity=RARITY)

    assert np.array_equal(Linear.load(file).logits(TEXTS), linear().logits(TEXTS))


def test_a_file_with_anything_but_numbers_is_refused(tmp_path: Path) -> None:
    """Nothing in a file of weights is run."""
    file = tmp_path / "linear.npz"
    np.savez(file, weights=np.array([{"run": "me"}], dtype=object))

    with pytest.raises(ValueError, match="pickle"):
        Linear.load(file)


def test_a_text_without_words_has_the_bias() -> None:
    """It says nothing, so it is as likely as any."""
    assert linear().logits([""])[0] == pytest.approx(BIAS)


@given(any_text)
def test_buckets_are_numbers_of_rows(text: str) -> None:
    """Each once, in order, for any text; a shared word is a shared bucket."""
    found = buckets(text)

    assert found == sorted(set(found))
    assert all(0 <= bucket < BUCKETS for bucket in found)


def test_what_texts_share_is_shared() -> None:
    """Words, and stretches of letters within them; the order of words matters in pairs."""
    loser, losers = set(buckets("loser")), set(buckets("losers"))

    assert loser & losers
    assert loser != losers
    assert set(buckets("you loser")) != set(buckets("loser you"))
