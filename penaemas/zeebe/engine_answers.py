"""What commands carry and what the engine answers, as plain values."""

from dataclasses import dataclass

from pyzeebe.proto import gateway_pb2 as messages


@dataclass(frozen=True)
class Resource:
    """A file to deploy; the suffix of `name` (.bpmn, .dmn, .form) tells the engine what it is."""

    name: str
    content: bytes


@dataclass(frozen=True)
class DeployedProcess:
    """A process as the engine now has it. A file that did not change keeps its version and key."""

    process_id: str
    version: int
    key: int
    resource_name: str


@dataclass(frozen=True)
class DeployedDecision:
    """A decision as the engine now has it."""

    decision_id: str
    version: int
    key: int
    requirements_id: str


@dataclass(frozen=True)
class DeployedForm:
    """A form as the engine now has it."""

    form_id: str
    version: int
    key: int
    resource_name: str


@dataclass(frozen=True)
class Deployed:
    """The answer to a deployment. `key` is the deployment's own."""

    key: int
    processes: tuple[DeployedProcess, ...]
    decisions: tuple[DeployedDecision, ...]
    forms: tuple[DeployedForm, ...]


@dataclass(frozen=True)
class PartitionState:
    """A partition as one broker holds it. `role`: LEADER, FOLLOWER or INACTIVE."""

    partition_id: int
    role: str
    healthy: bool


@dataclass(frozen=True)
class BrokerNode:
    """One broker of the cluster."""

    node_id: int
    version: str
    partitions: tuple[PartitionState, ...]


@dataclass(frozen=True)
class Topology:
    """The cluster as the gateway sees it."""

    gateway_version: str
    partitions_count: int
    brokers: tuple[BrokerNode, ...]

    @property
    def takes_commands(self) -> bool:
        """Whether every partition has a healthy leader."""
        led = {
            partition.partition_id
            for broker in self.brokers
            for partition in broker.partitions
            if partition.role == "LEADER" and partition.healthy
        }
        return self.partitions_count > 0 and len(led) == self.partitions_count


def deployed(answer: messages.DeployResourceResponse) -> Deployed:
    """The answer to a deployment in our words."""
    entries = answer.deployments
    return Deployed(
        key=answer.key,
        processes=tuple(
            DeployedProcess(
                process_id=entry.process.bpmnProcessId,
                version=entry.process.version,
                key=entry.process.processDefinitionKey,
                resource_name=entry.process.resourceName,
            )
            for entry in entries
            if entry.HasField("process")
        ),
        decisions=tuple(
            DeployedDecision(
                decision_id=entry.decision.dmnDecisionId,
                version=entry.decision.version,
                key=entry.decision.decisionKey,
                requirements_id=entry.decision.dmnDecisionRequirementsId,
            )
            for entry in entries
            if entry.HasField("decision")
        ),
        forms=tuple(
            DeployedForm(
                form_id=entry.form.formId,
                version=entry.form.version,
                key=entry.form.formKey,
                resource_name=entry.form.resourceName,
            )
            for entry in entries
            if entry.HasField("form")
        ),
    )


def topology(answer: messages.TopologyResponse) -> Topology:
    """The gateway's view of the cluster in our words."""
    return Topology(
        gateway_version=answer.gatewayVersion,
        partitions_count=answer.partitionsCount,
        brokers=tuple(_broker_node(broker) for broker in answer.brokers),
    )


def _broker_node(broker: messages.BrokerInfo) -> BrokerNode:
    return BrokerNode(
        node_id=broker.nodeId,
        version=broker.version,
        partitions=tuple(
            PartitionState(
                partition_id=partition.partitionId,
                role=messages.Partition.PartitionBrokerRole.Name(partition.role),
                healthy=partition.health == messages.Partition.HEALTHY,
            )
            for partition in broker.partitions
        ),
    )
