"""Line: sends commands to Redis, many at once; its trouble is told in our words."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any, Final

from hiredis import pack_command
from redis.asyncio import RedisCluster
from redis.exceptions import ConnectionError as GoneError
from redis.exceptions import NoScriptError, RedisError, ResponseError

from mockserver.engine.store.redis.addresses import ANSWER_S, all_of, connect, shown
from mockserver.engine.store.redis.scripts import SCRIPTS, Script
from mockserver.errors import StoreError

__all__ = ["Command", "Line", "evaluate"]

Command = tuple[str | bytes | int, ...]

_TRIES: Final = 2
_LET_GO: Final = "this connection was let go of"
_LEFT_S: Final = 1.0


def evaluate(
    script: Script, keys: Sequence[str | bytes], *arguments: str | bytes | int
) -> Command:
    """Return the command that runs a script."""
    return ("EVALSHA", script.sha, len(keys), *keys, *arguments)


class Line:
    """One store, whatever stands behind its address.

    Every command must come to the same if it is done twice: what was not answered is
    sent again, once.

    Args:
        url: Where it is.

    Attributes:
        shown: The address without what proves anything.
        is_cluster: Whether each key has a node of its own.

    Raises:
        StoreError: It is no address.
    """

    def __init__(self, url: str) -> None:
        self.shown = shown(url)
        self._client = connect(url)
        self.is_cluster = isinstance(self._client, RedisCluster)
        self._is_closed = False
        # One that is not given back: to get one costs as much as to ask something. If
        # it was cut off meanwhile, the second try finds out.
        self._kept: Any = None

    async def run(self, *batches: Sequence[Command]) -> list[Any]:
        """Return what the commands of all batches are answered, in order.

        No batch begins before the one before it has been carried out.

        Raises:
            StoreError: The store cannot be reached, or refuses one of them; or this
                was closed.
        """
        commands = [command for batch in batches for command in batch]
        if not commands:
            return []
        try:
            replies = await self._tried(batches)
            if any(isinstance(reply, NoScriptError) for reply in replies):
                await self._load()
                replies = await self._tried(batches)
        except (RedisError, OSError) as error:
            raise self.trouble(error) from error
        for reply in replies:
            if isinstance(reply, RedisError):
                raise self.trouble(reply) from reply
        return replies

    async def ask(self, *command: str | bytes | int) -> Any:
        """Return what one command is answered; see `run`."""
        return (await self.run([command]))[0]

    async def hear(self, channel: str) -> AsyncIterator[bytes]:
        """Yield what is published, from when nothing that comes is missed.

        The first one is empty and says that this is so now.

        Raises:
            StoreError: The store cannot be reached any more.
        """
        try:
            self._check_open()
            async with self._client.pubsub() as heard:
                await heard.subscribe(channel)
                while True:
                    said = await heard.get_message(timeout=None)
                    if said is not None and said["type"] == "subscribe":
                        yield b""
                    elif said is not None:
                        yield said["data"]
        except (RedisError, OSError) as error:
            raise self.trouble(error) from error
        except AttributeError as error:
            # As in `_sent`.
            if not self._is_closed:
                raise
            raise self.trouble(GoneError(_LET_GO)) from error

    async def close(self) -> None:
        """Let go of all connections, for good: who asks from now on is refused."""
        self._is_closed = True
        with suppress(RedisError, OSError, TimeoutError):
            async with asyncio.timeout(_LEFT_S):
                for client in all_of(self._client):
                    await client.aclose()

    def trouble(self, error: BaseException) -> StoreError:
        """Return an error of the client in our words."""
        said = str(error) or type(error).__name__
        return StoreError(
            f"{self.shown}: {said}; expected a Redis or Valkey that can be reached and"
            " written to"
        )

    async def _tried(self, batches: Sequence[Sequence[Command]]) -> list[Any]:
        for tried in range(1, _TRIES + 1):
            try:
                return await self._sent(batches)
            except (RedisError, OSError):
                if tried == _TRIES:
                    raise
        raise AssertionError("unreachable")

    async def _sent(self, batches: Sequence[Sequence[Command]]) -> list[Any]:
        self._check_open()
        try:
            return await self._replies(batches)
        except AttributeError:
            # What the client says when it is closed between two of its own steps.
            self._check_open()
            raise
        finally:
            # What was on its way to be connected meanwhile was not there to be closed.
            if self._is_closed:
                await self.close()

    def _check_open(self) -> None:
        if self._is_closed:
            raise GoneError(_LET_GO)

    async def _replies(self, batches: Sequence[Sequence[Command]]) -> list[Any]:
        client: Any = self._client
        if self.is_cluster:
            replies: list[Any] = []
            for batch in batches:
                sent = (client.execute_command(*command) for command in batch)
                replies += await asyncio.gather(*map(_answered, sent))
            return replies
        # As the client's own pipelines do, at half of their cost.
        commands = [command for batch in batches for command in batch]
        connection, self._kept = self._kept, None
        if connection is None:
            connection = await client.connection_pool.get_connection()
            connection.socket_timeout = None  # one for each step costs half of a step
        try:
            replies = await _exchanged(connection, commands)
        except BaseException:
            await connection.disconnect(nowait=True)
            await self._give_back(connection)
            raise
        if self._kept is None:
            self._kept = connection
        else:
            await self._give_back(connection)
        return replies

    async def _give_back(self, connection: Any) -> None:
        client: Any = self._client
        connection.socket_timeout = ANSWER_S
        await client.connection_pool.release(connection)

    async def _load(self) -> None:
        # A cluster's client says where it belongs by both words at once.
        load = ("SCRIPT LOAD",) if self.is_cluster else ("SCRIPT", "LOAD")
        loads = [(*load, script.text) for script in SCRIPTS]
        await self._tried([loads])


async def _exchanged(connection: Any, commands: Sequence[Command]) -> list[Any]:
    packed, replies = b"".join(map(_packed, commands)), list[Any]()
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(ANSWER_S) as limit:
            await connection.send_packed_command(packed)
            for _ in commands:
                if replies:
                    limit.reschedule(loop.time() + ANSWER_S)
                replies.append(await _answered(connection.read_response()))
    except TimeoutError as error:
        raise GoneError(f"it has not answered within {ANSWER_S:g} s") from error
    return replies


def _packed(command: Command) -> bytes:
    # The client's own way takes twenty times as long, and would split words first.
    packed: bytes = pack_command(command)  # type: ignore[arg-type]  # of more than one
    return packed


async def _answered(reply: Any) -> Any:
    """Return a reply; a refusal is one."""
    try:
        return await reply
    except ResponseError as error:
        return error
