"""providers, routes: what can be served, without a server."""

from argparse import Namespace
from collections.abc import Iterator

from mockserver.cli.arguments import Parser
from mockserver.cli.output import print_json, print_table
from mockserver.providers import discover
from mockserver.providers.plugin import AnyPlugin

__all__ = ["run"]


def run(verb: str, given: list[str]) -> int:
    """Print the providers, or their operations.

    Raises:
        ConfigError: A provider is unknown.
    """
    options = _parsed(verb, given)
    providers = discover(options.slug).values()
    if verb == "providers":
        _print_providers(list(providers), options)
    else:
        _print_routes(list(providers), options)
    return 0


def _parsed(verb: str, given: list[str]) -> Namespace:
    what = "the providers" if verb == "providers" else "the operations of providers"
    parser = Parser(verb, f"List {what}; needs no server.")
    parser.add_argument("slug", nargs="*", help="Only these providers.")
    parser.add_argument("--json", action="store_true", help="Print JSON.")
    return parser.parse(given)


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
