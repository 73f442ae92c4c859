"""Where a call without credentials belongs, and by which doors it comes."""

from collections.abc import Awaitable, Callable

import pytest

from mockserver.engine.chance import Chance
from tests.providers.impossible.conftest import BASE, BEARER, LAUNCH, Api

MOVIE = {"movie": "m"}


@pytest.mark.parametrize(
    ("project", "headers", "account"),
    [
        ("anything", {}, "public"),
        ("anything", BEARER, "main"),
        (LAUNCH, {}, "main"),
        ("5b1f2c44-demo", {}, "docs"),
        ("5b1f2c44-demo", BEARER, "docs"),
    ],
)
async def test_the_space_is_the_projects_else_the_keys_else_everybodys(
    api: Api, project: str, headers: dict[str, str], account: str
) -> None:
    document = {"movie": "welcome"}

    await api.post(f"/v2/token/{project}", document, headers=headers)

    before = 6 if account == "main" else 0
    assert len(api.space(account).jobs("impossible")) == before + 1


async def test_a_new_project_leads_into_its_accounts_space(api: Api) -> None:
    pair = {"Authorization": "Basic a2V5OnNlY3JldA=="}
    created = await api.call("POST", "/v1/project/New", headers=pair)
    uid = (await created.json())["Project-UID"]

    made = await api.post(f"/v2/token/{uid}", MOVIE)

    services = api.running.instance.services
    token = (await made.json())["token"]
    owner = services.owner("impossible", "job", token)
    assert owner is not None
    assert owner.id not in {"impossible.public", "impossible.main"}


async def test_a_minted_project_needs_no_key(api: Api) -> None:
    services = api.running.instance.services
    provider = services.providers["impossible"]
    minted = provider.credential(Chance("a test"))
    grant = services.register(
        "impossible",
        minted.fields["api_key"],
        secret=minted.fields["api_secret"],
        origin="minted",
    )

    made = await api.post(f"/v2/token/{minted.fields['project']}", MOVIE)

    owner = services.owner("impossible", "job", (await made.json())["token"])
    assert owner is not None
    assert owner.id == grant.space


async def test_tokens_are_public_whatever_space_they_are_of(api: Api) -> None:
    made = await api.post("/v2/token/p", MOVIE, headers=BEARER)
    token = (await made.json())["token"]

    assert (await api.get(f"/v2/progress/{token}")).status == 200


@pytest.mark.parametrize(
    ("host", "path", "region", "link"),
    [
        ("render.impossible.io", "", "us-east-1", "http://render.impossible.io"),
        ("api.impossible.io", "", "us-east-1", "http://api.impossible.io"),
        (
            "render-eu-west-1.impossible.io",
            "",
            "eu-west-1",
            "http://render-eu-west-1.impossible.io",
        ),
        (
            "api-us-west-2.impossible.io",
            "",
            "us-west-2",
            "http://api-us-west-2.impossible.io",
        ),
        ("impossible.localhost", "", "us-east-1", "http://impossible.localhost"),
        ("127.0.0.1", BASE, "us-east-1", f"http://127.0.0.1{BASE}"),
        ("127.0.0.1", f"{BASE}/x.impossible.io", "us-east-1", "http://127.0.0.1/imp"),
        (
            "127.0.0.1:8443",
            "/x.impossible.io",
            "us-east-1",
            "http://127.0.0.1:8443/x.impossible.io",
        ),
        (
            "127.0.0.1",
            "/render-us-west-2.impossible.io",
            "us-west-2",
            "http://127.0.0.1/render-us-west-2.impossible.io",
        ),
    ],
)
async def test_links_lead_back_by_the_same_door(
    api: Api, host: str, path: str, region: str, link: str
) -> None:
    client = api.running.client
    headers = {"Host": host}

    response = await client.post(f"{path}/v2/token/p", json=MOVIE, headers=headers)
    found = await response.json()
    inner = found["url"].removeprefix(f"http://{host}")
    again = await client.get(
        inner.replace("/v2/render/", "/v2/progress/").removesuffix(".mp4"),
        headers=headers,
    )

    assert found["token"].startswith(f"v2:{region}:")
    assert found["url"].startswith(link)
    assert again.status == 200


async def test_the_default_region_can_be_set(
    start: Callable[..., Awaitable[Api]],
) -> None:
    api = await start({"region": "eu-central-1"})

    assert (await api.token()).startswith("v2:eu-central-1:")
