"""Which certificates are trusted: as ORBIT's clients do, those of `SSL_CERT_FILE`, else of `SSL_CERT_DIR`, else certifi's."""

import os
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache

from orbitcfg.files.store import Disk, NotAFileError
from orbitcfg.observed.probe import TrustFault

FILE, FOLDER = "SSL_CERT_FILE", "SSL_CERT_DIR"
MAX_BUNDLE_BYTES = 16 << 20
"""What is read of certificates in all; certifi's bundle has less than 0.3 MiB."""
_MAX_ENTRIES = 10_000

# `TRUSTED` ones are OpenSSL's own, with some bytes behind the certificate
_CERTIFICATE = re.compile(rb"-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----([A-Za-z0-9+/=\s]{1,100000}?)-----END")
_HASHED = re.compile(r"[0-9a-f]{8}\.\d+")
"""How OpenSSL calls a certificate in a folder: the only names that it looks for."""


def trust(variables: Mapping[str, str], client: str, *, verifying: bool) -> tuple[ssl.SSLContext, TrustFault | None]:
    """What a client of ORBIT's trusts, and why nothing. httpx reads a file also where all that it calls is plain http; aiohttp passes over one that it cannot read."""
    file, folder = variables.get(FILE), variables.get(FOLDER)
    if file and not (client == "aiohttp" and _of_file(file)[1]):
        context, reason = _of_file(file)
        return context if verifying else no_trust(), TrustFault(FILE, file, reason) if reason else None
    if not verifying:
        return no_trust(), None
    if folder:
        context, reason = _of_folder(folder)
        return context, TrustFault(FOLDER, folder, reason) if reason else None
    return _usual(), None


# each is kept: to load a bundle of certificates takes long, and every endpoint wants it
@cache
def no_trust() -> ssl.SSLContext:
    """A context that accepts no certificate, for plain http."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@cache
def any_trust() -> ssl.SSLContext:
    """A context that accepts every certificate, for servers whose certificates ORBIT does not check either."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@cache
def _usual() -> ssl.SSLContext:
    # imported here: plain http needs no certificates
    import certifi

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(certifi.where())
    return context


@cache
def _of_file(path: str) -> tuple[ssl.SSLContext, str]:
    """What a file makes trusted, and what is wrong with it."""
    # never by OpenSSL itself, which waits for whoever writes to a pipe
    try:
        content = Disk().read(path, MAX_BUNDLE_BYTES + 1)
    except OSError as error:
        return no_trust(), _READING.get(type(error), "cannot be read")
    except ValueError:
        return no_trust(), "is no path"
    if len(content) > MAX_BUNDLE_BYTES:
        return no_trust(), f"has more than {MAX_BUNDLE_BYTES >> 20} MiB"
    return _loaded(content, "holds no certificate")


_READING: Mapping[type[OSError], str] = {
    FileNotFoundError: "is not there",
    NotADirectoryError: "is not there",
    IsADirectoryError: "is a folder",
    PermissionError: "may not be read here",
    NotAFileError: "is no regular file",
}


@cache
def _of_folder(path: str) -> tuple[ssl.SSLContext, str]:
    """What a folder, or each of several, makes trusted, and what is wrong with it."""
    folders = [each for each in path.split(os.pathsep) if os.path.isdir(each)]
    if not folders:
        return no_trust(), "is no folder"
    return _loaded(
        b"\n".join(content for folder in folders for content in _hashed(folder)), "holds no certificate under a name that `openssl rehash` gives"
    )


def _hashed(folder: str) -> Iterator[bytes]:
    """The files that OpenSSL would look into."""
    left, disk = MAX_BUNDLE_BYTES, Disk()
    with suppress(OSError):
        for name in [each for each in disk.listdir(folder)[:_MAX_ENTRIES] if _HASHED.fullmatch(each)]:
            with suppress(OSError):
                content = disk.read(os.path.join(folder, name), left)
                left -= len(content)
                yield content


def _loaded(content: bytes, nothing: str) -> tuple[ssl.SSLContext, str]:
    blocks = _CERTIFICATE.findall(content)
    if not blocks:
        return no_trust(), nothing
    text = "".join(f"-----BEGIN CERTIFICATE-----{block.decode()}-----END CERTIFICATE-----\n" for block in blocks)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cadata=text)
    except ssl.SSLError:
        return no_trust(), "holds a certificate that cannot be read"
    return context, ""
