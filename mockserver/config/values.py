"""Kinds of setting: what a raw value may look like and what it becomes."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from msgspec import Struct

__all__ = [
    "DURATION_MAX_S",
    "Credential",
    "Kind",
    "choice",
    "credential",
    "duration",
    "epoch",
    "integer",
    "many",
    "pace",
    "parse_duration",
    "parse_size",
    "path",
    "provider",
    "scenario",
    "size",
    "slug",
    "switch",
    "text",
    "url",
    "worlds",
]

DURATION_MAX_S = 1e11
_EPOCH_YEARS = range(1900, 9000)  # clocks end in 9000
_LONGEST = 100  # characters of a duration; looking for parts of more takes long
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_UNIT_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_SIZE = re.compile(r"(\d+)(B|KiB|MiB|GiB)?")
_UNIT_BYTES = {None: 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
_PACE = re.compile(r"demo|real|step|manual|x\d+(\.\d+)?")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ON = frozenset({"1", "true", "yes", "on"})
_OFF = frozenset({"0", "false", "no", "off"})

MEMORY: Final = "memory"
SQLITE: Final = "sqlite:"


class Kind(Struct, frozen=True):
    """What a setting's value may be.

    Attributes:
        expected: What would be right, in words; shown in errors and docs.
        parse: Turns a raw value (text, or typed by TOML or Python) and the folder
            that relative paths start from into the value; ValueError if it cannot.
        choices: All accepted words, when they can be listed.
        is_many: The setting takes any number of values.
        is_switch: The setting is true or false.
    """

    expected: str
    parse: Callable[[object, Path], Any]
    choices: tuple[str, ...] = ()
    is_many: bool = False
    is_switch: bool = False


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential that one provider accepts, beside those of its fixtures.

    Attributes:
        slug: The provider.
        key: The API key, access key or account id.
        secret: The signing secret, for providers that have one.
    """

    slug: str
    key: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)


def parse_duration(found: str) -> float:
    """Return the seconds of a duration such as `1500ms`, `2s`, `12m`, `3h`, `1d`.

    Parts may follow each other, as in `1h30m`; `0` needs no unit.

    Raises:
        ValueError: It is no duration, or longer than 3000 years; the message says
            what would be right.
    """
    compact = found.strip()
    if compact == "0":
        return 0.0
    parts = _DURATION.findall(compact[:_LONGEST])
    if not parts or "".join(number + unit for number, unit in parts) != compact:
        raise ValueError(f"found {found!r}, expected {duration().expected}")
    total_s = float(sum(float(number) * _UNIT_S[unit] for number, unit in parts))
    if total_s > DURATION_MAX_S:
        raise ValueError(f"found {found[:40]!r}, expected at most {DURATION_MAX_S:g} s")
    return total_s


def parse_size(found: str) -> int:
    """Return the bytes of a size such as `64MiB`, `512KiB`, `1GiB` or `1000`.

    Raises:
        ValueError: It is no size; the message says what would be.
    """
    match = _SIZE.fullmatch(found.strip())
    if match is None:
        raise ValueError(f"found {found!r}, expected {size().expected}")
    return int(match[1]) * _UNIT_BYTES[match[2]]


def text(expected: str = "text") -> Kind:
    """Return the kind of any text that is not empty."""
    return Kind(expected, lambda raw, _: _text(raw))


def choice(*words: str) -> Kind:
    """Return the kind that takes one of a few words."""
    expected = "one of " + ", ".join(words) if words[1:] else f"only {words[0]}"
    return Kind(expected, lambda raw, _: _held(raw, raw in words), choices=words)


def integer(low: int | None = None, high: int | None = None) -> Kind:
    """Return the kind of whole numbers, both bounds included."""
    bounds = "" if low is None else f" of at least {low}"
    bounds = bounds if high is None else f" from {low} to {high}"

    def parse(raw: object, _: Path) -> int:
        value = int(_text(raw)) if isinstance(raw, str) else raw
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError
        is_low = low is not None and value < low
        _held(value, not is_low and (high is None or value <= high))
        return value

    return Kind(f"a whole number{bounds}", parse)


def switch() -> Kind:
    """Return the kind that is true or false."""

    def parse(raw: object, _: Path) -> bool:
        word = str(raw).strip().lower()
        _held(raw, word in _ON | _OFF)
        return word in _ON

    return Kind("true or false", parse, is_switch=True)


def duration() -> Kind:
    """Return the kind of durations; the value is in seconds."""
    expected = "a duration such as 1500ms, 2s, 12m, 3h or 1d"
    return Kind(expected, lambda raw, _: parse_duration(_text(raw)))


def size() -> Kind:
    """Return the kind of sizes; the value is in bytes."""

    def parse(raw: object, _: Path) -> int:
        is_number = isinstance(raw, int) and not isinstance(raw, bool)
        return parse_size(str(raw) if is_number else _text(raw))

    return Kind("a size such as 512KiB, 64MiB or 1GiB", parse)


def path() -> Kind:
    """Return the kind of files and folders; the value is absolute."""
    return Kind("a path", lambda raw, base: base / _expanded(raw))


