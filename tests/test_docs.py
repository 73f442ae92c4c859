"""The documentation leads somewhere, names what there is, and its examples run."""

import re
import shlex
from collections.abc import Iterator
from os.path import relpath
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from mockserver import MockServer
from mockserver.app import build
from mockserver.cli import VERBS
from mockserver.providers import discover
from tests.transcripts import blocks

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
INSIDE = [ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md"]
PAGES = [README, *INSIDE, *sorted((ROOT / "docs").rglob("*.md"))]
PROVIDERS = discover()
every_page = pytest.mark.parametrize(
    "page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES]
)
every_provider = pytest.mark.parametrize("slug", PROVIDERS)


def commands(page: Path) -> list[str]:
    """Return what is typed in the console examples, continued lines joined."""
    joined = "".join(blocks(page, "console"))
    typed = re.findall(r"^\$ ((?:[^\n]*\\\n|[^\n']|'[^']*')+)", joined, re.MULTILINE)
    return [command.replace("\\\n", " ") for command in typed]


def anchors(page: Path) -> list[str]:
    """Return what links to the headings of a page end with."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return [re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles]


@every_page
def test_every_relative_link_leads_to_a_file(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))

    lost = [
        target
        for target in targets
        if "://" not in target and not (page.parent / target).exists()
    ]

    assert lost == []


@every_page
def test_every_link_to_a_heading_leads_to_one(page: Path) -> None:
    found = re.findall(r"\]\(([^)#\s]*)#([^)\s]+)\)", page.read_text(encoding="utf-8"))
    links = [(page.parent / name if name else page, at) for name, at in found]

    lost = [
        f"{target.name}#{at}"
        for target, at in links
        if target.suffix == ".md" and target.exists() and at not in anchors(target)
    ]

    assert lost == []


@pytest.mark.parametrize("page", [*PAGES, ROOT / "benchmarks" / "README.md"])
def test_every_script_that_is_named_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"(?:benchmarks|\.ci)/\w+\.py", text))

    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@every_page
def test_every_command_shown_has_a_verb_that_exists(page: Path) -> None:
    words = [shlex.split(command, comments=True) for command in commands(page)]

    verbs = [word[1] for word in words if word[0].endswith("mockserver")]

    assert [verb for verb in verbs if verb not in VERBS and verb[0] != "-"] == []


@every_provider
def test_a_providers_page_names_its_settings_and_fixture_keys(slug: str) -> None:
    text = (ROOT / f"docs/providers/{slug}.md").read_text(encoding="utf-8")
    services = build(providers=(slug,)).services
    services.learn_keys(slug)
    settings = [setting.name for setting in PROVIDERS[slug].settings]
    keys = [grant.key for grant in services.spaces.keyring.grants(slug=slug)]

    assert keys
    assert [name for name in [*settings, *keys] if name not in text] == []


@every_provider
def test_the_readme_links_each_providers_page(slug: str) -> None:
    assert f"](docs/providers/{slug}.md)" in README.read_text(encoding="utf-8")


@every_page
def test_the_index_leads_to_every_page(page: Path) -> None:
    index = ROOT / "docs/README.md"
    text = index.read_text(encoding="utf-8")

    assert page == index or f"]({relpath(page, index.parent)})" in text


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MockServer]:
    """Return a running server that knows only the fixtures' keys."""
    with MockServer(pace="step", auth="strict", media_dir=tmp_path) as running:
        yield running


class MyClient:
    """A user's own client, as the README's example has it."""

    def __init__(self, base: str, key: str) -> None:
        self._jobs = f"{base}/v1-beta/generate-video"
        self._headers = {"X-API-Key": key}

    def make_listing_video(self, photos: list[str]) -> SimpleNamespace:
        order: Any = {
            "files": [{"url": photo} for photo in photos],
            "template_params": {"template_id": "ActiveListing1"},
        }
        made = requests.post(self._jobs, json=order, headers=self._headers, timeout=10)
        job = f"{self._jobs}/{made.json()['job_id']}"
        while self._get(f"{job}/status")["status"] != "completed":
            pass
        return SimpleNamespace(duration=self._get(f"{job}/results")["duration"])

    def _get(self, url: str) -> Any:
        return requests.get(url, headers=self._headers, timeout=10).json()


@pytest.mark.parametrize(
    "page", [README, ROOT / "docs/pytest.md"], ids=lambda page: page.name
)
def test_the_first_test_that_is_shown_passes(page: Path, server: MockServer) -> None:
    names: dict[str, Any] = {"MyClient": MyClient}
    exec(blocks(page, "python")[0], names)  # noqa: S102 - our own example

    names["test_my_pipeline"](server)

    assert len(server.jobs) == 1


def test_every_python_example_is_python() -> None:
    examples = [code for page in PAGES for code in blocks(page, "python")]

    assert [compile(code, "example", "exec") for code in examples]


def test_the_example_without_pytest_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = [
        code
        for code in blocks(ROOT / "docs/pytest.md", "python")
        if "with MockServer" in code
    ]

    exec(code, {})  # noqa: S102 - our own example

    assert "/digitalcarbon " in capsys.readouterr().out
