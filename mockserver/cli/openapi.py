"""openapi: describe the control API, or what we emulate of a provider."""

from mockserver import resources
from mockserver.cli.tools.arguments import Parser
from mockserver.cli.tools.output import print_json
from mockserver.edge import describe
from mockserver.edge.api import ENDPOINTS
from mockserver.edge.api.openapi import document
from mockserver.providers import discover
from mockserver.validation import SchemaSet

__all__ = ["run"]


def run(verb: str, given: list[str]) -> int:
    """Print an OpenAPI 3.1 document.

    Raises:
        ConfigError: The provider is unknown.
        SchemaError: One of its schemas is wrong.
    """
    parser = Parser(
        verb, "Print the OpenAPI document of the control API or a provider."
    )
    parser.add_argument(
        "slug", nargs="?", help="Of this provider; else of our own API."
    )
    options = parser.parse(given)
    if options.slug is None:
        print_json(document(ENDPOINTS))
        return 0
    provider = discover([options.slug])[options.slug]
    folder = resources.schemas(provider.slug, package=provider.anchor)
    print_json(describe.openapi(provider, SchemaSet.load(folder)))
    return 0
