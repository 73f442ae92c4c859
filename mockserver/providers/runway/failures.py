"""How tasks fail at Runway: codes, texts, and what a failed task costs."""

import re
from collections.abc import Mapping
from typing import Any, Final

from mockserver.engine.jobs import Job
from mockserver.engine.timeline import Phase, Step

__all__ = ["FAILURES", "NO_CODE", "REASONS", "cost_of", "told", "wanted"]

NO_CODE: Final = "UNSPECIFIED"
"""Our word for a failure without a code; the wire does not have it."""

_USUAL: Final = "An unexpected error occurred."
REASONS: Final[Mapping[str, str]] = {  # contract runway, section 4; texts are ours
    "SAFETY.INPUT.TEXT": "The input was flagged by our content moderation system.",
    "SAFETY.INPUT.IMAGE": "The input was flagged by our content moderation system.",
    "SAFETY.INPUT.VIDEO": "The input was flagged by our content moderation system.",
    "SAFETY.INPUT.AUDIO": "The input was flagged by our content moderation system.",
    "SAFETY.OUTPUT.VIDEO": "The output was flagged by our content moderation system.",
    "SAFETY.OUTPUT.IMAGE": "The output was flagged by our content moderation system.",
    "SAFETY.OUTPUT.TEXT": "The output was flagged by our content moderation system.",
    "INPUT_PREPROCESSING.SAFETY.TEXT": (
        "The input was flagged by our content moderation system."
    ),
    "INPUT_PREPROCESSING.INTERNAL": "The input could not be prepared.",
    "INTERNAL.BAD_OUTPUT.CODE01": "The output did not meet our quality standards.",
    "INTERNAL": _USUAL,
    "THIRD_PARTY.UNAVAILABLE": "The model is currently unavailable.",
    "ASSET.INVALID": "An input asset is invalid.",
    NO_CODE: _USUAL,
}
_CODE: Final = re.compile(r"[A-Z][A-Z0-9_]*(?:\.[A-Z0-9_]+)*")
_CHARGED: Final = re.compile(r"(?:INPUT_PREPROCESSING\.)?SAFETY\..*")
_WANTED: Final = re.compile(r"__fail:([A-Z][A-Z0-9_.]{0,99})$")

FAILURES: Final[Mapping[str, str]] = {
    "flagged": "SAFETY.INPUT.TEXT",
    "render-failed": "INTERNAL",
    "unreachable-input": "ASSET.INVALID",
    **{code: code for code in REASONS},
}
"""What can be said to be wrong, by the names of all providers, or by Runway's own."""


def told(step: Step) -> dict[str, str]:
    """Return `failure`, and `failureCode` unless a failure has none.

    A text that is no code is what people read.

    Source: contract runway, sections 3.2 and 4.
    """
    error = step.error or NO_CODE
    if error == NO_CODE:
        return {"failure": _USUAL}
    if _CODE.fullmatch(error) is None:
        return {"failure": error}
    return {"failure": REASONS.get(error, _USUAL), "failureCode": error}


def cost_of(job: Job, step: Step) -> int:
    """Return the credits that a task has cost that is over.

    What moderation refuses is charged; what else fails, or the service cancels, is
    not.

    Source: contract runway, sections 3.3 and 4.
    """
    data: dict[str, Any] = job.data
    if step.phase is Phase.SUCCEEDED:
        return int(data.get("cost", data.get("estimate", 0)))
    is_charged = _CHARGED.fullmatch(step.error or "") is not None
    if step.phase is Phase.FAILED and is_charged:
        return int(data.get("cost", data.get("estimate", 0)))
    return 0


def wanted(prompt: str) -> str:
    """Return the code that a prompt asks for at its end: `__fail:CODE`; or nothing.

    Source: contract runway, appendix D.
    """
    found = _WANTED.search(prompt)
    return found[1] if found else ""
