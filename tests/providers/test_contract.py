"""What every provider must do; a new one gets these tests for nothing."""

import json
import re
import shlex
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from typing import Any

import pytest
from aiohttp import ClientResponse, encode_basic_auth
from aiohttp.test_utils import make_mocked_request
from yarl import URL

from mockserver import resources
from mockserver.app import build
from mockserver.engine.chance import Chance
from mockserver.engine.timeline import Phase
from mockserver.errors import (
    ConflictError,
    ForbiddenError,
    InvalidPayloadError,
    MethodNotAllowedError,
    NotFoundError,
    NotReadyError,
    PayloadTooLargeError,
    ProviderError,
    RateLimitError,
    UnauthorizedError,
    UnavailableError,
    UnreadableBodyError,
    Violation,
)
from mockserver.providers import discover
from mockserver.providers.call import Call
from mockserver.providers.door import Door
from mockserver.providers.routes import Route
from mockserver.scenarios.problems import PROBLEMS
from mockserver.validation import SchemaSet
from tests.deep import Sample
from tests.providers.conftest import Running, Serve

PROVIDERS = discover()
every_provider = pytest.mark.parametrize("slug", PROVIDERS)
ROUTES = [
    pytest.param(slug, route, id=f"{slug}-{route.operation}-{route.method}")
    for slug, provider in PROVIDERS.items()
    for route in provider.routes
]
every_route = pytest.mark.parametrize(("slug", "route"), ROUTES)
locked_routes = pytest.mark.parametrize(
    ("slug", "route"),
    [case for case in ROUTES if case.values[1].public is None],  # type: ignore[union-attr]  # a Route
)


def examples(slug: str) -> list[Traversable]:
    folder = resources.fixtures(slug, package=PROVIDERS[slug].anchor) / "examples"
    return sorted(folder.iterdir(), key=lambda file: file.name)


EXAMPLES = [
    pytest.param(slug, file, id=f"{slug}-{file.name}")
    for slug in PROVIDERS
    for file in examples(slug)
]


def concrete(route: Route[Any]) -> str:
    """Return a path of the route, with a made-up value for each parameter."""
    names = [part.split(":")[0].strip("{}") for part in route.path.split("{")[1:]]
    filled = {name.split("}")[0]: "nothing" for name in names}
    return route.fill(**filled)


@every_provider
def test_a_provider_says_who_it_is(slug: str) -> None:
    provider = PROVIDERS[slug]

    assert provider.slug == slug
    assert provider.title
    assert provider.hosts
    assert provider.start[0].keeps
    assert len(provider.start) == 3


def _basic(pair: str) -> list[str]:
    return ["Authorization", encode_basic_auth(*pair.split(":", 1))]


def _curl() -> ArgumentParser:
    """Return what reads the curl commands of providers."""
    parser = ArgumentParser()
    parser.add_argument("program", choices=["curl"])
    parser.add_argument("url")
    parser.add_argument("-sS", action="store_true")
    parser.add_argument("-H", action="append", type=lambda header: header.split(": "))
    parser.add_argument("-u", action="append", dest="H", type=_basic)
    parser.add_argument("-d", type=str.encode)
    return parser


async def start_command(running: Running, slug: str) -> Namespace:
    """Return `url`, `H` (pairs) and `d` (bytes) of a provider's start command."""
    shown = await running.client.get(f"/_mock/api/providers/{slug}")
    return _curl().parse_args(shlex.split((await shown.json())["start"]))


@every_provider
def test_who_signs_webhooks_says_how(slug: str) -> None:
    signing = PROVIDERS[slug].signing

    assert signing is None or "; " in signing.about


@every_provider
async def test_the_start_command_makes_a_job(serve: Serve, slug: str) -> None:
    running = await serve(providers=(slug,))
    words = await start_command(running, slug)

    made = await running.client.session.post(
        words.url,
        data=words.d,
        headers=words.H,
    )

    new = [
        job
        for space in running.instance.services.spaces
        for _, job in space.all_jobs()
        if job.ordinal >= 0  # fixtures count downwards
    ]
    assert made.status in {200, 201, 202}
    assert len(new) == 1


@every_provider
def test_the_first_calls_name_no_secret(slug: str) -> None:
    services = build(providers=(slug,)).services
    services.learn_keys(slug)

    told = [
        grant
        for grant in services.spaces.keyring.grants(slug=slug)
        if grant.secret and grant.secret in str(PROVIDERS[slug].start)
    ]

    assert told == []


@every_route
def test_every_route_is_documented(slug: str, route: Route[Any]) -> None:
    assert route.operation.replace("-", "").replace("_", "").isalnum()
    assert (route.handler.__doc__ or "").strip()


@every_provider
def test_schemas_compile_and_an_error_schema_is_there(slug: str) -> None:
    schemas = SchemaSet.load(resources.schemas(slug, package=PROVIDERS[slug].anchor))

    assert "error" in schemas


