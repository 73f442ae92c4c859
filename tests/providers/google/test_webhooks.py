"""Webhooks: kept by projects or named by requests, signed in two ways."""

import json
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from mockserver.providers.google import jwt
from mockserver.providers.wires import standard_webhooks
from tests.providers.conftest import Serve
from tests.providers.google.conftest import OTHER, PREDICT, Api

PATH = "/v1/webhooks"
BOTH = ["video.generated", "interaction.completed"]
SECRET = "whsec_bW9ja3NlcnZlci1nb29nbGUtd2ViaG9vay1rZXktMDE="
FIXTURE = f"{PATH}/mockwebhook0000000000000000000000001"


@dataclass(frozen=True, slots=True)
class Inbox:
    """A client's address; remembers what it got.

    Attributes:
        url: The address.
        seen: Headers and body of each.
        statuses: What it answers next; then the last one again.
        refused: The ids of messages that it answers 500 whatever else it answers.
    """

    url: str
    seen: list[tuple[dict[str, str], bytes]]
    statuses: list[int]
    refused: list[str]


@pytest.fixture
async def inbox() -> AsyncIterator[Inbox]:
    seen: list[tuple[dict[str, str], bytes]] = []
    statuses, refused = [200], list[str]()

    async def receive(request: web.Request) -> web.Response:
        seen.append((dict(request.headers), await request.read()))
        if request.headers["webhook-id"] in refused:
            return web.Response(status=500)
        return web.Response(status=statuses.pop(0) if statuses[1:] else statuses[0])

    app = web.Application()
    app.router.add_post("/hook", receive)
    server = TestServer(app)
    await server.start_server()
    yield Inbox(str(server.make_url("/hook")), seen, statuses, refused)
    await server.close()


@pytest.fixture
async def api(serve: Serve) -> Api:
    """Return the calls; webhooks are dated by the space's clock."""
    settings = {"google": {"webhook_dates": "space"}}
    return Api(await serve(providers=("google",), providers_settings=settings))


async def subscribed(api: Api, inbox: Inbox, *events: str) -> dict[str, Any]:
    document = {"subscribed_events": [*events] or BOTH, "uri": inbox.url, "name": "n"}
    response = await api.ask("POST", PATH, document)
    assert response.status == 200, await response.text()
    made: dict[str, Any] = await response.json()
    return made


async def ordered(api: Api, prompt: str = "x", **more: Any) -> str:
    """Return the name of an operation that is done, and told of."""
    document = {"instances": [{"prompt": prompt}], **more}
    name = (await (await api.ask("POST", PREDICT, document)).json())["name"]
    api.advance(75)
    await api.settle()
    return str(name)


async def background(api: Api, **more: Any) -> str:
    """Return the name of an interaction that is over, and told of."""
    document = {"model": "gemini-omni-1.1-flash", "input": "x", "background": True}
    response = await api.ask("POST", "/v1/interactions", {**document, **more})
    assert response.status == 200, await response.text()
    api.advance(60)
    await api.settle()
    return str((await response.json())["id"])


# What is kept


async def test_a_create_tells_its_secret_once(api: Api, inbox: Inbox) -> None:
    made = await subscribed(api, inbox)

    secret, name = made.pop("new_signing_secret"), made["id"]
    assert [*made] == [
        "name", "uri", "subscribed_events", "create_time", "update_time",
        "signing_secrets", "state", "id",
    ]  # fmt: skip
    assert (made["name"], made["uri"], made["state"]) == ("n", inbox.url, "enabled")
    assert made["subscribed_events"] == BOTH
    assert made["create_time"] == "2030-01-01T00:00:00.000000Z"
    assert made["signing_secrets"] == [{"truncated_secret": f"whsec_...{secret[-4:]}"}]
    assert (len(name), len(secret)) == (36, 50)
    assert await (await api.get(f"{PATH}/{name}")).json() == made


async def test_they_are_listed_by_pages(api: Api, inbox: Inbox) -> None:
    for _ in range(2):
        await subscribed(api, inbox)

    first = await (await api.get(f"{PATH}?page_size=2")).json()
    token = first["next_page_token"]
    second = await (await api.get(f"{PATH}?page_token={token}")).json()

    assert (len(first["webhooks"]), len(second["webhooks"])) == (2, 1)
    assert await (await api.get(PATH, OTHER)).json() == {}


async def test_only_what_the_mask_names_is_changed(api: Api, inbox: Inbox) -> None:
    name = (await subscribed(api, inbox))["id"]
    said = {"name": "m", "subscribed_events": ["interaction.failed"]}
    api.advance(1)

    masked = await api.ask("PATCH", f"{PATH}/{name}?update_mask=name", said)
    whole = await api.ask("PATCH", f"{PATH}/{name}", {**said, "state": "disabled"})

    first, second = await masked.json(), await whole.json()
    assert (first["name"], first["subscribed_events"]) == ("m", BOTH)
    assert second["subscribed_events"] == ["interaction.failed"]
    assert second["state"] == "disabled"
    assert second["update_time"] == "2030-01-01T00:00:01.000000Z"


