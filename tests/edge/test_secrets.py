"""Secrets are planted wherever a client can put one, and then looked for everywhere."""

import asyncio
import io
import json
import logging
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterator
from typing import Any
from urllib.parse import quote_plus
from xml.sax.saxutils import quoteattr

import pytest
from yarl import URL

from mockserver.cli.tools import logs
from mockserver.edge.redactors import Redactors
from mockserver.verdict.reports import FORMATS
from mockserver.verdict.rules.registry import RULES
from tests.deep import some
from tests.edge.conftest import Running, Serve
from tests.providers import conftest as providers
from tests.providers.digitalcarbon import conftest as digitalcarbon
from tests.providers.hourone import conftest as hourone
from tests.providers.stupeflix import conftest as stupeflix

S = "planted-{}-s3cr3t".format
NOWHERE = "127.0.0.1:9"

Plant = Callable[[Running], Awaitable[None]]


async def _stupeflix(server: Running, *, body: bytes = b"", order: str = "") -> None:
    """Define a video, and order it, as the client does; then let all happen."""
    api = stupeflix.Api(providers.Running(server.instance, server.client))
    if body:
        await api.define(body=body)
        return
    await api.define()
    await api.create(order)
    space = server.instance.services.spaces.open("stupeflix.main")
    for _ in range(6):
        space.clock.advance(3600)
        await server.instance.services.scheduler.settle(space)
    await api.get("/alice/clip1/status/")


def _upload(name: str, inside: str = "", **attributes: str) -> str:
    told = " ".join(f"{key}={quoteattr(value)}" for key, value in attributes.items())
    return stupeflix.profiles(f"<{name} {told}>{inside}</{name}>")


async def headers(server: Running) -> None:
    named = {
        "Authorization": "{}", "Proxy-Authorization": "Basic {}", "Cookie": "sid={}",
        "X-API-Key": "{}", "X-Auth-Token": "{}", "X-Upload-Secret": "{}",
        "X-Amz-Security-Token": "{}", "My-Password": "{}", "Api-Key": "{}",
        "Referer": "http://me:{}@h/", "X-Link": "/x?access_token={}",
        "X-Json": '{{"password": "{}"}}', "X-Form": "client_secret={}&a=b",
    }  # fmt: skip
    for number, (name, value) in enumerate(named.items()):
        planted = {name: value.format(S(f"header-{number}"))}
        for slug in server.instance.services.providers:
            await server.client.get(f"/{slug}/nowhere", headers=planted)
    await server.client.get(
        "/hourone/x", headers={"Authorization": f"{S('no-scheme')} more"}
    )


async def targets(server: Running) -> None:
    for number, target in enumerate(
        (
            "/hourone/x?api_key={}", "/hourone/x?a=1&Access-Token={}",
            "/hourone/x?%61pi_key={}", "/stupeflix/x?Signature={}&Date=1",
            "/hourone/x?back=http%3A%2F%2Fme%3A{}%40h%2F",
            "/hourone/x?back=http://me:{}@h/", "/hourone/http://me:{}@h/x",
            "/hourone/http%3A%2F%2Fme%3A{}%40h/x", "/idomoo/upload/{}",
            "/hourone/x?j=%7B%22secret%22%3A%22{}%22%7D", "/hourone/x?token={}",
            "/nowhere?password={}",
        )
    ):  # fmt: skip
        url = f"{server.client.make_url('/')}"[:-1] + target.format(
            S(f"target-{number}")
        )
        await server.client.session.get(URL(url, encoded=True))


