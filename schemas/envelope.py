"""The envelope: CloudEvents 1.0 in JSON, closed (contract, section 2), and how a type of the catalogue is declared.

Shapes are TypedDicts, not models: pydantic then builds nothing but the dict that the core needs anyway (8.9 against 11.5 µs an event).
They are closed and strict: unknown fields are refused, and nothing is converted ("5" is no number, 1 is no boolean, 1.0 no integer).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, NotRequired

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from schemas.fields import Assigner, Body, DistrictCode, EventId, Instant, Named, OfficeId, Pseudonym, SourceId, WorkerId

CLOSED = ConfigDict(extra="forbid", strict=True)
MAX_EVENT_BYTES = 16 * 1024
MAX_DEPTH = 8
"""Most containers inside each other; the event itself is the first."""


@with_config(CLOSED)
class Envelope(TypedDict):
    """The attributes of every event. 事件信封

    An optional attribute is left out when there is nothing to say; null is refused.
    """

    specversion: Literal["1.0"]
    id: EventId
    """Unique within `source`."""
    source: SourceId
    time: Instant
    """When it happened."""
    district: DistrictCode
    """Equal to the record's key."""
    sequence: NotRequired[Annotated[str, Field(pattern="^(?:0|[1-9][0-9]{0,17})$")]]
    """Rises by one per source, so that a loss on the way is seen."""
    recordedtime: NotRequired[Instant]
    """When it was typed in."""
    op: NotRequired[Literal["assert", "amend"]]
    target: NotRequired[EventId]
    """With `amend`: the id of the event replaced."""
    revision: NotRequired[Annotated[int, Field(ge=2, le=2**53)]]
    """With `amend`: the greatest one holds."""
    targetsource: NotRequired[SourceId]
    """Source of the target of an amendment or retraction when it is not the own one; only the bureau may name another."""
    datacontenttype: NotRequired[Literal["application/json"]]
    dataschema: NotRequired[str]
    """`urn:suoheng:<type>:<version>`; absent: version 1."""
    partitionkey: NotRequired[DistrictCode]
    traceparent: NotRequired[str]
    tracestate: NotRequired[str]


def dataschema(kind: str, version: int) -> dict[str, Any]:
    """The attribute that names a version of a type's schema; of the first one it is left out."""
    return {} if version == 1 else {"dataschema": f"urn:suoheng:{kind}:{version}"}


@with_config(CLOSED)
class WorkDetails(TypedDict):
    """How a piece of work was done and recorded; every business type may say so. 办理情况"""

    basis: NotRequired[
        Annotated[
            Literal["pm_law", "cc_law", "la_law", "bureau_task", "street_task", "joint_case", "other"],
            Named(
                pm_law=("人民调解法", "People's Mediation Law"), cc_law=("社区矫正法", "Community Correction Law"), la_law=("法律援助法", "Legal Aid Law"),
                bureau_task=("司法局交办", "task of the bureau"), street_task=("街镇交办", "task of a street"), joint_case=("联动事项", "joint matter"),
                other=("其他", "other"),
            ),
        ]
    ]  # fmt: skip
    worker: NotRequired[WorkerId]
    minutes: NotRequired[Annotated[int, Field(ge=0, le=1440)]]
    co_handlers: NotRequired[list[Body]]
    evidence: NotRequired[
        Annotated[
            Literal["none", "ledger_only", "attachment", "system_verified"],
            Named(none=("无", "none"), ledger_only=("仅有台账", "ledger only"), attachment=("有附件", "attachment"), system_verified=("系统核验", "system verified")),
        ]
    ]  # fmt: skip
    entry: NotRequired[
        Annotated[
            Literal["online", "backfill_paper", "bulk_import", "system_bridge"],
            Named(
                online=("在线录入", "online"), backfill_paper=("纸质补录", "back-filled from paper"), bulk_import=("批量导入", "bulk import"),
                system_bridge=("系统对接", "system bridge"),
            ),
        ]
    ]  # fmt: skip
    verification: NotRequired[
        Annotated[
            Literal["submitted", "checked", "audited"],
            Named(submitted=("已提交", "submitted"), checked=("已核对", "checked"), audited=("已审计", "audited")),
        ]
    ]


class Work(WorkDetails):
    """A piece of work that somebody may have ordered. 业务事项"""

    assigned_by: NotRequired[Assigner]
    """Absent: `self`."""


Rule = Literal["required", "optional", "refused"]
Family = Literal["business", "reg", "clk", "dat", "retraction"]


@dataclass(frozen=True, slots=True)
class EventType:
    """A type of the catalogue. What an event of it says is the docstring of `data`."""

    name: str
    zh: str
    en: str
    data: Any
    """The TypedDict of `data`."""
    subject: Rule = "refused"
    since: Mapping[str, int] = field(default_factory=dict, hash=False)
    """Fields of `data` that a later version than the first has added, with that version; they are refused in events of earlier ones."""

    @property
    def version(self) -> int:
        """The newest version of its schema."""
        return max(self.since.values(), default=1)

    def version_of(self, data: Iterable[str]) -> int:
        """The first version of its schema that knows all these fields of `data`."""
        return max((self.since.get(name, 1) for name in data), default=1)

    @property
    def domain(self) -> str:
        """The first part of the name: med, cor, res, leg, pub, gov, ppl, soc, cap, dat, reg or clk."""
        return self.name.partition(".")[0]

    @property
    def family(self) -> Family:
        """An amendment may only name a target of its own family; a retraction is neither amended nor amends."""
        match self.domain:
            case "reg" | "clk" as family:
                return family
            case "dat":
                return "retraction" if self.name == "dat.event.retracted" else "dat"
            case _:
                return "business"

    @property
    def office(self) -> Rule:
        """Whether the envelope names an office."""
        return "required" if self.family in ("business", "dat") else "refused"

    def shape(self) -> Any:
        """The closed TypedDict of a whole event of this type."""
        fields: dict[str, Any] = {**Envelope.__annotations__, "type": Literal[self.name], "data": self.data}
        if self.office == "required":
            fields["office"] = OfficeId
        if self.subject != "refused":
            fields["subject"] = Pseudonym if self.subject == "required" else NotRequired[Pseudonym]
        shape = _typed_dict(self.name.title().replace(".", "").replace("_", ""), fields)
        later = "".join(f" · version {version}: {name}" for name, version in self.since.items())
        shape.__doc__ = f"{self.zh} · {self.en}{later}"
        return with_config(CLOSED)(shape)


_typed_dict: Any = TypedDict  # called with names that are only known when the program runs
