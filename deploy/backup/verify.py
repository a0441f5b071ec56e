"""Looking through a backup: every checksum, the order within every segment, no gap between segments. It needs neither Kafka nor ClickHouse."""

from collections.abc import Iterator
from typing import NamedTuple

from deploy.backup.manifest import Manifest, Partition, Segment
from deploy.backup.parts import fetched
from deploy.backup.place import Place
from deploy.backup.segments import Damaged, Record, broken_at, digest, unpacked
from deploy.watcher import Watcher


class Problem(NamedTuple):
    """What is wrong, and where."""

    where: str
    what: str


def verify(place: Place, manifest: Manifest, watcher: Watcher) -> list[Problem]:
    """Everything that is wrong with a backup; nothing when it can be restored."""
    found: list[Problem] = []
    done, whole = 0, sum(len(one.segments) for one in manifest.partitions)
    for partition in manifest.partitions:
        for problem in _partition(place, partition):
            if problem:
                found.append(problem)
            else:
                done += 1
                watcher.progress("segments", done, whole)
    for what, file in manifest.stored():
        try:
            fetched(place, file)
        except Damaged as error:
            found.append(Problem(what, str(error)))
    return found


def records(place: Place, partition: Partition, segment: Segment) -> list[Record]:
    """The records of a segment, checked. Raises Damaged, with the place."""
    found = unpacked(fetched(place, segment.file))
    if len(found) != segment.records:
        raise Damaged(f"{segment.file.name} has {len(found):,} records, the manifest says {segment.records:,}")
    offset = broken_at(found, segment.start, segment.end)
    if offset is not None:
        raise Damaged(f"{segment.file.name}: offset {offset} of partition {partition.number} is out of order")
    return found


def _partition(place: Place, partition: Partition) -> Iterator[Problem | None]:
    """Its problems; None for each segment that is well."""
    where, next_offset, last = f"partition {partition.number}", 0, None
    for segment in partition.segments:
        at = f"{where}, offsets {segment.start} to {segment.end - 1}"
        if segment.start != next_offset:
            yield Problem(at, f"offsets {next_offset} to {segment.start - 1} are missing before it")
        next_offset = segment.end
        try:
            found = records(place, partition, segment)
        except Damaged as error:
            yield Problem(at, str(error))
            last = None
            continue
        last = found[-1] if found else last
        yield None
    if next_offset != partition.end:
        yield Problem(where, f"its segments end at offset {next_offset}, the manifest says {partition.end}")
    elif partition.last and last and (last[0], digest(last)) != (partition.last.offset, partition.last.digest):
        yield Problem(where, f"its last record is not the one at offset {partition.last.offset} that the manifest names")
