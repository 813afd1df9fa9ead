"""Cards, notices and pages as the application makes them."""

from __future__ import annotations

from bot.ports import Action, Button, Card, Notice, Page, Person, Section, mention

FLAG = "flag-1"
MARK = "marker-loser-words"  # what stands in no log

NOTICE = Notice(
    FLAG,
    "en",
    "A private note about your message",
    (
        Section("What was seen", "“you are such a l*ser <!channel> @here & co”"),
        Section("What follows", "Nothing, this time."),
    ),
    "Answer here and a person will read it.",
)
CONFIRM = Button(Action.CONFIRM, FLAG, "Confirm", "primary")
DISMISS = Button(Action.DISMISS, FLAG, "Dismiss", asks_reason=True)
ESCALATE = Button(Action.ESCALATE, FLAG, "Escalate", "danger")


def a_card(*, revision: int = 0, tone: str = "open", author: str = "U00000002") -> Card:
    """A card with a mention in it and three buttons, one of which asks for a reason."""
    who = mention(Person("slack", "T0SCHOOL", author))
    return Card(
        FLAG,
        f"Bullying, revision {revision}",
        tone,
        (Section("Who", f"{who} (student)"), Section("Excerpt", "“you are such a l*ser”")),
        (CONFIRM, DISMISS, ESCALATE),
        link="https://school.slack.com/archives/C1/p1",
        revision=revision,
    )


PAGE = Page(
    FLAG,
    "Repeat violations",
    (Section("Why", "Three strikes since August."),),
    (Button(Action.ACKNOWLEDGE, FLAG, "I have seen this", "primary"),),
)
