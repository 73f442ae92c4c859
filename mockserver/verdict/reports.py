"""Reports: findings as text, as JUnit XML, and as SARIF 2.1.0."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import orjson

from mockserver.verdict.finding import Rule, Severity

__all__ = ["FORMATS", "is_as_bad", "junit", "sarif", "text"]

Finding = Mapping[str, Any]
Rules = Mapping[str, Rule]

_COLOURS: Final = {"note": "36", "warning": "33", "error": "31"}


def is_as_bad(finding: Finding, least: str) -> bool:
    """Say whether a finding is at least as bad as a severity's name says."""
    return Severity(finding["severity"]).rank >= Severity(least).rank


def text(findings: Sequence[Finding], *, colours: bool = False) -> str:
    """Return findings for people, one rule after the other.

    Args:
        findings: As the control API tells them.
        colours: The severity is coloured, for terminals.
    """
    lines = [line for one in findings for line in _lines(one, colours=colours)]
    counts = [
        f"{count} {severity.value}{'s' if count > 1 else ''}"
        for severity in reversed(Severity)
        if (count := sum(one["severity"] == severity.value for one in findings))
    ]
    return "\n".join([*lines, ", ".join(counts) or "no findings"])


def _lines(finding: Finding, *, colours: bool) -> Iterator[str]:
    severity = finding["severity"]
    shown = f"\x1b[{_COLOURS[severity]}m{severity}\x1b[0m" if colours else severity
    yield f"{shown} {finding['rule']}: {finding['said']}"
    place = " ".join(filter(None, [finding["provider"], finding["job"]]))
    where = [f"space {finding['space']}"] if finding["space"] else []
    where += [place] if place else []
    where += [_numbers(finding["exchanges"])] if finding["exchanges"] else []
    where += [f"delivery {one}" for one in finding["deliveries"]]
    yield f"  at {', '.join(where)}" if where else "  at no space"
    yield f"  {finding['about']}"
    yield f"  fix: {finding['fix']}"


def _numbers(numbers: Sequence[int]) -> str:
    shown = " ".join(f"#{one}" for one in numbers[:8])
    return f"exchanges {shown}{' ...' if len(numbers) > 8 else ''}"


def junit(findings: Sequence[Finding], rules: Rules) -> str:
    """Return findings as JUnit XML: a test for each rule, which fails if it is broken.

    Notes are no failures; what they say is the test's output.
    """
    suite = Element("testsuite", {"name": "mockserver findings"})
    failures = 0
    for rule in rules.values():
        mine = [one for one in findings if one["rule"] == rule.id]
        case = SubElement(
            suite, "testcase", {"classname": "mockserver.findings", "name": rule.id}
        )
        if not mine:
            continue
        told = text(mine)
        if rule.severity is Severity.NOTE:
            SubElement(case, "system-out").text = _sayable(told)
        else:
            failures += 1
            said = {"message": _sayable(mine[0]["said"]), "type": rule.severity.value}
            SubElement(case, "failure", said).text = _sayable(told)
    counts = {"tests": len(rules), "failures": failures, "errors": 0, "skipped": 0}
    for name, count in counts.items():
        suite.set(name, str(count))
    suites = Element("testsuites")
    suites.append(suite)
    indent(suites)
    return tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _sayable(told: str) -> str:
    """Return a text without what XML cannot say."""
    return "".join(one for one in told if one >= " " or one in "\n\t")


def sarif(findings: Sequence[Finding], rules: Rules, version: str) -> str:
    """Return findings as a SARIF 2.1.0 log, as code scanning takes it in.

    Clients are judged by what they send, so that no finding has a line of code: its
    place is the provider and the job.
    """
    names = [*rules]
    driver = {
        "name": "video-mockserver",
        "version": version,
        "rules": [_described(rule) for rule in rules.values()],
    }
    results = [
        {
            "ruleId": one["rule"],
            "ruleIndex": names.index(one["rule"]),
            "level": one["severity"],
            "message": {"text": f"{one['said']}. {one['fix']}"},
            "locations": [{"logicalLocations": [_place(one)]}],
            "properties": {
                "space": one["space"],
                "exchanges": one["exchanges"],
                "deliveries": one["deliveries"],
            },
        }
        for one in findings
    ]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return orjson.dumps(log, option=orjson.OPT_INDENT_2).decode() + "\n"


def _described(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.about},
        "help": {"text": f"{rule.fix} See docs/findings.md, section {rule.id}."},
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _place(finding: Finding) -> dict[str, str]:
    name = finding["job"] or finding["provider"] or "client"
    full = "/".join(filter(None, [finding["provider"], finding["job"]]))
    return {"name": name, "fullyQualifiedName": full or name, "kind": "resource"}


Write = Callable[[Sequence[Finding], Rules, str], str]


def _json(findings: Iterable[Finding]) -> str:
    document = {"findings": [*findings]}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n"


FORMATS: Final[Mapping[str, Write]] = {
    "text": lambda findings, _, __: text(findings) + "\n",
    "json": lambda findings, _, __: _json(findings),
    "junit": lambda findings, rules, _: junit(findings, rules),
    "sarif": sarif,
}
"""What writes findings in each format, with all rules and our version."""
