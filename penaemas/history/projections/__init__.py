"""Everything that is read from the history: pure functions from a record to a row, one module per table.

A new projection is one module here, one table in `tables`, one migration, and one line in `PROJECTIONS`; then
`./pena history rebuild`.
"""

from penaemas.history.projections import (
    cases,
    decisions,
    definitions,
    escalations,
    incidents,
    messages,
    resources,
    step_statistics,
    tasks,
    timeline,
    variables,
    waits,
)
from penaemas.history.projections.projection import Projection

PROJECTIONS: tuple[Projection, ...] = (
    cases.PROJECTION,
    tasks.PROJECTION,
    timeline.PROJECTION,
    incidents.PROJECTION,
    definitions.PROJECTION,
    messages.PROJECTION,
    resources.PROJECTION,
    variables.PROJECTION,
    waits.PROJECTION,
    decisions.PROJECTION,
    escalations.PROJECTION,
    step_statistics.PROJECTION,
)
