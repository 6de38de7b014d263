"""`./pena registry`: the office's own tables of what other systems know. Filled from files, and who answers where."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import Final

from penaemas.cli.desk import Desk, in_wib, officers_desk
from penaemas.cli.offices import add_office_argument
from penaemas.cli.problem import Problem
from penaemas.connectors.bootstrap import office_tables
from penaemas.connectors.imports.csv_rows import MOST_FAULTS, FileUnusable, ImportReport, OfficeTable, import_file
from penaemas.licensing.outside_systems import OutsideSystem

SUMMARY = ("Mengisi tabel registrasi kantor dari berkas", "Fill the office's own registry tables from files")
AUDIENCE = ("operators",)

# What people type, and the system that it means.
TABLES: Final = {
    "population": OutsideSystem.POPULATION_REGISTRY,
    "land": OutsideSystem.LAND_REGISTRY,
    "property-tax": OutsideSystem.PROPERTY_TAX,
    "spatial-plan": OutsideSystem.SPATIAL_PLAN,
    "simbg": OutsideSystem.SIMBG,
    "oss": OutsideSystem.OSS,
    "payments": OutsideSystem.RETRIBUTION_PAYMENT,
}
_SOURCE_CHARACTERS: Final = 80


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The office and one of three actions."""
    add_office_argument(parser)
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("list", help="every table with its columns and rows, and who answers in which region")
    bring = actions.add_parser("import", help="check a CSV file and take it in; nothing is stored if a row is wrong")
    bring.add_argument("table", choices=sorted(TABLES), help="which table")
    bring.add_argument("file", type=Path, metavar="FILE.csv", help="UTF-8; the first line names the columns")
    bring.add_argument("--dry-run", action="store_true", help="only check it, and tell every bad row")
    bring.add_argument(
        "--source", type=_source, metavar="TEXT", help="where it comes from; the file's name if not given"
    )
    actions.add_parser("set-aside", help="payments that fit no open notice, for a person to look at")


def run(args: argparse.Namespace) -> int:
    """Do it.

    Raises:
        Problem: the office or the file cannot be used, or rows are wrong.
    """
    with officers_desk(args) as desk:
        if args.action == "list":
            return _list(desk)
        if args.action == "set-aside":
            return _set_aside(desk)
        tables = office_tables(desk.office.database, desk.office.vault.blind)
        return _import(desk, tables[TABLES[args.table]], args)


def _import(desk: Desk, table: OfficeTable, args: argparse.Namespace) -> int:
    source = args.source or args.file.name[:_SOURCE_CHARACTERS]
    try:
        report = asyncio.run(import_file(args.file, table, source=source, at=desk.clock.now(), dry_run=args.dry_run))
    except FileUnusable as unusable:
        raise Problem(unusable.rule, unusable.fix) from unusable
    if report.faults:
        raise Problem(f"nothing was stored; rows are wrong:{_told(report)}", "Correct them and repeat.")
    if args.dry_run:
        print(f"✓ {report.rows} baris benar, tidak ada yang disimpan · rows are right, nothing was stored")
        return 0
    print(f"✓ {report.rows} baris disimpan dari · rows taken in from {source}")
    if TABLES[args.table] is OutsideSystem.RETRIBUTION_PAYMENT:
        print("  pembayaran diambil petugas otomatis dalam 10 detik · the workers take the payments within 10 seconds")
    return 0


def _told(report: ImportReport) -> str:
    lines = "".join(f"\n        {fault}" for fault in report.faults)
    cut = f"\n        … only the first {MOST_FAULTS} are told" if len(report.faults) == MOST_FAULTS else ""
    return lines + cut


def _list(desk: Desk) -> int:
    tables = office_tables(desk.office.database, desk.office.vault.blind)
    for word, system in TABLES.items():
        rows = asyncio.run(tables[system].count())
        print(f"{word:<13} {rows:>9} baris · rows   {','.join(column.name for column in tables[system].columns)}")
        for region in desk.office.regions.values():
            rule = region.systems.of(system)
            asked = "tabel kantor · own table" if rule.served_by == "local" else "sistemnya sendiri · itself (http)"
            holds = "menghentikan jam · holds the clocks" if rule.outage_pauses_clock else "jam berjalan · clocks go on"
            print(f"  {region.code}  {asked}; gangguan · outage: {holds}")
    return 0


def _set_aside(desk: Desk) -> int:
    found = asyncio.run(desk.office.payments.set_aside())
    if not found:
        print("tidak ada · none")
    for payment, reason in found:
        amount = f"Rp{payment.amount_idr:,}".replace(",", ".")
        print(f"{payment.reference:<20} {payment.bill_number:<28} {amount:>16} {in_wib(payment.paid_at)}  {reason}")
    return 0


def _source(text: str) -> str:
    if not text.strip() or not text.isprintable() or len(text) > _SOURCE_CHARACTERS:
        raise argparse.ArgumentTypeError(f"write a few words, at most {_SOURCE_CHARACTERS} characters")
    return text.strip()
