"""Nearness: which operations are most like one that does not exist."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from typing import Final
from urllib.parse import unquote

from mockserver.providers.routes import Routes, expression

__all__ = ["elsewhere", "near", "shown"]

_NEAR_MAX: Final = 3
# What is longer than any path of a provider is like none.
_PATH_MAX: Final = 2048
_SEGMENTS_MAX: Final = 16
_SEGMENT_MAX: Final = 64

# What the differences cost: a missing segment is half a mistake.
_METHOD: Final = 0.4
_LETTER_CASE: Final = 0.05
_EMPTY: Final = 0.05
_VERSION: Final = 0.3
_MISSING: Final = 0.5
_EXTRA: Final = 0.6
_PARAMETER: Final = 0.1
_WORD: Final = 0.25  # an identifier without a digit may be something else
_MISFIT: Final = 0.6
_OTHER: Final = 1.2
_ALIKE: Final = 0.75
_LIMIT: Final = 0.25, 0.35  # for each request, and for each segment of its path
_MARGIN: Final = 0.25  # who is so much further than the nearest is not told

_BRACES: Final = re.compile(r"\{(\w+)(?::((?:[^{}]|\{\d+(?:,\d*)?\})+))?\}")
_WORDS: Final = re.compile(r"[\w.-]+(?:\|[\w.-]+)*")
_VERSIONED: Final = re.compile(r"v?\d[\w.-]*", re.ASCII)
_SLASH: Final = re.compile("%2[fF]")


@dataclass(frozen=True, slots=True)
class _Part:
    """One segment of a template.

    Attributes:
        text: As it is shown when nothing of a path fits it.
        literal: What stands before, and after, its parameter; itself without one.
        fits: What a segment of a path has to be; None if only the literal.
        spans: It may be more than one segment.
        words: The only words that its parameter may be, if it is told by them.
    """

    text: str
    literal: tuple[str, str]
    fits: re.Pattern[str] | None
    spans: bool
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """How far one template is from a path, and what it is with the path's segments."""

    cost: float
    path: tuple[str, ...]
    has_common: bool = False

    def then(self, cost: float, *path: str, common: bool = False) -> "_Way":
        return _Way(self.cost + cost, (*self.path, *path), self.has_common or common)


def near(routes: Routes, method: str, path: str) -> tuple[str, ...]:  # type: ignore[type-arg]  # whatever its calls are
    """Return the operations most like one, the nearest first, as `GET /path`.

    Args:
        routes: Those of a provider.
        method: As requested.
        path: The raw path below the provider's root.
    """
    asked = f"{method} {path}"
    limit = _LIMIT[0] + _LIMIT[1] * path.strip("/").count("/") + _LIMIT[1]
    # Of a path that is right but for its method, nothing is to be corrected.
    found = [one for one in _found(routes, method, path, limit) if one[1] != asked]
    most = found[0][0] + _MARGIN if found else 0.0
    return tuple(dict.fromkeys(said for cost, said in found if cost <= most))[
        :_NEAR_MAX
    ]


def elsewhere(
    providers: Mapping[str, Routes],  # type: ignore[type-arg]  # as above
    method: str,
    path: str,
) -> tuple[str, ...]:
    """Return where providers have what was asked for, such as `GET /acme/dishes`.

    Only what is nearly the same counts: the path of one provider is often somewhat
    like those of others.
    """
    found = [
        (cost, slug, said)
        for slug, routes in providers.items()
        for cost, said in _found(routes, method, path, _MARGIN)[:1]
    ]
    named = (said.replace(" ", f" /{slug}", 1) for _, slug, said in sorted(found))
    return tuple(named)[:_NEAR_MAX]


def shown(template: str) -> str:
    """Return a template as people read it: parameters without their expressions."""
    ends = "/" if template.endswith("/") else ""
    return f"/{'/'.join(part.text for part in _parts(template))}{ends}"


def _found(
    routes: Routes,  # type: ignore[type-arg]  # as above
    method: str,
    path: str,
    limit: float,
) -> list[tuple[float, str]]:
    """Return what is not further away than a limit, the nearest first."""
    if len(path) > _PATH_MAX:
        return []
    plain = _SLASH.sub("/", path)
    segments = tuple(one for one in plain.split("/") if one)
    if not segments or len(segments) > _SEGMENTS_MAX:
        return []
    blanks = plain.count("/") - len(segments) + (plain != path)
    alike: dict[tuple[str, str], float] = {}
    found = []
    for number, route in enumerate(routes):
        ends = route.path.endswith("/")
        cost = _EMPTY * abs(blanks - ends) + _METHOD * (route.method != method)
        parts = _parts(route.path)
        if cost + _least(parts, segments) > limit:
            continue
        way = _way(parts, segments, alike)
        cost += way.cost
        if way.has_common and cost <= limit:
            said = f"{route.method} /{'/'.join(way.path)}{'/' if ends else ''}"
            found.append((round(cost, 3), number, said))
    return [(cost, said) for cost, _, said in sorted(found)]


def _least(parts: tuple[_Part, ...], segments: tuple[str, ...]) -> float:
    """Return what a template costs at least, for having more or fewer segments."""
    if any(part.spans or part.literal[1] for part in parts):
        return 0.0
    missing = len(parts) - len(segments)
    return missing * _MISSING if missing > 0 else -missing * _EXTRA