def store() -> Kind:
    """Return the kind of a store: `memory`, `sqlite:` and a path, or a Redis's URL."""

    def parse(raw: object, base: Path) -> str:
        found = _text(raw)
        scheme, colon, place = found.partition(":")
        if found == MEMORY or is_shared(found):
            return found
        if scheme + colon != SQLITE or not place:
            raise ValueError
        return f"{SQLITE}{base / _expanded(place)}"

    return Kind(
        "memory, sqlite: and the path of a file, or the URL of a Redis such as"
        " redis://localhost:6379",
        parse,
    )


def is_shared(store: str) -> bool:
    """Say whether several processes may have a store at once."""
    return re.match(r"(redis|rediss|valkey|valkeys)(\+\w+)?://.", store) is not None


def shown(value: str) -> str:
    """Return a value without the password that it may have as a URL."""
    return re.sub(r"//[^/]*@", "//", value)


def scenario() -> Kind:
    """Return the kind of a scenario: a name, or a path to a YAML file.

    Values of its parameters may follow, as in `rate-limited; limit=3`.
    """

    def parse(raw: object, base: Path) -> str:
        found, sign, given = _text(raw).partition(";")
        is_path = "/" in found or found.rstrip().endswith((".yaml", ".yml", ".json"))
        name = str(base / _expanded(found)) if is_path else found
        return f"{name}{sign}{given}"

    return Kind("a scenario's name, or the path of its file", parse)


def worlds() -> Kind:
    """Return the kind of world files; in Python, what would be in one does, too."""

    def one(raw: object, base: Path) -> Path | Mapping[str, Any]:
        return raw if isinstance(raw, Mapping) else base / _expanded(raw)

    def parse(raw: object, base: Path) -> tuple[Path | Mapping[str, Any], ...]:
        if isinstance(raw, str):
            raw = [part.strip() for part in raw.split(",") if part.strip()]
        several = raw if isinstance(raw, list | tuple) else [raw]
        return tuple(one(each, base) for each in several)

    return Kind("the path of a world file, or a list of them", parse, is_many=True)


def slug() -> Kind:
    """Return the kind of a provider's slug."""
    return Kind(
        "a provider's slug, such as idomoo",
        lambda raw, _: _held(raw, _SLUG.fullmatch(_text(raw)) is not None),
    )


def provider() -> Kind:
    """Return the kind of a provider: its slug, or the path of the file that is one."""

    def parse(raw: object, base: Path) -> str:
        found = _text(raw)
        if "/" in found or found.endswith((".yaml", ".yml")):
            return str(base / _expanded(found))
        return str(_held(found, _SLUG.fullmatch(found) is not None))

    expected = "a provider's slug, such as idomoo, or the path of its file"
    return Kind(expected, parse)


def credential() -> Kind:
    """Return the kind `slug:KEY` or `slug:ACCESS:SECRET`."""

    def parse(raw: object, _: Path) -> Credential:
        if isinstance(raw, Credential):
            return raw
        name, *rest = _text(raw).split(":", 2)
        _held(raw, bool(rest) and all(rest) and _SLUG.fullmatch(name) is not None)
        return Credential(name, *rest)

    return Kind("slug:KEY or slug:ACCESS:SECRET", parse)


def pace() -> Kind:
    """Return the kind of paces: `demo`, `real`, `step`, `manual`, `x60`."""

    def parse(raw: object, _: Path) -> str:
        found = _text(raw)
        is_still = found.startswith("x") and found[1:].strip("0.") == ""
        _held(raw, _PACE.fullmatch(found) is not None and not is_still)
        return found

    return Kind("demo, real, step, manual, or a factor such as x60", parse)


def epoch() -> Kind:
    """Return the kind of `auto`, `now` or an ISO-8601 time (UTC unless it says)."""

    def parse(raw: object, _: Path) -> str:
        if raw in {"auto", "now"}:
            return str(raw)
        when = raw if isinstance(raw, datetime) else datetime.fromisoformat(_text(raw))
        _held(raw, when.year in _EPOCH_YEARS)
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).isoformat()

    return Kind("auto, now, or a time before 9000 such as 2030-01-01T00:00:00Z", parse)


def url() -> Kind:
    """Return the kind of absolute http(s) URLs; the value has no trailing slash."""

    def parse(raw: object, _: Path) -> str:
        found = _text(raw)
        parts = urlsplit(found)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
        _held(raw, is_web and not parts.query and not parts.fragment)
        return found.rstrip("/")

    return Kind("a URL such as https://mock.example", parse)


def many(kind: Kind) -> Kind:
    """Return the kind of lists; text is parted at commas."""

    def parse(raw: object, base: Path) -> tuple[Any, ...]:
        if isinstance(raw, str):
            raw = [part.strip() for part in raw.split(",") if part.strip()]
        if not isinstance(raw, Iterable) or isinstance(raw, dict):
            raise TypeError
        return tuple(kind.parse(item, base) for item in raw)

    return Kind(f"a list, each {kind.expected}", parse, kind.choices, is_many=True)


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise TypeError
    return str(_held(raw.strip(), raw.strip() != ""))


def _held(raw: object, is_right: bool) -> Any:  # noqa: FBT001  (a guard, not an option)
    if not is_right:
        raise ValueError
    return raw


def _expanded(raw: object) -> Path:
    return raw.expanduser() if isinstance(raw, Path) else Path(_text(raw)).expanduser()
