"""Credential hints: why no credential was found, and where one has come instead."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final

from aiohttp import hdrs

from mockserver.providers.call import Call
from mockserver.providers.facts import Trial
from mockserver.verdict.secrets import plain

__all__ = ["misplaced"]

# Where credentials commonly travel, and where people put them by mistake.
_CARRIERS: Final = frozenset(
    {"accesstoken", "apikey", "apitoken", "auth", "authkey", "authorization",
     "authtoken", "googapikey", "key", "keyid", "proxyauthorization", "secret",
     "token"}
)  # fmt: skip
_SCHEMES: Final = frozenset({"aws", "basic", "bearer", "digest", "key", "token"})
_ALIKE: Final = 0.8
_NAME_MAX: Final = 40
_LOOKED_MAX: Final = 100


def misplaced(call: Call) -> tuple[str, ...]:
    """Return how a credential should have come, if one has come in another way.

    Names are quoted, never what stands under them. Where its provider reads none in
    the way of its first calls (signatures, bodies), nothing is returned.
    """
    trial = call.provider.start[0] if call.provider.start else None
    right = None if trial is None else _right(trial)
    if trial is None or right is None:
        return ()
    name, scheme = right
    form = f"{name}: {scheme}" if trial.is_basic else f"{name}: {scheme}KEY"
    sent = call.headers.get(name)
    found = [] if sent is None else [_of_scheme(name, sent, scheme)]
    if not any(found):
        found = [*_elsewhere(call, name)]
    return tuple(f"{form} instead of {one}" for one in found if one)[:1]


def _right(trial: Trial) -> tuple[str, str] | None:
    """Return the header, and its scheme, in which a first call has its credential."""
    if trial.is_basic:
        return hdrs.AUTHORIZATION, "Basic base64(KEY:SECRET)"
    for name, value in trial.headers.items():
        scheme, key, _ = value.partition("{key}")
        if key:
            return name, scheme
    return None


def _of_scheme(name: str, sent: str, scheme: str) -> str:
    """Say how the right header was sent with another scheme, or none."""
    expected, came = scheme.partition(" ")[0], sent.partition(" ")[0]
    if not expected or came.lower() == expected.lower():
        return ""
    if not sent:
        return f"an empty {name}"
    if came.lower() in _SCHEMES:
        return f"{name}: {came} ..."
    return f"{name} without {expected}"


def _elsewhere(call: Call, name: str) -> Iterator[str]:
    """Name the header or parameter that probably holds what is missing."""
    read = {*call.provider.secrets.headers, name.lower()}
    for sent in [*call.headers][:_LOOKED_MAX]:
        if sent.lower() not in read and _is_like(sent, name):
            yield sent
    for sent in [*call.query][:_LOOKED_MAX]:
        if sent not in call.provider.secrets.query and _is_like(sent, name):
            yield f"{sent} in the query"


def _is_like(sent: str, name: str) -> bool:
    if len(sent) > _NAME_MAX:
        return False
    known, asked = plain(name), plain(sent)
    if asked.removeprefix("x").removeprefix("xi") in _CARRIERS or asked == known:
        return True
    return SequenceMatcher(None, known, asked, autojunk=False).ratio() >= _ALIKE
