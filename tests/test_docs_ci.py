"""The pipelines of the documentation run, and leave the reports that they name."""

import shutil
import socket
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import parse

import pytest
import yaml

from mockserver.config import load_config
from tests.deep import first
from tests.transcripts import blocks, ran_alone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

DOCS = Path(__file__).parents[1] / "docs"
GITHUB, GITLAB, GITHUB_NODE, GITLAB_NODE, SERVICE = (
    yaml.safe_load(text)["jobs"]["tests"]
    if "jobs:" in text
    else yaml.safe_load(text)["tests"]
    for text in blocks(DOCS / "ci.md", "yaml")
)
NODE = """
import assert from "node:assert/strict";
import { test } from "node:test";

const jobs = `${process.env.MOCKSERVER_URL}/digitalcarbon/v1-beta/generate-video`;
const headers = { "X-API-Key": "any", "Content-Type": "application/json" };

test("a video is made", async () => {
  const files = [{ url: "https://example.com/image1.jpg" }];
  const order = { files, template_params: { template_id: "ActiveListing1" } };
  const body = JSON.stringify(order);
  const made = await (await fetch(jobs, { method: "POST", headers, body })).json();
  let seen = "";
  for (let read = 0; seen !== "completed" && read < 9; read += 1) {
    const answer = await fetch(`${jobs}/${made.job_id}/status`, { headers });
    seen = (await answer.json()).status;
  }
  assert.equal(seen, "completed");
});
"""
# Loading all plugins of the environment would cost seconds in each run.
PLUGINS = {
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    "PYTEST_PLUGINS": "mockserver.pytest_plugin,xdist.plugin",
}
needs_node = pytest.mark.skipif(not shutil.which("node"), reason="needs node")


def lines(job: dict[str, Any]) -> list[str]:
    """Return what a pipeline runs once everything is installed."""
    every = job.get("script") or [step.get("run", "") for step in job["steps"]]
    return [line for line in every if not line.startswith(("pip ", "apt-get "))]


def reports(job: dict[str, Any]) -> list[str]:
    """Return the files that a pipeline keeps."""
    if "artifacts" in job:
        kept = job["artifacts"]
        return [kept["reports"]["junit"], *kept.get("paths", [])]
    uploads = [step for step in job["steps"] if "upload" in step.get("uses", "")]
    return [path for step in uploads for path in step["with"]["path"].split()]


@pytest.fixture
def port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def run(job: dict[str, Any], folder: Path, port: int) -> tuple[int, str]:
    """Run a pipeline in a folder; return its exit code and what it has said."""
    variables = {**job.get("env", {}), **job.get("variables", {})}
    told = {name: value.replace("7357", str(port)) for name, value in variables.items()}
    command = ["bash", "-ec", "\n".join(lines(job))]
    variables = {**PLUGINS, "MOCKSERVER_PORT": str(port), **told}
    return ran_alone(command, folder, variables, limit_s=100)


def cases(report: Path) -> int:
    """Return how many tests a report in the form of JUnit tells of."""
    return len([*parse(report).iter("testcase")])  # noqa: S314 - written just now


@pytest.mark.deep
@pytest.mark.parametrize(
    "job", first([pytest.param(GITHUB, id="github"), pytest.param(GITLAB, id="gitlab")])
)
def test_the_pipeline_for_pytest_leaves_a_report(
    job: dict[str, Any], tmp_path: Path, port: int
) -> None:
    example = blocks(DOCS / "pytest.md", "python")[0]
    (tmp_path / "test_pipeline.py").write_text(example, encoding="utf-8")

    code, said = run(job, tmp_path, port)

    assert code == 0, said
    assert cases(tmp_path / reports(job)[0]) == 1


@pytest.mark.deep
@needs_node
@pytest.mark.parametrize(
    "job",
    first(
        [
            pytest.param(GITLAB_NODE, id="gitlab"),
            pytest.param(GITHUB_NODE, id="github"),
        ]
    ),
)
def test_the_pipeline_for_any_language_leaves_its_reports(
    job: dict[str, Any], tmp_path: Path, port: int
) -> None:
    (tmp_path / "video.test.mjs").write_text(NODE, encoding="utf-8")

    code, said = run(job, tmp_path, port)

    assert code == 0, said
    assert cases(tmp_path / "report.xml") == 1
    assert [name for name in reports(job) if not (tmp_path / name).stat().st_size] == []


@pytest.mark.deep
@needs_node
def test_the_pipeline_finds_a_rule_that_never_met_a_call(
    tmp_path: Path, port: int
) -> None:
    """The tests pass, and still nothing was tried."""
    idle = NODE.replace("seen !==", "false && seen !==").replace(
        '"completed");', '"");'
    )
    (tmp_path / "video.test.mjs").write_text(idle, encoding="utf-8")

    code, said = run(GITHUB_NODE, tmp_path, port)

    assert code == 1
    assert "status-blips" in said


def test_the_service_of_the_pipeline_has_settings_that_there_are(
    tmp_path: Path,
) -> None:
    variables = SERVICE["variables"]

    config = load_config({}, variables, tmp_path)

    assert (config.pace, config.control_token) == ("step", "for-tests-only")
    assert variables["MOCKSERVER_URL"] == (
        f"http://{SERVICE['services'][0]['alias']}:{config.port}"
    )
