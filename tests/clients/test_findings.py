"""Vendors' own clients order, wait and download as their READMEs have it.

What they are found to do is in docs/findings.md; what is not true of them is a fault of
a rule, not of theirs.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from lumaai import LumaAI
from openai import OpenAI
from replicate.client import Client as Replicate
from runwayml import RunwayML

from mockserver.server.mock import MockServer
from mockserver.server.travelling import living_by
from tests.clients.programs import WAIT_NODE, node, outcome, pace

pytestmark = [
    pytest.mark.client,
    pytest.mark.ffmpeg,
    pytest.mark.filterwarnings("ignore:.*Sora API"),
]

PROMPT = "A lighthouse at dusk"
SHORT = {
    "scenario": "short",
    "about": "Jobs take a few seconds of real time.",
    "rules": [{"job": {"slow": 0.04}}],
}


@pytest.fixture
def serve(media_folder: Path) -> Callable[..., Any]:
    @contextmanager
    def start(slug: str, **settings: Any) -> Iterator[tuple[MockServer, str, str]]:
        settings = {"pace": "manual", "providers": (slug,), **settings}
        with MockServer(media_dir=media_folder, **settings) as running:
            key = str(running.space.credential(slug))
            yield running, running.url_for(slug), key
            assert running.bugs == []

    return start


def found(server: MockServer) -> list[str]:
    """Return the rules that have found something."""
    return [one.rule.id for one in server.findings]


@pytest.mark.deep
def test_openai_for_python(serve: Callable[..., Any]) -> None:
    """It waits as long as each answer bids."""
    with serve("openai", pace="real") as (server, base, key):
        server.use(SHORT)
        with OpenAI(api_key=key, base_url=f"{base}/v1") as client:
            video = client.videos.create_and_poll(prompt=PROMPT, seconds="4")
            client.videos.download_content(video.id).read()

        assert found(server) == []


def test_luma_for_python(serve: Callable[..., Any]) -> None:
    """Its README waits three seconds between two reads."""
    with serve("luma") as (server, base, key):
        with LumaAI(auth_token=key, base_url=f"{base}/dream-machine/v1") as client:
            made = client.generations.create(model="ray-2", prompt=PROMPT)
            while made.state != "completed":
                server.advance(3)
                made = client.generations.get(id=str(made.id))
            assert made.assets is not None
            httpx.get(str(made.assets.video))

        assert found(server) == []


def test_runway_for_python(serve: Callable[..., Any]) -> None:
    with serve("runway") as (server, base, key), living_by(server.space):
        with RunwayML(api_key=key, base_url=base) as client:
            created: Any = client.text_to_video.create(
                model="gen4.5", prompt_text=PROMPT, ratio="1280:720", duration=5
            )
            httpx.get(created.wait_for_task_output().output[0])

        assert found(server) == []


@pytest.mark.deep
def test_replicate_for_python(serve: Callable[..., Any]) -> None:
    with serve("replicate", pace="real") as (server, base, key):
        server.use(SHORT)
        client = Replicate(api_token=key, base_url=base)
        output: Any = client.run("google/veo-3.1", input={"prompt": PROMPT})
        output.read()
        client._client.close()

        assert found(server) == []


NODE = {
    "openai": """
const OpenAI = require("openai");
const openai = new OpenAI({ apiKey, baseURL: `${base}/v1` });
let video = await openai.videos.create({ prompt });
while (["queued", "in_progress"].includes(video.status)) {
  await wait(2);
  video = await openai.videos.retrieve(video.id);
}
await (await openai.videos.downloadContent(video.id)).arrayBuffer();
""",
    "replicate": """
const Replicate = require("replicate");
const replicate = new Replicate({ auth: apiKey, baseUrl: `${base}/v1` });
const output = await replicate.run("google/veo-3.1", { input: { prompt } });
await output.blob();
""",
    "runway": """
const { default: RunwayML } = require("@runwayml/sdk");
const runway = new RunwayML({ apiKey, baseURL: base });
const task = await runway.textToVideo
  .create({ model: "gen4.5", promptText: prompt, ratio: "1280:720", duration: 5 })
  .waitForTaskOutput();
await (await fetch(task.output[0])).arrayBuffer();
""",
    "luma": """
const { LumaAI } = require("lumaai");
const client = new LumaAI({ authToken: apiKey, baseURL: `${base}/dream-machine/v1` });
let made = await client.generations.create({ model: "ray-2", prompt });
while (made.state !== "completed") {
  await wait(3);
  made = await client.generations.get(made.id);
}
await (await fetch(made.assets.video)).arrayBuffer();
""",
    "fal": """
const { createFalClient } = require("@fal-ai/client");
const fal = createFalClient({
  credentials: apiKey,
  suppressLocalCredentialsWarning: true,
  requestMiddleware: async (request) => ({
    ...request,
    url: request.url.replace("https://", `${base}/`),
  }),
});
const { data } = await fal.subscribe("fal-ai/veo3.1", { input: { prompt } });
await (await fetch(data.video.url.replace("https://", `${base}/`))).arrayBuffer();
""",
    "google": """
const { GoogleGenAI } = require("google-genai-2");
const ai = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: base } });
let operation = await ai.models.generateVideos({
  model: "veo-3.1-generate-preview", prompt,
});
while (!operation.done) {
  await wait(5);
  operation = await ai.operations.getVideosOperation({ operation });
}
await ai.files.download({
  file: operation.response.generatedVideos[0].video, downloadPath: process.argv[4],
});
// Its download returns before the file is written, and tells nobody when it is.
await new Promise((resolve) => setTimeout(resolve, 2000));
""",
}


@pytest.mark.deep
@pytest.mark.parametrize("slug", NODE)
def test_the_client_for_node(
    serve: Callable[..., Any], slug: str, tmp_path: Path
) -> None:
    begins = "const [, , base, apiKey] = process.argv; const prompt = 'A lighthouse';"
    begins += WAIT_NODE
    text = f"{begins} (async () => {{{NODE[slug]} console.log('null');}})();"
    program = tmp_path / "client.cjs"
    program.write_text(text)
    with serve(slug, pace=pace(NODE[slug])) as (server, base, key):
        server.use(SHORT)

        outcome(node(), str(program), base, key, str(tmp_path / "out.mp4"))

        assert found(server) == []