BODIES = (
    '{{"password": "{}"}}', '{{"a": [{{"client_secret": "{}"}}]}}',
    '{{"Secret-Key": {{"deep": ["{}"]}}}}', '{{"url": "http://me:{}@h/"}}',
    '{{"url": "http:\\/\\/me:{}@h/"}}', '{{"url": "http://h/?sig={}&x=1"}}',
    '{{"text": "{{\\"password\\": \\"{}\\"}}"}}', '{{"cut": 1, "password": "{}',
    '{{"form": "a=b&api_key={}"}}', '{{"xml": "<password>{}</password>"}}',
    "password={}&a=b", "a=b&%70assword={}", "a=http%3A%2F%2Fme%3A{}%40h",
    "xml=%3Cpassword%3E{}%3C%2Fpassword%3E", "json=%7B%22secret%22%3A%22{}%22%7D",
    "<a><password>{}</password></a>", "<a><x:password>{}</x:password></a>",
    "<a><password><![CDATA[{}]]></password></a>", "<a password='{}'/>",
    "<password a='>'><b>{}</b></password>", "<secret>x<!-- y -->{}</secret>",
    '<a b=">" password="{}"/>', '<a password="\'{}"/>', '<a password="{}',
    '<a url="http://h/?a=1&amp;signature={}"/>',
    '--b\r\nContent-Disposition: form-data; name="password"\r\n\r\nx\r\n{}\r\n--b--',
)  # fmt: skip


async def bodies(server: Running) -> None:
    for number, body in enumerate(BODIES):
        text = body.format(S(f"body-{number}"))
        for url in ("/hourone/api/v1/videos", "/impossible/v2/render/demo-project"):
            key = {"api-key": "hourone-test-key"}
            await server.client.post(url, data=text.encode(), headers=key)


async def wide_xml(server: Running) -> None:
    text = f"<movie><password>{S('wide')}</password></movie>"
    await _stupeflix(server, body=text.encode("utf-16"))


async def stupeflix_movie(server: Running) -> None:
    await _stupeflix(server, body=f'<movie password="{S("movie")}"/>'.encode())


async def stupeflix_s3(server: Running) -> None:
    secret = S("s3-secret-key")
    await _stupeflix(
        server, order=_upload("s3", bucket="b", accesskey="a", secretkey=secret)
    )


async def stupeflix_ftp(server: Running) -> None:
    await _stupeflix(
        server,
        order=_upload(
            "ftp", server=NOWHERE, directory="d", login="me", password=S("ftp")
        ),
    )


async def stupeflix_youtube(server: Running) -> None:
    names = (
        "password", "developerkey", "sid", "oauthconsumersecret", "oauthtoken",
        "oauthtokensecret",
    )  # fmt: skip
    secrets = {name: S(name) for name in names}
    await _stupeflix(server, order=_upload("youtube", login="me", **secrets))


async def stupeflix_facebook(server: Running) -> None:
    secrets = {name: S(name) for name in ("apikey", "secret", "sid")}
    await _stupeflix(server, order=_upload("facebook", **secrets))


async def stupeflix_put(server: Running) -> None:
    header = f'<header key="X-Given" value="{S("put-header")}"/>'
    url = f"http://me:{S('put-user')}@{NOWHERE}/x?X-Amz-Signature={S('put-query')}"
    await _stupeflix(server, order=_upload("httpPUT", header, url=url))


async def stupeflix_notify(server: Running) -> None:
    url = quoteattr(f"http://me:{S('notify')}@{NOWHERE}/?a=1&token={S('notify-query')}")
    before = f'<notify url={url} statusRegexp=".*"/>'
    await _stupeflix(server, order=stupeflix.profiles(before=before))


async def stupeflix_tasks(server: Running) -> None:
    url = f"http://me:{S('callback')}@{NOWHERE}/?sig={S('callback-query')}"
    task = {"task_name": "video.thumb", "url_callback": url, "url_errback": url}
    body = {"secret": stupeflix.SECRET, "tasks": [task]}
    await server.client.post("/stupeflix/v2/create", json=body)
    await server.client.post(
        "/stupeflix/v2/create", json={"secret": S("wrong"), "tasks": [task]}
    )
    space = server.instance.services.spaces.open("stupeflix.main")
    space.clock.advance(3600)
    await server.instance.services.scheduler.settle(space)


