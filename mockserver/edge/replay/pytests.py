"""Pytests: a job, or a call, as a module of one test that makes it again."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from mockserver.edge.replay.calls import Basic, Call, Hole, Piece, Text
from mockserver.edge.replay.lives import Met

__all__ = ["module"]

_WIDTH: Final = 84
_CHUNK: Final = 72
_HEAD: Final = '''"""{about}

Made by video-mockserver of what it has seen; run it with pytest.
"""

{imports}
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

import pytest

SCENARIO = {scenario}


def call(server, method, target, headers, body=None):
    """Return the status of an answer; 0 if there was none."""
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    try:
        connection.request(method, target, body, headers)
        answer = connection.getresponse()
    except (OSError, HTTPException):
        connection.close()
        return 0
    try:
        answer.read()
    except (OSError, HTTPException):
        pass  # it broke off
    connection.close()
    return answer.status


@pytest.mark.mockserver(pace="manual")
def test_{name}(mockserver):
'''
_BASIC: Final = """

def basic(text):
    return b64encode(text.encode()).decode()
"""


def module(met: Met, calls: Iterable[Call], scenario: dict[str, Any], name: str) -> str:
    """Return the text of a module with one test.

    Args:
        met: What was seen.
        calls: What is made again.
        scenario: In which it happens so.
        name: A name for all of it.
    """
    made = [*calls]
    holes = [hole for one in made for hole in one.holes]
    imports = [
        *(["import os"] if any(not hole.is_field for hole in holes) else []),
        *(["from base64 import b64encode"] if any(map(_has_basic, made)) else []),
    ]
    lines = [*_lines(met, made)]
    head = _HEAD.format(
        about=_about(met),
        imports="\n".join(imports),
        scenario=_data(scenario, 0),
        name=re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_").lower(),
    )
    if any(map(_has_basic, made)):
        head = head.replace("\n\ndef call(", f"{_BASIC}\n\ndef call(", 1)
    body = "\n".join(f"    {line}" if line else "" for line in lines)
    return re.sub(r"\n{4,}", "\n\n\n", f"{head}{body}\n").replace(
        '"""\n\n\nfrom', '"""\n\nfrom'
    )


def _about(met: Met) -> str:
    if met.job is None:
        one = met.exchanges[0]
        return f"Call {one.number} of {met.provider.slug}: {one.operation}."
    states = " -> ".join(step.state for step in met.job.timeline.steps)
    return f"Job {met.job.id} of {met.provider.slug}: {states}.".replace('"', "'")


def _has_basic(call: Call) -> bool:
    return any(isinstance(piece, Basic) for _, text in call.headers for piece in text)


def _lines(met: Met, calls: list[Call]) -> Iterator[str]:
    """Yield the lines of the test."""
    yield "mockserver.use(SCENARIO)"
    if any(hole.is_field for call in calls for hole in call.holes):
        yield f'key = mockserver.space.credential("{met.provider.slug}")'
    job = met.job
    if job is not None:
        yield "start = mockserver.now"
    names, is_known = dict.fromkeys(met.hooks, "mockserver.webhooks.url"), False
    headers, at_s = list[str](), 0.0
    for call in calls:
        yield ""
        one = call.exchange
        if job is not None and round(one.at - job.created_at, 6) > at_s:
            at_s = round(one.at - job.created_at, 6)
            yield f"mockserver.set(start + {at_s})"
        told = [*_headers(call, names)]
        if told != headers:
            headers = told
            yield from told
        yield from _asked(call, names)
        yield f"assert status == {one.status}"
        if job is None or job.id not in one.jobs:
            continue
        if not is_known:
            names, is_known = {**names, job.id: "job"}, True
            yield "job = mockserver.jobs.last().id"
        yield f"assert mockserver.jobs.get(job).state == {_plain(one.state_of(job.id))}"


def _headers(call: Call, names: Mapping[str, str]) -> Iterator[str]:
    yield "headers = {"
    for name, text in call.headers:
        yield from f"    {_plain(name)}: {_expression(text, names, 40)},".split("\n")
    yield "}"


def _asked(call: Call, names: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines that make a call."""
    target = _expression(call.target, names, 8)
    parts = ["mockserver", _plain(call.exchange.method), target, "headers"]
    if isinstance(call.body, bytes):
        parts.append(repr(call.body))
    elif call.body is not None:
        said = _expression(call.body, names, 8)
        parts.append(
            f"{said}.encode()" if said.startswith("(") else f"({said}).encode()"
        )
    whole = f"status = call({', '.join(parts)})"
    if len(whole) < _WIDTH and "\n" not in whole:
        yield whole
        return
    yield "status = call("
    for part in parts:
        yield from f"    {part},".split("\n")
    yield ")"


def _plain(text: str) -> str:
    """Return a text as Python writes it, in double quotes if they need no escape."""
    written = repr(text)
    is_bare = '"' not in text and "\\" not in written and "'" not in text
    return f'"{text}"' if is_bare else written


def _data(value: Any, pad: int) -> str:
    """Return data as Python writes it, over several lines if it is long."""
    if isinstance(value, dict):
        parts = [f"{_plain(k)}: {_data(v, pad + 4)}" for k, v in value.items()]
        first, last = "{}"
    elif isinstance(value, list | tuple):
        parts = [_data(one, pad + 4) for one in value]
        first, last = "[]"
    else:
        return _plain(value) if isinstance(value, str) else repr(value)
    flat = f"{first}{', '.join(parts)}{last}"
    if len(flat) + pad < _CHUNK and "\n" not in flat:
        return flat
    lines = "".join(f"{' ' * (pad + 4)}{part},\n" for part in parts)
    return f"{first}\n{lines}{' ' * pad}{last}"


def _expression(text: Text, names: Mapping[str, str], indent: int) -> str:
    """Return an expression, in brackets over several lines if it is long."""
    parts = [part for piece in text for part in _parts(piece, names)]
    whole = " + ".join(parts) or '""'
    if len(whole) + indent < _WIDTH:
        return whole
    lines = (f"        {'+ ' if at else ''}{part}\n" for at, part in enumerate(parts))
    return f"(\n{''.join(lines)}    )"


def _parts(piece: Piece, names: Mapping[str, str]) -> Iterator[str]:
    if isinstance(piece, Hole):
        yield _filled(piece)
    elif isinstance(piece, Basic):
        inner = [part for one in piece.pieces for part in _parts(one, names)]
        yield f"basic({' + '.join(inner)})"
    else:
        yield from _literal(piece, names)


def _filled(hole: Hole) -> str:
    return (
        f'key.fields["{hole.name}"]' if hole.is_field else f'os.environ["{hole.name}"]'
    )


def _literal(text: str, names: Mapping[str, str]) -> Iterator[str]:
    """Yield a text in pieces, with names in place of what is another one each time."""
    known = "|".join(map(re.escape, names))
    for part in re.split(f"({known})", text) if known else [text]:
        if part in names:
            yield names[part]
            continue
        for at in range(0, len(part), _CHUNK):
            yield _plain(part[at : at + _CHUNK])
