"""Rule: a file that came in part is taken for whole."""

from collections.abc import Iterator

from mockserver.verdict.case import Story
from mockserver.verdict.finding import Rule, Seen, Severity, of_jobs
from mockserver.verdict.journal import Exchange

__all__ = ["RULE"]


def _judge(story: Story) -> Iterator[Seen]:
    last: dict[str, Exchange] = {}
    for one in story.downloads:
        if one.status in {0, 200, 206, 499}:
            last[one.target.partition("?")[0]] = one
    for one in last.values():
        length = _length(one)
        if one.status in {0, 499} or (length is not None and one.size_bytes < length):
            yield Seen(
                f"the last download brought {one.size_bytes} bytes"
                f" of {'all' if length is None else length}",
                (one.number,),
            )


def _length(exchange: Exchange) -> int | None:
    headers = dict(exchange.response_headers)
    told = next((v for n, v in headers.items() if n.lower() == "content-length"), "")
    return int(told) if told.isdecimal() else None


RULE = Rule(
    id="download-cut",
    severity=Severity.ERROR,
    about=(
        "The download broke off, or was shorter than it said, and the client has "
        "not fetched it again: it keeps half a film."
    ),
    fix=(
        "Hold what has come against `Content-Length`, and fetch the rest with "
        "`Range`, or all of it again."
    ),
    judge=of_jobs(_judge),
)
