"""A district's ledger of 50,000 lines, as `suoheng ledger import` takes it: checked and published, imported again, corrected, and with faults."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from deploy.local.child import as_environment
from deploy.local.stack import local_settings, local_stack
from deploy.waiting import wait
from schemas.settings import Settings
from tests.benchmark.backlog import Record
from tests.benchmark.broker import publish
from tests.factories import DISTRICT, encoded, event
from tests.ports import free_port_base

LINES = int(os.environ.get("BENCH_LINES", "50000"))
HEADING = (
    "案件编号", "司法所", "日期", "纠纷类型", "案件来源", "移送单位", "难易程度", "当事人数", "是否群体性", "调委会类别", "交办单位", "工作依据", "经办人", "用时(分钟)",
)  # fmt: skip


def run() -> dict[str, Any]:
    """Each import as a process of its own, from its start to its end, with the stack running beside it."""
    with tempfile.TemporaryDirectory(prefix="suoheng-bench-") as name:
        folder = Path(name)
        settings = local_settings(folder / "data", free_port_base())
        with local_stack(settings, workers=1):
            publish(settings, _offices())
            result: dict[str, Any] = {"lines": LINES, "columns": len(HEADING)}
            steps = {"first": (0, 0), "again": (0, 0), "one_in_ten_corrected": (10, 0), "one_in_ten_faulty": (0, 10)}
            for step, (corrected, faulty) in steps.items():
                file = folder / f"{step}.xlsx"
                _write(file, corrected, faulty)
                wait(settings, 1_800)
                result[step] = _import(settings, file)
                print(f"ledger: {step} {result[step]}", flush=True)
            return result


def _import(settings: Settings, file: Path) -> dict[str, Any]:
    before, began = _cpu(), time.monotonic()
    command = [sys.executable, "-m", "deploy", "ledger", "import", str(file), "--district", DISTRICT, "--yes", "--json"]
    done = subprocess.run(command, env=as_environment(settings), capture_output=True, text=True, check=False)
    seconds = time.monotonic() - began
    told = json.loads(done.stdout)
    return (
        {"seconds": round(seconds, 1), "cpu_seconds": round(_cpu() - before, 1)}
        | {name: told[name] for name in ("new", "amended", "unchanged", "published")}
        | {"faults": len(told["faults"])}
    )


def _cpu() -> float:
    """User and system time of the processes that have ended, those that they started included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _offices() -> Sequence[Record]:
    opened = (event("reg.office.opened", id=f"o-{n}", data={"office": f"sfs-{DISTRICT}-{n:03}"}) for n in range(1, 61))
    return [(DISTRICT.encode(), encoded(one)) for one in opened]


def _write(file: Path, corrected: int, faulty: int) -> None:
    """The ledger; every `corrected`-th line says another day, every `faulty`-th a day that there is not."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("受理")
    sheet.append(HEADING)
    kinds = ("邻里", "婚姻家庭", "劳动争议", "合同", "物业")
    for n in range(LINES):
        day = f"2025-2-{'30' if faulty and n % faulty == 0 else n % 27 + 1 + (corrected > 0 and n % corrected == 0)}"
        office = f"sfs-{DISTRICT}-{n % 60 + 1:03}"
        sheet.append([f"调字2025-{n:05}号", office, day, kinds[n % 5], "主动调解", None, "一般", 2 + n % 3, "否", "村(社区)调委会", "本所", "人民调解法", f"调解员{n % 90}", n % 240])  # fmt: skip
    book.save(file)
