"""Logs: event names and ids on stderr. Nothing that people wrote is ever passed to them."""

from __future__ import annotations

import logging
import sys

import structlog

# Libraries that put whole events, people's words included, into their debug and info lines.
TALKATIVE = ("slack_bolt", "slack_sdk", "discord", "aiohttp", "uvicorn", "websockets", "asyncio")
OURS_FOR_THEM = ("hallmonitor.slack.bolt", "hallmonitor.slack.sdk")  # loggers lent to the SDKs


def configure(*, json: bool | None = None) -> None:
    """Send all logs to stderr: readable lines on a terminal, JSON lines elsewhere."""
    as_json = not sys.stderr.isatty() if json is None else json
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, force=True)
    for handler in logging.getLogger().handlers:
        handler.addFilter(_says_no_words)
    logging.getLogger("hallmonitor").setLevel(logging.INFO)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)


def _says_no_words(record: logging.LogRecord) -> bool:
    """Drops what libraries say below an error, whatever level somebody gives their loggers."""
    theirs = record.name.partition(".")[0] in TALKATIVE or record.name.startswith(OURS_FOR_THEM)
    return record.levelno >= logging.ERROR or not theirs
