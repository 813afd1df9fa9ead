"""Answers as a district would give them, by the option's name."""

from __future__ import annotations

DISTRICT = {"district": "Riverbend School District"}
SLACK = {
    "platforms": "slack",
    "slack-workspace": "T012AB3CD",
    "slack-moderators-channel": "C045EF6GH",
    "slack-default-role": "student",
}
DISCORD = {
    "platforms": "discord",
    "discord-server": "123456789012345678",
    "discord-application": "223456789012345678",
    "discord-moderators-channel": "323456789012345678",
    "discord-default-role": "unknown",
}
LISTS = ("moderators", "principal", "it", "counsellors")
ON_SLACK = dict(zip(LISTS, ("U0MO,U0MAX", "U0PAT", "U0IT", "U0CO"), strict=True))
ON_DISCORD = dict.fromkeys(LISTS, "423456789012345678")

SLACK_ALONE = {**DISTRICT, **SLACK, **ON_SLACK}
DISCORD_ALONE = {**DISTRICT, **DISCORD, **ON_DISCORD}
BOTH = {**DISTRICT, **SLACK, **DISCORD, **ON_SLACK, "platforms": "slack, discord"}


def options(answers: dict[str, str]) -> list[str]:
    """The command line that gives these answers."""
    return [f"--{name}={text}" for name, text in answers.items()]
