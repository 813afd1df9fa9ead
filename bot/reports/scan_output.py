"""Where a scan's report goes: one writer per format, to standard output or to a private file."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol, TextIO

from rich.console import Console

from bot.reports.judging import Hit
from bot.reports.scan import Source, Tally
from bot.reports.scan_lines import csv_header, csv_line, json_line, print_table
from bot.reports.scan_page import Gathered, render

_WIDTH = 140  # of a table that goes to a file or a pipe


class Writer(Protocol):
    """Takes the findings as they come, and ends the report."""

    def add(self, hits: Sequence[Hit]) -> None:
        """The findings of one batch."""

    def finish(self, tally: Tally, damage: Sequence[str], now: datetime) -> None:
        """All is judged; `damage` names what was not read."""


class _Lines:
    """Formats that are a line a finding, written at once."""

    def __init__(self, stream: TextIO, source: Source, line: Callable[[Hit, Source], str]) -> None:
        self._stream = stream
        self._source = source
        self._line = line

    def add(self, hits: Sequence[Hit]) -> None:
        self._stream.writelines(self._line(hit, self._source) for hit in hits)

    def finish(self, tally: Tally, damage: Sequence[str], now: datetime) -> None:
        self._stream.flush()


class _Table:
    def __init__(self, stream: TextIO, source: Source) -> None:
        self._console = table_console(stream)
        self._source = source
        self._hits: list[Hit] = []

    def add(self, hits: Sequence[Hit]) -> None:
        self._hits += hits

    def finish(self, tally: Tally, damage: Sequence[str], now: datetime) -> None:
        print_table(self._hits, tally, self._source, self._console)


class _Page:
    def __init__(self, stream: TextIO, source: Source) -> None:
        self._stream = stream
        self._source = source
        self._gathered = Gathered()

    def add(self, hits: Sequence[Hit]) -> None:
        self._gathered.add(hits)

    def finish(self, tally: Tally, damage: Sequence[str], now: datetime) -> None:
        self._stream.write(render(tally, self._gathered, self._source, damage, now))


def _csv(stream: TextIO, source: Source) -> Writer:
    stream.write(csv_header())
    return _Lines(stream, source, csv_line)


FORMATS: Mapping[str, Callable[[TextIO, Source], Writer]] = {
    "table": _Table,
    "jsonl": lambda stream, source: _Lines(stream, source, json_line),
    "csv": _csv,
    "html": _Page,
}


def table_console(stream: TextIO) -> Console:
    """For tables: as wide as the terminal, or wide enough to read in a file or a pipe."""
    return Console(file=stream, width=None if stream.isatty() else _WIDTH, highlight=False)


@contextmanager
def open_output(path: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that only its owner may read and that appears when it is whole.

    Raises `OSError` where the file cannot be written; nothing is left of it then.
    """
    if path is None:
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
        yield sys.stdout
        return
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="") as stream:
            yield stream
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
