"""Forms in parts are read byte for byte, whatever is in them."""

from asyncio import run
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.app import build
from mockserver.delivery import body as written
from mockserver.errors import UnreadableBodyError
from mockserver.providers.call import Call
from mockserver.providers.wires import forms
from mockserver.providers.wires.forms import Part
from tests.providers.wires.conftest import Ask, asking

TYPE = {"Content-Type": 'multipart/form-data; boundary="b 1"'}


def sent(ask: Ask, body: bytes, headers: dict[str, str] | None = None) -> Call:
    call = ask("/", headers or TYPE, method="POST")
    call._body = body
    return call


async def test_fields_and_files_come_in_order(ask: Ask) -> None:
    body = (
        b"what stands before is nobody's\r\n--b 1\r\n"
        b'Content-Disposition: form-data; name="type"\r\n\r\nimage/png\r\n--b 1\r\n'
        b'content-disposition: form-data; name="content"; filename="in.png"\r\n'
        b"Content-Type: image/png\r\n\r\n\x89PNG\r\n\r\n--b\r\n\r\n--b 1--\r\nafter"
    )

    assert await forms.parts(sent(ask, body)) == [
        Part("type", b"image/png"),
        Part("content", b"\x89PNG\r\n\r\n--b\r\n", "in.png", "image/png"),
    ]


@pytest.mark.parametrize(
    "said",
    [
        'filename="gr\u00fcn.png"'.encode(),
        b"filename*=utf-8''gr%C3%BCn.png",
    ],
)
async def test_names_are_in_utf_8(ask: Ask, said: bytes) -> None:
    body = b'--b 1\r\nContent-Disposition: form-data; name="f"; ' + said
    body += b"\r\n\r\nx\r\n--b 1--"

    (part,) = await forms.parts(sent(ask, body))

    assert part.file_name == "gr\u00fcn.png"


async def test_a_form_may_be_empty(ask: Ask) -> None:
    assert await forms.parts(sent(ask, b"--b 1--\r\n")) == []


@pytest.mark.parametrize(
    "body",
    [b"", b"--b 1\r\n", b"--b 1\r\n\r\ncut", b"--b 1\r\n\r\nx\r\n" * 1001 + b"--b 1--"],
)
async def test_a_form_that_does_not_end_is_none(ask: Ask, body: bytes) -> None:
    with pytest.raises(UnreadableBodyError, match="form"):
        await forms.parts(sent(ask, body))


@pytest.mark.parametrize(
    "told", ["application/json", "multipart/form-data", "multipart/mixed; boundary=b"]
)
async def test_without_a_boundary_it_is_no_form(ask: Ask, told: str) -> None:
    call = sent(ask, b"--b\r\n\r\nx\r\n--b--", {"Content-Type": told})

    with pytest.raises(UnreadableBodyError, match="form"):
        await forms.parts(call)

    assert call.notes == ["the body is no form: its Content-Type has no boundary"]


@given(
    data=st.binary(),
    file_name=st.none() | st.text("a\u00fc\u6f22.", min_size=1),
    content_type=st.none() | st.just("image/png"),
)
def test_what_is_written_is_read_again(
    data: bytes, file_name: str | None, content_type: str | None
) -> None:
    form = written.Form((written.Part("f", data, file_name, content_type),))
    body = b"".join(piece for piece in form.pieces if isinstance(piece, bytes))
    call = sent(ASK, body, {"Content-Type": form.content_type})

    assert run(forms.parts(call)) == [Part("f", data, file_name, content_type)]


ASK = asking(build(pace="manual", media_dir=Path("unused")))
