"""More of vendors' clients, each a program of its own, ordering as its README has it.

What is not true of them is a fault of a rule, not of theirs; see docs/findings.md.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mockserver.cli.tools.surroundings import variables
from mockserver.server.mock import MockServer
from mockserver.server.sockets.trust import trust_files
from tests.clients.programs import (
    WAIT,
    WAIT_2,
    WAIT_NODE,
    node,
    outcome,
    pace,
    python,
    python_27,
)

pytestmark = [
    pytest.mark.client,
    pytest.mark.ffmpeg,
    pytest.mark.deep,
    pytest.mark.timeout(90),
]

SHORT = {
    "scenario": "short",
    "about": "Jobs take a few seconds of real time.",
    "rules": [{"job": {"slow": 0.04}}],
}

PYTHON = {
    ("google", "google-genai-2.34.0"): """
from google import genai
from google.genai import types
client = genai.Client(api_key=key, http_options=types.HttpOptions(base_url=base))
operation = client.models.generate_videos(
    model="veo-3.1-generate-preview", prompt="A lighthouse"
)
while not operation.done:
    wait(5)
    operation = client.operations.get(operation)
client.files.download(file=operation.response.generated_videos[0].video)
""",
    ("openai", "litellm"): """
import litellm
asked = {"api_base": f"{base}/v1", "api_key": key}
video = litellm.video_generation(
    model="openai/sora-2", prompt="A lighthouse", seconds="4", **asked
)
while litellm.video_status(video_id=video.id, **asked).status != "completed":
    wait(2)
litellm.video_content(video_id=video.id, **asked)
""",
    ("luma-agents", "luma-agents"): """
from luma_agents import Luma
client = Luma(auth_token=key, base_url=f"{base}/v1")
made = client.generations.create(prompt="A lighthouse", type="video", model="ray-3.2")
while made.state not in ("completed", "failed"):
    wait(2)
    made = client.generations.get(made.id)
urllib.request.urlopen(made.output[0].url).read()
""",
    ("mux", "mux"): """
import mux_python as mux
client = mux.ApiClient(mux.Configuration(host=base, username=key, password=secret))
assets = mux.AssetsApi(client)
made = assets.create_asset(mux.CreateAssetRequest(
    inputs=[mux.InputSettings(url="https://storage.example/cat.mp4")],
    playback_policies=[mux.PlaybackPolicy.PUBLIC],
    static_renditions=[mux.CreateStaticRenditionRequest(resolution="highest")],
)).data
while made.status == "preparing":
    wait(1)
    made = assets.get_asset(made.id).data
place = f"{base}/stream/{made.playback_ids[0].id}/highest.mp4"
urllib.request.urlopen(place).read()
""",
    ("shotstack", "shotstack"): """
import shotstack_sdk as shotstack
from shotstack_sdk.api import edit_api
from shotstack_sdk.model.clip import Clip
from shotstack_sdk.model.edit import Edit
from shotstack_sdk.model.output import Output
from shotstack_sdk.model.timeline import Timeline
from shotstack_sdk.model.title_asset import TitleAsset
from shotstack_sdk.model.track import Track
configuration = shotstack.Configuration(host=f"{base}/edit/v1")
configuration.api_key["DeveloperKey"] = key
api = edit_api.EditApi(shotstack.ApiClient(configuration))
clip = Clip(asset=TitleAsset(text="Hello", style="minimal"), start=0.0, length=2.0)
made = api.post_render(Edit(
    timeline=Timeline(tracks=[Track(clips=[clip])]),
    output=Output(format="mp4", resolution="preview"),
)).response
while (told := api.get_render(made.id, data=False).response).status != "done":
    wait(3)
urllib.request.urlopen(told.url).read()
""",
    ("google", "google-genai-3.6.1"): """
from google import genai
from google.genai import types
client = genai.Client(api_key=key, http_options=types.HttpOptions(base_url=base))
made = client.interactions.create(
    model="gemini-omni-1.1-flash", input="a boat", background=True
)
while made.status == "in_progress":
    wait(5)
    made = client.interactions.get(id=made.id)
