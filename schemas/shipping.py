"""The versions of the contract that outsiders have, as they got them: `schemas/shipped/<version>.json`, each the AsyncAPI document without its words.

`python -m schemas.shipping` keeps the present one before it goes out; then its corpus is made (`tests/golden`). A file that is there never changes.
"""

import json
import sys
from pathlib import Path
from typing import Any

from schemas import asyncapi
from schemas.compatibility import breaking

FOLDER = Path(__file__).parent / "shipped"
_WORDS = frozenset(("description", "title", "summary", "tags", "x-names", "default"))
_NAMES = frozenset(("properties", "x-since", "schemas", "messages", "securitySchemes", "channels", "operations", "servers", "variables"))
"""Where keys are names, not keywords."""


def shipped() -> dict[str, dict[str, Any]]:
    """Every version that was shipped, the oldest first."""
    files = sorted(FOLDER.glob("*.json"), key=lambda file: [int(part) for part in file.stem.split(".")])
    return {file.stem: json.loads(file.read_text("utf-8")) for file in files}


def present() -> dict[str, Any]:
    """The document as it would be kept: without what does not say what is valid."""
    document = asyncapi.document()
    return {**_bare(document), "info": {"title": document["info"]["title"], "version": document["info"]["version"]}}


def _bare(part: Any, *, names: bool = False) -> Any:
    if isinstance(part, list):
        return [_bare(one) for one in part]
    if not isinstance(part, dict):
        return part
    return {word: _bare(told, names=word in _NAMES and not names) for word, told in part.items() if names or word not in _WORDS}


def main() -> int:
    """Keep the present version; 1 and the reasons if it breaks an older one or says otherwise than the same version did."""
    now = present()
    found = [f"{version}: {line}" for version, old in shipped().items() for line in breaking(old, now)]
    if asyncapi.VERSION in shipped() and shipped()[asyncapi.VERSION] != now:
        found.append(f"{asyncapi.VERSION}: has been shipped and was different: raise VERSION in schemas/asyncapi.py")
    if found:
        print("\n".join(found), file=sys.stderr)
        return 1
    FOLDER.mkdir(exist_ok=True)
    file = FOLDER / f"{asyncapi.VERSION}.json"
    file.write_text(json.dumps(now, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{file.name} is kept; make its corpus: python -m tests.golden")
    return 0


if __name__ == "__main__":
    sys.exit(main())
