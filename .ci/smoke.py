"""Use an installed wheel the way a new user does: no checkout, no set-up."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import mockserver
from mockserver import resources

COMMAND = str(Path(sysconfig.get_path("scripts")) / "mockserver")
CLIENT = """
import os, urllib.error, urllib.request
url = os.environ["MOCKSERVER_DIGITALCARBON_URL"] + "/v1-beta/generate-video/none/status"
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
try:
    direct.open(url, timeout=10)
except urllib.error.HTTPError as error:
    print(error.code, error.headers["Content-Type"], error.headers["X-Mock-Bug"])
"""


def run(*words: str) -> str:
    """Run our command; return what it said on stdout."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("MOCKSERVER_")}
    ran = subprocess.run(  # noqa: S603  (our own command)
        [COMMAND, *words],
        capture_output=True,
        text=True,
        timeout=60,
        env=clean,
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
    answer = run("run", "--", sys.executable, "-c", CLIENT)
    expect(f"no key is 401: {answer!r}", holds="401 application/json None" in answer)


main()
