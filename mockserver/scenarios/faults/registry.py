"""Every kind of fault by name: read from scenarios, and described for editors."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from mockserver.scenarios.faults.bandwidth import Bandwidth
from mockserver.scenarios.faults.checksum_mismatch import ChecksumMismatch
from mockserver.scenarios.faults.concurrency import Concurrency
from mockserver.scenarios.faults.content_type import ContentType
from mockserver.scenarios.faults.dribble import Dribble
from mockserver.scenarios.faults.drop_before_headers import DropBeforeHeaders
from mockserver.scenarios.faults.drop_mid_body import DropMidBody
from mockserver.scenarios.faults.empty_answer import EmptyAnswer
from mockserver.scenarios.faults.error import Error
from mockserver.scenarios.faults.expired_credential import ExpiredCredential
from mockserver.scenarios.faults.fault import Fault, read, schema
from mockserver.scenarios.faults.garbage import Garbage
from mockserver.scenarios.faults.hang import Hang
from mockserver.scenarios.faults.html import Html
from mockserver.scenarios.faults.late_first_byte import LateFirstByte
from mockserver.scenarios.faults.latency import Latency
from mockserver.scenarios.faults.lying_length import LyingLength
from mockserver.scenarios.faults.malformed_chunk import MalformedChunk
from mockserver.scenarios.faults.malformed_json import MalformedJson
from mockserver.scenarios.faults.moov_at_end import MoovAtEnd
from mockserver.scenarios.faults.outage import Outage
from mockserver.scenarios.faults.quota import Quota
from mockserver.scenarios.faults.ramp import Ramp
from mockserver.scenarios.faults.range_ignored import RangeIgnored
from mockserver.scenarios.faults.redirect import Redirect
from mockserver.scenarios.faults.reset import Reset
from mockserver.scenarios.faults.reset_mid_download import ResetMidDownload
from mockserver.scenarios.faults.slow_cdn import SlowCdn
from mockserver.scenarios.faults.truncated_file import TruncatedFile
from mockserver.scenarios.faults.truncated_json import TruncatedJson
from mockserver.scenarios.faults.zero_bytes import ZeroBytes
from mockserver.scenarios.source import Place, Source

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
    MalformedJson,
    TruncatedJson,
    Html,
    ContentType,
    Dribble,
    Bandwidth,
    Outage,
    Ramp,
    Quota,
    Concurrency,
    ExpiredCredential,
    TruncatedFile,
    ZeroBytes,
    LyingLength,
    RangeIgnored,
    MoovAtEnd,
    SlowCdn,
    ResetMidDownload,
    Redirect,
    ChecksumMismatch,
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