async def impossible_uploads(server: Running) -> None:
    destinations = [
        {"type": "s3", "bucket": "b", "filename": "f", "s3host": NOWHERE,
         "aws_access_key_id": "a", "aws_secret_access_key": S("aws")},
        {"type": "ftp", "url": f"ftp://me:{S('ftp-url')}@{NOWHERE}/f"},
        {"type": "http", "url": f"http://me:{S('http-url')}@{NOWHERE}/f"},
        {"type": "facebook", "oauth_access_token": S("oauth")},
        {"type": "dropbox", "filename": "f", "auth_secret": S("dropbox")},
    ]  # fmt: skip
    for one in destinations:
        task = {"extension": "png", "destination": one}
        asked = asyncio.create_task(
            server.client.request(
                "POST",
                "/impossible/v2/render/demo-project",
                json={"movie": "welcome", "upload": task},
            )
        )
        await providers.Running(server.instance, server.client).let_wait(asked)
        space = server.instance.services.spaces.open("impossible.public")
        space.clock.advance(3600)
        await asked
        await server.instance.services.scheduler.settle(space)


async def hourone_webhook(server: Running) -> None:
    url = f"http://me:{S('hook')}@{NOWHERE}/?token={S('hook-query')}"
    hook = {"name": "h", "url": url, "events": ["video.ready", "video.failed"]}
    root = hourone.ROOT
    await server.client.post(f"{root}/webhooks", json=hook, headers=hourone.TOKEN)
    await server.client.post(f"{root}/videos", json=hourone.CREATE, headers=hourone.KEY)
    space = server.instance.services.spaces.open("hourone.main")
    for _ in range(4):
        space.clock.advance(600)
        await server.instance.services.scheduler.settle(space)


async def digitalcarbon_upload(server: Running) -> None:
    url = f"http://me:{S('put')}@{NOWHERE}/f?X-Amz-Signature={S('signed')}"
    api = digitalcarbon.Api(providers.Running(server.instance, server.client))
    path = f"/{digitalcarbon.FROZEN}3/results/upload-video"
    await api.post(path, {"upload_url": url})


async def known_secrets(server: Running) -> None:
    """A key that opens a space, sent to where no key belongs."""
    key = S("known")
    await server.client.get("/hourone/api/v1/videos", headers={"api-key": key})
    coded = quote_plus(key)
    await server.client.get(f"/idomoo/media/{coded}/x.mp4")
    await server.client.post("/digitalcarbon/x", data=f"see {key}, please".encode())
    await server.client.get("/nowhere/" + key)
    pair = b64encode(f"me:{S('basic')}".encode()).decode()
    basic = {"Authorization": f"Basic {pair}"}
    await server.client.get("/idomoo/api/v2/scenes", headers=basic)
    await server.client.get(f"/idomoo/api/v2/scenes/{S('basic')}", headers=basic)


def _jwt(name: str) -> str:
    """Return a JSON web token whose signature is what is looked for."""
    head, claims = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", "eyJzdWIiOiJtZSJ9"
    return f"{head}.{claims}.{S(name)}"


async def web_tokens(server: Running) -> None:
    """A JSON web token is known by its form, whatever its name and wherever it is."""
    for number, slug in enumerate(server.instance.services.providers):
        root = f"/{slug}/nowhere"
        bearer = {"Authorization": f"Bearer {_jwt(f'bearer-{number}')}"}
        await server.client.get(root, headers=bearer)
        odd = {"X-Whatever": _jwt("odd"), "Cookie": f"s={_jwt('cookie')}"}
        await server.client.get(f"{root}?note={_jwt('query')}", headers=odd)
        await server.client.get(f"{root}/{_jwt('path')}.mp4")
        await server.client.get(f"{root}?id_token=opaque-{S('id-token')}")
    key = {"api-key": "hourone-test-key"}
    for body in (
        f"see {_jwt('text')}", f'{{"note": "{_jwt("member")}"}}',
        f"note={_jwt('field')}", f"<a note='{_jwt('attribute')}'/>",
        f'{{"cut": "{_jwt("cut")}',
        f"eyJhbGciOiJSU0EifQ.a.b.c.{S('encrypted')}",
    ):  # fmt: skip
        for url in ("/hourone/api/v1/videos", "/impossible/v2/render/demo-project"):
            await server.client.post(url, data=body.encode(), headers=key)


