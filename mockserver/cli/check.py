"""check: settings, schemas, fixtures and scenarios are as they should be; offline."""

import json
import os
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path

from mockserver import resources
from mockserver.app import build
from mockserver.cli.scenarios import praise
from mockserver.cli.scenarios import problems as scenario_problems
from mockserver.cli.tools.arguments import Parser
from mockserver.cli.tools.output import print_error, print_line
from mockserver.config import Config, load_config
from mockserver.edge.staging.stage import STAGE, Stage
from mockserver.errors import MockserverError
from mockserver.providers.services import Services
from mockserver.validation import SchemaSet

__all__ = ["problems", "run"]


def run(verb: str, given: list[str]) -> int:
    """Print each problem on stderr; return 2 if there is any, else 0.

    Raises:
        ConfigError: A setting is wrong, or a provider unknown.
    """
    parser = Parser(
        verb, "Check settings, schemas, fixtures and scenarios; needs no server."
    )
    parser.add_argument("slug", nargs="*", help="Only these providers.")
    parser.add_argument("--config", metavar="FILE", help="Read this file of settings.")
    parser.add_argument(
        "--world", metavar="FILE", action="append", help="Check this world file, too."
    )
    options = parser.parse(given)
    file = Path(options.config) if options.config else None
    loaded = load_config({"world": options.world}, os.environ, Path.cwd(), file)
    slugs = tuple(options.slug)
    config = Config(pace="manual", providers=slugs, world=loaded.world)
    instance = build(config)
    services, stage = instance.services, instance.app[STAGE]
    found = [line for slug in services.providers for line in problems(services, slug)]
    scenarios = _scenarios(stage, tuple(options.slug))
    found += scenario_problems(stage, scenarios) if scenarios else []
    for line in found:
        print_error(line)
    if found:
        return 2
    _praise(services)
    if scenarios:
        praise(stage, scenarios)
    return 0


def _scenarios(stage: Stage, slugs: tuple[str, ...]) -> list[str]:
    """Return the scenarios to check: all, or those that are for some providers."""
    names = stage.library.names()
    return [name for name in names if not slugs or stage.provider_of(name) in slugs]


def problems(services: Services, slug: str) -> Iterator[str]:
    """Return what is wrong with a provider's data, one line each."""
    try:
        schemas = services.schemas(slug)
    except MockserverError as error:
        yield str(error)
        return
    for file in _examples(services, slug):
        yield from _misfits(schemas, file, f"{slug}/examples/{file.name}")
    try:
        # Furnishing a space reads what reading the file alone leaves unread.
        for account in services.world(slug).accounts:
            services.spaces.open(f"{slug}.{account}").furnish(slug)
    except MockserverError as error:
        yield str(error)


def _examples(services: Services, slug: str) -> list[Traversable]:
    try:
        folder = resources.fixtures(slug, package=services.providers[slug].anchor)
    except MockserverError:
        return []
    home = folder / "examples"
    files = home.iterdir() if home.is_dir() else ()
    named = (file for file in files if file.name.endswith(".json"))
    return sorted(named, key=lambda file: file.name)


def _misfits(schemas: SchemaSet, file: Traversable, place: str) -> Iterator[str]:
    try:
        example = json.loads(file.read_bytes())
    except ValueError as error:
        yield f"{place}: found no JSON: {error}"
        return
    name = _schema_of(schemas, file.name.removesuffix(".json"))
    if name is None:
        yield (
            f"{place}: found no schema for it, expected a file name such as"
            " OPERATION.CASE.json or OPERATION.response.CASE.json"
        )
        return
    for violation in schemas.check(name, example):
        yield f"{place}: {violation.describe()} ({name}.json)"


def _schema_of(schemas: SchemaSet, example: str) -> str | None:
    """Return the schema that an example is for: the longest name that fits.

    `video.documented` is a request of `video`; `video.response.full` an answer.
    """
    parts = example.split(".")
    heads = [".".join(parts[:count]) for count in range(len(parts), 0, -1)]
    wanted = [*heads, f"{parts[0]}.request", f"{parts[0]}.response"]
    return next((name for name in wanted if name in schemas), None)


def _praise(services: Services) -> None:
    for slug in services.providers:
        schemas = len(services.schemas(slug).names)
        examples = len(_examples(services, slug))
        accounts = len(services.world(slug).accounts)
        print_line(
            f"{slug}: {schemas} schemas, {examples} examples, {accounts} accounts: fine"
        )
