"""How a finished file is handed over: by which kind of link, or inside the answer."""

from base64 import b64encode
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

__all__ = ["hand_over"]

ReadFile = Callable[[], Awaitable[tuple[bytes, str]]]


async def hand_over(mode: str, url: str, *, host: str, read: ReadFile) -> str:
    """Return what stands in an answer for a file.

    Args:
        mode: `link` leads back through the door that the request came by; `http`
            and `https` say so whatever the door was; `canonical` names the
            provider's real host; `data` is a `data:` URL and `inline` the bare
            base64 of the bytes; `content` is a link that asks for credentials.
        url: The link through the door.
        host: The provider's real host.
        read: Returns the bytes and the content type.
    """
    if mode in {"data", "inline"}:
        data, content_type = await read()
        coded = b64encode(data).decode()
        return coded if mode == "inline" else f"data:{content_type};base64,{coded}"
    if mode in {"http", "https"}:
        return urlsplit(url)._replace(scheme=mode).geturl()
    if mode == "canonical":
        return urlsplit(url)._replace(scheme="https", netloc=host).geturl()
    return url
