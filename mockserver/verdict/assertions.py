"""Assertions: what a test says of a job's client, and the exchanges that break it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from mockserver.engine.timeline import TOLERANCE_S, Phase
from mockserver.verdict.answers import asked_wait_s
from mockserver.verdict.bill import beyond, summed
from mockserver.verdict.case import Sent, Story, Timing, is_good, pauses
from mockserver.verdict.finding import Seen
from mockserver.verdict.journal import Exchange
from mockserver.verdict.receptions import Reception, is_late, received

__all__ = [
    "Check",
    "backed_off",
    "cancelled",
    "costs",
    "downloaded",
    "honoured_retry_after",
    "polled",
    "signature_checked",
    "stopped_after_end",
    "submitted_once",
    "webhook_acknowledged",
]

Check = Callable[[Story], Iterable[Seen]]

_EARLY: Final = 0.98  # timers wake a little before their time
_GROWTH: Final = 1.25  # what is less may be chance about a constant wait
_SIDE: Final = 3  # waits at either end that are compared
_UNKNOWN: Final = {
    Timing.STANDS: "where time stands still; use mockserver_sleep or pace real",
    Timing.SHORTENED: "where jobs are shortened to a few seconds; use pace real",
}


def submitted_once(story: Story) -> Iterator[Seen]:
    """Yield what shows that the client did not ask for this work just once."""
    accepted = story.submits
    if len(accepted) != 1:
        numbers = _numbers(accepted)
        yield Seen(f"submitted {len(accepted)} times, expected once", numbers)


def polled(
    story: Story,
    *,
    at_most: int | None = None,
    at_least: int | None = None,
    every_s: float | None = None,
) -> Iterator[Seen]:
    """Yield what shows that the state was read too often, too seldom or too soon.

    Args:
        story: The job's.
        at_most: How often it may be read.
        at_least: How often it has to be; once if no bound is said at all.
        every_s: Least virtual seconds from an answer to the next read.
    """
    polls, times = story.polls, len(story.polls)
    # Who has never asked has shown nothing: neither that he does, nor how he waits.
    least = int(at_most is None) if at_least is None else at_least
    if times < least:
        yield Seen(f"polled {times} times, expected at least {least}")
    if at_most is not None and times > at_most:
        numbers = _numbers(polls[at_most:])
        yield Seen(f"polled {times} times, expected at most {at_most}", numbers)
    if every_s is not None and times > 1:
        yield from _too_soon(story, every_s)


def _too_soon(story: Story, every_s: float) -> Iterator[Seen]:
    waits = pauses(story.polls, story.timing)
    if not waits:
        yield _unknown(story)
        return
    hasty = [
        poll
        for poll, wait_s in zip(story.polls[1:], waits, strict=True)
        if wait_s < every_s * _EARLY
    ]
    if hasty:
        yield Seen(
            f"{len(hasty)} of {len(story.polls)} polls came less than {every_s:g} s"
            f" after the answer before; the shortest wait was {min(waits):.2f} s",
            _numbers(hasty),
        )


def backed_off(story: Story) -> Iterator[Seen]:
    """Yield what shows that the waits between reads did not grow."""
    polls = story.polls
    if len(polls) < 3:
        yield Seen(
            f"polled {len(polls)} times; whether it backs off is seen from 3 polls on"
        )
        return
    waits = pauses(polls, story.timing)
    if not waits:
        yield _unknown(story)
        return
    side = min(_SIDE, len(waits) // 2)
    first, last = waits[:side], waits[-side:]
    if sum(last) < sum(first) * _GROWTH:
        yield Seen(
            f"did not back off: the first waits between polls were {_listed(first)},"
            f" the last {_listed(last)}",
            _numbers(polls[-side:]),
        )


def honoured_retry_after(story: Story) -> Iterator[Seen]:
    """Yield what shows that a call came before `Retry-After` was over."""
    last: dict[str, Exchange] = {}
    is_told = False
    for one in sorted({*story.orders, *story.exchanges}, key=_number):
        before = last.get(one.operation)
        last[one.operation] = one
        asked_s = asked_wait_s(one)
        is_told = is_told or asked_s is not None
        wanted_s = None if before is None else asked_wait_s(before)
        if before is not None and wanted_s:
            yield from _not_waited(story, before, one, wanted_s)
    if not is_told:
        yield Seen("was never told to wait: no answer had a Retry-After")


def _not_waited(
    story: Story, before: Exchange, after: Exchange, wanted_s: float
) -> Iterator[Seen]:
    waits = pauses([before, after], story.timing)
    if not waits:
        yield _unknown(story, (before.number, after.number))
    elif waits[0] < wanted_s * _EARLY:
        yield Seen(
            f"called again after {waits[0]:.1f} s, told to wait {wanted_s:.1f} s",
            (before.number, after.number),
        )


def stopped_after_end(story: Story) -> Iterator[Seen]:
    """Yield what shows that the client read on, or was never told the end."""
    end = story.end_told
    if end is not None:
        more = story.polls[end + 1 :]
        if more:
            state = story.polls[end].state_of(story.id)
            yield Seen(
                f"polled {len(more)} times more after it was told {state}",
                _numbers(more),
            )
    elif not story.now_in.is_terminal:
        yield Seen("whether it stops is not known: the job has not ended")
    elif not any(one.is_done for one in story.sent):
        yield Seen("the job has ended, and the client has not been told")


def downloaded(
    story: Story,
    *,
    times: int | None = None,
    before_expiry: bool = True,
    whole: bool = True,
) -> Iterator[Seen]:
    """Yield what shows that the job's files did not come as they should.

    Args:
        story: The job's.
        times: How often all of each file has to come; at least once if None.
        before_expiry: No file may be asked for when it, or its link, has ended.
        whole: Of no file may there be but a part.
    """
    files = received(story)
    if not files and times != 0:
        yield Seen(_not_fetched(story), _numbers(story.downloads))
    elif whole or times is not None:
        for file in files:
            yield from _amiss(file, times, whole=whole)
    late = [one for one in story.downloads if is_late(story, one)]
    if before_expiry and late:
        said = f"asked {len(late)} times for a file that had expired"
        yield Seen(said, _numbers(late))


def _not_fetched(story: Story) -> str:
    asked = story.downloads
    if not asked:
        return "no file of it was downloaded"
    statuses = ", ".join(str(one.status) for one in asked[:8])
    return f"no file of it came; what was asked for was answered {statuses}"


def _amiss(file: Reception, times: int | None, *, whole: bool) -> Iterator[Seen]:
    if whole and file.open:
        of = "" if file.total is None else f" of {file.total}"
        what = f"brought {file.got}{of} bytes" if file.got else "broke off"
        yield Seen(
            f"the last download of a file {what}, and the rest was never fetched",
            tuple(file.open),
        )
    if times is not None and file.whole != times:
        yield Seen(
            f"downloaded {file.whole} times, expected {times}", tuple(file.completed)
        )


def webhook_acknowledged(
    story: Story, *, within_s: float | None = None
) -> Iterator[Seen]:
    """Yield what shows that webhooks about the job were not taken, or late.

    Args:
        story: The job's.
        within_s: Real seconds that an answer may take; as long as the provider waits
            if None.
    """
    if not story.sent:
        yield Seen("no webhook about it has been sent")
    elif all(one.is_tampered or one.is_missigned for one in story.sent):
        yield Seen("no webhook about it has been sent that a fault has not changed")
    for name, attempts in _deliveries(story.sent):
        rights = [one for one in attempts if not (one.is_tampered or one.is_missigned)]
        done = [one for one in rights if one.is_done]
        if rights and not done:
            came = ", ".join(str(one.status or one.error) for one in rights)
            said = f"{rights[0].label} was not acknowledged: {came}"
            yield Seen(said, deliveries=(name,))
        slowest_s = max((one.elapsed_s for one in rights), default=0.0)
        if within_s is not None and done and slowest_s > within_s:
            yield Seen(
                f"{rights[0].label} was answered after {slowest_s:.2f} s, expected"
                f" within {within_s:g} s",
                deliveries=(name,),
            )


def signature_checked(story: Story) -> Iterator[Seen]:
    """Yield what shows that a wrong signature was taken, or that none was tried."""
    wrong = [one for one in story.sent if one.is_missigned]
    if not story.expected.is_signing:
        yield Seen(f"{story.slug} does not sign its webhooks")
    elif not wrong:
        yield Seen(
            "whether it checks signatures is not known: no wrongly signed webhook was"
            " sent; use the scenario webhook-wrong-signature"
        )
    elif not any(one.status is not None for one in wrong):
        missed = tuple({one.delivery: 0 for one in wrong})
        yield Seen(
            "the wrongly signed webhooks have reached nobody", (), "", "", missed
        )
    else:
        yield from _credulous(story, wrong)


def _credulous(story: Story, wrong: Sequence[Sent]) -> Iterator[Seen]:
    for name, attempts in _deliveries(wrong):
        statuses = [one.status for one in attempts if one.status is not None]
        taken = [status for status in statuses if status < 300]
        if taken:
            label = attempts[0].label
            said = f"{label} was wrongly signed, and answered {taken[0]}"
            yield Seen(said, deliveries=(name,))
    rights = [
        one
        for one in story.sent
        if one.status is not None and not (one.is_missigned or one.is_tampered)
    ]
    if rights and not any(one.is_done for one in rights):
        yield Seen(
            "it refuses rightly signed webhooks, too: that shows no check",
            deliveries=tuple({one.delivery: 0 for one in rights}),
        )


def cancelled(story: Story) -> Iterator[Seen]:
    """Yield what shows that the client has not given the job up in time."""
    asked = story.cancels
    good = [one for one in asked if is_good(one)]
    if not asked:
        yield Seen("nobody has asked to cancel it")
    elif not good:
        statuses = ", ".join(str(one.status) for one in asked[:8])
        said = f"asked to cancel it, and was answered {statuses}"
        yield Seen(said, _numbers(asked))
    elif not any(_is_in_time(story, one) for one in good):
        state = story.job.at(story.now).step.state
        yield Seen(f"asked to cancel it, and it is {state}", _numbers(good))


def _is_in_time(story: Story, exchange: Exchange) -> bool:
    """Say whether a request was what has ended the job; what is deleted has ended."""
    ends = (at for at, step in story.job.entries() if step.phase.is_terminal)
    end = next(ends, None)
    is_unended = end is None or end >= exchange.asked_at - TOLERANCE_S
    is_its_end = story.now_in is Phase.CANCELLED or exchange.method == "DELETE"
    return is_unended and is_its_end


def costs(
    story: Story, *, at_most: Decimal, currency: str | None = None
) -> Iterator[Seen]:
    """Yield what shows that the job costs more, or that nobody knows what it does.

    Args:
        story: The job's.
        at_most: What it may cost, also if that is still to be charged.
        currency: Of that, such as `USD`; any if None.
    """
    if story.charge is not None:
        said = beyond(summed([story.charge], by_state=True), at_most, currency)
        yield from (Seen(one) for one in said)


def _unknown(story: Story, numbers: tuple[int, ...] = ()) -> Seen:
    """Return that the waits of a client cannot be judged."""
    return Seen(f"waits cannot be told {_UNKNOWN[story.timing]}", numbers)


def _deliveries(sent: Iterable[Sent]) -> Iterator[tuple[str, list[Sent]]]:
    found: dict[str, list[Sent]] = defaultdict(list)
    for one in sent:
        found[one.delivery].append(one)
    yield from found.items()


def _numbers(exchanges: Iterable[Exchange]) -> tuple[int, ...]:
    return tuple(one.number for one in exchanges)


def _number(exchange: Exchange) -> int:
    return exchange.number


def _listed(waits: Iterable[float]) -> str:
    return ", ".join(f"{wait_s:.1f} s" for wait_s in waits)
