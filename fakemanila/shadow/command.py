"""`fakemanila shadow`."""

from __future__ import annotations

from pathlib import Path

import click

from .. import files
from ..cli.console import echo, note, progress
from ..cli.serving import ready_line, serve_until_signal
from ..control.access import Access
from ..http.server import Server
from ..importing.options import check_clients, opened, os_cloud_option


@click.command("shadow")
@os_cloud_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", default=8786, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 takes any free one."
)
@click.option(
    "--project",
    "projects",
    multiple=True,
    metavar="NAME|ID",
    help="Read this project only; may be repeated. Default: all that the user sees.",
)
@click.option(
    "--save",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="At the end, write the requests to this file as a scenario that can be played again.",
)
@click.option("--fail-on-drift", is_flag=True, help="Exit with status 1 if something differed.")
@click.option(
    "--control-token",
    envvar="FAKEMANILA_CONTROL_TOKEN",
    show_envvar=True,
    help="The token that the control plane requires; made if one is needed and you give none.",
)
def shadow_command(
    os_cloud: str,
    host: str,
    port: int,
    projects: tuple[str, ...],
    save: Path | None,
    fail_on_drift: bool,
    control_token: str | None,
) -> int:
    """Run as a proxy in front of a real cloud, and record where fakemanila would have answered otherwise.

    Clients use this address for the real Manila and Keystone. The same requests go to a world that starts from what the
    cloud's user sees. Differences are listed at /_fakemanila/drift. Tokens are never written to disk.
    """
    check_clients("shadow")
    from ..importing.cloud import CloudError
    from ..importing.imported import read_cloud
    from .beside import Beside
    from .front import Shadow
    from .upstream import Upstream

    if save is not None and not save.parent.is_dir():
        raise click.BadParameter(f"the folder {str(save.parent)!r} does not exist", param_hint="--save")
    try:
        access = Access.bound_to(host, control_token)
        cloud = opened(os_cloud)
        found = read_cloud(cloud, projects)
        beside = Beside(found.scenario, access)
        manila, identity = cloud.services()
    except (CloudError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    finally:
        progress("")
    if access.token is not None and control_token is None:
        note(f"control token: {access.token}")
    verify = True if cloud.session.verify is None else cloud.session.verify
    upstream = Upstream(manila, identity, verify=verify, cert=cloud.session.cert)
    shadow = Shadow(upstream, beside)
    try:
        server = Server(shadow, host, port, stopping=beside.worlds.stopping)
    except (OSError, ValueError) as error:  # ValueError for a host's name that is none
        raise click.ClickException(f"cannot listen on {host} port {port}: {error}") from None
    serve_until_signal(server, [ready_line(server.url), f"# {found.records} records of {upstream.manila} are known"])
    upstream.close()
    echo(*shadow.drift.lines())
    if save is not None:
        files.write(save, shadow.steps.scenario("recorded").encode())
    return int(fail_on_drift and shadow.drift.differs)
