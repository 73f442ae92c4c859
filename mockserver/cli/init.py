"""init: write a file to start from: a world, or a provider of its OpenAPI document."""

import json
import sys
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from textwrap import indent
from typing import Any, Final

import yaml

from mockserver import resources
from mockserver.cli.tools.arguments import Parser
from mockserver.cli.tools.client import Client, RefusedError, add_client_options
from mockserver.cli.tools.output import print_error, print_line
from mockserver.errors import ConfigError
from mockserver.providers import discover
from mockserver.providers.declared import described
from mockserver.providers.declared.drafting import draft
from mockserver.providers.declared.loading import mistakes
from mockserver.providers.provider import Provider
from mockserver.providers.worldschema import world_schema

__all__ = ["run", "starting_point"]

NAME: Final = "world.yaml"
_HEAD: Final = """\
# The world of video-mockserver: what its spaces begin with, beside what is shipped.
# Serve it with `mockserver serve --world {name}`; `mockserver check --world {name}`
# says what is wrong with it. Ids that nobody declares come to be on first use.
#
# extends: nothing   # leave out everything that is shipped
"""


def run(verb: str, given: list[str]) -> int:
    """Write the file, or print it for `--out -`.

    Raises:
        ConfigError: There is no such provider.
        RefusedError: The file exists.
        UnreachableError: There is no server to take over from.
    """
    parser = _parser(verb)
    options = parser.parse(given)
    if options.what == "provider":
        _write_provider(parser, options)
        return 0
    if options.schema:
        text = json.dumps(world_schema(discover()), indent=2, ensure_ascii=False)
        print_line(text)
        return 0
    out = options.out or NAME
    if options.from_journal:
        query = {"space": options.space} if options.space else {}
        used = Client.of(options).get("world", **query)
        text = _taken(used, options.provider, out)
    else:
        text = starting_point(discover(tuple(options.provider or ())), out)
    _write(text, out, is_forced=options.force)
    if out != "-":
        print_line(f"wrote {out}; serve it with: mockserver serve --world {out}")
    return 0


def _write_provider(parser: Parser, options: Namespace) -> None:
    """Write a provider's file, and say what has been guessed.

    Raises:
        ConfigError: There is no OpenAPI document of version 3.
        RefusedError: The file exists.
    """
    if options.origin is None:
        parser.error("provider needs --from FILE, an OpenAPI document")
    api = described.read(_document(Path(options.origin)), options.origin)
    out = options.out or f"{api.slug}.yaml"
    text = draft(api, Path(options.origin).name)
    _write(text, out, is_forced=options.force)
    if out == "-":
        return
    guesses = text.count("# Guessed:")
    print_line(f"wrote {out}, with {guesses} guesses to look at; serve it with:")
    print_line(f"mockserver serve --provider ./{out} --watch")
    for line in mistakes(Path(out)):
        print_error(f"it does not fit yet: {line}")


def _document(file: Path) -> Any:
    try:
        return yaml.safe_load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise ConfigError(f"{file}: found no readable document: {reason}") from error


def starting_point(providers: Mapping[str, Provider], name: str = NAME) -> str:
    """Return a commented world file with a section for each of some providers."""
    parts = [_HEAD.format(name=name)]
    for slug, provider in providers.items():
        section = _example(provider)
        title = f"# {provider.title}\n{slug}:"
        parts.append(f"{title}\n{indent(section, '  ')}" if section else f"{title}\n")
    return "\n".join(parts)


def _parser(verb: str) -> Parser:
    parser = Parser(
        verb,
        "Write a world file: what spaces have of your own. Or a provider's file, of an"
        " OpenAPI document (`init provider --from openapi.yaml`).",
    )
    parser.add_argument(
        "what", nargs="?", choices=("world", "provider"), default="world"
    )
    parser.add_argument(
        "--from", dest="origin", metavar="FILE", help="The OpenAPI document."
    )
    parser.add_argument(
        "--provider",
        metavar="SLUG",
        action="append",
        help="Only for this provider; repeatable.",
    )
    parser.add_argument(
        "--from-journal",
        action="store_true",
        help="Make a world of what your application has used on a running server.",
    )
    parser.add_argument(
        "--out",
        metavar="FILE",
        help=f"Where to; {NAME}, or SLUG.yaml of a provider, if missing.",
    )
    parser.add_argument("--force", action="store_true", help="Replace the file.")
    parser.add_argument(
        "--schema", action="store_true", help="Print the JSON Schema of world files."
    )
    add_client_options(parser)
    return parser


def _example(provider: Provider) -> str:
    try:
        folder = resources.fixtures(provider.slug, package=provider.anchor)
    except ConfigError:
        return ""
    file = folder / "start.yaml"
    return file.read_text("utf-8") if file.is_file() else ""


def _taken(used: Mapping[str, Any], slugs: list[str] | None, name: str) -> str:
    wanted = {k: v for k, v in used.items() if not slugs or k in slugs}
    head = _HEAD.format(name=name)
    if not wanted:
        return f"{head}# Nothing has been used yet that is not declared.\n"
    body = yaml.safe_dump(wanted, sort_keys=False, allow_unicode=True, width=88)
    return f"{head}\n{body}"


def _write(text: str, out: str, *, is_forced: bool) -> None:
    if out == "-":
        sys.stdout.write(text)
        return
    file = Path(out)
    if file.exists() and not is_forced:
        raise RefusedError(f"{out}: found a file; --force replaces it")
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        raise RefusedError(f"{out}: cannot be written: {error}") from error
