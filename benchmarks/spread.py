"""``python -m benchmarks.spread``: CPU time of an answer, of one process and of two behind an installed HAProxy.

By CPU time and not by answers a second: what sends the requests, HAProxy and two processes want more than two cores.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from .load import Ask, Connection
from .servers import VERSION, login, process, ready_url

CONFIGURATION = Path(__file__).parents[1] / "examples/scale/haproxy.cfg"
WORLDS, CONNECTIONS, SECONDS, ROUNDS = 500, 8, 8.0, 3


@contextmanager
def balanced(urls: list[str], folder: str) -> Iterator[tuple[str, int]]:
    """HAProxy in front of these, as the example has it: its URL and the id of its process."""
    absent = ("server one", "server two", "server three")[len(urls) :]
    lines = [line for line in CONFIGURATION.read_text().splitlines() if not line.strip().startswith(absent)]
    path = Path(folder, "haproxy.cfg")
    path.write_text("\n".join(lines) + "\n")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        addresses = {f"FAKEMANILA_{n}": url.removeprefix("http://") for n, url in enumerate(urls, 1)}
        environment = {**os.environ, **addresses, "FAKEMANILA_BIND": f"fd@{listening.fileno()}"}
        command = ["haproxy", "-q", "-db", "-f", str(path)]
        with subprocess.Popen(command, env=environment, pass_fds=[listening.fileno()]) as running:
            try:
                yield f"http://127.0.0.1:{listening.getsockname()[1]}", running.pid
            finally:
                running.terminate()


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _load(url: str) -> int:
    """Lists of shares in many worlds, in turn; returns how many were answered."""
    asks = []
    for number in range(WORLDS):
        world = f"{url}/worlds/ci-{number}"
        asks.append(Ask(f"{world}/v2/shares/detail", headers={**login(world, "demo")[0], **VERSION}).wire)
    counts, until = [0] * CONNECTIONS, time.monotonic() + SECONDS

    def call(caller: int) -> None:
        connection = Connection(Ask(url).address)
        while time.monotonic() < until:
            status, body = connection.send(asks[(caller * 13 + counts[caller]) % WORLDS])
            assert status == 200, body
            counts[caller] += 1
        connection.close()

    threads = [threading.Thread(target=call, args=(caller,)) for caller in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts)


def main() -> None:
    """Prints a row for each round and number of processes: microseconds of each of them, and of HAProxy."""
    sys.stdout.write("| processes | answers | each, µs of CPU | HAProxy | carries |\n|---:|---:|---:|---:|---:|\n")
    for _ in range(ROUNDS):
        alone = 0.0
        for count in (1, 2):
            with ExitStack() as stack:
                running = [
                    stack.enter_context(process("-m", "fakemanila", "serve", "--port", "0")) for _ in range(count)
                ]
                folder = stack.enter_context(tempfile.TemporaryDirectory())
                url, proxy = stack.enter_context(balanced([ready_url(each) for each in running], folder))
                pids = [*(each.pid for each in running), proxy]
                before = [_cpu(pid) for pid in pids]
                answers = _load(url)
                *each, front = ((_cpu(pid) - used) / answers * 1e6 for pid, used in zip(pids, before, strict=True))
            alone = alone or max(each)
            sys.stdout.write(
                f"| {count} | {answers} | {', '.join(f'{used:.0f}' for used in each)} | {front:.0f} |"
                f" {alone / max(each):.2f}x |\n"
            )


if __name__ == "__main__":
    main()
