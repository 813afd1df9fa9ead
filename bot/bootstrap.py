"""The composition root: the only place that knows every concrete class, adapters included."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from starlette.routing import BaseRoute

from adapters.playground.adapter import PlaygroundAdapter
from bot import web
from bot.deliveries import Deliveries
from bot.engine.embedded import EmbeddedEngine
from bot.engine.pace import Pace
from bot.engine.port import Handler, Outcome
from bot.inbox import Desk
from bot.intake import Intake
from bot.jobs import Job
from bot.loading import Terms, checked_terms, note_held
from bot.platforms import Platform, StartError
from bot.ports import ChatPort, Clock, Inbox
from bot.reloading import Reloading, Sources
from bot.review import Review
from bot.schedule import Schedule
from bot.settings import Secrets, Settings
from bot.setup.no_inbox import NoInbox
from bot.setup.slack_app import spared_by
from bot.store.port import Store
from bot.store.sqlite import open_store
from bot.store.vault import own_key
from rules.loader import PACKS

if TYPE_CHECKING:
    from adapters.discord.app import DiscordAdapter
    from adapters.slack.app import SlackAdapter

log = structlog.get_logger()

JUDGES = 2  # threads for the rule core, which lets go of the interpreter while it matches


@dataclass
class Application:
    """Everything wired and ready to run; `close` lets go of the data folder."""

    settings: Settings
    store: Store
    engine: EmbeddedEngine
    desk: Desk
    review: Review
    deliveries: Deliveries
    chats: dict[tuple[str, str], ChatPort]
    pool: ThreadPoolExecutor
    routes: list[BaseRoute] = field(default_factory=list)
    starts: list[Callable[[], Coroutine[Any, Any, None]]] = field(default_factory=list)
    runs: list[Callable[[], Coroutine[Any, Any, None]]] = field(default_factory=list)
    closes: list[Callable[[], Coroutine[Any, Any, None]]] = field(default_factory=list)
    before_shutdown: list[Callable[[], None]] = field(default_factory=list)
    reloading: Reloading | None = None

    async def start(self) -> None:
        """Connect every platform; raises `StartError` with what to do."""
        for start in self.starts:
            await start()

    async def serve(self, taken: socket.socket, when_ready: Callable[[], None]) -> None:
        """Run until a signal stops the server; then let deliveries in hand finish."""
        app = web.application(self.store, self.routes)
        server = web.server(app, when_ready, self._end_streams)
        async with asyncio.TaskGroup() as group:
            jobs = [group.create_task(self.engine.run(self.handlers()))]
            jobs += [group.create_task(run()) for run in self.runs]
            with self._reloading_on_signal(group):
                await server.serve(sockets=[taken])
            for job in jobs:
                job.cancel()

    def handlers(self) -> dict[str, Handler]:
        """What does each kind of delivery, under the settings in force when it is done."""

        def handler(kind: str) -> Handler:
            async def handle(job: Job) -> Outcome:
                return await self.deliveries.handlers()[kind](job)

            return handle

        return {kind: handler(kind) for kind in self.deliveries.handlers()}

    @contextmanager
    def _reloading_on_signal(self, group: asyncio.TaskGroup) -> Iterator[None]:
        """Take up changed settings and rules on SIGHUP, as daemons do."""
        loop, reloading = asyncio.get_running_loop(), self.reloading

        def reload() -> None:
            if reloading is not None:
                group.create_task(reloading.asked())

        loop.add_signal_handler(signal.SIGHUP, reload)
        try:
            yield
        finally:
            loop.remove_signal_handler(signal.SIGHUP)

    async def close(self) -> None:
        """Let go of the platforms, finish what is in hand and close the records."""
        for close in self.closes:
            await close()
        self.pool.shutdown(wait=True)
        await self.store.close()

    def _end_streams(self) -> None:
        for end in self.before_shutdown:
            end()


def data_keys(settings: Settings, secrets: Secrets, data: Path) -> tuple[str, ...]:
    """The keys of the records: the environment's, or the playground's own file."""
    alone = all(w.platform == "playground" for w in settings.file.workspace)
    return secrets.keys or ((own_key(data),) if alone else ())


async def build(
    settings: Settings,
    secrets: Secrets,
    data: Path,
    clock: Clock,
    *,
    packs: Path = PACKS,
    pace: Pace | None = None,
    source: Path | None = None,
) -> Application:
    """Wire the application; raises `PackError` or `StoreError` before anything runs.

    `source` is the file of the settings, where its changes are to be taken up.

    The rules are held against their examples, unless just these rules held in this data folder
    before.
    """
    sources = Sources(source, packs, data, secrets.model_key)
    # A second bot on these records, or a wrong key, is told at once and not after the rules.
    store = open_store(data, data_keys(settings, secrets, data))
    try:
        terms = checked_terms(settings, packs, data, secrets.model_key)
    except BaseException:
        await store.close()
        raise
    note_held(terms, data)
    engine = EmbeddedEngine(store, clock, pace)
    pool = ThreadPoolExecutor(JUDGES, "core")
    review = Review(store, engine, settings, clock, terms.policies)
    intake = Intake(store, engine, settings, terms.ruleset, clock, pool)
    chats: dict[tuple[str, str], ChatPort] = {}
    deliveries = Deliveries(store, chats, settings, terms.policies, terms.ruleset, clock)
    Schedule(store, engine).register()
    desk = Desk(intake, review)
    app = Application(settings, store, engine, desk, review, deliveries, chats, pool)

    def adopt(terms: Terms) -> None:
        settings, ruleset, policies = terms.settings, terms.ruleset, terms.policies
        note_held(terms, data)
        app.settings = settings
        app.review = Review(store, engine, settings, clock, policies)
        app.deliveries = Deliveries(store, chats, settings, policies, ruleset, clock)
        desk.take_up(settings, ruleset, app.review)

    app.reloading = Reloading(store, engine, clock, sources, settings, adopt)
    app.reloading.register()
    _add_slack(app, secrets, clock)
    _add_discord(app, secrets, clock)
    _add_playground(app, clock)
    return app


def shipped_slack_manifest() -> dict[str, Any]:
    """The manifest of the Slack app with every scope that the adapter can use."""
    text = (files("adapters.slack") / "manifest.json").read_text("utf-8")
    manifest: dict[str, Any] = json.loads(text)
    return manifest


def slack_adapter(settings: Settings, secrets: Secrets, inbox: Inbox, clock: Clock) -> SlackAdapter:
    """Slack as these settings have it, not started."""
    # Imported only where it is configured: its SDK is slow to load, and most trials need none.
    from adapters.slack.app import SlackAdapter

    places = settings.workspaces("slack")
    socket_mode = any(place.mode == "socket" for place in places)
    return SlackAdapter(
        inbox,
        workspaces=[place.id for place in places],
        bot_token=secrets.slack_bot_token,
        app_token=secrets.slack_app_token if socket_mode else None,
        signing_secret=secrets.slack_signing_secret or None,
        api_url=secrets.slack_api_url or None,
        clock=clock,
        spare_scopes=spared_by(settings),
    )


def discord_adapter(
    settings: Settings, secrets: Secrets, inbox: Inbox, clock: Clock
) -> DiscordAdapter:
    """Discord as these settings have it, not started."""
    from adapters.discord.app import DiscordAdapter

    return DiscordAdapter(
        inbox,
        guilds=[place.id for place in settings.workspaces("discord")],
        token=secrets.discord_token,
        api_url=secrets.discord_api_url or None,
        gateway_url=secrets.discord_gateway_url or None,
        clock=clock,
    )


def platform(name: str, settings: Settings, secrets: Secrets, clock: Clock) -> Platform:
    """`slack` or `discord` as these settings have it; its secrets must be set."""
    places = settings.workspaces(name)
    channels = [place.moderators_channel for place in places]
    if name == "slack":
        from adapters.slack.web import SLACK_API_URL

        slack = slack_adapter(settings, secrets, NoInbox(), clock)
        return Platform(
            name,
            secrets.slack_api_url or SLACK_API_URL,
            slack,
            lambda: slack.check(channels),
            lambda: _start_slack(slack, events=False),
            slack.close,
        )
    from adapters.discord.rest import DISCORD_API_URL

    hide = any(place.hide for place in places)
    discord = discord_adapter(settings, secrets, NoInbox(), clock)
    return Platform(
        name,
        secrets.discord_api_url or DISCORD_API_URL,
        discord,
        lambda: discord.check(channels, hide=hide),
        lambda: _start_discord(discord, events=False),
        discord.close,
    )


async def _start_slack(adapter: SlackAdapter, *, events: bool = True) -> None:
    from adapters.slack.errors import SetupError

    try:
        await adapter.start(events=events)
    except SetupError as error:
        raise StartError(f"Slack: {error}") from error


async def _start_discord(adapter: DiscordAdapter, *, events: bool = True) -> None:
    from adapters.discord.errors import SetupError

    try:
        await adapter.start(events=events)
    except SetupError as error:
        raise StartError(f"Discord: {error}") from error


def _add_slack(app: Application, secrets: Secrets, clock: Clock) -> None:
    places = app.settings.workspaces("slack")
    if not places:
        return
    adapter = slack_adapter(app.settings, secrets, app.desk, clock)
    app.chats.update({("slack", place.id): adapter for place in places})
    app.routes += adapter.routes()
    app.starts.append(lambda: _start_slack(adapter))
    app.runs.append(adapter.run)
    app.closes.append(adapter.close)


def _add_discord(app: Application, secrets: Secrets, clock: Clock) -> None:
    places = app.settings.workspaces("discord")
    if not places:
        return
    adapter = discord_adapter(app.settings, secrets, app.desk, clock)
    app.chats.update({("discord", place.id): adapter for place in places})
    app.starts.append(lambda: _start_discord(adapter))
    app.runs.append(adapter.run)
    app.closes.append(adapter.close)


def _add_playground(app: Application, clock: Clock) -> None:
    places = app.settings.workspaces("playground")
    if not places:
        return
    adapter = PlaygroundAdapter(app.desk, clock=clock)
    app.chats.update({("playground", place.id): adapter for place in places})
    app.routes += adapter.routes()
    app.before_shutdown.append(adapter.close)
