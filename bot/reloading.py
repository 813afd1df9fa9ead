"""Settings and rules taken up while the bot runs: all of a change that is sound, or none of it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import structlog

from bot import settings as reading
from bot.engine.port import Engine
from bot.loading import Terms, checked_terms
from bot.model.opinions import OWN_WEIGHTS
from bot.ports import Clock
from bot.process import outbox
from bot.settings import Settings
from bot.setup.slack_app import spared_by
from bot.store.port import Store, StoreError, Tx
from rules.errors import Problem, ProblemsError

log = structlog.get_logger()

LOOK_EVERY_S = 15
SUBJECT = "settings"  # of the audit's rows
TAKEN_UP, REFUSED = "change-taken-up", "change-refused"
RESTART = "restart the bot to change that"


@dataclass(frozen=True, slots=True)
class Sources:
    """Where settings and rules come from; `file` is None where the settings were not in a file."""

    file: Path | None
    packs: Path
    data: Path
    model_key: str = field(default="", repr=False)

    def stamp(self, settings: Settings) -> str:
        """What tells one state of the files from another, without reading them."""
        named = [Path(name) for name in settings.file.policies if name.endswith(".toml")]
        own = self.data / OWN_WEIGHTS
        files = [*filter(None, [self.file]), *sorted(self.packs.glob("*.toml")), *named, own]
        told = hashlib.sha256()
        for path in files:
            about = path.stat() if path.is_file() else None
            told.update(f"{path} {(about.st_mtime_ns, about.st_size) if about else ''}\n".encode())
        return told.hexdigest()


class Reloading:
    """Looks for changes, tries them beside the bot's work, and takes up what holds."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        clock: Clock,
        sources: Sources,
        settings: Settings,
        adopt: Callable[[Terms], None],
    ) -> None:
        self._store = store
        self._engine = engine
        self._clock = clock
        self._sources = sources
        self._settings = settings
        self._adopt = adopt
        self._tried = self._seen = sources.stamp(settings)
        self._one_by_one = asyncio.Lock()

    def register(self) -> None:
        """Let the engine's clock look for changes."""
        self._engine.every("reload", LOOK_EVERY_S, self.look)

    async def look(self, now: datetime) -> None:
        """Take up a change that has stood since the last look: nobody is still writing it."""
        stamp = self._sources.stamp(self._settings)
        settled, self._seen = stamp == self._seen, stamp
        if settled and stamp != self._tried:
            await self.reload()

    async def asked(self) -> None:
        """Reload because somebody asked; where the records are away, the next look tries again."""
        try:
            await self.reload()
        except StoreError as error:
            self._tried = ""
            log.error("change-not-tried", error=str(error))

    async def reload(self) -> tuple[Problem, ...]:
        """Try the files as they are now; the problems, where the old stay in force."""
        async with self._one_by_one:
            self._tried = self._sources.stamp(self._settings)
            try:
                # A thread of its own: the judges must not wait for examples.
                terms = await asyncio.to_thread(self._fresh)
            except ProblemsError as error:
                await self._refuse(error.problems)
                return tuple(error.problems)
            self._adopt(terms)
            self._settings = terms.settings
            now, rules = self._clock.now(), str(len(terms.ruleset.rules))
            detail = {"rules": rules, "version": self._tried}
            await self._store.write(
                lambda tx: tx.audit("hallmonitor", TAKEN_UP, SUBJECT, now, detail)
            )
            log.info(TAKEN_UP, rules=rules)
            return ()

    def _fresh(self) -> Terms:
        sources = self._sources
        file = sources.file
        settings = reading.read(file) if file else self._settings
        fixed = list(fixed_at_start(self._settings, settings))
        if fixed:
            raise ProblemsError(fixed)
        try:
            return checked_terms(settings, sources.packs, sources.data, sources.model_key)
        except OSError as error:
            what = f"cannot be read: {error.strerror}"
            raise ProblemsError([Problem(str(error.filename), 1, what)]) from error

    async def _refuse(self, problems: tuple[Problem, ...]) -> None:
        """Say so in the log and in the audit, and tell the IT owners of this version once."""
        for problem in problems:
            log.error(REFUSED, at=f"{problem.file}:{problem.line}", what=problem.what)
        now, version = self._clock.now(), self._tried
        people = self._settings.people("it").people

        def work(tx: Tx) -> None:
            places = ", ".join(f"{problem.file}:{problem.line}" for problem in problems)
            detail = {"problems": places, "version": version}
            tx.audit("hallmonitor", REFUSED, SUBJECT, now, detail)
            for person in people:
                self._engine.add(tx, outbox.change_refused(person, problems, version, now))

        await self._store.write(work)
        self._engine.wake()


def fixed_at_start(old: Settings, new: Settings) -> Iterator[Problem]:
    """What differs and cannot change while the bot runs, each with its line."""
    before = {(place.platform, place.id): place for place in old.file.workspace}
    for number, place in enumerate(new.file.workspace):
        name, known = f"{place.platform} {place.id}", before.pop((place.platform, place.id), None)
        if known is None:
            what = f"the workspace {name} is new"
            yield new.places.problem(("workspace", number, "id"), what, RESTART)
        elif known.mode != place.mode:
            what = f"the mode of {name} is another"
            yield new.places.problem(("workspace", number, "mode"), what, RESTART)
    for platform, workspace in before:
        what = f"the workspace {platform} {workspace} is gone"
        yield new.places.problem(("workspace",), what, RESTART)
    if spared_by(old) - spared_by(new):
        what = "groups or e-mail domains take a Slack scope that was not asked for at start"
        yield new.places.problem(("workspace",), what, RESTART)
