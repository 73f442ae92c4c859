"""The command, run in this process or as a process of its own."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mockserver.cli import main
from mockserver.server.mock import MockServer
from tests.cradle import Child, Cradle, cradle


@dataclass(frozen=True)
class Said:
    """What a run of the command has said."""

    code: int
    out: str
    err: str


Tell = Callable[..., Said]
Start = Callable[..., Child]


@pytest.fixture
def tell(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Tell:
    """Return a function that runs the command in this process, in an empty folder."""
    for name in [name for name in os.environ if name.startswith("MOCKSERVER_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Said:
        capsys.readouterr()
        code = main(arguments)
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return run


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MockServer]:
    """Return a running server that client verbs find through the environment."""
    with MockServer(pace="manual", auth="strict", media_dir=tmp_path) as running:
        yield running


@pytest.fixture(scope="session")
def commands() -> Iterator[Cradle]:
    """Return where the command starts from without importing everything anew."""
    with cradle("mockserver.cli.serve") as made:
        yield made


@pytest.fixture
def start(tmp_path: Path, commands: Cradle) -> Iterator[Start]:
    """Return a function that starts the command as a process in an empty folder."""
    started: list[Child] = []

    def run(*arguments: str, **environ: str) -> Child:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("MOCKSERVER")}
        # Reading the certificates of all authorities is a tenth of a start.
        trusted = {"SSL_CERT_FILE": os.devnull}
        home = {"HOME": str(tmp_path), "PYTHONUNBUFFERED": "", **trusted}
        env = {**kept, **home, **environ}
        started.append(commands.start("mockserver", *arguments, cwd=tmp_path, env=env))
        return started[-1]

    yield run
    for process in started:
        process.close()


DISTRIBUTION = """
from dataclasses import replace
from mockserver.providers.digitalcarbon import PROVIDER as MODEL
PROVIDER = replace(MODEL, slug="foreign", hosts=(), anchor="foreign")
"""


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """Return a folder for PYTHONPATH with a provider of another distribution."""
    root = tmp_path / "site"
    package, info = root / "foreign", root / "foreign-1.0.dist-info"
    for folder in (
        package / "schemas/foreign",
        package / "fixtures/foreign/examples",
        info,
    ):
        folder.mkdir(parents=True)
    (package / "__init__.py").write_text(DISTRIBUTION)
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: foreign\nVersion: 1.0\n"
    )
    (info / "entry_points.txt").write_text(
        "[mockserver.providers]\nforeign = foreign:PROVIDER\n"
    )
    (package / "schemas/foreign/make.request.json").write_text('{"type": "object"}')
    (package / "fixtures/foreign/world.yaml").write_text("accounts: {}\n")
    return root
