"""Facts: the plain values that a provider is described with."""

from collections.abc import Callable, Mapping
from math import isfinite
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct, field

from mockserver.engine.chance import Chance
from mockserver.errors import ConfigError
from mockserver.patterns import pattern

__all__ = ["Credential", "Secrets", "Setting", "Switches", "Trial", "uuid_id",
           "webhook_dates_setting", "world_setting"]  # fmt: skip

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})

Switches = Callable[[str], Any]


class Setting(Struct, frozen=True):
    """A switch of a provider, set by `--set slug.name=value` or for one space.

    Attributes:
        name: Its name.
        default: Its value when nobody says otherwise; gives its type, too.
        about: One sentence on what it changes.
        choices: The only values that are accepted, if not all of that type.
        is_pattern: It is a regular expression, or empty.
        formerly: Names that it had; whoever uses one is told the new one.
    """

    name: str
    default: bool | float | str
    about: str
    choices: tuple[bool | int | float | str, ...] = ()
    is_pattern: bool = False
    formerly: tuple[str, ...] = ()

    def parse(self, raw: object, *, place: str) -> bool | int | float | str:
        """Return a raw value as this setting's type.

        Raises:
            ConfigError: It is of another type, not among the choices or no pattern.
        """
        value = _convert(raw, type(self.default))
        if value is None or (self.choices and value not in self.choices):
            right = self.choices or type(self.default).__name__
            raise ConfigError(f"{place}: found {raw!r}, expected {right}")
        if self.is_pattern:
            try:
                pattern(str(value))
            except ValueError as error:
                raise ConfigError(f"{place}: {error}") from error
        return value


class Credential(Struct, frozen=True):
    """What a client is configured with, and how new ones are made.

    Attributes:
        fields: The values by name, in the order in which clients ask for them,
            such as `{"api_key": ...}` or `{"access_key": ..., "secret_key": ...}`.
        key: The one that names the credential.
        secret: The one that proves it, if any.
        derived: Returns the fields that follow from a key, if any do.
    """

    fields: Mapping[str, str]
    key: str
    secret: str | None = None
    derived: Callable[[str], Mapping[str, str]] | None = None

    def of(self, key: str, secret: str | None) -> dict[str, str]:
        """Return the fields of another credential of this form."""
        found = {self.key: key}
        if self.secret is not None:
            found[self.secret] = self.fields[self.secret] if secret is None else secret
        return found if self.derived is None else {**found, **self.derived(key)}


class Secrets(Struct, frozen=True):
    """Where credentials travel; these are hidden, and what is commonly called a secret.

    Attributes:
        headers: Header names, lower case.
        query: Query parameters.
        body: Members of a JSON body, fields of a form, elements and attributes of XML,
            at any depth; `element@attribute` for an attribute of one element only.
        paths: What stands before a segment that is a secret, such as `/upload/`.
    """

    headers: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


class Trial(Struct, frozen=True, kw_only=True):
    """One of the calls with which people begin, as all languages have it.

    Path, headers and body may hold `{key}`, `{secret}` and other fields of a
    credential, and the names that trials before it keep.

    Attributes:
        about: What it does, in a few words.
        path: Where, below the provider's own root; or `{name}` for a whole URL that
            a trial before it has kept.
        method: HTTP method.
        headers: Its headers, without the length.
        is_basic: Key and secret go along as user and password.
        body: A JSON document; None if there is none.
        keeps: What of the answer is needed later: JSON pointers by name.
        until: A JSON pointer, and the values of which it has to be one: it is asked
            once a second until it is.
        saves: The file that the answer is kept in; empty if it is shown.
    """

    about: str
    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    is_basic: bool = False
    body: Any = None
    keeps: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    until: tuple[str, tuple[Any, ...]] | None = None
    saves: str = ""


def world_setting(*formerly: str) -> Setting:
    """Return the switch that says what happens to ids that nobody has declared.

    Args:
        formerly: Names that the provider's switch had.
    """
    return Setting(
        "world",
        default="lenient",
        about="Ids that nobody has declared: come to be on first use (lenient), or are"
        " refused as the provider does (strict).",
        choices=("lenient", "strict"),
        formerly=formerly,
    )


def webhook_dates_setting() -> Setting:
    """Return the switch that says by whose clock webhooks are dated and signed."""
    return Setting(
        "webhook_dates",
        default="wall",
        about="By whose clock webhooks are dated and signed: receivers hold it against"
        " theirs (wall), or the space's own (space).",
        choices=("wall", "space"),
    )


def uuid_id(chance: Chance, at_s: float) -> str:  # noqa: ARG001 - a NewId
    """Return a lower-case version-4 UUID."""
    return chance.uuid("id")


_WORDS = {"true": True, "yes": True, "on": True, "1": True,
          "false": False, "no": False, "off": False, "0": False}  # fmt: skip


def _convert(raw: object, kind: type) -> bool | int | float | str | None:
    if kind is bool:
        return raw if isinstance(raw, bool) else _WORDS.get(str(raw).lower())
    if kind is str:
        return raw if isinstance(raw, str) else None
    try:
        return _whole(raw) if kind is int else _finite(raw)
    except (ValueError, OverflowError):
        return None


def _whole(raw: object) -> int | None:
    # Not by way of a float, which rounds large numbers.
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if isinstance(raw, float):
        return int(raw) if raw.is_integer() else None
    return int(str(raw))


def _finite(raw: object) -> float | None:
    number = float(str(raw))
    return number if isfinite(number) else None
