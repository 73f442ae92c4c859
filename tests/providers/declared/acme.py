"""What acme.yaml cannot say."""

from typing import Any

from mockserver.providers.call import Call


def known_size(call: Call, document: Any) -> str | None:
    """Say what is wrong with a film's title, if it names a size that is not its own."""
    call.note("looked at its size")
    is_wrong = "small" in document["title"] and document.get("size") != "small"
    return "a small film has to be small" if is_wrong else None


async def count(call: Call) -> dict[str, int]:
    """Count the films of a space."""
    return {"films": len(call.jobs)}