@every_provider
def test_schemas_are_named_after_operations(slug: str) -> None:
    provider = PROVIDERS[slug]
    operations = {route.operation for route in provider.routes}
    schemas = SchemaSet.load(resources.schemas(slug, package=provider.anchor))

    ends = (".request", ".response")
    strangers = [
        name
        for name in schemas.names
        if name.endswith(ends) and name.split(".")[0] not in operations
    ]

    assert strangers == []


@pytest.mark.parametrize(("slug", "file"), EXAMPLES)
def test_examples_fit_their_schemas(slug: str, file: Traversable) -> None:
    schemas = SchemaSet.load(resources.schemas(slug, package=PROVIDERS[slug].anchor))
    operation = file.name.split(".")[0]
    names = [f"{operation}.request", f"{operation}.response"]

    fitting = [
        name
        for name in names
        if name in schemas
        and not schemas.check(name, json.loads(file.read_text("utf-8")))
    ]

    assert fitting


@every_provider
def test_what_failures_mean_is_said_of_known_ones(slug: str) -> None:
    provider = PROVIDERS[slug]

    assert provider.reasons.keys() <= {*provider.failures.values()}
    assert all(provider.reasons.values())


@pytest.mark.parametrize("slug", ["fal", "google", "hourone", "luma", "openai"])
def test_each_failure_of_ours_says_what_it_means(slug: str) -> None:
    provider = PROVIDERS[slug]

    assert provider.reasons.keys() == {*provider.failures.values()}


@every_provider
def test_every_default_life_shows_a_state_before_its_end(slug: str) -> None:
    for timeline in PROVIDERS[slug].timelines.values():
        phases = [step.phase for step in timeline.steps]

        assert not phases[0].is_terminal
        assert phases[-1] is Phase.SUCCEEDED


@every_provider
def test_every_state_of_every_life_has_a_phase(slug: str) -> None:
    provider = PROVIDERS[slug]
    for timeline in provider.timelines.values():
        assert timeline.states().items() <= dict(provider.states).items()
    assert provider.failure.phase is Phase.FAILED


@every_provider
def test_new_credentials_are_drawn_and_repeatable(slug: str) -> None:
    draw = PROVIDERS[slug].credential

    first, again, other = draw(Chance("a")), draw(Chance("a")), draw(Chance("b"))

    assert first == again
    assert first.fields[first.key] != other.fields[other.key]


@locked_routes
async def test_without_credentials_every_locked_door_stays_shut(
    serve: Serve, slug: str, route: Route[Any]
) -> None:
    running = await serve(providers=(slug,))

    response = await running.client.request(
        route.method, f"/{slug}{concrete(route)}", allow_redirects=False
    )

    assert response.status in {401, 403, 404}
    assert response.headers.get("X-Mock-Bug") is None


@every_provider
async def test_an_unknown_path_is_answered_in_the_providers_words(
    serve: Serve, slug: str
) -> None:
    running = await serve(providers=(slug,))

    response = await running.client.get(f"/{slug}/no/such/place/at/all")

    assert response.status == 404
    assert await fits_envelope(running, slug, response)


ERRORS: list[ProviderError] = [
    UnauthorizedError("missing"),
    UnauthorizedError("unknown"),
    ForbiddenError(),
    NotFoundError("route"),
    NotFoundError("job", id="x"),
    MethodNotAllowedError("route", allow="GET"),
    NotReadyError(),
    ConflictError("anything"),
    PayloadTooLargeError(limit=1, found=2),
    UnreadableBodyError("encoding", message="m"),
    UnreadableBodyError("syntax", message="m", offset=0),
    UnreadableBodyError("depth", message="m", offset=0),
    InvalidPayloadError((Violation(("a", 0), "type", "string", 7),)),
    RateLimitError(2.5),
    UnavailableError("internal"),
    UnavailableError("bug"),
]


@every_provider
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: f"{type(error).__name__}")
async def test_every_error_has_an_answer(
    serve: Serve, slug: str, error: ProviderError
) -> None:
    running = await serve(providers=(slug,))
    provider = PROVIDERS[slug]
    call = Call(
        make_mocked_request("GET", "/"),
        services=running.instance.services,
        provider=provider,
        door=Door("path", f"/{slug}"),
        path="/",
        route=next(iter(provider.routes)),
    )

    reply = provider.render_error(call, error)

    assert reply.status >= 200
    assert reply.content_type
    assert reply.body


def statuses_in(document: Any) -> set[int]:
    """Return all numbers of a document that look like an error's HTTP status."""
    if isinstance(document, dict | list):
        inner = document.values() if isinstance(document, dict) else document
        return {status for one in inner for status in statuses_in(one)}
    return {document} if document in range(400, 600) else set()