""",
}

FAL = """
import fal_client, httpx
made = fal_client.SyncClient(key=key).subscribe("fal-ai/veo3.1", {"prompt": "A boat"})
httpx.get(made["video"]["url"]).raise_for_status()
"""

PYTHON_2 = {
    ("stupeflix", "stupeflix_api"): """
import tempfile
from stupeflix_api import stupeflix
keys = ("EXAMPLEACCESSKEY0001", "exampleSecretKey000000000000000000000001")
client = stupeflix.StupeflixClient(keys[0], keys[1], base)
client.sendDefinition("alice", "clip1", body=(
    '<movie service="craftsman-1.0"><body><effect type="none" duration="2.0">'
    '<image color="#336699"/></effect></body></movie>'
))
client.createProfiles("alice", "clip1", ["iphone"])
def status():
    return client.getStatus("alice", "clip1", "iphone")[0]["status"]["status"]
while status() != "available":
    wait(5)
client.getProfile("alice", "clip1", "iphone", tempfile.mktemp())
""",
    ("impossible", "fx-python-sdk"): """
import requests
from impossible_fx import RenderService
render = RenderService(protocol="http")
render.config["endpoint_mask"] = base.partition("://")[2]
made = render.get_render_url("demo", "welcome", {}, endpoint=base, format="gif")
requests.get(made.url).raise_for_status()
""",
}

NODE = {
    ("google", "@google/genai"): """
const { GoogleGenAI } = require("@google/genai");
const { interactions } = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: base } });
let made = await interactions.create({
  model: "gemini-omni-1.1-flash", input: "a boat", background: true,
});
while (made.status === "in_progress") {
  await wait(5);
  made = await interactions.get(made.id);
}
""",
    ("mux", "@mux/mux-node"): """
const { Mux } = require("@mux/mux-node");
const mux = new Mux({ baseURL: base, tokenId: apiKey, tokenSecret: secret });
let asset = await mux.video.assets.create({
  inputs: [{ url: "https://storage.example/cat.mp4" }], playback_policies: ["public"],
  static_renditions: [{ resolution: "highest" }],
});
while (asset.status === "preparing") {
  await wait(1);
  asset = await mux.video.assets.retrieve(asset.id);
}
const playback = asset.playback_ids[0].id;
await (await fetch(`${base}/stream/${playback}/highest.mp4`)).arrayBuffer();
""",
    ("shotstack", "shotstack-sdk"): """
const Shotstack = require("shotstack-sdk");
const client = Shotstack.ApiClient.instance;
client.basePath = `${base}/edit/v1`;
client.authentications.DeveloperKey.apiKey = apiKey;
const api = new Shotstack.EditApi();
const asset = new Shotstack.TitleAsset().setText("Hello");
const clip = new Shotstack.Clip().setAsset(asset).setStart(0).setLength(2);
const timeline = new Shotstack.Timeline();
timeline.setTracks([new Shotstack.Track().setClips([clip])]);
const output = new Shotstack.Output().setFormat("mp4").setResolution("preview");
const edit = new Shotstack.Edit().setTimeline(timeline).setOutput(output);
const { id } = (await api.postRender(edit)).response;
let told;
while ((told = (await api.getRender(id, { data: false })).response).status !== "done")
  await wait(3);
await (await fetch(told.url)).arrayBuffer();
""",
    ("fal", "@ai-sdk/fal"): """
const { createFal } = require("@ai-sdk/fal");
const { experimental_generateVideo: generateVideo } = require("ai");
const origin = base.replace(/\\/fal$/, "");
const led = (url, given) => fetch(`${origin}/fal/proxy`, {
  ...given, headers: { ...given.headers, "x-fal-target-url": String(url) },
});
const provider = createFal({ apiKey, fetch: led });
await generateVideo({
  model: provider.video("luma-dream-machine/ray-2"), prompt: "A lighthouse",
  duration: 5, aspectRatio: "16:9",
});
""",
    ("luma", "@ai-sdk/luma"): """
