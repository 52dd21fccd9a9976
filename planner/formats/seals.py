"""Hashes by which bytes are known again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def digest_of(members: Mapping[str, bytes]) -> str:
    """One digest of several members: of their names and digests, in order of name."""
    return digest("\n".join(f"{name} {digest(members[name])}" for name in sorted(members)).encode())
