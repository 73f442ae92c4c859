"""Providers are found once, and what ships is loaded once for all servers."""

from pathlib import Path

import pytest

from mockserver import resources
from mockserver.errors import ConfigError
from mockserver.providers.discovery import discover


@pytest.mark.parametrize("slug", ["mux", "runway"])
def test_servers_of_one_process_share_what_ships(slug: str) -> None:
    assert discover()[slug] is discover([slug])[slug]


def test_what_is_read_again_is_no_others() -> None:
    here, elsewhere = discover(["mux"]), discover(["mux"])
    before = elsewhere["mux"]

    here.renew("mux")

    assert here["mux"] is not before
    assert elsewhere["mux"] is before


def test_files_of_users_are_read_for_each_server(tmp_path: Path) -> None:
    shipped = (resources.providers() / "mux.yaml").read_text("utf-8")
    file = tmp_path / "mux.yaml"
    file.write_text(shipped, "utf-8")
    first = discover([str(file)])["mux"]
    file.write_text(shipped.replace("title: Mux Video", "title: Ours"), "utf-8")

    assert (first.title, discover([str(file)])["mux"].title) == ("Mux Video", "Ours")


def test_what_is_unknown_is_named_with_what_would_be_right() -> None:
    with pytest.raises(ConfigError, match="found 'mucks', expected 'mux'"):
        discover(["mucks"])
