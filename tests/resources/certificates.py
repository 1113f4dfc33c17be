"""A private authority for a test, and a server that has its certificate for a host."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def authority_for(host: str, folder: Path) -> tuple[Path, ssl.SSLContext]:
    """The file that makes the authority trusted, and the server's side of TLS."""
    key = ec.generate_private_key(ec.SECP256R1())
    authority = _certificate("Authority", key).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    own = ec.generate_private_key(ec.SECP256R1())
    server = _certificate(host, own).add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    # a name of its own: what a file makes trusted is read once
    stem = format(x509.random_serial_number(), "x")
    bundle, chain = folder / f"{stem}-authority.pem", folder / f"{stem}-server.pem"
    bundle.write_bytes(authority.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    private = own.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    chain.write_bytes(private + server.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return bundle, context


def _certificate(name: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority")]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
    )
