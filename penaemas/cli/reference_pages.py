"""The reference pages that are made, not written: access, metrics, settings and the list of decisions."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from prometheus_client.metrics import MetricWrapperBase
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from penaemas import settings
from penaemas.licensing.roles import Role
from penaemas.observability import metrics
from penaemas.portal.identity.access import TABLE
from penaemas.portal.identity.fields import SEEN_BY

METRICS_PAGE: Final = """# Metrics

Made from `penaemas/observability/metrics.py` by `./pena check --write-docs`. Durations are in seconds; counters end
in `_total`.

| metric | kind | labels | meaning |
|---|---|---|---|
"""

SETTINGS_PAGE: Final = """# Settings

Made from `penaemas/settings.py` by `./pena check --write-docs`. Every setting is a variable of the environment, read
once at start. `./pena up` sets what its own children need; an office that runs the processes apart sets them by hand.

| variable | default | meaning | read by |
|---|---|---|---|
"""


DECISIONS_PAGE: Final = """# Decisions

One page per decision, with what was rejected and why. This list is made from the titles by `./pena check --write-docs`.

"""


ACCESS_PAGE: Final = """# Who may ask what

Made from `penaemas/portal/identity/access.py` and `fields.py` by `./pena check --write-docs`. A role counts in the
regions in which the officer holds it; `own region` means the region of the object that the address names. `code` is
the second factor.

| route | roles | region | code |
|---|---|---|---|
"""

FIELDS_PAGE: Final = """
## Which parts of a person's data each role sees

| kind | roles |
|---|---|
"""


def pages(docs: Path) -> dict[str, str]:
    """File name below `docs` → what it must contain."""
    return {
        "adr/README.md": DECISIONS_PAGE + "".join(_decision_lines(docs / "adr")),
        "access.md": ACCESS_PAGE + "".join(_access_lines()) + FIELDS_PAGE + "".join(_field_lines()),
        "metrics.md": METRICS_PAGE + "".join(_metric_lines()),
        "settings.md": SETTINGS_PAGE + "".join(_setting_lines()),
    }


def platform_metrics() -> tuple[MetricWrapperBase, ...]:
    """Every metric of the platform, in the order of its file."""
    return tuple(thing for thing in vars(metrics).values() if isinstance(thing, MetricWrapperBase))


def exposed_name(metric: MetricWrapperBase) -> str:
    """The name as Prometheus sees it: the client strips a counter's `_total` and adds it again when it is read."""
    family = next(iter(metric.describe()))
    return f"{family.name}_total" if family.type == "counter" else family.name


def settings_of_processes() -> tuple[type[BaseSettings], ...]:
    """Every settings class that a process builds: those that no other class extends."""
    classes = [
        thing
        for thing in vars(settings).values()
        if isinstance(thing, type) and issubclass(thing, BaseSettings) and thing.__module__ == settings.__name__
    ]
    return tuple(one for one in classes if not any(other is not one and issubclass(other, one) for other in classes))


def _decision_lines(folder: Path) -> Iterator[str]:
    for page in sorted(folder.glob("[0-9]*.md")):
        number, _, title = page.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ").partition(" · ")
        yield f"- [{number}]({page.name}) {title}\n"


def _access_lines() -> Iterator[str]:
    for route, rule in TABLE.items():
        roles = "everybody" if rule.is_public else "every officer" if rule.roles == set(Role) else _named(rule.roles)
        region = "" if rule.is_public else "own region" if rule.within else "any"
        yield f"| `{route}` | {roles} | {region} | {'yes' if rule.second_factor else ''} |\n"


def _field_lines() -> Iterator[str]:
    for field, roles in SEEN_BY.items():
        yield f"| `{field}` | {_named(roles)} |\n"


def _named(roles: frozenset[Role]) -> str:
    return ", ".join(role for role in Role if role in roles)


def _metric_lines() -> Iterator[str]:
    for metric in platform_metrics():
        family = next(iter(metric.describe()))
        labels = ", ".join(f"`{label}`" for label in metric._labelnames)
        yield f"| `{exposed_name(metric)}` | {family.type} | {labels} | {family.documentation} |\n"


def _setting_lines() -> Iterator[str]:
    readers: dict[str, list[str]] = {}
    fields: dict[str, FieldInfo] = {}
    for process in settings_of_processes():
        prefix = process.model_config.get("env_prefix", "")
        for name, field in process.model_fields.items():
            variable = f"{prefix}{name}".upper()
            fields.setdefault(variable, field)
            readers.setdefault(variable, []).append(process.__name__.removesuffix("Settings").lower())
    for variable, field in sorted(fields.items()):
        yield f"| `{variable}` | {_default(field)} | {field.description} | {', '.join(readers[variable])} |\n"


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "in the user's own folder"
    if field.default is PydanticUndefined:
        return "required"
    return "–" if field.default is None else f"`{field.default}`"
