"""`fakemanila serve`."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from . import parameters
from .console import Unwritable, echo, note
from .parameters import FileToRead

if TYPE_CHECKING:
    from ..http.public_address import PublicAddress
    from ..http.server import Server
    from ..world.state.file import StateFile
    from ..world.worlds import Worlds

_ENDS = (signal.SIGINT, signal.SIGTERM)
_YOUNG = 20_000
"""New objects between two looks for garbage. Requests leave hardly any garbage, and a dozen objects that stay."""


def _given(ctx: click.Context, options: dict[str, Any]) -> dict[str, Any]:
    """The settings that somebody has given on the command line, or in the environment: they go before a scenario's."""
    default = ParameterSource.DEFAULT
    given = {name: value for name, value in options.items() if ctx.get_parameter_source(name) != default}
    if "clock" in given or "rate" in given:
        given["rate"] = 0.0 if given.pop("clock", "real") == "manual" else options["rate"]
    return given


def _tls(
    ctx: click.Context, kind: str | None, certificate: Path | None, key: Path | None, cacert: Path | None, host: str
) -> tuple[tuple[str, str] | None, str | None]:
    """The files of the server's certificate and key, and that of the authority where one is made on the spot.

    Raises ValueError and ImportError.
    """
    if kind is not None:
        if certificate or key:
            raise click.UsageError("--tls makes a new certificate, so it doesn't go with --tls-cert and --tls-key")
        from ..http.certificates import Certificates

        try:
            public: PublicAddress | None = ctx.params["public_url"]
            made = Certificates(kind, [host] if public is None else [host, public.hostname], cacert)
        except OSError as error:
            raise ValueError(f"--tls: {error}") from None
        ctx.call_on_close(made.close)
        return (made.server, made.server), made.cacert
    if cacert is not None:
        raise click.UsageError("--tls-cacert is for the authority that --tls makes")
    if certificate is None and key is None:
        return None, None
    if certificate is None or key is None:
        raise click.UsageError("--tls-cert and --tls-key belong together")
    from ..http.tls_files import check

    check(certificate, key)
    return (str(certificate), str(key)), None


