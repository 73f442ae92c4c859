"""A real headless Chromium, driven over its own debugging protocol."""

import asyncio
import json
from asyncio.subprocess import DEVNULL, PIPE, Process
from base64 import b64decode
from contextlib import suppress
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

__all__ = ["Page", "launch", "tab"]

POLL_S = 0.05
PATIENCE_S = 20.0


class Page:
    """One tab.

    Attributes:
        errors: What its console has complained about.
    """

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = 0
        self.errors: list[str] = []

    async def send(self, method: str, **params: Any) -> Any:
        """Send a command of the protocol; return its result."""
        self._numbers += 1
        number = self._numbers
        message = {"id": number, "method": method, "params": params}
        await self._socket.send_str(json.dumps(message))
        while True:
            answer = await self._socket.receive_json()
            self._note(answer)
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]

    async def open(
        self, url: str, *, width: int = 1100, height: int = 900, scheme: str = "light"
    ) -> None:
        """Go to a page."""
        for domain in ("Page", "Runtime", "Log"):
            await self.send(f"{domain}.enable")
        await self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        feature = {"name": "prefers-color-scheme", "value": scheme}
        await self.send("Emulation.setEmulatedMedia", features=[feature])
        await self.send("Page.navigate", url=url)

    async def run(self, script: str) -> Any:
        """Return the value of an expression; promises are waited for."""
        result = await self.send(
            "Runtime.evaluate",
            expression=script,
            returnByValue=True,
            awaitPromise=True,
        )
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    async def wait_for(self, script: str) -> Any:
        """Return the value of an expression once it is true."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                with suppress(AssertionError):
                    value = await self.run(script)
                    # An element comes as an empty object.
                    if value not in (None, False, 0, ""):
                        return value
                await self.run(f"new Promise((go) => setTimeout(go, {POLL_S * 1000}))")

    async def shoot(self) -> bytes:
        """Return a picture of the whole page, as PNG."""
        shot = await self.send("Page.captureScreenshot", captureBeyondViewport=True)
        return b64decode(shot["data"])

    def _note(self, message: dict[str, Any]) -> None:
        params = message.get("params", {})
        if message.get("method") == "Runtime.exceptionThrown":
            self.errors.append(str(params["exceptionDetails"]))
        elif message.get("method") == "Log.entryAdded":
            entry = params["entry"]
            if entry["level"] == "error":
                self.errors.append(f"{entry['text']} {entry.get('url', '')}")


async def launch(binary: str, folder: Path) -> tuple[Process, str]:
    """Start Chromium; return its process and the address of its debugging port."""
    process = await asyncio.create_subprocess_exec(
        binary,
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--remote-debugging-port=0",
        f"--user-data-dir={folder}",
        "about:blank",
        stdout=DEVNULL,
        stderr=PIPE,
    )
    assert process.stderr is not None
    async with asyncio.timeout(PATIENCE_S):
        while True:
            line = (await process.stderr.readline()).decode()
            assert line, "Chromium has ended"
            if "DevTools listening on" in line:
                return process, line.split("//")[1].split("/")[0]


async def tab(session: ClientSession, address: str) -> Page:
    """Return a new tab."""
    async with session.put(f"http://{address}/json/new?about:blank") as response:
        made = await response.json(content_type=None)
    socket = await session.ws_connect(made["webSocketDebuggerUrl"], max_msg_size=0)
    return Page(socket)
