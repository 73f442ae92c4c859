"""Endpoints about credentials, and about the world of what clients have used."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec.structs import replace

from mockserver.edge.api import shapes
from mockserver.edge.api.endpoints import ApiError, Ask, Endpoints
from mockserver.edge.api.parts import Reach
from mockserver.edge.api.views import Views
from mockserver.engine.keyring import Grant
from mockserver.errors import ConfigError
from mockserver.providers.takeover import used_world

__all__ = ["table"]

table: Final = Endpoints()
_CREDENTIAL: Final = shapes.ref("credential")
_NAMED: Final[Mapping[str, shapes.Schema]] = {
    "provider": shapes.text("Its slug."),
    "key": shapes.text("API key, account id or access key."),
    "kind": shapes.text("key if missing; the provider's others, such as bearer."),
}


def _one_world(told: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    world: dict[str, Any] = {}
    for _, part in told:
        _add(world, part)
    return world


def _add(whole: dict[str, Any], part: Mapping[str, Any]) -> None:
    """Let a document have what another one has beside it, at any depth."""
    for name, value in part.items():
        known = whole.get(name)
        if isinstance(known, dict) and isinstance(value, Mapping):
            _add(known, value)
        else:
            whole.setdefault(name, value)


async def _known(ask: Ask) -> None:
    """Know the credentials that other workers have made by now."""
    directory = ask.services.spaces.directory
    if directory is not None:
        await directory.refresh()


@table.get(
    "/credentials",
    "list-credentials",
    about="List the credentials that are known, with the space that each opens.",
    query={
        "space": shapes.text("Only those of this space."),
        "provider": shapes.text("Only those of this provider."),
    },
    answer=shapes.record({"credentials": shapes.array(_CREDENTIAL)}),
)
async def list_credentials(ask: Ask) -> dict[str, Any]:
    """Return `{"credentials": [...]}`."""
    await _known(ask)
    slug = ask.query.get("provider")
    if slug is not None:
        ask.provider(slug, "query/provider")
    for each in ask.services.providers if slug is None else (slug,):
        ask.services.learn_keys(each)
    views, keyring = Views(ask.services), ask.services.spaces.keyring
    named = ask.query.get("space")
    grants = [*keyring.grants(slug=slug, space=named)]
    if named is not None and not grants:
        # Some other provider's credential may open it.
        ask.open_space(named, "query/space")
    return {"credentials": [views.credential(grant) for grant in grants]}


@table.post(
    "/credentials",
    "register-credential",
    about="Let a credential open a space: the one named, or one of its own.",
    body=shapes.record(
        {
            **_NAMED,
            "secret": shapes.text("What proves it, where the provider asks for that."),
            "space": shapes.text("An open space; one of its own if missing."),
            "label": shapes.text("What people call it."),
        },
        optional=("kind", "secret", "space", "label"),
    ),
    answer=_CREDENTIAL,
    status=201,
    errors=(409,),
)
async def register_credential(ask: Ask) -> dict[str, Any]:
    """Return the credential."""
    await _known(ask)
    body, services = ask.body, ask.services
    slug = ask.provider(body["provider"], "body/provider").slug
    services.learn_keys(slug)
    kind = body.get("kind", "key")
    known = services.spaces.keyring.find(slug, body["key"], kind)
    if not body["key"]:
        raise ApiError(400, "body/key: found an empty text, expected a key")
    if known is not None and not known.is_revoked:
        raise ApiError(
            409,
            f"body/key: found a key that opens the space {known.space!r} already;"
            " expected another one, or POST /_mock/api/credentials/revoke before",
        )
    try:
        services.providers[slug].check_key(body["key"], body.get("secret"))
    except ConfigError as error:
        raise ApiError(400, f"body/{error}") from error
    home = body.get("space")
    space = None if home is None else ask.open_space(home, "body/space").id
    grant = services.register(
        slug,
        body["key"],
        secret=body.get("secret"),
        space=space,
        kind=kind,
        origin="registered",
    )
    named = services.spaces.keyring.add(replace(grant, label=body.get("label", "")))
    return Views(services).credential(named)


@table.post(
    "/credentials/label",
    "label-credential",
    about="Give a credential, and so its space, a name for people.",
    body=shapes.record(
        {**_NAMED, "label": shapes.text("What people call it; empty takes it away.")},
        optional=("kind",),
    ),
    answer=_CREDENTIAL,
    errors=(404,),
)
async def label_credential(ask: Ask) -> dict[str, Any]:
    """Return the credential."""
    await _known(ask)
    grant = replace(_found(ask), label=ask.body["label"])
    return Views(ask.services).credential(ask.services.spaces.keyring.add(grant))


@table.post(
    "/credentials/revoke",
    "revoke-credential",
    about="Let a credential open nothing any more; its space stays.",
    body=shapes.record(_NAMED, optional=("kind",)),
    answer=_CREDENTIAL,
    errors=(404,),
)
async def revoke_credential(ask: Ask) -> dict[str, Any]:
    """Return the credential."""
    await _known(ask)
    keyring = ask.services.spaces.keyring
    keyring.revoke(_found(ask))
    return Views(ask.services).credential(_found(ask))


@table.get(
    "/world",
    "used-world",
    about="Write the world file that declares what clients have named or made so far.",
    query={"space": shapes.text("Only what was used in this space.")},
    answer=shapes.mapping(shapes.mapping({}), "By slug of the provider."),
    reach=Reach.LATEST,
    merge=_one_world,
)
async def used(ask: Ask) -> dict[str, Any]:
    """Return `{slug: {"catalogue": {...}}}`."""
    return used_world(ask.services, ask.spaces())


def _found(ask: Ask) -> Grant:
    slug = ask.provider(ask.body["provider"], "body/provider").slug
    ask.services.learn_keys(slug)
    kind = ask.body.get("kind", "key")
    grant = ask.services.spaces.keyring.find(slug, ask.body["key"], kind)
    if grant is None:
        raise ApiError(
            404,
            f"body/key: found no such {kind} of {slug}; GET /_mock/api/credentials"
            " lists those that there are",
        )
    return grant
