"""Unmodified clients of many stacks, with nothing but their environment changed.

Each asks DigitalCarbon's real host over TLS and prints the link of the answer, which
has to lead back to that host. `docs/clients.md` has a row for each.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from mockserver.cli.tools.surroundings import variables
from mockserver.server.mock import MockServer
from mockserver.server.sockets.trust import Trust, trust_files
from tests.clients.programs import node, php, tool
from tests.deep import first

HOST = "api.digitalcarbon.ai"
URL = f"https://{HOST}/v1-beta/generate-video/00000000-0000-4000-8000-000000000003"
LINK = f"https://{HOST}/media/00000000-0000-4000-8000-000000000003.mp4"
KEY = "digitalcarbon-test-key"
PYTHON = {
    "Python `requests`": """
import requests
print(requests.get(URL, headers=HEADERS).json()["video_url"])
""",
    "Python `httpx`": """
import httpx
print(httpx.get(URL, headers=HEADERS).json()["video_url"])
""",
    "Python `aiohttp`": """
import aiohttp, asyncio
async def main():
    async with aiohttp.ClientSession(trust_env=True) as session:
        async with session.get(URL, headers=HEADERS) as answer:
            print((await answer.json())["video_url"])
asyncio.run(main())
""",
    "Python `urllib3`": """
import os, urllib3
pool = urllib3.ProxyManager(os.environ["HTTPS_PROXY"])
print(pool.request("GET", URL, headers=HEADERS).json()["video_url"])
""",
    "Python `urllib`": """
import json, urllib.request
asked = urllib.request.Request(URL, headers=HEADERS)
print(json.load(urllib.request.urlopen(asked))["video_url"])
""",
}
JAVA = """
import java.net.URI;
import java.net.http.*;
public class Ask {
  public static void main(String[] given) throws Exception {
    var asked = HttpRequest.newBuilder(URI.create(given[0]))
        .header("X-API-Key", given[1]).build();
    var answer = HttpClient.newHttpClient()
        .send(asked, HttpResponse.BodyHandlers.ofString());
    System.out.println(answer.body());
  }
}
"""
FETCH = """
fetch(process.argv[1], { headers: { "X-API-Key": process.argv[2] } })
  .then((answer) => answer.text()).then(console.log);
"""
AXIOS = """
require("axios").get(process.argv[1], { headers: { "X-API-Key": process.argv[2] } })
  .then((answer) => console.log(answer.data.video_url));
"""
PHP = """
$asked = curl_init($argv[1]);
curl_setopt($asked, CURLOPT_HTTPHEADER, ["X-API-Key: $argv[2]"]);
if (curl_exec($asked) === false) { echo curl_error($asked); }
"""
RUBY = """
require "net/http"
url = URI(ARGV[0])
puts Net::HTTP.get(url, { "X-API-Key" => ARGV[1] })
"""
IMPOSSIBLE = """
import httpx
from impossible_fx import ImpossibleFX
with ImpossibleFX(region="us-east-1", api_key="key-1", timeout=30) as client:
    made = client.create_token("demo-project", "welcome", {"frame": 100})
    print(httpx.URL(client.get_url(made.token)).host)
    print(client.get_progress(made.token).done)
"""
OTHERS = (
    "`impossible-fx-sdk` 3.0.1",
    "curl",
    "Java `HttpClient`",
    "PHP `curl`",
    "Ruby `Net::HTTP`",
    "Node `fetch`, from 22.21",
    "Node `axios`",
)


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    return trust_files(tmp_path_factory.mktemp("state"))


@pytest.fixture(scope="module")
def server(trust: Trust, media_folder: Path) -> Iterator[MockServer]:
    folder = trust.ca.parent.parent
    with MockServer(None, state_dir=folder, media_dir=media_folder) as running:
        yield running
        assert running.bugs == []


@pytest.fixture(scope="module")
def surroundings(server: MockServer, trust: Trust) -> Mapping[str, str]:
    return {**os.environ, **variables(server.url, {}, trust)}


def told(surroundings: Mapping[str, str], *command: str) -> str:
    ran = subprocess.run(
        command,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=50,
        check=True,
    )
    return ran.stdout


@pytest.mark.client
@pytest.mark.parametrize("name", first(PYTHON, plain=2))
def test_a_python_client_ends_here(surroundings: Mapping[str, str], name: str) -> None:
    head = f"URL = {URL + '/results'!r}\nHEADERS = {{'X-API-Key': {KEY!r}}}\n"

    answer = told(surroundings, sys.executable, "-c", head + PYTHON[name])

    assert answer == f"{LINK}\n"


@pytest.mark.client
def test_curl_ends_here(surroundings: Mapping[str, str]) -> None:
    header = f"X-API-Key: {KEY}"

    answer = told(surroundings, tool("curl"), "-sS", f"{URL}/results", "-H", header)

    assert f'"video_url":"{LINK}"' in answer


@pytest.mark.client
@pytest.mark.deep  # its compiler alone takes three seconds
def test_java_ends_here(surroundings: Mapping[str, str], tmp_path: Path) -> None:
    source = tmp_path / "Ask.java"
    source.write_text(JAVA)

    answer = told(surroundings, tool("java"), str(source), f"{URL}/results", KEY)

    assert f'"video_url":"{LINK}"' in answer


@pytest.mark.client
def test_php_ends_here(surroundings: Mapping[str, str]) -> None:
    answer = told(surroundings, php(), "-r", PHP, f"{URL}/results", KEY)

    assert f'"video_url":"{LINK}"' in answer


@pytest.mark.client
def test_ruby_ends_here(surroundings: Mapping[str, str]) -> None:
    answer = told(surroundings, tool("ruby"), "-e", RUBY, f"{URL}/results", KEY)

    assert f'"video_url":"{LINK}"' in answer


@pytest.mark.client
def test_nodes_fetch_ends_here(surroundings: Mapping[str, str]) -> None:
    program = node(least=(22, 21))

    answer = told(surroundings, program, "-e", FETCH, f"{URL}/results", KEY)

    assert f'"video_url":"{LINK}"' in answer


@pytest.mark.client
def test_nodes_axios_ends_here(surroundings: Mapping[str, str]) -> None:
    program = node("axios")

    answer = told(surroundings, program, "-e", AXIOS, f"{URL}/results", KEY)

    assert answer == f"{LINK}\n"


@pytest.mark.client
def test_impossibles_own_client_ends_here_with_its_host_untouched(
    surroundings: Mapping[str, str],
) -> None:
    answer = told(surroundings, sys.executable, "-c", IMPOSSIBLE)

    host, done = answer.split()
    assert host == "render-us-east-1.impossible.io"
    assert done == "0"


def test_the_page_has_a_row_for_each_client() -> None:
    page = (Path(__file__).parents[2] / "docs/clients.md").read_text("utf-8")

    rows = [line.split("|")[1].strip() for line in page.splitlines() if "| yes" in line]

    assert rows == [*PYTHON, *OTHERS]
