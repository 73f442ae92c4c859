"""env: print the variables that lead a program's clients to a running server."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from mockserver.cli.tools.arguments import Parser
from mockserver.cli.tools.client import Client, add_client_options
from mockserver.cli.tools.output import print_json, print_line
from mockserver.cli.tools.surroundings import variables
from mockserver.config import load_config
from mockserver.server.sockets.trust import trust_files

__all__ = ["run"]


def run(verb: str, given: list[str]) -> int:
    """Print exports for a shell, or JSON.

    Raises:
        RefusedError: The server says no.
        StartError: The CA's folder cannot be used.
        UnreachableError: There is no server.
    """
    parser = Parser(
        verb,
        "Print the variables that lead a program's clients to a running server: "
        'eval "$(mockserver env)".',
    )
    parser.add_argument(
        "--shell", choices=("sh", "fish", "dotenv"), default="sh", help="Whose exports."
    )
    parser.add_argument(
        "--no-proxy",
        action="store_true",
        help="Only MOCKSERVER_URL and each provider's MOCKSERVER_<SLUG>_URL.",
    )
    parser.add_argument("--state-dir", dest="state_dir", metavar="DIR",
                        help="The server's own --state-dir.")  # fmt: skip
    add_client_options(parser, has_space=False)
    options = parser.parse(given)
    told = Client.of(options).get("providers")["providers"]
    urls = {one["slug"]: str(one["base_url"]) for one in told}
    url = next(iter(urls.values())).rpartition("/")[0]
    trust = None
    if not options.no_proxy:
        flags = {"state_dir": options.state_dir}
        trust = trust_files(load_config(flags, os.environ, Path.cwd()).state_folder)
    java = os.environ.get("JAVA_TOOL_OPTIONS", "")
    found = variables(url, urls, trust, java)
    if options.json:
        print_json(found)
    else:
        _print(found, options.shell)
    return 0


def _print(found: Mapping[str, str], shell: str) -> None:
    begin, between = {
        "sh": ("export ", "="), "fish": ("set -gx ", " "), "dotenv": ("", "="),
    }[shell]  # fmt: skip
    for name, value in found.items():
        print_line(f"{begin}{name}{between}{shlex.quote(value)}")
