"""Logs: lines on stderr, for people or as JSON; requests only when asked for."""

import json
import logging
import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TextIO

from mockserver.cli.floods import Lines
from mockserver.verdict.journal import Exchange, Journal

__all__ = ["JsonLines", "Lines", "TextLines", "configure", "follow"]

_LEVELS: Final = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warn": logging.WARNING,
    "error": logging.ERROR,
    "silent": logging.CRITICAL + 1,
}
_COLOURS: Final = {logging.WARNING: "33", logging.ERROR: "31", logging.CRITICAL: "31"}
_log = logging.getLogger("mockserver")


class TextLines(logging.Formatter):
    """One line for people: time, level unless it is info, message."""

    def __init__(self, *, is_coloured: bool) -> None:
        super().__init__()
        self._is_coloured = is_coloured

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with a traceback below it if there is one."""
        at = datetime.fromtimestamp(record.created, tz=UTC).astimezone()
        level = "" if record.levelno == logging.INFO else f"{_level(record)}: "
        message = _plain(record.getMessage(), kept="\n\t")
        line = f"{at:%H:%M:%S} {level}{message}"
        if self._is_coloured and record.levelno in _COLOURS:
            line = f"\x1b[{_COLOURS[record.levelno]}m{line}\x1b[0m"
        trace = self.formatException(record.exc_info) if record.exc_info else ""
        return f"{line}\n{trace}" if trace else line


class JsonLines(logging.Formatter):
    """One JSON object: `{"timestamp", "level", "app", "message", ...}`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; what belongs to an exchange are members of their own."""
        at = datetime.fromtimestamp(record.created, tz=UTC)
        line = {
            "timestamp": f"{at:%Y-%m-%dT%H:%M:%S}.{int(record.msecs):03}Z",
            "level": _level(record),
            "app": "mockserver",
            "message": record.getMessage(),
            **getattr(record, "exchange", {}),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure(
    level: str,
    form: str,
    stream: TextIO | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Lines:
    """Send what is logged in this process to a stream, stderr if none is given.

    Args:
        level: `debug`, `info`, `warn`, `error` or `silent`.
        form: `text`, `json`, or `auto`: text on a terminal, else JSON.
        stream: Where to.
        environ: `NO_COLOR` keeps text plain.
    """
    stream = stream or sys.stderr
    is_terminal = stream.isatty()
    is_coloured = is_terminal and not environ.get("NO_COLOR")
    is_text = form == "text" or (form == "auto" and is_terminal)
    handler = Lines(stream)
    handler.setFormatter(TextLines(is_coloured=is_coloured) if is_text else JsonLines())
    # What others log is of interest when it is a warning; requests come as exchanges.
    logging.basicConfig(
        handlers=[handler], level=max(_LEVELS[level], logging.WARNING), force=True
    )
    _log.setLevel(_LEVELS[level])
    return handler


def follow(journal: Journal, level: str) -> None:
    """Log exchanges: all at `debug`; else only faults and what found no operation.

    An access log costs as much as a poll itself, so nobody pays for one unasked.
    """
    if level == "debug":
        journal.on_add(_log_each)
    elif level != "silent":
        journal.on_add(_log_notable)


def _log_each(exchange: Exchange) -> None:
    _write(_log.debug, exchange)


def _log_notable(exchange: Exchange) -> None:
    if exchange.fault:
        _write(_log.info, exchange)
    elif exchange.is_unmatched:
        _write(_log.warning, exchange)


def _write(write: Callable[..., None], exchange: Exchange) -> None:
    path = _plain(exchange.target.partition("?")[0])
    facts: dict[str, Any] = {
        "method": exchange.method,
        "path": path,
        "status": exchange.status,
        "ms": round(exchange.elapsed_s * 1000, 2),
        "space": exchange.space,
        "job": exchange.job,
        "rule": exchange.fault,
    }
    notes = "; ".join(exchange.notes)
    named = (
        f"{name}={_plain(facts[name])}"
        for name in ("space", "job", "rule")
        if facts[name]
    )
    write(
        "%s %s %s %s ms %s",
        exchange.method,
        path,
        exchange.status,
        facts["ms"],
        " ".join([*named, *([f"({_plain(notes)})"] if notes else [])]),
        extra={"exchange": {**facts, **({"notes": notes} if notes else {})}},
    )


def _plain(text: str, kept: str = "") -> str:
    """Return a text that neither moves a terminal's cursor nor forges a line."""
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or c in kept else c.encode("unicode_escape").decode()
        for c in text
    )


def _level(record: logging.LogRecord) -> str:
    return {"WARNING": "warn", "CRITICAL": "error"}.get(
        record.levelname, record.levelname.lower()
    )
