"""The portal can serve every form, and says every rule of the case files in Indonesian too."""

import ast
from collections.abc import Iterator
from dataclasses import replace

from penaemas.cli.model_gate import ROOT, unserved_forms
from penaemas.portal.forms.rules_of_case_files import indonesian_of
from penaemas.zeebe.models_on_disk import ModelKind, read_models

OFFICERS_RULES = (
    *sorted((ROOT / "penaemas" / "casefiles" / "pbg").glob("step_form*.py")),
    ROOT / "penaemas" / "casefiles" / "step_entries.py",
    ROOT / "penaemas" / "casefiles" / "pbg" / "steps.py",
    ROOT / "penaemas" / "casefiles" / "information_request_forms.py",
    ROOT / "penaemas" / "licensing" / "numbering.py",
)
# Of the applicant's own form, of a caller that names no step, and a sentence that is another's whole.
ELSEWHERE = (
    "is neither an e-mail address nor a mobile number; write name@example.id or 0812…",
    "is no officer's step of this process",
    "use an id of the diagram",
)


def test_the_portal_serves_every_form() -> None:
    assert list(unserved_forms(read_models(ROOT))) == []


def test_a_form_beyond_what_the_portal_serves_stops_the_gate() -> None:
    one = next(model for model in read_models(ROOT) if model.kind is ModelKind.FORM and b'"=' in model.content)

    broken = replace(one, content=one.content.replace(b'"=', b'"=count(x) > 1 and ', 1))

    assert [fault.reason[:40] for fault in unserved_forms([broken])] == ["its condition is not of the FEEL we serv"]


def test_every_rule_of_the_officers_forms_is_said_in_indonesian() -> None:
    said = {sentence for path in OFFICERS_RULES for sentence in sentences(ast.parse(path.read_text(encoding="utf-8")))}
    parts = {part for sentence in said if sentence not in ELSEWHERE for part in sentence.split("; ", 1) if part != "6"}

    assert len(parts) > 40
    assert sorted(part for part in parts if indonesian_of(part) is None) == []


def sentences(tree: ast.AST) -> Iterator[str]:
    """What `raise ValueError("rule; fix")`, `Fault(field, rule, fix)` and `rule = …` say; a placeholder is a word."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in ("ValueError", "NumberInvalid"):
                yield from map(text, node.args[:1])
            if node.func.id == "Fault":
                yield from (text(part) for part in node.args[1:] if not isinstance(part, ast.Name))
        if isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id == "rule" for to in node.targets):
            yield text(node.value)


def text(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "6" for part in node.values)
    assert isinstance(node, ast.Constant), ast.dump(node)
    return str(node.value)
