"""ca: print the certificate that clients have to trust, or write it for a stack."""

import os
import sys
from pathlib import Path
from typing import Final

from mockserver.cli.tools.arguments import Parser, UsageError
from mockserver.cli.tools.client import RefusedError
from mockserver.cli.tools.output import print_line
from mockserver.config import load_config
from mockserver.server.sockets.trust import java_store, trust_files

__all__ = ["run"]

_STORES: Final = (".p12", ".pfx", ".jks")


def run(verb: str, given: list[str]) -> int:
    """Print the PEM, or write a file whose ending says what it holds.

    Raises:
        ConfigError: A setting is wrong.
        RefusedError: The file cannot be written.
        StartError: The CA's folder cannot be used.
        UsageError: The ending is none that is known.
    """
    parser = Parser(verb, "Print the certificate of the throw-away CA as PEM.")
    parser.add_argument(
        "--out",
        metavar="FILE",
        help="Write it: .pem or .crt, or .p12, .pfx or .jks as a trust store for Java"
        " (PKCS#12, password changeit).",
    )
    parser.add_argument(
        "--bundle", action="store_true", help="With what the system trusts before it."
    )
    parser.add_argument(
        "--path",
        action="store_true",
        help="Print where the file lies, not what it holds.",
    )
    parser.add_argument("--state-dir", dest="state_dir", metavar="DIR",
                        help="The server's own --state-dir.")  # fmt: skip
    parser.add_argument("--config", metavar="FILE", help="Read this file of settings.")
    options = parser.parse(given)
    file = Path(options.config) if options.config else None
    flags = {"state_dir": options.state_dir}
    config = load_config(flags, os.environ, Path.cwd(), file)
    trust = trust_files(config.state_folder)
    source = trust.bundle if options.bundle else trust.ca
    if options.out:
        _write(Path(options.out), source.read_text("ascii"))
    elif options.path:
        print_line(str(source))
    else:
        sys.stdout.write(source.read_text("ascii"))
    return 0


def _write(file: Path, pem: str) -> None:
    ending = file.suffix.lower()
    if ending not in {".pem", ".crt", *_STORES}:
        known = ", ".join((".pem", ".crt", *_STORES))
        raise UsageError(f"ca: --out: found {file.name!r}, expected one of {known}")
    data = java_store(pem) if ending in _STORES else pem.encode()
    try:
        file.write_bytes(data)
    except OSError as error:
        raise RefusedError(f"{file}: cannot be written: {error.strerror}") from error
    print_line(f"wrote {file}")
