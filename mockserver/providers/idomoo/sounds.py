"""Sounds without pictures: what is asked for, kept and answered."""

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["BIT_DEPTH", "kept", "kilobits"]

BIT_DEPTH: Final = 16
"""Bits of one sample, whatever was asked for: that is what the files have."""
RATES_HZ: Final = (22050, 24000, 32000, 44100, 48000)

Sound = dict[str, Any]


def kept(item: Mapping[str, Any]) -> Sound:
    """Return what to remember of a sound: the nearest that encoders can do.

    Args:
        item: As in a request of version 2.

    Returns:
        `{"kind", "suffix"?, "sample_rate", "channels", "bitrate"}`, in Hz and bit/s.

    Source: contract idomoo, section 3.7.
    """
    asked_hz = item.get("sample_rate") or 44100
    asked_kilobits = item.get("mp3_bitrate") or 128
    found = {
        "kind": item["file_type"],
        "suffix": item.get("suffix"),
        "sample_rate": min(RATES_HZ, key=lambda rate: abs(rate - asked_hz)),
        "channels": 1 if item.get("channels") == 1 else 2,
        "bitrate": int(min(max(asked_kilobits, 32), 320)) * 1000,
    }
    return {name: value for name, value in found.items() if value is not None}


def kilobits(sound: Mapping[str, Any]) -> int:
    """Return how many kbit a second of a kept sound takes."""
    if sound["kind"] == "mp3":
        return int(sound["bitrate"]) // 1000
    return int(sound["sample_rate"]) * BIT_DEPTH * int(sound["channels"]) // 1000
