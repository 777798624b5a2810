"""`wirereel check --make-certificate`: a certificate of one's own, to sign clips with."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.console import Console
from rich.text import Text

from bot.plugins import ConfigError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate, Name

__all__ = ["Issued", "make_certificate", "write_certificate"]

USES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
    "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip
YEARS = {"root": 10, "signer": 1}
UNTRUSTED = (
    "Whoever reads a clip signed with it will see that nothing was changed since you signed, and "
    'that your name is on no trust list: it says "untrusted". That ends with a certificate from '
    "a CA on the C2PA trust list, put in its place."
)


class Issued(NamedTuple):
    """What was written: the signer's certificate with its root, and the signer's key."""

    certificate: Path
    key: Path


def make_certificate(folder: Path, house: str, base: Path) -> int:
    """Write certificate and key, print what to put into config.toml; answers the exit code."""
    issued = write_certificate(folder, house, datetime.now(UTC))
    where = [path.relative_to(base) if path.is_relative_to(base) else path for path in issued]
    console = Console(soft_wrap=True)
    console.print(Text(f"Wrote {issued.certificate} and {issued.key}. Put into config.toml:\n"))
    lines = ("[provenance]", f'certificate = "{where[0]}"', f'key = "file:{where[1]}"')
    console.print(Text("\n".join(lines)), Text(f"\n{UNTRUSTED}"), sep="\n")
    return 0


def write_certificate(folder: Path, house: str, now: datetime, country: str = "ZZ") -> Issued:
    """Make a root and a signer's certificate (ES256) for a house of that name.

    Raises ConfigError where the package is missing, a file is there already, or the folder cannot
    be written. The key can be read by its owner alone.
    """
    issued = Issued(folder / "certificate.pem", folder / "key.pem")
    for path in issued:
        if path.exists():
            raise ConfigError(f"{path} is there already: name another folder with --into")
    try:
        from cryptography.hazmat.primitives import serialization as forms
        from cryptography.hazmat.primitives.asymmetric import ec
    except ImportError as error:
        way_out = "pip install 'wirereel[provenance]'"
        raise ConfigError(f"the package cryptography is missing: {way_out}") from error
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in YEARS)
    named = _Named(house, country, now)
    root = named.root(root_key)
    chain = (named.signer(key, root, root_key), root)
    secret = key.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(issued.key, secret, 0o600)
        _write(
            issued.certificate, b"".join(c.public_bytes(forms.Encoding.PEM) for c in chain), 0o644
        )
    except OSError as error:
        raise ConfigError(f"cannot write into {folder}: {error.strerror}") from error
    return issued


def _write(path: Path, content: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)


class _Named(NamedTuple):
    """Certificates for one house, from one moment on."""

    house: str
    country: str
    now: datetime

    def root(self, key: "EllipticCurvePrivateKey") -> "Certificate":
        """Sign the root with its own key."""
        from cryptography import x509

        name = self._name(f"{self.house} root")
        signs = {"key_cert_sign": True, "crl_sign": True}
        built = self._built(name, name, key, "root", signs)
        built = built.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        return _signed(built, key, key)

    def signer(
        self, key: "EllipticCurvePrivateKey", root: "Certificate", by: "EllipticCurvePrivateKey"
    ) -> "Certificate":
        """Sign the certificate that signs clips: what C2PA asks of an end entity, and no more."""
        from cryptography import x509
        from cryptography.x509.oid import ExtendedKeyUsageOID

        name = self._name(f"{self.house} clips")
        built = self._built(name, root.subject, key, "signer", {"digital_signature": True})
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        built = built.add_extension(
            x509.BasicConstraints(ca=False, path_length=None), critical=True
        )
        return _signed(built.add_extension(purpose, critical=False), key, by)

    def _name(self, common: str) -> "Name":
        from cryptography import x509
        from cryptography.x509.oid import NameOID as Part

        parts = (
            (Part.COUNTRY_NAME, self.country),
            (Part.ORGANIZATION_NAME, self.house[:64]),
            (Part.COMMON_NAME, common[:64]),
        )
        return x509.Name([x509.NameAttribute(part, text) for part, text in parts])

    def _built(
        self,
        subject: "Name",
        issuer: "Name",
        key: "EllipticCurvePrivateKey",
        kind: str,
        uses: dict[str, bool],
    ) -> Any:
        from cryptography import x509

        usage = x509.KeyUsage(**{**dict.fromkeys(USES, False), **uses})
        until = self.now + timedelta(days=365 * YEARS[kind])
        built = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
        built = built.public_key(key.public_key()).serial_number(x509.random_serial_number())
        built = built.not_valid_before(self.now - timedelta(minutes=5)).not_valid_after(until)
        return built.add_extension(usage, critical=True)


def _signed(
    built: Any, key: "EllipticCurvePrivateKey", by: "EllipticCurvePrivateKey"
) -> "Certificate":
    """Add whose key it is and who signs it, and sign."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key())
    built = built.add_extension(own, critical=False).add_extension(issuer, critical=False)
    certificate: Certificate = built.sign(by, hashes.SHA256())
    return certificate
