"""Every class of bad input in one table: what a record is, and the codes that may name its defect.

`CASES` needs no registry and no other event. `FOR_EACH_CODE` is a short selection for tests through a real broker: one case a code.
"""

from tests.badness import binary, fields, private, rules, texts
from tests.badness.case import Case

CASES: list[Case] = [*texts.cases(), *fields.cases(), *rules.cases(), *private.cases(), *binary.cases()]

FOR_EACH_CODE: dict[str, Case] = {}
for _case in CASES:
    if len(_case.codes) == 1:
        FOR_EACH_CODE.setdefault(min(_case.codes), _case)

__all__ = ["CASES", "FOR_EACH_CODE", "Case"]