async def test_a_deleted_one_is_not_found(api: Api) -> None:
    response = await api.ask("DELETE", FIXTURE)

    status, error = await api.error(None, FIXTURE, "GET")

    assert (response.status, await response.json()) == (200, {})
    assert (status, error["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "The request must be an object."),
        ({"subscribed_events": BOTH}, "`uri` must be an HTTP address."),
        (
            {"uri": "https://example.com"},
            "`subscribed_events` must name one event or more.",
        ),
        (
            {"uri": "https://example.com", "subscribed_events": ["x"]},
            (
                "`subscribed_events` may name `batch.succeeded`, `batch.expired`,"
                " `batch.failed`, `batch.cancelled`, `interaction.requires_action`,"
                " `interaction.completed`, `interaction.failed`,"
                " `interaction.cancelled`, `video.generated`."
            ),
        ),
    ],
)
async def test_one_mistake_is_told_at_a_time(
    api: Api, document: object, message: str
) -> None:
    status, error = await api.error(document, PATH)

    assert (status, error) == (400, {"message": message, "code": "invalid_request"})


@pytest.mark.parametrize(
    ("path", "method", "document"),
    [
        (f"{FIXTURE}?update_mask=id", "PATCH", {"name": "x"}),
        (FIXTURE, "PATCH", {"state": "asleep"}),
        (f"{FIXTURE}:rotateSigningSecret", "POST", {"revocation_behavior": "never"}),
        (f"{PATH}?page_size=0", "GET", None),
    ],
)
async def test_a_change_has_to_fit(
    api: Api, path: str, method: str, document: object
) -> None:
    assert (await api.error(document, path, method))[0] == 400


# What is told


async def test_a_video_is_told_to_those_who_want_to_know(
    api: Api, inbox: Inbox
) -> None:
    await subscribed(api, inbox)
    await subscribed(api, inbox, "interaction.failed")

    name = await ordered(api)

    ((headers, body),) = inbox.seen
    told = json.loads(body)
    link = told["data"]["output_file_uri"]
    file = told["data"]["file_name"]
    assert [*told] == ["type", "version", "timestamp", "data"]
    assert (told["type"], told["version"]) == ("video.generated", "v1")
    assert told["timestamp"] == "2030-01-01T00:01:15Z"
    assert [*told["data"]] == ["id", "output_file_uri", "file_name"]
    assert told["data"]["id"] == name
    assert link == (
        f"https://generativelanguage.googleapis.com/v1beta/{file}:download?alt=media"
    )
    assert headers["Content-Type"] == "application/json"
    assert headers["webhook-timestamp"] == "1893456075"
    assert len(headers["webhook-id"]) == 31


async def test_its_signature_is_that_of_standard_webhooks(
    api: Api, inbox: Inbox
) -> None:
    secret = (await subscribed(api, inbox))["new_signing_secret"]

    await ordered(api)

    ((headers, body),) = inbox.seen
    told = {name.lower(): value for name, value in headers.items()}
    assert headers["webhook-signature"] == standard_webhooks.sign(secret, told, body)


def test_the_signature_of_the_contract_is_ours() -> None:
    """Computed elsewhere, and verified with another library."""
    body = (
        b'{"type":"video.generated","version":"v1","timestamp":"2026-09-21T14:14:20Z",'
        b'"data":{"id":"models/veo-3.1-generate-preview/operations/321kvdcepmcg",'
        b'"output_file_uri":"https://generativelanguage.googleapis.com/v1beta/files/'
        b'qu4d28uipuqh:download?alt=media","file_name":"files/qu4d28uipuqh"}}'
    )
    told = {
        "webhook-id": "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W",
        "webhook-timestamp": "1790000060",
    }

    assert len(body) == 288
    assert standard_webhooks.sign(SECRET, told, body) == (
        "v1,ClW9KWBtxy7aPmh3Naw7syNf4KMM9XxbiGrDDM1wgL0="
    )


@pytest.mark.parametrize("prompt", ["x __rai", "x __fail", "x __blocked"])
async def test_an_operation_without_a_video_is_not_told_of(
    api: Api, inbox: Inbox, prompt: str
) -> None:
    await subscribed(api, inbox)

    await ordered(api, prompt)

    assert inbox.seen == []


