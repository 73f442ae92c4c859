"""providers, routes: what can be served, without a server."""

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from mockserver.app import build
from mockserver.cli.check import problems
from mockserver.cli.tools.arguments import Parser
from mockserver.cli.tools.output import print_error, print_json, print_line, print_table
from mockserver.config import Config
from mockserver.providers import discover
from mockserver.providers.declared.language import schema
from mockserver.providers.declared.loading import mistakes
from mockserver.providers.plugin import AnyPlugin

__all__ = ["run"]


def run(verb: str, given: list[str]) -> int:
    """Print the providers, or their operations; or check the files of providers.

    Raises:
        ConfigError: A provider is unknown.
    """
    options = _parsed(verb, given)
    if verb == "providers" and options.slug[:1] == ["schema"]:
        print_json(schema())
        return 0
    if verb == "providers" and options.slug[:1] == ["validate"]:
        return _validate(options.slug[1:])
    providers = discover(options.slug).values()
    if verb == "providers":
        _print_providers(list(providers), options)
    else:
        _print_routes(list(providers), options)
    return 0


def _parsed(verb: str, given: list[str]) -> Namespace:
    if verb == "providers":
        what = (
            "List the providers, or check files that describe one (`providers validate"
            " FILE`), or print the JSON Schema of such files (`providers schema`)"
        )
    else:
        what = "List the operations of providers"
    parser = Parser(verb, f"{what}; needs no server.")
    parser.add_argument("slug", nargs="*", help="Only these providers, also files.")
    parser.add_argument("--json", action="store_true", help="Print JSON.")
    return parser.parse(given)


def _validate(names: list[str]) -> int:
    """Print what is wrong with the files of providers; with those that ship, if none.

    Raises:
        ConfigError: There is no such file.
    """
    files = [Path(name) for name in names] or [*discover().files.values()]
    found = [line for file in files for line in _problems(file)]
    for line in found:
        print_error(line)
    if found:
        return 2
    print_line(f"{len(files)} provider{'' if len(files) == 1 else 's'}: fine")
    return 0


def _problems(file: Path) -> list[str]:
    """Return what is wrong with a file, and with what its spaces begin with."""
    found = mistakes(file)
    if found:
        return found
    instance = build(Config(pace="manual", providers=(str(file.absolute()),)))
    services = instance.services
    return [line for slug in services.providers for line in problems(services, slug)]


def _print_providers(providers: list[AnyPlugin], options: Namespace) -> None:
    if options.json:
        print_json([_described(provider) for provider in providers])
        return
    names = ("PROVIDER", "NAME", "OPERATIONS", "PATH", "HOSTS")
    rows = (
        (
            one.slug,
            one.title,
            len(list(one.routes)),
            f"/{one.slug}",
            ", ".join(one.hosts),
        )
        for one in providers
    )
    print_table(names, rows)


def _described(provider: AnyPlugin) -> dict[str, object]:
    return {
        "slug": provider.slug,
        "title": provider.title,
        "path": f"/{provider.slug}",
        "hosts": list(provider.hosts),
        "operations": [route.operation for route in provider.routes],
        "settings": [
            {
                "name": setting.name,
                "default": setting.default,
                "about": setting.about,
                "choices": list(setting.choices),
            }
            for setting in provider.settings
        ],
    }


def _print_routes(providers: list[AnyPlugin], options: Namespace) -> None:
    rows = [row for provider in providers for row in _routes(provider)]
    if options.json:
        names = ("method", "path", "operation", "provider", "credentials")
        print_json([dict(zip(names, row, strict=True)) for row in rows])
        return
    shown = (
        (method, path, name, "needed" if locked else "none")
        for method, path, name, _, locked in rows
    )
    print_table(("METHOD", "PATH", "OPERATION", "CREDENTIALS"), shown)


def _routes(provider: AnyPlugin) -> Iterator[tuple[str, str, str, str, bool]]:
    for route in provider.routes:
        path = f"/{provider.slug}{route.path}"
        locked = route.public is None
        yield route.method, path, route.operation, provider.slug, locked
