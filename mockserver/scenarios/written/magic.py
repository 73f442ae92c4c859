"""Magic: outcomes asked for at the end of a title, template, name or id."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct

__all__ = ["MAGIC", "Word", "conjure"]

_TEXT: Final = re.compile(r"__([a-z]+(?:[-_][A-Za-z0-9]+)*)(?:\.[A-Za-z0-9]{2,4})?$")

Document = dict[str, Any]


class Word(Struct, frozen=True):
    """One magic suffix.

    Attributes:
        form: How it is written, with its parameters in capitals.
        about: What becomes of the job.
        rules: Makes the rules from the parameters.
    """

    form: str
    about: str
    rules: Callable[..., list[Document]]

    @property
    def example(self) -> str:
        """The suffix with parameters that fit."""
        text = self.form
        for name, _, example in _PARAMETERS:
            text = text.replace(name, example)
        return f"__{text}"

    @property
    def pattern(self) -> re.Pattern[str]:
        """What the suffix looks like, with a group for each parameter."""
        text = re.escape(self.form)
        for name, expression, _ in _PARAMETERS:
            text = text.replace(name, f"({expression})")
        return re.compile(text)


_PARAMETERS: Final = (
    ("PERCENT", r"\d{1,3}", "60"),
    ("FACTOR", r"\d{1,6}", "10"),
    ("TIMES", r"\d{1,6}", "3"),
    ("TIME", r"\d{1,6}(?:ms|s|m|h|d)", "30s"),
    ("STATUS", r"[45]\d\d", "503"),
    ("PROBLEM", r"[A-Za-z0-9_-]+", "rate-limited"),
)


def _job(**said: Any) -> list[Document]:
    return [{"job": said}]


def _wire(operation: str, **fault: Any) -> list[Document]:
    return [{"on": {"operation": operation}, "fault": fault}]


def _status(status: str, times: str = "1") -> list[Document]:
    on = {"operation": "status", "times": int(times)}
    return [{"on": on, "fault": {"kind": "error", "status": int(status)}}]


def _delivery(**said: Any) -> list[Document]:
    return [{"delivery": said}]


_WORDS: Final = (
    Word("fail", "fails when it should succeed", lambda: _job(fail_at=100)),
    Word(
        "fail-at-PERCENT",
        "fails at that percentage",
        lambda percent: _job(fail_at=int(percent)),
    ),
    Word("stuck", "runs for ever", lambda: _job(stuck_in="running")),
    Word(
        "stuck-at-PERCENT",
        "stays at that percentage",
        lambda percent: _job(stuck_at=int(percent)),
    ),
    Word("queued", "never leaves the queue", lambda: _job(stuck_in="waiting")),
    Word(
        "slow-FACTOR",
        "takes that many times as long",
        lambda factor: _job(slow=int(factor)),
    ),
    Word(
        "stall-TIME",
        "stands still half-way for so long",
        lambda length: _job(stall={"at": 50, "for": length}),
    ),
    Word(
        "backwards",
        "falls back from 70 to 30 percent, then goes on",
        lambda: _job(progress_backwards={"from": 70, "to": 30}),
    ),
    Word(
        "regress",
        "goes back to waiting half-way, for 30 s",
        lambda: _job(regress={"at": 50, "for": "30s"}),
    ),
    Word(
        "unknown-word",
        "is in a state that no documentation has, half-way, for 30 s",
        lambda: _job(unknown_word={"word": "ON_HOLD", "for": "30s"}),
    ),
    Word(
        "vanish-TIME",
        "is unknown after so long",
        lambda length: _job(vanish_after=length),
    ),
    Word(
        "refuse-PROBLEM",
        "is refused with that problem of the provider",
        lambda problem: _job(refuse=problem),
    ),
    Word("no-result", "succeeds, but without a link", lambda: _job(no_result=True)),
    Word(
        "late-file-TIME",
        "succeeds so long before its file exists",
        lambda length: _job(late_file=length),
    ),
    Word(
        "expired-link-TIME",
        "has links that work for so long",
        lambda length: [{"media": {"link_for": length}}],
    ),
    Word(
        "status-STATUS-TIMES",
        "has that many status reads answered with that status",
        _status,
    ),
    Word("status-STATUS", "has one status read answered with that status", _status),
    Word(
        "file-STATUS",
        "has its file answered with that status",
        lambda status: _wire("media", kind="error", status=int(status)),
    ),
    Word(
        "webhook-dropped",
        "is never told about",
        lambda: _delivery(drop=True),
    ),
    Word(
        "webhook-twice",
        "is told about twice",
        lambda: _delivery(copies=1),
    ),
    Word(
        "webhook-late-TIME",
        "is told about so much later",
        lambda length: _delivery(late=length),
    ),
    Word(
        "webhook-wrong-signature",
        "is told about with a wrong signature",
        lambda: _delivery(signature="wrong"),
    ),
    Word(
        "webhook-before-answer",
        "is told about before the submit is answered",
        lambda: _delivery(before_answer=True),
    ),
)
MAGIC: Final[Mapping[str, Word]] = {word.form: word for word in _WORDS}


def conjure(text: str) -> Document | None:
    """Return the scenario that a text's suffix asks for, or None."""
    found = _TEXT.search(text)
    if found is None:
        return None
    # Some names may have no dash.
    for asked in dict.fromkeys((found[1], found[1].replace("_", "-"))):
        for word in _WORDS:
            fitting = word.pattern.fullmatch(asked)
            if fitting is not None:
                rules = word.rules(*fitting.groups())
                return {"scenario": f"__{asked}", "rules": rules}
    return None
