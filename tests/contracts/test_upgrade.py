"""N-1 and N side by side: what an earlier release has written is read, or refused and told, never misread; and what is written now has all that it reads.

Recorded are rows of the topics, migrations and snapshots (tests/upgrade). Workers of two builds at work are in tests/fault/test_upgrade.py.
"""

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import zstandard

from consumers.clickhouse.rows import READERS, Batch
from deploy.migrate import shipped
from schemas.topics import OUTPUT_TOPICS, TOPICS
from streams.worker import build
from streams.worker.snapshot_file import unpack
from tests.folding import fold
from tests.golden.corpus import Corpus, messages
from tests.storing import Sent

FOLDER = Path(__file__).parents[1] / "upgrade"
RELEASES = sorted(path.name.removesuffix(".json.zst") for path in FOLDER.glob("*.json.zst"))


@cache
def recorded(release: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(zstandard.ZstdDecompressor().decompress((FOLDER / f"{release}.json.zst").read_bytes()))
    return found


@cache
def rows_now() -> dict[str, dict[str, str]]:
    """What this build makes of the records that the releases were given."""
    corpus = Corpus("1.0.0")
    log = messages(corpus.records(), corpus.appended())
    return {
        topic: {key.decode(): json.dumps(row) for key, row in found.items()}
        for topic, found in fold(log, range(0, len(log), 20)).rows.items()
    }


@pytest.mark.parametrize("release", RELEASES)
def test_every_row_of_an_earlier_release_is_read(release: str) -> None:
    rows = recorded(release)["rows"]
    assert set(rows) <= {topic.name for topic in TOPICS}
    for topic, found in rows.items():
        batch = Batch()
        batch.add(READERS[topic], [Sent(topic, key.encode(), value.encode()) for key, value in found.items()])
        stored = sum(len(columns[0]) for _, columns in batch.tables())
        assert stored == len(found), topic


@pytest.mark.parametrize("release", RELEASES)
def test_a_row_of_this_build_has_all_that_an_earlier_release_reads(release: str) -> None:
    """Field by field, of the same type: so its sink and its readers of the topics go on while workers of this build are at work."""
    lacking = set()
    for topic, found in recorded(release)["rows"].items():
        for key, text in found.items():
            before, now = json.loads(text), json.loads(rows_now()[topic].get(key, "{}"))
            if now:
                lacking |= {(topic, name) for name, value in before.items() if name not in now or _kind(now[name]) != _kind(value)}
    assert lacking == set()


@pytest.mark.parametrize("release", RELEASES)
def test_its_migrations_are_the_first_of_ours_unchanged(release: str) -> None:
    ours = [[one.name, one.checksum] for one in shipped()]
    before = recorded(release)["migrations"]
    assert ours[: len(before)] == before


@pytest.mark.parametrize("release", [release for release in RELEASES if recorded(release)["snapshot"]])
def test_its_snapshots_are_known_as_another_builds(release: str) -> None:
    """Whose file it is stands in front of the state, so that nobody reads a state that another code has written."""
    label, state = unpack(base64.b64decode(recorded(release)["snapshot"]))
    assert label.build not in {"", build.settled()}
    assert state


def test_every_topic_of_the_workers_was_recorded() -> None:
    newest = set().union(*(set(recorded(release)["rows"]) for release in RELEASES))
    assert {topic.name for topic in OUTPUT_TOPICS} - newest <= {"dead-letters", "alerts"}


def _kind(value: object) -> str:
    """The kind of a JSON value; a null says nothing of it."""
    return "any" if value is None else "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__
