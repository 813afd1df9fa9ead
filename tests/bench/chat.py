"""Made-up school chat for timing: ordinary posts, and posts of which half would be flagged.

It is built from parts, so its words vary less than people's do; it says nothing about accuracy.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

_PARTS = {
    "who": "mr. lopez|ms. chen|coach|the sub|my mom|maya|leo|tomás|aaliyah|the librarian|our group",
    "what": "the lab report|chapter 7|the permission slip|my hoodie|the spanish quiz"
    "|page 112|the kahoot|problem 14|the sign-up sheet|a calculator|the yearbook photos"
    "|the science fair board",
    "when": "today|tmrw|after 3rd period|at 2:45|by friday|next week|before lunch|on the 14th",
    "where": "room 212|the gym|the library|bus 9|the office|google classroom|the cafeteria|canvas",
    "end": "|?|!|...| lol| 😂| pls| thanks!!| :)| (not urgent)| k| fr",
}
_SHAPES = (
    "does anyone have {what} from {when}{end}",
    "{who} said {what} is due {when}{end}",
    "can we meet in {where} {when}{end}",
    "i left {what} in {where}, has {who} seen it{end}",
    "reminder: {what} goes to {where} {when}{end}",
    "wait is it {when} or {when}{end}",
    "{who} is out {when} so we're in {where}{end}",
    "thx {who}{end}",
    "i think it's 3x + 7 = 22, so x is 5{end}",
    "bring {what} and ${number} for the field trip {when}{end}",
    "good job {when} everyone, bus leaves {when} from {where}{end}",
    "¿alguien tiene {what}? lo necesito para {when}{end}",
    "congrats to {who} on the spelling bee win {when}{end}",
    "practice moved to {where}, {when}. tell {who}{end}",
)


def ordinary(count: int, seed: int = 7) -> list[str]:
    """Posts that nobody would flag."""
    random = Random(seed)
    return [_post(random) for _ in range(count)]


def flagged(count: int, examples: Sequence[str], seed: int = 8) -> list[str]:
    """Posts of which every other one holds an example of a rule."""
    random = Random(seed)
    return [
        f"{_post(random)} {random.choice(examples)}" if number % 2 else _post(random)
        for number in range(count)
    ]


def long_text(length: int, seed: int = 9) -> str:
    """One post of so many characters."""
    random = Random(seed)
    text = ""
    while len(text) < length:
        text += _post(random) + "\n"
    return text[:length]


def words(count: int, seed: int = 10) -> list[str]:
    """So many different words and phrases that no post holds."""
    random = Random(seed)
    syllables = [
        "qua",
        "zor",
        "blen",
        "ti",
        "mo",
        "vex",
        "ra",
        "lum",
        "pi",
        "dro",
        "ske",
        "fa",
        "nu",
        "gor",
        "hib",
    ]
    found: dict[str, None] = {}
    while len(found) < count:
        word = "".join(random.choices(syllables, k=random.randint(2, 5)))
        several = random.random() < 0.2
        found[f"{word} {random.choice(syllables)}" if several else word] = None
    return list(found)


def _post(random: Random) -> str:
    post = random.choice(_SHAPES)
    while "{" in post:
        name = post[post.index("{") + 1 : post.index("}")]
        part = "20" if name == "number" else random.choice(_PARTS[name].split("|"))
        post = post.replace(f"{{{name}}}", part, 1)
    return post.capitalize() if random.random() < 0.4 else post
