"""Polls through each door: the proxy beside the path, TLS beside a bare aiohttp server."""

import statistics
import tempfile
from pathlib import Path

from load import request
from server import Served, bare, measure, ours

from mockserver.server.sockets.authority import Leaf, open_authority

HOST = "api.digitalcarbon.ai"
POLL = "/v1-beta/generate-video/00000000-0000-4000-8000-000000000003/status"
KEY = {"X-API-Key": "digitalcarbon-test-key"}
ROUNDS = 7


def ratio(one: tuple, other: tuple) -> tuple[float, float]:
    """Measure two doors in turns; return the medians of requests/s and of CPU."""
    rows = []
    for number in range(ROUNDS):
        told = {}
        for which in (0, 1) if number % 2 else (1, 0):
            served, raw, tls = (one, other)[which]
            told[which] = measure(served, raw, seconds=1, tls=tls)
            assert told[which]["errors"] == 0, told
        rows.append(
            (told[0]["rps"] / told[1]["rps"], told[0]["cpu_us"] / told[1]["cpu_us"])
        )
    return statistics.median(r[0] for r in rows), statistics.median(r[1] for r in rows)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        pem = Path(folder) / "leaf.pem"
        pem.write_bytes(open_authority(Path(folder)).issue(Leaf(host=HOST)))
        port_file = Path(folder) / "ports"
        flags = ("--tls-port", "0", "--state-dir", folder, "--port-file", port_file)
        mine, theirs = ours(*map(str, flags)), bare(tls=pem)
        tls_port = int(port_file.read_text().split()[1])
        secure = Served(mine.process, tls_port, 0.0)
        path = (mine, request("GET", f"/digitalcarbon{POLL}", KEY), False)
        named = {**KEY, "Host": HOST}
        proxy = (mine, request("GET", f"http://{HOST}{POLL}", named), False)
        rows = {
            "proxy door, plain, to the path door": ratio(proxy, path),
            "TLS, to bare aiohttp with TLS": ratio(
                (secure, request("GET", POLL, named), True),
                (theirs, request("GET", POLL, KEY), True),
            ),
        }
        mine.stop()
        theirs.stop()
    print("| polls on kept connections | requests/s | CPU |")
    print("|---|---|---|")
    for name, (rps, cpu) in rows.items():
        print(f"| {name} | {rps:.2f} | {cpu:.2f} |")


if __name__ == "__main__":
    main()
