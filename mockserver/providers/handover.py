"""How a finished file is handed over: by which kind of link, or inside the answer."""

from base64 import b64encode
from typing import Final
from urllib.parse import urlsplit

__all__ = ["INSIDE", "inside", "linked"]

# The ways in which an answer holds the file itself.
INSIDE: Final = frozenset({"data", "inline"})


def linked(mode: str, url: str) -> str:
    """Return the link to a file that stands in an answer or a webhook.

    Args:
        mode: `link` leads back through the door that the client came by; `http` and
            `https` say so whatever the door was; `content` is a link that asks for
            credentials. Where there is no answer to hold it, a file that is to be
            handed over inside is linked to.
        url: The link through the door.
    """
    if mode in {"http", "https"}:
        return urlsplit(url)._replace(scheme=mode).geturl()
    return url


def inside(mode: str, data: bytes, content_type: str) -> str:
    """Return a file as it stands in an answer.

    Args:
        mode: `data` for a `data:` URL, `inline` for the bare base64 of the bytes.
        data: The file.
        content_type: What it is.
    """
    coded = b64encode(data).decode()
    return coded if mode == "inline" else f"data:{content_type};base64,{coded}"
