"""Hostile XML and zips: refused within a second, in little memory."""

import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from urllib.parse import quote_plus

import pytest

from mockserver.errors import InvalidPayloadError
from mockserver.providers.stupeflix.batches import read_batch
from mockserver.providers.stupeflix.documents import read_document
from mockserver.providers.stupeflix.orders import read_form
from mockserver.providers.stupeflix.xmltree import XmlError, parse
from tests.deep import some

MEGABYTE = 1024 * 1024


def laughs() -> bytes:
    lines = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "lol">'
        for n in range(10)
    )
    return f"<!DOCTYPE movie [{lines}]><movie>&l9;</movie>".encode()


def quadratic() -> bytes:
    entity = f'<!ENTITY a "{"x" * 100_000}">'
    return f"<!DOCTYPE movie [{entity}]><movie>{'&a;' * 100_000}</movie>".encode()


DOCUMENTS: dict[str, Callable[[], bytes]] = {
    "billion laughs": laughs,
    "quadratic blow-up": quadratic,
    "external entity": lambda: (
        b'<!DOCTYPE movie [<!ENTITY x SYSTEM "file:///etc/passwd">]><movie>&x;</movie>'
    ),
    "external subset": lambda: (
        b'<!DOCTYPE movie SYSTEM "http://127.0.0.1:1/movie.dtd"><movie/>'
    ),
    "parameter entity": lambda: (
        b'<!DOCTYPE movie [<!ENTITY % x SYSTEM "http://127.0.0.1:1/">%x;]><movie/>'
    ),
    "empty document type": lambda: b"<!DOCTYPE movie><movie/>",
    "too deep": lambda: b"<a>" * 100_000 + b"</a>" * 100_000,
    "too many elements": lambda: b"<movie>" + b"<a/>" * 100_000 + b"</movie>",
    "too many texts": lambda: b"<movie>" + b"x<a/>" * 100_000 + b"</movie>",
    "too many attributes": lambda: (
        b"<movie " + b" ".join(b'a%d=""' % n for n in range(100_000)) + b"/>"
    ),
    "an endless tag": lambda: b'<movie a="' + b"x" * MEGABYTE,
    "an endless comment": lambda: b"<movie><!--" + b"x" * MEGABYTE,
    "too large": lambda: b"<movie>" + b"x" * 9 * MEGABYTE + b"</movie>",
    "undeclared entity": lambda: b"<movie>&x;</movie>",
    "UTF-16": lambda: "<movie/>".encode("utf-16"),
    "UTF-7 by declaration": lambda: b'<?xml version="1.0" encoding="utf-7"?>+ADw-a<',
    "a zero byte": lambda: b"<movie>\0</movie>",
    "a name twice": lambda: b'<movie a="" a=""/>',
}


@pytest.mark.parametrize("name", some(DOCUMENTS, of=4))
def test_hostile_xml_is_refused_with_little_memory(name: str) -> None:
    document = DOCUMENTS[name]()

    tracemalloc.start()
    with pytest.raises(XmlError):
        parse(document)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 64 * MEGABYTE


@pytest.mark.parametrize("name", some(DOCUMENTS, of=4))
def test_hostile_xml_is_no_definition_no_batch_and_no_profiles(name: str) -> None:
    document = DOCUMENTS[name]()

    with pytest.raises(InvalidPayloadError) as refused:
        read_document(document)
    with pytest.raises(InvalidPayloadError):
        read_batch(b"<batch>" + document + b"</batch>")
    with pytest.raises(InvalidPayloadError):
        read_form(b"ProfilesXML=" + quote_plus(document).encode())

    assert refused.value.code == "definition"


def zipped(*files: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return data.getvalue()


def named(name: str) -> bytes:
    """Return a zip with a file of that name, written as it stands."""
    return zipped(("x" * len(name), b"1")).replace(b"x" * len(name), name.encode())


def many() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for number in range(10_000):
            archive.writestr(f"{number}.jpg", b"")
    return data.getvalue()


def lying() -> bytes:
    """Return a zip whose movie is larger than its directory says."""
    content = zlib.compress(b"x" * 20 * MEGABYTE)[2:-4]
    local = struct.pack(
        "<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, 0, len(content), 9, 9, 0
    )
    central = struct.pack(
        "<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 0, 0, len(content), 9, 9,
        0, 0, 0, 0, 0, 0,
    )  # fmt: skip
    head = local + b"movie.xml" + content
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 55, len(head), 0)
    return head + central + b"movie.xml" + end


def understated() -> bytes:
    """Return a zip of three files whose end record announces one."""
    data = bytearray(zipped(("movie.xml", b"<movie/>"), ("a", b""), ("b", b"")))
    at = data.rfind(b"PK\5\6")
    data[at + 8 : at + 12] = struct.pack("<2H", 1, 1)
    return bytes(data)


def link() -> bytes:
    info = zipfile.ZipInfo("movie.xml")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    return zipped((info, b"/etc/passwd"))


def encrypted() -> bytes:
    data = bytearray(zipped(("movie.xml", b"<movie/>")))
    data[data.rfind(b"PK\1\2") + 8] |= 1
    return bytes(data)


BOMB = b"0" * 50 * MEGABYTE
ZIPS: dict[str, Callable[[], bytes]] = {
    "a bomb": lambda: zipped(("movie.xml", b"<movie/>"), ("images/a.jpg", BOMB)),
    "a bomb of a movie": lambda: zipped(("movie.xml", BOMB)),
    "a movie that is larger than it says": lying,
    "many files": many,
    "more files than it says": understated,
    "a parent folder": lambda: named("../x"),
    "a parent folder inside": lambda: named("a/../../x"),
    "an absolute path": lambda: named("/etc/passwd"),
    "a drive": lambda: named("C:\\x"),
    "backslashes": lambda: named("..\\x"),
    "a control character": lambda: named("a\nb"),
    "a link": link,
    "encrypted": encrypted,
    "cut off": lambda: zipped(("movie.xml", b"<movie/>"))[:-30],
    "no directory": lambda: b"PK\x03\x04" + b"x" * MEGABYTE,
    "a comment like an end": lambda: b"PK\x03\x04" + b"PK\x05\x06" * 1000,
}


@pytest.mark.parametrize("name", some(ZIPS, of=4))
def test_a_hostile_zip_is_refused(name: str) -> None:
    data = ZIPS[name]()

    with pytest.raises(InvalidPayloadError) as refused:
        read_document(data)

    assert refused.value.code == "definition"


@pytest.mark.parametrize("name", some(ZIPS, of=4))
def test_a_hostile_zip_is_refused_cheaply(name: str) -> None:
    data = ZIPS[name]()

    tracemalloc.start()
    with pytest.raises(InvalidPayloadError):
        read_document(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 64 * MEGABYTE


def test_a_name_that_is_there_twice_is_refused() -> None:
    twice = zipped(("movie.xml", b"<movie/>"), ("movie.xmk", b"<movie/>"))

    with pytest.raises(InvalidPayloadError, match="definition"):
        read_document(twice.replace(b"movie.xmk", b"movie.xml"))
