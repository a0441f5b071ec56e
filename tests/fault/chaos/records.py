"""Bad and strange records amid the load. As in `worker_faults.py`; what they are worth is for the oracle to say."""

import json
from itertools import chain, count

from tests.bad_input import CASES
from tests.factories import encoded, event
from tests.fault.chaos.hand import Hand
from tests.fault.chaos.load import APART, APART_PARTITION
from tests.fault.workers import Record

LARGEST = 900_000
_numbers = count()


def apart(events: int) -> list[Record]:
    """Good events of the district that carries no load, its office first."""
    office, source = f"sfs-{APART}-001", f"/districts/{APART}/office-1"
    opened = event("reg.office.opened", district=APART, id="opened", source=f"/districts/{APART}/bureau", data={"office": office})
    given = [event("leg.consultation.given", district=APART, office=office, source=source, id=f"c{next(_numbers)}") for _ in range(events)]
    return [(APART.encode(), encoded(one), []) for one in (opened, *given)]


def day_again(hand: Hand) -> bool:
    """200 events that were sent before."""
    sent = hand.load.sent
    start = hand.chance.randrange(max(1, len(sent) - 200))
    hand.load.publish(sent[start : start + 200])
    return bool(sent)


def other_body(hand: Hand) -> bool:
    """Ten events under ids that are taken, with other contents."""
    taken = [record for record in hand.load.sent if record[0] and (record[1] or b"").endswith(b"}")]
    for key, value, _ in hand.chance.sample(taken, min(10, len(taken))):
        told = json.loads(value or b"")
        told["data"] = told["data"] | {"minutes": 1 + told["data"].get("minutes", 0)}
        hand.load.publish([(key, encoded(told), [])])
    return bool(taken)


def poison(hand: Hand) -> bool:
    """One case of every class of bad input, each followed by a good event."""
    of_class: dict[str, list[Record]] = {}
    for case in CASES:
        if len(case.value or b"") < LARGEST:
            of_class.setdefault(case.name.split("/")[0], []).append((case.key, case.value, list(case.headers)))
    bad = [hand.chance.choice(cases) for cases in of_class.values()]
    hand.load.publish(chain.from_iterable(zip(bad, hand.load.more(len(bad)), strict=True)))
    return True


def oversized(hand: Hand) -> bool:
    """Values from just above the limit to just below what the broker takes."""
    sizes = (16_385, 100_000, hand.chance.randrange(16_385, LARGEST))
    hand.load.publish(chain.from_iterable(zip([(b"990101", b" " * size, []) for size in sizes], hand.load.more(3), strict=True)))
    return True


def wrong_partition(hand: Hand) -> bool:
    """Five good events where they do not belong, amid others that do."""
    hand.load.publish([*hand.load.more(5), *apart(2)], APART_PARTITION)
    return True
