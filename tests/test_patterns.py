"""What others write as a pattern is searched for in linear time, or refused."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.errors import ConfigError
from mockserver.patterns import Pattern
from mockserver.providers.provider import Setting
from mockserver.scenarios.written.match import fits

CATASTROPHIC = [
    r"(\w?){40}!",
    r"(a*)*!",
    r"(a+)+!",
    r"(a|a)*!",
    r"(a|aa)+!",
    r"(.*a){30}!",
    r"(?:a?){50}a{50}!",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"(x+x+)+y|(a+a+)+!",
    r"\s*\s*\s*(a*a*)*\s*$!",
]
ORDINARY = [
    "available",
    "^avail",
    "able$",
    "^(available|error)$",
    "avail|err",
    "(?i)AVAIL",
    r"\bavailable\b",
    r"\Aavailable\Z",
    r"^\w+$",
    r"[a-e]v",
    r"[^a-z]",
    "a{1,2}v",
    "a.*e",
    "(?P<name>ava)il",
    r"\d",
    r"\x61v",
    r"l-?a",
    "",
]


@pytest.mark.parametrize("text", CATASTROPHIC)
def test_no_pattern_is_searched_for_longer_than_its_text(text: str) -> None:
    assert not Pattern(text).occurs_in("a" * 20_000)


@pytest.mark.parametrize("text", ORDINARY)
@pytest.mark.parametrize("state", ["available", "error", "queued", "", "start", "7"])
def test_ordinary_patterns_mean_what_they_mean_in_python(text: str, state: str) -> None:
    assert Pattern(text).occurs_in(state) == (re.search(text, state) is not None)


def test_a_backslash_before_the_end_stays_one() -> None:
    assert Pattern(r"\\Z").occurs_in("\\Z")


@pytest.mark.parametrize(
    "text",
    ["(", "[a", "*", "(?=a)", "(?<!a)b", r"(a)\1", "((a{0,99}){0,99}){0,99}", "\ud800"],
)
def test_what_cannot_be_done_is_refused(text: str) -> None:
    with pytest.raises(
        ValueError, match="expected a regular expression without look-around"
    ):
        Pattern(text)


def test_a_text_that_is_no_unicode_is_searched_all_the_same() -> None:
    assert Pattern("a").occurs_in("\ud800a")


def test_a_setting_that_is_no_pattern_is_refused() -> None:
    setting = Setting("broken", default="", about="A pattern.", is_pattern=True)

    with pytest.raises(ConfigError, match=r"^--set: found '\(\?=a\)', expected a reg"):
        setting.parse("(?=a)", place="--set")


def test_a_setting_may_be_a_pattern_or_nothing() -> None:
    setting = Setting("broken", default="", about="A pattern.", is_pattern=True)

    assert setting.parse(r"\.png$", place="--set") == r"\.png$"
    assert setting.parse("", place="--set") == ""


@given(st.text("ab*", max_size=8), st.text("ab", max_size=12))
def test_stars_stand_for_anything(pattern: str, text: str) -> None:
    """As the regular expression that each star is `.*` in."""
    as_regexp = ".*".join(map(re.escape, pattern.split("*")))

    assert fits(pattern, text) == (re.fullmatch(as_regexp, text) is not None)


def test_many_stars_take_no_longer() -> None:
    assert not fits("*a" * 40 + "*b", "a" * 20_000)
    assert fits("*a" * 40 + "*", "a" * 20_000)
