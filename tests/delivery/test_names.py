"""Look-ups have threads, places and a time limit of their own."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from mockserver.delivery.guard import Guard
from mockserver.delivery.names import Names
from mockserver.errors import DeliveryError


@dataclass(slots=True)
class Stuck:
    """A resolver that answers nobody until it is let go."""

    asked: list[str] = field(default_factory=list)
    go: threading.Event = field(default_factory=threading.Event)

    def __call__(self, name: str) -> Sequence[str]:
        self.asked.append(name)
        self.go.wait(30)
        return ["192.0.2.1"]


@pytest.fixture
def stuck() -> Iterator[Stuck]:
    resolver = Stuck()
    yield resolver
    resolver.go.set()


@contextmanager
def no_address() -> Iterator[None]:
    with pytest.raises(OSError, match=r"^no address within 0.05 s$"):
        yield


async def test_addresses_come_in_order_and_once() -> None:
    names = Names(lambda name: ["::1", "192.0.2.1", "::1", name])

    assert await names.addresses("a.example") == ["::1", "192.0.2.1", "a.example"]


async def test_a_name_without_addresses_is_an_error() -> None:
    with pytest.raises(OSError, match="not known"):
        await Names().addresses("nowhere.invalid")


async def test_what_is_no_name_is_an_error() -> None:
    with pytest.raises(OSError, match=r"idna|label"):
        await Names().addresses("a" * 64 + "..example")


async def test_nobody_waits_longer_than_the_limit(stuck: Stuck) -> None:
    names = Names(stuck, limit_s=0.05)

    with no_address():
        await names.addresses("slow.example")


async def test_only_a_few_are_under_way_and_the_rest_is_never_asked(
    stuck: Stuck,
) -> None:
    names = Names(stuck, at_once=3, limit_s=0.05)

    outcomes = await asyncio.gather(
        *(names.addresses(f"{n}.example") for n in range(30)), return_exceptions=True
    )

    assert {type(outcome) for outcome in outcomes} == {OSError}
    assert sorted(stuck.asked) == ["0.example", "1.example", "2.example"]


async def test_a_place_is_free_again_once_its_look_up_ends(stuck: Stuck) -> None:
    names = Names(stuck, at_once=1, limit_s=20)
    first = asyncio.create_task(names.addresses("first.example"))
    second = asyncio.create_task(names.addresses("second.example"))
    await asyncio.sleep(0)

    stuck.go.set()

    assert await first == await second == ["192.0.2.1"]
    assert stuck.asked == ["first.example", "second.example"]


async def test_a_caller_who_leaves_does_not_free_a_place_that_is_taken(
    stuck: Stuck,
) -> None:
    names = Names(stuck, at_once=1, limit_s=0.05)
    with no_address():
        await names.addresses("first.example")

    with no_address():
        await names.addresses("second.example")

    assert stuck.asked == ["first.example"]


async def test_other_threads_are_not_held_up(stuck: Stuck) -> None:
    """Rendering, among others, works in the loop's own pool."""
    names = Names(stuck, at_once=100, limit_s=20)
    tasks = [asyncio.create_task(names.addresses(str(n))) for n in range(100)]

    rendered = await asyncio.to_thread(lambda: "a clip")
    stuck.go.set()
    await asyncio.gather(*tasks)

    assert rendered == "a clip"


async def test_refused_names_are_not_looked_up(stuck: Stuck) -> None:
    guard = Guard(
        ["hooks.example", "*.pages.example", "narrow.example:81"], Names(stuck)
    )
    refused = [
        "evil.example",
        "pages.example",
        "narrow.example",
        "a.hooks.example",
        "x",
    ]

    outcomes = await asyncio.gather(
        *(guard.resolve(name, 80) for name in refused), return_exceptions=True
    )

    assert [getattr(outcome, "kind", None) for outcome in outcomes] == ["refused"] * 5
    assert stuck.asked == []


async def test_an_allowed_network_lets_names_be_looked_up() -> None:
    """Only their addresses say whether they are in it."""
    guard = Guard(["10.0.0.0/8"], Names(lambda _: ["10.1.2.3", "192.0.2.1"]))

    assert await guard.resolve("inside.example", 80) == ["10.1.2.3"]


async def test_a_name_that_takes_too_long_cannot_be_connected_to(stuck: Stuck) -> None:
    guard = Guard(["slow.example"], Names(stuck, limit_s=0.05))

    with pytest.raises(DeliveryError) as caught:
        await guard.resolve("slow.example", 80)

    assert caught.value.kind == "connect"
    assert str(caught.value) == "slow.example: no address within 0.05 s"
