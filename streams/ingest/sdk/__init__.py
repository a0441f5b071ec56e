"""For an office's system: hand in events that survive power cuts and broken lines, and arrive in order, none missing.

    from streams.ingest.sdk import Publisher

    with Publisher("https://bureau.example:8443", "/districts/990107/office-1", "outbox", key="…") as out:
        out.publish("med.case.accepted", office="sfs-990107-001", subject=pseudonym, data={…})

`publish` checks the event as a worker would, numbers it and returns once it is on disk; a thread of its own hands it in and tries again until
the other side has acknowledged it. `to` is a gateway's address, or Kafka's as `kafka://host:9092[,host:9092]`.
"""

from streams.ingest.sdk.publisher import AsyncPublisher, EventRefused, Publisher
from streams.ingest.sdk.spool import Refused, SpoolError

__all__ = ["AsyncPublisher", "EventRefused", "Publisher", "Refused", "SpoolError"]
