"""Writes the texts that lead a player to media: HLS playlists and DASH manifests."""

import math
from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

from mockserver.media.spec import MediaSpec

__all__ = [
    "DASH_CONTENT_TYPE",
    "HLS_CONTENT_TYPE",
    "dash_manifest",
    "hls_playlist",
]

HLS_CONTENT_TYPE: Final = "application/vnd.apple.mpegurl"
DASH_CONTENT_TYPE: Final = "application/dash+xml"


def hls_playlist(segments: Sequence[tuple[str, float]]) -> str:
    """Return a VOD playlist.

    Args:
        segments: Relative link and length in seconds of each.
    """
    longest = max((seconds for _, seconds in segments), default=0.0)
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:3",
        f"#EXT-X-TARGETDURATION:{max(1, math.ceil(longest))}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
    ]
    for link, seconds in segments:
        lines += [f"#EXTINF:{seconds:.6f},", link]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def dash_manifest(spec: MediaSpec, link: str) -> str:
    """Return a static manifest with one representation: a whole MP4.

    Args:
        spec: The MP4.
        link: Its relative or absolute URL.

    Source: contract impossible, section 5.1.
    """
    width, height = spec.encoded_px
    rate = f"{spec.fps.numerator}/{spec.fps.denominator}"
    codecs = "avc1.42C01F,mp4a.40.2" if spec.has_audio else "avc1.42C01F"
    length = f"PT{spec.duration_s:.3f}S"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"'
        ' profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"'
        f' mediaPresentationDuration="{length}" minBufferTime="PT2S">\n'
        f'  <Period duration="{length}">\n'
        f'    <AdaptationSet mimeType="video/mp4" codecs="{codecs}">\n'
        f'      <Representation id="1" bandwidth="1000000" width="{width}"'
        f' height="{height}" frameRate="{rate}">\n'
        f"        <BaseURL>{escape(link)}</BaseURL>\n"
        "      </Representation>\n"
        "    </AdaptationSet>\n"
        "  </Period>\n"
        "</MPD>\n"
    )
