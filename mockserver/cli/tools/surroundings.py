"""Surroundings: the variables that lead a program's HTTP clients here."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from mockserver.server.sockets.trust import JAVA_PASSWORD, Trust

__all__ = ["UNREACHED", "url_variable", "variables"]

_LOCAL: Final = ("localhost", "127.0.0.1", "::1")
UNREACHED: Final = (
    "Node before 22.21 (fetch and http; axios is fine), replicate-python and aiohttp"
    " without trust_env ask no proxy variables: give them the provider's URL from"
    " MOCKSERVER_<SLUG>_URL, or run --isolate, where no variable is needed"
)
"""Which stacks the environment does not lead here."""


def url_variable(slug: str) -> str:
    """Return the name of the variable with a provider's base URL."""
    return f"MOCKSERVER_{slug.upper().replace('-', '_')}_URL"


def variables(
    url: str, urls: Mapping[str, str], trust: Trust | None, java: str = ""
) -> dict[str, str]:
    """Return what a program has to find in its environment.

    Args:
        url: Where the server listens.
        urls: Each provider's base URL by slug.
        trust: The files of the CA; None if the proxy door is not to be used.
        java: What `JAVA_TOOL_OPTIONS` has already.
    """
    told = {"MOCKSERVER_URL": url}
    told |= {url_variable(slug): base for slug, base in urls.items()}
    return told if trust is None else told | _proxied(url, trust, java)


def _proxied(url: str, trust: Trust, java: str) -> dict[str, str]:
    bundle, own = str(trust.bundle), ",".join(_LOCAL)
    names = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy")
    bundles = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE")
    return {
        **dict.fromkeys(names, url),
        **dict.fromkeys(("NO_PROXY", "no_proxy"), own),
        **dict.fromkeys(bundles, bundle),
        "NODE_EXTRA_CA_CERTS": str(trust.ca),
        "NODE_USE_ENV_PROXY": "1",
        "DENO_CERT": str(trust.ca),
        # What begins with a colon is read after PHP's own folder.
        "PHP_INI_SCAN_DIR": f":{trust.php}",
        "JAVA_TOOL_OPTIONS": " ".join(filter(None, [java, *_java(url, trust)])),
    }


def _java(url: str, trust: Trust) -> list[str]:
    place = urlsplit(url)
    host, port = place.hostname or "127.0.0.1", place.port or 80
    return [
        *(f"-D{kind}.proxyHost={host} -D{kind}.proxyPort={port}"
          for kind in ("http", "https")),
        "-Dhttp.nonProxyHosts=localhost|127.*|[::1]",
        f"-Djavax.net.ssl.trustStore={trust.java}",
        "-Djavax.net.ssl.trustStoreType=PKCS12",
        f"-Djavax.net.ssl.trustStorePassword={JAVA_PASSWORD}",
    ]  # fmt: skip
