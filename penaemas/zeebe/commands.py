"""Commands to the engine by gRPC: typed, each with a deadline, failing with one of `zeebe.errors`, none retried here.

Creating an instance and waiting for its result is missing on purpose: it is the one record that no feed carries, so
the history could not be proved complete.
"""

from collections.abc import Awaitable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast

import grpc
from pyzeebe.proto import gateway_pb2 as messages
from pyzeebe.proto.gateway_pb2_grpc import GatewayStub

from penaemas.zeebe.engine_answers import Deployed, Resource, Topology, deployed, topology
from penaemas.zeebe.errors import EngineError
from penaemas.zeebe.gateway_calls import error_of_deployment, error_of_rpc
from penaemas.zeebe.variables import to_json

if TYPE_CHECKING:  # exists for type checkers only
    from pyzeebe.proto.gateway_pb2_grpc import GatewayAsyncStub

ANSWER_DEADLINE = timedelta(seconds=10)
# The engine parses every diagram and waits until all partitions have them.
DEPLOY_DEADLINE = timedelta(seconds=60)

Answer = TypeVar("Answer")


class Commands:
    """The commands the product uses. Holds a channel that its maker closes (`connection.open_channel`)."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._gateway = cast("GatewayAsyncStub", GatewayStub(channel))

    async def topology(self) -> Topology:
        """The cluster's brokers and partitions."""
        answer = await _answered("topology", self._gateway.Topology(messages.TopologyRequest(), timeout=_s()))
        return topology(answer)

    async def deploy(self, resources: Sequence[Resource]) -> Deployed:
        """Deploys all files or none.

        Raises:
            InvalidCommand: a file is refused; `element_id` and `reason` say where and why.
        """
        request = messages.DeployResourceRequest(
            resources=[messages.Resource(name=resource.name, content=resource.content) for resource in resources]
        )
        try:
            answer = await self._gateway.DeployResource(request, timeout=_s(DEPLOY_DEADLINE))
        except grpc.aio.AioRpcError as failure:
            raise error_of_deployment(failure) from failure
        return deployed(answer)

    async def start_by_message(
        self, name: str, case_id: str, variables: Mapping[str, Any], *, time_to_live: timedelta
    ) -> int:
        """Starts the case by its message start event, at most once while the message lives. Returns the message's key.

        The case id is message id and correlation key, so the engine refuses a second start as long as the first message
        lives: give it a long life. After that only the case file's own row guards.

        Raises:
            AlreadyExists: the case was started before.
        """
        return await self.publish(name, case_id, case_id, variables, time_to_live=time_to_live)

    async def publish(
        self,
        name: str,
        correlation_key: str,
        message_id: str,
        variables: Mapping[str, Any],
        *,
        time_to_live: timedelta,
    ) -> int:
        """Publishes a message. Returns its key; that somebody received it is for the history to say.

        Raises:
            AlreadyExists: a message with this id lives already.
        """
        operation = f"publish {name} {message_id}"
        request = messages.PublishMessageRequest(
            name=name,
            correlationKey=correlation_key,
            messageId=message_id,
            timeToLive=round(time_to_live / timedelta(milliseconds=1)),
            variables=to_json(operation, variables),
        )
        call = self._gateway.PublishMessage(request, timeout=_s())
        return int((await _answered(operation, call, carried_variables=True)).key)

    async def broadcast(self, signal_name: str) -> None:
        """Wakes whatever waits for the signal now. Nothing is kept for who comes later; twice does no harm."""
        request = messages.BroadcastSignalRequest(signalName=signal_name, variables="{}")
        await _answered(f"broadcast {signal_name}", self._gateway.BroadcastSignal(request, timeout=_s()))

    async def cancel(self, process_instance_key: int) -> None:
        """Ends a case with everything in it.

        Raises:
            NotFound: it has ended already.
        """
        request = messages.CancelProcessInstanceRequest(processInstanceKey=process_instance_key)
        await _answered(
            f"cancel instance {process_instance_key}", self._gateway.CancelProcessInstance(request, timeout=_s())
        )

    async def set_variables(self, element_instance_key: int, variables: Mapping[str, Any], *, local: bool) -> None:
        """Sets variables: `local` in exactly this scope, otherwise where each is already known, else outermost.

        Raises:
            NotFound: the scope has ended.
        """
        operation = f"set variables of {element_instance_key}"
        request = messages.SetVariablesRequest(
            elementInstanceKey=element_instance_key, variables=to_json(operation, variables), local=local
        )
        await _answered(operation, self._gateway.SetVariables(request, timeout=_s()), carried_variables=True)

    async def resolve_incident(self, incident_key: int) -> None:
        """Lets the engine try again what failed. Raise a job's retries first, or the incident comes back.

        Raises:
            NotFound: it is resolved already, or its case has ended.
        """
        request = messages.ResolveIncidentRequest(incidentKey=incident_key)
        await _answered(f"resolve incident {incident_key}", self._gateway.ResolveIncident(request, timeout=_s()))

    async def update_retries(self, job_key: int, retries: int) -> None:
        """Gives a job so many tries more; at least 1.

        Raises:
            NotFound: the job has ended.
            InvalidCommand: fewer than 1.
        """
        request = messages.UpdateJobRetriesRequest(jobKey=job_key, retries=retries)
        await _answered(f"update retries of job {job_key}", self._gateway.UpdateJobRetries(request, timeout=_s()))


async def _answered(operation: str, call: Awaitable[Answer], *, carried_variables: bool = False) -> Answer:
    try:
        return await call
    except grpc.aio.AioRpcError as failure:
        error: EngineError = error_of_rpc(operation, failure, carried_variables=carried_variables)
        # The cause's own text repeats the gateway's words, which we may just have withheld.
        raise error from (None if carried_variables else failure)


def _s(deadline: timedelta = ANSWER_DEADLINE) -> float:
    return deadline.total_seconds()
