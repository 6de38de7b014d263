"""How a moment and a state look in the terminal. Everything from the history is shown as text, never as markup."""

from datetime import datetime
from typing import Any, Final

import msgspec
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from penaemas.history.replay import CaseState, Cause, DecisionMade, Moment, ProofMark, VariableChange
from penaemas.licensing.instants import WIB

CAUSES: Final = {
    "start": "permulaan · start",
    "task": "petugas · officer",
    "job": "pekerja · worker",
    "timer": "waktu · timer",
    "message": "pesan · message",
    "operator": "operator",
    "engine": "mesin · engine",
    "unknown": "tidak diketahui · unknown",
}

# What only passes through says nothing that the rest does not say.
_QUIET: Final = frozenset({"sequence_flow_taken"})
_LONGEST_VALUE: Final = 100


def moment_line(moment: Moment) -> Text:
    """When, why, who."""
    return Text(
        f"{moment.number:>4}  {wib(moment.at)}  {cause_text(moment.cause)}  "
        f"[{moment.partition}-{moment.position}]  {proof_text(moment.proof)}"
    )


def moment_panel(moment: Moment) -> RenderableType:
    """What it changed."""
    shown = [event for event in moment.events if event.event not in _QUIET]
    parts: list[RenderableType] = [
        Text(f"      {event.event.replace('_', ' ')}: {event.element_id}{_said(event.actor)}") for event in shown
    ]
    parts += [_change(change) for change in moment.variables]
    for decision in moment.decisions:
        parts += decision_lines(decision)
    return Group(*parts)


def decision_lines(decision: DecisionMade) -> list[RenderableType]:
    """A decision with its inputs, its matched rules and their legal basis."""
    head = f"      keputusan · decision {decision.decision_name} ({decision.decision_id} v{decision.decision_version})"
    lines: list[RenderableType] = [Text(head)]
    lines.append(Text(f"        {_brief(decision.inputs)} → {_brief(decision.output)}"))
    lines += [
        Text(f"        aturan · rule {rule.rule_index}: {rule.annotation or 'tanpa keterangan · no annotation'}")
        for rule in decision.matched
    ]
    if decision.failure:
        lines.append(Text(f"        gagal · failed: {decision.failure}"))
    return lines


def state_panel(state: CaseState) -> RenderableType:
    """How the case stood."""
    case = state.case
    name = case.case_number or case.case_id or str(case.process_instance_key)
    title = f"{name} · {state.state} · {wib(state.at)} · {state.partition}-{state.position} · {proof_text(state.proof)}"
    tokens = [f"{element.element_id} ({element.tokens})" for element in state.active]
    tasks = [f"{task.element_id}{_said(task.assignee)}{_due(task.due_at)}" for task in state.tasks]
    timers = [f"{timer.element_id} {wib(timer.due_at)}" for timer in state.timers]
    jobs = [f"{job.element_id} {job.job_type}" for job in state.jobs]
    messages = [f"{message.element_id} {message.message_name}" for message in state.messages]
    incidents = [f"{one.element_id} {one.error_type} {one.error_message or ''}" for one in state.incidents]
    children = [f"{one.called_by} → {one.bpmn_process_id} {one.state}" for one in state.children]
    table = Table(show_header=False, box=None, padding=(0, 1))
    for label, lines in (
        ("aktif · active", tokens),
        ("tugas · tasks", tasks),
        ("tenggat · timers", timers),
        ("pekerjaan · jobs", jobs),
        ("pesan · messages", messages),
        ("insiden · incidents", incidents),
        ("proses anak · children", children),
    ):
        if lines:
            table.add_row(Text(label), Text("\n".join(lines)))
    variables = Table("variabel · variable", "nilai · value", "oleh · by", "posisi · position")
    for held in state.variables:
        scope = f" ({held.scope_element_id})" if held.scope_element_id else ""
        by = cause_text(held.changed_by)
        variables.add_row(Text(held.name + scope), Text(_brief(held.value)), Text(by), Text(str(held.position)))
    return Panel(Group(table, variables), title=Text(title))


def cause_text(cause: Cause) -> str:
    """Kind, actor, element and detail in one line."""
    parts = [CAUSES[cause.kind], cause.actor, cause.element_id, cause.detail]
    return " ".join(part for part in parts if part)


def proof_text(proof: ProofMark) -> str:
    """How far the proof has come."""
    if proof.state == "in_checkpoint":
        return f"✓ dalam checkpoint · in checkpoint {proof.tree_size}"
    return "○ tercatat · recorded" if proof.state == "recorded" else "○ tersimpan · stored"


def wib(moment: datetime) -> str:
    """An instant in the office's time."""
    return f"{moment.astimezone(WIB):%Y-%m-%d %H.%M.%S} WIB"


def _change(change: VariableChange) -> Text:
    scope = f" ({change.scope_element_id})" if change.scope_element_id else ""
    before = "" if change.is_new else f"{_brief(change.previous)} → "
    return Text(f"      {change.name}{scope} = {before}{_brief(change.value)}")


def _brief(value: Any) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def _said(actor: str | None) -> str:
    return f" · {actor}" if actor else ""


def _due(moment: datetime | None) -> str:
    return f" · tenggat · due {wib(moment)}" if moment else ""
