"""What there is to choose from, what is left to spend, and whether anybody is there."""

from typing import Final

from mockserver.providers import things
from mockserver.providers.call import Call
from mockserver.providers.luma.limits import purse_of
from mockserver.providers.reply import Reply

__all__ = ["camera_motions", "concepts", "credit", "ping"]

_MOTIONS: Final = (  # contract luma, appendix A: the first is documented
    "camera orbit left", "camera orbit right", "camera pan left", "camera pan right",
    "camera move up", "camera move down", "camera push in", "camera pull out",
    "camera crane up", "camera crane down", "camera zoom in", "camera zoom out",
)  # fmt: skip


async def concepts(call: Call) -> Reply:
    """List the keys of all concepts."""
    known = call.table("concept").values()
    return call.reply([one["id"] for one in known if not things.is_born(one)])


async def camera_motions(call: Call) -> Reply:
    """List the phrases that prompts may have for the camera."""
    return call.reply([*_MOTIONS])


async def credit(call: Call) -> Reply:
    """Tell what is left to spend, in US cents.

    Source: contract luma, section 3.
    """
    purse = purse_of(call)
    left = _ENDLESS if purse.opening < 0 else max(0.0, purse.left)
    return call.reply({"credit_balance": round(left, 2)})


_ENDLESS: Final = 100_000.0


async def ping(call: Call) -> Reply:
    """Say that somebody is there."""
    return call.reply({"message": "pong"})
