"""What an office does for everybody, and what others tell it to do: consultations, publicity, tasks."""

from typing import Any

from deploy.simulate import calibration
from deploy.simulate.days import DAY
from deploy.simulate.desk import Desk
from deploy.simulate.draws import log_normal, pseudonym
from deploy.simulate.offices import Office, bureau_of


def consult(desk: Desk, office: Office, day: int) -> None:
    """One legal consultation, of one person mostly."""
    random = desk.random
    data = {
        "channel": calibration.CHANNELS.draw(random),
        "topic": calibration.TOPICS.draw(random),
        "persons": random.choice((1, 1, 1, 1, 2, 3)),
    }
    desk.enter(office, "leg.consultation.given", desk.working_time(day), data, None, desk.habit())


def hold_activity(desk: Desk, office: Office, day: int) -> None:
    """One publicity activity; half of them on the bureau's order, some on the street's."""
    random = desk.random
    theme = calibration.THEMES.draw(random)
    data: dict[str, Any] = {
        "form": calibration.ACTIVITY_FORMS.draw(random),
        "theme": theme,
        "audience_est": int(log_normal(random, 60, 0.7)),
        "purpose": "office_image" if theme == "office_functions" else "law",
    }
    ordered = random.random()
    if ordered < 0.5:
        data |= {"assigned_by": bureau_of(desk.district), "basis": "bureau_task"}
    elif ordered < 0.7:
        data |= {"assigned_by": office.street, "basis": "street_task"}
    desk.enter(office, "pub.activity.held", desk.working_time(day), data, None, desk.habit())


def order_task(desk: Desk, office: Office, day: int) -> None:
    """One task from the bureau or the street, completed in time as often as the office keeps that assigner's dates."""
    random = desk.random
    by_street = random.random() < office.street_share
    classes, functions = (
        (calibration.TASK_CLASSES_STREET, calibration.FUNCTIONS_STREET)
        if by_street
        else (calibration.TASK_CLASSES_BUREAU, calibration.FUNCTIONS_BUREAU)
    )
    assigner = office.street if by_street else bureau_of(desk.district)
    task, at, habit = pseudonym(random), desk.working_time(day), desk.habit()
    days = random.choice((1, 2, 3, 5, 7, 10, 15, 30))
    due = (day + days) * DAY + 64_800
    data: dict[str, Any] = {
        "task_class": classes.draw(random),
        "function_number": functions.draw(random),
        "due_at": desk.calendar.instant(due),
        "assigned_by": assigner,
        "basis": "street_task" if by_street else "bureau_task",
    }
    desk.enter(office, "soc.task.assigned", at, data, task, habit)
    in_time = random.random() < (office.on_time_street if by_street else office.on_time_bureau)
    done = random.randrange(at + 1_200, due) if in_time else due + random.randrange(3_600, 20 * DAY)
    if in_time or random.random() < 0.7:
        desk.enter(office, "soc.task.completed", done, {"assigned_by": assigner}, task, habit)
