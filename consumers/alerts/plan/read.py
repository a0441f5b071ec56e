"""Reading the plan's file for the deliverer; `suoheng alerts check` tells the same mistakes with their lines."""

from pathlib import Path

import yaml

from consumers.alerts.plan.model import Plan, PlanError, PlanProblem, parse_plan


def read_plan(path: Path) -> Plan:
    """The plan of a file. Raises `PlanError`, whatever is wrong with it."""
    try:
        return parse_plan(yaml.safe_load(path.read_text("utf-8")))
    except OSError as error:
        raise PlanError([PlanProblem((), f"{path} cannot be read: {error.strerror}")]) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PlanError([PlanProblem((), f"{path} is no YAML: {' '.join(str(error).split())}")]) from error


def secret(folder: Path, file: Path) -> str:
    """The one line of a secret's file; a relative path is beside the plan. Raises `PlanError` naming the file, never what is in it."""
    path = folder / file
    try:
        text = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError(
            [PlanProblem((), f"the secret's file {path} cannot be read: {getattr(error, 'strerror', 'it is not UTF-8')}")]
        ) from None
    if not text or len(text.split()) != 1:
        raise PlanError([PlanProblem((), f"the secret's file {path} must hold one line without blanks")])
    return text
