"""Commands that decide something about a flag in the name of somebody at the keyboard."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import NoReturn

import click

from bot.actors import person_of
from bot.cli.acting import acting
from bot.cli.records import Records, open_records, record_options
from bot.ports import Action, Person, Reply, spell


def deciding(group: click.Group, name: str, action: Action, text: str) -> None:
    """Add a command to `group` that carries out `action` on one flag."""

    @group.command(name, help=text)
    @record_options
    @click.argument("flag_id")
    @acting("Who decides; kept on record.")
    @click.option("--reason", default="", help="Why; kept on record.")
    def decide(config: Path, data: Path, flag_id: str, actor: str, reason: str) -> None:
        async def work(records: Records) -> None:
            reply = await records.review.decide(action, flag_id, actor, reason)
            if not reply.accepted:
                fail(plain(reply.text))
            click.echo(plain(reply.text))

        asyncio.run(open_records(config, data, work))


def plain(text: str) -> str:
    """Text of a card or reply for a terminal, mentions as ids."""
    return spell(
        text, plain=str, person=lambda person: f"@{person.id}", channel=lambda at: f"#{at.channel}"
    )


def visible(text: str) -> str:
    """People's own words for a terminal: what would steer it is spelled out."""
    return "".join(
        letter if letter.isprintable() or letter == "\n" else ascii(letter)[1:-1] for letter in text
    )


def person(text: str) -> Person:
    """Somebody as typed, platform/workspace/id; anything else ends the command."""
    if text.count("/") != 2:
        fail(f"{text} is no person; write platform/workspace/id, e.g. slack/T012AB3/U045CD6")
    return person_of(text)


def stop_if(refusal: Reply | None) -> None:
    """End with exit code 1 and the words of a refusal, where there is one."""
    if refusal is not None:
        fail(plain(refusal.text))


def fail(what: str) -> NoReturn:
    """End with exit code 1 and one line that says what is wrong."""
    click.echo(f"hallmonitor: {what}", err=True)
    sys.exit(1)
