"""What schemes, checklists and grades are written with: names in both languages, decimals as they were written, conditions on indicators."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, NamedTuple, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from schemas.rules import Level

Id = Annotated[str, Field(pattern="^[a-z0-9_]{1,32}$")]
IndicatorId = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,63}$")]
Dimension = Annotated[str, Field(pattern="^([a-z_]{1,32}=[a-z0-9_]{1,32})?$")]
OfficeId = Annotated[str, Field(pattern="^sfs-[0-9]{6}-[0-9]{3}$")]
Day = Annotated[date, Field(strict=True)]
"""A day as YAML reads 2025-03-01; a text or a number is refused."""
Points = Annotated[Level, Field(ge=0, le=10_000)]
Version = Annotated[int, Field(ge=1, le=9999, strict=True)]
Sources = tuple[Annotated[str, Field(pattern="^(S[0-9]{1,3}|inferred|domain)$")], ...]
"""Where a figure comes from: numbers of the catalogue's list of sources."""
_Text = Annotated[str, Field(min_length=1, max_length=400)]


class Strict(BaseModel):
    """Closed and frozen: an unknown field is a mistake that is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Strict):
    """A name or a sentence in both languages."""

    zh: _Text
    en: _Text

    def of(self, lang: str) -> str:
        """The text of a language; anything but `en` is Chinese."""
        return self.en if lang == "en" else self.zh


class Asked(NamedTuple):
    """A value that is asked for: an indicator and one of its dimensions ('': the total)."""

    indicator: str
    dimension: str = ""


class Measured(NamedTuple):
    """A value of an office in a span: exact, in the indicator's unit (shares 0 to 1); None where the formula has none. Its parts stand undivided."""

    value: Fraction | None
    numerator: Fraction
    denominator: Fraction | None

    @property
    def failures(self) -> Fraction:
        """Of a share: how many of the whole are not in the part."""
        return (self.denominator or Fraction(0)) - self.numerator


class Condition(Strict):
    """Something that an indicator of the office must keep; exactly one of the four levels. `new`: and did not on the day before the span."""

    indicator: IndicatorId
    dimension: Dimension = ""
    at_least: Level | None = None
    at_most: Level | None = None
    above: Level | None = None
    below: Level | None = None
    new: Annotated[bool, Field(strict=True)] = False

    @property
    def asked(self) -> Asked:
        """The value that it is about."""
        return Asked(self.indicator, self.dimension)

    @property
    def sign(self) -> str:
        """The sign between a value that keeps it and the level."""
        signs = {"≥": self.at_least, "≤": self.at_most, ">": self.above, "<": self.below}
        return next(sign for sign, level in signs.items() if level is not None)

    @property
    def level(self) -> Fraction:
        """The level, exact."""
        return Fraction(next(one for one in self._levels() if one is not None))

    @property
    def upward(self) -> bool:
        """Whether more is better."""
        return self.at_least is not None or self.above is not None

    def kept_by(self, value: Fraction | None) -> bool:
        """Whether a value keeps it; no value keeps nothing."""
        if value is None:
            return False
        level = self.level
        return {"≥": value >= level, "≤": value <= level, ">": value > level, "<": value < level}[self.sign]

    def _levels(self) -> tuple[Decimal | None, ...]:
        return self.at_least, self.at_most, self.above, self.below

    @model_validator(mode="after")
    def _one_level(self) -> Self:
        if (n := sum(level is not None for level in self._levels())) != 1:
            raise ValueError(f"needs exactly one of at_least, at_most, above, below; has {n}")
        return self


class Problem(NamedTuple):
    """One mistake in a file: where (field names and numbers from the top) and what."""

    where: tuple[int | str, ...]
    what: str

    @property
    def place(self) -> str:
        """`domains[0].items[2].points`."""
        return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.where).removeprefix(".")


class FileError(ValueError):
    """A file that does not say what it must; the text names every mistake, one a line."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(f"{one.place}: {one.what}" if one.place else one.what for one in problems))


Model = TypeVar("Model", bound=BaseModel)


def parsed(model: type[Model], document: Any) -> Model:
    """A document as a model. Raises FileError with every mistake found."""
    if not isinstance(document, dict):
        raise FileError([Problem((), f"must be a mapping, not {type(document).__name__}")])
    try:
        return model.model_validate(document)
    except ValidationError as error:
        found = [Problem(tuple(one["loc"]), one["msg"].removeprefix("Value error, ")) for one in error.errors()]
        raise FileError(found) from None


def twice(ids: list[str], where: tuple[int | str, ...]) -> list[str]:
    """Sentences about ids that are there twice."""
    place = Problem(where, "").place
    return [f"{place}: {one!r} is there twice" for one in dict.fromkeys(ids) if ids.count(one) > 1]
