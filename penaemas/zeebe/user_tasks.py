"""Commands to native user tasks, by the gateway's REST interface. There is no listing: lists come from the history."""

import json
import re
import ssl
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import httpx

from penaemas.zeebe.access_tokens import AccessTokens, TokensForRest
from penaemas.zeebe.connection import EngineAddress
from penaemas.zeebe.errors import EngineUnavailable, InvalidCommand
from penaemas.zeebe.gateway_calls import error_of_problem
from penaemas.zeebe.loopback import is_loopback
from penaemas.zeebe.variables import to_json

ANSWER_TIMEOUT_S = 10.0


def rest_prefix(gateway_version: str) -> str:
    """Where the gateway of that version has its user tasks: /v1 on 8.5, /v2 from 8.6.

    Raises:
        ValueError: not a version, e.g. of a gateway that does not tell.
    """
    version = re.match(r"(\d+)\.(\d+)", gateway_version)
    if version is None:
        raise ValueError(f"{gateway_version!r} is not the version of a gateway")
    return "/v1" if (int(version.group(1)), int(version.group(2))) < (8, 6) else "/v2"


class UserTasks:
    """Assigns, changes and completes user tasks. One connection pool; close it, or use it as a context manager."""

    def __init__(self, address: EngineAddress, gateway_version: str) -> None:
        """
        Args:
            gateway_version: as the topology tells it (`Commands.topology`).
        """
        self._prefix = rest_prefix(gateway_version)
        ca_file = address.ca_file
        self._client = httpx.AsyncClient(
            base_url=address.rest_url,
            timeout=ANSWER_TIMEOUT_S,
            verify=ssl.create_default_context(cafile=ca_file) if ca_file is not None else True,
            # A proxy of the environment must not come between us and an engine on this machine.
            trust_env=not is_loopback(httpx.URL(address.rest_url).host),
            auth=TokensForRest(AccessTokens(address.oauth, ca_file)) if address.oauth is not None else None,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Gives the connections back."""
        await self._client.aclose()

    async def assign(self, key: int, assignee: str, *, allow_override: bool) -> None:
        """Gives the task to an officer.

        Raises:
            NotFound: the task has ended.
            InvalidState: another has it and `allow_override` is False.
        """
        body = {"assignee": assignee, "allowOverride": allow_override, "action": "assign"}
        await self._ask(f"assign user task {key}", "POST", f"{key}/assignment", body)

    async def unassign(self, key: int) -> None:
        """Takes the task from whoever has it.

        Raises:
            NotFound: the task has ended.
        """
        await self._ask(f"unassign user task {key}", "DELETE", f"{key}/assignee", None)

    async def update(
        self,
        key: int,
        *,
        candidate_groups: Sequence[str] | None = None,
        candidate_users: Sequence[str] | None = None,
        due_at: datetime | None = None,
        follow_up_at: datetime | None = None,
    ) -> None:
        """Changes what is given and leaves the rest; an empty sequence clears.

        Raises:
            NotFound: the task has ended.
            InvalidCommand: an instant without offset, or nothing to change.
        """
        operation = f"update user task {key}"
        changes: dict[str, Any] = {}
        if candidate_groups is not None:
            changes["candidateGroups"] = list(candidate_groups)
        if candidate_users is not None:
            changes["candidateUsers"] = list(candidate_users)
        if due_at is not None:
            changes["dueDate"] = _instant(operation, due_at)
        if follow_up_at is not None:
            changes["followUpDate"] = _instant(operation, follow_up_at)
        if not changes:
            raise InvalidCommand(operation, "nothing to change")
        await self._ask(operation, "PATCH", str(key), {"changeset": changes, "action": "update"})

    async def complete(self, key: int, variables: Mapping[str, Any]) -> None:
        """Ends the task with the officer's answers. Assign it before: the engine's record then says who it was.

        Raises:
            NotFound: the task has ended.
        """
        operation = f"complete user task {key}"
        body = {"variables": json.loads(to_json(operation, variables)), "action": "complete"}
        await self._ask(operation, "POST", f"{key}/completion", body, carried_variables=True)

    async def _ask(
        self, operation: str, method: str, path: str, body: Mapping[str, Any] | None, *, carried_variables: bool = False
    ) -> None:
        try:
            answer = await self._client.request(method, f"{self._prefix}/user-tasks/{path}", json=body)
        except httpx.HTTPError as failure:
            raise EngineUnavailable(operation, type(failure).__name__) from failure
        if answer.is_success:
            return
        try:
            problem = answer.json()
        except ValueError:
            problem = None
        raise error_of_problem(operation, answer.status_code, problem, carried_variables=carried_variables)


def _instant(operation: str, instant: datetime) -> str:
    if instant.tzinfo is None:
        raise InvalidCommand(operation, "an instant without offset")
    return instant.isoformat()
