"""Rule: a secret stands in a URL."""

from collections.abc import Iterator
from urllib.parse import parse_qsl

from mockserver.verdict.case import Case
from mockserver.verdict.finding import Rule, Seen, Severity
from mockserver.verdict.secrets import COMMON, plain

__all__ = ["RULE"]

_SECRET = frozenset(map(plain, COMMON)) - {
    plain("x_amz_credential"),
    plain("x_amz_signature"),
    plain("x_amz_security_token"),
}


def _judge(case: Case) -> Iterator[Seen]:
    seen: dict[tuple[str, str], list[int]] = {}
    for exchange in case.exchanges:
        expected = case.expected.get(exchange.slug)
        if expected is None or exchange.role == "download":
            continue
        for name, value in parse_qsl(exchange.target.partition("?")[2]):
            is_known = name.lower() in expected.queries
            if value and plain(name) in _SECRET and not is_known:
                seen.setdefault((exchange.slug, name), []).append(exchange.number)
    for (slug, name), numbers in seen.items():
        yield Seen(
            f"the parameter {name} stands in the URLs of {len(numbers)} calls",
            tuple(numbers),
            slug=slug,
        )


RULE = Rule(
    id="credential-in-url",
    severity=Severity.ERROR,
    about=(
        "The client sends a credential in the query of a URL; proxies, logs and "
        "browsers' histories keep it."
    ),
    fix="Send it in the header that the provider has for it.",
    judge=_judge,
)
