"""Loading: precedence, files, variables, and messages that say what to mend."""

from pathlib import Path

import pytest

from mockserver.config import Config, Credential, load_config, with_settings
from mockserver.config.settings import cache_folder
from mockserver.errors import ConfigError


def _write(folder: Path, text: str, name: str = "mockserver.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    assert load_config({}, {}, tmp_path) == Config()


def test_a_flag_beats_the_environment(tmp_path: Path) -> None:
    config = load_config({"port": 1}, {"MOCKSERVER_PORT": "2"}, tmp_path)

    assert config.port == 1


def test_the_environment_beats_the_file(tmp_path: Path) -> None:
    _write(tmp_path, "port = 3\n")

    assert load_config({}, {"MOCKSERVER_PORT": "2"}, tmp_path).port == 2


def test_the_file_beats_the_defaults_of_a_command(tmp_path: Path) -> None:
    _write(tmp_path, 'pace = "real"\n')

    config = load_config({}, {}, tmp_path, defaults={"pace": "step", "seed": 9})

    assert (config.pace, config.seed) == ("real", 9)


def test_flags_that_were_not_given_change_nothing(tmp_path: Path) -> None:
    assert load_config({"port": None, "set": []}, {}, tmp_path).port == 7357


def test_an_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    assert load_config({}, {"MOCKSERVER_PORT": ""}, tmp_path).port == 7357


def test_pyproject_holds_settings_in_its_tool_table(tmp_path: Path) -> None:
    _write(tmp_path, "[tool.mockserver]\nseed = 7\n", "pyproject.toml")

    assert load_config({}, {}, tmp_path).seed == 7


def test_a_pyproject_of_others_changes_nothing(tmp_path: Path) -> None:
    _write(tmp_path, "[project]\nname = 'x'\n", "pyproject.toml")

    assert load_config({}, {}, tmp_path) == Config()


def test_mockserver_toml_is_read_instead_of_pyproject(tmp_path: Path) -> None:
    _write(tmp_path, "[tool.mockserver]\nseed = 7\nport = 1\n", "pyproject.toml")
    _write(tmp_path, "seed = 8\n")

    config = load_config({}, {}, tmp_path)

    assert (config.seed, config.port) == (8, 7357)


def test_a_named_file_is_read_instead(tmp_path: Path) -> None:
    _write(tmp_path, "seed = 8\n")
    named = _write(tmp_path, "seed = 9\n", "other.toml")

    assert load_config({}, {}, tmp_path, named).seed == 9
    assert load_config({}, {"MOCKSERVER_CONFIG": "other.toml"}, tmp_path).seed == 9


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: found no such file"):
        load_config({}, {}, tmp_path, tmp_path / "none.toml")


def test_a_list_comes_from_every_source(tmp_path: Path) -> None:
    _write(tmp_path, 'scenario = ["slow-render"]\nprovider = ["idomoo"]\n')
    environ = {"MOCKSERVER_PROVIDER": "hourone,idomoo"}

    config = load_config({"scenarios": ["a", "b"]}, environ, tmp_path)

    assert config.scenarios == ("a", "b")
    assert config.providers == ("hourone", "idomoo")


def test_credentials_are_parsed(tmp_path: Path) -> None:
    config = load_config({"credentials": ["stupeflix:A:S"]}, {}, tmp_path)

    assert config.credentials == (Credential("stupeflix", "A", "S"),)


def test_paths_of_a_file_start_from_its_folder(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    named = _write(tmp_path / "sub", 'media_dir = "media"\n')

    assert load_config({}, {}, tmp_path, named).media_dir == tmp_path / "sub/media"


def test_settings_of_a_provider_are_merged_key_by_key(tmp_path: Path) -> None:
    _write(tmp_path, "[providers.idomoo]\nregion = 'eu'\nretries = 1\ntoken = 'f'\n")
    environ = {"MOCKSERVER_IDOMOO__RETRIES": "2", "MOCKSERVER_MY_OWN__KEY": "v"}

    config = load_config({"set": ["idomoo.token=a=b"]}, environ, tmp_path)

    assert config.providers_settings == {
        "idomoo": {"region": "eu", "retries": "2", "token": "a=b"},
        "my-own": {"key": "v"},
    }


def test_sources_say_where_each_value_came_from(tmp_path: Path) -> None:
    _write(tmp_path, "seed = 2\n\n[providers.idomoo]\nregion = 'eu'\n")

    config = load_config({"port": 1}, {"MOCKSERVER_HOST": "::1"}, tmp_path)

    assert config.sources == {
        "seed": "mockserver.toml:1",
        "providers.idomoo.region": "mockserver.toml:4",
        "host": "MOCKSERVER_HOST",
        "port": "--port",
    }


@pytest.mark.parametrize(
    "variable",
    ["MOCKSERVER_URL", "MOCKSERVER_TOKEN", "MOCKSERVER_IDOMOO_URL", "PORT", "MOCK_X"],
)
def test_variables_for_clients_are_no_settings(tmp_path: Path, variable: str) -> None:
    assert load_config({}, {variable: "anything"}, tmp_path) == Config()


@pytest.mark.parametrize(
    ("variable", "near"),
    [
        ("MOCKSERVER_PROT", "MOCKSERVER_PORT"),
        ("MOCKSERVER_EXTERNAL_UR", "MOCKSERVER_EXTERNAL_URL"),
        ("MOCKSERVER_EXTERNL_URL", "MOCKSERVER_EXTERNAL_URL"),
        ("MOCKSERVER_SCENARIOS", "MOCKSERVER_SCENARIO"),
    ],
)
def test_a_misspelt_variable_is_an_error_that_names_the_nearest(
    tmp_path: Path, variable: str, near: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config({}, {variable: "1"}, tmp_path)

    assert str(caught.value) == (
        f"environment: found unknown setting {variable!r}; "
        f"the nearest known one is {near}"
    )


def test_a_misspelt_key_of_the_file_names_its_line(tmp_path: Path) -> None:
    _write(tmp_path, "seed = 1\n\nprot = 80\n")

    with pytest.raises(ConfigError) as caught:
        load_config({}, {}, tmp_path)

    assert str(caught.value) == (
        "mockserver.toml:3: found unknown setting 'prot'; the nearest known one is port"
    )


def test_a_line_of_pyproject_is_found_below_its_header(tmp_path: Path) -> None:
    text = "[project]\nport = 1\n\n[tool.mockserver]\nseed = 1\nport = 'x'\n"
    _write(tmp_path, text, "pyproject.toml")

    with pytest.raises(ConfigError, match=r"^pyproject\.toml:6: port: found 'x'"):
        load_config({}, {}, tmp_path)


def test_a_key_written_unusually_names_the_nearest_line(tmp_path: Path) -> None:
    _write(tmp_path, "seed = 1\nproviders = {idomoo = {x = 1}}\n")

    config = load_config({}, {}, tmp_path)

    assert config.sources["providers.idomoo.x"] == "mockserver.toml:2"


def test_a_table_where_a_value_belongs_names_its_header(tmp_path: Path) -> None:
    _write(tmp_path, "seed = 1\n[port]\nx = 1\n")

    with pytest.raises(ConfigError, match=r"^mockserver\.toml:2: port: found {'x': 1}"):
        load_config({}, {}, tmp_path)


def test_an_unlike_name_gets_the_list_of_all(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"'zzz'; known are host, port"):
        load_config({"zzz": "1"}, {}, tmp_path)


def test_an_unknown_option_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"option: .* 'pase'; .* one is pace"):
        load_config({"pase": "step"}, {}, tmp_path)


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (
            {"port": "70000"},
            "--port: port: found '70000', expected a whole number from 0 to 65535",
        ),
        (
            {"pace": "fast"},
            (
                "--pace: pace: found 'fast', "
                "expected demo, real, step, manual, or a factor such as x60"
            ),
        ),
        (
            {"auth": "maybe"},
            "--auth: auth: found 'maybe', expected one of open, strict",
        ),
        (
            {"store": "tape"},
            (
                "--store: store: found 'tape', "
                "expected memory, sqlite: and the"
                " path of a file, or the URL of a Redis such as redis://localhost:6379"
            ),
        ),
        (
            {"delivery_timeout_s": "5"},
            (
                "--delivery-timeout: delivery_timeout: found '5', "
                "expected a duration such as 1500ms, 2s, 12m, 3h or 1d"
            ),
        ),
        (
            {"journal_max": 0},
            (
                "--journal-max: journal_max: found 0, "
                "expected a whole number of at least 1"
            ),
        ),
        ({"set": "idomoo"}, "--set: found 'idomoo', expected slug.key=value"),
    ],
)
def test_a_wrong_value_says_what_would_be_right(
    tmp_path: Path, flags: dict[str, object], message: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(flags, {}, tmp_path)

    assert str(caught.value) == message


def test_a_wrong_secret_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config({"credentials": ["hunter2"]}, {}, tmp_path)

    assert str(caught.value) == (
        "--credential: credential: found a value that is not shown, "
        "expected a list, each slug:KEY or slug:ACCESS:SECRET"
    )


def test_a_list_of_providers_is_told_from_their_tables(tmp_path: Path) -> None:
    _write(tmp_path, 'providers = ["idomoo"]\n')

    with pytest.raises(ConfigError, match="providers to serve is the key provider"):
        load_config({}, {}, tmp_path)


def test_several_workers_need_a_store_that_they_can_share(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^--workers: workers: found 2, expected 1"):
        load_config({"workers": 2}, {}, tmp_path)


def test_a_file_that_is_no_toml_names_the_place(tmp_path: Path) -> None:
    _write(tmp_path, "port = \n")

    with pytest.raises(ConfigError, match=r"^mockserver\.toml: .*at line 1"):
        load_config({}, {}, tmp_path)


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("media_dir", "clips", Path("/project/clips")),
        ("media_dir", Path("/clips"), Path("/clips")),
        ("media_dir", None, None),
        ("port", "0", 0),
        ("delivery_timeout_s", "2s", 2.0),
        ("delivery_timeout_s", 2.5, 2.5),
        ("media_max_bytes", "1KiB", 1024),
        ("providers", ["idomoo"], ("idomoo",)),
        ("credentials", ["idomoo:1:2"], (Credential("idomoo", "1", "2"),)),
        ("quiet", True, True),
    ],
)
def test_a_keyword_may_be_typed_or_written_as_a_flag_is(
    name: str, raw: object, value: object
) -> None:
    config = with_settings(Config(), {name: raw}, Path("/project"))

    assert getattr(config, name) == value
    assert config.sources[name] == "keyword"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"media_dir": 5}, "keyword: media_dir: found 5, expected a path"),
        ({"port": "x"}, "keyword: port: found 'x', expected a whole number from 0"),
        ({"pace": None}, "keyword: pace: found None, expected demo, real"),
        ({"delivery_timeout_s": True}, "keyword: delivery_timeout: found True"),
        ({"prot": 1}, "keyword: found unknown setting 'prot'; the nearest known one"),
        ({"workers": 2}, "keyword: workers: found 2, expected 1: the store memory"),
    ],
)
def test_a_wrong_keyword_is_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        with_settings(Config(), settings, Path("/project"))


def test_what_is_not_named_stays_as_it_is() -> None:
    config = Config(port=1, seed=2, providers_settings={"idomoo": {"a": 1}})

    changed = with_settings(config, {"seed": 3}, Path("/project"))

    assert changed == Config(port=1, seed=3, providers_settings={"idomoo": {"a": 1}})


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({}, "/people/ann/.cache/video-mockserver"),
        ({"XDG_CACHE_HOME": "/var/cache"}, "/var/cache/video-mockserver"),
        ({"XDG_CACHE_HOME": ""}, "/people/ann/.cache/video-mockserver"),
        ({"XDG_CACHE_HOME": "here"}, "/people/ann/.cache/video-mockserver"),
    ],
)
def test_media_are_kept_in_the_users_cache_folder(
    environ: dict[str, str], folder: str
) -> None:
    assert cache_folder(environ, lambda: Path("/people/ann")) == Path(folder)


def test_a_named_folder_wins_over_the_cache_folder() -> None:
    assert Config(media_dir=Path("/clips")).media_folder == Path("/clips")
