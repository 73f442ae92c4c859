"""Use an installed wheel the way a new user does: no checkout, no set-up."""

import os
import subprocess
import sys
import sysconfig
import urllib.error
import urllib.request
from pathlib import Path

import mockserver
from mockserver import resources

COMMAND = str(Path(sysconfig.get_path("scripts")) / "mockserver")
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith("MOCKSERVER_")}


def answered() -> str:
    """Serve on a free port, ask without a key, and return what came back."""
    server = subprocess.Popen(  # noqa: S603  (our own command)
        [COMMAND, "serve", "--port", "0", "--quiet"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=CLEAN,
    )
    out = server.stdout
    try:
        url = out.readline().strip().rstrip("/") if out else ""
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        path = "/digitalcarbon/v1-beta/generate-video/none/status"
        direct.open(url + path, timeout=10)
    except urllib.error.HTTPError as error:
        bug = error.headers["X-Mock-Bug"]
        return f"{error.code} {error.headers['Content-Type']} {bug}"
    finally:
        server.terminate()
        server.wait(10)
    return "an answer without a key"


def run(*words: str) -> str:
    """Run our command; return what it said on stdout."""
    ran = subprocess.run(  # noqa: S603  (our own command)
        [COMMAND, *words],
        capture_output=True,
        text=True,
        timeout=60,
        env=CLEAN,
        check=False,
    )
    if ran.returncode:
        sys.exit(f"{words} exited with {ran.returncode}\n{ran.stdout}{ran.stderr}")
    return ran.stdout


def expect(what: str, *, holds: bool) -> None:
    """Stop unless a thing holds."""
    if not holds:
        sys.exit(f"wheel: not so: {what}")


def main() -> None:
    """Check the package, the command and one emulated answer."""
    home = Path(mockserver.__file__).parent
    expect(f"{home} is inside {sys.prefix}", holds=home.is_relative_to(sys.prefix))
    expect("schemas come from the wheel", holds="_data" in str(resources.schemas()))
    expect("it says its version", holds=mockserver.__version__ in run("--version"))
    expect("providers are found", holds="digitalcarbon" in run("providers"))
    run("check")
    answer = answered()
    expect(f"no key is 401: {answer!r}", holds=answer == "401 application/json None")


main()
