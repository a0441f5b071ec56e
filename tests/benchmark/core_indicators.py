"""A worker that publishes the indicators of the contract's section 6 and no others: the job that its goal of events a second is set for.

Run as a program it is the real worker with a shorter catalogue. Life cycles and facts are all there: of what no indicator asks for, too.
"""

import importlib

from streams.core import catalogue

CORE = frozenset(
    [
        "med_accepted_cnt",
        "med_concluded_cnt",
        "med_handling_rate",
        "med_success_rate",
        "med_success_rate_accepted",
        "med_written_share",
        "med_duration_p50",
        "med_duration_p90",
        "med_overdue_rate",
        "med_fulfilment_rate",
        "med_escalation_cnt",
        "med_amount_yuan",
        "med_collective_cnt",
        "cor_caseload",
        "cor_intake_cnt",
        "cor_release_cnt",
        "cor_reoffence_cnt",
        "cor_reoffence_rate",
        "cor_lost_cnt",
        "cor_report_ontime_rate",
        "cor_monitor_over_limit_cnt",
        "res_register",
        "res_key_handover_rate",
        "res_help_rate",
        "res_placement_rate",
        "leg_consult_cnt",
        "pub_activity_cnt",
        "pub_audience_sum",
        "cap_area_m2",
        "cap_staff_avg",
        "cap_standard_rate",
        "cap_excellent_rate",
        "cap_star_cnt",
        "fund_disbursed_yuan",
        "fund_share_actual",
        "dual_street_task_share",
        "dual_core_time_share",
        "dual_completion_bureau",
        "dual_completion_street",
        "dual_balance_gap_pp",
        "dual_mismatch_pp",
    ]
)


def shorten() -> None:
    """Leave the core's indicators in the catalogue. To be called before anything else of the core is imported."""
    if missing := CORE - catalogue.BY_ID.keys():
        raise SystemExit(f"bench: the catalogue lacks {', '.join(sorted(missing))}")
    for domain in catalogue.DOMAINS:
        names = vars(domain)
        names["INDICATORS"] = tuple(indicator for indicator in names["INDICATORS"] if indicator.id in CORE)
    importlib.reload(catalogue)


if __name__ == "__main__":
    shorten()
    from streams.worker.__main__ import main

    main()