def _way(
    parts: tuple[_Part, ...],
    segments: tuple[str, ...],
    alike: dict[tuple[str, str], float],
) -> _Way:
    """Lay a template beside a path, so that the least differs."""
    row = [_Way(_EXTRA * n, ()) for n in range(len(segments) + 1)]
    for part in parts:
        missing = part.words[0] if part.words else part.text
        before, row = row, [row[0].then(_MISSING, missing)]
        for n, segment in enumerate(segments, 1):
            # Of ways that are as long, the one that lets the last segment go.
            ways = [
                row[n - 1].then(_EXTRA),
                _beside(part, segment, before[n - 1], alike),
                before[n].then(_MISSING, missing),
            ]
            if part.spans or part.literal[1]:
                ways += _spanned(part, segments[:n], before)
            row.append(min(ways, key=_cost))
    return row[-1]


def _beside(
    part: _Part, segment: str, way: _Way, alike: dict[tuple[str, str], float]
) -> _Way:
    """Lay one segment of a template beside one of a path."""
    first, last = part.literal
    if part.fits is None:
        cost = 0.0 if first == segment else _distance(first, segment, alike)
        return way.then(cost, part.text, common=cost < _OTHER)
    is_long = len(segment) > _SEGMENT_MAX
    if not is_long and part.fits.fullmatch(segment):
        is_known = bool(first or last or part.words)
        is_id = is_known or not segment.isalpha()
        return way.then(_PARAMETER if is_id else _WORD, segment, common=is_known)
    if part.words:
        nearest = min(part.words, key=lambda word: _distance(word, segment, alike))
        cost = _distance(nearest, segment, alike)
        return way.then(min(cost, _MISFIT), nearest, common=cost <= _VERSION)
    if last and last[0] in segment and not is_long:
        head, mark, tail = segment.rpartition(last[0])
        cost = _distance(last, mark + tail, alike)
        if cost < _OTHER and part.fits.fullmatch(head + last):
            return way.then(_PARAMETER + cost, head + last, common=True)
    return way.then(_PARAMETER if is_long else _MISFIT, part.text)


def _spanned(part: _Part, segments: tuple[str, ...], before: list[_Way]) -> list[_Way]:
    """Return the ways in which a part is several segments, the last ones."""
    ways = []
    last = part.literal[1]
    for size in range(2, len(segments) + 1):
        joined = "/".join(segments[-size:])
        if last and not part.spans:
            # A slash where the verb of an operation has another sign, such as `:`
            joined = joined.replace("/", last[0])
        if len(joined) > _SEGMENT_MAX or part.fits is None:
            break
        if part.fits.fullmatch(joined):
            # What takes everything says little about what was meant.
            cost = _WORD * (size + 1)
            ways.append(
                before[len(segments) - size].then(cost, joined, common=bool(last))
            )
    return ways


def _distance(word: str, found: str, alike: dict[tuple[str, str], float]) -> float:
    """Return how far a word is from one that was written; remembered in `alike`."""
    known = alike.get((word, found))
    if known is None:
        known = alike[word, found] = _measured(word, found[: _SEGMENT_MAX + 1])
    return known


def _measured(word: str, found: str) -> float:
    if word == found:
        return 0.0
    plain, asked = _plain(word), _plain(found)
    if plain == asked:
        return _LETTER_CASE
    if _VERSIONED.fullmatch(plain) and _VERSIONED.fullmatch(asked):
        return _VERSION
    match = SequenceMatcher(None, plain, asked, autojunk=False)
    if match.real_quick_ratio() < _ALIKE or match.quick_ratio() < _ALIKE:
        return _OTHER
    ratio = match.ratio()
    return _LETTER_CASE + 1 - ratio if ratio >= _ALIKE else _OTHER


def _plain(word: str) -> str:
    return unquote(word).casefold().replace("_", "-")


def _cost(way: _Way) -> float:
    return way.cost


@lru_cache(maxsize=2048)
def _parts(template: str) -> tuple[_Part, ...]:
    """Return the segments of a template, of which parameters may hold slashes."""
    ends = [0]
    inside = [range(*found.span()) for found in _BRACES.finditer(template)]
    for at, letter in enumerate(template):
        if letter == "/" and not any(at in span for span in inside):
            ends.append(at + 1)
    bounds = pairwise([*ends, len(template) + 1])
    texts = (template[start : end - 1] for start, end in bounds)
    return tuple(_part(text) for text in texts if text)


def _part(text: str) -> _Part:
    found = [*_BRACES.finditer(text)]
    if not found:
        return _Part(text, (text, ""), None, spans=False, words=())
    fits = re.compile(expression(text))
    said = _BRACES.sub(lambda one: f"{{{one[1]}}}", text)
    literal = text[: found[0].start()], text[found[-1].end() :]
    inner = found[0][2] or ""
    only = len(found) == 1 and literal == ("", "") and _WORDS.fullmatch(inner)
    words = tuple(inner.split("|")) if only else ()
    return _Part(said, literal, fits, fits.fullmatch("1-a/a") is not None, words)
