"""What is read can be written again; everything else is refused with its reason."""

from contextlib import nullcontext

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.errors import PayloadTooLargeError, UnreadableBodyError
from mockserver.providers.bodies import ValidBodies, parse_json


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


@pytest.mark.parametrize(
    ("body", "found"),
    [(b"[1, 2, 3]", 3), (b"[[[]]]", 3), (b'{"a": {}, "b": ","}', 4)],
    ids=["items", "arrays", "members"],
)
def test_the_most_values_are_read_and_one_more_is_not(body: bytes, found: int) -> None:
    """Commas and opening brackets are counted, those in texts as well."""
    assert parse_json(body, found) == orjson.loads(body)
    with pytest.raises(PayloadTooLargeError) as refused:
        parse_json(body, found - 1)
    assert refused.value.detail == {"limit": found - 1, "found": found}


@pytest.mark.parametrize(("levels", "is_read"), [(200, True), (201, False)])
def test_two_hundred_levels_are_read(levels: int, *, is_read: bool) -> None:
    """The shortest body of so many levels is nothing but brackets."""
    body = b"[" * levels + b"]" * levels
    if_deep = pytest.raises(UnreadableBodyError, match="depth")

    with nullcontext() if is_read else if_deep:
        parse_json(body)


def test_a_body_is_known_to_fit_the_schema_that_it_was_held_against() -> None:
    known = ValidBodies()
    known.add("fal", "submit.request", b"{}")

    asked = [
        ("fal", "submit.request"),
        ("fal", "cancel.request"),
        ("luma", "submit.request"),
    ]
    assert [known.has(*one, b"{}") for one in asked] == [True, False, False]


def test_a_body_is_held_against_schemas_that_are_others_now() -> None:
    known = ValidBodies()
    known.add("fal", "submit.request", b"{}")
    known.forget()

    assert not known.has("fal", "submit.request", b"{}")


def test_neither_no_body_nor_a_long_one_nor_many_are_known() -> None:
    known = ValidBodies()
    bodies = [b"", b"x" * 4097, *(b"%d" % number for number in range(65))]
    for body in bodies:
        known.add("fal", "submit.request", body)

    assert [one for one in bodies if known.has("fal", "submit.request", one)] == [b"64"]
