"""Many at once have the same outcome, and start in the same order, as one by one."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mockserver.engine.agenda import Due
from mockserver.engine.spaces import Space
from tests.delivery.invented import Office, Pretender, make_spaces, parcel


@dataclass(frozen=True)
class Plan:
    """One delivery of an example."""

    at: float
    order_key: str
    ladder: tuple[float, ...]
    outcomes: tuple[int, ...]
    yields: int
    report: str


PLANS = st.lists(
    st.builds(
        Plan,
        at=st.integers(1000, 1008).map(float),
        order_key=st.sampled_from(["", "", "k", "l"]),
        ladder=st.lists(st.integers(0, 4).map(float), max_size=3).map(tuple),
        outcomes=st.lists(st.sampled_from([200, 500]), max_size=4).map(tuple),
        yields=st.integers(0, 6),
        report=st.sampled_from(["", "", "ended"]),
    ),
    max_size=12,
)


async def outcome(plans: list[Plan], width: int) -> Any:
    """Return what was started, in order, and what became of everything."""
    pretender = Pretender()

    async def handle(_: Space, due: Due) -> None:
        pretender.sent.append(f"report {due.data}")

    space = make_spaces("manual").open("one")
    outbox = Office(pretender, handle, width=width)
    for index, plan in enumerate(plans):
        body = str(index)
        pretender.outcomes[body] = deque(plan.outcomes)
        pretender.yields[body] = plan.yields
        wanted = parcel(
            body, order_key=plan.order_key, ladder=plan.ladder, report=plan.report
        )
        outbox.plan(space, wanted, plan.at)
    space.clock.advance(1000)
    await outbox.settle(space)
    results = [
        (record.state, [(a.number, a.at, a.status) for a in record.attempts])
        for record in outbox.deliveries(space)
    ]
    return pretender.sent, results, outbox.faults.count, len(space.agenda)


@given(PLANS)
def test_many_at_once_are_as_one_by_one(plans: list[Plan]) -> None:
    one_by_one = asyncio.run(outcome(plans, 1))

    at_once = asyncio.run(outcome(plans, 8))

    assert at_once == one_by_one


@given(PLANS)
def test_everything_comes_to_an_end(plans: list[Plan]) -> None:
    _, results, bugs, left = asyncio.run(outcome(plans, 8))

    assert (bugs, left) == (0, 0)
    assert not [state for state, _ in results if state == "pending"]
