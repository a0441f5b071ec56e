"""Why an alert fires or has ended, in Chinese: the core says it in figures, signs and a few English words (`streams.core.judge`)."""

import re

_WINDOWS = {"day": "日", "week": "周", "month": "月", "quarter": "季", "half": "半年", "year": "年"}
_WHOLE = {"corrected": "更正后不再成立", "rule withdrawn": "规则已撤下"}
_SAID = re.compile(
    r"(?P<what>.+) in (?P<window>day|week|month|quarter|half|year) (?P<label>\S+?)"
    r"(?:, since (?P<since>\S+?))?(?:, clear for (?P<clear>\d+) of (?P<of>\d+))?"
)


def reason(why: str, lang: str) -> str:
    """`1 > 0 in month 2026-11, since 2026-10` as `1 > 0,2026-11(月),自 2026-10 起`; what is not known stays as it is."""
    if lang != "zh":
        return why
    if why in _WHOLE:
        return _WHOLE[why]
    found = _SAID.fullmatch(why)
    if not found:
        return why
    what = found["what"].replace("not yet ", "尚未 ").replace("no value", "没有数值")
    since = f",自 {found['since']} 起" if found["since"] else ""
    clear = f",已连续达标 {found['clear']}/{found['of']}" if found["clear"] else ""
    return f"{what},{found['label']}({_WINDOWS[found['window']]}){since}{clear}"
