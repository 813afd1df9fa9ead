"""Decided flags, and rules with a model that listens for one word."""

from __future__ import annotations

from pathlib import Path

from bot.learning.decided import Decided
from bot.settings import PLAYGROUND, Settings, parse
from rules.classifier.opinion import Opinion
from rules.ruleset import RuleSet
from rules.types import Category, Context, Tier
from tests.rules.classifier.making import FAR, Weighing, weights
from tests.rules.making import message, pack, rule, ruleset

HATE = Category.HATE
EXAMPLES = {"match": '["darn", "oh darn", "darn it"]', "ignore": '["a", "b", "c"]'}
SURE = rule("hate.sure", 'kind = "phrase"\nterms = ["darn"]\n', **EXAMPLES)
UNSURE = SURE.replace("sure", "unsure").replace('"act"', '"review"').replace("darn", "dang")
REPORT = UNSURE.replace("unsure", "report").replace("dang", "hole") + 'tells = "it"\n'
MODEL = '[[rule]]\nid = "hate.model"\nkind = "model"\nseverity = "high"\nreason = "So it reads."\n'


def settings(more: str = "") -> Settings:
    """The playground's, and what follows them."""
    return parse(PLAYGROUND.read_text(encoding="utf-8") + more)


def rules(folder: Path, head: str = "weighed = true") -> RuleSet:
    """`darn` is hate for certain, `dang` perhaps; the model has a word on either if weighed.

    Who says `hole` reports something.
    """
    return ruleset(folder, pack(SURE + UNSURE + REPORT + MODEL, name="hate", head=head))


def hearing(**words: float) -> Opinion:
    """A model that gives a text in which one of these words stands that logit, for hate."""
    return Opinion(
        Weighing({(HATE, word): logit - FAR for word, logit in words.items()}), weights()
    )


def decided(
    text: str,
    *,
    right: bool,
    tier: Tier = Tier.REVIEW,
    author: str = "u1",
    category: Category = HATE,
    rule_id: str = "hate.unsure",
) -> Decided:
    """A flag on this text, confirmed or dismissed."""
    return Decided(
        flag_id="F-1",
        category=category,
        rule=rule_id,
        tier=tier,
        right=right,
        message=message(text, author=author),
        context=Context(),
    )