async def google_tokens(server: Running) -> None:
    """What proves a service account; and the token that it gets is used."""
    claims = b64encode(b'{"iss":"driver@mock-project.iam.gserviceaccount.com"}')
    proof = f"e30.{claims.decode().rstrip('=')}.{S('assertion')}"
    kind = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    form = {"grant_type": kind, "assertion": proof}
    await server.client.post("/google/token", data=form)
    bearer = {"Authorization": f"Bearer ya29.{S('access')}"}
    await server.client.get("/google/v1/projects/mock-project", headers=bearer)


PLANTS: tuple[Plant, ...] = (
    headers, targets, bodies, wide_xml, stupeflix_movie, stupeflix_s3, stupeflix_ftp,
    stupeflix_youtube, stupeflix_facebook, stupeflix_put, stupeflix_notify,
    stupeflix_tasks, impossible_uploads, hourone_webhook, digitalcarbon_upload,
    known_secrets, web_tokens, google_tokens,
)  # fmt: skip


@pytest.fixture
def lines() -> Iterator[tuple[io.StringIO, logs.Lines]]:
    """Send all that is logged, at every level, to where a test can read it."""
    root, ours = logging.getLogger(), logging.getLogger("mockserver")
    handlers, level, own = root.handlers[:], root.level, ours.level
    stream = io.StringIO()
    yield stream, logs.configure("debug", "text", stream, environ={})
    root.handlers[:] = handlers
    root.setLevel(level)
    ours.setLevel(own)


@pytest.fixture
async def server(serve_real: Serve, lines: tuple[io.StringIO, logs.Lines]) -> Running:
    running = await serve_real(
        auth="open", epoch="2023-11-14T22:13:20+00:00", wall=lambda: stupeflix.EPOCH_S
    )
    lines[1].hide = Redactors(running.instance.services).text
    logs.follow(running.instance.services.journal, "debug")
    return running


async def _all(server: Running) -> dict[str, str]:
    """Return everything that shows what clients have sent, by where it stands."""
    jobs = (await server.get("/jobs", limit=1000))["jobs"]
    seen = {
        "exchanges": await server.get("/exchanges", limit=1000, base64=True),
        "har": await server.get("/exchanges/har"),
        "unmatched": await server.get("/exchanges/unmatched", limit=1000),
        "jobs": jobs,
        "details": [
            await server.get(f"/jobs/{quote_plus(job['id'])}", provider=job["provider"])
            for job in jobs
        ],
        "deliveries": await server.get("/deliveries", limit=1000),
        "spaces": await server.get("/spaces"),
        "bugs": server.instance.bugs.latest,
    }
    seen |= await _judged(server, jobs) | await _replayed(server, jobs)
    return {place: json.dumps(document) for place, document in seen.items()}


async def _judged(server: Running, jobs: list[Any]) -> dict[str, Any]:
    """Return what says how clients have behaved: findings in each format, stories."""
    found = (await server.get("/findings"))["findings"]
    claims = {"polled": {"at_least": 99}, "downloaded": {"times": 9}}
    claims |= {"webhook_acknowledged": {}, "cancelled": {}}
    failures = []
    for job in jobs:
        place, asked = f"/jobs/{quote_plus(job['id'])}", {"provider": job["provider"]}
        failures.append(await server.get(f"{place}/story", **asked))
        answer = await server.ask("POST", f"{place}/assert", claims, **asked)
        failures.append(await answer.text())
    metrics = await server.ask("GET", "/metrics")
    return {
        "findings": found,
        **{name: write(found, RULES, "1.0") for name, write in FORMATS.items()},
        "assertions": failures,
        "metrics": await metrics.text(),
        "bill": await server.get("/bill"),
    }


async def _replayed(server: Running, jobs: list[Any]) -> dict[str, Any]:
    """Return what people are given to copy: commands, tests and scenarios."""
    told = []
    exchanges = (await server.get("/exchanges", limit=40))["exchanges"]
    places: list[tuple[str, dict[str, str]]]
    places = [(f"/exchanges/{one['number']}/replay", {}) for one in exchanges]
    places += [
        (f"/jobs/{quote_plus(job['id'])}/replay", {"provider": job["provider"]})
        for job in jobs[:10]
    ]
    for place, asked in places:
        for kind in ("curl", "pytest", "scenario"):
            answer = await server.ask("GET", place, **asked, **{"as": kind})
            told.append(await answer.text())
    assert any("curl " in one for one in told)
    return {"replays": told}


