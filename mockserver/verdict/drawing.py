"""Drawing: the story of a job as lines of text, with those marked that are wrong."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from math import inf
from typing import Final, NamedTuple

from mockserver.verdict.answers import header
from mockserver.verdict.case import Sent, Story
from mockserver.verdict.finding import Seen
from mockserver.verdict.journal import Exchange
from mockserver.verdict.receptions import outcome

__all__ = ["drawn"]

LINES_MAX: Final = 80
_ENDS: Final = 20  # lines at either end that stay when there are more
_MARK: Final = ">"

_SUBMIT, _STATE, _CALL, _SENT = range(4)  # what comes first of one moment


class _Line(NamedTuple):
    """One line: when, which, what, and what is to be known of it."""

    at: float
    kind: int
    number: int
    name: str
    what: str
    status: str
    about: tuple[str, ...]
    is_wrong: bool = False


def drawn(story: Story, broken: Iterable[Seen] = ()) -> list[str]:
    """Return the story of a job, oldest first, in virtual seconds since its submission.

    Args:
        story: The job's.
        broken: What is wrong about it: its exchanges and deliveries begin with `>`.
    """
    seen = [*broken]
    wrong = {number for one in seen for number in one.exchanges}
    deliveries = {name for one in seen for name in one.deliveries}
    lines = [
        *_calls(story, wrong),
        *_states(story),
        *(_attempt(one, deliveries) for one in story.sent),
    ]
    lines.sort(key=lambda line: (line.at, line.kind, line.number))
    return [*_columns(_bounded(lines), story.job.created_at)]


def _calls(story: Story, wrong: Collection[int]) -> Iterator[_Line]:
    exchanges = {one.number: one for one in (*story.orders, *story.exchanges)}
    polled_at = None
    for number in sorted(exchanges):
        one = exchanges[number]
        about = [*_told(story, one)]
        if one.is_poll:
            if polled_at is not None:
                gap_s = max(0.0, one.asked_at - polled_at)
                about.append(f"{gap_s:.3f} s after the answer before")
            polled_at = one.at
        about += _marks(one)
        kind = _SUBMIT if one.role == "submit" and story.id in one.jobs else _CALL
        name = f"#{number}"
        yield _Line(one.at, kind, number, name, _what(story, one), str(one.status),
                    tuple(about), number in wrong)  # fmt: skip


def _what(story: Story, exchange: Exchange) -> str:
    """Return what a client did, as far as the life of this job goes."""
    if exchange.is_poll:
        return "poll"
    if exchange.role == "download":
        return "download"
    if exchange in story.orders:
        return "submit"
    if exchange in story.cancels:
        is_cancel = "cancel" in exchange.operation
        return "cancel" if is_cancel else "delete"
    return exchange.operation or exchange.method


def _told(story: Story, exchange: Exchange) -> Iterator[str]:
    """Yield what an answer was about."""
    if exchange.role == "download":
        yield outcome(story, exchange)
        return
    if exchange in story.orders and story.id not in exchange.jobs:
        yield f"job {exchange.job}" if exchange.job else "refused"
        return
    state = exchange.state_of(story.id)
    if state:
        yield state


def _marks(exchange: Exchange) -> Iterator[str]:
    """Yield what else is to be known of an answer."""
    if exchange.fault:
        yield f"rule {exchange.fault}"
    wait = header(exchange, "retry-after")
    if wait:
        yield f"Retry-After {wait}"


def _states(story: Story) -> Iterator[_Line]:
    """Yield each state that it has come into by now."""
    for at, step in story.job.entries():
        if at <= story.now:
            error = f": {step.error}" if step.error else ""
            what = f"is {step.state}{error}"
            yield _Line(at, _STATE, 0, "", what, "", ())


def _attempt(one: Sent, wrong: Collection[str]) -> _Line:
    outcome_ = one.status or one.error or "no answer"
    about = [one.label, f"answered in {one.elapsed_s:.3f} s"]
    if one.status is None:
        about = [one.label]
    about += [f"attempt {one.number}"] if one.number > 1 else []
    about += ["a copy"] if one.is_copy else []
    about += ["wrongly signed"] if one.is_missigned else []
    is_spoiled = one.is_tampered and not one.is_missigned
    about += ["spoiled"] if is_spoiled else []
    is_refused = one.status is not None and not one.is_done
    about += ["not acknowledged"] if is_refused else []
    return _Line(one.at, _SENT, one.number, f"~{one.delivery}", "webhook",
                 str(outcome_), tuple(about), one.delivery in wrong)  # fmt: skip


def _bounded(lines: Sequence[_Line]) -> Iterator[_Line]:
    """Yield lines, and of many those at the ends, with what is wrong in between."""
    if len(lines) <= LINES_MAX:
        yield from lines
        return
    room, left_out = LINES_MAX - 2 * _ENDS, 0
    for place, line in enumerate(lines):
        is_end = place < _ENDS or place >= len(lines) - _ENDS
        is_kept = is_end or line.kind in {_STATE, _SUBMIT} or line.is_wrong
        if is_kept and not is_end:
            room -= 1
        if is_end or (is_kept and room >= 0):
            if left_out:
                yield _Line(inf, _STATE, 0, "", f"... {left_out} more", "", ())
            left_out = 0
            yield line
        else:
            left_out += 1


def _columns(lines: Iterable[_Line], since_s: float) -> Iterator[str]:
    rows = [*lines]
    widths = [
        max((len(read(line)) for line in rows if line.number), default=0)
        for read in _WIDE
    ]
    for line in rows:
        mark = _MARK if line.is_wrong else " "
        when = "" if line.at == inf else f"{line.at - since_s:+.3f} s"
        head = f"{mark} {when:>14}  {line.name:>{widths[0]}}"
        if line.number:
            what = f"{line.what:<{widths[1]}}  {line.status:<{widths[2]}}"
            yield "  ".join([head, what, *line.about]).rstrip()
        else:
            yield f"{head}  {line.what}"


_WIDE: Final[Sequence[Callable[[_Line], str]]] = (
    lambda line: line.name,
    lambda line: line.what,
    lambda line: line.status,
)
