"""Where schemes, checklists, grades and confirmations lie: those shipped beside this module, and a district's own in DATA/assessment.

DATA/assessment/schemes/*.yaml         schemes; of one id and version the own one stands in the place of the shipped one
DATA/assessment/programmes/*.yaml      checklists, likewise
DATA/assessment/grades/*.yaml          grades and findings, one or more files a district and scheme
DATA/assessment/confirmations/*.yaml   words on criteria, one or more files a district
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import yaml

from consumers.assessment.fields import FileError, Problem
from consumers.assessment.manual import Confirmation, Confirmations, Entry, Grades, parse_confirmations, parse_grades
from consumers.assessment.programme import Programme, parse_programme
from consumers.assessment.scheme import Scheme, parse_scheme

SHIPPED = Path(__file__).parent
LARGEST_BYTES = 4 << 20
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Parsed = TypeVar("_Parsed")


class Unreadable(Exception):
    """A file that is not what it must be; the text names the file and every mistake."""


class Own(NamedTuple):
    """A scheme or checklist with its file."""

    file: Path
    what: Any


@dataclass(frozen=True, slots=True)
class Library:
    """Everything in reach. `folder` need not exist."""

    folder: Path

    def schemes(self) -> list[Scheme]:
        """Every version of every scheme, by id and version. Raises Unreadable."""
        found = {(one.scheme, one.version): one for one in self._all("schemes", parse_scheme)}
        return [found[key] for key in sorted(found)]

    def scheme(self, id_: str, day: date, version: int = 0) -> Scheme | None:
        """A scheme: in that version, else in the newest that is in force on a day, else in the newest of all."""
        known = [one for one in self.schemes() if one.scheme == id_ and version in (0, one.version)]
        in_force = [one for one in known if one.in_force(day)]
        return next(reversed(in_force or known), None)

    def programmes(self, day: date) -> list[Programme]:
        """Of every programme the newest version that is in force on a day, in the order of the catalogue. Raises Unreadable."""
        newest: dict[str, Programme] = {}
        for one in sorted(self._all("programmes", parse_programme), key=lambda one: one.version):
            if one.in_force(day):
                newest[one.programme] = one
        return [newest[id_] for id_ in ORDER if id_ in newest]

    def grades(self, district: str, scheme: str) -> Grades:
        """The grades for a district under a scheme, of all files. Raises Unreadable."""
        files = [one for one in self._own("grades", parse_grades) if one.grades_of == district and one.scheme == scheme]
        entries: tuple[Entry, ...] = tuple(entry for one in files for entry in one.entries)
        return self._together(parse_grades, Grades(grades_of=district, scheme=scheme, entries=entries), "grades")

    def confirmations(self, district: str) -> list[Confirmation]:
        """Of each criterion and office the word that holds. Raises Unreadable."""
        files = [one for one in self._own("confirmations", parse_confirmations) if one.confirmations_of == district]
        entries = tuple(entry for one in files for entry in one.entries)
        together = self._together(parse_confirmations, Confirmations(confirmations_of=district, entries=entries), "confirmations")
        newest: dict[tuple[str, ...], Confirmation] = {}
        for entry in sorted(together.entries, key=lambda one: one.revision):
            newest[entry.identity] = entry
        return list(newest.values())

    def _together(self, parse: Callable[[Any], _Parsed], whole: Any, name: str) -> _Parsed:
        """Entries of several files as of one: what is there twice is told."""
        try:
            return parse(whole.model_dump())
        except FileError as error:
            raise Unreadable(f"the files in {self.folder / name} do not go together: {error}") from None

    def _all(self, name: str, parse: Callable[[Any], _Parsed]) -> Iterator[_Parsed]:
        yield from (read(file, parse) for file in _files(SHIPPED / name))
        yield from self._own(name, parse)

    def _own(self, name: str, parse: Callable[[Any], _Parsed]) -> Iterator[_Parsed]:
        yield from (read(file, parse) for file in _files(self.folder / name))


ORDER = ("five_good", "prov_standard", "prov_excellent", "city_model", "city_star", "fengqiao")
"""Programmes as the catalogue lists them."""


def library(data: Path) -> Library:
    """What is in reach of an installation with this folder of data."""
    return Library(data / "assessment")


def read(file: Path, parse: Callable[[Any], _Parsed]) -> _Parsed:
    """A file as its parser makes it; read again only when it has changed. Raises Unreadable."""
    try:
        stat = file.stat()
        found: _Parsed = _read(file, parse, stat.st_mtime_ns, stat.st_size)
    except OSError as error:
        raise Unreadable(f"{file} cannot be read: {error.strerror}") from error
    return found


@lru_cache(maxsize=256)
def _read(file: Path, parse: Callable[[Any], Any], _changed_ns: int, size: int) -> Any:
    if size > LARGEST_BYTES:
        raise Unreadable(f"{file} is larger than 4 MiB")
    try:
        return parse(yaml.load(file.read_bytes().decode(), _LOADER))  # noqa: S506 - the safe loader, compiled where there is one
    except UnicodeDecodeError as error:
        raise Unreadable(f"{file} is not UTF-8: {error.reason} at byte {error.start}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise Unreadable(f"{file} is no YAML: {' '.join(str(error).split())}") from error
    except FileError as error:
        raise Unreadable(f"{file}: {'; '.join(_told(problem) for problem in error.problems)} (`suoheng assess check {file}`)") from error


def _told(problem: Problem) -> str:
    return f"{problem.place}: {problem.what}" if problem.place else problem.what


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml")) if folder.is_dir() else []
