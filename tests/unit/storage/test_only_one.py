"""One process at a time, and no waiting for a dead one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from penaemas.storage.database import Database
from penaemas.storage.only_one import OnlyOne
from tests.databases import PostgresqlServer
from tests.waiting import wait_until

_HOLDER = """
import sys, time
from penaemas.storage.database import Database
from penaemas.storage.only_one import OnlyOne
assert OnlyOne(Database.open(sys.argv[1]), "sender").held()
print("held", flush=True)
time.sleep(600)
"""


def test_a_claim_is_held_by_one_and_free_after_its_release(any_database: Database) -> None:
    first, second = OnlyOne(any_database, "sender"), OnlyOne(any_database, "sender")

    assert (first.held(), second.held(), first.held()) == (True, False, True)
    first.release()
    assert second.held()
    second.release()


def test_claims_of_different_names_do_not_meet(any_database: Database) -> None:
    sender, other = OnlyOne(any_database, "sender"), OnlyOne(any_database, "monitoring")

    assert sender.held()
    assert other.held()
    sender.release()
    other.release()


def test_a_holder_that_is_killed_holds_nothing(any_database: Database, database_url: str) -> None:
    claim = OnlyOne(any_database, "sender")
    holder = subprocess.Popen([sys.executable, "-c", _HOLDER, database_url], stdout=subprocess.PIPE)
    assert holder.stdout
    with holder.stdout:
        assert holder.stdout.readline() == b"held\n"
        held_meanwhile = claim.held()
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()

    assert not held_meanwhile
    wait_until(claim.held, "the claim is free", seconds=5)
    claim.release()


@pytest.mark.postgresql
def test_a_lost_connection_loses_the_claim_and_it_can_be_taken_again(postgresql_server: PostgresqlServer) -> None:
    with Database.open(postgresql_server.new_database()) as database:
        claim = OnlyOne(database, "sender")
        assert claim.held()
        postgresql_server.stop()
        postgresql_server.start()

        assert claim.held()
        claim.release()
