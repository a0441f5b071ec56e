"""What the gateway says over HTTP (contract, sections 2 and 10): receipts and refusals. `schemas/openapi.py` tells the whole interface."""

from typing import Annotated, Any, Literal

from pydantic import Field, with_config
from typing_extensions import TypedDict

from schemas.codes import CODES
from schemas.envelope import CLOSED
from schemas.fields import EventId

Partition = Annotated[int, Field(ge=0)]
Offset = Annotated[int, Field(ge=0)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
RefusalCode = Annotated[str, Field(json_schema_extra={"enum": [*CODES]})]
"""One of the closed list."""


@with_config(CLOSED)
class Receipt(TypedDict):
    """The log has the event, on all replicas. 回执:日志已收到该事件

    It is kept for ever at this partition and offset, with this SHA-256 of its bytes; whether it is admitted is decided by the log's order.
    """

    id: EventId
    partition: Partition
    offset: Offset
    sha256: Sha256


@with_config(CLOSED)
class Refusal(TypedDict):
    """Nothing was taken. 未接收:原因代码与说明

    The code says why, the detail where; nothing of the event's own words is repeated.
    """

    code: RefusalCode
    detail: str


@with_config(CLOSED)
class Unavailable(TypedDict):
    """Kafka did not acknowledge, or the gateway has too much in hand: send again. 暂不可用,请重发

    With an `id` the outcome is unknown; sending the event again is harmless, it is counted once.
    """

    code: Literal["UNAVAILABLE"]
    detail: str


@with_config(CLOSED)
class UnavailableEvent(Unavailable):
    """The same of one event."""

    id: EventId


@with_config(CLOSED)
class TakenEntry(Receipt):
    """The receipt of one event of a list. 列表中的回执"""

    status: Literal[202]


@with_config(CLOSED)
class RefusedEntry(Refusal):
    """The refusal of one event of a list. 列表中的拒收"""

    status: Annotated[int, Field(ge=400, le=499)]


@with_config(CLOSED)
class UnavailableEntry(UnavailableEvent):
    """One event of a list whose outcome is unknown. 列表中结果未知的事件"""

    status: Literal[503]


Entry = TakenEntry | RefusedEntry | UnavailableEntry
Entries = Annotated[list[Entry], Field(min_length=1)]
"""One entry an event, in the order of the request."""


@with_config(CLOSED)
class ConfirmedReceipt(Receipt):
    """The log still holds what the receipt says. 回执属实"""

    appended_at: Annotated[str, Field(json_schema_extra={"format": "date-time"})]


@with_config(CLOSED)
class NotFound(TypedDict):
    """No event of the caller's with this hash is there. 没有该记录"""

    code: Literal["NOT_FOUND"]
    detail: str


ANSWERS: dict[str, Any] = {
    "Receipt": Receipt,
    "Refusal": Refusal,
    "Unavailable": Unavailable,
    "UnavailableEvent": UnavailableEvent,
    "Entries": Entries,
    "ConfirmedReceipt": ConfirmedReceipt,
    "NotFound": NotFound,
}
"""Every answer but those of `/health` and `/ready`."""
