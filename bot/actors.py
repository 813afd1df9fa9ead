"""Who did something or is to be told, as records and settings write them."""

from __future__ import annotations

from bot.ports import Person, mention, words


def person_of(text: str) -> Person:
    """`platform/workspace/id`, as settings and params write people."""
    platform, workspace, person = text.split("/", 2)
    return Person(platform, workspace, person)


def named(actor: str) -> str:
    """Whoever did something: a person as a mention, the command line by the name that was given."""
    return mention(person_of(actor)) if actor.count("/") == 2 else words(actor)
