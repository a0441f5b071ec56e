"""The texts of the page, in Chinese and English. Those that begin with `js.` are put together in the browser."""

TEXTS: dict[str, tuple[str, str]] = {
    "title": ("台账导入", "Import a ledger"),
    "site": ("所衡", "Suoheng"),
    "skip": ("跳到正文", "Skip to content"),
    "language": ("English", "中文"),
    "intro": (
        "把台账文件拖到下面,先试运行,确认后发布。案件编号和经办人姓名只在这台机器上换成化名,原文不会发出。",
        "Drop a ledger below: a dry run first, then publish. Case numbers and names become pseudonyms on this machine; they are never sent.",
    ),
    "key": ("本所密钥", "Key of the office"),
    "key.hint": ("由司法局发放;说明台账属于哪个司法所。不会保存。", "From the bureau; it says whose ledger this is. It is kept nowhere."),
    "office": ("司法所代码", "Office id"),
    "office.hint": ("仅在未设密钥或密钥代表多个司法所时填写。", "Only where there are no keys, or the key speaks for several offices."),
    "drop": ("把台账文件拖到这里,或选择文件", "Drop the ledger here, or choose a file"),
    "drop.hint": (
        ".xlsx、.xls、.ods、.csv,不超过 64 MiB;不接受公式、外部链接和个人信息。",
        ".xlsx .xls .ods .csv, 64 MiB at most; no formulas, no links to other files, no personal data.",
    ),
    "check": ("试运行", "Dry run"),
    "templates": ("空白台账", "Empty forms"),
    "result": ("结果", "Result"),
    "js.checking": ("正在检查……", "Checking…"),
    "js.publishing": ("正在发布……", "Publishing…"),
    "js.choose": ("请先选择文件。", "Choose a file first."),
    "js.summary": (
        "新增 {new},更正 {amended},未变 {unchanged},缺失 {vanished}",
        "new {new}, corrected {amended}, unchanged {unchanged}, vanished {vanished}",
    ),
    "js.file": ("文件:{file}", "File: {file}"),
    "js.source": ("台账:{source}", "Ledger: {source}"),
    "js.sheet": ("{sheet}:合格 {good} 行,有误 {faulty} 行", "{sheet}: {good} good lines, {faulty} faulty"),
    "js.skipped": ("未读取的工作表:{names}", "Sheets that were not read: {names}"),
    "js.macros": ("文件中的宏已忽略。", "The file's macros were ignored."),
    "js.other": (
        "首次以此名称导入。该区已有台账 {names}:同一台账须始终使用同一密钥。",
        "First import under this name. The district has {names}: the same ledger must always come with the same key.",
    ),
    "js.withdrawn": (
        "第 {lines} 行的事件已被其他来源撤销,不再发布。",
        "Lines {lines} stay out: another source has retracted their events.",
    ),
    "js.full": ("第 {lines} 行更正次数过多,请换用新编号。", "Lines {lines} have been corrected too often; give them another number."),
    "js.faults": ("{n} 行有误", "Faulty lines: {n}"),
    "js.more": ("仅列出前 {n} 条,全部见错误副本。", "The first {n} are listed; all are in the copy."),
    "js.sheet.name": ("工作表", "Sheet"),
    "js.line": ("行", "Line"),
    "js.column": ("列", "Column"),
    "js.what": ("问题", "What is wrong"),
    "js.copy": ("下载带“错误”列的副本", "Download the copy with a column 错误"),
    "js.vanished": ("曾导入、现已不在台账中的 {n} 条", "Imported earlier and not in the ledger any more: {n}"),
    "js.retract": ("同时撤销这 {n} 条(不可恢复)", "Retract these {n} with it (for good)"),
    "js.partial": ("先发布合格的行", "Publish the good lines although others are faulty"),
    "js.publish": ("确认发布", "Publish"),
    "js.nothing": ("没有需要发布的内容。", "There is nothing to publish."),
    "js.done": ("已发布 {published} 条,撤销 {retracted} 条。", "Published {published}, retracted {retracted}."),
    "js.keyfile": ("已生成化名密钥文件 {file},请立即备份。", "A file of pseudonym keys was made: {file}. Back it up now."),
    "js.failed": ("未能完成", "It did not work"),
    "js.offline": ("页面程序没有回应,请确认 suoheng ledger page 仍在运行。", "No answer: is suoheng ledger page still running?"),
    "js.expired": ("文件已过期,请重新试运行。", "The file is too old: run it dry again."),
}

LANGUAGES = ("zh", "en")


def texts(lang: str) -> dict[str, str]:
    """All texts in one language."""
    return {key: both[LANGUAGES.index(lang)] for key, both in TEXTS.items()}
