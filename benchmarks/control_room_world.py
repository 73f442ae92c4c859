"""What a page of each list of the control room costs in a world of 100,000 exchanges.

    python benchmarks/control_room_world.py

Two servers in this process: a small world, and one with a hundred times as much of all:
10,000 jobs of ten spaces, ten polls and ten webhooks for each. The first part asks the
control API what the page asks, the first, the middle and the last page of each list, with
a filter and without: the processor time of this process in ms, the best of some rounds,
of the small world and of the great one. The second part opens each list in Debian's Chromium:
the time until its first line stands, and how many lines ten seconds at its end load.
"""

import argparse
import json
import time
import urllib.parse
import urllib.request
from shutil import which

from control_room import FLAGS
from playwright.sync_api import sync_playwright

from mockserver import MockServer
from mockserver.delivery.delivery import Attempt, Delivery, DeliveryState, Record
from mockserver.delivery.message import Message
from mockserver.engine.jobs import Request
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.providers.services import Services
from mockserver.verdict.exchange import Exchange

SPACES, SHARE = 10, 10
SMALL, GREAT = 100, 10_000
LISTS = {
    "jobs": ("jobs", "jobs", {"limit": 100}, {"text": "number 77"}),
    "exchanges": ("exchanges/brief", "exchanges", {"limit": 100}, {"status": "5xx"}),
    "webhooks": (
        "deliveries",
        "deliveries",
        {"limit": 100, "newest_first": "true"},
        {"state": "failed"},
    ),
    "findings": ("findings", "findings", {"limit": 500}, {"text": "poll"}),
}
SLUG = "digitalcarbon"
TIMELINE = Timeline(
    (Step("processing", Phase.RUNNING, 30.0), Step("completed", Phase.SUCCEEDED))
)


def fill(services: Services, jobs: int) -> None:
    """Let so many jobs have been ordered, polled and told of."""
    for number in range(jobs):
        space = services.spaces.open(f"crowd-{number % SPACES}")
        data = {"what": f"number {number}"}
        job = space.jobs(SLUG).submit(Request("generate-video", data, TIMELINE))
        at = space.clock.now()
        for count in range(SHARE):
            path = f"/{SLUG}/v1-beta/generate-video/{job.id}/status"
            body = b'{"status":"processing","job":"%d"}' % number
            is_bad = number % 50 == 0 and count % 5 == 0
            one = Exchange(
                "GET",
                path,
                {"X-API-Key": "digitalcarbon-test-key"},
                503 if is_bad else 200,
                {"Content-Type": "application/json"},
                body,
                len(body),
                at,
                0.001,
                slug=SLUG,
                operation="status",
                space=space.id,
                at=at + count,
                job=job,
                is_poll=True,
                asked_at=at + count,
            )
            services.journal.add(one)
        table = space.store.table(space.id, "", "delivery")
        for count in range(SHARE):
            message = Message("POST", "https://example.com/hook", body=b'{"done":true}')
            name = f"d{number}-{count}"
            one = Delivery(
                slug=SLUG, label="status", message=message, job_id=job.id, id=name
            )
            if count == 0:
                services.outbox.plan(space, one, at + 1e6)
                continue
            is_bad = number % 50 == 0
            sent = Attempt(
                number=1, at=at, status=500 if is_bad else 200, elapsed_s=0.01
            )  # fmt: skip
            state = DeliveryState.FAILED if is_bad else DeliveryState.DELIVERED
            table.put(name, Record(one, state, at, (sent,)))


def asked(port: int, path: str, query: dict) -> dict:
    url = f"http://127.0.0.1:{port}/_mock/api/{path}?{urllib.parse.urlencode(query)}"
    with urllib.request.urlopen(url) as response:
        return json.loads(response.read())


def cost_ms(port: int, path: str, query: dict, rounds: int = 5) -> float:
    """Return the processor time of this process for one answer, the best of some."""
    taken = []
    for _ in range(rounds):
        before = time.process_time()
        asked(port, path, query)
        taken.append((time.process_time() - before) * 1e3)
    return min(taken)


def after(name: str, rows: list, answer: dict) -> dict:
    """Return what the page asks for the page after this one."""
    if name == "exchanges":
        return {"before": rows[-1]["number"]}
    return {"after": answer["next"] or rows[-1]["id"]}


def places(port: int, name: str) -> dict[str, dict]:
    """Return the queries of the first page, of the middle and the last one, and count."""
    path, member, query, filtered = LISTS[name]
    most = {"jobs": 1000}.get(name, 10_000)
    cursors, cursor = [{}], {}
    size, seen = query["limit"], 0
    while True:
        answer = asked(port, path, {**query, **cursor, "limit": most})
        rows = answer[member]
        seen += len(rows)
        if len(rows) < most or (name != "exchanges" and answer["next"] is None):
            # The last whole page is before the end of what has come now.
            at = max(0, len(rows) - size - 1)
            last = after(name, rows[: at + 1], {"next": None}) if rows else {}
            middle = cursors[len(cursors) // 2]
            return {
                "first": query,
                "middle": {**query, **middle},
                "last": {**query, **last},
                "filter": {**query, **filtered},
                "count": {"count": seen},
            }
        cursor = after(name, rows, answer)
        cursors.append(cursor)


def page_ms(port: int) -> dict[str, tuple[float, float, float, int]]:
    """Return of each list: ms until it stands, lines/s, MiB of heap, and lines."""
    found = {}
    binary = which("chromium") or which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=[*FLAGS])
        for name in LISTS:
            view = "deliveries" if name == "webhooks" else name
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            began = time.monotonic()
            page.goto(f"http://127.0.0.1:{port}/_mock/#/{view}")
            page.wait_for_selector(".list [data-key]", timeout=120_000)
            opened = time.monotonic() - began
            began = time.monotonic()
            loaded = 0
            while time.monotonic() - began < 10:
                page.evaluate(
                    "(() => { const e = document.querySelector('.list');"
                    " e.scrollTop = e.scrollHeight; })()"
                )
                page.wait_for_timeout(30)
            wheel = time.monotonic() - began
            loaded = page.evaluate(
                "Number(document.querySelector('.list').ariaRowCount)"
            )
            heap = page.evaluate("performance.memory.usedJSHeapSize / 2 ** 20")
            found[name] = (opened * 1e3, loaded / wheel, heap, loaded)
            page.close()
        browser.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--no-page", action="store_true")
    parser.add_argument("--jobs", type=int, default=GREAT)
    parser.add_argument("--only", choices=LISTS)
    given = parser.parse_args()
    sizes = {"small": SMALL, "great": given.jobs}
    costs = {}
    for world, jobs in sizes.items():
        with MockServer(
            pace="manual", journal_max=jobs * SHARE, journal_bytes=1 << 30
        ) as server:
            port = int(server.url.rsplit(":", 1)[1].strip("/"))
            began = time.monotonic()
            fill(server.services, jobs)
            print(
                world, "filled in", round(time.monotonic() - began, 1), "s", flush=True
            )
            for name in LISTS:
                if given.only in {None, name}:
                    for place, query in places(port, name).items():
                        if place == "count":
                            print(world, name, query["count"], flush=True)
                            continue
                        costs[world, name, place] = cost_ms(port, LISTS[name][0], query)
                        print(
                            world,
                            name,
                            place,
                            round(costs[world, name, place], 2),
                            flush=True,
                        )
            if world == "great" and not given.no_page:
                for name, told in page_ms(port).items():
                    print(name, [round(one, 1) for one in told], flush=True)


if __name__ == "__main__":
    main()