def _client_ca(client_ca: Path | None, tls: object) -> str | None:
    if client_ca is None:
        return None
    if tls is None:
        raise click.UsageError("--client-ca: client certificates need TLS: give --tls or --tls-cert too")
    from ..http.tls_files import check_authority

    check_authority(client_ca)
    return str(client_ca)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", default=8786, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 takes any free one."
)
@click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    callback=parameters.as_scenarios,
    metavar="FILE|NAME",
    help="The initial state of worlds: a file or a shipped scenario; may be repeated.",
)
@click.option(
    "--backend",
    "backends",
    multiple=True,
    callback=parameters.as_backends,
    metavar="NAME=PROTOCOLS|YAML",
    help="A backend instead of the built-in ones, such as ceph=CEPHFS; may be repeated.",
)
@click.option("--seed", default=0, show_default=True, type=int, help="Seed of ids, delays and faults.")
@click.option(
    "--clock",
    type=click.Choice(["real", "manual"]),
    default="real",
    show_default=True,
    help="real: time runs; manual: it stands still until you advance it.",
)
@click.option(
    "--rate",
    default=1.0,
    show_default=True,
    type=click.FloatRange(min=0, min_open=True),
    help="World seconds per real second.",
)
@click.option(
    "--identity",
    type=click.Choice(["strict", "open"]),
    default="strict",
    show_default=True,
    help="strict: users need their password; open: anybody can log in.",
)
@click.option(
    "--token-ttl", callback=parameters.as_duration, default="1h", show_default=True, help="How long a token is valid."
)
@click.option("--strict", is_flag=True, help="Refuse what the API reference doesn't cover.")
@click.option(
    "--services",
    callback=parameters.as_services,
    default="manila",
    show_default=True,
    metavar="all|manila|LIST",
    help="Services other than Manila to enable, such as network.",
)
@click.option(
    "--release",
    callback=parameters.as_release,
    default="2026.2",
    show_default=True,
    help="The OpenStack release to emulate, 2025.1 or later, or its code name.",
)
@click.option(
    "--min-microversion",
    callback=parameters.as_microversion,
    default="2.0",
    show_default=True,
    help="The oldest microversion to serve.",
)
@click.option(
    "--max-microversion",
    callback=parameters.as_microversion,
    default="2.99",
    show_default=True,
    help="The newest microversion to serve.",
)
@click.option(
    "--policy", "policy_file", type=FileToRead(), help="An operator's policy.yaml (needs the extra 'policy')."
)
@click.option(
    "--state", "state_file", type=click.Path(dir_okay=False, path_type=Path), help="Keep the worlds in this file."
)
@click.option(
    "--state-sync",
    type=click.Choice(["soon", "always"]),
    default="soon",
    show_default=True,
    help="always: each response waits until its changes are on the disk.",
)
@click.option(
    "--control-token",
    envvar=["FAKEMANILA_SERVE_CONTROL_TOKEN", "FAKEMANILA_CONTROL_TOKEN"],
    help="The token that the control plane requires; made if one is needed and you give none.",
)
@click.option(
    "--tls",
    is_flag=False,
    flag_value="valid",
    type=click.Choice(["valid", "expired", "wrong-name", "unknown-ca"]),
    help="HTTPS with a new certificate, a valid or a bad one (needs the extra 'tls').",
)
@click.option(
    "--tls-cacert",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the certificate of the authority that --tls makes.",
)
@click.option(
    "--client-ca",
    type=FileToRead(),
    help="Require client certificates from this authority.",
)
@click.option("--tls-cert", type=FileToRead(), help="A certificate with its chain; the server then speaks HTTPS only.")
@click.option("--tls-key", type=FileToRead(), help="The certificate's key.")
@click.option(
    "--public-url",
    callback=parameters.as_public_address,
    metavar="URL",
    help="The address in links and catalogs, if it isn't the one that requests are sent to.",
)
@click.option("--trust-proxy", is_flag=True, help="Take that address from Forwarded and X-Forwarded-* of a proxy.")
@click.option(
    "--no-extensions",
    is_flag=True,
    is_eager=True,  # other options may name what extensions add
    expose_value=False,
    callback=parameters.load_extensions,
    help="Leave out what installed packages add.",
)
@click.option("--hooks", is_flag=True, help="Run the commands and webhooks of scenarios.")
@click.option(
    "--journal-size",
    type=click.IntRange(0),
    default=10_000,
    show_default=True,
    help="Number of requests that the journal of a world keeps.",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Format of the request log on standard error.",
)
@click.pass_context
def serve(
    ctx: click.Context,
    /,
    host: str,
    port: int,
    scenarios: tuple[Path, ...],
    backends: list[dict[str, Any]],
    policy_file: Path | None,
    state_file: Path | None,
    state_sync: str,
    control_token: str | None,
    tls: str | None,
    tls_cacert: Path | None,
    client_ca: Path | None,
    tls_cert: Path | None,
    tls_key: Path | None,
    public_url: PublicAddress | None,
    trust_proxy: bool,
    hooks: bool,
    journal_size: int,
    log_format: str,
    **options: Any,
) -> int:
    """Run the server until it is interrupted."""
    gc.disable()  # nothing of what is loaded now is ever garbage; to look for some takes a twelfth of the start
    ctx.call_on_close(gc.enable)
    from ..app import application
    from ..control.access import Access
    from ..http.access_log import RequestLog
    from ..http.output import detached
    from ..http.server import Server
    from ..manila.policy import Policy
    from ..scenario.scenario import Scenario
    from ..world.world import Settings
    from ..world.worlds import Worlds

    try:
        policy = Policy.load_defaults() if policy_file is None else Policy.from_file(policy_file)
        named = [{"backends": backends}] if backends else []
        base = Settings(policy=policy, journal_size=journal_size, hooks=hooks)
        settings = Scenario.load(*scenarios, *named).settings(base)
        settings = replace(settings, **_given(ctx, options))
        try:
            settings.check_microversions()
        except ValueError as error:
            told = str(error).removeprefix("min_microversion: ").replace("max_micro", "--max-micro")
            raise click.BadParameter(told, param_hint="--min-microversion") from None
        errors = ctx.with_resource(detached())  # from here on nothing that is written holds anything up
        worlds = Worlds(settings, log=RequestLog(errors, log_format))
        worlds.get()  # a scenario that no world can be made from is told now
        access = Access.bound_to(host, control_token)
        files, worlds.cacert = _tls(ctx, tls, tls_cert, tls_key, tls_cacert, host)
        authority = _client_ca(client_ca, files)
    except (ValueError, ImportError, RuntimeError) as error:  # RuntimeError where the extra for policies is missing
        raise click.ClickException(str(error)) from None
    if access.token is not None and control_token is None:
        note(f"control token: {access.token}")
    try:
        keeper = worlds.state_file = None if state_file is None else _keeper(state_file, worlds, state_sync)
        app = application(worlds, access, public_url, trust_proxy=trust_proxy)
        server = Server(app, host, port, stopping=worlds.stopping, tls=files, client_ca=authority, log=worlds.log)
    except (OSError, ValueError) as error:  # ValueError for a host's name that is none
        raise click.ClickException(f"cannot listen on {host} port {port}: {error}") from None
    try:
        if keeper is not None:
            keeper.load()
            keeper.start()
    except ValueError as error:
        server.stop()
        raise click.ClickException(str(error)) from None
    gc.freeze()
    before = gc.get_threshold()
    ctx.call_on_close(lambda: gc.set_threshold(*before))
    gc.set_threshold(max(before[0], _YOUNG), *before[1:])
    gc.enable()
    serve_until_signal(server, _lines(server.url, worlds.cacert))
    if keeper is not None:
        try:
            keeper.stop()
        except ValueError as error:
            raise click.ClickException(str(error)) from None
    return 0  # whether or not anybody has read what was printed


