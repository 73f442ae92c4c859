"""Batches: many definitions with their profiles in one body, all or nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mockserver.errors import InvalidPayloadError
from mockserver.providers.stupeflix.documents import Document, read_document
from mockserver.providers.stupeflix.orders import Order, read_profiles
from mockserver.providers.stupeflix.xmltree import Node, XmlError, parse

__all__ = ["Task", "read_batch"]

# Definitions are pasted as they are, declarations included.
_DECLARATION = re.compile(rb"<\?xml\s[^>]{0,200}\?>|\xef\xbb\xbf")


@dataclass(frozen=True, slots=True)
class Task:
    """One definition of a batch, with its profiles.

    Attributes:
        number: Its place, from 1.
        user: Not checked yet.
        resource: Not checked yet.
        body: The definition, as if it had been sent alone.
        document: What that means.
        orders: Its profiles.
    """

    number: int
    user: str
    resource: str
    body: bytes
    document: Document
    orders: list[Order]


def read_batch(body: bytes, *, is_strict: bool = False) -> list[Task]:
    """Return the tasks of a batch.

    Raises:
        InvalidPayloadError: Code `batch`; a task is not as it should be.

    Source: contract stupeflix, section 3.3.
    """
    document = _DECLARATION.sub(b"", body)
    try:
        root = parse(document)
    except XmlError as error:
        reason = str(error) if error.is_bound else "the body is not well-formed XML"
        raise _invalid(reason) from error
    if root.name != "batch":
        raise _invalid("the root element must be batch")
    return list(_tasks(root, document, is_strict=is_strict))


def _tasks(root: Node, batch: bytes, *, is_strict: bool) -> Iterator[Task]:
    for number, node in enumerate(root.elements, 1):
        try:
            yield _task(node, number, batch, is_strict=is_strict)
        except InvalidPayloadError as error:
            reason = f"task {number}: {error.detail.get('reason', 'not valid')}"
            raise _invalid(reason) from error


def _task(node: Node, number: int, batch: bytes, *, is_strict: bool) -> Task:
    if node.name != "task":
        raise _invalid(f"unknown element {node.name} in batch")
    names = [child.name for child in node.elements]
    if sorted(names) != ["movie", "profiles"]:
        raise _invalid("needs one element movie and one element profiles")
    movie, profiles = node.find("movie") or node, node.find("profiles") or node
    body = movie.source(batch)
    return Task(
        number,
        node.attributes.get("user", ""),
        node.attributes.get("resource", ""),
        body,
        read_document(body, is_strict=is_strict),
        read_profiles(profiles),
    )


def _invalid(reason: str) -> InvalidPayloadError:
    return InvalidPayloadError(code="batch", reason=reason)
