"""Config: one frozen value that holds every setting, with its documentation."""

import dataclasses
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from mockserver.config import values
from mockserver.config.values import Credential, Kind

__all__ = ["EPOCH_S", "SETTINGS", "Config", "Setting", "cache_folder"]

HANDOVER: Final = ("link", "http", "https", "canonical", "data", "inline", "content")
EPOCH_S: Final = 1893456000.0
"""2030-01-01T00:00:00Z: a fixed start, so that equal requests give equal bytes."""


class Setting(Struct, frozen=True):
    """One setting as people meet it.

    Attributes:
        name: The field of `Config`.
        key: The key in the file; flag and variable are made from it.
        kind: What its value may be.
        default: The parsed default.
        about: One or two sentences.
        is_secret: Its value must not be shown.
    """

    name: str
    key: str
    kind: Kind
    default: Any
    about: str
    is_secret: bool = False

    @property
    def flag(self) -> str:
        """The command-line flag, such as `--port-file`."""
        return "--" + self.key.replace("_", "-")

    @property
    def env(self) -> str:
        """The environment variable, such as `MOCKSERVER_PORT_FILE`."""
        return "MOCKSERVER_" + self.key.upper()


def _setting(
    kind: Kind, default: object, about: str, *, key: str = "", is_secret: bool = False
) -> Any:
    metadata = {"kind": kind, "about": about, "key": key, "is_secret": is_secret}
    return field(default=default, metadata=metadata, repr=not is_secret)


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Every setting, parsed; `SETTINGS` describes them.

    Attributes:
        providers_settings: `{slug: {key: raw value}}`; each provider checks its own.
        sources: Where each value that is no default came from, for messages:
            `{"port": "mockserver.toml:3", "providers.idomoo.x": "--set"}`.
    """

    host: str = _setting(
        values.text("a host name or address"),
        "127.0.0.1",
        "Address to listen on. Beyond loopback the control API needs a token.",
    )
    port: int = _setting(
        values.integer(0, 65535), 7357, "Port to listen on; 0 takes a free one."
    )
    port_file: Path | None = _setting(  # noqa: RUF009  (it makes a field)
        values.path(), None, "File to write the real port into, once it is bound."
    )
    tls_port: int | None = _setting(
        values.integer(0, 65535),
        None,
        "Second port that speaks TLS with a certificate for each provider's host; "
        "0 takes a free one. Without it there is none.",
    )
    pass_through: tuple[str, ...] = _setting(
        values.many(values.text("a host, *.domain, network or *")),
        (),
        "Host of no provider that requests to the forward proxy may go on to; "
        "repeatable. Without it, all others are refused.",
    )
    trust_forwarded: bool = _setting(
        values.switch(),
        False,  # noqa: FBT003  (the setting's default)
        "Build links from X-Forwarded-Proto, X-Forwarded-Host and Forwarded, which a "
        "proxy in front of this server sets.",
    )
    external_url: str | None = _setting(
        values.url(),
        None,
        "URL that clients reach this server at; links start with it. "
        "Without it, links lead back to where the request came in.",
    )
    providers: tuple[str, ...] = _setting(
        values.many(values.provider()),
        (),
        "Provider to serve: its slug, or a file such as ./acme.yaml; repeatable. "
        "Without it, all that ship or are installed.",
        key="provider",
    )
    auth: str = _setting(
        values.choice("open", "strict"),
        "open",
        "Whether any key opens a space (open) or only known ones do (strict).",
    )
    credentials: tuple[Credential, ...] = _setting(
        values.many(values.credential()),
        (),
        "Credential to accept: slug:KEY or slug:ACCESS:SECRET; repeatable.",
        key="credential",
        is_secret=True,
    )
    control_token: str | None = _setting(
        values.text(),
        None,
        "Bearer token of the control API. Without it, one is made and printed "
        "when the server listens beyond loopback.",
        is_secret=True,
    )
    pace: str = _setting(
        values.pace(),
        "demo",
        "How time goes: demo (a job takes about 6 s), real, x60 (any factor), step "
        "(each status read moves to the next change), manual.",
    )
    world: tuple[Path | Mapping[str, Any], ...] = _setting(
        values.worlds(),
        (),
        "World file to lay over what is shipped: accounts, credentials and things of "
        "your own; repeatable.",
    )
    seed: int = _setting(
        values.integer(),
        1,
        "Seed of everything random; equal seeds, equal bytes. Without it, serve draws "
        "a new one at each start.",
    )
    epoch: str = _setting(
        values.epoch(),
        "auto",
        "When each space's clock starts: now, a time, or auto, which is now for "
        "running paces and 2030-01-01T00:00:00Z for step and manual.",
    )
    limits: str = _setting(
        values.choice("off", "real"),
        "off",
        "Whether the providers' rate limits and quotas are enforced.",
    )
    scenarios: tuple[str, ...] = _setting(
        values.many(values.scenario()),
        (),
        "Scenario to start every space with, by name or path, also with values of its "
        "parameters as in 'rate-limited; limit=3'; repeatable.",
        key="scenario",
    )
    watch: bool = _setting(
        values.switch(),
        False,  # noqa: FBT003  (the setting's default)
        "Read the files of scenarios, and of providers, again when they change; a bad "
        "one is refused and what was there goes on.",
    )
    explain: bool = _setting(
        values.switch(),
        False,  # noqa: FBT003  (the setting's default)
        "Add X-Mock-* response headers that say why; the wire is no longer exact.",
    )
    dates: str = _setting(
        values.choice("space", "wall"),
        "space",
        "By whose clock the providers date their answers: each space's, or the wall's.",
    )
    allow_hosts: tuple[str, ...] = _setting(
        values.many(values.text("a host, *.domain or network")),
        (),
        "Host that webhooks and uploads may reach beside loopback; repeatable.",
        key="allow_host",
    )
    delivery_keep_alive: bool = _setting(
        values.switch(),
        False,  # noqa: FBT003  (the setting's default)
        "Keep connections to receivers for the next delivery; most real senders open"
        " one for each.",
    )
    delivery_timeout_s: float = _setting(
        values.duration(),
        10.0,
        "How long an outgoing request may take.",
        key="delivery_timeout",
    )
    idle_timeout_s: float = _setting(
        values.duration(),
        120.0,
        "How long a connection may be silent, before a request or within one.",
        key="idle_timeout",
    )
    spaces_max: int = _setting(
        values.integer(1),
        10_000,
        "Spaces kept at the same time; the one that was not used for longest, and has "
        "nothing unfinished, is forgotten first.",
    )
    jobs_max: int = _setting(
        values.integer(1),
        1_000_000,
        "Jobs kept in one space; beyond, the oldest finished ones are forgotten.",
    )
    jobs_keep_s: float | None = _setting(
        values.duration(),
        None,
        "How long a finished job is kept, on its space's clock. Without it, as long as "
        "there is room.",
        key="jobs_keep",
    )
    journal_max: int = _setting(
        values.integer(1), 1000, "Exchanges kept for each space; the oldest go first."
    )
    journal_bytes: int = _setting(
        values.size(),
        64 << 20,
        "About how much memory all exchanges may take; the oldest of the space that "
        "was idle for longest go first.",
    )
    body_max_bytes: int = _setting(
        values.size(),
        64 << 20,
        "Largest request body accepted, decoded.",
        key="body_max",
    )
    uploads_max_bytes: int = _setting(
        values.size(),
        256 << 20,
        "What the files that clients upload may take in a space, for one provider.",
        key="uploads_max",
    )
    json_values_max: int = _setting(
        values.integer(1000),
        200_000,
        "Members, items, arrays and objects that one JSON body may have.",
        key="json_max",
    )
    media_size: str = _setting(
        values.choice("small", "full"),
        "small",
        "Size of media whose size the request does not say: the provider's own "
        "(full) or a quick one (small).",
    )
    shows_sent: bool = _setting(
        values.switch(),
        False,  # noqa: FBT003  (the setting's default)
        "Fetch pictures and films that requests link to, from loopback and where"
        " allow_host lets calls go, and show them. What comes in requests is shown.",
        key="show_sent",
    )
    handover: str = _setting(
        values.choice(*HANDOVER),
        "link",
        "How results are handed over: link (through the same door), http, https, "
        "canonical (the provider's host), data (a data: URL), inline (base64), "
        "content (a link that asks for credentials).",
    )
    media_dir: Path | None = _setting(  # noqa: RUF009  (it makes a field)
        values.path(),
        None,
        "Folder of rendered media. Without it, one in the user's cache folder.",
    )
    media_max_bytes: int = _setting(
        values.size(), 1 << 30, "Bound of the media folder.", key="media_max"
    )
    media_memory_bytes: int = _setting(
        values.size(), 64 << 20, "Bound of media held in memory.", key="media_memory"
    )
    state_dir: Path | None = _setting(  # noqa: RUF009  (it makes a field)
        values.path(),
        None,
        "Folder of the throw-away CA. Without it, one in the user's state folder.",
    )
    store: str = _setting(
        values.store(),
        values.MEMORY,
        "Where spaces and jobs are kept: `memory`, `sqlite:PATH` for a file from which"
        " a server that is started again goes on, or `redis://HOST:PORT` for many"
        " servers.",
    )
    lease_s: float = _setting(
        values.duration(),
        3.0,
        "How long a worker of a shared store may be silent before others take its"
        " spaces.",
        key="lease",
    )
    loop: str = _setting(
        values.choice("auto", "uvloop", "asyncio"),
        "auto",
        "Event loop that serves; auto is uvloop where there is one, but asyncio inside"
        " a program or a test.",
    )
    workers: int = _setting(
        values.integer(1), 1, "Processes that serve; more than one need a shared store."
    )
    inner_host: str = _setting(
        values.text("a host name or address"),
        "127.0.0.1",
        "Where other workers of a shared store reach this one; loopback for those on "
        "this machine only.",
    )
    log_format: str = _setting(
        values.choice("auto", "text", "json"),
        "auto",
        "Form of log lines on stderr; auto is text on a terminal, else json.",
    )
    log_level: str = _setting(
        values.choice("debug", "info", "warn", "error", "silent"),
        "info",
        "Least level of log lines.",
    )
    quiet: bool = _setting(
        values.switch(),
        False,  # noqa: FBT003  (the setting's default)
        "Print the URL and nothing else at start, and no line for each request.",
    )
    providers_settings: Mapping[str, Mapping[str, object]] = field(
        default_factory=_nothing
    )
    sources: Mapping[str, str] = field(
        default_factory=_nothing, compare=False, repr=False
    )

    @property
    def media_folder(self) -> Path:
        """Where rendered media are kept: `media_dir`, or the user's cache folder."""
        return self.media_dir or cache_folder(os.environ, Path.home)

    @property
    def state_folder(self) -> Path:
        """Where the CA is kept: `state_dir`, or the user's state folder."""
        return self.state_dir or state_folder(os.environ, Path.home)

    def epoch_s(self, *, now_s: float) -> float:
        """Return when a space's clock starts, in POSIX seconds.

        Args:
            now_s: The real time; used for `now`, and for `auto` at a running pace.
        """
        if self.epoch == "auto":
            return EPOCH_S if self.pace in {"step", "manual"} else now_s
        return now_s if self.epoch == "now" else _posix_s(self.epoch)


