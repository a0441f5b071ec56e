"""Events that the bureau decides on the command line: made, checked as the worker checks them, and published. 局发布的登记事件"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from deploy.errors import MissingDependency, Usage


def bureau_event(district: str, type_: str, word: str, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    """An event of the bureau's, of the first version of its schema that knows its fields; its id names the content and the second, so that a
    repeated command is one event a second."""
    from schemas.envelope import dataschema
    from schemas.events import CATALOGUE, KINDS

    digest = sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]
    return {
        "specversion": "1.0",
        "id": f"{word}-{now:%Y%m%dT%H%M%SZ}-{digest}",
        "source": f"/districts/{district}/bureau",
        "type": type_,
        "time": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "district": district,
        **dataschema(type_, CATALOGUE[KINDS[type_]].version_of(data)),
        "data": data,
    }


def require_valid(event: dict[str, Any], what: str) -> None:
    """The worker's own check, so that what is published here does not end among the dead letters. Raises Usage, naming `what`."""
    from streams.core.outcome import Rejected
    from streams.core.validate import validate

    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    outcome = validate((-1, now_ms, event["district"].encode(), _bytes(event), ()))
    if isinstance(outcome, Rejected):
        raise Usage(f"{what} would be refused: {outcome.code}: {outcome.detail}")


def publish_events(events: Sequence[dict[str, Any]]) -> None:
    """Send the events to their partitions. Raises MissingDependency when Kafka does not take them."""
    import asyncio

    from schemas.settings import settings
    from schemas.topics import OFFICE_EVENTS, topic_name
    from streams.ingest.publisher import PublishError, publish

    config = settings()
    try:
        asyncio.run(publish([_bytes(event) for event in events], kafka=config.kafka, topic=topic_name(OFFICE_EVENTS, config)))
    except PublishError as error:
        raise MissingDependency(str(error)) from error


def _bytes(event: dict[str, Any]) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
