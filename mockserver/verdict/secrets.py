"""Secrets: what they are commonly called, and where they stand in text of any kind."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from msgspec import Struct

from mockserver.verdict.spelling import last_name

__all__ = ["COMMON", "HIDDEN", "Names", "any_of", "plain"]

_NAME_MAX: Final = 64
HIDDEN: Final = "[hidden]"

# Whatever the provider: names of headers, members, fields, elements, attributes.
COMMON: Final = (
    "access_token", "api_key", "api_secret", "api_token", "auth_secret", "auth_token",
    "authorization", "aws_secret_access_key", "client_assertion", "client_secret",
    "id_token", "jwt", "passwd", "password", "private_key", "proxy_authorization",
    "pwd", "refresh_token", "secret", "secret_access_key", "secret_key",
    "security_token", "session_token", "signing_key", "signing_secret",
    "webhook_secret", "x_amz_credential", "x_amz_security_token", "x_amz_signature",
    "x_api_key",
)  # fmt: skip
# In URLs only: elsewhere these say nothing.
_IN_URLS: Final = ("auth", "key", "sig", "signature", "subscription_key", "token")
_HEADER_ROOTS: Final = ("cookie", "-key")  # of headers that texts tell of
_HEADER: Final = re.compile(
    r"(?i)(^|.*[-_])(authorization|cookie2?|secret|password|passwd|token|credentials?"
    r"|jwt|(api|auth|access|secret|private|subscription|signing|webhook)[-_]?key)([-_].*|$)"
)


def plain(name: str) -> str:
    """Return a name in the form that names are compared in: `API-Key` is `apikey`."""
    return name.lower().replace("-", "").replace("_", "")


class Names(Struct, frozen=True):
    """Names of secrets, and the patterns that find what stands under them.

    Attributes:
        members: In JSON, forms and multipart bodies, as `plain` has them.
        queries: In the queries of URLs.
        in_query: Finds a parameter of a URL within any text.
        in_part: Finds one that begins a query, or stands in a path or fragment.
        in_text: Find members of broken JSON, fields, elements and attributes.
        in_tags: An element's own text, and the attribute within that is hidden.
        in_path: Finds a segment after those that announce one.
        roots: A word of each name; a text without any of them has no name.
    """

    members: frozenset[str]
    queries: frozenset[str]
    in_query: re.Pattern[str]
    in_part: re.Pattern[str]
    in_text: tuple[re.Pattern[str], ...]
    in_tags: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    in_path: re.Pattern[str] | None
    roots: frozenset[str]

    @staticmethod
    def of(
        members: Iterable[str], queries: Iterable[str], paths: Iterable[str]
    ) -> "Names":
        """Return the common names and these.

        Args:
            members: Names anywhere; `element@attribute` for an attribute of XML.
            queries: Names in URLs.
            paths: What stands before a secret segment of a path, such as `/keys/`.
        """
        pairs = [name.split("@") for name in members if "@" in name]
        names = sorted({*COMMON, *(name for name in members if "@" not in name)})
        queries = sorted({*names, *_IN_URLS, *queries})
        before = "|".join(map(re.escape, paths))
        return Names(
            frozenset(map(plain, names)),
            frozenset(map(plain, queries)),
            _parameter("?&;#", queries),
            _parameter("?;#", queries),
            _in_text(_every(names)),
            tuple(map(_in_tag, pairs)),
            re.compile(f"({before})[^/?#]+") if before else None,
            frozenset({*map(_root, names), *_HEADER_ROOTS}),
        )

    def may_be_in(self, text: str) -> bool:
        """Say whether a text may have a name; a search is faster than a pattern."""
        lower = text.lower()
        return any(root in lower for root in self.roots)

    def is_member(self, name: str) -> bool:
        """Say whether a member or a field is a secret by its name, or its last part."""
        return _is_one(self.members, name)

    def is_query(self, name: str) -> bool:
        """Say the same of a parameter of a URL."""
        return _is_one(self.queries, name)

    def is_header(self, name: str) -> bool:
        """Say whether a header is a secret by its name."""
        return plain(name) in self.members or _HEADER.match(name) is not None


# The same few names come in each request.
@lru_cache(maxsize=4096)
def _is_short_one(names: frozenset[str], name: str) -> bool:
    return plain(name) in names or plain(last_name(name)) in names


def _is_one(names: frozenset[str], name: str) -> bool:
    # What is long is no usual name, and would fill the memory.
    is_usual = len(name) <= _NAME_MAX
    find = _is_short_one if is_usual else _is_short_one.__wrapped__
    return find(names, name)


def any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    """Return what finds any of some words, the longest first; None without any."""
    longest = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest))) if longest else None


def _parameter(after: str, names: Iterable[str]) -> re.Pattern[str]:
    # Of one with brackets, the last name tells
    within = r"(?:[\w.-]{1,64}[.\[])?"
    return re.compile(
        rf"(?i)((?<=[{after}]){within}(?:{_every(names)})\]?=)[^&#\s\"'<>\\]+"
    )


def _every(names: Iterable[str]) -> str:
    """Return an expression for names, however their words are joined."""
    parts = (re.split("[-_]", name.lower()) for name in names)
    return "|".join("[-_]?".join(map(re.escape, words)) for words in parts)


def _root(name: str) -> str:
    return max(re.split(r"[-_]", name.lower()), key=len)


def _in_text(every: str) -> tuple[re.Pattern[str], ...]:
    within = r"(?:[\w.-]{1,64}[.\[])?"
    field = rf"((?:^|(?<=[&;\n])){within}(?:{every})\]?=)[^&;\r\n]+"
    # Of JSON, cut off or not, in a string within a string, too
    member = (
        rf"((\\*)\"(?:{every})\2\"\s*:\s*)"
        r"(?:\2\"(?:(?!\2\")(?:\\.|[^\\]))*(?:\2\"|\\*\Z)|[^\s,}\]\"\\][^,}\]]*)"
    )
    # As Python and JavaScript write it
    literal = rf"('(?:{every})'\s*:\s*[bur]?')(?:\\.|[^'\\])*"
    # A header, one a line or as a command to copy has it
    header = (
        r"((?:^|[\s\"'\\])(?:authorization|proxy-authorization|cookie|set-cookie"
        r"|(?:x-)?api-key|x-[\w-]{0,32}(?:key|token|secret))"
        r" ?: ?(?:[a-z]+ )?)(?=[^\s\"']*\d)[^\s\"'\\,}]{8,}"
    )
    # What it holds, markup and all
    element = (
        rf"(<(?:[\w.-]+:)?((?:{every}))(?:\s[^<]*?)?(?<!/)>)"
        r".*?(?=</(?:[\w.-]+:)?\2\s*>|\Z)"
    )
    attribute = rf"((?<![\w.-])(?:{every})\s*=\s*([\"']))(?:(?!\2).)*"
    multipart = (
        rf"(\bname\s*(?:=|\*=[\w-]*'[\w-]*')\s*[\"']?(?:{every})[\"']?(?=[;\s])[^\r\n]*\r?\n"
        r"(?:[^\r\n]+\r?\n){0,9}\r?\n).*?(?=\r?\n--|\Z)"
    )
    patterns = field, member, literal, element, attribute, multipart, header
    return tuple(re.compile(f"(?is){pattern}") for pattern in patterns)


def _in_tag(pair: list[str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    element, attribute = map(re.escape, pair)
    return (
        # No `<` may stand in an attribute: up to the next one it is one tag.
        re.compile(rf"(?i)<(?:[\w.-]+:)?{element}\b[^<]*"),
        re.compile(rf"(?is)((?<![\w.-]){attribute}\s*=\s*([\"']))(?:(?!\2).)*"),
    )
