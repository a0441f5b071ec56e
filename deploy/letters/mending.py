"""Sending dead letters again, as they were or corrected: planned with today's verdicts first, then sent, with a trace of who did it.

A record that is sent bears `suoheng-letter` (the refused event's place), `suoheng-replayed-by`, `suoheng-approved-by` where somebody had to agree,
and `suoheng-corrected` (SHA-256 of the refused bytes) where it was corrected. Otherwise a replay is the record as it was. A seal covers all headers,
so it is made anew: of a replay under the claims that the refused record proved, of a correction as the operator's.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from kafka import KafkaProducer

from consumers.clickhouse.letters import REPLAYS
from deploy.asking_clickhouse import asking_clickhouse
from deploy.asking_kafka import asking_kafka
from deploy.errors import MissingDependency
from deploy.letters.correcting import IDENTITY, Correction, NotCorrectable, amendment, corrected, original
from deploy.letters.index import Entry
from deploy.letters.reading import Letter
from deploy.letters.redaction import changed
from deploy.letters.verdict import Record, Registry, Valid, Verdict, by_schema
from schemas.connecting import kafka_options
from schemas.settings import Settings
from schemas.topics import OFFICE_EVENTS, topic_name
from streams.core.identity import Identity
from streams.core.seal import HEADER, OPERATOR, Claims, Recheck, SealKeyError, SealKeys, Stamp, recheck
from streams.seal_keys import read_keys, read_recheck

BY, APPROVED, CORRECTED = "suoheng-replayed-by", "suoheng-approved-by", "suoheng-corrected"
_TRACE = frozenset((REPLAYS, BY, APPROVED, CORRECTED))
_NOT_CORRECTABLE = "NOT_CORRECTABLE"


@dataclass(frozen=True, slots=True)
class Mended:
    """A letter with today's verdict on it as it is and as it would be sent. `changes`: field, shape of what was there, what is there now."""

    entry: Entry
    letter: Letter
    before: Verdict
    after: Verdict
    record: Record
    changes: Sequence[tuple[str, str, str]] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of what would be sent."""
        return sha256(self.record.value or b"").hexdigest()


class Sent(NamedTuple):
    """A record that Kafka has taken, and where it lies."""

    mended: Mended
    partition: int
    offset: int


class Seals(NamedTuple):
    """The seal keys of this installation and the check that its workers make; None where there is none."""

    keys: SealKeys | None
    check: Recheck | None


def seals(settings: Settings) -> Seals:
    """Raises MissingDependency for a file of keys that cannot be used."""
    try:
        return Seals(read_keys(settings), read_recheck(settings))
    except SealKeyError as error:
        raise MissingDependency(str(error)) from error


def plan_replay(settings: Settings, letters: Iterable[tuple[Entry, Letter]], seals: Seals) -> list[Mended]:
    """Today's verdicts on letters as they are, in the order of the log."""
    read = _in_order(letters)
    records = [Record(letter.key, letter.value, letter.headers) for _, letter in read]
    judged = [by_schema(record, seals.check) for record in records]
    registry = Registry(settings, [one for one in judged if isinstance(one, Valid)])
    verdicts = [_verdict(registry, one) for one in judged]
    return [
        Mended(entry, letter, verdict, verdict, record) for (entry, letter), verdict, record in zip(read, verdicts, records, strict=True)
    ]


def plan_correction(settings: Settings, letters: Iterable[tuple[Entry, Letter]], correction: Correction, seals: Seals) -> list[Mended]:
    """The verdicts on letters as they are and as the correction leaves them, in the order of the log."""
    drafts = [_Draft.of(entry, letter, correction, seals) for entry, letter in _in_order(letters)]
    registry = Registry(settings, [one for draft in drafts for one in (draft.before, draft.after, draft.kept) if isinstance(one, Valid)])
    revisions = _next_revisions(settings, drafts) if correction.amends else {}
    return [_settled(draft, correction, registry, revisions) for draft in drafts]


