"""`./pena region`: the regions of this office, and a new one without a line of code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from penaemas.casefiles.bootstrap import CONFIG
from penaemas.cli.new_region import RegionAnswers, make_region
from penaemas.cli.problem import Problem
from penaemas.licensing.region import Region
from penaemas.regions import RegionInvalid, load_regions

SUMMARY = ("Melihat dan menambah daerah", "See the regions and add one")
AUDIENCE = ("operators", "analysts")

_INDONESIA: Final = (-11.5, 94.5, 6.5, 141.5)


@dataclass(frozen=True, slots=True)
class _Question:
    """One thing that a new region must say."""

    option: str
    asks: str
    reads: Callable[[str], Any]

    @property
    def name(self) -> str:
        return self.option.removeprefix("--").replace("-", "_")


def _words(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise argparse.ArgumentTypeError("write a few words on one line")
    return text.strip()


def _zone(text: str) -> int:
    if text not in ("1", "2", "3", "4"):
        raise argparse.ArgumentTypeError("an income zone is 1, 2, 3 or 4")
    return int(text)


def _districts(text: str) -> tuple[tuple[str, str], ...]:
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    if not pairs or any(not equals for _, equals, _ in pairs):
        raise argparse.ArgumentTypeError("write number=name, separated by commas: 01=Satu,02=Dua")
    return tuple((number.strip(), name.strip()) for number, _, name in pairs)


def _box(text: str) -> tuple[float, float, float, float]:
    try:
        south, west, north, east = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError("write south,west,north,east in degrees") from None
    return south, west, north, east


def _yes(text: str) -> bool:
    if text not in ("yes", "no"):
        raise argparse.ArgumentTypeError("write yes or no")
    return text == "yes"


_QUESTIONS: Final = (
    _Question("--code", "kode Kemendagri · code, e.g. 33.99", _words),
    _Question("--name", "nama · name, e.g. Kabupaten Contoh", _words),
    _Question("--name-en", "nama dalam bahasa Inggris · English name", _words),
    _Question("--province", "provinsi · province", _words),
    _Question("--zone", "zona penghasilan MBR · income zone, 1 to 4", _zone),
    _Question("--sub-districts", "kecamatan · sub-districts, e.g. 01=Satu,02=Dua", _districts),
    _Question("--city", "kota penandatanganan · where letters are signed", _words),
    _Question("--prefix", "awal nomor sendiri · beginning of its numbers, e.g. PENA-CTH", _words),
    _Question("--exemption", "pembebasan retribusi berlaku? · is the exemption in force? yes or no", _yes),
    _Question("--exemption-basis", "diketahui dari · where that is known from", _words),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`list`, or `new` with its answers; what is not given is asked for."""
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("list", help="the regions, and what their offices have not confirmed yet")
    new = actions.add_parser("new", help="make config/regions/NAME; asks for what is not given")
    for question in _QUESTIONS:
        new.add_argument(question.option, type=question.reads, metavar="…", help=question.asks)
    new.add_argument("--zone-basis", type=_words, default="Permen PKP 5/2025", metavar="…", help="default: %(default)s")
    new.add_argument("--exemption-number", type=_words, metavar="…", help="if the office has confirmed it")
    new.add_argument("--box", type=_box, default=_INDONESIA, metavar="S,W,N,E", help="outline in degrees, for warnings")
    new.add_argument("--without-simbg", action="store_true", help='for trial and training: papers are titled "Konsep"')


def run(args: argparse.Namespace) -> int:
    """Do it.

    Raises:
        Problem: an answer is missing or wrong, or a region's folder cannot be used.
    """
    return _list() if args.action == "list" else _new(args)


def _new(args: argparse.Namespace) -> int:
    given = _answered(args)
    region, folder = make_region(
        RegionAnswers(
            code=given["code"],
            name=given["name"],
            name_en=given["name_en"],
            province=given["province"],
            income_zone=given["zone"],
            income_zone_basis=f"{args.zone_basis}: zona {given['zone']}",
            sub_districts=given["sub_districts"],
            box=args.box,
            city=given["city"],
            prefix=given["prefix"],
            exemption_in_force=given["exemption"],
            exemption_basis=given["exemption_basis"],
            exemption_number=args.exemption_number or "",
            simbg_registration=not args.without_simbg,
        ),
        CONFIG,
    )
    print(f"✓ daerah dibuat · region made: {folder}")
    for line in _lines(region):
        print(f"  {line}")
    print("  ./pena up membacanya saat dinyalakan · reads it when it is started")
    print(f"  ./pena case play --twin --region {region.code} examples/pbg_mbr_issued.json")
    return 0


def _answered(args: argparse.Namespace) -> dict[str, Any]:
    """Every answer, from the options or from the person at the terminal."""
    given = {question.name: getattr(args, question.name) for question in _QUESTIONS}
    missing = [question for question in _QUESTIONS if given[question.name] is None]
    if missing and not sys.stdin.isatty():
        options = ", ".join(question.option for question in missing)
        raise Problem(f"missing: {options}.", "Give them, or run this at a terminal, where it asks.")
    for question in missing:
        while given[question.name] is None:
            try:
                given[question.name] = question.reads(input(f"{question.asks}: "))
            except argparse.ArgumentTypeError as wrong:
                print(f"  {wrong}")
            except EOFError:
                raise KeyboardInterrupt from None
    return given


def _list() -> int:
    try:
        regions = load_regions(CONFIG / "regions")
    except RegionInvalid as invalid:
        raise Problem(f"{invalid}", "Correct the file and repeat.") from invalid
    for region in regions.values():
        print(f"{region.code}  {region.name} · {region.name_en}")
        for line in _lines(region):
            print(f"       {line}")
    return 0


def _lines(region: Region) -> list[str]:
    rule = region.exemption_regulation
    lines = [
        f"{len(region.sub_districts)} kecamatan · sub-districts, zona · zone {region.income_zone}",
        f"pembebasan · exemption: {exemption_line(region)}",
        f"  dasar · basis: {rule.basis}",
    ]
    if any(tariff.is_example for tariff in region.tariffs):
        lines.append("tarif: contoh, bukan tarif daerah ini · tariff: an example, not this region's")
    if not region.switches.simbg_registration:
        lines.append('tanpa SIMBG, berjudul "Konsep" · without SIMBG, titled "Konsep"')
    return lines


def exemption_line(region: Region) -> str:
    """Whether the region waives the retribution, and whether its office has said so itself."""
    rule = region.exemption_regulation
    state = "berlaku · in force" if rule.in_force else "tidak berlaku · not in force"
    by_number = rule.number or "nomor belum ada · no number yet"
    return (
        f"{state} ({by_number})"
        if rule.confirmed
        else f"{state}, BELUM DIKONFIRMASI kantor · NOT CONFIRMED ({by_number})"
    )
