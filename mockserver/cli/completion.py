"""completion: print what completes the command in a shell, made from its parsers."""

from argparse import Action, ArgumentParser
from typing import Final

import shtab

from mockserver.cli import VERBS, module_of
from mockserver.cli.tools.arguments import SHOW, Parser, Shown
from mockserver.cli.tools.output import print_line
from mockserver.config import SETTINGS

__all__ = ["SHELLS", "parser_of", "run"]

SHELLS: Final = ("bash", "zsh", "fish")
_PATHS: Final = {
    "config": shtab.FILE,
    "port_file": shtab.FILE,
    "media_dir": shtab.DIRECTORY,
}
_WORDS: Final = {one.name: one.kind.choices for one in SETTINGS if one.kind.choices}
_HOW: Final = """\
Print a script that completes verbs, flags and values. To have it in each new shell:
bash: mockserver completion bash > ~/.local/share/bash-completion/completions/mockserver
zsh: mockserver completion zsh > a folder of $fpath, as the file _mockserver
fish: mockserver completion fish > ~/.config/fish/completions/mockserver.fish"""


def run(verb: str, given: list[str]) -> int:
    """Print the script of a shell.

    Raises:
        UsageError: There is none for that shell.
    """
    parser = Parser(verb, _HOW)
    parser.add_argument("shell", choices=SHELLS, help="Which shell it is for.")
    options = parser.parse(given)
    print_line(shtab.complete(_whole(), options.shell))
    return 0


def parser_of(verb: str) -> ArgumentParser:
    """Return the parser that a verb would read its arguments with."""
    try:
        module_of(verb).run(verb, [SHOW])
    except Shown as shown:
        return shown.parser
    raise AssertionError(f"{verb} does not read its arguments")


def _whole() -> ArgumentParser:
    """Return one parser for the command with all of its verbs."""
    whole = ArgumentParser(prog="mockserver")
    whole.add_argument("--version", action="store_true", help="Print the version.")
    verbs = whole.add_subparsers(parser_class=ArgumentParser)
    for verb, (_, about) in VERBS.items():
        parser = parser_of(verb)
        for action in parser._actions:  # noqa: SLF001 - argparse has no other way
            _complete_value(action)
        verbs.add_parser(verb, parents=[parser], add_help=False, help=about)
    return whole


def _complete_value(action: Action) -> None:
    """Say what the value of an argument may be, in the words of shtab."""
    if action.dest in _WORDS:
        action.choices = action.choices or _WORDS[action.dest]
    if action.dest in _PATHS:
        action.complete = _PATHS[action.dest]  # type: ignore[attr-defined]  # as said
