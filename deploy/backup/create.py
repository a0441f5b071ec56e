"""Making a backup: what is new in the log, then what is not in it, then the manifest.

The cut is taken once, at the start: each partition up to the last offset that was committed then, and each at that offset is a state that the
installation can have been in, for districts do not cross partitions. Killed at any moment, the next run goes on with the segments that are there.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from deploy.asking_clickhouse import asking_clickhouse
from deploy.asking_kafka import asking_kafka
from deploy.backup import log
from deploy.backup.files import files, require_outside
from deploy.backup.history import history
from deploy.backup.manifest import FORMAT, File, Last, Manifest, Partition, Segment, Stored, chosen, names, save
from deploy.backup.parts import Parts, described, stored
from deploy.backup.place import Place
from deploy.backup.refill import filling
from deploy.backup.segments import Damaged, Record, broken_at, digest, inflated, packed, unpacked
from deploy.backup.tables import kept
from deploy.errors import Finding
from deploy.topics import administration
from deploy.waiting import wait
from deploy.watcher import Watcher
from schemas.settings import Settings
from schemas.topics import EPOCHS, OFFICE_EVENTS, topic_name
from streams.worker.commit import BUILD

ALIKE = ("partitions", "epoch", "silence_days", "assessment_first_month", "seal_required_from", "dead_letter_approval")
"""Settings on which numbers or decisions rest; a restored installation is told where it has others."""
_NAME = re.compile(r"(\d{20})-(\d{20})\.zst")
_LARGEST_SEGMENT = 1 << 30


class Options(NamedTuple):
    """What to keep. `tables`: also what stands in ClickHouse alone, which gets so many seconds to come up with the log."""

    with_secrets: bool = False
    tables: bool = True
    patience_s: float = 60.0


class Made(NamedTuple):
    """A backup that is whole: its name and manifest, and how many events of the log were not in the place before."""

    name: str
    manifest: Manifest
    new_records: int
    new_bytes: int


def create(settings: Settings, url: str, options: Options, watcher: Watcher) -> Made:
    """Make one. Raises MissingDependency, Usage, and Finding where the place holds another log or the log is not whole."""
    require_outside(settings, url)
    place = Place(url)
    with asking_kafka(settings):
        _require_whole_log(settings)
        return asyncio.run(_create(settings, place, options, watcher))


def _require_whole_log(settings: Settings) -> None:
    topic = topic_name(OFFICE_EVENTS, settings)
    with administration(settings) as admin:
        if topic not in admin.list_topics():
            raise Finding(f"there is no topic {topic} at {settings.kafka}: is SUOHENG_TOPIC_PREFIX right?")
        if filling(admin, topic):
            raise Finding(f"a restore into {topic} has begun and not ended: run the same `suoheng restore` again first")
        partitions = len(admin.describe_topics([topic])[0]["partitions"])
    if partitions != settings.partitions:
        raise Finding(f"{topic} has {partitions} partitions, the settings say {settings.partitions}: set SUOHENG_PARTITIONS={partitions}")


async def _create(settings: Settings, place: Place, options: Options, watcher: Watcher) -> Made:
    topic, now = topic_name(OFFICE_EVENTS, settings), datetime.now(UTC)
    previous = chosen(place)[1] if names(place) else None
    ends = await log.bounds(settings.kafka, topic, range(settings.partitions))
    before = {one.number: one for one in previous.partitions} if previous else {}
    if previous and len(before) != settings.partitions:
        raise Finding(f"{place.url} holds a log of {len(before)} partitions, this one has {settings.partitions}: name another place")
    known = {file.name: file for _, file in previous.stored()} if previous else {}
    whole = sum(bound.end for bound in ends.values()) - sum(one.end for one in before.values())
    watcher.step(f"the log up to now: {whole:,} offsets that {place.url} does not hold yet" + (" 增量" if previous else " 首次备份"))
    partitions, done = [], 0
    for number, bound in ends.items():
        keeping = _Partition(settings.kafka, topic, place, before.get(number) or Partition(number, 0, None, ()))
        await keeping.require_same_log(bound)
        keeping.adopt(bound.end)
        async for piece in keeping.rest(bound.end):
            keeping.keep(piece)
            watcher.progress(f"partition {number}", done + keeping.end - (before[number].end if number in before else 0), whole)
        partitions.append(keeping.partition())
        done += bound.end - (before[number].end if number in before else 0)
    parts = Parts(place, known)
    watcher.step("what is not in the log: switches of epochs, files" + (", tables" if options.tables else ""))
    manifest = Manifest(
        format=FORMAT,
        id=f"{now:%Y%m%dT%H%M%S}.{now.microsecond // 1000:03d}Z",
        build=BUILD,
        topic=topic,
        settings={name: _plain(getattr(settings, name)) for name in ALIKE},
        partitions=tuple(partitions),
        epochs=parts.put(packed(await _switches(settings))),
        files=_files(settings, parts, with_secrets=options.with_secrets),
        left_out=() if options.with_secrets else tuple(str(one.at) for one in files(settings) if one.secret),
        tables=(),
        history=previous.history if previous else None,
    )
    if options.tables:
        manifest = msgspec.structs.replace(manifest, **_tables(settings, options, parts, manifest, previous, watcher))
    name = save(place, manifest)
    fresh = [segment for one in partitions for segment in one.segments if segment.end > (before[one.number].end if before else 0)]
    return Made(name, manifest, sum(one.records for one in fresh), sum(one.file.stored_bytes for one in fresh))


class _Partition:
    """One partition on its way into the place; `end`: up to where it is there."""

    def __init__(self, kafka: str, topic: str, place: Place, before: Partition) -> None:
        self._kafka, self._topic, self._place, self._number = kafka, topic, place, before.number
        self._segments, self._last, self.end = list(before.segments), before.last, before.end

    async def require_same_log(self, now: log.Bounds) -> None:
        """Raises Finding unless the log goes on from what is kept."""
        where, kept = f"{self._topic}/{self._number}", self._place.url
        if now.first > self.end:
            raise Finding(
                f"{where} begins at offset {now.first}, and offset {self.end} is next in {kept}: the log was shortened, what is between is lost"
            )
        if now.end < self.end:
            raise Finding(f"{where} ends at offset {now.end}, {kept} holds it up to {self.end}: this is another log, or it has lost its end; name another "
                          "place, or restore from there")  # fmt: skip
        if self._last is None:
            return
        record = await log.record_at(self._kafka, self._topic, self._number, self._last.offset)
        if record is None or digest(record) != self._last.digest:
            raise Finding(f"{where} has another record at offset {self._last.offset} than {kept}: it holds another log; name another place")

    def adopt(self, cut: int) -> None:
        """Go on with the segments of a run that was cut off, as far as they are whole."""
        found = [_NAME.fullmatch(name) for name in self._place.names(f"log/{self._number}")]
        by_start = {int(one[1]): int(one[2]) for one in found if one}
        while (end := by_start.get(self.end)) and self.end < end <= cut:
            name = self._name(self.end, end)
            small = self._place.read(name) or b""
            try:
                data = inflated(small, _LARGEST_SEGMENT)
                records = unpacked(data)
            except Damaged:
                return
            if broken_at(records, self.end, end) is not None:
                return
            self._add(end, records, described(name, small, data))

    def rest(self, cut: int) -> AsyncIterator[log.Piece]:
        """What is still to be kept."""
        return log.pieces(self._kafka, self._topic, self._number, self.end, cut)

    def keep(self, piece: log.Piece) -> None:
        """Put a piece into the place."""
        self._add(piece.end, piece.records, stored(self._place, self._name(piece.start, piece.end), packed(piece.records)))

    def partition(self) -> Partition:
        """As the manifest tells it."""
        return Partition(self._number, self.end, self._last, tuple(self._segments))

    def _add(self, end: int, records: list[Record], file: Stored) -> None:
        self._segments.append(Segment(self.end, end, len(records), file))
        self._last = Last(records[-1][0], digest(records[-1])) if records else self._last
        self.end = end

    def _name(self, start: int, end: int) -> str:
        return f"log/{self._number}/{start:020d}-{end:020d}.zst"


async def _switches(settings: Settings) -> list[Record]:
    """All of topic `epochs`, which lies on partition 0."""
    topic = topic_name(EPOCHS, settings)
    bound = (await log.bounds(settings.kafka, topic, [0]))[0]
    return [record async for piece in log.pieces(settings.kafka, topic, 0, bound.first, bound.end) for record in piece.records]


def _files(settings: Settings, parts: Parts, *, with_secrets: bool) -> tuple[File, ...]:
    found = [one for one in files(settings) if with_secrets or not one.secret]
    return tuple(File(one.place, one.path, one.mode, one.secret, parts.put_in_pieces(one.content())) for one in found)


def _tables(
    settings: Settings, options: Options, parts: Parts, manifest: Manifest, previous: Manifest | None, watcher: Watcher
) -> dict[str, Any]:
    """What stands in ClickHouse alone, as fields of a manifest. What was published is only told when all of it is there."""
    try:
        wait(settings, options.patience_s)
        up_to_date = True
    except Finding as behind:
        watcher.step(f"{behind}; what was published since the last backup is kept next time 明细历史下次再备份")
        up_to_date = False
    before = previous.history if previous else None
    with asking_clickhouse(settings) as client:
        tables = kept(client, parts)
        if not up_to_date:
            return {"tables": tables}
        served = int(client.query("SELECT epoch FROM served_epoch").result_rows[0][0])
        return {"tables": tables, "history": history(client, parts, served, [one.end for one in manifest.partitions], before)}


def _plain(value: object) -> str | int | None:
    return value if isinstance(value, int | str | None) else str(value)
