"""Ready-made texts to try: everyday ones that must pass, and mild ones that break a rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """A text for the box. `fine`: an everyday message that nobody should be told about."""

    label: str
    text: str
    fine: bool = False


EXAMPLES: Mapping[str, tuple[Example, ...]] = {
    "class-7b": (
        Example("Homework", "Did anyone write down which pages we read for Monday?", fine=True),
        Example("Slang", "That free kick killed it, you are a beast Leo!", fine=True),
        Example("Insult", "Leo you are such a loser, nobody wants you here"),
        Example("Threat", "Leo, wait till after school, I will beat you up"),
        Example("Address", "Tomás lives at 412 Maple Street, Springfield, IL 62704"),
        Example("Password", "You can use my login, the password is Sunflower22!"),
        Example("Needs help", "I don't want to be alive anymore"),
    ),
    "staff-room": (
        Example("Meeting", "The department meeting moves to 3:15 in room 12.", fine=True),
        Example("Thanks", "Thank you all for covering my classes last week.", fine=True),
        Example("Campaign", "Please vote for Dana Whitfield for school board on Tuesday!"),
        Example("Selling", "I am selling handmade candles, $15 each, order from me by Friday."),
        Example("Fundraiser", "Please donate to my GoFundMe, every dollar helps."),
        Example("Student data", "Leo Marsh, student ID 4417203, was born on 03/14/2012."),
        Example(
            "Phishing",
            "Your mailbox is full. Verify your password at http://mail-check.example now",
        ),
    ),
}
