"""The SMTP server of `./pena bench messages`: takes every mail and keeps none. Prints its port, serves until killed."""

import asyncio
from typing import Any

from aiosmtpd.smtp import SMTP


class Taking:
    """Answers for everything."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """The mail is taken."""
        return "250 2.0.0 taken"


async def serve() -> None:
    """Serve on a port of its own."""
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(Taking()), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
