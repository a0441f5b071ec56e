"""Who does something about dead letters, and the audit log that says so."""

import os
import pwd
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from deploy.errors import MissingDependency, Usage
from schemas.audit import Audit
from schemas.settings import Settings

_LONGEST = 64
_PLACES_A_LINE = 500


class Person(NamedTuple):
    """A name that somebody gives, and the account of this machine, which the system tells and nobody can pretend."""

    name: str
    account: str

    def is_other_than(self, name: str, account: str, rule: str) -> bool:
        """Whether this is a second person by the setting's rule: `name`, or `account` as well."""
        other = _folded(self.name) != _folded(name)
        return other and (rule != "account" or self.account != account)


def person(name: str) -> Person:
    """The caller; without a name the account is one. Raises Usage for a name that is none."""
    account = _account()
    name = " ".join(name.split()) or account
    if len(name) > _LONGEST or not name.isprintable():
        raise Usage(f"--by takes a name of at most {_LONGEST} printable characters")
    return Person(name, account)


def tell(settings: Settings, what: str, who: Person, places: Sequence[str], **facts: Any) -> None:
    """Lines of the audit log, on disk when this returns; the letters by place. Raises MissingDependency when it cannot be kept."""
    audit = Audit(settings.audit_folder, settings.audit_days)
    try:
        for some in _cut(places):
            audit.append(what, by=who.name, account=who.account, letters=some, **facts)
    except OSError as error:
        raise MissingDependency(f"the audit log {settings.audit_folder} cannot be written ({error.strerror}); nothing was done") from error


def _cut(places: Sequence[str]) -> Iterator[list[str]]:
    for at in range(0, max(len(places), 1), _PLACES_A_LINE):
        yield list(places[at : at + _PLACES_A_LINE])


def _account() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid-{os.getuid()}"


def _folded(name: str) -> str:
    """As people compare names: case, width and blanks aside."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
