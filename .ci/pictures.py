"""Shoot the pictures of the control room that the documentation shows.

As `make pictures` does. A server of its own lives through a story that is the same each
time; the Chromium of the system shows it. 256 colours keep a clone small.
"""

import io
import json
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

HOME = Path(__file__).parent.parent / "docs" / "pictures"
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync")
SIZE = {"width": 1280, "height": 800}
KEY = {"X-API-Key": "digitalcarbon-test-key"}
JOBS = "/digitalcarbon/v1-beta/generate-video"
ORDER = {
    "files": [{"url": "https://example.com/kitchen.jpg"}],
    "template_params": {
        "template_id": "ActiveListing1",
        "property_details": {"address": "123 Main St", "price": "$500,000"},
    },
}
CLOCK = "/_mock/api/spaces/digitalcarbon.main/clock/advance"


@contextmanager
def serving() -> Iterator[str]:
    """Yield where a server listens."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "port"
        command = (
            sys.executable, "-m", "mockserver", "serve", "--pace", "manual", "--seed",
            "7", "--port", "0", "--port-file", str(file), "--media-dir", folder,
        )  # fmt: skip
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
        try:
            while not (file.exists() and file.read_text()):
                if server.poll() is not None:
                    raise SystemExit("the server has ended")
                time.sleep(0.1)
            yield f"http://localhost:{file.read_text().strip()}"
        finally:
            server.terminate()
            server.wait()


class Caller:
    """A client of the story.

    Args:
        origin: Where the server listens.
    """

    def __init__(self, origin: str) -> None:
        self.origin = origin

    def ask(self, path: str, body: object = None, headers: object = None) -> bytes:
        """Return what is answered, whatever the status."""
        sent = None if body is None else json.dumps(body).encode()
        url = path if path.startswith("http") else self.origin + path
        request = urllib.request.Request(  # noqa: S310 - our own server
            url, sent, {"Content-Type": "application/json", **(headers or {})}
        )
        try:
            with urllib.request.urlopen(request) as answer:  # noqa: S310 - as above
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            return bytes(error.read())

    def tell(self, path: str, body: object = None, headers: object = None) -> dict:
        """Return the document that is answered."""
        return dict(json.loads(self.ask(path, body, headers)))


def live(caller: Caller) -> tuple[str, str]:
    """Let the story happen; return its job, and the number of what was refused."""
    providers = caller.tell("/_mock/api/providers")["providers"]
    for provider in providers[1:]:
        subprocess.run(  # noqa: S602 - the command that the page shows
            provider["start"], shell=True, check=True, stdout=subprocess.DEVNULL
        )
        caller.tell(
            f"/_mock/api/spaces/{provider['slug']}.main/clock/advance", {"by": 40}
        )
    job = caller.tell(JOBS, ORDER, KEY)["job_id"]
    for step in range(14):
        if step == 5:
            blips = {"scenario": "status-blips"}
            caller.tell("/_mock/api/spaces/digitalcarbon.main/faults", blips)
        caller.tell(CLOCK, {"by": 80 + 9 * (step % 3)})
        caller.ask(f"{JOBS}/{job}/status", headers=KEY)
    wrong = {**ORDER, "files": "https://example.com/kitchen.jpg"}
    caller.ask(JOBS, wrong, KEY)
    refused = caller.tell("/_mock/api/exchanges?limit=1")["exchanges"][0]["number"]
    caller.tell(f"/_mock/api/jobs/{job}/finish", {})
    for name in ("status", "results"):
        told = caller.tell(f"{JOBS}/{job}/{name}", headers=KEY)
    video = next(str(url) for url in _texts(told) if str(url).endswith(".mp4"))
    caller.ask(video)
    return job, str(refused)


def _texts(value: object) -> Iterator[object]:
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)
    else:
        yield value


def shoot(browser: Browser, url: str, scheme: str, wait: str, name: str) -> None:
    """Take one picture."""
    page = browser.new_page(viewport=SIZE, color_scheme=scheme)
    page.goto(url)
    page.wait_for_selector(wait)
    page.evaluate(
        "async () => { const film = document.querySelector('video');"
        " if (film) { film.preload = 'auto'; film.muted = true; film.currentTime = 6;"
        " await new Promise((go) => film.addEventListener('seeked', go,"
        " { once: true })); } }"
    )
    page.wait_for_timeout(1500)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(256, dither=Image.Dither.NONE).save(HOME / name, optimize=True)
    page.close()
    sys.stdout.write(f"{name}: {(HOME / name).stat().st_size} bytes\n")


def main() -> None:
    """Shoot them all."""
    HOME.mkdir(exist_ok=True)
    binary = shutil.which("chromium") or shutil.which("google-chrome")
    with serving() as origin, sync_playwright() as playwright:
        job, refused = live(Caller(origin))
        browser = playwright.chromium.launch(executable_path=binary, args=[*FLAGS])
        room = f"{origin}/_mock/#"
        place = f"{room}/jobs/digitalcarbon.main/digitalcarbon/{job}"
        shoot(browser, place, "light", ".detail video", "control-room-job.png")
        exchange = f"{room}/exchanges/{refused}?provider=digitalcarbon"
        shoot(browser, exchange, "dark", ".detail .mark", "control-room-exchange.png")
        browser.close()


if __name__ == "__main__":
    main()
