"""Word lists of the packs, and what `{name}` stands for in a pattern."""

from __future__ import annotations

import re
from collections.abc import Mapping

Lists = Mapping[str, tuple[str, ...]]

_NAME = re.compile(r"\\.|\{([a-z][a-z0-9_]*)\}", re.DOTALL)
_DEEPEST = 8


class UnknownVocabularyError(KeyError):
    """A pattern names a word list that neither the pack nor `shared.toml` has."""


def expand(pattern: str, lists: Lists, depth: int = 0) -> str:
    """Put `(?:a|b|c)` in place of every `{name}`; lists may name other lists.

    Raises `UnknownVocabularyError` with the name of a list that is not there or names itself.
    """

    def group(found: re.Match[str]) -> str:
        name = found[1]
        if name is None:
            return found[0]
        if name not in lists or depth == _DEEPEST:
            raise UnknownVocabularyError(name)
        return "(?:" + "|".join(expand(word, lists, depth + 1) for word in lists[name]) + ")"

    return _NAME.sub(group, pattern)