@pytest.mark.ffmpeg
@pytest.mark.parametrize("plant", some(PLANTS, of=4), ids=lambda plant: plant.__name__)
async def test_a_planted_secret_is_nowhere_in_sight(
    server: Running, lines: tuple[io.StringIO, logs.Lines], plant: Plant
) -> None:
    """Control API, HAR, event stream and log lines; nothing but the page's own data."""
    stream = await server.client.get("/_mock/api/events")
    await plant(server)
    seen = await _all(server)
    server.instance.control.hub.close()
    seen["events"] = await stream.text()
    seen["logs"] = lines[0].getvalue()

    leaks = {
        place: text[max(0, at - 80) : at + 40]
        for place, text in seen.items()
        for at in [text.find("planted-")]
        if at >= 0
    }
    assert leaks == {}
    assert "[hidden]" in seen["exchanges"]


async def _openai(server: Running) -> list[str]:
    path = "/openai/v1/webhook_endpoints"
    key = {"Authorization": "Bearer openai-test-key"}
    body = {
        "name": "ci",
        "url": f"http://{NOWHERE}/",
        "event_types": ["video.completed"],
    }
    made = await server.client.post(path, json=body, headers=key)
    told = await made.json()
    rotated = await server.client.post(
        f"{path}/{told['id']}/rotate_secret", json={}, headers=key
    )
    return [told["signing_secret"], (await rotated.json())["signing_secret"]]


async def _google(server: Running) -> list[str]:
    key = {"x-goog-api-key": "google-test-key"}
    body = {"subscribed_events": ["video.generated"], "uri": f"http://{NOWHERE}/",
            "name": "n"}  # fmt: skip
    made = await server.client.post("/google/v1/webhooks", json=body, headers=key)
    told = await made.json()
    path = f"/google/v1/webhooks/{told['id']}:rotateSigningSecret"
    rotated = await server.client.post(path, json={}, headers=key)
    return [told["new_signing_secret"], (await rotated.json())["secret"]]


async def _replicate(server: Running) -> list[str]:
    key = {"Authorization": "Bearer replicate-test-key"}
    path = "/replicate/v1/webhooks/default/secret"
    told = await (await server.client.get(path, headers=key)).json()
    secret = told["key"]
    # And where nobody looks for it
    await server.client.get(f"/replicate/v1/nowhere/{secret}?x={secret}", headers=key)
    return [secret]


async def _hourone(server: Running) -> list[str]:
    hook = {"name": "h", "url": f"http://{NOWHERE}/", "events": ["video.ready"]}
    path = f"{hourone.ROOT}/webhooks"
    made = await server.client.post(path, json=hook, headers=hourone.TOKEN)
    return [(await made.json())["signing_secret"]]


async def _heygen(server: Running) -> list[str]:
    path = "/heygen/v3/webhooks/endpoints"
    key = {"X-Api-Key": "heygen-test-key"}
    body = {"url": f"http://{NOWHERE}/", "events": ["avatar_video.success"]}
    made = await server.client.post(path, json=body, headers=key)
    told = (await made.json())["data"]
    again = f"{path}/{told['endpoint_id']}/rotate-secret"
    rotated = await server.client.post(again, json={}, headers=key)
    return [told["secret"], (await rotated.json())["data"]["secret"]]


@pytest.mark.parametrize(
    "made",
    [_openai, _google, _replicate, _hourone, _heygen],
    ids=lambda one: one.__name__,
)
async def test_a_secret_that_signs_webhooks_is_nowhere_in_sight(
    server: Running,
    lines: tuple[io.StringIO, logs.Lines],
    made: Callable[[Running], Awaitable[list[str]]],
) -> None:
    """The client is told it once, as by the provider; nobody else is."""
    stream = await server.client.get("/_mock/api/events")
    secrets = await made(server)
    seen = await _all(server)
    server.instance.control.hub.close()
    seen["events"] = await stream.text()
    seen["logs"] = lines[0].getvalue()

    assert [
        place for place, text in seen.items() for one in secrets if one in text
    ] == []
    assert "[hidden]" in seen["exchanges"]
