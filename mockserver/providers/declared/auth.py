"""Auth: the schemes by which a declared provider reads credentials."""

from collections.abc import Callable, Mapping
from string import ascii_letters, digits
from types import MappingProxyType
from typing import Final

from mockserver.engine.chance import Chance
from mockserver.engine.keyring import Grant
from mockserver.errors import UnauthorizedError
from mockserver.providers.call import Call
from mockserver.providers.declared.answering import Function
from mockserver.providers.declared.model import Credentials, Field
from mockserver.providers.facts import Credential, Secrets
from mockserver.providers.wires.authorization import authorization
from mockserver.providers.wires.keys import (
    Authenticate,
    basic_key,
    bearer_key,
    header_key,
    query_key,
)

__all__ = ["SCHEMES", "authenticate", "credential", "secrets", "told"]

_NAMELESS: Final[Mapping[str, Callable[[], Authenticate]]] = MappingProxyType(
    {"bearer": bearer_key, "basic": basic_key}
)
SCHEMES: Final = ("bearer", "basic", "header NAME", "query NAME", "scheme NAME",
                  "python FUNCTION")  # fmt: skip


def authenticate(
    ways: tuple[str, ...], functions: Mapping[str, Function]
) -> Authenticate:
    """Return what opens the space of a call: the first scheme that has a credential."""
    readers = [_reader(way, functions) for way in ways]

    def enter(call: Call) -> Grant:
        for reader in readers[:-1]:
            try:
                return reader(call)
            except UnauthorizedError as error:
                if error.code != "missing":
                    raise
        return readers[-1](call)

    return enter


def credential(said: Credentials) -> Callable[[Chance], Credential]:
    """Return what draws a new credential."""

    def draw(chance: Chance) -> Credential:
        fields = {said.key.name: _drawn(chance, said.key)}
        if said.secret is None:
            return Credential(fields, key=said.key.name)
        fields[said.secret.name] = _drawn(chance, said.secret)
        return Credential(fields, key=said.key.name, secret=said.secret.name)

    return draw


def secrets(ways: tuple[str, ...]) -> Secrets:
    """Return where credentials travel."""
    named = [way.partition(" ") for way in ways]
    headers = {name.lower() for kind, _, name in named if kind == "header"}
    if {kind for kind, _, _ in named} & {"bearer", "basic", "scheme"}:
        headers.add("authorization")
    queries = tuple(name for kind, _, name in named if kind == "query")
    return Secrets(headers=tuple(sorted(headers)), query=queries)


def told(ways: tuple[str, ...]) -> tuple[dict[str, str], str, bool]:
    """Return how a credential goes along: headers, a query, as user and password."""
    kind, _, name = ways[0].partition(" ")
    if kind == "basic":
        return {}, "", True
    if kind == "query":
        return {}, f"?{name}={{key}}", False
    if kind == "header":
        return {name: "{key}"}, "", False
    scheme = name if kind == "scheme" else "Bearer"
    return {"Authorization": f"{scheme} {{key}}"}, "", False


def _drawn(chance: Chance, field: Field) -> str:
    letters = ascii_letters + digits
    return field.prefix + chance.word(field.name, max(field.length, 1), letters)


def _reader(way: str, functions: Mapping[str, Function]) -> Authenticate:
    kind, _, name = way.partition(" ")
    if kind in _NAMELESS:
        return _NAMELESS[kind]()
    if kind == "header":
        return header_key(name)
    if kind == "query":
        return query_key(name)
    return functions[name] if kind == "python" else _scheme(name)


def _scheme(name: str) -> Authenticate:
    def enter(call: Call) -> Grant:
        scheme, key = authorization(call)
        if scheme != name.lower() or not key:
            raise UnauthorizedError("missing")
        return call.open_key(key)

    return enter
