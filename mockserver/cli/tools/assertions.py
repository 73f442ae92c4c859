"""Assertions about a job as options of a command."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Mapping
from typing import Any, Final

from mockserver.config import parse_duration

__all__ = ["add_assertions", "asked"]


def _seconds(text: str) -> float:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error


_PLAIN: Final = {
    "submitted_once": "the same work was accepted once",
    "polled": "its state was read",
    "backed_off": "the waits between reads grew",
    "honoured_retry_after": "no call came before Retry-After was over",
    "stopped_after_end": "nobody read on after the end",
    "downloaded": "its files have come, whole and before their expiry",
    "webhook_acknowledged": "webhooks about it were taken",
    "signature_checked": "a wrongly signed webhook was refused",
    "cancelled": "it was given up before it ended",
}
_DETAILED: Final = ("polled", "downloaded", "webhook_acknowledged")
_VALUED: Final[Mapping[str, tuple[str, str, Callable[[str], float | str], str]]] = {
    "polled_at_most": ("polled", "at_most", int, "it was read at most so often"),
    "polled_at_least": ("polled", "at_least", int, "it was read at least so often"),
    "polled_every": ("polled", "every_s", _seconds,
                     "it was read no sooner than so long after the answer before"),
    "downloaded_times": ("downloaded", "times", int,
                         "all of each file has come so often"),
    "webhook_within": ("webhook_acknowledged", "within_s", _seconds,
                       "webhooks were answered within so long (real time)"),
    "costs_at_most": ("costs", "at_most", str, "it costs no more than so much"),
}  # fmt: skip


def add_assertions(parser: ArgumentParser) -> None:
    """Add an option for each assertion."""
    group = parser.add_argument_group("what to assert")
    for name, about in _PLAIN.items():
        group.add_argument(_flag(name), action="store_true", help=f"That {about}.")
    for name, (_, member, kind, about) in _VALUED.items():
        metavar = "DURATION" if member.endswith("_s") else "N"
        group.add_argument(
            _flag(name), type=kind, metavar=metavar, help=f"That {about}."
        )


def asked(options: Namespace) -> dict[str, Any]:
    """Return what is to be asserted, as the control API is told; empty if nothing."""
    body: dict[str, Any] = {
        name: {} if name in _DETAILED else True
        for name in _PLAIN
        if getattr(options, name)
    }
    for name, (check, member, _, _) in _VALUED.items():
        value = getattr(options, name)
        if value is not None:
            body.setdefault(check, {})[member] = value
    return body


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"
