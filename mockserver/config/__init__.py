"""Settings: what exists, and how flags, environment, file and defaults make one."""

from mockserver.config.load import load_config, with_settings
from mockserver.config.settings import SETTINGS, Config, Setting
from mockserver.config.values import Credential, Kind, parse_duration, parse_size

__all__ = [
    "SETTINGS",
    "Config",
    "Credential",
    "Kind",
    "Setting",
    "load_config",
    "parse_duration",
    "parse_size",
    "with_settings",
]
