"""Waiting on behalf of faults ends with the time, the client or the server."""

from math import inf, nan
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiohttp import ClientConnectionResetError, web

from mockserver.edge.answering.patience import Patience


class Transport:
    """A connection that its client leaves after so many looks."""

    def __init__(self, looks: int) -> None:
        self.looks = looks

    def is_closing(self) -> bool:
        self.looks -= 1
        return self.looks < 0


def asked(looks: int = 1_000) -> web.Request:
    return cast("web.Request", SimpleNamespace(transport=Transport(looks)))


class Pauses:
    """Time that does not pass."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)


async def test_the_whole_time_passes_in_slices() -> None:
    pauses = Pauses()

    await Patience(pauses).wait(asked(), 0.6)

    assert pauses.asked == pytest.approx([0.25, 0.25, 0.1])


async def test_no_time_is_no_wait() -> None:
    pauses = Pauses()

    await Patience(pauses).wait(cast("Any", None), 0.0)

    assert pauses.asked == []


@pytest.mark.parametrize("seconds", [-1.0, -1e-9, nan])
async def test_no_number_that_is_no_time_hangs(seconds: float) -> None:
    pauses = Pauses()

    await Patience(pauses, is_over=lambda: len(pauses.asked) > 9).wait(asked(), seconds)

    assert pauses.asked == []


async def test_a_client_that_leaves_is_not_waited_for() -> None:
    pauses = Pauses()

    with pytest.raises(ClientConnectionResetError):
        await Patience(pauses).wait(asked(looks=3), inf)

    assert len(pauses.asked) == 4


async def test_a_connection_that_is_lost_is_not_waited_for() -> None:
    request = cast("web.Request", SimpleNamespace(transport=None))

    with pytest.raises(ClientConnectionResetError):
        await Patience(Pauses()).wait(request, inf)


async def test_the_servers_end_is_not_held_up() -> None:
    pauses = Pauses()

    await Patience(pauses, is_over=lambda: len(pauses.asked) == 2).wait(asked(), inf)

    assert len(pauses.asked) == 2
