"""Writes docs/matrix.md: what each ready-made scenario does at each provider.

What it says is what `test_shipped.py` plays, line by line. To write it anew:
`python -m tests.scenarios.matrix`.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import yaml

__all__ = ["AS_USUAL", "GOOD", "PAGE", "acts_early", "acts_on_deliveries",
           "page", "rows", "shipped", "shows"]  # fmt: skip

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "matrix.md"
SEEN: Final = Path(__file__).parent / "seen.txt"
GOOD: Final = {
    "digitalcarbon": "create 200 > waiting > running > succeeded > results 200"
    " > file whole",
    "google": "create 200 > running > succeeded > file whole",
    "hourone": "create 201 > waiting > running > succeeded > file whole",
    "idomoo": "create 200 > waiting > running > succeeded > file whole",
    "stupeflix": "create 200 > waiting > running > succeeded > file whole",
    "impossible": "create 202 > running > succeeded > file whole",
    "fal": "create 200 > waiting > running > succeeded > results 200 > file whole",
    "luma": "create 201 > waiting > running > succeeded > file whole",
    "openai": "create 200 > waiting > running > succeeded > file whole",
    "replicate": "create 201 > waiting > running > succeeded > file whole",
    "runway": "create 200 > waiting > running > succeeded > file whole",
    "heygen": "create 200 > waiting > running > succeeded > file whole",
    "luma-agents": "create 201 > waiting > running > succeeded > file whole",
    "mux": "create 201 > running > succeeded > file whole",
    "shotstack": "create 201 > waiting > running > succeeded > file whole",
}
AS_USUAL: Final = "told as usual"
HEAD: Final = """# What each scenario does at each provider

The test suite plays every ready-made scenario with a small honest client: it orders a
video, reads its state until the end, and fetches the file. This page is what it saw, in
the words that all providers share; `read 503` is an answer to a read of the state,
`unknown` a state that no client knows, `gives up` after forty reads. What it notices
beyond the words of a good day stands after them. Where one order shows nothing, it is
what a client sees that has ordered more. The suite writes this page and holds it true.

A good day looks so:

| provider | what the client sees |
|---|---|
"""
TABLE: Final = """
| scenario | at | what the client sees |
|---|---|---|
"""
DELIVERIES: Final = """
These act on webhooks and uploads only, so that a client that polls sees a good day:

| scenario | at | what the receiver notices |
|---|---|---|
"""
HANDSHAKES: Final = """
These act before there is any call: on connections, on TLS handshakes with any
provider's own host, and on what the proxy door looks up:

"""
EARLY: Final = ("connection-", "dns-", "slow-accept", "tls-")


def rows() -> list[tuple[str, str, str]]:
    """Return scenario, provider and what was seen, in the order of the file."""
    lines = SEEN.read_text("utf-8").splitlines()
    parts = [line.split(" | ") for line in lines if not line.startswith("#")]
    return [(scenario, slug, seen) for scenario, slug, seen in parts]


@cache
def shipped() -> Mapping[str, dict[str, object]]:
    """Return the scenarios that ship, as their files have them, by name."""
    files = sorted((ROOT / "scenarios").glob("*.yaml"))
    read = {file.stem: yaml.safe_load(file.read_text("utf-8")) for file in files}
    return MappingProxyType(read)


def acts_on_deliveries(scenario: dict[str, object]) -> bool:
    """Say whether nothing but what is sent is changed by a scenario."""
    rules = scenario["rules"]
    return isinstance(rules, list) and all("delivery" in rule for rule in rules)


def acts_early(scenario: dict[str, object]) -> bool:
    """Say whether a scenario changes nothing but what comes before calls."""
    rules = scenario["rules"]
    kinds = [rule.get("fault", {}) for rule in rules] if isinstance(rules, list) else []
    return all(str(kind.get("kind", "")).startswith(EARLY) for kind in kinds)


def shows() -> dict[str, set[str]]:
    """Return at which providers a customer has noticed anything, by scenario."""
    found: dict[str, set[str]] = {}
    for scenario, slug, seen in rows():
        usual = {GOOD[slug], AS_USUAL}
        found.setdefault(scenario, set()).update({slug} if seen not in usual else ())
    return found


def page() -> str:
    """Return the whole page."""
    known = shipped()
    told = {name for name, one in known.items() if acts_on_deliveries(one)}
    good = "".join(f"| `{slug}` | {seen} |\n" for slug, seen in GOOD.items())
    table = "".join(_line(*one) for one in _grouped() if one[0] not in told)
    heard = "".join(_line(*one) for one in _grouped() if one[0] in told)
    early = [name for name, one in known.items() if acts_early(one)]
    before = "".join(f"- `{name}`\n" for name in early)
    return f"{HEAD}{good}{TABLE}{table}{DELIVERIES}{heard}{HANDSHAKES}{before}"


def _line(scenario: str, at: str, seen: str) -> str:
    return f"| `{scenario}` | {at} | {seen} |\n"


def _grouped() -> Iterator[tuple[str, str, str]]:
    """Yield each scenario with the providers at which the same is seen."""
    found: dict[str, dict[str, list[str]]] = {}
    for scenario, slug, seen in rows():
        what = seen.replace(GOOD[slug], "a good day").replace("day > ", "day, ")
        found.setdefault(scenario, {}).setdefault(what, []).append(f"`{slug}`")
    for scenario in sorted(found):
        for what, slugs in found[scenario].items():
            yield scenario, ", ".join(slugs), what


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
