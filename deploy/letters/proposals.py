"""Proposals to send letters again, where a second person must agree (`SUOHENG_DEAD_LETTER_APPROVAL`).

A proposal says which letters, how they are corrected, and the SHA-256 of what would be sent for each. Its id is a digest of all that, of who
proposes it and when: a proposal that was changed afterwards is another one. Whoever approves has it made anew from the letters, and only what
comes out the same to the byte is sent. Of the refused events it holds nothing.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from deploy.asking_clickhouse import asking_clickhouse
from deploy.errors import Finding, Usage
from deploy.letters.correcting import Correction
from deploy.letters.index import Entry, find
from deploy.letters.mending import Mended
from deploy.letters.people import Person
from deploy.letters.selection import Selection
from schemas.settings import Settings

_ID_DIGITS = 12


class Wanted(NamedTuple):
    """A letter of a proposal, and the SHA-256 of what would be sent."""

    topic: str
    partition: int
    offset: int
    sha256: str

    @property
    def place(self) -> str:
        """How people name it."""
        return f"{self.partition}:{self.offset}"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal and what was decided about it: `waiting`, `approved` or `rejected`."""

    id: str
    state: str
    proposed_at: datetime
    by: str
    account: str
    letters: Sequence[Wanted]
    correction: Correction | None
    decided_at: datetime | None = None
    decided_by: str = ""


_COLUMNS = "id, state, proposed_at, proposed_by, proposed_from, document, decided_at, decided_by"


def file(settings: Settings, planned: Sequence[Mended], correction: Correction | None, who: Person) -> str:
    """File a proposal for what was planned; its id. Raises MissingDependency when ClickHouse does not answer."""
    now = datetime.now(UTC)
    document = json.dumps(
        {
            "at": now.isoformat(),
            "by": who.name,
            "account": who.account,
            "letters": [[one.entry.topic, one.entry.partition, one.entry.offset, one.digest] for one in planned],
            "correction": correction.as_document() if correction else None,
        },
        ensure_ascii=False,
    )
    id_ = _id(document)
    _write(settings, id_, "proposed", now, who, document)
    return id_


def decide(settings: Settings, proposal: Proposal, state: str, who: Person) -> None:
    """Note that it was `approved` or `rejected`. Raises MissingDependency."""
    _write(settings, proposal.id, state, datetime.now(UTC), who, "")


def known(settings: Settings, id_: str = "", *, waiting: bool = False) -> list[Proposal]:
    """Proposals, the newest first: all, the one with this id, or those that wait. One that is not what its id says is left out. Raises MissingDependency."""
    with asking_clickhouse(settings) as client:
        rows = client.query(
            f"SELECT {_COLUMNS} FROM proposals WHERE ({{id:String}} = '' OR id = {{id:String}}) "  # noqa: S608 (names of this module)
            "AND (NOT {waiting:Bool} OR state = 'waiting') ORDER BY proposed_at DESC, id",
            {"id": id_, "waiting": waiting},
        ).result_rows
    return [_proposal(*row) for row in rows if row[0] == _id(row[5])]


def waiting_proposal(settings: Settings, id_: str, who: Person) -> Proposal:
    """The proposal that somebody is about to decide. Raises Usage and Finding when it cannot be."""
    found = known(settings, id_)
    if not found:
        raise Usage(f"there is no proposal {id_!r}; `suoheng dead-letters proposals` lists those that wait")
    proposal = found[0]
    if proposal.state != "waiting":
        raise Finding(f"proposal {id_} was {proposal.state} by {proposal.decided_by} already")
    rule = settings.dead_letter_approval
    if not who.is_other_than(proposal.by, proposal.account, rule):
        how = " on an account of this machine that is not theirs" if rule == "account" else ""
        raise Finding(
            f"proposal {id_} is by {proposal.by} ({proposal.account}): somebody else must decide it, under another name{how} (--by)"
        )
    return proposal


def entries_of(settings: Settings, proposal: Proposal) -> list[Entry]:
    """Its letters as they stand in the index. Raises Finding when one is not there any more."""
    found = {
        (e.topic, e.partition, e.offset): e
        for e in find(settings, Selection(positions=tuple((w.partition, w.offset) for w in proposal.letters)))
    }
    missing = [w for w in proposal.letters if (w.topic, w.partition, w.offset) not in found]
    if missing:
        raise Finding(f"{len(missing)} letter(s) of proposal {proposal.id} are not in the index any more, e.g. {missing[0].place}")
    return [found[w.topic, w.partition, w.offset] for w in proposal.letters]


def require_same(proposal: Proposal, planned: Sequence[Mended]) -> list[Mended]:
    """What passes today of what was proposed. Raises Finding when something else would be sent than was proposed."""
    wanted = {(w.topic, w.partition, w.offset): w.sha256 for w in proposal.letters}
    other = [one for one in planned if one.after.passes and one.digest != wanted[one.entry.topic, one.entry.partition, one.entry.offset]]
    if other:
        raise Finding(
            f"for {other[0].entry.place} something else would be sent now than was proposed; reject {proposal.id} and propose it anew"
        )
    return [one for one in planned if one.after.passes]


def _id(document: str) -> str:
    return sha256(document.encode()).hexdigest()[:_ID_DIGITS]


def _write(settings: Settings, id_: str, state: str, at: datetime, who: Person, document: str) -> None:
    with asking_clickhouse(settings) as client:
        client.insert(
            "proposal_rows",
            [(id_, state, at, who.name, who.account, document)],
            column_names=["id", "state", "at", "by", "account", "document"],
        )


def _proposal(*row: Any) -> Proposal:
    id_, state, proposed_at, _, _, document, decided_at, decided_by = row
    said = json.loads(document)
    correction = Correction.of_document(said["correction"]) if said["correction"] else None
    return Proposal(
        id_, state, proposed_at, said["by"], said["account"], [Wanted(*one) for one in said["letters"]], correction, decided_at, decided_by
    )
