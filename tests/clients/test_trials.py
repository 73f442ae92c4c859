"""What the control room shows first runs as it stands, whoever the provider is."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import httpx
import pytest

from mockserver import MockServer
from mockserver.providers import discover
from tests.clients import programs
from tests.deep import some

LANGUAGES = ("curl", "python", "javascript")

pytestmark = pytest.mark.client


@pytest.mark.parametrize("slug", some(discover(), of=4))
def test_the_first_calls_run_one_after_the_other(tmp_path: Path, slug: str) -> None:
    """In each language; all at once, since they mostly wait."""
    with ThreadPoolExecutor(len(LANGUAGES)) as pool:
        played = [*pool.map(partial(_played, tmp_path, slug), LANGUAGES)]

    assert played == [*LANGUAGES]


def _played(folder: Path, slug: str, language: str) -> str:
    """Run the calls in one language, on a server of their own; return its name."""
    folder /= language
    folder.mkdir()
    with MockServer(providers=[slug], pace="x120") as server:
        control = f"{server.url}/_mock/api"
        trials = httpx.get(f"{control}/providers/{slug}").json()["trials"]
        text = "\n\n".join(trial[language] for trial in trials)

        ran = subprocess.run(
            [*programs.interpreter(language), text],
            cwd=folder,
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            timeout=80,
            check=False,
        )

        seen = httpx.get(f"{control}/exchanges", params={"limit": 100}).json()
    seen = seen["exchanges"]
    calls = [f"{one['method']} {one['operation']}: {one['status']}" for one in seen]
    assert ran.returncode == 0, ran.stderr
    assert [one for one in seen if not 200 <= one["status"] < 300] == [], calls
    assert seen[-1]["role"] == "submit"
    # The last thing that is done is done about the job which the first has made.
    assert seen[0]["jobs"] == seen[-1]["jobs"] != []
    assert len({one["operation"] for one in seen}) == 3, calls
    saved = [file.name for file in folder.iterdir() if file.stat().st_size > 10_000]
    assert saved == ["film.mp4" for one in trials if "film.mp4" in one["curl"]]
    return language
