"""The gate bounds what is drawn and encoded at the same time."""

import asyncio
from collections.abc import Callable

import pytest

from mockserver.media.formats import wav
from mockserver.media.gate import Gate
from mockserver.media.parts import Part
from mockserver.media.render import FfmpegRenderer
from mockserver.media.spec import MediaSpec


async def settle() -> None:
    """Let every task run as far as it can."""
    for _ in range(10):
        await asyncio.sleep(0)


class Visitors:
    """Tasks that pass a gate and stay until they are told to go."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.inside: list[str] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self.doors: dict[str, asyncio.Event] = {}

    async def come(self, name: str, pixels: int) -> None:
        self.doors[name] = asyncio.Event()
        self.tasks[name] = asyncio.create_task(self._visit(name, pixels))
        await settle()

    async def go(self, name: str) -> None:
        self.doors[name].set()
        await settle()

    async def give_up(self, name: str) -> None:
        self.tasks[name].cancel()
        await settle()

    async def _visit(self, name: str, pixels: int) -> None:
        async with self.gate.passing(pixels):
            self.inside.append(name)
            await self.doors[name].wait()
            self.inside.remove(name)


@pytest.fixture
def gate_of() -> Callable[..., Visitors]:
    return lambda *bounds: Visitors(Gate(*bounds))


async def test_as_many_pass_as_have_room(gate_of: Callable[..., Visitors]) -> None:
    visitors = gate_of(100, 4)

    await visitors.come("a", 60)
    await visitors.come("b", 40)
    await visitors.come("c", 1)
    before = [*visitors.inside]
    await visitors.go("a")

    assert before == ["a", "b"]
    assert visitors.inside == ["b", "c"]


async def test_no_more_pass_than_there_are_places(
    gate_of: Callable[..., Visitors],
) -> None:
    """A thousand small encoders take a thousand processes."""
    visitors = gate_of(100, 2)

    await visitors.come("a", 1)
    await visitors.come("b", 1)
    await visitors.come("c", 1)

    assert visitors.inside == ["a", "b"]


async def test_a_picture_that_never_fits_passes_alone(
    gate_of: Callable[..., Visitors],
) -> None:
    visitors = gate_of(100, 4)

    await visitors.come("small", 1)
    await visitors.come("huge", 5_000)
    await visitors.come("late", 1)
    before = [*visitors.inside]
    await visitors.go("small")

    assert before == ["small"]
    assert visitors.inside == ["huge"]


async def test_whoever_gives_up_leaves_the_place_to_the_next(
    gate_of: Callable[..., Visitors],
) -> None:
    """A client that hangs up while it waits blocks nobody."""
    visitors = gate_of(100, 4)
    await visitors.come("a", 100)
    await visitors.come("b", 100)
    await visitors.come("c", 100)

    await visitors.give_up("b")
    await visitors.give_up("a")

    assert visitors.inside[-1:] == ["c"]
    assert visitors.gate.inside == 100


async def test_giving_up_at_the_moment_of_entry_loses_no_place(
    gate_of: Callable[..., Visitors],
) -> None:
    """The place was given, but nobody was there any more to take it."""
    visitors = gate_of(100, 4)
    await visitors.come("a", 100)
    await visitors.come("b", 100)

    visitors.doors["a"].set()
    await asyncio.sleep(0)
    visitors.tasks["b"].cancel()
    await settle()
    await visitors.come("c", 100)

    assert visitors.gate.inside == 100
    assert visitors.inside == ["c"]


async def test_sixty_four_clips_take_turns_in_their_order() -> None:
    """However many are asked for at once, four are made, and nobody is overtaken."""
    begun: list[float] = []
    inside, most = 0, 0

    class Counting:
        async def draw(self, spec: MediaSpec) -> tuple[Part, ...]:
            nonlocal inside, most
            begun.append(spec.seconds)
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1
            return (Part(b"", spec.frames),)

    renderer = FfmpegRenderer()
    renderer._studio = Counting()  # type: ignore[assignment]  # draws nothing

    await asyncio.gather(*(renderer.render(wav(1.0 + n)) for n in range(64)))

    assert most == 4
    assert begun == [1.0 + n for n in range(64)]
