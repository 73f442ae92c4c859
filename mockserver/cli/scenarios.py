"""scenarios: list what ships, show one, check files; needs no server."""

import json
from argparse import Namespace
from pathlib import Path

from mockserver.app import build
from mockserver.cli.tools.arguments import Parser
from mockserver.cli.tools.output import print_error, print_json, print_line, print_table
from mockserver.config import Config
from mockserver.edge.staging.stage import STAGE, Stage
from mockserver.errors import ScenarioError
from mockserver.scenarios.written.language import schema
from mockserver.scenarios.written.magic import MAGIC
from mockserver.scenarios.written.model import Scenario
from mockserver.scenarios.written.parameters import text_of

__all__ = ["praise", "problems", "run"]


def run(verb: str, given: list[str]) -> int:
    """List, show or check scenarios; 2 if one that was asked about is wrong.

    Raises:
        ScenarioError: There is none of that name.
    """
    options = _options(verb, given)
    if options.action == "schema":
        print_json(schema())
        return 0
    if options.magic:
        _print_magic(options)
        return 0
    stage = build(Config(pace="manual")).app[STAGE]
    if options.action == "show":
        return _show(stage, options)
    if options.action == "validate":
        return _validate(stage, options)
    return _list(stage, options)


def problems(stage: Stage, names: list[str] | None = None) -> list[str]:
    """Return what is wrong with scenarios, one line each; with all if none is named."""
    found = []
    for name in names or stage.library.names():
        try:
            scenario = stage.read(name)
        except ScenarioError as error:
            found.append(str(error))
            continue
        stem = Path(scenario.origin).stem
        if stem != scenario.name:
            found.append(
                f"{scenario.origin}: scenario: found {scenario.name!r}, expected"
                f" {stem!r}, the name of its file"
            )
    return found


def praise(stage: Stage, names: list[str]) -> int:
    """Print that scenarios are fine, or warnings; return how many."""
    warned = [one for name in names for one in stage.warnings(name)]
    for warning in warned:
        print_error(f"warning: {warning.message}")
    said = _counted(len(warned), "warning") if warned else "fine"
    print_line(f"{_counted(len(names), 'scenario')}: {said}")
    return len(warned)


def _options(verb: str, given: list[str]) -> Namespace:
    parser = Parser(
        verb,
        "List the scenarios that ship and those in ./scenarios, show one, dry-run"
        " files, or print the JSON Schema for editors.",
    )
    actions = ("list", "show", "validate", "schema")
    parser.add_argument("action", nargs="?", choices=actions, default="list")
    parser.add_argument("scenario", nargs="*", help="Names, or paths of files.")
    parser.add_argument("--provider", metavar="SLUG", help="Only those for it.")
    parser.add_argument(
        "--magic", action="store_true", help="List the magic suffixes instead."
    )
    parser.add_argument("--json", action="store_true", help="Print JSON.")
    parser.add_argument(
        "--strict", action="store_true", help="Warnings are errors (validate)."
    )
    options = parser.parse(given)
    if options.strict and options.action != "validate":
        parser.error(f"--strict belongs to validate, not to {options.action}")
    if options.action == "show" and len(options.scenario) != 1:
        parser.error("show needs the name of one scenario")
    return options


def _list(stage: Stage, options: Namespace) -> int:
    names = [name for name in stage.library.names() if stage.concerns(name)]
    found = [stage.read(name) for name in names]
    fitting = [one for one in found if options.provider in {None, one.provider}]
    if options.json:
        print_json([one.document for one in fitting])
        return 0
    rows = (
        (one.name, _where(stage, one), "preset" if one.is_preset else "",
         " ".join(f"{p.name}={text_of(p.default)}" for p in one.parameters), one.about)
        for one in fitting
    )  # fmt: skip
    titles = ("SCENARIO", "SHOWS AT", "KIND", "PARAMETERS", "WHAT HAPPENS")
    print_table(titles, rows)
    return 0


def _where(stage: Stage, scenario: Scenario) -> str:
    """Return the providers at which a scenario shows, said as briefly as can be."""
    shown = stage.shows_at(scenario)
    others = [slug for slug in stage.catalogue if slug not in shown]
    if len(others) >= len(shown):
        return ", ".join(shown)
    return f"all but {', '.join(others)}" if others else "all"


def _show(stage: Stage, options: Namespace) -> int:
    name = options.scenario[0]
    source = stage.library.source(name)
    stage.check(source)
    file = stage.library.path(name)
    if options.json or file is None:
        print_json(source.document)
    else:
        print_line(file.read_text(encoding="utf-8").rstrip())
    return 0


def _validate(stage: Stage, options: Namespace) -> int:
    names: list[str] = options.scenario
    found = problems(stage, names)
    for line in found:
        print_error(line)
    if found:
        return 2
    names = names or stage.library.names()
    warned = praise(stage, names)
    return 2 if warned and options.strict else 0


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _print_magic(options: Namespace) -> None:
    words = [(f"__{w.form}", w.example, w.about) for w in MAGIC.values()]
    if options.json:
        names = ("suffix", "example", "about")
        print_line(json.dumps([dict(zip(names, w, strict=True)) for w in words]))
        return
    print_line("At the end of a title, template, storyboard value, draft, movie or")
    print_line("name of the request, in any provider:")
    print_line()
    print_table(("SUFFIX", "EXAMPLE", "THE JOB"), words)
