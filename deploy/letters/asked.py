"""Which letters the options of a command mean."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import typer

from deploy.errors import Usage
from deploy.letters.selection import Selection
from schemas.codes import CODES, LETTER_STATES

Places = Annotated[
    list[str] | None, typer.Argument(help="Places in the log, PARTITION:OFFSET; default: all that fit the options. 分区:位移")
]
Place = Annotated[str, typer.Argument(help="The refused event's place in the log, PARTITION:OFFSET. 分区:位移")]
Code = Annotated[list[str] | None, typer.Option(help="Refusal code, e.g. STRUCT_VALUE; may be repeated. 拒收代码")]
Office = Annotated[list[str] | None, typer.Option(help="Office id; may be repeated. 司法所")]
District = Annotated[list[str] | None, typer.Option(help="District code; may be repeated. 区划代码")]
Source = Annotated[list[str] | None, typer.Option(help="Source, e.g. /districts/990107/office-1; may be repeated. 报送端")]
State = Annotated[list[str] | None, typer.Option(help=f"State: {' '.join(LETTER_STATES)}; may be repeated. 状态")]
_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]
Since = Annotated[datetime | None, typer.Option(help="Refused at or after this time (your clock's zone).", formats=_FORMATS)]
Until = Annotated[datetime | None, typer.Option(help="Refused before this time.", formats=_FORMATS)]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")]
By = Annotated[str, typer.Option(help="Your name, for the record and the audit log; default: your account on this machine. 操作人")]


def selection(  # noqa: PLR0913 (one for each option)
    *,
    code: list[str] | None = None,
    office: list[str] | None = None,
    district: list[str] | None = None,
    source: list[str] | None = None,
    state: list[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    places: Iterable[str] | None = None,
) -> Selection:
    """The letters that these options mean. Raises Usage for a code, state or place that cannot be."""
    codes = tuple(c.upper() for c in code or ())
    if unknown := [c for c in codes if c not in CODES]:
        raise Usage(f"no such refusal code: {', '.join(unknown)}; there are {', '.join(CODES)}")
    if unknown := [one for one in state or () if one not in LETTER_STATES]:
        raise Usage(f"no such state: {', '.join(unknown)}; there are {', '.join(LETTER_STATES)}")
    zoned = [t.astimezone() if t else None for t in (since, until)]
    return Selection(
        codes,
        tuple(office or ()),
        tuple(district or ()),
        tuple(source or ()),
        tuple(state or ()),
        zoned[0],
        zoned[1],
        tuple(map(place_of, places or ())),
    )


def to_send(chosen: Selection) -> Selection:
    """What a command that sends takes: letters named by their place, or the open ones of those that fit. Raises Usage if nothing was chosen."""
    from dataclasses import replace

    if chosen in (Selection(), Selection(states=chosen.states)):
        raise Usage("say which dead letters: places, --code, --office, --district, --source, --since or --until")
    return chosen if chosen.positions or chosen.states else replace(chosen, states=("open",))


def place_of(text: str) -> tuple[int, int]:
    """The partition and offset of a place as people write it. Raises Usage."""
    partition, _, offset = text.partition(":")
    if not (partition.isdecimal() and offset.isdecimal()):
        raise Usage(f"{text!r} is not a place in the log; write PARTITION:OFFSET as `suoheng dead-letters list` shows it, e.g. 3:1207")
    return int(partition), int(offset)
