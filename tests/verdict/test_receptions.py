"""How a file has come, of exchanges that are made up: whole, in parts, cut, not."""

import pytest
from multidict import CIMultiDict

from mockserver.verdict.journal import Exchange
from mockserver.verdict.receptions import Reception

SIZE = 100


def _came(status: int, size: int, start: int = 0, *, told: bool = True) -> Exchange:
    """Return that so many bytes of a file came, of all that had been wanted."""
    headers = CIMultiDict[str]()
    if told and status in {200, 206}:
        headers["Content-Length"] = str(SIZE - start)
    if told and status == 206:
        headers["Content-Range"] = f"bytes {start}-{SIZE - 1}/{SIZE}"
    wanted = {"range": f"bytes={start}-"} if start else {}
    return Exchange("GET", "/f", CIMultiDict(wanted), status, headers, None, size,
                    1e9, 0.0)  # fmt: skip


@pytest.mark.parametrize(
    ("came", "whole", "got"),
    [
        ([_came(200, 100)], 1, 0),
        ([_came(200, 100), _came(200, 100)], 2, 0),
        ([_came(200, 40)], 0, 40),
        ([_came(200, 40), _came(206, 60, 40)], 1, 0),
        ([_came(200, 40), _came(206, 20, 40), _came(206, 40, 60)], 1, 0),
        ([_came(200, 40), _came(206, 50, 50)], 0, 90),  # ten bytes are nowhere
        ([_came(200, 40), _came(200, 30)], 0, 30),  # it has begun anew
        ([_came(200, 40), _came(200, 100)], 1, 0),
        ([_came(499, 0)], 0, 0),
        ([_came(499, 0), _came(206, 60, 40)], 1, 0),  # it knows what it has
        ([_came(499, 0), _came(200, 100)], 1, 0),
        ([_came(200, 100), _came(200, 40)], 1, 40),
        ([_came(200, 77, told=False)], 1, 0),  # nobody told how much it would be
        ([_came(404, 9)], 0, 0),
        ([_came(304, 0)], 0, 0),
    ],
)
def test_parts_make_a_whole(came: list[Exchange], whole: int, got: int) -> None:
    file = Reception("/f")
    for number, one in enumerate(came, 1):
        one.number = number
        file.add(one)

    assert (file.whole, file.got) == (whole, got)


def test_what_is_open_is_named() -> None:
    file = Reception("/f")
    for number, one in enumerate([_came(200, 40), _came(206, 20, 40)], 1):
        one.number = number
        file.add(one)

    assert (file.open, file.completed, file.total) == ([1, 2], [], 100)
