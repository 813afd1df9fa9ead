"""Loading packs: every fault is named with its file and its line, and all of them at once."""

from pathlib import Path

import pytest

from rules.errors import PackError
from rules.loader import load
from rules.matching.expression import Pattern, Sight
from rules.policies import load_policies, shipped
from rules.trials.probe import is_slow
from rules.types import Category
from tests.rules.making import folder, pack, rule

GOOD = """\
[pack]
id = "profanity"
category = "profanity"

[vocabulary]
bad = ['heck', 'darn']

[[rule]]
id = "profanity.mild"
kind = "pattern"
severity = "low"
confidence = 0.9
tier = "act"
reason = "A mild oath."
unless = ["quoting"]
patterns = ['\\b{bad} you\\b']
match = ["heck you", "darn you", "Oh HECK you"]
ignore = ["heck no", "darn it", 'he said "heck you"']
"""

CONTEXTS = """\
[[context]]
id = "quoting"
scope = "inside"
patterns = ['"[^"]{1,80}"']
reason = "Quoted."
match = ['"<<a>>"', '"a <<b>>"', 'he: "<<b>>"']
ignore = ['"a" <<b>>', 'a', '"']
"""


def faults(path: Path, *, probe: bool = False, examples: bool = True) -> list[tuple[int, str]]:
    """The line and the words of each fault."""
    with pytest.raises(PackError) as caught:
        load(path, probe=probe, run_examples=examples)
    return [(problem.line, str(problem)) for problem in caught.value.problems]