def cache_folder(environ: Mapping[str, str], home: Callable[[], Path]) -> Path:
    """Return our folder below `XDG_CACHE_HOME`, or below `~/.cache` without that.

    Source: XDG Base Directory Specification 0.8; a relative path is ignored.
    """
    named = Path(environ.get("XDG_CACHE_HOME", ""))
    root = named if named.is_absolute() else home() / ".cache"
    return root / "video-mockserver"


def state_folder(environ: Mapping[str, str], home: Callable[[], Path]) -> Path:
    """Return our folder below `XDG_STATE_HOME`, or below `~/.local/state`.

    Source: XDG Base Directory Specification 0.8; a relative path is ignored.
    """
    named = Path(environ.get("XDG_STATE_HOME", ""))
    root = named if named.is_absolute() else home() / ".local" / "state"
    return root / "video-mockserver"


def _posix_s(iso: str) -> float:
    return datetime.fromisoformat(iso).timestamp()


def _described(item: "dataclasses.Field[Any]") -> Setting:
    data = item.metadata
    key = data["key"] or item.name
    secret = data["is_secret"]
    return Setting(item.name, key, data["kind"], item.default, data["about"], secret)


SETTINGS: Final[tuple[Setting, ...]] = tuple(
    _described(item) for item in dataclasses.fields(Config) if item.metadata
)
"""All settings, in the order of the documentation."""
