"""Every rule that judges clients, by its name."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mockserver.verdict.finding import Rule
from mockserver.verdict.rules import (
    charged_twice,
    credential_in_url,
    download_after_expiry,
    download_again,
    download_cut,
    download_too_early,
    gave_up_on_a_blip,
    gave_up_on_a_word,
    gave_up_on_garbage,
    never_downloaded,
    never_polled,
    no_timeout,
    over_the_rate,
    plain_http,
    poll_after_end,
    poll_too_fast,
    poll_without_backoff,
    poll_without_end,
    redirect_not_followed,
    retry_after_ignored,
    retry_of_a_refusal,
    retry_without_backoff,
    submit_after_silence,
    submit_twice,
    unknown_path,
    webhook_not_idempotent,
    webhook_refused,
    webhook_slow,
    webhook_unreachable,
    webhook_unverified,
)

__all__ = ["RULES"]

_MODULES: Final = (
    charged_twice,
    credential_in_url,
    download_after_expiry,
    download_again,
    download_cut,
    download_too_early,
    gave_up_on_a_blip,
    gave_up_on_a_word,
    gave_up_on_garbage,
    never_downloaded,
    never_polled,
    no_timeout,
    over_the_rate,
    plain_http,
    poll_after_end,
    poll_too_fast,
    poll_without_backoff,
    poll_without_end,
    redirect_not_followed,
    retry_after_ignored,
    retry_of_a_refusal,
    retry_without_backoff,
    submit_after_silence,
    submit_twice,
    unknown_path,
    webhook_not_idempotent,
    webhook_refused,
    webhook_slow,
    webhook_unreachable,
    webhook_unverified,
)

RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {module.RULE.id: module.RULE for module in _MODULES}
)