def test_a_good_pack_loads(tmp_path: Path) -> None:
    """The pack that the faults below are made from has none itself."""
    rules = load(folder(tmp_path, GOOD, contexts=CONTEXTS), probe=True)

    assert [each.id for each in rules.rules] == ["profanity.mild"]
    assert rules.by_id["profanity.mild"].line == 8


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("[pack]", "[pack", 1, "not valid TOML"),
        ('id = "profanity"', 'id = "other"', 2, "should be the file's name, `profanity`"),
        ('category = "profanity"', 'category = "swearing"', 3, "`category`: Invalid enum value"),
        ('category = "profanity"', 'category = "profanity"\nlevel = 3', 4, "unknown key `level`"),
        ('category = "profanity"', "", 1, "`category` is missing"),
        ("[vocabulary]", "[vocab]", 5, "unknown table `vocab`"),
        ("['heck', 'darn']", "'heck'", 6, "`bad` should be a list of words"),
        ("['heck', 'darn']", "['heck',\n'd(arn']", 7, "the entry does not compile"),
        ("['heck', 'darn']", "['heck',\n'{worse}']", 7, "there is no vocabulary `worse`"),
        ("['heck', 'darn']", "['{bad}']", 6, "there is no vocabulary `bad`, or it names itself"),
        ("['heck', 'darn']", "['heck', '(?:a|b)*']", 6, "`)*` repeats without a bound"),
        ("['heck', 'darn']", "['heck', 'Darn']", 16, "`Darn` of the vocabulary `bad` never"),
        ('"profanity.mild"', '"hate.mild"', 9, "should begin with `profanity.`"),
        ('"profanity.mild"', '"mild"', 9, "`id`: Expected `str` matching regex"),
        ('kind = "pattern"', 'kind = "regex"', 10, "no kind of rule is called `regex`"),
        ('kind = "pattern"', "", 8, "`kind` is missing"),
        ('severity = "low"', 'severity = "mild"', 11, "`severity`: Invalid enum value 'mild'"),
        ("confidence = 0.9", "confidence = 90", 12, "`confidence`: Expected `float` <= 1"),
        ('reason = "A mild oath."', "", 8, "`reason` is missing"),
        ('["quoting"]', '["quotes"]', 15, "there is no context `quotes`"),
        ("tier = ", "view = 'raw'\nspan = 3\ntier = ", 14, "unknown key `span`"),
        ("tier = ", "case = true\ntier = ", 13, "`case` needs the raw view"),
        ("tier = ", "absorbs = ['profanity.x']\ntier = ", 13, "no rule `profanity.x`"),
        ("tier = ", "near = ['(']\ntier = ", 13, "the pattern does not compile"),
        ("{bad} you", "{good} you", 16, "there is no vocabulary `good`"),
        ("{bad} you", "{bad} (you", 16, "the pattern does not compile"),
        ("{bad} you", "{bad} You", 16, "` You` never matches: the plain view is folded"),
        ("{bad} you", "{bad} niño", 16, "` niño` never matches"),
        ("{bad} you", "🔪\\b{bad} you", 16, "`\\b` beside `🔪` never matches"),
        ("{bad} you", "{bad}.* you", 16, "`.*` repeats without a bound (write {0,40}"),
        ("{bad} you", "{bad}(?: so)+ you", 16, "`)+` repeats without a bound"),
        ("\\b{bad} you\\b", "\\w{1,9}\\s", 16, "nothing but wildcards"),
        ('"darn you", "Oh HECK you"', '"darn you"', 17, "`match`: Expected `array` of length"),
        ('"darn you",', '\n"darn her",', 18, "profanity.mild: not found, though it should be"),
        ('"darn you",', "'\"darn you\"',", 17, "cleared by the context `quoting`"),
        ('"darn it",', '\n"darn you",', 19, "profanity.mild: found, though it should be ign"),
    ],
)
def test_each_fault_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    """One thing broken in a good pack: the fault says where, and what."""
    assert old in GOOD
    folder(tmp_path, contexts=CONTEXTS)
    (tmp_path / "profanity.toml").write_text(GOOD.replace(old, new, 1), encoding="utf-8")

    found = faults(tmp_path)

    assert any(at == line and f"profanity.toml:{line}: " in said for at, said in found)
    assert any(words in said for _, said in found), found


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('scope = "inside"', 'scope = "near"', 3, "`scope`: Invalid enum value 'near'"),
        ('scope = "inside"', 'scope = "before"', 3, "the scope `before` needs `within`"),
        ('{1,80}"', "{1,80}", 7, "context quoting: holds here, though it should not"),
        ("'\"<<a>>\"'", "'\"a\" <<b>>'", 6, "context quoting: does not hold here"),
        (CONTEXTS, CONTEXTS + CONTEXTS, 9, "there are two contexts `quoting`"),
    ],
)
def test_each_fault_of_a_context_is_named(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    """Contexts are as strict as rules, and their examples are run as well."""
    assert old in CONTEXTS
    folder(tmp_path, GOOD, contexts=CONTEXTS.replace(old, new, 1))

    found = faults(tmp_path)

    assert any("contexts.toml:" in said and words in said for _, said in found), found
    assert line in [at for at, _ in found]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """Faults of several files, and several of one table, are all in the one error."""
    bad = rule("profanity.a", "kind = 'phrase'\nterms = ['Año', 'a.b', ' ']\nlevel = 1")
    folder(
        tmp_path,
        pack(bad + rule("profanity.b", "kind = 'phrase'\nterms = ['Año', 'a.b', ' ']")),
        pack(rule("hate.a", "kind = 'conjunction'\n[rule.all]\nx = ['a']"), name="hate"),
        shared="x = ['[']",
    )

    said = "\n".join(words for _, words in faults(tmp_path))

    for words in (
        *("unknown key `level`", "`Año` never matches", "(write `ano`", "`a.b` is a pattern"),
        *("an empty term", "at least two named parts", "shared.toml:2: the entry does not"),
    ):
        assert words in said


def test_two_rules_of_one_id_are_refused(tmp_path: Path) -> None:
    """An id is permanent and stands for one rule, whichever pack it is in."""
    each = rule("profanity.a", "kind = 'phrase'\nterms = ['heck']")
    folder(tmp_path, pack(each + each))

    assert [line for line, said in faults(tmp_path, examples=False) if "two rules" in said] == [
        9,
        19,
    ]


@pytest.mark.parametrize("pattern", [r"(?:a|aa){1,90}b\b", r"\ba+ ?a+ ?a+b\b"])
def test_a_pattern_that_never_ends_is_refused(tmp_path: Path, pattern: str) -> None:
    """The probe finds what reading does not: a pattern that is worse than quadratic."""
    folder(tmp_path, pack(rule("profanity.slow", f"kind = 'pattern'\npatterns = ['{pattern}']")))

    ((line, said),) = faults(tmp_path, probe=True, examples=False)

    assert line == 8
    assert "profanity.slow: too slow on a long text" in said


def test_a_sound_pattern_is_sound_on_a_slow_machine() -> None:
    """Its time grows as the text does: there it is past the limit, and no fault."""
    sound = Pattern(r"\b(?:\w{1,20} ){1,12}puts in\b", Sight.PLAIN)
    endless = Pattern(r"(?:a|aa){1,90}b\b", Sight.PLAIN)

    assert not is_slow(sound, call_s=1e-4)
    assert is_slow(endless, call_s=1e-4)


def test_a_folder_without_packs_is_no_rule_set(tmp_path: Path) -> None:
    """Nothing to load is a fault, not an empty set of rules that finds all clean."""
    assert "there are no rule packs here" in faults(tmp_path)[0][1]


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    """A file in another encoding is named."""
    (tmp_path / "hate.toml").write_bytes(b"a = '\xff'")

    assert "is not UTF-8 text" in faults(tmp_path)[0][1]


def test_one_pack_loads_with_what_lies_beside_it(tmp_path: Path) -> None:
    """A pack can be tested alone: shared lists and contexts are read, other packs are not."""
    folder(tmp_path, GOOD, contexts=CONTEXTS, shared="x = ['y']")
    (tmp_path / "hate.toml").write_text("broken", encoding="utf-8")

    assert len(load(tmp_path / "profanity.toml").rules) == 1


def test_the_shipped_packs_are_whole() -> None:
    """Every category has rules, and every rule cites a clause or is care.

    That their examples hold is the part of `hallmonitor rules test`, which `make test` runs.
    """
    rules = load(policies=load_policies(shipped()), run_examples=False)

    assert {each.category for each in rules.rules} == set(Category)
    assert [each.id for each in rules.rules if not each.clauses] == [
        each.id for each in rules.rules if each.category is Category.WELFARE and not each.clauses
    ]
