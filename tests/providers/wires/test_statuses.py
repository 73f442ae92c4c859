"""Reason phrases are the same on every version of Python."""

import pytest

from mockserver.providers.wires.statuses import phrase


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, "Bad Request"),
        (404, "Not Found"),
        (413, "Content Too Large"),
        (416, "Range Not Satisfiable"),
        (422, "Unprocessable Content"),
        (429, "Too Many Requests"),
        (503, "Service Unavailable"),
    ],
)
def test_a_status_has_its_phrase(status: int, said: str) -> None:
    assert phrase(status) == said


@pytest.mark.parametrize(
    ("status", "said"), [(499, "Bad Request"), (599, "Internal Server Error")]
)
def test_an_unknown_status_is_called_like_the_first_of_its_class(
    status: int, said: str
) -> None:
    assert phrase(status) == said