const { createLuma } = require("@ai-sdk/luma");
const { generateImage } = require("ai");
const luma = createLuma({ apiKey, baseURL: base });
await generateImage({
  model: luma.image("photon-1"), prompt: "A fern", aspectRatio: "3:4",
});
""",
    ("replicate", "@ai-sdk/replicate"): """
const { createReplicate } = require("@ai-sdk/replicate");
const { experimental_generateVideo: generateVideo } = require("ai");
const replicate = createReplicate({ apiToken: apiKey, baseURL: `${base}/v1` });
await generateVideo({
  model: replicate.video("google/veo-3.1"), prompt: "A lighthouse",
  duration: 4, aspectRatio: "16:9",
});
""",
}


@pytest.fixture
def serve(media_folder: Path) -> Callable[..., Any]:
    @contextmanager
    def start(slug: str, **settings: Any) -> Iterator[tuple[MockServer, list[str]]]:
        settings = {"pace": "real", "providers": (slug,), **settings}
        with MockServer(media_dir=media_folder, **settings) as running:
            running.space.use(SHORT)
            told = running.space.credential(slug)
            key = told.fields.get("token_id") or str(told)
            secret = told.fields.get("token_secret", "")
            yield running, [running.url_for(slug), key, secret]
            assert running.bugs == []

    return start


def found(server: MockServer) -> list[str]:
    """Return the rules that have found something; something there was to judge."""
    assert len(server.jobs) == 1
    return [f"{one.rule.id}: {one.said}" for one in server.findings]


@pytest.mark.parametrize(("slug", "home"), PYTHON)
def test_the_client_for_python(serve: Callable[..., Any], slug: str, home: str) -> None:
    begins = "import sys, urllib.request\n_, base, key, secret = sys.argv\n"
    text = f"{begins}{WAIT}{PYTHON[slug, home]}\nprint('null')"
    with serve(slug, pace=pace(PYTHON[slug, home])) as (server, given):
        outcome(python(home), "-W", "ignore", "-c", text, *given)

        assert found(server) == []


def test_fal_for_python(
    serve: Callable[..., Any], media_folder: Path, tmp_path: Path
) -> None:
    """Its hosts are in the client; a proxy leads it here."""
    trust = trust_files(tmp_path / "state")
    text = f"import sys\n_, base, key, secret = sys.argv\n{FAL}\nprint('null')"
    with serve("fal", state_dir=trust.ca.parent.parent) as (server, given):
        led = variables(server.url, {}, trust)

        outcome(sys.executable, "-c", text, *given, surroundings=led)

        assert found(server) == []


@pytest.mark.slow
@pytest.mark.parametrize(("slug", "client"), PYTHON_2)
def test_the_client_for_python_2(
    serve: Callable[..., Any], slug: str, client: str
) -> None:
    python_2, folder = python_27(client)
    begins = "import site, sys\n_, folder, base, key, secret = sys.argv\n" + WAIT_2
    text = f"{begins}site.addsitedir(folder)\n{PYTHON_2[slug, client]}\nprint('null')"
    with serve(slug, pace=pace(PYTHON_2[slug, client])) as (server, given):
        outcome(python_2, "-W", "ignore", "-c", text, folder, *given)

        assert found(server) == []


@pytest.mark.parametrize(("slug", "package"), NODE)
def test_the_client_for_node(
    serve: Callable[..., Any], slug: str, package: str, tmp_path: Path
) -> None:
    begins = f"const [, , base, apiKey, secret] = process.argv; {WAIT_NODE}"
    text = f"{begins} (async () => {{{NODE[slug, package]} console.log('null');}})();"
    program = tmp_path / "client.cjs"
    program.write_text(text)
    # The AI SDK refuses links to loopback.
    settings = {"handover": "data"} if package.startswith("@ai-sdk") else {}
    settings["pace"] = pace(NODE[slug, package])
    with serve(slug, **settings) as (server, given):
        outcome(node(package), str(program), *given, str(tmp_path / "out.mp4"))

        assert found(server) == []
