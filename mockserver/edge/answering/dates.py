"""Dates: by whose clock an answer of a provider is dated."""

from aiohttp import hdrs
from msgspec.structs import replace

from mockserver.engine.clock import http_date
from mockserver.providers.call import Call
from mockserver.providers.reply import Reply

__all__ = ["dated", "today_s"]


def dated(call: Call, reply: Reply) -> Reply:
    """Return an answer with its dates on the space's clock, or all on the wall's.

    An answer to a call of no space has the wall's date, which aiohttp sets.
    """
    space = call.known_space
    if space is None:
        return reply
    if call.services.options.dates == "wall":
        at_s = space.clock.wall_at(reply.modified_s)
        return reply if reply.file is None else replace(reply, modified_s=at_s)
    if hdrs.DATE not in reply.headers:
        # The answer is this call's own; a copy of it would cost more than the date.
        date = http_date(space.clock.now())
        headers = reply.headers
        reply.headers = {**headers, hdrs.DATE: date} if headers else {hdrs.DATE: date}
    return reply


def today_s(call: Call) -> float:
    """Return the time that dates in a call's answer count from."""
    clock = call.space.clock
    return clock.wall() if call.services.options.dates == "wall" else clock.now()
