"""A header that every call has to carry."""

import pytest

from mockserver.errors import InvalidPayloadError
from mockserver.providers.wires.headers import required_header
from tests.providers.wires.conftest import Ask

VERSIONS = frozenset({"2024-11-06"})


@pytest.mark.parametrize("name", ["X-Version", "x-version", "X-VERSION"])
def test_a_header_is_read_in_any_case(ask: Ask, name: str) -> None:
    call = ask("/", {name: "2024-11-06"})

    assert required_header(call, "X-Version", known=VERSIONS) == "2024-11-06"


def test_any_value_may_do(ask: Ask) -> None:
    assert required_header(ask("/", {"X-Version": "1"}), "X-Version") == "1"


@pytest.mark.parametrize("headers", [{}, {"X-Version": ""}])
def test_a_header_that_is_not_there_is_missing(
    ask: Ask, headers: dict[str, str]
) -> None:
    with pytest.raises(InvalidPayloadError) as refused:
        required_header(ask("/", headers), "X-Version")

    assert refused.value.code == "header-missing"
    assert refused.value.detail == {"header": "X-Version", "found": ""}


@pytest.mark.parametrize("value", ["2023-01-01", "2024-11-06 ", "2024"])
def test_another_value_is_unknown(ask: Ask, value: str) -> None:
    with pytest.raises(InvalidPayloadError) as refused:
        required_header(ask("/", {"X-Version": value}), "X-Version", known=VERSIONS)

    assert refused.value.code == "header-unknown"
    assert refused.value.detail == {"header": "X-Version", "found": value}
