"""The one table of job workers: who does which job, how long the engine waits for us, and how many run together.

Job type = path of the module below `workers/` = metric label = log field. A row here, the module, and the models that
use the job type are held together by tests/agreements.
"""

from typing import Final

from penaemas.zeebe.job_contract import JobWorker, seconds
from workers.escalations.involve_supervisor import involve_supervisor
from workers.public_information.close_request import close_request
from workers.public_information.extend_deadline import extend_deadline
from workers.public_information.register_request import register_request

JOBS: Final[tuple[JobWorker, ...]] = (
    # --- public information (UU 14/2008) ---
    JobWorker("public_information.register_request", register_request, timeout=seconds(20), at_once=16),
    JobWorker("public_information.extend_deadline", extend_deadline, timeout=seconds(20)),
    JobWorker("public_information.close_request", close_request, timeout=seconds(20), at_once=16),
    # --- escalations ---
    JobWorker("escalations.involve_supervisor", involve_supervisor, timeout=seconds(30)),
)
