"""Failures: what is told of work that has come to no video, or not to all of them."""

import re
from dataclasses import dataclass
from typing import Final

from mockserver.engine.timeline import Step

__all__ = ["BLOCKED", "FAILURES", "REASONS", "Failure", "failure_of", "reasons_of"]

BLOCKED: Final = (
    "Veo could not generate videos because the input image violates Agent Platform's"
    " usage guidelines. If you think this was an error, send feedback. Support codes:"
    " 15236754"
)
_AUDIO: Final = (
    "We encountered an issue with the audio for your prompt. You have not been charged"
    " for this attempt."
)
_INTERNAL: Final = (
    "Video generation failed due to an internal server issue. Please try again in a few"
    " minutes."
)
_REASONS: Final = {"filtered": BLOCKED, "filtered-audio": _AUDIO}
_CODE: Final = re.compile(r"code-(\d{1,2})")
_NAMES: Final = {  # contract google, appendix C; the numbers are those of gRPC
    1: "cancelled",
    3: "invalid_request",
    4: "deadline_exceeded",
    5: "not_found",
    7: "permission_denied",
    8: "resource_exhausted",
    9: "failed_precondition",
    13: "internal",
    14: "unavailable",
}
FAILURES: Final = {  # by the names that scenarios use
    "blocked": "blocked",
    "filtered": "filtered",
    "filtered-audio": "filtered-audio",
    "overloaded": "overloaded",
    "render-failed": "internal",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why something has failed.

    Attributes:
        code: The number that gRPC has for it.
        message: What is told.
    """

    code: int
    message: str

    @property
    def word(self) -> str:
        """What Interactions call it."""
        return _NAMES.get(self.code, "internal")


_KNOWN: Final = {  # contract google, sections 4 and 9.2
    "internal": Failure(13, _INTERNAL),
    "blocked": Failure(3, BLOCKED),
    "filtered": Failure(3, BLOCKED),
    "filtered-audio": Failure(3, _AUDIO),
    "overloaded": Failure(14, "The model is overloaded. Please try again later."),
    "incomplete": Failure(13, "The interaction ended before all of it was made."),
    "budget_exceeded": Failure(8, "The budget of this interaction is used up."),
}
REASONS: Final = {
    "blocked": "The request is against the usage guidelines: an error, code 3.",
    "filtered": "All videos were taken out: done, with what was filtered and why.",
    "filtered-audio": "The same, for what would have been heard.",
    "overloaded": "The model has too much to do: an error, code 14.",
    "internal": "Something of the service has failed: an error, code 13.",
}
"""What each failure is told as."""
_CANCELLED: Final = Failure(1, "The operation was cancelled.")


def failure_of(step: Step) -> Failure:
    """Return why something has come to a bad end; its error may be words as well."""
    said = step.error or step.state
    if step.state == "cancelled":
        return _CANCELLED
    if said in _KNOWN:
        return _KNOWN[said]
    if found := _CODE.fullmatch(said):
        return Failure(int(found[1]), _INTERNAL)
    return Failure(13, _INTERNAL if said == "failed" else said)


def reasons_of(step: Step) -> list[str] | None:
    """Return why all videos of an operation were filtered; None if they were not.

    Source: contract google, section 4.
    """
    reason = _REASONS.get(step.error or "")
    return None if reason is None else [reason]
