"""A process that records a flag and its notice, and kills itself where it is told to.

    python -m tests.bot.engine.mortal FOLDER record|before|after|never

`record`: between the record and its delivery. `before`, `after`: within the handler, before or
after the act. The platform is a file of lines, one per act: the job's key.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from bot.clock import SystemClock
from bot.engine.embedded import EmbeddedEngine
from bot.engine.pace import Pace
from bot.engine.port import Done, Outcome
from bot.jobs import Job, NewJob
from bot.store.port import EvidenceKind, Tx
from bot.store.sqlite import open_store
from tests.contract.builders import DANA, NOON, flag

KEY = "c2VjcmV0IG9mIHRoaXMgdGVzdCBhbmQgbm8gb3RoZXI="
PLATFORM = "acts.txt"


def die() -> None:
    """End at once, as a power cut does: nothing is flushed, closed or given back."""
    os.kill(os.getpid(), signal.SIGKILL)


async def main(folder: Path, when: str) -> None:
    store = open_store(folder / "var", [KEY])
    engine = EmbeddedEngine(store, SystemClock(), Pace(rate_s=0))

    async def send_notice(job: Job) -> Outcome:
        if when == "before":
            die()
        with (folder / PLATFORM).open("a") as platform:
            platform.write(job.key + "\n")
        if when == "after":
            die()
        return Done({"message": "1"})

    def record(tx: Tx) -> None:
        if tx.add_flag(flag("F-1")):
            tx.keep("F-1", EvidenceKind.MESSAGE, DANA.id, "you are a clown", NOON)
        engine.add(tx, NewJob("F-1:notice", "notice", "slack/T1/@U-dana", NOON, flag_id="F-1"))

    await store.write(record)
    if when == "record":
        die()
    await engine.work_off({"notice": send_notice})
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
