"""Record what a release writes: run in a checkout of it, `python …/tests/upgrade/record.py NAME RECORDS OUT` (RECORDS: a corpus of tests/golden).

One JSON document in zstd: `rows`, by topic the newest row of each key as text; `migrations`, names and SHA-256; `snapshot`, a worker's file in Base64
where the release has such files. Uses of the release only what it has: it is the release's code that runs.
"""

import base64
import hashlib
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import zstandard


def main(name: str, records: str, out: str) -> None:
    sys.path.insert(0, str(Path.cwd()))
    from streams.core.pipeline import apply
    from streams.core.state import Partition

    head, *lines = Path(records).read_text("utf-8").splitlines()
    at_ms = round(datetime.fromisoformat(json.loads(head)["appended"]).timestamp() * 1000)
    log = [(offset, at_ms, *_record(json.loads(line))) for offset, line in enumerate(lines)]
    partition = Partition(0, 0, lambda _key: True)
    partition.breaker = type(partition.breaker)(0, 0)
    rows: dict[str, dict[str, str]] = {}
    for start in range(0, len(log), 20):
        for topic, found in apply(partition, log[start : start + 20]).rows.items():
            rows.setdefault(topic, {}).update({key.decode(): value.decode() for key, value in found})
    document = {"name": name, "rows": rows, "migrations": _migrations(), "snapshot": _snapshot(partition, log)}
    Path(out).write_bytes(zstandard.ZstdCompressor(level=19).compress(json.dumps(document, ensure_ascii=False).encode()))


def _record(line: dict[str, Any]) -> tuple[bytes | None, bytes | None, tuple[tuple[str, bytes], ...]]:
    """A line of a corpus, as `tests/golden/corpus.py` reads it."""
    compact = json.dumps(line.get("value"), ensure_ascii=False, separators=(",", ":")).encode()
    value = compact if "value" in line else _bytes(line["text"])
    return _bytes(line.get("key", "990107")), value, tuple((name, _bytes(text) or b"") for name, text in line.get("headers", ()))


def _bytes(told: Any) -> bytes | None:
    return base64.b64decode(told["base64"]) if isinstance(told, dict) else told if told is None else told.encode()


def _migrations() -> list[tuple[str, str]]:
    files = sorted(Path("deploy/clickhouse").glob("[0-9]*.sql"))
    return [(path.name, hashlib.sha256(path.read_text("utf-8").encode()).hexdigest()) for path in files]


def _snapshot(partition: Any, log: Any) -> str:
    try:
        from streams.core.snapshot import dump
        from streams.worker import build
        from streams.worker.snapshot_file import Label, Tail, pack
    except ImportError:  # this release has none
        return ""
    label = Label("office-events", 0, 1, 0, build.settled(), len(log), Tail.of(log[-1]))
    return base64.b64encode(pack(label, dump(partition))).decode()


if __name__ == "__main__":
    main(*sys.argv[1:])
