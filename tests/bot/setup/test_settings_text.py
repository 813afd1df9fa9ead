"""The written settings: whatever a person types as words comes back as it was."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.settings import parse
from bot.setup.answers import Answers
from bot.setup.checks import AnswerError
from bot.setup.questions import QUESTIONS, Question
from bot.setup.settings_text import settings_text
from tests.bot.setup.samples import SLACK_ALONE


def answered(given_: dict[str, str]) -> Answers:
    answers = Answers()
    for question in QUESTIONS:
        if question.when(answers):
            text = given_.get(question.name, question.default or "")
            answers.put(question.name, question.read(text, answers))
    return answers


@settings(max_examples=150, deadline=None)
@given(st.text(min_size=1), st.text())
def test_words_come_back_as_they_were_typed(name: str, contact: str) -> None:
    """Quotes, backslashes and other scripts included; what cannot be printed is refused."""
    try:
        answers = answered({**SLACK_ALONE, "district": name, "contact": contact})
    except AnswerError:
        assert not name.strip() or not (name.strip() + contact.strip()).isprintable()
        return
    district = parse(settings_text(answers)).file.district

    assert (district.name, district.contact) == (name.strip(), contact.strip())


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(QUESTIONS), st.text(max_size=30) | st.just("a\x00b"))
def test_any_text_is_an_answer_or_is_refused(question: Question, text: str) -> None:
    """No check raises anything but `AnswerError`, and none passes what cannot be printed."""
    answers = answered(SLACK_ALONE)
    try:
        answer = question.read(text, answers)
    except AnswerError:
        return
    assert all(part.isprintable() for part in answer)


# What can be printed, but for what parts help lines, and a name from its number.
WORD = st.text(
    st.characters(categories=["L", "N", "P", "S"], exclude_characters="=,/"),
    min_size=1,
    max_size=20,
)


@settings(max_examples=150, deadline=None)
@given(WORD, st.just("") | WORD, st.sampled_from(["", "https://a.example/?q"]))
def test_a_help_line_comes_back_as_it_was_typed(name: str, number: str, link: str) -> None:
    """Its name, its number and its link, whatever quotes they hold."""
    assume(number or link)
    answers = answered({**SLACK_ALONE, "help-lines": f"{name} = {link} {number}"})

    (line,) = parse(settings_text(answers)).file.care.help_lines

    assert (line.name, line.number, line.link) == (name, number, link)
