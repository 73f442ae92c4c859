"""Endpoints about the server itself: health, version, providers, seed, end."""

import platform
from collections.abc import Sequence
from typing import Any, Final

import aiohttp

from mockserver.edge.api import shapes
from mockserver.edge.api.endpoints import ApiError, Ask, Endpoints
from mockserver.edge.api.openapi import document
from mockserver.edge.api.parts import Reach, Row, Rows, summed
from mockserver.edge.api.views import Views
from mockserver.edge.replay.trials import command, written
from mockserver.edge.routing.hops import hops_of
from mockserver.engine.clock import monotonic_s
from mockserver.engine.keyring import Grant
from mockserver.providers.provider import Provider
from mockserver.version import __version__

__all__ = ["table"]

table: Final = Endpoints()
_ADDED: Final = ("spaces", "jobs", "exchanges", "bugs")
_NAME: Final = "video-mockserver"
_MAIN: Final = "main"


def _added(told: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    count = {"workers": len(told)} if told[0][0] else {}
    return {**summed(_ADDED, told), **count}


@table.get(
    "/health",
    "health",
    is_at_once=True,
    about="Tell that the process is alive.",
    answer=shapes.record({"status": shapes.choice(["ok"])}),
    is_public=True,
)
async def health(ask: Ask) -> dict[str, Any]:  # noqa: ARG001 - a handler
    """Return `{"status": "ok"}`."""
    return {"status": "ok"}


@table.get(
    "/ready",
    "ready",
    is_at_once=True,
    about="Tell whether requests are served; 503 once the server is about to end.",
    answer=shapes.record(
        {"ready": shapes.flag(), "providers": shapes.array(shapes.text())}
    ),
    errors=(503,),
    is_public=True,
)
async def ready(ask: Ask) -> dict[str, Any]:
    """Return `{"ready": true, "providers": [slug]}`."""
    trouble = _trouble(ask)
    if trouble:
        raise ApiError(503, f"ready: {trouble}")
    return {"ready": True, "providers": [*ask.services.providers]}


@table.get(
    "/workers",
    "list-workers",
    about="List the workers that serve together, the oldest first, with how each is.",
    answer=shapes.record(
        {
            "workers": shapes.array(
                shapes.record(
                    {
                        "id": shapes.text("Its name; empty if it is alone."),
                        "place": shapes.text("Where it takes requests from others."),
                        "is_asked": shapes.flag("It is the one that was asked."),
                        "ready": shapes.flag(),
                        "trouble": shapes.text("Why it is not; empty if it is."),
                        "uptime_s": shapes.number(),
                        "spaces": shapes.integer("How many it has open."),
                        "handed_over": shapes.integer(
                            "Requests that it has let others answer."
                        ),
                    }
                )
            )
        }
    ),
    reach=Reach.AWAKE,
)
async def list_workers(ask: Ask) -> Rows:
    """Return `{"workers": [...]}`."""
    directory = ask.services.spaces.directory
    me = None if directory is None else directory.me
    trouble = _trouble(ask)
    shown = {
        "id": "" if me is None else me.id,
        "place": "" if me is None else me.address.rpartition("@")[2],
        "is_asked": hops_of(ask.request) == 0,
        "ready": not trouble,
        "trouble": trouble,
        "uptime_s": monotonic_s() - ask.control.started_s,
        "spaces": len(ask.services.spaces),
        "handed_over": getattr(ask.instance.hand_over, "count", 0),
    }
    key = [0.0 if me is None else me.since, shown["id"]]
    return Rows(name="workers", rows=[Row(key, "", shown)])


def _trouble(ask: Ask) -> str:
    """Return why requests are not served; an empty text if they are."""
    ledger = ask.services.spaces.ledger
    if ask.control.stop.is_set():
        return "the server is about to end"
    if ledger is not None and ledger.trouble is not None:
        return f"the store: {ledger.trouble}"
    return ""


@table.get(
    "/version",
    "version",
    about="Tell which version this is.",
    answer=shapes.record(
        {
            "name": shapes.choice([_NAME]),
            "version": shapes.text(),
            "python": shapes.text(),
            "aiohttp": shapes.text(),
        }
    ),
)
async def version(ask: Ask) -> dict[str, Any]:  # noqa: ARG001 - a handler
    """Return name and versions."""
    return {
        "name": _NAME,
        "version": __version__,
        "python": platform.python_version(),
        "aiohttp": aiohttp.__version__,
    }


@table.get(
    "/status",
    "status",
    about="Tell how the server was started and what it holds.",
    answer=shapes.record(
        {
            "version": shapes.text(),
            "pace": shapes.text("What new spaces begin with."),
            "seed": shapes.integer("What new spaces begin with."),
            "auth": shapes.choice(["open", "strict"]),
            "uptime_s": shapes.number(),
            "urls": shapes.array(shapes.text(), "Where it listens."),
            "tls_port": shapes.maybe(shapes.integer("Where it speaks TLS.")),
            "spaces": shapes.integer(),
            "jobs": shapes.integer(),
            "exchanges": shapes.integer("Recorded since the start."),
            "bugs": shapes.integer("Our own mistakes; tests want 0."),
            "workers": shapes.integer("How many have answered, where several serve."),
        },
        optional=("workers",),
    ),
    reach=Reach.AWAKE,
    merge=_added,
)
async def status(ask: Ask) -> dict[str, Any]:
    """Return settings and counts."""
    spaces = ask.services.spaces
    return {
        "version": __version__,
        "pace": spaces.settings.pace.name,
        "seed": spaces.settings.seed,
        "auth": ask.services.options.auth,
        "uptime_s": monotonic_s() - ask.control.started_s,
        "urls": ask.instance.urls,
        "tls_port": ask.instance.tls_port,
        "spaces": len(spaces),
        "jobs": sum(
            len(space.jobs(slug)) for space in spaces for slug in space.slugs()
        ),
        "exchanges": ask.services.journal.recorded,
        "bugs": ask.instance.bugs.count,
    }


@table.get(
    "/openapi.json",
    "openapi",
    about="Describe this API (OpenAPI 3.1).",
    answer={"type": "object", "required": ["openapi", "info", "paths"]},
)
async def openapi(ask: Ask) -> dict[str, Any]:
    """Return the document."""
    return document(ask.control.endpoints)


@table.get(
    "/providers",
    "list-providers",
    about="List the providers, with how to point a client at each.",
    answer=shapes.record({"providers": shapes.array(shapes.ref("provider"))}),
)
async def list_providers(ask: Ask) -> dict[str, Any]:
    """Return `{"providers": [...]}`."""
    return {"providers": [_shown(ask, one) for one in ask.services.providers.values()]}


@table.get(
    "/providers/{provider}",
    "show-provider",
    about="Show one provider.",
    answer=shapes.ref("provider"),
    errors=(404,),
)
async def show_provider(ask: Ask) -> dict[str, Any]:
    """Return one provider."""
    known = ask.services.providers.get(ask.path["provider"])
    if known is None:
        expected = ", ".join(ask.services.providers)
        found = ask.path["provider"]
        raise ApiError(404, f"provider: found {found!r}, expected one of: {expected}")
    return _shown(ask, known)


@table.get(
    "/seed",
    "show-seed",
    about="Tell what the draws of new spaces depend on.",
    answer=shapes.ref("seed"),
)
async def show_seed(ask: Ask) -> dict[str, Any]:
    """Return `{"seed": int}`."""
    return {"seed": ask.services.spaces.settings.seed}


@table.post(
    "/seed",
    "set-seed",
    about="Let new spaces draw from another seed; those that are open keep theirs.",
    body=shapes.record({"seed": shapes.seed()}),
    answer=shapes.ref("seed"),
    reach=Reach.AWAKE,
)
async def set_seed(ask: Ask) -> dict[str, Any]:
    """Return `{"seed": int}`."""
    # JSON Schema takes 5.0 for an integer, and draws would differ from those of 5.
    seed = int(ask.body["seed"])
    ask.services.spaces.settings.change_seed(seed)
    return {"seed": seed}


@table.post(
    "/shutdown",
    "shutdown",
    is_at_once=True,
    about="End the server, once what is under way has been answered.",
    answer=shapes.record({"stopping": shapes.flag()}),
    status=202,
)
async def shutdown(ask: Ask) -> dict[str, Any]:
    """Set the event that whoever runs the server waits for."""
    ask.control.stop.set()
    return {"stopping": True}


def _shown(ask: Ask, provider: Provider) -> dict[str, Any]:
    slug, services = provider.slug, ask.services
    base = f"{ask.origin}/{slug}"
    views = Views(services)
    grant = _usable(ask, slug)
    credential = {} if grant is None else views.fields(grant)
    named = {"base": base, "key": grant.key if grant else "KEY", **credential}
    if grant is not None and grant.secret is not None:
        named["secret"] = grant.secret

    def filled(template: str) -> str:
        for name, value in named.items():
            template = template.replace(f"{{{name}}}", value)
        return template

    return {
        "slug": slug,
        "title": provider.title,
        "hosts": [*provider.hosts],
        "base_url": base,
        "variable": f"MOCKSERVER_{slug.upper().replace('-', '_')}_URL",
        "credential": credential,
        "start": command(provider.start, named),
        "trials": written(provider.start, named),
        "clients": {name: filled(how) for name, how in provider.clients.items()},
        "operations": [
            {"name": route.operation, "method": route.method, "path": route.path}
            for route in provider.routes
        ],
        "settings": [
            {
                "name": setting.name,
                "about": setting.about,
                "default": setting.default,
                "value": services.setting(slug, setting.name),
                "choices": [*setting.choices],
            }
            for setting in provider.settings
        ],
        "states": {word: phase.value for word, phase in provider.states.items()},
        "problems": [*provider.problems],
        "failures": [
            {
                "name": name,
                "error": error,
                "about": provider.reasons.get(error, ""),
                "is_usual": error == provider.failure.error,
            }
            for name, error in provider.failures.items()
        ],
    }


def _usable(ask: Ask, slug: str) -> Grant | None:
    """Return a public credential of the fixtures: of the main account, or any."""
    ask.services.learn_keys(slug)
    # What a user's own world holds may be a real one, and is shown to nobody.
    public = ask.services.public_keys(slug)
    grants = [
        grant
        for grant in ask.services.spaces.keyring.grants(slug=slug)
        if grant.origin == "fixture" and not grant.is_revoked and grant.key in public
    ]
    grants.sort(key=lambda grant: (grant.account != _MAIN, grant.kind != "key"))
    return grants[0] if grants else None