@every_provider
async def test_whatever_status_a_rule_asks_for_the_envelope_follows_it(
    serve: Serve, slug: str, sample: Sample
) -> None:
    """Every status for every problem; on every route, unless deepest, some."""
    running = await serve(providers=(slug,))
    provider = PROVIDERS[slug]
    request = make_mocked_request("GET", "/")
    calls = [
        Call(
            request,
            services=running.instance.services,
            provider=provider,
            door=Door("path", f"/{slug}"),
            path=concrete(route),
            route=route,
            parameters=dict.fromkeys(re.findall(r"\{(\w+)", route.path), "nothing"),
        )
        for route in provider.routes
    ]
    problems = {**PROBLEMS, **provider.problems}.values()
    every = range(400, 600)
    some = sample(every, plain=29, deep=7)
    anywhere = [(call, PROBLEMS["unavailable"], some) for call in calls]
    cases = [*anywhere, *((calls[0], problem, every) for problem in problems)]

    replies = [
        (status, provider.render_error(call, problem().with_status(status)))
        for call, problem, statuses in cases
        for status in statuses
    ]

    assert [(s, r.body) for s, r in replies if statuses_in(r.document) - {s}] == []
    assert [s for s, r in replies if not r.body] == []


@every_provider
@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000, b"null", b'"x"'])
async def test_a_broken_body_never_breaks_us(
    serve: Serve, slug: str, body: bytes
) -> None:
    running = await serve(providers=(slug,), auth="open")
    provider = running.instance.services.providers[slug]

    answers = [
        await running.client.request(
            route.method,
            f"/{slug}{concrete(route)}",
            data=body,
            headers={"Content-Type": "application/json"},
            allow_redirects=False,
        )
        for route in provider.routes
        if route.method in {"POST", "PUT", "PATCH"}
    ]

    assert [a.status for a in answers if a.headers.get("X-Mock-Bug")] == []
    assert [a.status for a in answers if a.status >= 500] == []


NASTY = {
    "half a pair": '"\\ud800"',
    "halves the wrong way round": '"x\\udc00\\ud83d.mp4"',
    "NUL": '"a\\u0000b"',
    "new lines": '"a\\r\\nX-Header: b"',
    "an infinite number": "1e400",
    "a tiny number": "-1e-300",
    "a large number": "1e300",
    "a number of 65 bits": "18446744073709551616",
    "a number of 63 bits": "9223372036854775807",
    "a number of 400 digits": "9" * 400,
    "a number below zero": "-9223372036854775808",
    "a deep list": "[" * 190 + "]" * 190,
    "too deep an object": '{"a":' * 300 + "1" + "}" * 300,
    "nothing": "null",
    "an empty text": '""',
    "a long text": '"' + "\U0001f600" * 5000 + '"',
    "a path": '"../../..%2f%00?x#y"',
    "a broken address": '"http://[::1:99999/\\u0000"',
}
_HOLE = "hole in the document"


def with_holes(document: Any) -> Iterator[Any]:
    """Return a document once for each of its places, with a hole there."""
    yield _HOLE
    if isinstance(document, dict):
        for name, inner in document.items():
            yield {(_HOLE if key == name else key): document[key] for key in document}
            yield from ({**document, name: holed} for holed in with_holes(inner))
    if isinstance(document, list):
        for at, inner in enumerate(document):
            for holed in with_holes(inner):
                yield [*document[:at], holed, *document[at + 1 :]]


def filled(document: Any, nasty: str) -> bytes:
    """Return a document as JSON with something nasty in its hole."""
    return json.dumps(document).replace(f'"{_HOLE}"', nasty).encode()


@every_provider
@pytest.mark.ffmpeg  # uploads that are waited for
@pytest.mark.slow
@pytest.mark.parametrize("nasty", NASTY)
async def test_a_nasty_value_anywhere_never_breaks_us(
    serve: Serve, slug: str, nasty: str, sample: Sample
) -> None:
    """Every value, and every place; unless deepest, some pairs of them."""
    running = await serve(providers=(slug,), auth="open", pace="x1000000")
    words, client = await start_command(running, slug), running.client
    started = [("POST", URL(words.url).path, json.loads(words.d))]
    documented = [
        (route.method, f"/{slug}{concrete(route)}", json.loads(file.read_text("utf-8")))
        for file in examples(slug)
        for route in PROVIDERS[slug].routes
        if route.operation == file.name.split(".")[0] and route.method != "GET"
    ]
    places = [
        (method, path, holed)
        for method, path, document in [*started, *documented]
        for holed in with_holes(document)
    ]
    chosen = sample(places, [*NASTY].index(nasty), plain=48, deep=12)

    answers = [
        await client.request(
            method,
            path,
            data=filled(holed, NASTY[nasty]),
            headers=words.H,
            allow_redirects=False,
        )
        for method, path, holed in chosen
    ]

    assert answers
    assert [answer for answer in answers if "X-Mock-Bug" in answer.headers] == []


async def fits_envelope(running: Running, slug: str, response: ClientResponse) -> bool:
    """Say whether an error's body fits the provider's error schema."""
    schemas = running.instance.services.schemas(slug)
    if not response.headers.get("Content-Type", "").startswith("application/json"):
        return bool(await response.text())
    return not schemas.check("error", await response.json())
