"""Arguments: one parser for all verbs, and flags made from the settings."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Final, NoReturn

from mockserver.errors import MockserverError

__all__ = ["SHOW", "Parser", "Shown", "UsageError", "add_settings", "flags_of"]

SHORT: Final = {"port": "-p", "host": "-H", "quiet": "-q"}

SHOW: Final = "--show-parser"
"""In place of a verb's arguments: asks for its parser, so that nothing is done."""


class Shown(Exception):  # noqa: N818 - no error, an answer
    """A verb's parser, which was asked for.

    Attributes:
        parser: It.
    """

    def __init__(self, parser: ArgumentParser) -> None:
        super().__init__(parser.prog)
        self.parser = parser


class UsageError(MockserverError):
    """The command line is wrong; the message names the verb and the argument."""


class Parser(ArgumentParser):
    """Complains in one line, and takes no abbreviations that may change meaning."""

    def __init__(self, verb: str, description: str) -> None:
        super().__init__(
            prog=f"mockserver {verb}", description=description, allow_abbrev=False
        )

    def error(self, message: str) -> NoReturn:
        """Raise a `UsageError` in place of printing the usage and leaving."""
        verb = self.prog.removeprefix("mockserver ")
        raise UsageError(f"{verb}: {message}; see {self.prog} -h")

    def parse(self, given: list[str]) -> Namespace:
        """Return the options.

        Raises:
            UsageError: An argument is wrong; for an unknown flag, names the nearest.
            Shown: The parser itself was asked for.
        """
        if given == [SHOW]:
            raise Shown(self)
        options, surplus = self.parse_known_intermixed_args(given)
        if surplus:
            flag = surplus[0].partition("=")[0]
            near = get_close_matches(flag, self._option_string_actions, 1)
            right = f", did you mean {near[0]}?" if near else ""
            self.error(f"unknown argument {surplus[0]!r}{right}")
        return options


def add_settings(parser: ArgumentParser, settings: Iterable[Any]) -> None:
    """Give a parser `--config`, `--set` and one flag for each setting."""
    parser.add_argument("--config", metavar="FILE", help="Read this file of settings.")
    parser.add_argument(
        "--set",
        metavar="SLUG.KEY=VALUE",
        action="append",
        help="Set a provider's own setting; repeatable.",
    )
    for setting in settings:
        _add(parser, setting)


def flags_of(options: Namespace, settings: Iterable[Any]) -> Mapping[str, object]:
    """Return the flags that were given, by field name of `Config`."""
    names = ["set", *(setting.name for setting in settings)]
    given = ((name, getattr(options, name, None)) for name in names)
    return {name: value for name, value in given if value is not None}


def _add(parser: ArgumentParser, setting: Any) -> None:
    names = [*filter(None, [SHORT.get(setting.name)]), setting.flag]
    options: dict[str, Any] = {
        "dest": setting.name,
        "help": f"{setting.about} ({setting.env})".replace("%", "%%"),
    }
    if setting.kind.is_switch:
        options |= {"nargs": "?", "const": True, "metavar": "yes|no"}
    else:
        options["action"] = "append" if setting.kind.is_many else "store"
        options["metavar"] = setting.key.rpartition("_")[2].upper()
    parser.add_argument(*names, **options)
