"""What the office deploys, and what it leaves alone because the engine has it."""

import pytest

from penaemas.zeebe.deployment import changed_models, deploy_changed
from penaemas.zeebe.models_on_disk import read_models
from tests.processes.kit.running_office import PROJECT, RunningOffice

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]


async def test_models_that_the_history_has_recorded_are_not_deployed_again(
    office_of_all_stories: RunningOffice,
) -> None:
    history, models = office_of_all_stories.history, read_models(PROJECT)
    await history.wait_until(
        lambda: set(history.queries.deployed_checksums()) >= {id_ for m in models for id_ in m.ids}
    )

    outcomes = await deploy_changed(models, history.queries.deployed_checksums(), office_of_all_stories.commands)

    assert {outcome.model.path.suffix for outcome in outcomes} >= {".bpmn", ".form"}
    assert [outcome for outcome in outcomes if outcome.version is not None] == []


async def test_a_model_that_differs_is_deployed(office_of_all_stories: RunningOffice) -> None:
    models = read_models(PROJECT)
    recorded = office_of_all_stories.history.queries.deployed_checksums()

    changed = changed_models(models, {**recorded, models[0].ids[0]: "another checksum"})

    assert changed == (models[0],)
