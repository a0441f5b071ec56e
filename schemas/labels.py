"""What people call the fields and codes of business events: names in Chinese and English, for ledgers and pages.

The shapes stay in `schemas.events`; this only names them. A field or code that nobody has named yet is shown by its own name, so that a new
type works at once; a test asks for the names of all that the catalogue has. For fields whose codes a district keeps itself (`Code`), the
codes here are suggestions and others are valid too.
"""

from collections.abc import Mapping
from typing import NamedTuple

Name = tuple[str, str]
"""Chinese, English."""


class Label(NamedTuple):
    """The name of a field, and of its codes in the order in which people expect them."""

    zh: str
    en: str
    codes: Mapping[str, Name] = {}


class Domain(NamedTuple):
    """A domain of the catalogue, and what its subjects' own numbers are called."""

    zh: str
    en: str
    number: Name = ("编号", "number")


DOMAINS: dict[str, Domain] = {
    "med": Domain("人民调解", "people's mediation", ("案件编号", "case number")),
    "cor": Domain("社区矫正", "community correction", ("对象编号", "person number")),
    "res": Domain("安置帮教", "resettlement", ("对象编号", "person number")),
    "leg": Domain("公共法律服务", "public legal service"),
    "pub": Domain("法治宣传", "legal publicity"),
    "soc": Domain("基层社会治理", "local governance", ("任务编号", "task number")),
    "cap": Domain("保障能力", "capacity"),
}

DISPUTE_TYPES: dict[str, Name] = {
    "neighbour": ("邻里", "Neighbours"),
    "marriage_family": ("婚姻家庭", "Marriage and family"),
    "damage_compensation": ("损害赔偿", "Damages"),
    "house_site": ("房屋宅基地", "House and homestead"),
    "medical": ("医疗", "Medical"),
    "contract": ("合同", "Contract"),
    "traffic": ("道路交通事故", "Traffic accident"),
    "production_business": ("生产经营", "Production and business"),
    "demolition": ("征地拆迁", "Land taking and demolition"),
    "forest_land": ("山林土地", "Forest and land"),
    "labour": ("劳动争议", "Labour"),
    "consumer": ("消费", "Consumer"),
    "environment": ("环境污染", "Environment"),
    "property_mgmt": ("物业", "Property management"),
    "village_affairs": ("村务管理", "Village affairs"),
    "family_planning": ("计划生育", "Family planning"),
    "other": ("其他", "Other"),
}
CASE_SOURCES: dict[str, Name] = {
    "proactive": ("主动调解", "Proactive"),
    "applied": ("申请调解", "On application"),
    "referred": ("委托移送", "Referred"),
}
_BODIES: dict[str, Name] = {
    "court": ("法院", "court"),
    "police": ("公安", "police"),
    "petitions": ("信访", "petition office"),
    "street": ("街道(乡镇)", "street or town"),
    "prosecutor": ("检察院", "prosecutor"),
    "other": ("其他", "other"),
}
_MONITOR_GROUNDS: dict[str, Name] = {
    "injunction_breach": ("违反禁止令", "breach of an injunction"),
    "left_without_leave": ("未经批准离开", "left without leave"),
    "refused_report_warned": ("拒不报告被警告", "warned for not reporting"),
    "ps_punished": ("被治安处罚", "public-security punishment"),
    "revocation_proposed": ("拟提请撤销收监", "revocation proposed"),
}
_PERSON_CLASSES: dict[str, Name] = {"key": ("重点帮教对象", "key"), "general": ("一般帮教对象", "general")}
_FUNCTIONS: dict[str, Name] = {
    "1": ("1 指导和参与调解", "mediation"),
    "2": ("2 基层法治建设", "rule-of-law work"),
    "3": ("3 普法依法治理", "publicity"),
    "4": ("4 公共法律服务", "legal services"),
    "5": ("5 社区矫正", "community correction"),
    "6": ("6 安置帮教", "resettlement"),
    "7": ("7 基层社会治理", "local governance"),
    "8": ("8 人民参与和促进法治", "people's participation"),
    "9": ("9 上级交办其他事务", "other matters"),
    "outside_list": ("清单外", "outside the list"),
}

