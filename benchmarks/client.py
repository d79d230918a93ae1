"""Many readers at once, in a process of their own, in the words of Streamlit's websocket.

`python -m benchmarks.client PORT SESSIONS SECONDS` opens the sessions, waits for a line on standard
input, lets each change a filter every two seconds, and prints one JSON object of the times it took.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

EVERY_SECONDS = 2.0
OPEN_EACH_SECONDS = 0.05
PANEL = "-panel"
STATUSES = ("built", "under_construction", "planned", "preliminary", "upgrading", "unstated")
CITIES = ("wuhan", "ezhou", "huangshi", "huanggang", "xianning")


@dataclass
class Session:
    """One reader's tab.

    Attributes
    ----------
    panel, fragment
        The ids under which Streamlit knows the filter panel and the part of the page that it reruns.
    times_ms
        From saying each change until word that the rerun is finished.
    """

    socket: ClientConnection
    dice: random.Random
    panel: str = ""
    fragment: str = ""
    number: int = field(default_factory=lambda: int(time.time() * 1000))
    times_ms: list[float] = field(default_factory=list)

    @classmethod
    async def open(cls, port: int, seed: int) -> Self:
        """Open a session and wait until its page stands."""
        url = f"ws://127.0.0.1:{port}/_stcore/stream"
        socket = await connect(url, subprotocols=["streamlit"], max_size=None)  # type: ignore[list-item]
        session = cls(socket, random.Random(seed))  # noqa: S311 - the same readers in each run
        message = BackMsg()
        message.rerun_script.query_string = ""
        await session._ask(message)
        if not session.panel or not session.fragment:
            message_text = "the page has no filter panel"
            raise RuntimeError(message_text)
        return session

    async def work(self, seconds: float) -> None:
        """Change a filter every two seconds, beginning somewhere within the first two."""
        end = time.monotonic() + seconds
        due = time.monotonic() + self.dice.random() * EVERY_SECONDS
        while due < end:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            await self._change()
            due += EVERY_SECONDS

    async def _change(self) -> None:
        message = BackMsg()
        message.rerun_script.fragment_id = self.fragment
        self.number += 1
        state = message.rerun_script.widget_states.widgets.add()
        state.id = self.panel
        state.json_value = json.dumps({"change": {"n": self.number, "set": self._filter()}})
        start = time.perf_counter()
        await self._ask(message)
        self.times_ms.append((time.perf_counter() - start) * 1000)

    def _filter(self) -> dict[str, Any]:
        first = self.dice.randrange(2009, 2026)
        return {
            "status": self.dice.sample(STATUSES, self.dice.randrange(4)),
            "city": self.dice.sample(CITIES, self.dice.randrange(3)),
            "years": self.dice.choice([None, [first, self.dice.randrange(first, 2031)]]),
        }

    async def _ask(self, message: BackMsg) -> None:
        """Send a message and take in what comes until the rerun is finished."""
        await self.socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(await self.socket.recv(decode=False))
            kind = answer.WhichOneof("type")
            if kind == "delta":
                self._learn(answer)
            is_early = answer.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
            if kind == "script_finished" and not is_early:
                return

    def _learn(self, answer: ForwardMsg) -> None:
        self.fragment = answer.delta.fragment_id or self.fragment
        component = answer.delta.new_element.bidi_component
        if component.id.endswith(PANEL):
            self.panel = component.id


async def run(port: int, count: int, seconds: float) -> None:
    """Open sessions, let them work and tell the times of their changes."""
    sessions = []
    for seed in range(count):
        sessions.append(await Session.open(port, seed))
        await asyncio.sleep(OPEN_EACH_SECONDS)
    tell(open=len(sessions))
    await asyncio.to_thread(sys.stdin.readline)
    await asyncio.gather(*(session.work(seconds) for session in sessions))
    tell(times_ms=[took for session in sessions for took in session.times_ms])
    # The sessions stay open until the server's memory has been read.
    await asyncio.to_thread(sys.stdin.readline)


def tell(**what: object) -> None:
    """Print one JSON object for the process that started this one."""
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
