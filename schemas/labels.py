"""What people call the domains and fields of what offices publish, in Chinese and English; their codes are named by the shapes themselves.

A field that nobody has named yet is shown by its own name, so that a new type works at once; a test asks for the names of all that the
catalogue has.
"""

from typing import NamedTuple

Name = tuple[str, str]
"""Chinese, English."""


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
    "gov": Domain("基层法治建设", "rule-of-law work", ("事项编号", "matter number")),
    "ppl": Domain("人民参与和促进法治", "people's participation"),
    "soc": Domain("基层社会治理", "local governance", ("任务编号", "task number")),
    "cap": Domain("保障能力", "capacity", ("合同编号", "contract number")),
    "dat": Domain("数据质量", "data quality"),
}

FIELDS: dict[str, Name] = {
    # every business type
    "assigned_by": ("交办单位", "who ordered it; empty: the office itself"),
    "basis": ("工作依据", "basis"),
    "worker": ("经办人", "who did it; a name becomes a pseudonym before it leaves this machine"),
    "minutes": ("用时(分钟)", "minutes"),
    "co_handlers": ("协办单位", "who helped"),
    "evidence": ("佐证", "evidence"),
    "entry": ("录入方式", "how it was entered; empty: by this import"),
    "verification": ("核验", "verification"),
    # mediation
    "dispute_type": ("纠纷类型", "kind of dispute"),
    "med.source": ("案件来源", "source of the case"),
    "referred_by": ("移送单位", "who referred it"),
    "difficulty": ("难易程度", "difficulty"),
    "party_count": ("当事人数", "number of parties"),
    "is_collective": ("是否群体性", "group dispute"),
    "committee_level": ("调委会类别", "kind of committee"),
    "med.form": ("协议形式", "form of the agreement"),
    "med.amount_yuan": ("协议金额(元)", "amount agreed, yuan"),
    "perform_due_on": ("履行期限", "to be performed by"),
    "immediate": ("是否当场履行", "performed at once"),
    "med.reason": ("原因", "reason"),
    "med.screening.held.scope": ("排查类型", "kind of screening"),
    "special_reason": ("专项排查事由", "occasion of a special screening"),
    "villages_covered": ("覆盖村居数", "villages covered"),
    "med.screening.held.found": ("排查发现件数", "disputes found"),
    "med.session.held.mode": ("调解方式", "how it was held"),
    "lawyer_present": ("是否有律师参与", "a lawyer was present"),
    "med.agreement.confirmed.result": ("司法确认结果", "result of the confirmation"),
    "applied_on": ("申请司法确认日期", "applied for on"),
    "reason_code": ("撤销原因", "reason of the revocation"),
    "satisfied": ("回访是否满意", "satisfied"),
    "med.file.archived.quality": ("案卷等次", "grade of the file"),
    "file_kind": ("案卷类型", "kind of file"),
    "period": ("补贴期次", "period of the subsidy"),
    "degree": ("履行情况", "how far it was performed"),
    "med.kind": ("激化类型", "kind of escalation"),
    "persons": ("人数", "persons"),
    "prevented": ("是否防止", "prevented"),
    # community correction
    "cor.category": ("矫正类别", "category"),
    "report_by": ("应报到日期", "must report by"),
    "cor.level": ("管理等级", "level"),
    "cor.reason": ("原因", "reason"),
    "stage": ("所处阶段", "stage"),
    "cor.investigation.requested.for": ("委托机关", "asked by"),
    "due_on": ("办理期限", "due on"),
    "opinion": ("评估意见", "opinion"),
    "days_from_effective": ("生效至入矫天数", "days from the sentence's effect"),
    "cor.contact.made.kind": ("联系方式", "kind of contact"),
    "hours": ("时长(小时)", "hours"),
    "excused": ("是否经批准免于参加", "excused"),
    "days": ("天数", "days"),
    "cor.leave.granted.scope": ("外出范围", "where to"),
    "from": ("原", "from"),
    "to": ("至", "to"),
    "cor.month.graded.grade": ("考核等次", "grade"),
    "cor.sanction.issued.kind": ("处罚种类", "kind of sanction"),
    "cor.kind": ("帮扶种类", "kind of help"),
    "by": ("提出机关", "found by"),
    "cor.form": ("意见形式", "form of the finding"),
    "closed_on": ("办结日期", "closed on"),
    "severity": ("严重程度", "severity"),
    "ground": ("定位事由", "ground"),
    # resettlement
    "class": ("对象类别", "class"),
    "must_fetch": ("是否必接必送", "must be fetched"),
    "res.person.handed_over.mode": ("衔接方式", "how the person came"),
    "result": ("结果", "result"),
    "years_since_release_band": ("释放后年限", "years since the release"),
    "res.mode": ("方式", "how"),
    "res.kind": ("安置方式", "kind of placement"),
    # public legal service and publicity
    "channel": ("咨询方式", "channel"),
    "topic": ("咨询事项", "topic"),
    "matter": ("案件类别", "matter"),
    "group": ("受援人类别", "group"),
    "working_days": ("所用工作日(自报)", "working days, as stated"),
    "outcome": ("结案方式", "outcome"),
    "recovered_yuan": ("挽回损失(元)", "recovered, yuan"),
    "leg.aid.rated.grade": ("评估等次", "grade"),
    "leg.kind": ("种类", "kind"),
    "village_ref": ("村居代码", "village"),
    "activity": ("服务内容", "what was done"),
    "remote": ("是否偏远村居", "remote village"),
    "leg.contract.signed.from": ("合同起始日", "valid from"),
    "leg.contract.signed.to": ("合同截止日", "valid to"),
    "gov.kind": ("审查类别", "kind"),
    "opinion_items": ("意见条数", "opinions"),
    "adopted_items": ("采纳条数", "opinions adopted"),
    "attended": ("是否列席", "attended"),
    "gov.enforcement.checked.found": ("发现问题数", "faults found"),
    "gov.litigation.closed.result": ("诉讼结果", "result"),
    "official_attended": ("负责人是否出庭", "an official appeared"),
    "gov.topic": ("意见主题", "topic"),
    "pub.media.published.channel": ("媒体", "channel"),
    "views": ("阅读量", "views"),
    "pub.legal_person.trained.count": ("培训人数", "persons trained"),
    "instrument": ("调查内容", "what was asked"),
    "sample": ("样本数", "sample"),
    "positive": ("肯定数", "positive"),
    "asked_of": ("调查对象", "who was asked"),
    "audience_group": ("受众群体", "audience"),
    "materials": ("发放资料数", "materials handed out"),
    "leg.persons": ("咨询人次", "persons"),
    "pub.form": ("活动形式", "form"),
    "theme": ("宣传主题", "theme"),
    "audience_est": ("受众人数(估)", "audience, estimated"),
    "purpose": ("活动目的", "purpose"),
    # local governance
    "task_class": ("任务类别", "kind of task"),
    "soc.reason": ("原因", "reason"),
    "reached": ("是否找到", "reached"),
    "soc.secondment.started.to": ("去向单位", "to"),
    "staff_class": ("人员类别", "class of staff"),
    "planned_days": ("计划天数", "days planned"),
    "lead": ("牵头部门", "lead"),
    "info_shared": ("信息是否互通", "information shared"),
    "soc.result": ("处理结果", "result"),
    "persons_band": ("人数规模", "how many persons"),
    "minutes_to_arrive": ("到场用时(分钟)", "minutes until they came"),
    "function_number": ("对应职能", "which of the nine functions"),
    "due_at": ("办结期限", "due; a day alone means its end"),
    # capacity
    "villages": ("村居数", "villages"),
    "staff": ("工作人员数", "staff"),
    "dedicated": ("专职人数", "of them dedicated"),
    "bureau_supplied": ("司法局派出人数", "of them supplied by the bureau"),
    "established": ("在编人数", "of them on established posts"),
    "political_posts": ("政法专编人数", "of them on political-legal posts"),
    "law_degree": ("法律专业人数", "of them with a law degree"),
    "legal_qualification": ("通过法考人数", "of them legally qualified"),
    "enforcement_card": ("持执法证人数", "of them with an enforcement card"),
    "functions": ("承担职能数合计", "functions, added up over the staff"),
    "entry_route": ("进入方式", "way of entry"),
    "professional_screened": ("是否经专业考核", "screened for the profession"),
    "cap.staff.left.reason": ("原因", "reason"),
    "cap.volunteer.served.domain": ("服务领域", "field"),
    "supervisor_present": ("是否有专业指导", "with professional guidance"),
    "uniform_sign": ("是否统一标识", "uniform sign"),
    "needs_repair": ("是否需维修", "needs repair"),
    "area_m2": ("面积(平方米)", "area, square metres"),
    "independent": ("是否独立用房", "rooms of its own"),
    "programme": ("创建项目", "programme"),
    "cap.level": ("星级", "stars, 1 to 5, of a star office only"),
    "authority": ("拨付单位", "who pays"),
    "cap.category": ("经费类别", "category"),
    "cap.amount_yuan": ("金额(元)", "amount, yuan"),
    "fiscal_year": ("预算年度", "fiscal year"),
    "correction_staff": ("从事社区矫正人数", "of them on community correction"),
    "resettlement_staff": ("专职安置帮教人数", "of them on resettlement alone"),
    "volunteer_ref": ("志愿者代码", "volunteers"),
    "mediators": ("调解员数", "mediators"),
    "active": ("志愿者数", "volunteers"),
    "vehicles": ("车辆数", "vehicles"),
    "computers": ("计算机数", "computers"),
    "recorders": ("记录仪数", "recorders"),
    "cap.by": ("任免机关", "by whom"),
    "consulted": ("是否征询另一方", "the other master was asked"),
    "audience": ("培训对象", "who was trained"),
    "cap.kind": ("培训类型", "kind of training"),
    "cap.persons": ("参训人数", "persons trained"),
    "buyer": ("购买单位", "buyer"),
    "cap.domain": ("服务领域", "field"),
    "units_agreed": ("约定数量", "units agreed"),
    "units_delivered": ("交付数量", "units delivered"),
    "units_accepted": ("验收数量", "units accepted"),
    "cap.service.contracted.from": ("合同起始日", "valid from"),
    "cap.service.contracted.to": ("合同截止日", "valid to"),
    "staff_count": ("派驻人数", "people posted"),
    "score": ("验收得分", "score, 0 to 100"),
    "cap.reason": ("原因", "reason"),
    "valid_to": ("有效期至", "valid to"),
    "cap.topic": ("所涉主题", "topic"),
    "points_found": ("发现问题数", "points found"),
    "upheld": ("是否属实", "upheld"),
    # data quality
    "report_code": ("报表代码", "kind of report"),
    "dat.period": ("报表期次", "period of the report"),
    "dat.due_at": ("报送期限", "due; a day alone means its end"),
    "requested_by": ("布置单位", "who asked for it"),
    "fields": ("所需指标项", "fields asked for"),
    "errors": ("错误数", "errors"),
    "window_kind": ("期别", "kind of period"),
    "window_start": ("期初", "its first day"),
    "sampled": ("抽查条数", "entries sampled"),
    "mismatched": ("不符条数", "entries that did not match"),
    "merged": ("合并条数", "entries given up"),
}
"""By `<type>.<field>`, `<domain>.<field>` or `<field>`; the longest that fits holds."""


def field_label(type_name: str, field: str) -> Name:
    """The names of a field of an event type; the field's own name twice when it has none."""
    for prefix in (f"{type_name}.", f"{type_name.partition('.')[0]}.", ""):
        if found := FIELDS.get(prefix + field):
            return found
    return field, field


def domain_label(name: str) -> Domain:
    """The label of a domain; its own name when it has none."""
    return DOMAINS.get(name, Domain(name, name))