def _keeper(path: Path, worlds: Worlds, sync: str) -> StateFile:
    from ..world.state.file import StateFile  # with SQLite, which few servers need

    return StateFile(path, worlds, always=sync == "always")


def ready_line(url: str, cacert: str | None = None) -> str:
    """What whoever has started a server waits for."""
    return f"fakemanila ready url={url} auth_url={url}/identity/v3" + (f" cacert={cacert}" if cacert else "")


def _lines(url: str, cacert: str | None) -> list[str]:
    lines = [ready_line(url, cacert)]
    if sys.stdout is not None and sys.stdout.isatty():
        from ..python.environment import password, shell_lines

        lines += [*shell_lines(url, password("demo"), cacert), f"# dashboard: {url}/_fakemanila/ui/"]
    return lines


def serve_until_signal(server: Server, lines: Sequence[str]) -> None:
    """Serves from a thread, prints `lines`, and waits here, where signals arrive."""
    import socket  # the server has it by now; help and mistakes do without

    arrived, told = socket.socketpair()
    with arrived, told:
        # Python writes the number there as it comes. A handler that puts it into a queue may be run in the middle of
        # the wait for the queue, and on a busy machine one of a thousand such waits never ends.
        told.setblocking(False)
        signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
        for number in _ENDS:
            signal.signal(number, lambda *_: None)
        server.start()
        with suppress(Unwritable):  # nobody reads it, which is no reason to serve nobody
            echo(*lines)
        while arrived.recv(1)[0] not in _ENDS:
            pass
        signal.set_wakeup_fd(-1)
    server.stop()
