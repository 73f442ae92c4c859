"""Rule: the provider's own host is called without TLS."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from mockserver.verdict.case import Case
from mockserver.verdict.finding import Rule, Seen, Severity

__all__ = ["RULE"]


def _judge(case: Case) -> Iterator[Seen]:
    seen: dict[tuple[str, str], list[int]] = {}
    for story in case.stories:
        url = urlsplit(story.job.base)
        host = url.hostname or ""
        is_real = any(fnmatchcase(host, one) for one in story.expected.hosts)
        if url.scheme == "http" and is_real and story.exchanges:
            numbers = seen.setdefault((story.slug, host), [])
            numbers.append(story.exchanges[0].number)
    for (slug, host), numbers in seen.items():
        yield Seen(
            f"{len(numbers)} jobs were ordered at http://{host}",
            tuple(numbers),
            slug=slug,
        )


RULE = Rule(
    id="plain-http",
    severity=Severity.ERROR,
    about=(
        "The client calls the provider's real host by plain http: whoever is "
        "between reads its key."
    ),
    fix="Call `https://`.",
    judge=_judge,
)
