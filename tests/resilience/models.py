"""The smallest diagrams that show what the engine does with a job's answer."""

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import grpc
from pyzeebe.proto import gateway_pb2

from penaemas.zeebe.job_gateway import Backoff

if TYPE_CHECKING:
    from pyzeebe.proto.gateway_pb2_grpc import GatewayAsyncStub

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="pena">
 {error}
 <bpmn:process id="{process}" isExecutable="true">
  <bpmn:startEvent id="StartEvent_Begun"><bpmn:outgoing>Flow_In</bpmn:outgoing></bpmn:startEvent>
  <bpmn:sequenceFlow id="Flow_In" sourceRef="StartEvent_Begun" targetRef="Task_Work"/>
  <bpmn:serviceTask id="Task_Work">
   <bpmn:extensionElements><zeebe:taskDefinition type="{job_type}"/></bpmn:extensionElements>
   <bpmn:incoming>Flow_In</bpmn:incoming><bpmn:outgoing>Flow_Out</bpmn:outgoing>
  </bpmn:serviceTask>
  <bpmn:sequenceFlow id="Flow_Out" sourceRef="Task_Work" targetRef="EndEvent_Done"/>
  <bpmn:endEvent id="EndEvent_Done"><bpmn:incoming>Flow_Out</bpmn:incoming></bpmn:endEvent>
  {other_path}
 </bpmn:process>
</bpmn:definitions>"""

_ERROR = '<bpmn:error id="Error_Rejected" errorCode="{code}"/>'

_OTHER_PATH = """
  <bpmn:boundaryEvent id="BoundaryEvent_Rejected" attachedToRef="Task_Work">
   <bpmn:outgoing>Flow_Rejected</bpmn:outgoing>
   <bpmn:errorEventDefinition id="Definition_Rejected" errorRef="Error_Rejected"/>
  </bpmn:boundaryEvent>
  <bpmn:sequenceFlow id="Flow_Rejected" sourceRef="BoundaryEvent_Rejected" targetRef="EndEvent_Rejected"/>
  <bpmn:endEvent id="EndEvent_Rejected"><bpmn:incoming>Flow_Rejected</bpmn:incoming></bpmn:endEvent>"""


class Example:
    """A process with one service task, deployed; process id and job type are told apart by the name."""

    def __init__(self, gateway: "GatewayAsyncStub", name: str) -> None:
        self.process = f"example_{name}"
        self.job_type = f"example.{name}"
        self._gateway = gateway

    async def deploy(self, *, rejected_by: str | None = None) -> "Example":
        """rejected_by: the BPMN error code that a boundary event catches."""
        model = _HEAD.format(
            process=self.process,
            job_type=self.job_type,
            error=_ERROR.format(code=rejected_by) if rejected_by else "",
            other_path=_OTHER_PATH if rejected_by else "",
        )
        resource = gateway_pb2.Resource(name=f"{self.process}.bpmn", content=model.encode())
        request = gateway_pb2.DeployResourceRequest(resources=[resource])
        await _through_trouble(lambda: self._gateway.DeployResource(request))
        return self

    async def begin(self, case_id: str = "CASE-1") -> int:
        """Starts a case, through back-pressure; gives its process instance key."""
        request = gateway_pb2.CreateProcessInstanceRequest(
            bpmnProcessId=self.process, version=-1, variables=json.dumps({"case_id": case_id})
        )
        started = await _through_trouble(lambda: self._gateway.CreateProcessInstance(request))
        key: int = started.processInstanceKey
        return key


async def _through_trouble(call: Callable[[], Awaitable[Any]]) -> Any:
    """A call of the test itself, repeated while the engine pushes back or is not there yet."""
    backoff = Backoff()
    while True:
        try:
            return await call()
        except grpc.aio.AioRpcError as error:
            if error.code() not in (grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.UNAVAILABLE):
                raise
            await backoff.wait()
