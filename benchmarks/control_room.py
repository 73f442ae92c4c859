"""How soon a call stands on the page, and what the page costs while many come.

    python benchmarks/control_room.py --write

A server and Debian's Chromium, as processes of their own. The first part makes calls one
by one, and measures from before a call is sent until the frame in which its line stands.
The second lets calls come at a rate, and counts frames, the longest wait between two of
them, and what the page's thread has worked, for each call; in the end each line must be
there. `--write` puts the result between the marks of `benchmarks/README.md`.
"""

import argparse
import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from shutil import which
from threading import Thread

from playwright.sync_api import CDPSession, Page, sync_playwright

README = Path(__file__).parent / "README.md"
MARK = "control-room"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
KEY = {"X-API-Key": "digitalcarbon-test-key"}
JOB = "/digitalcarbon/v1-beta/generate-video"
# The first time that a line of each number is in a frame, and when frames were.
WATCH = """() => {
  window.seen = new Map();
  window.frames = [];
  const list = document.querySelector("[aria-label=Exchanges] .rows");
  const note = () => requestAnimationFrame(() => {
    const at = Date.now();
    for (const row of list.querySelectorAll("[data-key]")) {
      if (!window.seen.has(row.dataset.key)) window.seen.set(row.dataset.key, at);
    }
  });
  new MutationObserver(note).observe(list, { childList: true, subtree: true });
  note();
  const count = (at) => {
    window.frames.push(at);
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
}"""

LISTED = "Number(document.querySelector('[aria-label=Exchanges].list').ariaRowCount)"


@contextmanager
def serving() -> Iterator[int]:
    """Yield the port of a server that keeps 100,000 exchanges."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "port"
        command = (
            sys.executable, "-m", "mockserver", "serve", "--port", "0", "--pace", "manual",
            "--port-file", str(file), "--provider", "digitalcarbon", "--log-format", "json",
        )  # fmt: skip
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            while not (file.exists() and file.read_text()):
                time.sleep(0.05)
            yield int(file.read_text())
        finally:
            server.terminate()
            server.wait()


def polls(port: int, job: str) -> Iterator[float]:
    """Make a call on one connection each time; yield when it was sent."""
    line = http.client.HTTPConnection("127.0.0.1", port)
    while True:
        at = time.time()
        line.request("GET", f"{JOB}/{job}/status", headers=KEY)
        line.getresponse().read()
        yield at


def submitted(port: int) -> str:
    line = http.client.HTTPConnection("127.0.0.1", port)
    body = {
        "files": [{"url": "https://example.com/image1.jpg"}],
        "template_params": {"template_id": "ActiveListing1"},
    }
    line.request(
        "POST", JOB, json.dumps(body), {**KEY, "Content-Type": "application/json"}
    )
    return json.loads(line.getresponse().read())["job_id"]


def one_by_one(page: Page, port: int, job: str, calls: int) -> dict[str, float]:
    sender = polls(port, job)
    before = page.evaluate("Math.max(0, ...[...window.seen.keys()].map(Number))")
    sent = []
    for _ in range(calls):
        sent.append(next(sender))
        page.wait_for_timeout(37)
    page.wait_for_timeout(500)
    seen = page.evaluate("Object.fromEntries(window.seen)")
    waits = sorted(seen[str(before + 1 + n)] - at * 1000 for n, at in enumerate(sent))
    return {
        "p50": statistics.median(waits),
        "p99": waits[int(len(waits) * 0.99) - 1],
        "max": waits[-1],
    }


def metrics(session: CDPSession) -> dict[str, float]:
    told = session.send("Performance.getMetrics")["metrics"]
    return {one["name"]: one["value"] for one in told}


def many(
    page: Page, port: int, job: str, rate: int, seconds: float
) -> dict[str, float]:
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    sender, total = polls(port, job), int(rate * seconds)

    def send() -> None:
        began = time.monotonic()
        for number in range(total):
            time.sleep(max(0.0, began + number / rate - time.monotonic()))
            next(sender)

    thread = Thread(target=send)
    page.evaluate("window.frames.length = 0")
    known = page.evaluate(LISTED)
    before, began = metrics(session), time.monotonic()
    thread.start()
    while thread.is_alive():
        page.wait_for_timeout(100)
    took = time.monotonic() - began
    after, frames = metrics(session), page.evaluate("window.frames")
    page.wait_for_timeout(1500)
    work = after["TaskDuration"] - before["TaskDuration"]
    gaps = sorted(b - a for a, b in pairwise(frames))
    return {
        "calls/s": total / took,
        "frames/s": len(frames) / took,
        "p50 gap": statistics.median(gaps),
        "p99 gap": gaps[int(len(gaps) * 0.99) - 1],
        "work/frame": 1e3 * work / len(frames),
        "work/call": 1e3 * work / total,
        "busy": 100 * work / took,
        "lines": page.evaluate(LISTED) - known,
        "total": total,
    }


def measured(calls: int, rate: int, seconds: float) -> tuple[dict, dict, int]:
    binary = which("chromium") or which("google-chrome")
    with serving() as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=[*FLAGS])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        job = submitted(port)
        page.goto(f"http://127.0.0.1:{port}/_mock/#/exchanges")
        page.wait_for_selector("[aria-label=Exchanges] [data-key]")
        page.wait_for_selector(".live.live")
        page.evaluate(WATCH)
        page.wait_for_timeout(500)
        soon = one_by_one(page, port, job, calls)
        full = many(page, port, job, rate, seconds)
        drawn = page.locator("[aria-label=Exchanges] [data-key]").count()
        browser.close()
        return soon, full, drawn


def table(soon: dict, full: dict, drawn: int) -> str:
    rows = [
        ("from a call to its line in a frame, median", f"{soon['p50']:.0f} ms"),
        ("the same, 99 of 100", f"{soon['p99']:.0f} ms"),
        ("the same, the worst", f"{soon['max']:.0f} ms"),
        ("calls that came then", f"{full['calls/s']:.0f} /s"),
        ("frames meanwhile", f"{full['frames/s']:.0f} /s"),
        (
            "between two frames, median and 99 of 100",
            f"{full['p50 gap']:.1f} and {full['p99 gap']:.1f} ms",
        ),
        (
            "CPU of the page's thread for each frame, of 16.7 ms",
            f"{full['work/frame']:.1f} ms",
        ),
        ("the same, for each call", f"{full['work/call']:.2f} ms"),
        ("the same, of the time", f"{full['busy']:.0f} %"),
        ("lines for those calls", f"{full['lines']} of {full['total']}"),
        ("lines that exist in the page at the end", str(drawn)),
    ]
    return "\n".join(
        ["| what | measured |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    told = table(*measured(asked.calls, asked.rate, asked.seconds))
    print(told)
    if asked.write:
        text = README.read_text("utf-8")
        head, _, rest = text.partition(f"<!-- {MARK} -->")
        _, _, tail = rest.partition(f"<!-- /{MARK} -->")
        README.write_text(
            f"{head}<!-- {MARK} -->\n{told}\n<!-- /{MARK} -->{tail}", "utf-8"
        )


if __name__ == "__main__":
    main()
