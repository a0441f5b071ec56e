"""A creation programme as a file: a title, its levels, and for each a checklist of criteria (domain 2.13). Nothing here computes."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from consumers.assessment.fields import Condition, Day, Id, Sources, Strict, Version, Words, parsed, twice

_Flag = Annotated[bool, Field(strict=True)]
ProgrammeId = Literal["five_good", "prov_standard", "prov_excellent", "city_model", "city_star", "fengqiao"]
"""The programmes that events can award."""
Over = Literal["day", "year", "rolling-365"]
_LevelNumber = Annotated[int, Field(ge=1, le=5, strict=True)]


class Holding(Strict):
    """A title that must be held already, at least at a level."""

    programme: ProgrammeId
    level: _LevelNumber | None = None


class Criterion(Strict):
    """One criterion: a condition on an indicator, another title, or something that somebody confirms. `over`: the days that the indicator is of: the
    day itself (what stands), the year so far, or the 365 days up to the day."""

    id: Id
    name: Words
    sources: Sources = ()
    assumption: _Flag = False
    when: Condition | None = None
    over: Over = "day"
    holds: Holding | None = None
    confirmed: _Flag = False

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum((self.when is not None, self.holds is not None, self.confirmed)) != 1:
            raise ValueError("needs exactly one of when, holds, confirmed")
        if self.when is not None and self.when.new:
            raise ValueError("a criterion asks what is so, not what is new")
        return self


class Level(Strict):
    """One level of a programme; `level` None: the programme has one alone."""

    level: _LevelNumber | None = None
    name: Words
    criteria: tuple[Criterion, ...] = Field(min_length=1, max_length=40)


class Programme(Strict):
    """A programme in one version. `valid_months`: how long an award lasts; None: no end is stated. The levels in rising order."""

    programme: ProgrammeId
    version: Version
    name: Words
    issuer: Words
    about: Words | None = None
    effective_from: Day
    effective_to: Day | None = None
    sources: Sources = Field(min_length=1)
    assumptions: tuple[Words, ...] = ()
    valid_months: Annotated[int, Field(ge=1, le=240, strict=True)] | None = None
    levels: tuple[Level, ...] = Field(min_length=1, max_length=5)

    def in_force(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)

    def criteria(self) -> Iterator[Criterion]:
        """Every criterion of every level."""
        for level in self.levels:
            yield from level.criteria

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        numbers = [level.level for level in self.levels]
        if len(numbers) > 1 and (None in numbers or sorted(set(numbers), key=lambda n: n or 0) != numbers):
            raise ValueError("its levels need rising numbers")
        if (self.programme == "city_star") == (None in numbers):
            raise ValueError("city_star has levels with numbers, every other programme one level without")
        for level in self.levels:
            for message in twice([criterion.id for criterion in level.criteria], ("criteria",)):
                raise ValueError(message)
        return self


def parse_programme(document: Any) -> Programme:
    """A programme from a parsed YAML document. Raises FileError with every mistake found."""
    return parsed(Programme, document)
