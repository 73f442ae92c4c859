"""Every kind of fault by name: read from scenarios, and described for editors."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from mockserver.scenarios.faults.answers.clock_skew import ClockSkew
from mockserver.scenarios.faults.answers.content_type import ContentType
from mockserver.scenarios.faults.answers.empty_answer import EmptyAnswer
from mockserver.scenarios.faults.answers.html import Html
from mockserver.scenarios.faults.answers.malformed_json import MalformedJson
from mockserver.scenarios.faults.answers.truncated_json import TruncatedJson
from mockserver.scenarios.faults.beginnings.connection_refused import ConnectionRefused
from mockserver.scenarios.faults.beginnings.dns_failure import DnsFailure
from mockserver.scenarios.faults.beginnings.slow_accept import SlowAccept
from mockserver.scenarios.faults.choices.one_of import OneOf
from mockserver.scenarios.faults.connections.drop_before_headers import (
    DropBeforeHeaders,
)
from mockserver.scenarios.faults.connections.drop_mid_body import DropMidBody
from mockserver.scenarios.faults.connections.garbage import Garbage
from mockserver.scenarios.faults.connections.hang import Hang
from mockserver.scenarios.faults.connections.malformed_chunk import MalformedChunk
from mockserver.scenarios.faults.connections.reset import Reset
from mockserver.scenarios.faults.connections.slow_close import SlowClose
from mockserver.scenarios.faults.fault import Fault, read, schema
from mockserver.scenarios.faults.files.checksum_mismatch import ChecksumMismatch
from mockserver.scenarios.faults.files.lying_length import LyingLength
from mockserver.scenarios.faults.files.moov_at_end import MoovAtEnd
from mockserver.scenarios.faults.files.range_ignored import RangeIgnored
from mockserver.scenarios.faults.files.redirect import Redirect
from mockserver.scenarios.faults.files.reset_mid_download import ResetMidDownload
from mockserver.scenarios.faults.files.slow_cdn import SlowCdn
from mockserver.scenarios.faults.files.truncated_file import TruncatedFile
from mockserver.scenarios.faults.files.zero_bytes import ZeroBytes
from mockserver.scenarios.faults.handshakes.tls_expired import TlsExpired
from mockserver.scenarios.faults.handshakes.tls_reset import TlsReset
from mockserver.scenarios.faults.handshakes.tls_untrusted import TlsUntrusted
from mockserver.scenarios.faults.handshakes.tls_wrong_name import TlsWrongName
from mockserver.scenarios.faults.refusals.concurrency import Concurrency
from mockserver.scenarios.faults.refusals.error import Error
from mockserver.scenarios.faults.refusals.expired_credential import ExpiredCredential
from mockserver.scenarios.faults.refusals.moved import Moved
from mockserver.scenarios.faults.refusals.outage import Outage
from mockserver.scenarios.faults.refusals.quota import Quota
from mockserver.scenarios.faults.refusals.ramp import Ramp
from mockserver.scenarios.faults.timing.bandwidth import Bandwidth
from mockserver.scenarios.faults.timing.dribble import Dribble
from mockserver.scenarios.faults.timing.late_first_byte import LateFirstByte
from mockserver.scenarios.faults.timing.latency import Latency
from mockserver.scenarios.written.source import Place, Source

__all__ = ["FAULTS", "FAULT_SCHEMAS", "Fault", "parse_fault"]

_KINDS: Final[tuple[type[Fault], ...]] = (
    Error,
    Latency,
    LateFirstByte,
    Hang,
    Reset,
    DropBeforeHeaders,
    DropMidBody,
    EmptyAnswer,
    Garbage,
    MalformedChunk,
    SlowClose,
    ConnectionRefused,
    SlowAccept,
    DnsFailure,
    TlsWrongName,
    TlsExpired,
    TlsUntrusted,
    TlsReset,
    MalformedJson,
    TruncatedJson,
    Html,
    ContentType,
    ClockSkew,
    Dribble,
    Bandwidth,
    Outage,
    Ramp,
    Quota,
    Concurrency,
    ExpiredCredential,
    Moved,
    TruncatedFile,
    ZeroBytes,
    LyingLength,
    RangeIgnored,
    MoovAtEnd,
    SlowCdn,
    ResetMidDownload,
    Redirect,
    ChecksumMismatch,
    OneOf,
)

FAULTS: Final[Mapping[str, type[Fault]]] = MappingProxyType(
    {kind.kind: kind for kind in _KINDS}
)
"""Every kind by its name, in the order of the documentation."""

FAULT_SCHEMAS: Final[Mapping[str, dict[str, Any]]] = MappingProxyType(
    {kind.kind: schema(kind) for kind in _KINDS}
)
"""The JSON Schema of each kind as it stands in a scenario, with its sentence."""


def parse_fault(raw: Any, place: Place | str = "fault") -> Fault:
    """Return a fault from its form in a scenario: `{"kind": str, ...}`.

    Raises:
        ScenarioError: The kind or a parameter is unknown, missing or wrong; the
            message names the place, what was found and what would be right.
    """
    where = Source.of(raw, place).root if isinstance(place, str) else place
    if not isinstance(raw, Mapping):
        where.fail(raw, "a mapping with 'kind'")
    if "kind" not in raw:
        where.fail([*raw], "also 'kind'")
    kind = where.at("kind").choose(raw["kind"], FAULTS)
    return read(FAULTS[kind], raw, where)
