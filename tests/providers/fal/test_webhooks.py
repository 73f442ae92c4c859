"""Webhooks: what is told, and how receivers know that it is true."""

import json
from base64 import urlsafe_b64decode
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from mockserver.edge.staging.stage import STAGE
from mockserver.providers.fal import PROVIDER
from tests.providers.conftest import Serve
from tests.providers.fal.conftest import NOBODY, PROMPT, RUN, VEO, Api
from tests.providers.inbox import Inbox

# Contract fal, section 6: the vector, 320 bytes
BODY = (
    b'{"request_id":"019fd06e-1bb1-71d1-b09f-29027e1c85f2","gateway_request_id":"019fd0'
    b'6e-1bb1-71d1-b09f-29027e1c85f2","status":"OK","payload":{"video":{"url":"https://'
    b'v3b.fal.media/files/b/0a7c1d2e/Qm5Yx0aVtK3nRw8sLp2Zc_output.mp4","content_type":"'
    b'video/mp4","file_name":"Qm5Yx0aVtK3nRw8sLp2Zc_output.mp4","file_size":2113}}}'
)
TOLD = {
    "x-fal-webhook-request-id": "019fd06e-1bb1-71d1-b09f-29027e1c85f2",
    "x-fal-webhook-user-id": "github|1234567",
    "x-fal-webhook-timestamp": "1793440800",
}
SIGNATURE = (
    "c4514df7fbadd95fb5f38412d2d176635b9f777ba78dcc7f38c9ac8971c8ad29"
    "3f8e48280a1ef64fd7dd1ff02c7870b2652e19f8b5f1d9ac9cc44ca673618107"
)
PUBLIC = "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg"
SEED = bytes(range(32)).hex()


def verify(headers: dict[str, str], body: bytes) -> None:
    """Verify a webhook as the provider's page tells receivers to.

    Raises:
        InvalidSignature: It is from somebody else.
    """
    message = "\n".join(
        [
            headers["X-Fal-Webhook-Request-Id"],
            headers["X-Fal-Webhook-User-Id"],
            headers["X-Fal-Webhook-Timestamp"],
            sha256(body).hexdigest(),
        ]
    )
    key = Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(f"{PUBLIC}="))
    signature = bytes.fromhex(headers["X-Fal-Webhook-Signature"])
    key.verify(signature, message.encode())


async def run(api: Api, inbox: Inbox, path: str = VEO) -> dict[str, Any]:
    """Run a request to its end, and let its webhook go out."""
    made = await api.done(f"{path}?fal_webhook={quote(inbox.url, safe='')}")
    await api.settle()
    return made


def test_the_vector_is_signed_as_the_contract_has_it() -> None:
    assert len(BODY) == 320
    assert PROVIDER.signing is not None
    assert PROVIDER.signing.sign(SEED, TOLD, BODY) == SIGNATURE


async def test_the_key_is_published(api: Api) -> None:
    response = await api.get("/rest.fal.ai/.well-known/jwks.json", NOBODY)

    assert await response.json() == {
        "keys": [{"kty": "OKP", "crv": "Ed25519", "x": PUBLIC, "kid": "mock-1"}]
    }


@pytest.mark.ffmpeg
async def test_a_good_end_is_told_with_the_output(api: Api, inbox: Inbox) -> None:
    made = await run(api, inbox)

    result = await (await api.get(made["response_url"])).json()
    assert inbox.told == [
        {
            "request_id": made["request_id"],
            "gateway_request_id": made["request_id"],
            "status": "OK",
            "payload": result,
        }
    ]


async def test_a_bad_end_is_told_with_the_error(api: Api, inbox: Inbox) -> None:
    made = await run(api, inbox, "/queue.fal.run/mock/always-fails")

    result = await (await api.get(made["response_url"])).json()
    assert inbox.told == [
        {
            "request_id": made["request_id"],
            "gateway_request_id": made["request_id"],
            "status": "ERROR",
            "error": "Invalid status code: 500",
            "payload": result,
        }
    ]


async def test_a_cancel_is_not_told(api: Api, inbox: Inbox) -> None:
    made = await api.submit(f"{VEO}?fal_webhook={quote(inbox.url, safe='')}")
    await api.call("PUT", made["cancel_url"])

    await api.settle()

    assert inbox.seen == []


async def test_receivers_can_verify_it(api: Api, inbox: Inbox) -> None:
    made = await run(api, inbox, "/queue.fal.run/mock/always-fails")

    headers, body = inbox.seen[0]
    verify(headers, body)
    assert headers["Content-Type"] == "application/json"
    assert headers["X-Fal-Webhook-Request-Id"] == made["request_id"]
    assert headers["X-Fal-Webhook-User-Id"].startswith("github|")


async def test_one_byte_more_is_noticed(api: Api, inbox: Inbox) -> None:
    await run(api, inbox, "/queue.fal.run/mock/always-fails")

    headers, body = inbox.seen[0]
    with pytest.raises(InvalidSignature):
        verify(headers, body + b" ")


async def test_a_retry_says_the_same_and_is_signed_anew(
    serve: Serve, inbox: Inbox
) -> None:
    settings = {"fal": {"webhook_dates": "space"}}
    api = Api(await serve(providers_settings=settings))
    inbox.statuses[:] = [500, 503]

    await run(api, inbox, "/queue.fal.run/mock/always-fails")
    api.advance(60)
    await api.settle()

    times = [int(one["X-Fal-Webhook-Timestamp"]) for one, _ in inbox.seen]
    assert len({body for _, body in inbox.seen}) == 1
    assert [at - times[0] for at in times] == [0, 5, 15]
    assert len({one["X-Fal-Webhook-Signature"] for one, _ in inbox.seen}) == 3
    verify(*inbox.seen[2])


async def test_a_redirect_is_not_followed(api: Api, inbox: Inbox) -> None:
    inbox.statuses[:] = [302]
    await run(api, inbox, "/queue.fal.run/mock/always-fails")

    api.advance(86400)
    await api.settle()

    assert len(inbox.seen) == 1


async def test_it_is_tried_31_times_again(api: Api, inbox: Inbox) -> None:
    inbox.statuses[:] = [500] * 40
    await run(api, inbox, "/queue.fal.run/mock/always-fails")

    api.advance(86400)
    await api.settle()

    assert len(inbox.seen) == 32


async def test_a_rule_that_changes_the_body_signs_it_anew(
    api: Api, inbox: Inbox
) -> None:
    rule = {"delivery": {"body": "{}"}}
    space = api.running.space("fal", "main")
    scenario = {"scenario": "other-body", "rules": [rule]}
    api.running.instance.app[STAGE].use([space], scenario)

    await run(api, inbox, "/queue.fal.run/mock/always-fails")

    headers, body = inbox.seen[0]
    assert json.loads(body) == {}
    verify(headers, body)


@pytest.mark.ffmpeg
async def test_a_request_that_was_put_back_has_another_name_at_the_gateway(
    api: Api, inbox: Inbox
) -> None:
    made = await run(api, inbox, "/queue.fal.run/mock/runner-lost")

    (told,) = inbox.told
    assert told["request_id"] == made["request_id"]
    assert told["gateway_request_id"] != made["request_id"]


@pytest.mark.ffmpeg
async def test_who_waits_is_not_told(serve: Serve, inbox: Inbox) -> None:
    api = Api(await serve(pace="step"))

    await api.call("POST", f"{RUN}?fal_webhook={quote(inbox.url, safe='')}", PROMPT)
    await api.settle()

    assert inbox.seen == []
