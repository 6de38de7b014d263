"""The one table of job workers: who does which job, how long the engine waits for us, and how many run together.

Job type = path of the module below `workers/` = metric label = log field. A row here, the module, and the models that
use the job type are held together by tests/agreements.
"""

from typing import Final

from penaemas.zeebe.job_contract import JobWorker, seconds
from workers.delegation.offer_to_stand_in import offer_to_stand_in
from workers.escalations.involve_supervisor import involve_supervisor
from workers.escalations.notify_level import notify_level
from workers.escalations.record_breach import record_breach
from workers.public_information.close_request import close_request
from workers.public_information.extend_deadline import extend_deadline
from workers.public_information.register_request import register_request
from workers.service_clock.declare_complete import declare_complete
from workers.service_clock.next_escalation_step import next_escalation_step
from workers.service_clock.open_window import open_window
from workers.service_clock.stop import stop

JOBS: Final[tuple[JobWorker, ...]] = (
    # --- public information (UU 14/2008) ---
    JobWorker("public_information.register_request", register_request, timeout=seconds(20), at_once=16),
    JobWorker("public_information.extend_deadline", extend_deadline, timeout=seconds(20)),
    JobWorker("public_information.close_request", close_request, timeout=seconds(20), at_once=16),
    # --- escalations ---
    JobWorker("escalations.involve_supervisor", involve_supervisor, timeout=seconds(30)),
    JobWorker("escalations.notify_level", notify_level, timeout=seconds(30), at_once=16),
    JobWorker("escalations.record_breach", record_breach, timeout=seconds(30), at_once=16),
    JobWorker("delegation.offer_to_stand_in", offer_to_stand_in, timeout=seconds(30)),
    # --- the legal clock ---
    JobWorker("service_clock.open_window", open_window, timeout=seconds(20), at_once=16),
    JobWorker("service_clock.declare_complete", declare_complete, timeout=seconds(20), at_once=16),
    JobWorker("service_clock.stop", stop, timeout=seconds(20), at_once=16),
    # Waits for the history, so many of them at once cost little.
    JobWorker("service_clock.next_escalation_step", next_escalation_step, timeout=seconds(20), at_once=64),
)
