"""Logs: lines on stderr, for people who watch requests pass by, or as JSON."""

import json
import logging
import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TextIO

from mockserver.cli.tools.floods import Lines
from mockserver.cli.tools.lines import of_status, painted, printable
from mockserver.verdict.journal import Exchange, Journal

__all__ = ["JsonLines", "Lines", "TextLines", "configure", "follow", "is_text"]

_LEVELS: Final = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warn": logging.WARNING,
    "error": logging.ERROR,
    "silent": logging.CRITICAL + 1,
}
_COLOURS: Final = {logging.WARNING: "33", logging.ERROR: "31", logging.CRITICAL: "31"}
_OF_RULE: Final = "35"
_NAMED: Final = ("space", "job", "state")
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
        facts = getattr(record, "exchange", None)
        told = printable(record.getMessage(), kept="\n\t")
        if self._is_coloured and facts is not None:
            told = _told(facts, painted)
        line = f"{at:%H:%M:%S} {level}{told}"
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
    is_coloured = stream.isatty() and not environ.get("NO_COLOR")
    lines = TextLines(is_coloured=is_coloured) if is_text(form, stream) else JsonLines()
    handler = Lines(stream)
    handler.setFormatter(lines)
    # What others log is of interest when it is a warning; requests come as exchanges.
    logging.basicConfig(
        handlers=[handler], level=max(_LEVELS[level], logging.WARNING), force=True
    )
    _log.setLevel(_LEVELS[level])
    return handler


def is_text(form: str, stream: TextIO) -> bool:
    """Say whether lines are for people: asked for, or a terminal and left open."""
    return form == "text" or (form == "auto" and stream.isatty())


def follow(journal: Journal, level: str, *, is_watched: bool = False) -> None:
    """Log exchanges: all, or only faults and what found no operation.

    An access log costs as much as a poll itself, so nobody pays for one unasked.

    Args:
        journal: Where they are kept.
        level: As configured; `debug` asks for all, `silent` for none.
        is_watched: A person looks at the lines, and wants all.
    """
    if level == "debug":
        journal.on_add(_log_each)
    elif level == "info" and is_watched:
        journal.on_add(_log_watched)
    elif level != "silent":
        journal.on_add(_log_notable)


def _log_each(exchange: Exchange) -> None:
    _write(_log.debug, exchange)


def _log_watched(exchange: Exchange) -> None:
    _write(_log.warning if exchange.is_unmatched else _log.info, exchange)


def _log_notable(exchange: Exchange) -> None:
    if exchange.fault:
        _write(_log.info, exchange)
    elif exchange.is_unmatched:
        _write(_log.warning, exchange)
    elif exchange.hint:
        _write(_log.info, exchange)


def _write(write: Callable[..., None], exchange: Exchange) -> None:
    notes = "; ".join(exchange.notes)
    facts: dict[str, Any] = {
        "method": exchange.method,
        "path": exchange.target.partition("?")[0],
        "status": exchange.status,
        "ms": round(exchange.elapsed_s * 1000, 2),
        "space": exchange.space,
        "job": exchange.job,
        "state": exchange.state,
        "rule": exchange.fault,
        **({"notes": notes} if notes else {}),
        **({"hint": exchange.hint} if exchange.hint else {}),
    }
    write("%s", _told(facts, _plain), extra={"exchange": facts})


def _told(facts: Mapping[str, Any], paint: Callable[[str, str], str]) -> str:
    """Return the line of an exchange: what was asked, what came of it, and why."""
    status = str(facts["status"])
    parts = [
        facts["method"],
        printable(facts["path"]),
        paint(status, of_status(status)),
    ]
    parts.append(f"{facts['ms']} ms")
    parts += [f"{name}={printable(facts[name])}" for name in _NAMED if facts[name]]
    if facts["rule"]:
        parts.append(paint(f"rule={printable(facts['rule'])}", _OF_RULE))
    if "notes" in facts:
        parts.append(f"({printable(facts['notes'])})")
    if "hint" in facts:
        parts.append(printable(facts["hint"]))
    return " ".join(parts)


def _plain(text: str, colour: str) -> str:
    del colour
    return text


def _level(record: logging.LogRecord) -> str:
    return {"WARNING": "warn", "CRITICAL": "error"}.get(
        record.levelname, record.levelname.lower()
    )
