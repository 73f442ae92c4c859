"""JavaScript: calls as lines with fetch, with the environment where secrets were."""

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Final

from mockserver.edge.replay.calls import Basic, Call, Hole, Piece, Text
from mockserver.edge.replay.literals import WIDTH, Style

__all__ = ["STYLE", "expression", "quoted", "request", "script"]

_TYPE: Final = "content-type"


def script(calls: Iterable[Call], origin: str) -> str:
    """Return lines of a module that make calls one after the other, with Node.

    Args:
        calls: What to make, in this order.
        origin: Where the server is.
    """
    lines = dict.fromkeys(_call(call, origin) for call in calls)
    first, *more = lines or [""]
    again = (line.replace("let response", "response", 1) for line in more)
    return "\n\n".join([first, *again]) + "\n"


def request(target: str, url: str, options: Mapping[str, str]) -> str:
    """Return the lines of one request.

    Args:
        target: What its answer is called.
        url: An expression.
        options: Expressions by name.
    """
    if not options:
        return f"{target} = await fetch({url});"
    flat = ", ".join(f"{name}: {one}" for name, one in options.items())
    whole = f"{target} = await fetch({url}, {{ {flat} }});"
    if len(whole) <= WIDTH and "\n" not in whole:
        return whole
    lines = "".join(f"  {name}: {one},\n" for name, one in options.items())
    return f"{target} = await fetch({url}, {{\n{lines}}});"


def expression(text: Text) -> str:
    """Return a text as an expression."""
    if all(isinstance(piece, str) for piece in text):
        return quoted("".join(map(str, text)))
    if len(text) == 1:
        return _name(text[0])
    return f"`{''.join(map(_within, text))}`"


def quoted(text: str) -> str:
    """Return a text as JavaScript writes it, in quotes that need no escape if any."""
    is_bare = '"' in text and text.isprintable() and not {*"'\\"}.intersection(text)
    return f"'{text}'" if is_bare else json.dumps(text)


def _member(name: str) -> str:
    return name if name.isidentifier() else quoted(name)


STYLE: Final = Style(2, ("{ ", " }"), expression, _member, json.dumps)
"""How JavaScript writes data."""


def _call(call: Call, origin: str) -> str:
    options: dict[str, str] = {}
    if call.exchange.method != "GET":
        options["method"] = quoted(call.exchange.method)
    if call.headers:
        options["headers"] = _headers(call)
    if call.body is not None:
        options["body"] = _body(call)
    url = expression((origin, *call.target))
    lines = request("let response", url, options)
    return f"{lines}\nconsole.log(response.status, await response.text());"


def _headers(call: Call) -> str:
    # Pairs, for a name may come more than once.
    pairs = [
        f"[{quoted(name)}, {expression(tuple(map(_as_bytes, text)))}]"
        for name, text in call.headers
    ]
    flat = f"[{', '.join(pairs)}]"
    if len(flat) < WIDTH - 12:
        return flat
    return "".join(["[\n", *(f"    {pair},\n" for pair in pairs), "  ]"])


def _as_bytes(piece: Piece) -> Piece:
    """Return a text with one character for each of its bytes, as fetch wants it."""
    if not isinstance(piece, str):
        return piece
    return piece.encode("utf-8", "surrogateescape").decode("latin-1")


def _body(call: Call) -> str:
    if isinstance(call.body, bytes):
        return f'Buffer.from("{b64encode(call.body).decode()}", "base64")'
    said = expression(call.body or ())
    # Fetch would say that a text is plain text.
    is_typed = any(name.lower() == _TYPE for name, _ in call.headers)
    return said if is_typed else f"Buffer.from({said})"


def _within(piece: Piece) -> str:
    if isinstance(piece, str):
        written = json.dumps(piece)[1:-1].replace('\\"', '"')
        return written.replace("`", "\\`").replace("${", "\\${")
    return f"${{{_name(piece)}}}"


def _name(piece: Piece) -> str:
    if isinstance(piece, Hole):
        return piece.name if piece.is_kept else f"process.env.{piece.variable}"
    if isinstance(piece, Basic):
        return f"btoa({expression(piece.pieces)})"
    return quoted(piece)
