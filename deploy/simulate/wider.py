"""A district in which every type of event occurs, and so nearly every indicator has a value: what offices do beyond the core's types.

Drawn from a generator of its own, as far as what happens goes; what is entered still moves the desk's sequence numbers and delays.
"""

from collections.abc import Sequence
from random import Random

from deploy.simulate.desk import Desk
from deploy.simulate.duties import do_duties
from deploy.simulate.followed import Followed
from deploy.simulate.means import state_means
from deploy.simulate.offices import Office


class Wider:
    """Called on each day, before it is closed; made before anything is entered, so that it hears of those whom offices have already."""

    def __init__(self, desk: Desk, offices: Sequence[Office], seed: str, first: int) -> None:
        self.desk, self.offices, self.first = desk, offices, first
        self.random = Random(seed)
        self.followed = Followed(desk, first)
        desk.hears = self.followed.hear

    def live(self, day: int) -> None:
        """Enter what happens on a day; nothing before the first."""
        if day < self.first:
            return
        desk = self.desk
        drawn, desk.random = desk.random, self.random
        if desk.calendar.day(day).day == 1:
            self.followed.live_month(day)
        for office in self.offices:
            state_means(desk, office, day, first=day == self.first)
            do_duties(desk, office, day)
        desk.random = drawn
