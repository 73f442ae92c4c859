"""Kinds of setting: what they accept and what becomes of it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.config import Credential, parse_duration, parse_size, values

HERE = Path("/somewhere")


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("1500ms", 1.5),
        ("2s", 2.0),
        ("12m", 720.0),
        ("3h", 10800.0),
        ("1d", 86400.0),
        ("0.5s", 0.5),
        ("1h30m", 5400.0),
        ("0", 0.0),
    ],
)
def test_a_duration_becomes_seconds(written: str, seconds: float) -> None:
    assert parse_duration(written) == seconds


@pytest.mark.parametrize("written", ["", "5", "s", "-1s", "1 s", "1s!", "1w", "1.s"])
def test_what_is_no_duration_is_refused_with_examples(written: str) -> None:
    with pytest.raises(ValueError, match="1500ms, 2s, 12m, 3h or 1d"):
        parse_duration(written)


@given(st.integers(0, 10**9))
def test_milliseconds_are_a_thousandth_of_seconds(number: int) -> None:
    assert parse_duration(f"{number}ms") == pytest.approx(
        parse_duration(f"{number}s") / 1000
    )


@pytest.mark.parametrize(
    ("written", "size_bytes"),
    [
        ("1000", 1000),
        ("7B", 7),
        ("2KiB", 2048),
        ("64MiB", 67108864),
        ("1GiB", 1073741824),
    ],
)
def test_a_size_becomes_bytes(written: str, size_bytes: int) -> None:
    assert parse_size(written) == size_bytes


@pytest.mark.parametrize("written", ["", "MiB", "-1", "1MB", "1.5MiB"])
def test_what_is_no_size_is_refused_with_examples(written: str) -> None:
    with pytest.raises(ValueError, match="512KiB, 64MiB or 1GiB"):
        parse_size(written)


@pytest.mark.parametrize("word", ["demo", "real", "step", "manual", "x60", "x0.5"])
def test_a_pace_is_a_word_or_a_factor(word: str) -> None:
    assert values.pace().parse(word, HERE) == word


@pytest.mark.parametrize("word", ["fast", "x0", "x0.0", "x", "60", "x-1", 60])
def test_what_is_no_pace_is_refused(word: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        values.pace().parse(word, HERE)


@pytest.mark.parametrize(
    ("raw", "is_on"),
    [("1", True), ("yes", True), (True, True), ("OFF", False), (False, False)],
)
def test_a_switch_reads_the_usual_words(raw: object, is_on: bool) -> None:
    assert values.switch().parse(raw, HERE) is is_on


@pytest.mark.parametrize("raw", [True, 1.0, "1.5", "many", None, 0, 65536, "70000"])
def test_what_is_no_port_is_refused(raw: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        values.integer(1, 65535).parse(raw, HERE)


def test_a_whole_number_may_be_text() -> None:
    assert values.integer(1).parse(" 80 ", HERE) == 80


def test_a_size_may_be_a_number() -> None:
    assert values.size().parse(4096, HERE) == 4096


def test_a_credential_has_a_key_and_perhaps_a_secret() -> None:
    parse = values.credential().parse

    assert parse("hourone:K1", HERE) == Credential("hourone", "K1")
    assert parse("stupeflix:A:S:x", HERE) == Credential("stupeflix", "A", "S:x")


def test_a_credential_may_come_parsed() -> None:
    given_one = Credential("hourone", "K1")

    assert values.credential().parse(given_one, HERE) is given_one


@pytest.mark.parametrize("raw", ["hourone", "hourone:", ":K", "Hour One:K", "a:b:"])
def test_what_is_no_credential_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        values.credential().parse(raw, HERE)


def test_a_credential_does_not_show_its_key() -> None:
    shown = repr(Credential("stupeflix", "access-key", "top-secret"))

    assert shown == "Credential(slug='stupeflix')"


def test_an_epoch_without_zone_is_utc() -> None:
    assert (
        values.epoch().parse("2031-02-03T04:05:06", HERE) == "2031-02-03T04:05:06+00:00"
    )


def test_an_epoch_may_be_a_time_of_toml() -> None:
    when = datetime(2031, 2, 3, tzinfo=UTC)

    assert values.epoch().parse(when, HERE) == "2031-02-03T00:00:00+00:00"


@pytest.mark.parametrize("word", ["auto", "now"])
def test_an_epoch_may_be_a_word(word: str) -> None:
    assert values.epoch().parse(word, HERE) == word


def test_a_url_loses_its_last_slash() -> None:
    assert values.url().parse("https://mock.test/base/", HERE) == (
        "https://mock.test/base"
    )


@pytest.mark.parametrize(
    "raw", ["mock.test", "ftp://mock.test", "http://", "http://a?b=c", "http://a#b"]
)
def test_what_is_no_url_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        values.url().parse(raw, HERE)


def test_a_list_is_parted_at_commas() -> None:
    kind = values.many(values.slug())

    assert kind.parse("idomoo, hourone,", HERE) == ("idomoo", "hourone")


def test_a_list_may_come_as_one() -> None:
    assert values.many(values.slug()).parse(["idomoo"], HERE) == ("idomoo",)


@pytest.mark.parametrize("raw", [5, {"idomoo": 1}])
def test_what_is_no_list_is_refused(raw: object) -> None:
    with pytest.raises(TypeError):
        values.many(values.slug()).parse(raw, HERE)


def test_a_scenario_is_a_name_or_a_path() -> None:
    parse = values.scenario().parse

    assert parse("slow-render", HERE) == "slow-render"
    assert parse("mine.yaml", HERE) == "/somewhere/mine.yaml"
    assert parse("/other/mine.yaml", HERE) == "/other/mine.yaml"


def test_a_scenario_may_come_with_values_of_its_parameters() -> None:
    parse = values.scenario().parse

    assert parse("rate-limited; limit=3", HERE) == "rate-limited; limit=3"
    assert parse("mine.yaml; at=a/b", HERE) == "/somewhere/mine.yaml; at=a/b"


def test_a_path_starts_from_its_base() -> None:
    parse = values.path().parse

    assert parse("ports/p", HERE) == Path("/somewhere/ports/p")
    assert parse(Path("/p"), HERE) == Path("/p")
