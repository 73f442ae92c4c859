"""Firings: which rules of a running server have acted, on what, and which never."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from mockserver.cli.tools.output import print_line, print_table

__all__ = ["place_of", "print_report", "title", "unfired"]

Fault = Mapping[str, Any]
_NAMES: Final = ("AT", "EXCHANGE", "OPERATION", "JOB")


def print_report(faults: Iterable[Fault]) -> None:
    """Print each scenario's rules, and for each of them when it has acted."""
    faults = [*faults]
    if not faults:
        print_line("no scenario has been applied")
    for fault in faults:
        print_line(f"{fault['scenario']} in {fault['space']} ({fault['state']})")
        for rule in fault["rules"]:
            _print_rule(rule)
    never = unfired(faults)
    if never:
        print_line(f"never fired: {', '.join(never)}")


def unfired(faults: Iterable[Fault]) -> list[str]:
    """Return the rules that have never acted, each as `scenario/rule`."""
    return [
        title(fault["scenario"], rule["name"])
        for fault in faults
        for rule in fault["rules"]
        if not rule["fired"]
    ]


def title(scenario: str, rule: str) -> str:
    """Return how a rule is told apart from those of other scenarios."""
    # A rule that was given no name is called by scenario and number.
    return rule if rule.startswith(f"{scenario}/") else f"{scenario}/{rule}"


def place_of(firing: Mapping[str, Any]) -> str:
    """Return where a rule has acted: the number of an exchange, or a delivery."""
    number = firing["exchange"]
    return f"#{number}" if number else str(firing["delivery"])


def _print_rule(rule: Mapping[str, Any]) -> None:
    healed = ", healed" if rule["healed"] else ""
    print_line(f"  {rule['name']}: fired {rule['fired']} of {rule['seen']}{healed}")
    if rule["firings"]:
        rows = [
            (one["at"], place_of(one), one["operation"], one["job"])
            for one in rule["firings"]
        ]
        print_table(_NAMES, rows, indent=4)
