"""Config: its defaults, its documentation, when a clock starts."""

import dataclasses

import pytest

from mockserver.config import SETTINGS, Config

NOW_S = 1_800_000_000.0


def test_the_defaults_are_those_of_a_laptop() -> None:
    config = Config()

    assert (config.host, config.port) == ("127.0.0.1", 7357)
    assert (config.pace, config.seed, config.epoch) == ("demo", 1, "auto")
    assert (config.auth, config.limits) == ("open", "off")
    assert (config.store, config.workers) == ("memory", 1)
    assert config.journal_max == 1000
    assert config.providers_settings == {}


def test_a_config_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Config().port = 1  # type: ignore[misc]  # that it fails is the point


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: str(one.name))
def test_every_setting_is_documented(setting: object) -> None:
    assert setting.about.endswith(".")  # type: ignore[attr-defined]  # a Setting
    assert setting.kind.expected  # type: ignore[attr-defined]  # a Setting


def test_flag_and_variable_follow_the_key() -> None:
    names = {one.name: (one.flag, one.env) for one in SETTINGS}

    assert names["port_file"] == ("--port-file", "MOCKSERVER_PORT_FILE")
    assert names["scenarios"] == ("--scenario", "MOCKSERVER_SCENARIO")
    assert names["allow_hosts"] == ("--allow-host", "MOCKSERVER_ALLOW_HOST")
    assert names["delivery_timeout_s"] == (
        "--delivery-timeout",
        "MOCKSERVER_DELIVERY_TIMEOUT",
    )


def test_no_two_settings_share_a_key() -> None:
    assert len({one.key for one in SETTINGS}) == len(SETTINGS)


def test_secrets_are_not_shown() -> None:
    shown = repr(Config(control_token="hunter2"))

    assert "hunter2" not in shown


@pytest.mark.parametrize(
    ("pace", "epoch", "start_s"),
    [
        ("demo", "auto", NOW_S),
        ("x60", "auto", NOW_S),
        ("step", "auto", 1893456000.0),
        ("manual", "auto", 1893456000.0),
        ("manual", "now", NOW_S),
        ("real", "2030-01-01T01:00:00+01:00", 1893456000.0),
    ],
)
def test_a_clock_starts_at_a_fixed_time_unless_it_runs(
    pace: str, epoch: str, start_s: float
) -> None:
    assert Config(pace=pace, epoch=epoch).epoch_s(now_s=NOW_S) == start_s
