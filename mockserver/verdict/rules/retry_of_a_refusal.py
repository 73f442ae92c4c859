"""Rule: what was refused for good is asked again unchanged."""

from collections.abc import Iterator
from itertools import groupby

from mockserver.engine.jobs import MediaState
from mockserver.engine.timeline import Phase
from mockserver.verdict.case import Case
from mockserver.verdict.finding import Rule, Seen, Severity
from mockserver.verdict.journal import Exchange

__all__ = ["RULE"]

_FINAL = frozenset({400, 401, 403, 404, 405, 410, 415, 422})
_TIMES = 3


def _judge(case: Case) -> Iterator[Seen]:
    called = sorted(case.exchanges, key=_what)
    for what, same in groupby(called, key=_what):
        for refused, run in groupby(same, key=_is_final):
            tries = [*run]
            if refused and len(tries) >= _TIMES:
                yield Seen(
                    f"{what[0]} {what[1].partition('?')[0]} answered"
                    f" {tries[0].status}, and was called {len(tries)} times",
                    tuple(one.number for one in tries),
                    tries[0].job,
                    tries[0].slug,
                )


def _what(exchange: Exchange) -> tuple[str, str, bytes]:
    return exchange.method, exchange.target, exchange.request_body or b""


def _is_final(exchange: Exchange) -> bool:
    # What is asked too early is no mistake: some providers are polled like that.
    if exchange.status not in _FINAL or exchange.is_unmatched:
        return False
    life = None if not exchange.job else exchange.life_of(exchange.job)
    if life is None:
        return True
    phase = life.at(exchange.at).step.phase
    is_absent = life.media_state(exchange.at) is MediaState.ABSENT
    if exchange.role == "download" and phase is Phase.SUCCEEDED and is_absent:
        return False
    return phase.is_terminal


RULE = Rule(
    id="retry-of-a-refusal",
    severity=Severity.WARNING,
    about=(
        "The client repeats, unchanged, a call that was refused for good: its "
        "key, its payload or its address is wrong, and stays so."
    ),
    fix=("Repeat only 408, 425, 429 and 5xx; tell the user about every other refusal."),
    judge=_judge,
)
