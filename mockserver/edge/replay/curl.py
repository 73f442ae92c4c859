"""Curl: calls as lines for a shell, with variables where secrets were."""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from shlex import quote
from typing import Final

from mockserver.edge.replay.calls import Basic, Call, Hole, Text

__all__ = ["curl", "script", "word"]

_TYPE: Final = "content-type"


def script(calls: Iterable[Call], origin: str) -> str:
    """Return lines that make calls one after the other, each only once.

    Args:
        calls: What to make, in this order.
        origin: Where the server is.
    """
    made = [*calls]
    names = dict.fromkeys(hole.variable for call in made for hole in call.holes)
    needed = [f': "${{{name}:?is hidden here, set it first}}"' for name in names]
    lines = dict.fromkeys(curl(call, origin) for call in made)
    return "\n".join([*needed, *lines]) + "\n"


def curl(call: Call, origin: str) -> str:
    """Return the line for one call."""
    method, body = call.exchange.method, call.body
    parts = [f"curl -sSgi {word((origin, *call.target))}"]
    parts += _ways(method, has_body=body is not None)
    parts += [_header(name, text) for name, text in call.headers]
    if body is not None and not any(n.lower() == _TYPE for n, _ in call.headers):
        # Curl would say that it is a form.
        parts.append(f"-H '{_TYPE}:'")
    before = ""
    if isinstance(body, tuple):
        parts.append(f"--data-raw {word(body)}")
    elif body is not None:
        before = f"printf %s {b64encode(body).decode()} | base64 -d | "
        parts.append("--data-binary @-")
    return before + " \\\n  ".join(parts)


def _ways(method: str, *, has_body: bool) -> Iterator[str]:
    if method == "HEAD":
        yield "--head"
    elif method != ("POST" if has_body else "GET"):
        yield f"-X {quote(method)}"


def _header(name: str, text: Text) -> str:
    return f"-H {word((f'{name}: ', *text))}" if text else f"-H {quote(f'{name};')}"


def word(text: Text) -> str:
    """Return a text as one word of a shell, with variables for what it lacks."""
    merged: list[str | Hole | Basic] = []
    for piece in text:
        if merged and isinstance(piece, str) and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    return "".join(map(_word, merged)) or "''"


def _word(piece: str | Hole | Basic) -> str:
    if isinstance(piece, Hole):
        return f'"${piece.variable}"'
    if isinstance(piece, Basic):
        told = word(piece.pieces)
        return f"\"$(printf %s {told} | base64 | tr -d '\\n')\""
    return quote(piece)