FIELDS: dict[str, Label] = {
    # every business type
    "assigned_by": Label("交办单位", "who ordered it; empty: the office itself", {"self": ("本所自行", "the office itself")}),
    "basis": Label(
        "工作依据",
        "basis",
        {
            "pm_law": ("人民调解法", "People's Mediation Law"),
            "cc_law": ("社区矫正法", "Community Correction Law"),
            "la_law": ("法律援助法", "Legal Aid Law"),
            "bureau_task": ("司法局交办", "ordered by the bureau"),
            "street_task": ("街道(乡镇)交办", "ordered by street or town"),
            "joint_case": ("联合办理", "joint case"),
            "other": ("其他", "other"),
        },
    ),
    "worker": Label("经办人", "who did it; a name becomes a pseudonym before it leaves this machine"),
    "minutes": Label("用时(分钟)", "minutes"),
    "co_handlers": Label("协办单位", "who helped", _BODIES),
    "evidence": Label(
        "佐证",
        "evidence",
        {
            "none": ("没有", "none"),
            "ledger_only": ("仅有台账", "ledger only"),
            "attachment": ("有附件", "attachment"),
            "system_verified": ("系统核验", "verified by a system"),
        },
    ),
    "entry": Label(
        "录入方式",
        "how it was entered; empty: by this import",
        {
            "online": ("在线录入", "online"),
            "backfill_paper": ("纸质补录", "from paper"),
            "bulk_import": ("批量导入", "bulk import"),
            "system_bridge": ("系统对接", "from another system"),
        },
    ),
    "verification": Label(
        "核验",
        "verification",
        {"submitted": ("已提交", "submitted"), "checked": ("已核对", "checked"), "audited": ("已审核", "audited")},
    ),
    # mediation
    "dispute_type": Label("纠纷类型", "kind of dispute", DISPUTE_TYPES),
    "med.source": Label("案件来源", "source of the case", CASE_SOURCES),
    "referred_by": Label("移送单位", "who referred it", _BODIES),
    "difficulty": Label(
        "难易程度",
        "difficulty",
        {
            "simple": ("简易", "simple"),
            "general": ("一般", "general"),
            "complex": ("疑难复杂", "complex"),
            "major": ("重大", "major"),
        },
    ),
    "party_count": Label("当事人数", "number of parties"),
    "is_collective": Label("是否群体性", "group dispute"),
    "committee_level": Label(
        "调委会类别",
        "kind of committee",
        {
            "village": ("村(社区)调委会", "village or community"),
            "street": ("乡镇(街道)调委会", "street or town"),
            "enterprise": ("企事业单位调委会", "enterprise"),
            "industry": ("行业性专业性调委会", "industry"),
            "dispatched": ("派驻调委会", "dispatched"),
            "personal_studio": ("个人调解工作室", "personal studio"),
        },
    ),
    "med.form": Label("协议形式", "form of the agreement", {"written": ("书面协议", "written"), "oral": ("口头协议", "oral")}),
    "med.amount_yuan": Label("协议金额(元)", "amount agreed, yuan"),
    "perform_due_on": Label("履行期限", "to be performed by"),
    "immediate": Label("是否当场履行", "performed at once"),
    "med.reason": Label("原因", "reason"),
    "med.screening.held.scope": Label("排查类型", "kind of screening"),
    "special_reason": Label("专项排查事由", "occasion of a special screening"),
    "villages_covered": Label("覆盖村居数", "villages covered"),
    "med.screening.held.found": Label("排查发现件数", "disputes found"),
    "med.session.held.mode": Label("调解方式", "how it was held"),
    "lawyer_present": Label("是否有律师参与", "a lawyer was present"),
    "med.agreement.confirmed.result": Label("司法确认结果", "result of the confirmation"),
    "applied_on": Label("申请司法确认日期", "applied for on"),
    "reason_code": Label("撤销原因", "reason of the revocation"),
    "satisfied": Label("回访是否满意", "satisfied"),
    "med.file.archived.quality": Label("案卷等次", "grade of the file"),
    "file_kind": Label("案卷类型", "kind of file"),
    "period": Label("补贴期次", "period of the subsidy"),
    "degree": Label(
        "履行情况",
        "how far it was performed",
        {"full": ("全部履行", "wholly"), "partial": ("部分履行", "partly"), "none": ("未履行", "not")},
    ),
    "med.kind": Label(
        "激化类型",
        "kind of escalation",
        {
            "criminal": ("民转刑", "turned criminal"),
            "abnormal_death": ("非正常死亡", "abnormal death"),
            "collective_petition": ("群体性上访", "collective petition"),
            "petition": ("上访", "petition"),
        },
    ),
    "persons": Label("人数", "persons"),
    "prevented": Label("是否防止", "prevented"),
    # community correction
    "cor.category": Label(
        "矫正类别",
        "category",
        {
            "control": ("管制", "control"),
            "probation": ("缓刑", "probation"),
            "parole": ("假释", "parole"),
            "temp_outside": ("暂予监外执行", "temporarily outside prison"),
        },
    ),
    "report_by": Label("应报到日期", "must report by"),
    "cor.level": Label("管理等级", "level", {"strict": ("严管", "strict"), "general": ("普管", "general"), "lenient": ("宽管", "lenient")}),
    "cor.reason": Label("原因", "reason"),
    "stage": Label(
        "所处阶段",
        "stage",
        {"suspected": ("涉嫌", "suspected"), "arrested": ("被逮捕", "arrested"), "convicted": ("被判决", "convicted")},
    ),
    "cor.investigation.requested.for": Label("委托机关", "asked by"),
    "due_on": Label("办理期限", "due on"),
    "opinion": Label("评估意见", "opinion"),
    "days_from_effective": Label("生效至入矫天数", "days from the sentence's effect"),
    "cor.contact.made.kind": Label("联系方式", "kind of contact"),
    "hours": Label("时长(小时)", "hours"),
    "excused": Label("是否经批准免于参加", "excused"),
    "days": Label("天数", "days"),
    "cor.leave.granted.scope": Label("外出范围", "where to"),
    "from": Label("原", "from"),
    "to": Label("至", "to"),
    "cor.month.graded.grade": Label("考核等次", "grade"),
    "cor.sanction.issued.kind": Label("处罚种类", "kind of sanction"),
    "cor.kind": Label("帮扶种类", "kind of help"),
    "by": Label("提出机关", "found by"),
    "cor.form": Label("意见形式", "form of the finding"),
    "closed_on": Label("办结日期", "closed on"),
    "severity": Label("严重程度", "severity", {"ordinary": ("一般", "ordinary"), "serious": ("严重", "serious")}),
    "ground": Label("定位事由", "ground", _MONITOR_GROUNDS),
    # resettlement
    "class": Label("对象类别", "class", _PERSON_CLASSES),
    "must_fetch": Label("是否必接必送", "must be fetched"),
    "res.person.handed_over.mode": Label(
        "衔接方式",
        "how the person came",
        {
            "fetched": ("接回", "fetched"),
            "self_reported": ("自行报到", "reported alone"),
            "not_handed": ("未衔接", "not handed over"),
        },
    ),
    "result": Label("结果", "result"),
    "years_since_release_band": Label("释放后年限", "years since the release"),
    "res.mode": Label("方式", "how", {"home": ("上门", "at home"), "phone": ("电话", "by phone"), "office": ("到所", "at the office")}),
    "res.kind": Label(
        "安置方式",
        "kind of placement",
        {
            "job": ("就业", "job"),
            "land": ("责任田", "land"),
            "self_employed": ("自谋职业", "self-employed"),
            "school": ("就学", "school"),
            "min_living": ("低保", "minimum living"),
            "transitional_base": ("过渡性安置基地", "transitional base"),
            "family": ("家庭供养", "family"),
            "other": ("其他", "other"),
        },
    ),
    # public legal service and publicity
    "channel": Label("咨询方式", "channel", {"visit": ("来访", "visit"), "phone": ("电话", "phone"), "online": ("网络", "online")}),
    "topic": Label(
        "咨询事项",
        "topic",
        {
            "labour": ("劳动争议", "labour"),
            "marriage_family": ("婚姻家庭", "marriage and family"),
            "property": ("房产物业", "property"),
            "debt": ("债务", "debt"),
            "traffic": ("交通事故", "traffic"),
            "inheritance": ("继承", "inheritance"),
            "other": ("其他", "other"),
        },
    ),
    "leg.persons": Label("咨询人次", "persons"),
    "pub.form": Label(
        "活动形式",
        "form",
        {
            "lecture": ("讲座", "lecture"),
            "street_stall": ("街头宣传", "street stall"),
            "contest": ("竞赛", "contest"),
            "performance": ("文艺演出", "performance"),
            "film": ("影视放映", "film"),
            "online": ("网络宣传", "online"),
            "school": ("进学校", "school"),
            "enterprise": ("进企业", "enterprise"),
            "market": ("进集市", "market"),
        },
    ),
    "theme": Label(
        "宣传主题",
        "theme",
        {
            "civil_code": ("民法典", "Civil Code"),
            "constitution": ("宪法", "Constitution"),
            "cc_law": ("社区矫正法", "Community Correction Law"),
            "anti_fraud": ("反诈骗", "fraud"),
            "drugs": ("禁毒", "drugs"),
            "labour": ("劳动保障", "labour"),
            "minors": ("未成年人保护", "minors"),
            "office_functions": ("司法所职能", "what the office does"),
        },
    ),
    "audience_est": Label("受众人数(估)", "audience, estimated"),
    "purpose": Label("活动目的", "purpose", {"law": ("宣传法律", "the law"), "office_image": ("宣传本所", "the office")}),
    # local governance
    "task_class": Label(
        "任务类别",
        "kind of task",
        {
            "stability": ("维稳", "stability"),
            "petition": ("信访", "petition"),
            "collective_incident": ("群体性事件", "collective incident"),
            "demolition": ("征拆", "demolition"),
            "inspection": ("迎检", "inspection"),
            "duty_shift": ("值班", "duty shift"),
            "meeting_support": ("会务", "meeting support"),
            "epidemic": ("防疫", "epidemic"),
            "census": ("普查", "census"),
            "other": ("其他", "other"),
        },
    ),
    "function_number": Label("对应职能", "which of the nine functions", _FUNCTIONS),
    "due_at": Label("办结期限", "due; a day alone means its end"),
    # capacity
    "staff": Label("工作人员数", "staff"),
    "dedicated": Label("专职人数", "of them dedicated"),
    "bureau_supplied": Label("司法局派出人数", "of them supplied by the bureau"),
    "area_m2": Label("面积(平方米)", "area, square metres"),
    "independent": Label("是否独立用房", "rooms of its own"),
    "programme": Label(
        "创建项目",
        "programme",
        {
            "five_good": ("五好司法所", "five-good office"),
            "prov_standard": ("省标准化司法所", "provincial standard"),
            "prov_excellent": ("省优秀司法所", "provincial excellent"),
            "city_model": ("市模范司法所", "city model"),
            "city_star": ("星级司法所", "city star"),
            "fengqiao": ("枫桥式司法所", "Fengqiao office"),
        },
    ),
    "cap.level": Label("星级", "stars, 1 to 5, of a star office only"),
    "authority": Label("拨付单位", "who pays"),
    "cap.category": Label(
        "经费类别",
        "category",
        {
            "personnel": ("人员经费", "personnel"),
            "operating": ("日常公用经费", "operating"),
            "case_business": ("办案业务经费", "case business"),
            "equipment": ("业务装备经费", "equipment"),
            "infrastructure": ("基础设施", "infrastructure"),
            "mediation_subsidy": ("人民调解补贴", "mediation subsidy"),
            "purchased_service": ("购买服务", "purchased service"),
        },
    ),
    "cap.amount_yuan": Label("金额(元)", "amount, yuan"),
    "fiscal_year": Label("预算年度", "fiscal year"),
}
"""By `<type>.<field>`, `<domain>.<field>` or `<field>`; the longest that fits holds."""


def field_label(type_name: str, field: str) -> Label:
    """The label of a field of an event type; the field's own name when it has none."""
    for prefix in (f"{type_name}.", f"{type_name.partition('.')[0]}.", ""):
        if found := FIELDS.get(prefix + field):
            return found
    return Label(field, field)


def domain_label(name: str) -> Domain:
    """The label of a domain; its own name when it has none."""
    return DOMAINS.get(name, Domain(name, name))
