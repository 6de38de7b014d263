"""`./pena history witness`: a stand-alone co-signer, run by an inspectorate or a partner on a machine of its own."""

import argparse
import time
from pathlib import Path
from typing import Final

import uvicorn
from rich.console import Console

from penaemas.cli.problem import Problem
from penaemas.history.verification.notes import LOG_KEY, NoteRefused, VerifierKey
from penaemas.history.witness.cosigner import Cosigner
from penaemas.history.witness.server import application
from penaemas.observability import logging

HELP: Final = (
    "for an inspectorate or partner, on a machine of its own: co-sign an office's checkpoints · saksi bagi buku riwayat"
)
_PORT: Final = 8610


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its own folder and name, and whom it follows."""
    parser.add_argument("--folder", type=Path, required=True, help="folder of the witness: its key, what it has signed")
    parser.add_argument("--name", required=True, help="its name, e.g. inspectorate.example/witness")
    parser.add_argument("--key", action="append", required=True, help="published key of an installation to follow")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=_PORT, help="port to listen on (default: %(default)s)")


def run(args: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM.

    Raises:
        Problem: a key is none of an installation, or the folder cannot be used.
    """
    try:
        followed = [VerifierKey.parse(key) for key in args.key]
        if any(key.kind != LOG_KEY for key in followed):
            raise NoteRefused("the key of a witness, not of an installation")
        cosigner = Cosigner(args.folder, args.name, followed, time.time)
    except NoteRefused as error:
        raise Problem(f"--key: {error}.", "Take the line that the office's ledger/verifier_key holds.") from error
    except OSError as error:
        raise Problem(
            f"{args.folder} cannot be used: {error.strerror}.", "Name a folder that can be written."
        ) from error
    logging.configure("witness", console=True, level="info")
    Console().print(
        f"PENA_LEDGER_WITNESSES='[\"http://{args.host}:{args.port} {cosigner.verifier_key}\"]'", soft_wrap=True
    )
    uvicorn.run(application(cosigner), host=args.host, port=args.port, log_config=None, access_log=False)
    return 0