def send(
    settings: Settings, planned: Sequence[Mended], by: str, approved_by: str, seals: Seals, sent: Callable[[], None] = lambda: None
) -> list[Sent]:
    """Send what was planned to the log, each to the partition of its key.

    Returns when all of them are acknowledged by all replicas. Raises MissingDependency when Kafka does not take them: then some may have been
    sent, and sending all of them again is harmless.
    """
    topic = topic_name(OFFICE_EVENTS, settings)
    with asking_kafka(settings):
        producer = KafkaProducer(**kafka_options(settings), acks="all", enable_idempotence=True, linger_ms=20)
        try:
            records = [traced(one, by, approved_by, seals.keys) for one in planned]
            on_their_way = [producer.send(topic, key=record.key, value=record.value, headers=record.headers) for record in records]
            places = []
            for future in on_their_way:
                places.append(future.get(timeout=60))
                sent()
            return [Sent(one, place.partition, place.offset) for one, place in zip(planned, places, strict=True)]
        finally:
            producer.close(timeout=10)


def traced(one: Mended, by: str, approved_by: str, keys: SealKeys | None) -> Record:
    """The record with the headers that say where it comes from, sealed where there are keys."""
    is_corrected = one.record.value != one.letter.value
    trace = {REPLAYS: one.entry.place, BY: by, APPROVED: approved_by, CORRECTED: one.entry.sha256 if is_corrected else ""}
    headers = [(name, value) for name, value in one.record.headers if name not in _TRACE and name != HEADER]
    headers += [(name, text.encode()) for name, text in trace.items() if text]
    claims = _claims(one, keys, is_corrected=is_corrected) if keys else None
    if keys and claims:
        headers.append(Stamp(keys, claims).header(one.record.key or b"", one.record.value or b"", headers))
    return Record(one.record.key, one.record.value, headers)


def note(settings: Settings, done: Sequence[Sent], by: str, approved_by: str, proposal: str) -> None:
    """Note in ClickHouse which letters have been sent again. Raises MissingDependency when it does not answer; then they have been all the same."""
    columns = (
        "topic",
        "partition",
        "offset",
        "replayed_by",
        "approved_by",
        "proposal",
        "corrected",
        "sha256",
        "sent_partition",
        "sent_offset",
    )
    rows = [
        (
            one.entry.topic, one.entry.partition, one.entry.offset, by, approved_by, proposal, one.record.value != one.letter.value, one.digest, partition,
            offset,
        )
        for one, partition, offset in done
    ]  # fmt: skip
    if rows:
        with asking_clickhouse(settings) as client:
            client.insert("replay_rows", [(*row, datetime.now(UTC)) for row in rows], column_names=[*columns, "replayed_at"])


def _in_order(letters: Iterable[tuple[Entry, Letter]]) -> list[tuple[Entry, Letter]]:
    return sorted(letters, key=lambda one: (one[0].partition, one[0].offset))


def _verdict(registry: Registry, judged: Valid | Verdict, *, only_look: bool = False) -> Verdict:
    return registry.judge(judged, only_look=only_look) if isinstance(judged, Valid) else judged


@dataclass(frozen=True, slots=True)
class _Draft:
    """A letter and its correction before identities and offices are known. `kept`: the corrected event with the identity as it was."""

    entry: Entry
    letter: Letter
    before: Valid | Verdict
    event: dict[str, Any] | None
    after: Valid | Verdict
    kept: Valid | Verdict | None

    @classmethod
    def of(cls, entry: Entry, letter: Letter, correction: Correction, seals: Seals) -> "_Draft":
        before = by_schema(Record(letter.key, letter.value, letter.headers), seals.check)
        try:
            event = corrected(letter, correction)
        except NotCorrectable as problem:
            return cls(entry, letter, before, None, Verdict(_NOT_CORRECTABLE, str(problem)), None)
        was = original(letter) or {}
        identity = {name: was[name] for name in IDENTITY if name in was and was[name] != event.get(name)}
        kept = by_schema(_record(letter, event | identity)) if identity else None
        return cls(entry, letter, before, event, by_schema(_record(letter, event)), kept)


