"""What Pydantic finds wrong with an http(s) URL."""

import pytest

from mockserver.providers.wires.urls import url_problem


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("example.com", "invalid or missing URL scheme"),
        ("//example.com", "invalid or missing URL scheme"),
        ("mailto:a@example.com", "invalid or missing URL scheme"),
        ("gopher://example.com", "URL scheme not permitted"),
        ("http://", "URL host invalid"),
        ("http:///path", "URL host invalid"),
        ("http://a..b", "URL host invalid"),
        ("http://example.com:99999/", "URL port invalid, port cannot exceed 65535"),
        ("http://a.b:" + "9" * 5000, "URL port invalid, port cannot exceed 65535"),
        (
            "http://example.com/a b",
            "URL invalid, extra characters found after valid URL: ' b'",
        ),
        (
            "http://example.com#a#b",
            "URL invalid, extra characters found after valid URL: '#b'",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_address(url: str, message: str) -> None:
    problem = url_problem(url)

    assert problem is not None
    assert problem["msg"] == message


@pytest.mark.parametrize(
    "url",
    ["http://localhost", "https://a_b:80/x?y#z", "HTTP://user:pw@example.com",
     "http://[::1]:8080/", "http://bücher.example", "http://1.2.3.4"],
)  # fmt: skip
def test_what_is_a_fine_address(url: str) -> None:
    assert url_problem(url) is None


@pytest.mark.parametrize(
    ("url", "is_fine"),
    [
        ("http://localhost", False),
        ("http://1.2.3", False),
        ("http://127.0.0.1", True),
        ("http://[::1]", True),
        ("http://example.com", True),
        ("http://a.xn--p1ai", True),
    ],
)
def test_a_dot_in_the_host_may_be_asked_for(url: str, *, is_fine: bool) -> None:
    assert (url_problem(url, needs_dotted_host=True) is None) is is_fine