async def test_how_an_interaction_ends_is_told(api: Api, inbox: Inbox) -> None:
    kinds = ["completed", "failed", "cancelled"]
    await subscribed(api, inbox, *(f"interaction.{one}" for one in kinds))
    names = [await background(api), await background(api, input="x __fail")]
    document = {"model": "gemini-omni-1.1-flash", "input": "x", "background": True}
    response = await api.ask("POST", "/v1/interactions", document)
    names.append((await response.json())["id"])
    await api.ask("POST", f"/v1/interactions/{names[2]}/cancel")
    await api.settle()

    told = [json.loads(body) for _, body in inbox.seen]

    assert [one["type"] for one in told] == [f"interaction.{one}" for one in kinds]
    assert [one["data"]["id"] for one in told] == names
    assert told[1]["data"] == {
        "id": names[1],
        "error_code": "internal",
        "error_message": "Video generation failed due to an internal server issue."
        " Please try again in a few minutes.",
    }


async def test_a_disabled_one_is_told_nothing(api: Api, inbox: Inbox) -> None:
    name = (await subscribed(api, inbox))["id"]
    await api.ask("PATCH", f"{PATH}/{name}", {"state": "disabled"})

    await ordered(api)

    assert inbox.seen == []


async def test_a_link_may_lead_here(serve: Serve, inbox: Inbox) -> None:
    settings = {"google": {"webhook_links": "door"}}
    api = Api(await serve(providers=("google",), providers_settings=settings))
    await subscribed(api, inbox)

    await ordered(api)

    data = json.loads(inbox.seen[0][1])["data"]
    base = f"{api.running.origin}/google/v1beta"
    assert data["output_file_uri"] == f"{base}/{data['file_name']}:download?alt=media"


# Addresses of single requests


async def test_a_requests_own_address_replaces_all_others(
    api: Api, inbox: Inbox
) -> None:
    await subscribed(api, inbox)
    config = {"uris": [f"{inbox.url}?own"], "user_metadata": {"job": "7"}}

    await ordered(api, webhookConfig=config)

    ((_, body),) = inbox.seen
    assert json.loads(body)["user_metadata"] == {"job": "7"}