def _settled(draft: _Draft, correction: Correction, registry: Registry, revisions: Mapping[Identity, int]) -> Mended:
    before = _verdict(registry, draft.before, only_look=True)
    if draft.event is None or isinstance(draft.after, Verdict):
        record = _record(draft.letter, draft.event) if draft.event else Record(None, None, [])
        return Mended(draft.entry, draft.letter, before, _verdict(registry, draft.after), record, _changes(draft, draft.event))
    event, after = draft.event, draft.after
    if draft.kept is not None and _verdict(registry, draft.kept, only_look=True).place not in IDENTITY:
        told = "source and id are kept, so that the event is recognised should it come well later; only one that is itself refused may be replaced"
        return Mended(draft.entry, draft.letter, before, Verdict(_NOT_CORRECTABLE, told), Record(None, None, []), _changes(draft, event))
    if correction.amends:
        try:
            event = _as_amendment(event, after, registry, revisions)
        except NotCorrectable as problem:
            return Mended(draft.entry, draft.letter, before, Verdict(_NOT_CORRECTABLE, str(problem)), Record(None, None, []))
        after_valid = by_schema(_record(draft.letter, event))
        return Mended(
            draft.entry, draft.letter, before, _verdict(registry, after_valid), _record(draft.letter, event), _changes(draft, event)
        )
    return Mended(draft.entry, draft.letter, before, registry.judge(after), _record(draft.letter, event), _changes(draft, event))


def _as_amendment(event: dict[str, Any], after: Valid, registry: Registry, revisions: Mapping[Identity, int]) -> dict[str, Any]:
    verdict = registry.judge(after, only_look=True)
    if verdict.code != "ID_CONFLICT":
        raise NotCorrectable("--as-amendment is for letters whose identity another event has (ID_CONFLICT); this one is none")
    return amendment(event, revisions.get(after.identity, 2))


def _changes(draft: _Draft, event: dict[str, Any] | None) -> list[tuple[str, str, str]]:
    return changed(original(draft.letter) or {}, event) if event is not None else []


def _record(letter: Letter, event: Mapping[str, Any]) -> Record:
    """A structured record of the event, under its district's key; of the refused record's headers those that are no part of the event."""
    district = event.get("district")
    key = district.encode() if isinstance(district, str) and district.isascii() else letter.key
    headers = [(name, value) for name, value in letter.headers if not name.startswith("ce_") and name.lower() != "content-type"]
    return Record(key, json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"), headers)


def _next_revisions(settings: Settings, drafts: Sequence[_Draft]) -> dict[Identity, int]:
    """For each identity the revision above all that there are."""
    identities = sorted({draft.after.identity for draft in drafts if isinstance(draft.after, Valid)})
    if not identities:
        return {}
    with asking_clickhouse(settings) as client:
        rows = client.query(
            "SELECT if(targetsource = '', source, targetsource) AS of_source, target, max(revision) FROM events WHERE op = 'amend' "
            "AND (of_source, target) IN {identities:Array(Tuple(String, String))} GROUP BY of_source, target",
            {"identities": identities},
        ).result_rows
    return {(source, target): int(revision) + 1 for source, target, revision in rows}


def _claims(one: Mended, keys: SealKeys, *, is_corrected: bool) -> Claims | None:
    """Whose word the record is: an operator's once it is corrected, else of whoever sealed the refused one; None: nobody's."""
    if is_corrected:
        return OPERATOR
    seal = next((value for name, value in one.letter.headers if name == HEADER), None)
    valid = by_schema(Record(one.letter.key, one.letter.value, one.letter.headers), recheck(keys, 0))
    if seal is None or not isinstance(valid, Valid):
        return None
    return msgspec.json.decode(seal.split(b" ", 3)[3], type=Claims)
