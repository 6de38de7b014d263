"""What a diagram says to people."""

from penaemas.cli.model_gate import ROOT
from penaemas.portal.cases.diagram import read_diagram

PBG = read_diagram((ROOT / "bpmn" / "pbg_mbr_3_jam" / "pbg_mbr_3_jam.bpmn").read_bytes())


def test_elements_have_names_in_both_languages() -> None:
    assert PBG.words("Task_CheckCompleteness") == ("Periksa kelengkapan dokumen", "Check the documents")
    assert PBG.words("Task_NotThere") == ("Task_NotThere", "Task_NotThere")


def test_the_tasks_that_may_come_next_are_found_through_gateways_and_out_of_sub_processes() -> None:
    after_pre_check = [element.element_id for element in PBG.next_tasks("Task_PreCheckApplication")]
    after_signing = [element.element_id for element in PBG.next_tasks("Task_SignPermit")]

    assert "Task_RegisterApplication" in after_pre_check
    assert "Task_HandOverPermit" in after_signing


def test_every_officers_task_is_told() -> None:
    assert len(PBG.officers_tasks()) == 19
