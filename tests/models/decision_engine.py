"""A real broker that only decides: it has some decisions and answers what they say."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import grpc
from pyzeebe.proto import gateway_pb2 as messages
from pyzeebe.proto.gateway_pb2_grpc import GatewayStub

from penaemas.cli.throwaway_ports import free_row
from penaemas.zeebe.broker_settings import BrokerPorts, BrokerSettings
from penaemas.zeebe.commands import Commands
from penaemas.zeebe.connection import EngineAddress, open_channel
from penaemas.zeebe.embedded_broker import EmbeddedBroker
from penaemas.zeebe.engine_answers import Resource
from penaemas.zeebe.java_runtime import find_java
from tests.engines import unpacked_engine

ANSWER_S: Final = 20.0


@dataclass(frozen=True)
class Verdict:
    """What a decision says: its result, and the ids of the rows that matched, required decisions first."""

    result: Any
    rule_ids: tuple[str, ...]


class DecisionEngine:
    """Asks the engine; the engine fails the test when it cannot evaluate."""

    def __init__(self, gateway: GatewayStub, address: EngineAddress) -> None:
        self._gateway = gateway
        self._address = address

    async def learn(self, decisions: Sequence[Resource]) -> None:
        """Deploy decisions beside those it knows already."""
        async with open_channel(self._address) as channel:
            await Commands(channel).deploy(decisions)

    def decide(self, decision_id: str, facts: Mapping[str, Any]) -> Verdict:
        request = messages.EvaluateDecisionRequest(decisionId=decision_id, variables=json.dumps(facts))
        answer = self._gateway.EvaluateDecision(request, timeout=ANSWER_S)
        assert answer.failureMessage == ""
        rules = [rule.ruleId for decision in answer.evaluatedDecisions for rule in decision.matchedRules]
        return Verdict(json.loads(answer.decisionOutput), tuple(rules))


@asynccontextmanager
async def deciding_engine(folder: Path) -> AsyncIterator[DecisionEngine]:
    """A broker of one's own in `folder`, without decisions."""
    settings = BrokerSettings(folder, BrokerPorts(*free_row(5)), feeds=None)
    broker = EmbeddedBroker(settings, home=unpacked_engine(), java=find_java())
    await broker.start()
    try:
        await broker.wait_ready()
        with grpc.insecure_channel(settings.address().grpc) as channel:
            yield DecisionEngine(GatewayStub(channel), settings.address())
    finally:
        await broker.stop()
