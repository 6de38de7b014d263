"""What is personal can be read by the office alone, and by nobody once it is erased."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, select, text, update

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.commitments import digest_of, verify
from penaemas.casefiles.person_vault import PersonErased, PersonVault, WrongMasterKey
from penaemas.casefiles.tables import case_file, commitment, metadata, personal_field
from tests.offices import MASTER_KEY, MONDAY_NINE, SUMEDANG, request_of


async def a_registered_request(office: Office, request_id: str = "a", name: str = "Budi Rekaan") -> tuple[str, str]:
    """Case id and person id."""
    receipt = await office.information_requests.submit(request_of(name), request_id=request_id, by="counter.1")
    await office.information_requests.register(receipt.case_id, SUMEDANG)
    with office.database.reading() as connection:
        found = select(case_file.c.person_id).where(case_file.c.case_id == receipt.case_id)
        return receipt.case_id, connection.execute(found).scalar_one()


def everything_stored(connection: Connection) -> str:
    """Every value of every row of every table."""
    return "\n".join(
        str(bytes(value) if isinstance(value, memoryview) else value)
        for table in metadata.sorted_tables
        for row in connection.execute(select(table))
        for value in row
    )


async def test_no_personal_value_stands_in_clear_anywhere(office: Office) -> None:
    entry = request_of()
    await a_registered_request(office)

    with office.database.reading() as connection:
        stored = everything_stored(connection)

    assert "submission" not in entry.personal_values().values()
    assert [value for value in entry.personal_values().values() if value in stored] == []
    assert "submit_request" in stored  # the scan does see what stands in clear


async def test_an_erased_person_cannot_be_read_again(office: Office) -> None:
    case_id, person_id = await a_registered_request(office)

    with office.database.transaction() as connection:
        office.vault.erase(connection, person_id, MONDAY_NINE)

    with pytest.raises(PersonErased):
        await office.information_requests.request_as_read_by(case_id, "ppid.sumedang")


async def test_erasing_one_person_leaves_the_others(office: Office) -> None:
    _, erased = await a_registered_request(office, "a")
    other_case, _ = await a_registered_request(office, "b", name="Ani Contoh")

    with office.database.transaction() as connection:
        office.vault.erase(connection, erased, MONDAY_NINE)

    content = await office.information_requests.request_as_read_by(other_case, "ppid.sumedang")
    assert content["requester_name"] == "Ani Contoh"


async def test_an_erased_person_is_not_found_any_more(office: Office) -> None:
    _, person_id = await a_registered_request(office)
    with office.database.transaction() as connection:
        found_before = office.vault.find(connection, "contact", " BUDI.rekaan@example.id")
        office.vault.erase(connection, person_id, MONDAY_NINE)
        found_after = office.vault.find(connection, "contact", "budi.rekaan@example.id")

    assert (found_before, found_after) == ((person_id,), ())


async def test_a_commitment_opens_with_its_content_and_no_other(office: Office) -> None:
    case_id, _ = await a_registered_request(office)
    content = request_of().personal_values()

    with office.database.reading() as connection:
        assert verify(connection, case_id, "request", 1, content) is True
        assert verify(connection, case_id, "request", 1, content | {"purpose": "Skripsi"}) is False


async def test_erasing_keeps_the_commitment_and_destroys_its_salt(office: Office) -> None:
    case_id, person_id = await a_registered_request(office)
    with office.database.transaction() as connection:
        digest, salt = connection.execute(select(commitment.c.digest, commitment.c.salt)).one()
        office.vault.erase(connection, person_id, MONDAY_NINE)

    with office.database.reading() as connection:
        assert verify(connection, case_id, "request", 1, request_of().personal_values()) is None
        assert connection.execute(select(commitment.c.digest, commitment.c.salt)).one() == (digest, None)
    # Whoever kept the salt and the content elsewhere can still prove them against the ledger.
    assert digest_of(bytes(salt), request_of().personal_values()) == digest


async def test_a_row_moved_to_another_case_does_not_open(office: Office) -> None:
    victim, _ = await a_registered_request(office, "a")
    other, other_person = await a_registered_request(office, "b", name="Ani Contoh")
    with office.database.transaction() as connection:
        stolen = select(personal_field.c.ciphertext).where(
            personal_field.c.case_id == victim, personal_field.c.name == "requester_name"
        )
        connection.execute(
            update(personal_field)
            .where(personal_field.c.case_id == other, personal_field.c.name == "requester_name")
            .values(ciphertext=connection.execute(stolen).scalar_one())
        )

    with pytest.raises(WrongMasterKey):
        await office.information_requests.request_as_read_by(other, "ppid.sumedang")


def test_another_master_key_is_noticed_at_the_start(office: Office) -> None:
    with office.database.transaction() as connection:
        PersonVault(MASTER_KEY).check_master_key(connection)
        PersonVault(MASTER_KEY).check_master_key(connection)

    with pytest.raises(WrongMasterKey), office.database.transaction() as connection:
        PersonVault(bytes(32)).check_master_key(connection)


async def test_seeing_personal_data_is_recorded_before_it_is_shown(office: Office) -> None:
    case_id, _ = await a_registered_request(office)

    await office.information_requests.request_as_read_by(case_id, "ppid.sumedang")

    with office.database.reading() as connection:
        last = office.acts.after(connection, 0, limit=10)[-1]
    assert (last.actor, last.action, last.case_id) == ("ppid.sumedang", "view_personal_data", case_id)


async def test_who_may_not_be_recorded_may_not_see(office: Office) -> None:
    case_id, _ = await a_registered_request(office)
    with office.database.transaction() as connection:
        connection.execute(text("ALTER TABLE act RENAME TO act_out_of_reach"))

    with pytest.raises(Exception, match="act"):
        await office.information_requests.request_as_read_by(case_id, "ppid.sumedang")
