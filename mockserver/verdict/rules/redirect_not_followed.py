"""Rule: a client stops at a redirect."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from mockserver.verdict.case import Case
from mockserver.verdict.finding import Rule, Seen, Severity
from mockserver.verdict.journal import Exchange

__all__ = ["RULE"]

# An address may be one that nothing else would take apart.
_PATH: Final = re.compile(r"^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*")

_MOVED = frozenset({301, 302, 303, 307, 308})


def _judge(case: Case) -> Iterator[Seen]:
    for number, exchange in enumerate(case.exchanges):
        if exchange.status not in _MOVED or exchange.method not in {"GET", "HEAD"}:
            continue
        goal = _goal(exchange)
        later = case.exchanges[number + 1 :]
        if goal and not any(_path(one.target) == goal for one in later):
            yield Seen(
                f"{exchange.status} to {goal}, where nobody has asked",
                (exchange.number,),
                exchange.job,
                exchange.slug,
            )


def _goal(exchange: Exchange) -> str:
    headers = dict(exchange.response_headers)
    told = next((v for n, v in headers.items() if n.lower() == "location"), "")
    return _path(told) if told else ""


def _path(target: str) -> str:
    return unquote(_PATH.sub("", target).partition("#")[0].partition("?")[0])


RULE = Rule(
    id="redirect-not-followed",
    severity=Severity.WARNING,
    about=(
        "The client was sent elsewhere and has not gone there: the day on which "
        "the provider moves its files, it has none."
    ),
    fix=("Follow redirects, also to another host, and without the credentials there."),
    judge=_judge,
)
