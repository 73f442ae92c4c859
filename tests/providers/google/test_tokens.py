"""Tokens: of the token endpoint and the metadata server, without Google."""

from base64 import urlsafe_b64encode
from typing import Any

import pytest
from aiohttp import ClientResponse

from tests.providers.conftest import Serve
from tests.providers.google.conftest import Api

FLAVOR = {"Metadata-Flavor": "Google"}
ROOT = "/computeMetadata/v1"
OWN = f"{ROOT}/instance/service-accounts/default"
JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
DRIVER = "driver@mock-project.iam.gserviceaccount.com"
FROZEN = (
    "/v1/projects/mock-project/locations/us-central1/publishers/google/models"
    "/veo-3.1-generate-001"
)


def assertion(account: str) -> str:
    claims = urlsafe_b64encode(f'{{"iss":"{account}"}}'.encode()).decode().rstrip("=")
    return f"e30.{claims}.c2ln"


async def asked(api: Api, **form: str) -> tuple[int, dict[str, Any]]:
    response = await api.running.client.post("/google/token", data=form)
    return response.status, await response.json()


async def meta(api: Api, path: str, headers: Any = FLAVOR) -> ClientResponse:
    return await api.running.client.get(path, headers=headers)


async def can_read(api: Api, token: str) -> int:
    name = f"{FROZEN.removeprefix('/v1/')}/operations"
    document = {"operationName": f"{name}/00000000-0000-4000-8000-000000000001"}
    headers = {"Authorization": f"Bearer {token}"}
    path = f"{FROZEN}:fetchPredictOperation"
    return (await api.ask("POST", path, document, headers)).status


async def test_an_assertion_of_a_service_account_gets_a_token(api: Api) -> None:
    status, told = await asked(api, grant_type=JWT, assertion=assertion(DRIVER))

    assert (status, told) == (
        200,
        {
            "access_token": "ya29.mock.main.1",
            "expires_in": 3599,
            "token_type": "Bearer",
        },
    )
    assert await can_read(api, told["access_token"]) == 200


async def test_a_new_token_stays_in_the_space_of_the_one_before(api: Api) -> None:
    await asked(api, grant_type=JWT, assertion=assertion(DRIVER))
    _, told = await asked(api, grant_type=JWT, assertion=assertion(DRIVER))

    assert told["access_token"] == "ya29.mock.main.2"
    assert await can_read(api, told["access_token"]) == 200


async def test_nobody_elses_assertion_is_taken_if_that_is_strict(api: Api) -> None:
    status, told = await asked(api, grant_type=JWT, assertion=assertion("a@b"))

    assert (status, told["error"]) == (400, "invalid_grant")


async def test_anybodys_is_taken_otherwise(serve: Serve) -> None:
    api = Api(await serve(providers=("google",), auth="open"))

    status, told = await asked(api, grant_type=JWT, assertion=assertion("a@b"))

    assert (status, told["access_token"]) == (200, "ya29.mock.main.1")


async def test_another_way_to_ask_is_not_supported(api: Api) -> None:
    status, told = await asked(api, grant_type="password")

    assert (status, told["error"]) == (400, "unsupported_grant_type")


@pytest.mark.parametrize("token", ["ya29.mock.nobody.1", "ya29.mock.main", "ya29.x"])
async def test_a_token_that_nobody_gave_out_opens_nothing(api: Api, token: str) -> None:
    assert await can_read(api, token) == 401


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/", "computeMetadata/\n"),
        (f"{ROOT}/project/project-id", "mock-project"),
        (f"{ROOT}/universe/universe-domain", "googleapis.com"),
        (f"{OWN}/email", DRIVER),
    ],
)
async def test_the_metadata_server_is_at_the_root_of_the_port(
    api: Api, path: str, text: str
) -> None:
    response = await meta(api, path)

    assert (response.status, await response.text()) == (200, text)
    assert response.headers["Metadata-Flavor"] == "Google"


async def test_it_gives_out_tokens_and_tells_of_its_account(api: Api) -> None:
    token = await (await meta(api, f"{OWN}/token?scopes=a")).json()
    account = await (await meta(api, f"{OWN}/?recursive=true")).json()

    assert await can_read(api, token["access_token"]) == 200
    assert account == {
        "aliases": ["default"],
        "email": DRIVER,
        "scopes": ["https://www.googleapis.com/auth/cloud-platform"],
    }


@pytest.mark.parametrize("headers", [{}, {"Metadata-Flavor": "Amazon"}])
async def test_without_the_header_the_root_is_no_metadata_server(
    api: Api, headers: dict[str, str]
) -> None:
    response = await meta(api, f"{ROOT}/project/project-id", headers)

    assert response.status == 404
    assert "Metadata-Flavor" not in response.headers


async def test_at_its_own_host_the_root_is_its_own(api: Api) -> None:
    headers = {**FLAVOR, "Host": "metadata.google.internal"}

    assert await (await meta(api, "/", headers)).text() == "computeMetadata/\n"
