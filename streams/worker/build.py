"""Which code this process folds with, as a digest: a state is only right for the code that made it.

Covers every source of `streams.core` (the catalogue is one of them) and `schemas`, and the versions of what decides beside them what an
event says. Taken when the package is first imported, before the core is, and again later: equal digests mean that nobody replaced the
sources in between, so what was imported is what was digested.
"""

import sys
from hashlib import blake2b
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("schemas", "streams.core")
LIBRARIES = ("msgspec", "orjson", "pydantic", "pydantic-core")


def digest() -> str:
    """32 hexadecimal digits; empty when the sources cannot be read (an installation without them)."""
    found = blake2b(digest_size=16)
    for package in PACKAGES:
        spec = find_spec(package)
        folder = Path(spec.origin).parent if spec and spec.origin else Path("nowhere")
        sources = sorted(folder.rglob("*.py"))
        if not sources:
            return ""
        for source in sources:
            text = source.read_bytes()
            found.update(b"%s/%s %d\n" % (package.encode(), source.relative_to(folder).as_posix().encode(), len(text)) + text)
    found.update(repr((sys.version_info[:3], [version(library) for library in LIBRARIES])).encode())
    return found.hexdigest()


AT_START = digest()


def settled(rules: str = "") -> str:
    """The digest of the code that this process folds with, and of the settings that decide what is admitted (`rules`), if any; empty when it
    cannot be told. To be asked once everything is imported."""
    if digest() != AT_START:
        return ""
    return blake2b(f"{AT_START} {rules}".encode(), digest_size=16).hexdigest() if AT_START and rules else AT_START