def opened(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


async def test_its_signature_is_a_token_that_the_key_set_proves(
    api: Api, inbox: Inbox
) -> None:
    await background(api, webhook_config={"uris": [inbox.url]})
    (key,) = (await (await api.get("/.well-known/jwks.json", {})).json())["keys"]

    ((headers, _),) = inbox.seen
    head, claims, signature = headers["webhook-signature"].split(".")
    numbers = (int.from_bytes(opened(key[name])) for name in ("e", "n"))
    rsa.RSAPublicNumbers(*numbers).public_key().verify(
        opened(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), SHA256()
    )
    assert json.loads(opened(head)) == {
        "alg": "RS256",
        "kid": key["kid"],
        "typ": "JWT",
    }
    assert json.loads(opened(claims)) == {
        "iss": "https://accounts.google.com",
        "aud": inbox.url,
        "iat": 1893456060,
        "exp": 1893459660,
        "jti": headers["webhook-id"],
    }


def test_the_token_of_the_contract_is_ours() -> None:
    """Computed elsewhere, and verified with two other libraries."""
    token = jwt.signed(
        "https://hooks.example.test/veo",
        message="msg_2KWPBgLlAfxdpx2AI54pPJ85f4W",
        at_s=1790000060,
    )

    (key,) = jwt.key_set()["keys"]
    assert token.split(".") == [
        (
            "eyJhbGciOiJSUzI1NiIsImtpZCI6IjllZDg0ZTAzZDViYzMyZWZlYjQ4MzFiZjUxZjAxYmRlNjRiNT"
            "c0NWQiLCJ0eXAiOiJKV1QifQ"
        ),
        (
            "eyJpc3MiOiJodHRwczovL2FjY291bnRzLmdvb2dsZS5jb20iLCJhdWQiOiJodHRwczovL2hvb2tzLm"
            "V4YW1wbGUudGVzdC92ZW8iLCJpYXQiOjE3OTAwMDAwNjAsImV4cCI6MTc5MDAwMzY2MCwianRpIjoi"
            "bXNnXzJLV1BCZ0xsQWZ4ZHB4MkFJNTRwUEo4NWY0VyJ9"
        ),
        (
            "uC7HkejcRiUrbAv4jGYwxFKf0tZWfvzLQSn6FelnOoHg8uHIxYyRF83U-US2vWbw1RUDs71kETRRuA"
            "Y-GUqKKBAJIou1nrfcvSefhMKbxquD6pYzwgoigeIJRV4mnBidHphjX7sXIOij71NiifCM2_LL0n5z"
            "BUMgW5gm7_Hc0M1IJkFQruR8XNjVnPVNtAtxWMbFSHG49kqJOCymVPFgtiT9gpwgBAb5eS3oek-WWD"
            "4KuZtVkfdItkN7dBoPMxTksK_j45bi-wV03Fm9NKFwlb-z8mi3zMzoJznK632n3THUfeNtMlFizas4"
            "0lOGZdf_AtwfXZZeUqPMMvc5g_kv2A"
        ),
    ]
    assert key["kid"] == "9ed84e03d5bc32efeb4831bf51f01bde64b5745d"
    assert sha256(key["n"].encode()).hexdigest() == (
        "cce70531e3a343ee31e84ee9568f0cd373af6535bd7e3930553a447ab16f9923"
    )


async def test_an_attempt_is_dated_and_signed_anew(api: Api, inbox: Inbox) -> None:
    inbox.statuses[:] = [500, 200]
    await background(api, webhook_config={"uris": [inbox.url]})
    api.advance(10)
    await api.settle()

    first, second = (headers for headers, _ in inbox.seen)
    claims = json.loads(opened(second["webhook-signature"].split(".")[1]))
    assert first["webhook-id"] == second["webhook-id"]
    assert (claims["iat"], claims["aud"]) == (1893456070, inbox.url)
    assert second["webhook-timestamp"] == "1893456070"


# Rotation, ping, and the end of patience


@pytest.mark.parametrize("verb", [":rotateSigningSecret", "/rotate_secret"])
async def test_both_secrets_sign_for_a_day(api: Api, inbox: Inbox, verb: str) -> None:
    made = await subscribed(api, inbox)
    path = f"{PATH}/{made['id']}"
    told = await (await api.ask("POST", f"{path}{verb}", {})).json()
    secrets = [told["secret"], made["new_signing_secret"]]
    shown = (await (await api.get(path)).json())["signing_secrets"]
    await ordered(api)
    api.advance(86400)
    await ordered(api)

    goods = [secrets, secrets[:1]]
    expected = [
        " ".join(
            standard_webhooks.sign(
                one, {k.lower(): v for k, v in headers.items()}, body
            )
            for one in good
        )
        for (headers, body), good in zip(inbox.seen, goods, strict=True)
    ]
    assert [headers["webhook-signature"] for headers, _ in inbox.seen] == expected
    assert shown == [
        {"truncated_secret": f"whsec_...{secrets[0][-4:]}"},
        {
            "truncated_secret": f"whsec_...{secrets[1][-4:]}",
            "expire_time": "2030-01-02T00:00:00.000000Z",
        },
    ]


async def test_a_secret_may_be_revoked_at_once(api: Api, inbox: Inbox) -> None:
    path = f"{PATH}/{(await subscribed(api, inbox))['id']}"
    how = {"revocation_behavior": "revoke_previous_secrets_immediately"}

    await api.ask("POST", f"{path}:rotateSigningSecret", how)

    assert len((await (await api.get(path)).json())["signing_secrets"]) == 1


async def test_a_ping_is_answered_before_it_is_sent(api: Api, inbox: Inbox) -> None:
    path = f"{PATH}/{(await subscribed(api, inbox))['id']}"

    response = await api.ask("POST", f"{path}:ping")
    before = [*inbox.seen]
    await api.settle()

    assert (response.status, await response.json(), before) == (200, {}, [])
    ((_, body),) = inbox.seen
    assert json.loads(body) == {
        "type": "ping",
        "version": "v1",
        "timestamp": "2030-01-01T00:00:00Z",
        "data": {},
    }


async def test_after_a_day_of_failures_it_is_disabled(api: Api, inbox: Inbox) -> None:
    """The last attempt falls in the 24th hour."""
    path = f"{PATH}/{(await subscribed(api, inbox))['id']}"
    inbox.statuses[:] = [500]
    await ordered(api)
    states = []
    for seconds in (84_000, 2400):
        api.advance(seconds)
        await api.settle()
        states.append((await (await api.get(path)).json())["state"])

    tries = len(inbox.seen)
    await ordered(api)

    assert states == ["enabled", "disabled_due_to_failed_deliveries"]
    assert (tries, len(inbox.seen)) == (32, 32)


async def test_one_success_in_a_day_keeps_it_going(api: Api, inbox: Inbox) -> None:
    path = f"{PATH}/{(await subscribed(api, inbox))['id']}"
    inbox.statuses[:] = [500]
    await ordered(api)
    inbox.refused.append(inbox.seen[0][0]["webhook-id"])
    inbox.statuses[:] = [200]
    await ordered(api)
    api.advance(86_400)
    await api.settle()

    assert (await (await api.get(path)).json())["state"] == "enabled"


async def test_a_disabled_one_can_be_enabled_again(api: Api, inbox: Inbox) -> None:
    response = await api.ask(
        "PATCH",
        f"{FIXTURE}?update_mask=state,uri",
        {"state": "enabled", "uri": inbox.url},
    )
    await ordered(api)

    assert (await response.json())["state"] == "enabled"
    ((headers, body),) = inbox.seen
    told = {name.lower(): value for name, value in headers.items()}
    assert headers["webhook-signature"] == standard_webhooks.sign(SECRET, told, body)
