"""Cards, notices and pages as the application makes them."""

from __future__ import annotations

from bot.ports import Action, Button, Card, Notice, Page, Person, Section, mention

FLAG = "F-TEST-1234"

NOTICE = Notice(
    FLAG,
    "en",
    "A private note about your message",
    (
        Section("What was seen", "“you are such a l*ser @everyone <@1> https://x.example & co”"),
        Section("What follows", "Nothing, this time."),
    ),
    "Answer here and a person will read it.",
)
CONFIRM = Button(Action.CONFIRM, FLAG, "Confirm", "primary")
DISMISS = Button(Action.DISMISS, FLAG, "Dismiss", asks_reason=True)
ESCALATE = Button(Action.ESCALATE, FLAG, "Escalate", "danger")


def a_card(guild: str, author: str = "42", *, revision: int = 0, tone: str = "open") -> Card:
    """A card with a mention in it and three buttons, one of which asks for a reason."""
    who = mention(Person("discord", guild, author))
    return Card(
        FLAG,
        f"Bullying, revision {revision}",
        tone,
        (Section("Who", f"{who} (student)"), Section("Excerpt", "“you are such a l*ser”")),
        (CONFIRM, DISMISS, ESCALATE),
        link=f"https://discord.com/channels/{guild}/1/2",
        revision=revision,
    )


PAGE = Page(
    FLAG,
    "Repeat violations",
    (Section("Why", "Three strikes since August."),),
    (Button(Action.ACKNOWLEDGE, FLAG, "I have seen this", "primary"),),
    link="https://discord.com/channels/1/2/3",
)
