"""Keys and certificates as files of the office's `secrets/e_signature` folder, readable by its account alone.

    root.key                      the authority; its key signs certificates and the list of revoked ones
    time_stamp.key
    seal.key                      for what stands in QR codes; each of the three with its certificate
    signers/<serial>.json         a signer's certificate and locked key

A file is written whole or not at all. Two processes that make the authority at the same time end with the same one.
"""

from __future__ import annotations

import json
import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def prepare(folder: Path) -> None:
    """Make the folder, closed to everybody else."""
    for each in (folder, folder / "signers"):
        each.mkdir(mode=0o700, parents=True, exist_ok=True)
        each.chmod(0o700)


def write(file: Path, content: bytes, *, once: bool) -> None:
    """Write a file durably. Args: once: one that is already there wins."""
    handle, draft = tempfile.mkstemp(dir=file.parent)  # readable by its owner only
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if once:
            os.link(draft, file)
        else:
            os.replace(draft, file)
    except FileExistsError:
        return
    finally:
        Path(draft).unlink(missing_ok=True)


def keep_pair(folder: Path, name: str, key: PrivateKeyTypes, certificate: x509.Certificate) -> None:
    """Keep a key that no passphrase protects beside its certificate, in one file, so that they cannot part."""
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write(folder / f"{name}.key", pem + certificate.public_bytes(Encoding.PEM), once=True)


def pair(folder: Path, name: str) -> tuple[PrivateKeyTypes, x509.Certificate]:
    """A key and its certificate.

    Raises:
        FileNotFoundError: they were never made.
    """
    content = (folder / f"{name}.key").read_bytes()
    return serialization.load_pem_private_key(content, None), x509.load_pem_x509_certificate(content)


def keep_signer(folder: Path, serial: str, content: dict[str, Any]) -> None:
    """Keep a signer; an earlier state of the same one is replaced."""
    write(folder / "signers" / f"{serial}.json", json.dumps(content, sort_keys=True).encode(), once=False)


def signers(folder: Path) -> list[dict[str, Any]]:
    """Every signer, the newest certificate first."""
    found = [json.loads(file.read_bytes()) for file in (folder / "signers").glob("*.json")]
    return sorted(found, key=lambda one: datetime.fromisoformat(one["enrolled_at"]), reverse=True)
