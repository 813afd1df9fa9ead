"""Who tells of abuse, quoting it, is never struck for it: over the real rules, all roles."""

import pytest

from rules.engine import evaluate
from rules.loader import load
from rules.policies import load_policies
from rules.ruleset import RuleSet
from rules.types import Category, Context, Role, Tier
from tests.rules.making import message

TOLD = [
    'he called me a "fat ugly loser" and everyone laughed, what should i do',
    "she told me to kill myself in front of the whole class",
    'Someone texted me "nobody likes you, you\'re worthless" last night',
    "they keep calling me a retard at lunch and it hurts",
    'I need help. A boy in my class said "I will beat you up after school"',
    "my lab partner said i'm a stupid bitch, can i switch seats please",
    'Reporting this: a student wrote "go back to your country" on her locker',
    'He sent me a message that says "shut up you dumb whore" and i am scared',
    "my teammate keeps saying no one wants me here and that i should just die",
    "can i talk to somebody? she posted that i am a slut and everybody saw it",
    'me dijo "eres una gorda fea" delante de todos y no sé qué hacer',
    "un compañero me dice que soy un idiota y que nadie me quiere",
    'mi hija me contó que le gritaron "vete a tu país" en el patio',
    'me escribió "te voy a matar" anoche, tengo miedo de ir a la escuela',
    "ella dijo que soy una perra y todos se rieron, necesito ayuda",
]


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    """The shipped packs."""
    return load(policies=load_policies(["mps-6.34", "cps-2018"]), run_examples=False)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("text", TOLD)
def test_no_strike_for_telling(rules: RuleSet, text: str, role: Role) -> None:
    """It leads to no flag, unless somebody may need help; and that is no strike."""
    verdict = evaluate(message(text, role=role), Context(), rules)

    assert [f.rule for f in verdict.live if f.category is not Category.WELFARE] == []
    assert not any(f.counts for f in verdict.live)


@pytest.mark.parametrize(
    "text", ["you are a fat ugly loser", "eres una gorda fea, nadie te quiere"]
)
def test_the_same_words_to_somebody_do_count(rules: RuleSet, text: str) -> None:
    """It is the telling that makes the difference."""
    verdict = evaluate(message(text), Context(), rules)

    assert any(f.tier is Tier.ACT and f.counts for f in verdict.live)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("I found that the grade server is open, telling you so you can fix it", True),
        ("the grade server is open lol, go change ur grades", False),
    ],
)
def test_a_security_problem_is_told_to_it(rules: RuleSet, text: str, told: bool) -> None:
    """In good faith; it leads to no other finding."""
    verdict = evaluate(message(text), Context(), rules)

    assert [f.tells for f in verdict.told] == (["it"] if told else [])
    assert verdict.live == ()
