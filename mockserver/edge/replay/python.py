"""Python: calls as lines with httpx, with the environment where secrets were."""

from collections.abc import Iterable, Sequence
from typing import Final

from mockserver.edge.replay.calls import Basic, Call, Hole, Piece, Text
from mockserver.edge.replay.literals import WIDTH, Style

__all__ = ["STYLE", "expression", "quoted", "request", "script"]

_INDENT: Final = "    "


def script(calls: Iterable[Call], origin: str) -> str:
    """Return lines that make calls one after the other.

    Args:
        calls: What to make, in this order.
        origin: Where the server is.
    """
    made = [*calls]
    holes = [hole for call in made for hole in call.holes]
    pieces = [piece for call in made for _, text in call.headers for piece in text]
    imports = [
        *(["import os"] if holes else []),
        *(
            ["from base64 import b64encode"]
            if any(isinstance(piece, Basic) for piece in pieces)
            else []
        ),
        *(["", "import httpx"] if holes else ["import httpx"]),
    ]
    parts = ["\n".join(imports)]
    parts += dict.fromkeys(_call(call, origin) for call in made)
    return "\n\n".join(parts) + "\n"


def request(
    target: str, method: str, url: str, headers: Sequence[str], more: Iterable[str] = ()
) -> str:
    """Return the lines of one request.

    Args:
        target: What its answer is called.
        method: HTTP method.
        url: An expression.
        headers: Pairs, as expressions `name: value` or `(name, value)`.
        more: Further arguments.
    """
    asked = [quoted(method), url, *([_braced(headers)] if headers else []), *more]
    flat = f"{target} = httpx.request({', '.join(asked)})"
    if len(flat) <= WIDTH and "\n" not in flat:
        return flat
    lines = "".join(f"{_indented(part)},\n" for part in asked)
    return f"{target} = httpx.request(\n{lines})"


def expression(text: Text) -> str:
    """Return a text as an expression."""
    merged: list[Piece] = []
    for piece in text:
        if merged and isinstance(piece, str) and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    if len(merged) > 1 and all(map(_is_short, merged)):
        return f'f"{"".join(map(_within, merged))}"'
    return " + ".join(map(_part, merged)) or '""'


def quoted(text: str) -> str:
    """Return a text as Python writes it, in double quotes if they need no escape."""
    written = repr(text)
    is_bare = '"' not in text and "\\" not in written and "'" not in text
    return f'"{text}"' if is_bare else written


STYLE: Final = Style(4, ("{", "}"), expression, quoted, repr)
"""How Python writes data."""


def _call(call: Call, origin: str) -> str:
    names = [name.lower() for name, _ in call.headers]
    is_pairs = len({*names}) < len(names)
    headers = [_header(name, text, is_pairs) for name, text in call.headers]
    more = []
    if isinstance(call.body, bytes):
        more = [f"content={call.body!r}"]
    elif call.body is not None:
        body = expression(call.body)
        more = [f"content={f'({body})' if ' + ' in body else body}.encode()"]
    url = expression((origin, *call.target))
    lines = request("response", call.exchange.method, url, headers, more)
    return f"{lines}\nprint(response.status_code, response.text)"


def _header(name: str, text: Text, is_pairs: bool) -> str:  # noqa: FBT001 - how all are
    told = expression(text)
    if not all(piece.isascii() for piece in text if isinstance(piece, str)):
        told = f'({told}).encode("utf-8", "surrogateescape")'
    return f"({quoted(name)}, {told})" if is_pairs else f"{quoted(name)}: {told}"


def _braced(headers: Sequence[str]) -> str:
    first, last = "[]" if headers[0].startswith("(") else "{}"
    flat = f"headers={first}{', '.join(headers)}{last}"
    if len(flat) < WIDTH - 4:
        return flat
    lines = "".join(f"{_INDENT}{one},\n" for one in headers)
    return f"headers={first}\n{lines}{last}"


def _indented(text: str) -> str:
    return "\n".join(f"{_INDENT}{line}" for line in text.split("\n"))


def _is_short(piece: Piece) -> bool:
    """Say whether a piece may stand within the quotes of an f-string."""
    if isinstance(piece, Hole):
        return piece.is_kept
    return isinstance(piece, str) and quoted(piece).startswith('"')


def _within(piece: Piece) -> str:
    if isinstance(piece, Hole):
        return f"{{{piece.name}}}"
    return str(piece).replace("{", "{{").replace("}", "}}")


def _part(piece: Piece) -> str:
    if isinstance(piece, Hole):
        return piece.name if piece.is_kept else f'os.environ["{piece.variable}"]'
    if isinstance(piece, Basic):
        return f"b64encode(({expression(piece.pieces)}).encode()).decode()"
    return quoted(piece)
