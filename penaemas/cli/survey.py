"""`./pena survey`: what applicants say about the service, by service and period."""

from __future__ import annotations

import argparse
import asyncio
from fractions import Fraction

from penaemas.casefiles.overview import find_case
from penaemas.casefiles.surveys import SurveyUnknown
from penaemas.cli.days_and_instants import day
from penaemas.cli.desk import Desk, in_wib, officers_desk
from penaemas.cli.officer_names import add_officer_argument
from penaemas.cli.offices import add_office_argument
from penaemas.cli.problem import Problem
from penaemas.cli.regions_of_office import region_of
from penaemas.licensing.satisfaction import MEANINGS, Element, Satisfaction

SUMMARY = ("Hasil survei kepuasan masyarakat", "Results of the satisfaction survey")
AUDIENCE = ("officers",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The office and one of three actions."""
    add_office_argument(parser)
    actions = parser.add_subparsers(dest="action", required=True)
    report = actions.add_parser("report", help="index and grade of each service in a period")
    suggestions = actions.add_parser("suggestions", help="what respondents wrote; that it was read is recorded")
    for action in (report, suggestions):
        action.add_argument("region", metavar="REGION", help="its code, e.g. 32.11")
        action.add_argument("--from", dest="first_day", type=day, required=True, metavar="DAY")
        action.add_argument("--to", dest="last_day", type=day, required=True, metavar="DAY", help="this day included")
    add_officer_argument(suggestions, "who reads them")
    code = actions.add_parser("code", help="the code of a case's survey, for an applicant at the counter")
    code.add_argument("case", metavar="NUMBER|CASE_ID")


def run(args: argparse.Namespace) -> int:
    """Do it.

    Raises:
        Problem: the office cannot be used, or what was entered is wrong.
    """
    with officers_desk(args) as desk:
        if args.action == "code":
            return _code(desk, args.case)
        region = region_of(desk, args.region)
        period = (region.code, args.first_day, args.last_day)
        if args.action == "suggestions":
            for one in asyncio.run(desk.office.surveys.suggestions(*period, by=args.officer)):
                print(f"{one.answered_on}  {one.service}: {one.text}")
            return 0
        found = asyncio.run(desk.office.surveys.report(*period))
        print(f"{region.name}, {args.first_day} – {args.last_day}")
        for service in found.services:
            print(f"\n{service.service}: {service.invited} diundang · invited")
            _print(service.result)
        print("\nsemua layanan · all services")
        _print(found.overall)
    return 0


def _print(result: Satisfaction) -> None:
    print(f"  responden · respondents: {result.respondents}")
    if result.ikm is None or result.grade is None:
        print("  IKM: belum ada, sebab tidak semua unsur dijawab · none yet: not every element was answered")
    else:
        print(f"  IKM {result.ikm}  mutu · grade {result.grade} ({MEANINGS[result.grade]})")
    means = [f"{element} {_mean(result.means[element])}" for element in Element if element in result.means]
    if means:
        print(f"  {'  '.join(means)}")


def _mean(value: Fraction) -> str:
    return f"{float(value):.2f}"


def _code(desk: Desk, wanted: str) -> int:
    case = find_case(desk.office.database, wanted)
    code = desk.office.surveys.code(case.case_id) if case else ""
    try:
        invitation = asyncio.run(desk.office.surveys.invitation(code))
    except SurveyUnknown:
        raise Problem(f"{wanted} invites to no survey.", "The invitation comes at the end of a case.") from None
    answered = in_wib(invitation.answered_at) if invitation.answered_at else "belum dijawab · not yet answered"
    print(f"{code}  {invitation.service}  {answered}")
    return 0
