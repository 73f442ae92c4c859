"""What is read can be written again; everything else is refused with its reason."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.errors import UnreadableBodyError
from mockserver.providers.bodies import parse_json


def refusal(body: bytes) -> UnreadableBodyError:
    with pytest.raises(UnreadableBodyError) as caught:
        parse_json(body)
    return caught.value


@pytest.mark.parametrize(
    ("body", "document"),
    [
        (b"", None),
        (b"null", None),
        (b' {"a": [1, 2.5, "x"]} ', {"a": [1, 2.5, "x"]}),
        (b'"\\ud83d\\ude00 \\u0000"', "\U0001f600 \0"),
        (b"18446744073709551616", 18446744073709551616.0),
        (b"1e308", 1e308),
        (b"[" * 200 + b"]" * 200, orjson.loads("[" * 200 + "]" * 200)),
    ],
)
def test_a_document_is_read(body: bytes, document: object) -> None:
    assert parse_json(body) == document


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "syntax"),
        (b"{} x", "syntax"),
        (b"\xef\xbb\xbf{}", "syntax"),
        (b"\xff\xfe", "encoding"),
        (b'"\\ud800"', "encoding"),
        (b'{"\\uDC00\\uD800": 1}', "encoding"),
        (b"1e400", "number"),
        (b'{"a": [-1e400]}', "number"),
        (b"9" * 400, "number"),
        (b"9" * 5000, "number"),
        (b"NaN", "number"),
        (b"[-Infinity]", "number"),
        (b"[" * 201 + b"]" * 201, "depth"),
        (b'{"a":' * 201 + b"1" + b"}" * 201, "depth"),
        (b"[" * 1100 + b"]" * 1100, "depth"),
        (b"[" * 100_000 + b"]" * 100_000, "depth"),
        (b"[" * 100_000, "depth"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(body: bytes, code: str) -> None:
    error = refusal(body)

    assert error.code == code
    assert error.detail["message"]


def test_brackets_beside_each_other_or_in_texts_are_not_deep() -> None:
    body = orjson.dumps([[]] * 500 + ["[" * 500])

    assert parse_json(body) == [[]] * 500 + ["[" * 500]


def test_a_mistake_is_worded_by_the_standard_library() -> None:
    assert refusal(b'{"a": 1,\n x}').detail == {
        "message": "Expecting property name enclosed in double quotes:"
        " line 2 column 2 (char 10)",
        "short": "Expecting property name enclosed in double quotes",
        "offset": 10,
        "line": 2,
        "column": 2,
        "document": '{"a": 1,\n x}',
    }


SCALARS = st.sampled_from(
    ['"\\ud800"', '"\\udfff\\ud800"', "1e999", "-0.0", "12345678901234567890123",
     "9" * 320, '"\\u0000"', "true", "null", '"[[["', "NaN"]
)  # fmt: skip
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda all_: f"[{','.join(all_)}]")
        | inner.map(lambda one: f'{{"a":{one}}}')
    ),
)


@given(DOCUMENTS)
def test_what_is_read_can_be_written(text: str) -> None:
    try:
        document = parse_json(text.encode())
    except UnreadableBodyError as error:
        assert error.code in {"encoding", "number"}  # noqa: PT017 - else it is read
    else:
        assert orjson.loads(orjson.dumps(document)) == document
