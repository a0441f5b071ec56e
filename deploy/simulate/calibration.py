"""The figures behind the simulated district, each with where it comes from.

Published figures: Huangshi city, brief of August 2016 (dispute types, sources); Guangdong 2022 and national yearbooks (volumes, caseloads).
Figures without a source are assumptions and say so.
"""

from typing import Final

from deploy.simulate.draws import Table

HUANGSHI_DISPUTE_TYPES: Final = {
    "neighbour": 278,
    "marriage_family": 160,
    "damage_compensation": 76,
    "house_site": 67,
    "medical": 55,
    "other": 54,
    "contract": 44,
    "traffic": 33,
    "production_business": 31,
    "demolition": 28,
    "forest_land": 18,
    "labour": 13,
    "consumer": 7,
    "environment": 4,
    "property_mgmt": 1,
}
"""Disputes accepted by type: Huangshi city, August 2016, 869 in all."""

HUANGSHI_SOURCES: Final = {"proactive": 455, "applied": 378, "referred": 36}
"""How they came, same brief."""

DISPUTE_TYPES: Final = Table(HUANGSHI_DISPUTE_TYPES)
CASE_SOURCES: Final = Table(HUANGSHI_SOURCES)

REFERRERS: Final = Table({"court": 30, "police": 35, "petitions": 15, "street": 15, "prosecutor": 2, "other": 3})
DIFFICULTIES: Final = Table({"simple": 50, "general": 35, "complex": 12, "major": 3})
COMMITTEE_LEVELS: Final = Table({"village": 62, "street": 24, "enterprise": 3, "industry": 5, "dispatched": 4, "personal_studio": 2})
UNSUCCESSFUL: Final = Table({"failed": 60, "withdrawn": 24, "transferred": 12, "terminated": 4})
"""Assumption: how the 1–4 % of cases without an agreement end."""

CASES_PER_OFFICE_YEAR: Final = (400.0, 0.70)
"""Log-normal: median and sigma; p10 about 150, p90 about 900 (a district of seven offices had 2,991 cases in 2020, Guangdong's offices 256 each)."""

DAYS_TO_CONCLUDE: Final = (5.0, 1.0)
"""Log-normal: median and sigma; p90 18 days, 3.7 % above thirty days. Assumption, after the one-month limit of the ministry's rules."""

SUCCESS: Final = (0.96, 0.99)
ORAL: Final = (0.40, 0.70)
PERFORMED_ON_TIME: Final = (0.92, 0.98)
ORDERED_BY_STREET: Final = 0.25
ORDERED_BY_BUREAU: Final = 0.05
"""Share of cases that an office takes on somebody's order. Assumptions."""
COLLECTIVE: Final = 0.015
NEVER_CONCLUDED: Final = 0.004
ESCALATED: Final = 0.004
ESCALATION_PREVENTED: Final = 0.8

SEASON: Final = {1: 1.2, 2: 0.6, 12: 1.2}
"""Activity by month against the mean of 1; the Spring Festival empties February."""

WEEKEND: Final = 0.2
"""Activity of a Saturday or Sunday against a working day. Assumption."""

CASELOAD: Final = (10, 40)
"""Correction subjects in the register of an office (0.7 million / 39,000 offices is 18)."""

TERM_DAYS: Final = (183, 1095)
CATEGORIES: Final = Table({"probation": 90, "parole": 6, "temp_outside": 3, "control": 1})
LEAVINGS: Final = Table({"released": 93, "terminated": 3, "recalled": 1, "moved": 3})
REPORT_LATE: Final = 0.03
MONITORED: Final = 0.06
MONITOR_FORGOTTEN: Final = 0.10
"""Of the electronically monitored: share whose positioning runs on beyond three months for some days without an extension. Assumption."""
MONITOR_GROUNDS: Final = Table(
    {"injunction_breach": 2, "left_without_leave": 4, "refused_report_warned": 2, "ps_punished": 1, "revocation_proposed": 1}
)
LOST_A_YEAR: Final = 0.0075
REOFFENDING_A_YEAR: Final = 0.0015

REGISTER: Final = (40, 150)
"""Released persons in the register of an office (Jinhua: 7,529 in register, of them 677 key)."""

KEY_PERSONS: Final = 677 / 7529
RESETTLEMENT_DAYS: Final = 1826
PLACEMENTS: Final = Table(
    {"job": 40, "land": 18, "self_employed": 18, "family": 12, "min_living": 6, "school": 1, "transitional_base": 3, "other": 2}
)
HAND_OVERS: Final = Table({"fetched": 62, "self_reported": 36, "not_handed": 2})
LIFE_EXITS: Final = Table({"discharged": 90, "moved": 8, "died": 2})

CONSULTATIONS_PER_OFFICE_YEAR: Final = (138.0, 0.5)
"""5.4 million services a year / 39,000 offices."""
CHANNELS: Final = Table({"visit": 55, "phone": 33, "online": 12})
TOPICS: Final = Table({"labour": 22, "marriage_family": 24, "property": 14, "debt": 18, "traffic": 9, "inheritance": 7, "other": 6})

ACTIVITIES_PER_OFFICE_YEAR: Final = 30.0
ACTIVITY_PEAKS: Final = {3: 1.3, 4: 1.2, 5: 1.4, 6: 1.3, 7: 1.2, 12: 2.0}
"""15 March consumers, 15 April national security, May Civil Code, 26 June drugs, 1 July correction law, 4 December Constitution Day."""
ACTIVITY_FORMS: Final = Table(
    {"lecture": 40, "street_stall": 25, "school": 12, "enterprise": 8, "online": 6, "market": 5, "contest": 2, "performance": 2}
)
THEMES: Final = Table(
    {"civil_code": 28, "anti_fraud": 22, "constitution": 14, "labour": 10, "minors": 10, "drugs": 8, "cc_law": 4, "office_functions": 4}
)

TASKS_PER_OFFICE_YEAR: Final = (250.0, 0.3)
STREET_SHARE: Final = (0.20, 0.60)
TASK_CLASSES_BUREAU: Final = Table({"inspection": 30, "meeting_support": 25, "stability": 15, "petition": 12, "other": 18})
TASK_CLASSES_STREET: Final = Table(
    {"stability": 28, "petition": 22, "duty_shift": 18, "collective_incident": 9, "demolition": 8, "census": 5, "epidemic": 2, "other": 8}
)
FUNCTIONS_BUREAU: Final = Table({1: 26, 2: 12, 3: 14, 4: 14, 5: 16, 6: 10, 7: 2, 8: 4, 9: 2})
FUNCTIONS_STREET: Final = Table({1: 30, 7: 36, "outside_list": 26, 3: 4, 9: 4})
ON_TIME_BUREAU: Final = (0.88, 0.99)
ON_TIME_STREET: Final = (0.75, 0.97)

HABITS: Final = Table({"online": 55, "ledger": 36, "bulk": 9})
"""How a record comes into the system: typed at once, from the paper ledger, or in a back-fill. Another 2 % are corrections after an audit."""
PERIOD_END: Final = 0.35
"""Of the entries from ledgers: share typed in the last three working days of the month. Assumption, after offices' own accounts."""

DUPLICATES: Final = 0.02
AMENDS: Final = 0.02
RETRACTS: Final = 0.005
AUDITED_BY_BUREAU: Final = 0.15
LOST_ON_THE_WAY: Final = 0.0002
"""Share of sequence numbers that are used up by an event which never arrives."""
