"""Workers that share a Redis: who has what, what is written, what a crash costs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Self

import pytest

from mockserver.engine.store.redis import RedisDirectory, RedisShelf
from mockserver.engine.store.redis.line import Line
from mockserver.engine.store.redis.scripts import ROLL, VERSION_KEY
from mockserver.engine.store.shelf import SERVER, Entry
from mockserver.errors import StoreError
from tests.redises import FlakyLine, RedisServer

Join = Callable[..., Awaitable[RedisDirectory]]


def entry(space: str, **changes: str | None) -> Entry:
    said = [
        (place.encode(), None if value is None else value.encode())
        for place, value in changes.items()
    ]
    return Entry(space, wipes=False, changes=said, links=[])


@pytest.fixture
async def join(redis_url: str) -> AsyncIterator[Join]:
    """Return what makes workers of one fleet."""
    joined: list[RedisDirectory] = []

    async def make(line: Line | None = None) -> RedisDirectory:
        made = RedisDirectory(line or Line(redis_url), 60.0)
        joined.append(made)
        await made.start(f"worker:{len(joined)}")
        return made

    yield make
    for one in joined:
        await one.close()


async def die(worker: RedisDirectory) -> None:
    """Let a worker be dead for all others."""
    await worker._line.ask("ZADD", ROLL, 1, worker.me.id)


async def test_what_was_written_is_there_for_the_next_worker(join: Join) -> None:
    """In its order; put again it keeps its position, gone and put again it is last."""
    one, two = await join(), await join()
    await one.enter("pub")
    await one.write([entry("pub", a="1", b="1", c="1")])
    await one.write([entry("pub", a=None, b="2"), entry("pub", a="3")])
    await one.leave("pub")

    owner = await two.enter("pub")

    assert owner is None
    assert two.rows("pub") == [(("b",), b"2"), (("c",), b"1"), (("a",), b"3")]


async def test_a_space_of_a_living_worker_is_not_taken(join: Join) -> None:
    """It is told who has it, and where that one is."""
    one, two = await join(), await join()
    await one.enter("pub")

    owner = await two.enter("pub")

    assert owner is not None
    assert (owner.id, owner.address) == (one.me.id, "worker:1")
    assert (one.holds("pub"), two.holds("pub")) == (True, False)


async def test_a_space_of_a_dead_worker_is_taken(join: Join) -> None:
    """And what the dead one still wants to write is refused."""
    one, two = await join(), await join()
    await one.enter("pub")
    await one.write([entry("pub", a="1")])
    await die(one)

    owner = await two.enter("pub")
    lost = await one.write([entry("pub", a="of the past")])

    assert (owner, lost) == (None, {"pub"})
    assert two.rows("pub") == [(("a",), b"1")]
    assert [one.id for one in two.workers()] == [two.me.id]


async def test_of_many_who_want_a_space_one_gets_it(join: Join) -> None:
    """Whoever asks at the same time."""
    workers = [await join() for _ in range(4)]

    owners = await asyncio.gather(*(one.enter("pub") for one in workers * 3))

    holders = [one.me for one in workers if one.holds("pub")]
    assert len(holders) == 1
    assert {one for one in owners if one is not None} == {*holders}


async def test_a_worker_that_was_silent_for_too_long_has_nothing(join: Join) -> None:
    """Others may have taken it, so it is read anew; its listeners are told."""
    one = await join()
    lost = list[set[str]]()
    one.on_lost(lost.append)
    await one.enter("pub")
    await die(one)

    await one.beat()

    assert (lost, one.holds("pub"), one.is_current()) == ([{"pub"}], False, True)


async def test_who_leaves_frees_what_it_has_lost(join: Join) -> None:
    """Who is asked instead would send it back: in the store, it has an owner."""
    one, two = await join(), await join()
    await one.enter("pub")
    await one.write([entry("pub", a="1")])
    await die(one)
    await one.retire()

    taker = await one.enter("pub")

    assert taker is not None
    assert taker.id == two.me.id
    assert await two.enter("pub") is None
    assert two.rows("pub") == [(("a",), b"1")]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_answer_that_is_lost_costs_nothing(
    join: Join, redis_url: str, when: str
) -> None:
    """What was not answered is sent again, and done once."""
    line = FlakyLine(redis_url)
    one = await join(line)
    await one.enter("pub")
    await one.write([entry("pub", a="1", b="1")])
    line.breaks = [when]

    lost = await one.write([entry("pub", a=None)])
    lost |= await one.write([entry("pub", a="2")])

    await one.leave("pub")
    await one.enter("pub")
    assert lost == set()
    assert one.rows("pub") == [(("b",), b"1"), (("a",), b"2")]


async def test_what_an_earlier_life_has_sent_late_is_refused(
    join: Join, redis_url: str
) -> None:
    """Also if it is the same worker that has taken the space again."""
    line = FlakyLine(redis_url)
    one = await join(line)
    await one.enter("pub")
    old = one._leases["pub"]
    one.drop("pub")
    await one.enter("pub")
    one._leases["pub"], new = old, one._leases["pub"]

    lost = await one.write([entry("pub", a="of the past")])

    one._leases["pub"] = new
    assert lost == {"pub"}
    assert await one.write([entry("pub", a="1")]) == set()


async def test_a_store_that_is_gone_is_told_without_its_password() -> None:
    """With its address, and what was expected."""
    line = Line("redis://me:hunter2@127.0.0.1:1/0")

    with pytest.raises(StoreError, match=r"^redis://127.0.0.1:1/0: .*; expected") as it:
        await line.ask("PING")

    assert "hunter2" not in str(it.value)
    await line.close()


async def test_nobody_is_let_in_again_once_the_line_is_closed(redis_url: str) -> None:
    """Else its connection would outlive everything that could close it."""
    others = await clients_of(redis_url)
    line = Line(redis_url)
    assert await line.ask("PING") == b"PONG"
    await line.close()

    with pytest.raises(StoreError, match="this connection was let go of; expected"):
        await line.ask("PING")
    with pytest.raises(StoreError, match="this connection was let go of; expected"):
        await anext(line.hear("told"))

    assert await clients_of(redis_url) == others


async def test_who_was_cut_off_meanwhile_asks_again(redis_url: str) -> None:
    """What is kept open between two commands may have been closed by the store."""
    line, other = Line(redis_url), Line(redis_url)
    await line.ask("SET", "films", "1")
    await other.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")

    assert await line.ask("INCR", "films") == 2

    await line.close()
    await other.close()


async def test_many_who_ask_at_once_are_answered_what_they_asked(
    redis_url: str,
) -> None:
    """Each on a connection of its own, of which one stays."""
    line = Line(redis_url)

    heard = await asyncio.gather(*(line.ask("ECHO", f"{n}") for n in range(6)))
    again = [await line.ask("ECHO", f"{n}") for n in range(3)]

    await line.close()
    assert heard == [b"0", b"1", b"2", b"3", b"4", b"5"]
    assert again == [b"0", b"1", b"2"]


@pytest.mark.parametrize("steps", range(0, 60, 3))
async def test_who_is_on_the_way_when_the_line_is_closed_leaves_nothing_open(
    redis_url: str, steps: int
) -> None:
    """Wherever it was: a connection that is being made is not there to be closed."""
    others = await clients_of(redis_url)
    line = Line(redis_url)
    asked = asyncio.ensure_future(line.ask("PING"))
    for _ in range(steps):
        await asyncio.sleep(0)

    await line.close()

    with suppress(StoreError):
        assert await asked == b"PONG"
    assert await clients_of(redis_url) == others


async def clients_of(url: str) -> int:
    """Return how many are connected to the store, with who asks for it here."""
    line = Line(url)
    said = await line.ask("CLIENT", "LIST")
    await line.close()
    return len(said.splitlines())


async def test_public_things_lead_to_their_space_until_it_is_wiped(join: Join) -> None:
    """What another space has published since stays its own."""
    one = await join()
    for name in ("one", "two"):
        await one.enter(name)
    await one.write([Entry("one", False, [(b"a", b"1")], [(b"x", True), (b"y", True)])])
    await one.write([Entry("two", False, [(b"a", b"1")], [(b"y", True)])])

    await one.write([Entry("one", True, [(b"b", b"1")], [])])

    await one.look(b"x")
    await one.look(b"y")
    assert (one.fetched.owner(b"x"), one.fetched.owner(b"y")) == (None, "two")
    await one.leave("one")
    await one.enter("one")
    assert (one.rows("one"), one.links("one")) == ([(("b",), b"1")], [])


async def test_a_retracted_thing_leads_nowhere(join: Join) -> None:
    """It is known for a moment only."""
    one = await join()
    await one.enter("one")
    await one.write([Entry("one", False, [(b"a", b"1")], [(b"x", True)])])
    known = [one.fetched.knows(b"x")]

    await one.write([Entry("one", False, [], [(b"x", False)])])
    await one.look(b"x")

    known.append(one.fetched.knows(b"x"))
    assert (known, one.fetched.owner(b"x")) == ([False, True], None)


async def test_what_is_planned_in_spaces_of_the_dead_is_found(join: Join) -> None:
    """Not what a living worker has, nor what is planned no more."""
    one, two = await join(), await join()
    for name in ("a", "b", "c"):
        await one.enter(name)
    await two.enter("d")
    await one.write([Entry(name, False, [(b"due\x001", b"x")], []) for name in "abc"])
    await two.write([Entry("d", False, [(b"due\x001", b"x")], [])])
    await one.write([Entry("b", True, [(b"a", b"x")], []), Entry("c", True, [], [])])
    before = await two.orphans(10)
    await die(one)
    await two.beat()

    after = await two.orphans(10)

    assert (before, after) == ([], ["a"])


async def test_news_of_the_server_reach_all_others(join: Join) -> None:
    """Its own come back to nobody; the first look is at everything."""
    one, two = await join(), await join()
    heard = list[tuple[Sequence[Any], bool]]()
    two.on_server(lambda changes, is_all: heard.append((changes, is_all)))

    await one.write([entry(SERVER, a="1", b="2")])
    await one.write([entry(SERVER, a=None)])
    news = [await two.refresh(), await one.refresh(), await two.refresh()]

    flat = [change for changes, _ in heard for change in changes]
    assert flat == [(b"a", b"1"), (b"b", b"2"), (b"a", None)]
    assert news[1:] == [False, False]


async def test_after_trouble_all_of_the_server_is_read_anew(join: Join) -> None:
    """Whatever was told meanwhile."""
    one, two = await join(), await join()
    await one.write([entry(SERVER, a="1")])
    await two.refresh()
    heard = list[tuple[Sequence[Any], bool]]()
    two.on_server(lambda changes, is_all: heard.append((changes, is_all)))
    two.drop(SERVER)

    await two.refresh()

    assert heard == [([(b"a", b"1")], True)]


async def test_what_one_tells_all_hear(join: Join) -> None:
    """The one who tells it as well."""
    one, two = await join(), await join()
    heard = asyncio.Queue[tuple[str, str, dict[str, Any]]]()

    def listen(name: str) -> Callable[..., Awaitable[None]]:
        async def hear(what: str, values: dict[str, Any]) -> None:
            await heard.put((name, what, values))

        return hear

    one.on_told(listen("one"))
    two.on_told(listen("two"))
    await one.is_hearing()
    await two.is_hearing()

    await one.tell("give", space="pub")

    told = sorted([await heard.get(), await heard.get()], key=str)
    assert told == [
        ("one", "give", {"space": "pub"}),
        ("two", "give", {"space": "pub"}),
    ]


async def test_a_space_that_was_only_asked_for_leaves_nothing(
    join: Join, redis_url: str
) -> None:
    """Whoever guesses names fills no store."""
    one = await join()
    await one.enter("guessed")
    await one.leave("guessed")

    keys = await one._line.ask("KEYS", "*guessed*")

    assert keys == []


def test_a_shelf_has_what_workers_have_written(redis_server: RedisServer) -> None:
    """And writes where no living worker is."""
    shelf = RedisShelf(redis_server.url)
    shelf._ask("FLUSHALL")

    shelf.append([entry("two", row="2"), entry("one", due="1"), entry(SERVER, key="0")])
    shelf.append([entry("two", row="3", more="4")])

    assert shelf.rows("two") == [(b"row", b"3"), (b"more", b"4")]
    assert shelf.spaces() == ["", "one", "two"]
    assert shelf.spaces(b"due") == ["one"]
    assert shelf.rows(SERVER) == [(b"key", b"0")]
    shelf.close()


async def test_a_shelf_is_refused_what_a_living_worker_has(
    join: Join, redis_url: str
) -> None:
    """It names the spaces."""
    one = await join()
    await one.enter("pub")
    shelf = RedisShelf(redis_url)

    with pytest.raises(StoreError, match="spaces pub are with a server"):
        shelf.append([entry("pub", a="1")])

    assert shelf.rows("pub") == []
    shelf.close()


async def test_a_store_of_a_later_release_is_refused(
    join: Join, redis_url: str
) -> None:
    """It says which version was found."""
    one = await join()
    await one._line.ask("SET", VERSION_KEY, 7)

    with pytest.raises(StoreError, match="found version 7, expected at most 1"):
        RedisShelf(redis_url)


async def test_one_that_does_not_answer_is_trouble(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It takes what is sent, as one does that stands still, and says nothing."""
    asked = []

    async def served(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while said := await reader.read(1000):
            asked.append(said)
            writer.write(b"+OK\r\n" * said.count(b"SETINFO"))
        writer.close()

    monkeypatch.setattr("mockserver.engine.store.redis.line.ANSWER_S", 0.02)
    server = await asyncio.start_server(served, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    line = Line(f"redis://127.0.0.1:{port}")

    with pytest.raises(
        StoreError, match=rf"127\.0\.0\.1:{port}: it has not answered within 0\.02 s"
    ):
        await line.ask("GET", "x")

    await line.close()
    server.close()
    assert sum(b"GET" in said for said in asked) == 2


async def test_who_begins_to_listen_while_it_is_let_go_of_is_told_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The client stumbles over what is not there any more, and says no more."""
    line = Line("redis://127.0.0.1:1")

    class Heard:
        async def __aenter__(self) -> Self:
            return self

        async def __aexit__(self, *_: object) -> None:
            pass

        async def subscribe(self, _: str) -> None:
            await line.close()
            raise AttributeError("'NoneType' object has no attribute 'writelines'")

    monkeypatch.setattr(line._client, "pubsub", Heard)

    with pytest.raises(StoreError, match="this connection was let go of; expected"):
        await anext(line.hear("told"))
