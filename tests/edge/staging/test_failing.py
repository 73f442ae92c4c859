"""What may be said to be wrong with a job that is let fail."""

import pytest

from mockserver.edge.staging.failing import error_of
from mockserver.errors import ConfigError
from mockserver.providers.idomoo import PROVIDER


def test_the_providers_usual_failure_needs_no_name() -> None:
    assert error_of(PROVIDER, None) == "render_failed"


def test_a_failure_has_a_name_and_the_providers_words() -> None:
    assert error_of(PROVIDER, "render-failed") == "render_failed"


def test_words_in_quotes_are_told_as_they_are() -> None:
    assert error_of(PROVIDER, '"no ink left"') == "no ink left"


def test_other_words_are_refused_with_what_would_be_right() -> None:
    with pytest.raises(ConfigError) as told:
        error_of(PROVIDER, "rendr-failed")

    assert str(told.value) == (
        "error: found 'rendr-failed', expected 'render-failed', the nearest known name,"
        " or words in double quotes"
    )
