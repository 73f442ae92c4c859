"""What an answer tells of waits and of the bytes of a file."""

import pytest
from multidict import CIMultiDict

from mockserver.verdict.answers import Span, asked_wait_s, header, span_of
from mockserver.verdict.journal import Exchange

AT = 1893456000.0  # 2030-01-01T00:00:00Z


def _answer(status: int, size: int = 0, method: str = "GET", **told: str) -> Exchange:
    headers = CIMultiDict({name.replace("_", "-"): text for name, text in told.items()})
    return Exchange(
        method, "/f", CIMultiDict(), status, headers, None, size, 1e9, 0.0, at=AT
    )


@pytest.mark.parametrize(
    ("answer", "wait_s"),
    [
        (_answer(429, Retry_After="30"), 30.0),
        (_answer(503, Retry_After="Tue, 01 Jan 2030 00:00:45 GMT"), 45.0),
        (_answer(503, Retry_After="Mon, 31 Dec 2029 23:00:00 GMT"), 0.0),
        (_answer(429, Retry_After="soon"), None),
        (_answer(429), None),
        (_answer(200, Retry_After="30"), None),
    ],
)
def test_a_wait_is_told_in_seconds_or_by_a_date(
    answer: Exchange, wait_s: float | None
) -> None:
    assert asked_wait_s(answer) == wait_s


@pytest.mark.parametrize(
    ("answer", "span"),
    [
        (_answer(200, 70, Content_Length="100"), Span(0, 70, 100, 100)),
        (_answer(200, 70), Span(0, 70, None, None)),
        (
            _answer(206, 40, Content_Length="40", Content_Range="bytes 60-99/100"),
            Span(60, 100, 40, 100),
        ),
        (
            _answer(206, 40, Content_Length="40", Content_Range="bytes 60-99/*"),
            Span(60, 100, 40, None),
        ),
        (_answer(499), Span(0, 0, None, None, is_broken=True)),
        (_answer(200, 0, "HEAD", Content_Length="100"), None),
        (_answer(404, 20), None),
    ],
)
def test_the_bytes_of_an_answer_are_a_span(answer: Exchange, span: Span | None) -> None:
    assert span_of(answer) == span


def test_a_span_is_short_if_less_came_than_was_told() -> None:
    assert Span(0, 70, 100, 100).is_short
    assert Span(0, 0, None, None, is_broken=True).is_short
    assert not Span(0, 100, 100, 100).is_short
    assert not Span(60, 100, 40, 100).is_short


def test_names_of_headers_have_any_case() -> None:
    assert header(_answer(200, X_It="a"), "x-it") == "a"
    assert not header(_answer(200), "x-it")
