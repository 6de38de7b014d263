"""The one table of job workers: who does which job, how long the engine waits for us, and how many run together.

Job type = path of the module below `workers/` = metric label = log field. A row here, the module, and the models that
use the job type are held together by tests/agreements.
"""

from typing import Final

from penaemas.zeebe.job_contract import JobWorker, seconds
from workers.applications.find_duplicate import find_duplicate
from workers.applications.gather_facts import gather_facts
from workers.applications.hand_over import hand_over
from workers.applications.open_case import open_case
from workers.archive.close_case import close_case
from workers.corrections.open_round import open_round
from workers.corrections.receive_round import receive_round
from workers.delegation.offer_to_stand_in import offer_to_stand_in
from workers.eligibility.compare_income import compare_income
from workers.escalations.involve_supervisor import involve_supervisor
from workers.escalations.notify_level import notify_level
from workers.escalations.record_breach import record_breach
from workers.land_registry.match_land import match_land
from workers.letters.draft_permit import draft_permit
from workers.letters.render_permit import render_permit
from workers.letters.render_rejection import render_rejection
from workers.licences.assign_number import assign_number
from workers.licences.calculate_fee import calculate_fee
from workers.licences.close_case import close_case as close_case_of_licence
from workers.licences.draw_audit_sample import draw_audit_sample
from workers.licences.issue_payment_notice import issue_payment_notice
from workers.licences.notify import notify
from workers.licences.open_case import open_case as open_case_of_licence
from workers.licences.open_round import open_round as open_round_of_licence
from workers.licences.open_window import open_window as open_window_of_licence
from workers.licences.publish import publish as publish_of_licence
from workers.licences.receive_payment import receive_payment
from workers.licences.receive_round import receive_round as receive_round_of_licence
from workers.licences.render_paper import render_paper
from workers.licences.stop_clock import stop_clock
from workers.licences.weigh_recommendations import weigh_recommendations
from workers.notices.send import send
from workers.numbering.assign_permit_number import assign_permit_number
from workers.numbering.assign_registration_number import assign_registration_number
from workers.permits.publish import publish
from workers.population_registry.verify_identity import verify_identity
from workers.public_information.close_request import close_request
from workers.public_information.extend_deadline import extend_deadline
from workers.public_information.register_request import register_request
from workers.regions.locate_building import locate_building
from workers.retribution.calculate import calculate
from workers.retribution.issue_zero_assessment import issue_zero_assessment
from workers.service_clock.declare_complete import declare_complete
from workers.service_clock.next_escalation_step import next_escalation_step
from workers.service_clock.open_window import open_window
from workers.service_clock.stop import stop
from workers.surveys.invite import invite

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
    # --- PBG MBR ---
    JobWorker("applications.open_case", open_case, timeout=seconds(20), at_once=16),
    JobWorker("applications.gather_facts", gather_facts, timeout=seconds(20), at_once=16),
    JobWorker("applications.find_duplicate", find_duplicate, timeout=seconds(20), at_once=16),
    JobWorker("applications.hand_over", hand_over, timeout=seconds(20), at_once=16),
    JobWorker("eligibility.compare_income", compare_income, timeout=seconds(20), at_once=16),
    JobWorker("regions.locate_building", locate_building, timeout=seconds(20), at_once=16),
    JobWorker("numbering.assign_registration_number", assign_registration_number, timeout=seconds(20), at_once=16),
    JobWorker("numbering.assign_permit_number", assign_permit_number, timeout=seconds(20), at_once=16),
    JobWorker("population_registry.verify_identity", verify_identity, timeout=seconds(30), at_once=16),
    JobWorker("land_registry.match_land", match_land, timeout=seconds(30), at_once=16),
    JobWorker("retribution.calculate", calculate, timeout=seconds(20), at_once=16),
    JobWorker("retribution.issue_zero_assessment", issue_zero_assessment, timeout=seconds(20), at_once=16),
    JobWorker("corrections.open_round", open_round, timeout=seconds(20), at_once=16),
    JobWorker("corrections.receive_round", receive_round, timeout=seconds(20), at_once=16),
    JobWorker("letters.draft_permit", draft_permit, timeout=seconds(30), at_once=8),
    JobWorker("letters.render_permit", render_permit, timeout=seconds(30), at_once=8),
    JobWorker("letters.render_rejection", render_rejection, timeout=seconds(30), at_once=8),
    JobWorker("permits.publish", publish, timeout=seconds(20), at_once=16),
    JobWorker("notices.send", send, timeout=seconds(20), at_once=16),
    JobWorker("surveys.invite", invite, timeout=seconds(20), at_once=16),
    JobWorker("archive.close_case", close_case, timeout=seconds(20), at_once=16),
    # --- PENA EMAS ---
    JobWorker("licences.open_case", open_case_of_licence, timeout=seconds(20), at_once=16),
    JobWorker("licences.open_window", open_window_of_licence, timeout=seconds(20), at_once=16),
    JobWorker("licences.weigh_recommendations", weigh_recommendations, timeout=seconds(20), at_once=16),
    JobWorker("licences.calculate_fee", calculate_fee, timeout=seconds(20), at_once=16),
    JobWorker("licences.issue_payment_notice", issue_payment_notice, timeout=seconds(20), at_once=16),
    JobWorker("licences.receive_payment", receive_payment, timeout=seconds(20), at_once=16),
    JobWorker("licences.render_paper", render_paper, timeout=seconds(30), at_once=8),
    JobWorker("licences.assign_number", assign_number, timeout=seconds(20), at_once=16),
    JobWorker("licences.publish", publish_of_licence, timeout=seconds(20), at_once=16),
    JobWorker("licences.notify", notify, timeout=seconds(20), at_once=16),
    JobWorker("licences.stop_clock", stop_clock, timeout=seconds(20), at_once=16),
    JobWorker("licences.draw_audit_sample", draw_audit_sample, timeout=seconds(20), at_once=16),
    JobWorker("licences.open_round", open_round_of_licence, timeout=seconds(20), at_once=16),
    JobWorker("licences.receive_round", receive_round_of_licence, timeout=seconds(20), at_once=16),
    JobWorker("licences.close_case", close_case_of_licence, timeout=seconds(20), at_once=16),
)
