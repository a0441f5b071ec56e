"""A few events a minute, as if the demo district were at work right now.

What happens is the same in every run; identities come from the clock, so that a demo that is started again repeats none.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Event, Thread
from typing import Any

import orjson

from deploy.demo.report import DISTRICT, OFFICES
from deploy.simulate import calibration
from deploy.simulate.draws import log_normal, pseudonym
from schemas.settings import Settings
from schemas.topics import OFFICE_EVENTS, topic_name
from streams.ingest.publisher import PublishError, connect

EVERY_S = 12.0
"""Five events a minute: enough to watch a number move, few enough to follow one on the page."""

_SOURCE = "live"


class Trickle:
    """Publishes in a thread of its own until it is stopped; waits when Kafka is away and goes on when it is back."""

    def __init__(self, config: Settings, every_s: float = EVERY_S) -> None:
        self._config, self._every_s, self._stop = config, every_s, Event()
        self._thread = Thread(target=lambda: asyncio.run(self._run()), name="trickle", daemon=True)

    def start(self) -> None:
        """Begin with the first event at once."""
        self._thread.start()

    def stop(self) -> None:
        """End at once."""
        self._stop.set()
        self._thread.join(10)

    async def _run(self) -> None:
        random, open_cases = Random("trickle"), list[tuple[str, str]]()
        while not self._stop.is_set():
            try:
                async with connect(self._config.kafka, topic_name(OFFICE_EVENTS, self._config)) as publisher:
                    while not self._stop.is_set():
                        await publisher.send(happening(random, open_cases, datetime.now(UTC)))
                        await publisher.flush()
                        await self._pause(self._every_s)
            except PublishError:
                await self._pause(5)

    async def _pause(self, seconds: float) -> None:
        await asyncio.to_thread(self._stop.wait, seconds)


def happening(random: Random, open_cases: list[tuple[str, str]], now: datetime) -> bytes:
    """One event at an instant; `open_cases` (office, case) are those accepted before, and are concluded sooner or later."""
    fate = random.random()
    office = random.choice(OFFICES)
    if fate < 0.35:
        case = pseudonym(Random(now.isoformat()))
        open_cases.append((office, case))
        return _event(now, office, "med.case.accepted", _dispute(random), case)
    if fate < 0.65 and open_cases:
        office, case = open_cases.pop(0)
        agreed = {"form": random.choice(("written", "oral")), "amount_yuan": f"{int(log_normal(random, 6_000, 1.3))}.00", "minutes": 60}
        return _event(now, office, "med.case.agreed", agreed, case)
    if fate < 0.9:
        data = {"channel": calibration.CHANNELS.draw(random), "topic": calibration.TOPICS.draw(random), "persons": 1, "minutes": 20}
        return _event(now, office, "leg.consultation.given", data)
    data = {
        "form": "lecture",
        "theme": calibration.THEMES.draw(random),
        "audience_est": random.randrange(20, 200),
        "purpose": "law",
        "minutes": 120,
    }
    return _event(now, office, "pub.activity.held", data)


def _dispute(random: Random) -> dict[str, Any]:
    return {
        "dispute_type": calibration.DISPUTE_TYPES.draw(random),
        "source": calibration.CASE_SOURCES.draw(random),
        "is_collective": False,
        "party_count": 2,
        "minutes": 30,
    }


def _event(now: datetime, office: str, kind: str, data: dict[str, Any], subject: str | None = None) -> bytes:
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": f"{now:%Y%m%dT%H%M%S.%f}",
        "source": f"/districts/{DISTRICT}/{_SOURCE}",
        "type": kind,
        "time": (now - timedelta(seconds=1)).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "district": DISTRICT,
        "office": office,
    }
    if subject is not None:
        event["subject"] = subject
    return orjson.dumps(event | {"data": data})
