"""Every text of the page, once, in Chinese and English, page by page. Names of indicators, offices and authorities come with the data, not from here."""

from collections.abc import Callable

from consumers.dashboard.texts import arrivals, behind, cards, desk, district, files, frame, judged, numbers, views, watch
from schemas.events.med import CaseSource, DisputeType
from schemas.fields import names_of

LANGUAGES = ("zh", "en")

TEXTS: dict[str, tuple[str, str]] = {
    key: both
    for page in (frame, files, numbers, district, cards, judged, behind, arrivals, desk, watch, views)
    for key, both in page.TEXTS.items()
}

CODES: dict[str, tuple[str, str]] = {
    **{f"dispute_type.{code}": (zh, en.capitalize()) for code, (zh, en) in names_of(DisputeType).items()},
    **{f"source.{code}": (zh, en.capitalize()) for code, (zh, en) in names_of(CaseSource).items()},
    "role.funding": ("经费保障", "Funding"),
    "role.staff_assigning": ("人员调配", "Supplies staff"),
    "role.managing": ("业务管理", "Manages"),
    "role.head_appointing": ("所长任免", "Appoints head"),
    "role.premises_owner": ("业务用房权属", "Owns premises"),
    "role.establishment": ("编制归属", "Establishment"),
    "cost_category.operating": ("日常公用经费", "Operating"),
    "cost_category.personnel": ("人员经费", "Personnel"),
    "cost_category.case_business": ("办案业务经费", "Case work"),
    "cost_category.equipment": ("业务装备经费", "Equipment"),
    "cost_category.all": ("各类经费", "All kinds"),
    "authority.district_bureau": ("区司法局", "District justice bureau"),
    "authority.street_office": ("街道办事处", "Street office"),
    "authority.town_government": ("乡镇政府", "Town government"),
    "authority.district_government": ("区政府", "District government"),
    "authority.district_finance": ("区财政局", "District finance"),
    "authority.city_bureau": ("市司法局", "City bureau"),
    "authority.province_department": ("省司法厅", "Provincial department"),
    "authority.central": ("中央", "Central"),
    "authority.party_committee": ("党(工)委", "Party committee"),
    "authority.development_zone": ("开发区", "Development zone"),
    "authority.other_department": ("其他部门", "Other department"),
    "authority.social_fund": ("社会资金", "Social fund"),
    "authority.unknown": ("未登记", "Not registered"),
    "life.mediation": ("调解", "mediation"),
    "life.correction": ("社区矫正", "correction"),
    "life.resettlement": ("安置帮教", "resettlement"),
    "life.legal_aid": ("法律援助", "legal aid"),
    "life.task": ("交办任务", "tasks"),
    "life.contract": ("法律顾问合同", "counsel contracts"),
    "life.rating": ("命名评级", "ratings"),
    "life.report": ("报表报送", "reports"),
    "authority.self": ("自行安排", "Own initiative"),
}
"""Codes of the events, as `<list>.<code>`; a code that is not here is printed as it is."""


def translator(lang: str) -> Callable[..., str]:
    """`t(key, **values)` for one language; an unknown key is our defect and raises KeyError."""
    place = LANGUAGES.index(lang)

    def text(key: str, **values: object) -> str:
        return TEXTS[key][place].format(**values) if values else TEXTS[key][place]

    return text


def code(lang: str, list_name: str, value: str) -> str:
    """The display name of a code; the code itself when nobody named it."""
    names = CODES.get(f"{list_name}.{value}")
    return names[LANGUAGES.index(lang)] if names else value
