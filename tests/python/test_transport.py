"""The plugin where tests must not open sockets."""

from __future__ import annotations

import pytest

from fakemanila import FakeManila

BLOCKED = ("--disable-socket", "-W", "ignore")

USE = """
    def test_clients(manila, manila_client, manila_connection):
        assert manila.url == "http://fakemanila.test"
        share = manila_client.shares.create("NFS", 1, name="db")
        assert [each.id for each in manila_connection.shared_file_system.shares()] == [share.id]
        assert manila.world("other").client().shares.list() == []
        manila.assert_records("share", [{"name": "db"}])

    def test_next(manila, manila_client):
        assert manila_client.shares.list() == []
"""
HINT = [
    "fakemanila cannot use a socket: *",
    "Without one: @pytest.mark.fakemanila(transport='in-process')*--fakemanila-transport in-process*",
]


def ini(project: pytest.Pytester, line: str) -> None:
    with (project.path / "pytest.ini").open("a") as file:
        file.write(f"{line}\n")


def test_the_option_does_without(full_project: pytest.Pytester) -> None:
    full_project.makepyfile(USE)
    result = full_project.runpytest_subprocess(*BLOCKED, "--fakemanila-transport", "in-process")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["fakemanila: in-process"])


def test_the_ini_file_does_and_the_option_goes_first(full_project: pytest.Pytester) -> None:
    ini(full_project, "fakemanila_transport = in-process")
    full_project.makepyfile(USE)
    full_project.runpytest(*BLOCKED).assert_outcomes(passed=2)
    full_project.makepyfile("def test_it(manila): assert manila.url.startswith('http://127.0.0.1:')")
    full_project.runpytest("-W", "ignore", "--fakemanila-transport", "socket").assert_outcomes(passed=1)


def test_the_marker_does_for_one_test(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        @pytest.mark.disable_socket
        @pytest.mark.fakemanila(transport="in-process", seed=7, delays={"shares.create": "1s"})
        def test_in_process(manila, manila_client):
            assert manila_client.shares.create("NFS", 1).status == "creating"
            assert manila.delays["shares.create"] == "1s"
            manila.world("other").create("share")

        def test_socket(manila, manila_client):
            assert manila.url.startswith("http://127.0.0.1:")
            assert manila_client.shares.list() == []

        @pytest.mark.fakemanila(transport="in-process")
        class TestBoth:
            def test_again(self, manila, manila_client):
                assert manila_client.shares.list() == []
                assert manila.control.worlds == ["default"]

            @pytest.mark.fakemanila(transport="socket")
            def test_closest(self, manila):
                assert manila.url.startswith("http://127.0.0.1:")
        """
    )
    project.runpytest("-W", "ignore").assert_outcomes(passed=4)


def test_a_blocked_socket_is_said_with_what_helps_and_harms_no_other_test(full_project: pytest.Pytester) -> None:
    full_project.makepyfile(
        """
        import pytest

        @pytest.mark.disable_socket
        def test_blocked(manila): pass

        def test_not_blocked(manila, manila_client):
            assert manila_client.shares.list() == []

        @pytest.mark.disable_socket
        def test_blocked_later(manila): pass
        """
    )
    result = full_project.runpytest("-W", "ignore")
    result.assert_outcomes(errors=2, passed=1)
    result.stdout.fnmatch_lines([*HINT, *HINT])
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")
    result.stdout.no_fnmatch_line("*pytest_plugin/*.py*")


def test_the_server_alone_needs_no_socket_before_somebody_connects(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import threading

        def servers():
            return {thread for thread in threading.enumerate() if thread.name == "fakemanila-server"}

        before = servers()

        def test_it(manila_server):
            assert servers() <= before
            assert manila_server.url.startswith("http://127.0.0.1:")
            assert len(servers() - before) == 1
        """
    )
    project.runpytest("-W", "ignore").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("line", "options", "message"),
    [
        ("fakemanila_transport = udp", (), "*fakemanila_transport: 'udp' is not a transport: expected 'socket' or*"),
        ("", ("--fakemanila-transport", "udp"), "*invalid choice: 'udp'*"),
        (
            "",
            ("--fakemanila-transport", "in-process", "--fakemanila-url", "http://127.0.0.1:1"),
            "*--fakemanila-url cannot be reached in-process",
        ),
    ],
)
def test_what_cannot_be_is_refused(project: pytest.Pytester, line: str, options: tuple[str, ...], message: str) -> None:
    ini(project, line)
    project.makepyfile("def test_it(manila): pass")
    result = project.runpytest(*options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([message])


def test_a_marker_that_names_no_transport_is_refused(project: pytest.Pytester) -> None:
    project.makepyfile(
        "import pytest\n\n@pytest.mark.fakemanila(transport='udp')\ndef test_it(manila): pass\n",
    )
    result = project.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["@pytest.mark.fakemanila: transport: 'udp' is not a transport: expected 'socket' or*"])


def test_in_process_goes_before_a_server_elsewhere(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        @pytest.mark.fakemanila(transport="in-process")
        def test_here(manila):
            assert manila.url == "http://fakemanila.test"

        def test_there(manila):
            assert "/worlds/pytest-" in manila.url
        """
    )
    with FakeManila() as server:
        project.runpytest("-W", "ignore", "--fakemanila-url", server.url).assert_outcomes(passed=2)
        ini(project, f"fakemanila_url = {server.url}")
        project.makepyfile("def test_it(manila): assert manila.url == 'http://fakemanila.test'")
        result = project.runpytest("-W", "ignore", "--fakemanila-transport", "in-process", "-k", "test_it")
        result.assert_outcomes(passed=1)
