"""The ledger's head, signed and kept outside the database: whoever writes the chain anew cannot sign it anew.

A head is a small JSON file: the number and the hash of the last event, when it was signed, and an Ed25519 signature. The private key
stays with the operator, outside the data folder; auditors hold the public key and copies of the heads.
"""

import json
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from linkage.errors import KeyFileError
from linkage.store.base import canonical_json

PUBLIC = ".pub"  # what the name of the public key ends with, beside the private key
OTHERS = 0o077  # rights of anybody but the owner
_TAG = "near-match ledger head 1"


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The ledger as it ended at `at`: event `seq` had this hash. `signature` is base64."""

    seq: int
    hash: str
    at: datetime
    signature: str

    @property
    def file_name(self) -> str:
        return f"ledger-head-{self.seq:012d}.json"

    def message(self) -> bytes:
        """What is signed: canonical JSON of all but the signature."""
        return canonical_json(self._said()).encode()

    def text(self) -> str:
        """The file, one line."""
        return canonical_json({**self._said(), "signature": self.signature}) + "\n"

    def _said(self) -> dict[str, object]:
        at = self.at.astimezone(UTC).isoformat(timespec="seconds")
        return {"what": _TAG, "seq": self.seq, "hash": self.hash, "at": at}


def make_keys(private: Path) -> Path:
    """Write a new private key, for its owner's eyes only, and its public key beside it. Returns the public key's file.

    Raises KeyFileError if one of the two files exists: nothing is overwritten.
    """
    key = Ed25519PrivateKey.generate()
    public = private.with_name(private.name + PUBLIC)
    if public.exists():
        raise KeyFileError(
            f"There is a key in {public} already.", "Choose another name; keep the old one for old heads."
        )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write_new(private, secret, 0o600)
    shown = serialization.PublicFormat.SubjectPublicKeyInfo
    _write_new(public, key.public_key().public_bytes(serialization.Encoding.PEM, shown), 0o644)
    return public


def private_key(path: Path) -> Ed25519PrivateKey:
    """The key that signs. Raises KeyFileError if it is none, or if others may read it."""
    try:
        if path.stat().st_mode & OTHERS:
            raise KeyFileError(
                f"Others may read the private key {path}.", f"Run `chmod 600 {path}`, or make a new one."
            )
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _no_key(path, "private") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key(path, "private")
    return key


def public_key(path: Path) -> Ed25519PublicKey:
    """The key that verifies. Raises KeyFileError if it is none."""
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise _no_key(path, "public") from error
    if not isinstance(key, Ed25519PublicKey):
        raise _no_key(path, "public")
    return key


def sign(seq: int, last_hash: str, at: datetime, key: Ed25519PrivateKey) -> SignedHead:
    """The head of the ledger as it is at this moment."""
    unsigned = SignedHead(seq, last_hash, at, "")
    return SignedHead(seq, last_hash, at, b64encode(key.sign(unsigned.message())).decode())


def write(head: SignedHead, folder: Path) -> Path | None:
    """Keep the head in a file of the folder; None if one of the same event is there already.

    The file appears as a whole or not at all. Raises OSError if the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / head.file_name
    if path.exists():
        return None
    half = path.with_suffix(f".{os.getpid()}.new")
    _write_new(half, head.text().encode(), 0o644)
    half.rename(path)
    return path


def read(folder: Path, key: Ed25519PublicKey) -> tuple[list[SignedHead], list[str]]:
    """The heads of a folder whose signature fits, by number; and in words, what is wrong with the others."""
    heads, problems = [], []
    for path in sorted(folder.glob("ledger-head-*.json")):
        try:
            head = _read_one(path)
            key.verify(b64decode(head.signature, validate=True), head.message())
            heads.append(head)
        except (OSError, ValueError, KeyError, TypeError):
            problems.append(f"{path.name} is not a signed head.")
        except InvalidSignature:
            problems.append(f"{path.name} was changed, or was not signed with this key.")
    return sorted(heads, key=lambda head: (head.seq, head.at)), problems


def _read_one(path: Path) -> SignedHead:
    said = json.loads(path.read_bytes())
    if said["what"] != _TAG:
        raise ValueError(path)
    return SignedHead(int(said["seq"]), str(said["hash"]), datetime.fromisoformat(said["at"]), str(said["signature"]))


def _write_new(path: Path, content: bytes, mode: int) -> None:
    """A file that did not exist, with these rights from its first moment, safe on the disk when this returns."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError as error:
        raise KeyFileError(f"There is a file {path} already.", "Choose another name.") from error
    except OSError as error:
        raise KeyFileError(f"{path} cannot be written: {error.strerror}.", "Choose another folder.") from error
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise KeyFileError(f"{path} cannot be written: {error.strerror}.", "Free some space, and try again.") from error


def _no_key(path: Path, kind: str) -> KeyFileError:
    return KeyFileError(f"{path} is not a {kind} key.", "`nearmatch ledger make-key` makes a pair of keys.")
