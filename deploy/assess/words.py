"""What an assessment's places, grades and parts are called, in both languages."""

from consumers.assessment.assessment import OfficeResult
from consumers.assessment.bonuses import Claim
from consumers.assessment.sheet import PartSheet
from consumers.assessment.telling import DASH, points

PARTS = {"whole": ("全期", "whole"), "first": ("上半年", "first half"), "second": ("下半年", "second half")}
STATES = {"over": ("", ""), "running": ("进行中", "running"), "ahead": ("未开始", "not begun")}


def place(one: OfficeResult) -> str:
    """A place, and from where to where it can still come."""
    return str(one.place) if one.best == one.worst else f"{one.place} ({one.best}–{one.worst})"


def grade_name(one: OfficeResult, lang: str) -> str:
    """The grade's name; a dash where it is still open, or the scheme has none."""
    return one.grade.name.of(lang) if one.grade else DASH


def part_name(part: PartSheet, lang: str) -> str:
    """A part's name."""
    return of(lang, *PARTS[part.part.id])


def signed(claim: Claim) -> str:
    """What a bonus brings: +3, or nothing."""
    return f"+{points(claim.points)}" if claim.verdict == "gained" else DASH


def of(lang: str, zh: str, en: str) -> str:
    """The text of a language."""
    return en if lang == "en" else zh
