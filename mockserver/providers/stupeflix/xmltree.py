"""XML without entities or network, bounded in bytes, depth and nodes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

__all__ = ["Node", "XmlError", "parse"]

BYTES_MAX: Final = 8 * 1024 * 1024
DEPTH_MAX: Final = 64
# Elements and pieces of text; a client's batch of a million characters has 36,000.
NODES_MAX: Final = 60_000
ATTRIBUTES_MAX: Final = 64
TAG_BYTES_MAX: Final = 256 * 1024
_PIECE_BYTES: Final = 32 * 1024


class XmlError(ValueError):
    """A document is not well-formed, or beyond a bound; the text says which.

    Attributes:
        is_bound: It is well-formed as far as it was read, but too large or unsafe.
    """

    def __init__(self, message: str, *, is_bound: bool = False) -> None:
        super().__init__(message)
        self.is_bound = is_bound


@dataclass(slots=True)
class Node:
    """One element.

    Attributes:
        name: Its name, prefix included.
        attributes: In document order.
        children: Elements and pieces of text, in document order.
        start: Where its tag begins in the document, in bytes.
        end: Where its end tag begins.
    """

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node | str"] = field(default_factory=list)
    start: int = 0
    end: int = 0

    @property
    def elements(self) -> Iterator["Node"]:
        """The child elements."""
        return (child for child in self.children if isinstance(child, Node))

    @property
    def text(self) -> str:
        """The text directly inside, without the white space around it."""
        pieces = (child for child in self.children if isinstance(child, str))
        return " ".join("".join(pieces).split())

    def source(self, document: bytes) -> bytes:
        """Return the element as it stands in its document."""
        if document[self.end : self.end + 2] != b"</":
            return self.render().encode()
        return document[self.start : document.index(b">", self.end) + 1]

    def find(self, name: str) -> "Node | None":
        """Return the first child element of that name, or None."""
        return next((node for node in self.elements if node.name == name), None)

    def render(self, extra: Mapping[int, Mapping[str, str]] | None = None) -> str:
        """Return the element as XML, with more attributes for some nodes by `id`."""
        attributes = {**self.attributes, **(extra or {}).get(id(self), {})}
        written = "".join(f" {n}={quoteattr(v)}" for n, v in attributes.items())
        inside = "".join(
            escape(child) if isinstance(child, str) else child.render(extra)
            for child in self.children
        )
        closed = f">{inside}</{self.name}>" if inside else "/>"
        return f"<{self.name}{written}{closed}"


class _Builder:
    """Makes nodes of what expat says, and stops at each bound."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self._nodes = 0
        self.parser = parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._doctype

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count(name)
        if len(self._open) >= DEPTH_MAX:
            raise XmlError(f"{name}: deeper than {DEPTH_MAX} elements", is_bound=True)
        if len(attributes) > ATTRIBUTES_MAX:
            text = f"{name}: more than {ATTRIBUTES_MAX} attributes"
            raise XmlError(text, is_bound=True)
        node = Node(name, attributes, start=self.parser.CurrentByteIndex)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def _count(self, name: str) -> None:
        self._nodes += 1
        if self._nodes > NODES_MAX:
            raise XmlError(f"{name}: more than {NODES_MAX} nodes", is_bound=True)

    def _end(self, _name: str) -> None:
        self._open.pop().end = self.parser.CurrentByteIndex

    def _text(self, text: str) -> None:
        self._count(self._open[-1].name)
        self._open[-1].children.append(text)

    def _doctype(self, *_: object) -> None:
        raise XmlError("document types and entities are not allowed", is_bound=True)


def parse(document: bytes) -> Node:
    """Return the root element of a UTF-8 document.

    Raises:
        XmlError: It is not well-formed UTF-8 XML, has a document type, or is
            larger, deeper or fuller than the bounds of this module.
    """
    if len(document) > BYTES_MAX:
        raise XmlError(f"more than {BYTES_MAX} bytes", is_bound=True)
    builder = _Builder()
    parser = builder.parser
    try:
        document.decode("utf-8")  # expat would follow a mark of UTF-16
        for start in range(0, len(document), _PIECE_BYTES):
            piece = document[start : start + _PIECE_BYTES]
            parser.Parse(piece, False)  # noqa: FBT003 - expat takes it by position
            # What expat holds back is one tag that has not ended yet.
            if start + len(piece) - max(0, parser.CurrentByteIndex) > TAG_BYTES_MAX:
                raise XmlError("a tag is too long", is_bound=True)
        parser.Parse(b"", True)  # noqa: FBT003 - same
    except (expat.ExpatError, UnicodeDecodeError) as error:
        raise XmlError(str(error)) from error
    if builder.root is None:
        raise XmlError("no element found")
    return builder.root
