"""Playlists and manifests are what players expect."""

from mockserver.media.formats import mp4
from mockserver.media.playlists import dash_manifest, hls_playlist


def test_a_vod_playlist_lists_its_segments() -> None:
    assert hls_playlist([("t.ts", 4.0), ("u.ts", 1.5)]) == (
        "#EXTM3U\n"
        "#EXT-X-VERSION:3\n"
        "#EXT-X-TARGETDURATION:4\n"
        "#EXT-X-MEDIA-SEQUENCE:0\n"
        "#EXT-X-PLAYLIST-TYPE:VOD\n"
        "#EXTINF:4.000000,\n"
        "t.ts\n"
        "#EXTINF:1.500000,\n"
        "u.ts\n"
        "#EXT-X-ENDLIST\n"
    )


def test_a_manifest_points_at_the_mp4() -> None:
    text = dash_manifest(mp4(640, 360, fps=30, seconds=2), "a&b.mp4")

    assert "<BaseURL>a&amp;b.mp4</BaseURL>" in text
    assert 'type="static"' in text
    assert 'mediaPresentationDuration="PT2.000S"' in text
    assert 'width="640" height="360" frameRate="30/1"' in text
