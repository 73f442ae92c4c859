"""Player: the page on which people watch a video, or see why there is none."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import Final

from mockserver.engine.jobs import Job, LinkState, MediaState
from mockserver.engine.timeline import Moment
from mockserver.media.sound.cues import Cue
from mockserver.media.sound.subtitles import vtt

__all__ = ["HTML", "Page", "Showing", "data_link", "player_page", "showing"]

HTML: Final = "text/html; charset=utf-8"
_REFRESH_S: Final = 3
_TITLE_MAX: Final = 200
_CUES_MAX: Final = 200


class Showing(StrEnum):
    """What a page has to show."""

    READY = "ready"
    WAITING = "waiting"
    EXPIRED = "expired"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page tells; everything may come from a request.

    Attributes:
        provider: Whose page it is.
        title: Of the video.
        showing: What there is.
        video: Link to the video.
        poster: Link to a picture of it.
        size: Width and height of the video, in px.
        told: Names and values of what else is known, in order.
        cues: What is said in it.
        language: Of these.
        progress: How far the video is, in percent, if that is known.
        reason: Why there is none.
        marks: Attributes of the document's body: names and values.
    """

    provider: str
    title: str
    showing: Showing
    video: str = ""
    poster: str = ""
    size: tuple[int, int] = (16, 9)
    told: tuple[tuple[str, str], ...] = ()
    cues: Sequence[Cue] = ()
    language: str = "en"
    progress: int | None = None
    reason: str = ""
    marks: tuple[tuple[str, str], ...] = ()


def showing(job: Job, moment: Moment, now_s: float) -> Showing:
    """Return what can be shown of a job's video."""
    media = job.media_state(now_s)
    is_late = job.link_state(now_s) is LinkState.EXPIRED
    if media is MediaState.PURGED or is_late:
        return Showing.EXPIRED
    if media is MediaState.AVAILABLE:
        return Showing.READY
    is_over = moment.step.phase.is_terminal and job.succeeded_at() is None
    return Showing.FAILED if is_over else Showing.WAITING


def data_link(data: bytes, content_type: str) -> str:
    """Return a link that is its own file: a page in a sandbox may read nothing else."""
    return f"data:{content_type};base64,{b64encode(data).decode('ascii')}"


def player_page(page: Page) -> str:
    """Return the page; it needs no scripts, and nothing but the video."""
    title = escape(page.title[:_TITLE_MAX] or page.provider)
    is_waiting = page.showing is Showing.WAITING
    again = f'<meta http-equiv="refresh" content="{_REFRESH_S}">' if is_waiting else ""
    marks = "".join(f' {name}="{escape(value)}"' for name, value in page.marks)
    inside = _video(page) if page.showing is Showing.READY else _notice(page)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"{again}<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body{marks}>\n<main>\n"
        f'<header><p class="by">{escape(page.provider)}</p>\n'
        f'<h1 dir="auto">{title}</h1></header>\n'
        f'<div class="stage" style="{_form(page.size)}">{inside}</div>\n'
        f"{_told(page.told)}{_said(page)}</main>\n"
        "<footer>A placeholder, made by a mock server. Nothing here is real.</footer>\n"
        "</body>\n</html>\n"
    )


def _video(page: Page) -> str:
    poster = f' poster="{escape(page.poster)}"' if page.poster else ""
    tracks = ""
    if page.cues:
        link = data_link(vtt(page.cues).encode(), "text/vtt")
        language = escape(page.language)
        tracks = (
            f'<track kind="subtitles" srclang="{language}" label="{language}"'
            f' src="{link}">'
        )
    return (
        f'<video controls playsinline preload="metadata" src="{escape(page.video)}"'
        f"{poster}>{tracks}</video>"
    )


def _notice(page: Page) -> str:
    head, text, sign = _NOTICES[page.showing]
    progress = ""
    if page.showing is Showing.WAITING:
        known = "" if page.progress is None else f' value="{page.progress}" max="100"'
        told = "" if page.progress is None else f"<p>{page.progress} %</p>"
        progress = f'<progress{known} aria-label="Progress"></progress>{told}'
    reason = f"<p><code>{escape(page.reason)}</code></p>" if page.reason else ""
    return (
        f'<div class="notice {page.showing}" role="status">{sign}<h2>{head}</h2>'
        f"<p>{text}</p>{progress}{reason}</div>"
    )


def _told(told: Iterable[tuple[str, str]]) -> str:
    rows = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
        for name, value in told
        if value
    )
    return f"<dl>{rows}</dl>\n" if rows else ""


