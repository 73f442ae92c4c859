"""Frames carry the bytes of answers as they are, and how each answer ends."""

import asyncio
import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.edge.answering.sending import set_no_linger
from mockserver.server.fleet.frames import Ending, Framed, Unframed

KNOWN = {"peername": ("192.0.2.1", 5), "sockname": ("192.0.2.2", 80)}


class Wire(asyncio.Transport):
    """A connection that keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = list[bytes]()
        self.opened = socket.socket()
        self.is_closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append(bytes(data))

    def close(self) -> None:
        self.is_closed = True
        self.opened.close()

    def is_closing(self) -> bool:
        return self.is_closed

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return {"socket": self.opened, "peername": "a worker"}.get(name, default)


def told(*pieces: bytes) -> list[bytes | Ending]:
    """Return what comes out of frames."""
    heard = list[bytes | Ending]()
    unframed = Unframed(heard.append, heard.append)
    for piece in pieces:
        unframed.feed(piece)
    return heard


async def test_what_is_written_in_one_turn_leaves_in_one_piece() -> None:
    """With the end of the answer."""
    wire = Wire()
    framed = Framed(wire)
    framed.begin(KNOWN)

    framed.write(b"head")
    framed.write(memoryview(b"body"))
    framed.end(Ending.KEEP)
    wire.close()

    assert len(wire.written) == 1
    assert told(*wire.written) == [b"head", b"body", Ending.KEEP]


async def test_what_is_written_leaves_by_itself() -> None:
    """Without an end, after a turn of the loop."""
    wire = Wire()
    framed = Framed(wire)
    framed.begin(KNOWN)

    framed.write(b"slow")
    await asyncio.sleep(0)
    wire.close()

    assert told(*wire.written) == [b"slow"]


@pytest.mark.parametrize(
    ("ways", "said"),
    [(["close"], [Ending.CLOSE]), (["leave", "close"], [])],
    ids=["closed", "left"],
)
async def test_a_connection_that_is_closed_closes_the_clients_unless_one_leaves(
    ways: list[str], said: list[Ending]
) -> None:
    """Who leaves ends this one alone, whatever is said of the client's afterwards."""
    wire = Wire()
    framed = Framed(wire)
    framed.begin(KNOWN)

    framed.write(b"half")
    for way in ways:
        getattr(framed, way)()

    assert told(*wire.written) == [b"half", *said]
    assert wire.is_closed


async def test_one_that_is_idle_says_nothing_when_it_is_closed() -> None:
    """Whoever has asked something meanwhile knows that it was not heard."""
    wire = Wire()

    Framed(wire).close()

    assert wire.written == []


async def test_a_reset_is_told_and_not_done_here() -> None:
    """It would overtake what was written."""
    wire = Wire()
    framed = Framed(wire)
    framed.begin(KNOWN)

    set_no_linger(framed)
    framed.write(b"half")
    framed.abort()

    assert told(*wire.written) == [b"half", Ending.RESET]


async def test_the_clients_addresses_are_known_while_it_is_answered() -> None:
    wire = Wire()
    framed = Framed(wire)

    framed.begin(KNOWN)
    during = framed.get_extra_info("peername"), framed.get_extra_info("sockname")
    framed.end(Ending.KEEP)
    wire.close()

    assert during == (("192.0.2.1", 5), ("192.0.2.2", 80))
    assert framed.get_extra_info("peername") == "a worker"


@given(st.lists(st.binary(min_size=1, max_size=20), max_size=5), st.integers(1, 9))
def test_frames_may_come_in_pieces_of_any_size(bodies: list[bytes], size: int) -> None:
    """What was said is what is heard, and each end where it was."""

    async def said() -> bytes:
        wire = Wire()
        framed = Framed(wire)
        for body in bodies:
            framed.begin(KNOWN)
            framed.write(body)
            framed.end(Ending.KEEP)
        wire.close()
        return b"".join(wire.written)

    sent = asyncio.run(said())
    heard = told(*(sent[at : at + size] for at in range(0, len(sent), size)))

    ends = [index for index, one in enumerate(heard) if one is Ending.KEEP]
    pieces = [one for one in heard if isinstance(one, bytes)]
    assert b"".join(pieces) == b"".join(bodies)
    assert len(ends) == len(bodies)
