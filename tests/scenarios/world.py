"""The whole application but its platform: real store, engine, core; a chat that writes down."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cryptography.fernet import Fernet

from bot import settings
from bot.deliveries import Deliveries
from bot.engine.embedded import EmbeddedEngine
from bot.engine.pace import Pace
from bot.inbox import Desk
from bot.intake import Intake
from bot.loading import load_rules
from bot.ports import (
    Action,
    Card,
    DeliveryError,
    Notice,
    Page,
    Person,
    Place,
    Press,
    Receipt,
    Reply,
)
from bot.review import Review
from bot.schedule import Schedule
from bot.store.port import Flag, FlagQuery
from bot.store.sqlite import open_store
from rules.classifier.opinion import Opinion
from rules.policies import Policy
from rules.ruleset import RuleSet
from rules.types import Message, MessageKey
from tests.clock import StandingClock

PACKS = Path(__file__).with_name("packs")
KEY = Fernet.generate_key().decode()
ADMINISTRATORS = ("principal", "it")


@dataclass
class PaperChat:
    """A platform that writes down what it is asked to do, and refuses what a test says.

    What is in `meanwhile` happens once, while the next letter is on its way.
    """

    clock: StandingClock
    platform: str = "playground"
    notices: list[tuple[str, Notice]] = field(default_factory=list)
    shown: list[tuple[str, Notice]] = field(default_factory=list)
    cards: dict[str, Card] = field(default_factory=dict)
    pages: list[tuple[str, Page]] = field(default_factory=list)
    hidden: list[MessageKey] = field(default_factory=list)
    errors: dict[str, DeliveryError] = field(default_factory=dict)  # verb -> what it raises
    meanwhile: list[Callable[[], Awaitable[object]]] = field(default_factory=list)
    numbers: int = 0

    async def send_notice(self, to: Person, notice: Notice, *, key: str) -> Receipt:
        while self.meanwhile:
            await self.meanwhile.pop(0)()
        self._may("send_notice")
        self.notices.append((to.id, notice))
        return self._receipt(f"dm-{to.id}")

    async def show_notice(
        self, to: Person, about: MessageKey, notice: Notice, *, key: str
    ) -> Receipt:
        self._may("show_notice")
        self.shown.append((to.id, notice))
        return self._receipt(about.channel, proven=False)

    async def post_card(self, place: Place, card: Card, *, key: str) -> Receipt:
        self._may("post_card")
        receipt = self._receipt(place.channel)
        self.cards[receipt.message] = card
        return receipt

    async def update_card(self, posted: Receipt, card: Card) -> Receipt:
        self._may("update_card")
        self.cards[posted.message] = card
        return posted

    async def page(self, to: Person, page: Page, *, key: str) -> Receipt:
        self._may("page")
        self.pages.append((to.id, page))
        return self._receipt(f"dm-{to.id}")

    async def hide(self, message: MessageKey) -> Receipt:
        self._may("hide")
        self.hidden.append(message)
        return self._receipt(message.channel)

    def _may(self, verb: str) -> None:
        if verb in self.errors:
            raise self.errors[verb]

    def _receipt(self, channel: str, *, proven: bool = True) -> Receipt:
        self.numbers += 1
        return Receipt(channel, str(self.numbers), self.clock.now(), proven)


@cache
def _small_rules(toml: str) -> tuple[RuleSet, tuple[Policy, ...]]:
    """The rules of these tests, by these settings: nothing changes them, so tests share them."""
    return load_rules(settings.parse(toml), PACKS)


class World:
    """One district on the playground's settings, at a standing clock.

    `toml` follows the settings; `principal` holds more keys of that list. `packs` other than the
    small ones of these tests are taken without their examples. `opinion` stands in for the model.
    """

    def __init__(
        self,
        folder: Path,
        toml: str = "",
        principal: str = "",
        packs: Path = PACKS,
        opinion: Opinion | None = None,
    ) -> None:
        self.clock = StandingClock()
        text = settings.PLAYGROUND.read_text(encoding="utf-8") + toml
        head = "[lists.principal]\n"
        text = text.replace(head, head + principal)
        self.settings = settings.parse(text)
        self.store = open_store(folder, [KEY])
        self.engine = EmbeddedEngine(self.store, self.clock, Pace(rate_s=0), chance=lambda: 0.0)
        self.chat = PaperChat(self.clock)
        own = packs != PACKS
        ruleset, policies = (
            load_rules(self.settings, packs, examples=False) if own else _small_rules(text)
        )
        ruleset = ruleset.advised(opinion) if opinion else ruleset
        self.pool = ThreadPoolExecutor(1)
        self.review = Review(self.store, self.engine, self.settings, self.clock)
        intake = Intake(self.store, self.engine, self.settings, ruleset, self.clock, self.pool)
        self.desk = Desk(intake, self.review)
        chats = {(place.platform, place.id): self.chat for place in self.settings.file.workspace}
        self.deliveries = Deliveries(
            self.store, chats, self.settings, policies, ruleset, self.clock
        )
        Schedule(self.store, self.engine).register()
        self.numbers = 0

    async def close(self) -> None:
        """Let go of the records."""
        self.pool.shutdown()
        await self.store.close()

    async def settle(self) -> None:
        """Do every delivery that is due."""
        await self.engine.work_off(self.deliveries.handlers())

    def message(
        self, author: str, text: str, *, channel: str = "class-7b", number: str = ""
    ) -> Message:
        """A new post (or, with `number`, an edit of that post)."""
        edited = bool(number)
        if not number:
            self.numbers += 1
            number = str(1000 + self.numbers)
        direct = channel.startswith("dm-")
        groups = frozenset({"staff"} if author in ("ortiz", "chen") else {"students"})
        return Message(
            MessageKey("playground", "demo", channel, number),
            author,
            text,
            self.clock.now(),
            author_groups=groups,
            direct=direct,
            edited=edited,
        )

    async def post(self, author: str, text: str, **where: str) -> Message:
        """Post, deliver what follows, and move a minute on."""
        message = self.message(author, text, **where)
        await self.desk.message(message)
        await self.settle()
        self.clock.forward(minutes=1)
        return message

    async def press(
        self, person: str, action: Action, flag: Flag, reason: str = "", event: str = ""
    ) -> Reply:
        """Press a button and deliver what follows."""
        self.numbers += 1
        by = Person("playground", "demo", person)
        event = event or f"e{self.numbers}"
        reply = await self.desk.pressed(Press(event, by, action, flag.id, reason))
        await self.settle()
        self.clock.forward(minutes=1)
        return reply

    async def flags(self) -> list[Flag]:
        """All flags, oldest first."""
        return (await self.store.read(lambda tx: tx.flags(FlagQuery())))[::-1]

    def card_of(self, flag: Flag) -> Card:
        """The flag's card as it stands in the moderators' channel."""
        return next(c for c in self.chat.cards.values() if c.flag_id == flag.id and c.revision)

    def text_of(self, flag: Flag) -> str:
        """All that the flag's card says."""
        card = next(c for c in self.chat.cards.values() if c.flag_id == flag.id)
        return "\n".join([card.title, *(s.text for s in card.sections)])

    def paged(self) -> list[str]:
        """Who was called, in order."""
        return [who for who, _ in self.chat.pages]

    def strike_pages(self) -> list[tuple[str, str]]:
        """Who was called for a number of strikes, and about which flag."""
        made = [(who, p.flag_id) for who, p in self.chat.pages if p.title.startswith("Repeat")]
        return sorted(made)