def _said(page: Page) -> str:
    """Return what is said, to be read, with its times."""
    if page.showing is not Showing.READY or not page.cues:
        return ""
    rows = "".join(
        f"<li><time>{int(cue.start_s) // 60}:{int(cue.start_s) % 60:02}</time>"
        f'<span dir="auto">{escape(" ".join(cue.lines))}</span></li>'
        for cue in page.cues[:_CUES_MAX]
    )
    return (
        "<section><h2>What is said</h2>"
        f'<ol lang="{escape(page.language)}">{rows}</ol></section>\n'
    )


def _form(size: tuple[int, int]) -> str:
    """Return how a stage keeps the form of its video, however upright that is."""
    width, height = (max(1, side) for side in size)
    return f"aspect-ratio:{width}/{height};--form:{width / height:.4f}"


_SIGN: Final = (
    '<svg viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor"'
    ' stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">{}</svg>'
)
_NOTICES: Final = {
    Showing.WAITING: (
        "Your video is being made",
        "It is not ready yet. This page looks again by itself.",
        _SIGN.format('<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.2 2"/>'),
    ),
    Showing.EXPIRED: (
        "This video has expired",
        "It was here, but is not kept any longer.",
        _SIGN.format(
            '<path d="M7 3h10M7 21h10M8 3c0 5 8 7 8 12v6M16 3c0 5-8 7-8 12v6"/>'
        ),
    ),
    Showing.FAILED: (
        "This video could not be made",
        "Something went wrong while it was rendered.",
        _SIGN.format('<path d="M12 3.5 22 20.5H2z"/><path d="M12 10v5M12 17.6v.1"/>'),
    ),
}
_STYLE: Final = """
:root{color-scheme:light dark;--page:#f4f5f9;--card:#fff;--line:#e0e3ec;--text:#171b28;
--dim:#5d6579;--accent:#4f46e5;--bad:#b3261e;--stage:#e9ebf3}
@media(prefers-color-scheme:dark){:root{--page:#0e1118;--card:#171b26;--line:#2a3040;
--text:#e8ebf4;--dim:#99a2b8;--accent:#8f90ff;--bad:#ff8a80;--stage:#1b2030}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;background:var(--page);
color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",
sans-serif}
main{width:100%;max-width:60rem;margin:0 auto;padding:clamp(1rem,4vw,2.5rem);flex:1}
header{margin-bottom:1.25rem}
.by{margin:0 0 .15rem;color:var(--dim);font-size:.85rem}
h1{margin:0;font-size:clamp(1.35rem,4.5vw,2rem);line-height:1.2;letter-spacing:-.015em;
overflow-wrap:anywhere}
h2{margin:0;font-size:1.1rem}
.stage{position:relative;width:min(100%,calc(72vh*var(--form)));min-width:min(100%,17rem);
margin:0 auto;background:var(--stage);border-radius:14px;overflow:hidden;
box-shadow:0 1px 2px rgb(15 20 40/8%),0 12px 40px rgb(15 20 40/12%)}
.stage:has(.notice){min-height:13rem}
video{display:block;width:100%;height:100%;background:#000}
.notice{position:absolute;inset:0;display:flex;flex-direction:column;align-items:center;
justify-content:center;gap:.4rem;padding:1rem;text-align:center}
.notice p{margin:0;text-wrap:balance;color:var(--dim);max-width:30rem;font-size:.95rem}
.notice svg{width:2.5rem;height:2.5rem;margin-bottom:.25rem;color:var(--accent)}
.notice.failed svg{color:var(--bad)}
.notice.expired svg{color:var(--dim)}
.notice code{overflow-wrap:anywhere}
progress{width:min(16rem,80%);height:.5rem;margin-top:.6rem;accent-color:var(--accent)}
dl{display:flex;flex-wrap:wrap;gap:.5rem;margin:1.25rem 0 0}
dl div{display:flex;gap:.5rem;max-width:100%;padding:.25rem .75rem;font-size:.85rem;
background:var(--card);border:1px solid var(--line);border-radius:99px}
dt{color:var(--dim);white-space:nowrap}
dd{margin:0;font-weight:600;overflow-wrap:anywhere}
section{margin-top:1.75rem}
ol{list-style:none;margin:.75rem 0 0;padding:0;background:var(--card);
border:1px solid var(--line);border-radius:14px}
li{display:flex;gap:1rem;padding:.6rem 1rem}
li+li{border-top:1px solid var(--line)}
li span{overflow-wrap:anywhere;min-width:0}
time{color:var(--dim);font-variant-numeric:tabular-nums;min-width:2.5rem}
footer{padding:1rem;text-wrap:balance;text-align:center;color:var(--dim);font-size:.8rem}
@media(max-width:30rem){dl div{border-radius:10px}.notice svg{width:2rem;height:2rem}
.notice p{font-size:.85rem}}
"""
