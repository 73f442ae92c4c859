"""Provider: a plug-in for our calls and services; what a provider's folder shows."""

from mockserver.providers.call import Call
from mockserver.providers.facts import (
    Credential,
    Secrets,
    Setting,
    Switches,
    Trial,
    uuid_id,
    webhook_dates_setting,
    world_setting,
)
from mockserver.providers.plugin import Plugin
from mockserver.providers.services import Services

__all__ = [
    "Credential",
    "Provider",
    "Secrets",
    "Setting",
    "Switches",
    "Trial",
    "uuid_id",
    "webhook_dates_setting",
    "world_setting",
]

Provider = Plugin[Call, Services]
