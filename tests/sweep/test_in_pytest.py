"""``pytest --fakemanila-sweep`` in a user's project."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from ..conftest import Running

MAKES = """
import pytest

def make(session, name):
    body = {"share": {"name": name, "size": 1, "share_proto": "NFS"}}
    for attempt in range(3):
        try:
            session.post("/shares", json=body, endpoint_filter={"service_type": "sharev2"})
            return
        except Exception as error:
            print("again:", error)
    raise RuntimeError("gave up")

"""
TEST = f"""{MAKES}
def test_it_makes_a_share(manila, manila_session):
    make(manila_session, "db")
"""


def swept(project: pytest.Pytester, *options: str) -> pytest.RunResult:
    return project.runpytest("-W", "ignore", "--fakemanila-transport=in-process", *options)


def test_a_test_fails_whose_program_leaves_a_second_share(project: pytest.Pytester) -> None:
    project.makepyfile(TEST)
    result = swept(project, "-v", "--fakemanila-sweep=reset-after,500,expired-token")
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "*test_it_makes_a_share SUBFAILED*",
            "*test_it_makes_a_share SUBPASSED*",
            "*test_it_makes_a_share SUBPASSED*",
            "*test_it_makes_a_share FAILED*",
            "*_ test_it_makes_a_share [[]2:reset-after shares.create 'db'[]] _*",
            "2:reset-after  debris  shares.create 'db'  one share 'db' too many",
            "*Captured stdout call*",
            "again: *",
            "it was swept:",
            "2:reset-after  debris  shares.create 'db'  one share 'db' too many",
            "3 runs: 2 passed, 1 debris",
        ]
    )


def test_what_fails_a_test_is_chosen(project: pytest.Pytester) -> None:
    project.makepyfile(TEST)
    faults = "--fakemanila-sweep=reset-after,stuck"
    assert swept(project, faults, "--fakemanila-sweep-fail-on=none").ret == 0
    result = swept(project, faults, "--fakemanila-sweep-fail-on=failed")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["2 runs: 2 debris"])
    assert swept(project, faults, "--fakemanila-sweep-fail-on=debris").ret == 1


def test_only_tests_with_the_fixture_that_pass_are_swept(project: pytest.Pytester) -> None:
    project.makepyfile(
        f"""{MAKES}
ran = []

def test_without():
    ran.append("without")

def test_that_fails(manila, manila_session):
    ran.append("failing")
    make(manila_session, "db")
    assert False

@pytest.mark.xfail(strict=True)
def test_that_should_fail(manila, manila_session):
    ran.append("xfailing")
    make(manila_session, "db")
    assert False

def test_that_is_skipped(manila, manila_session):
    ran.append("skipped")
    make(manila_session, "db")
    pytest.skip("not today")

def test_that_asks_nothing(manila):
    ran.append("silent")

def test_how_often():
    assert ran == ["without", "failing", "xfailing", "skipped", "silent"]
"""
    )
    result = swept(project, "--fakemanila-sweep")
    result.assert_outcomes(passed=3, failed=1, xfailed=1, skipped=1)
    result.stdout.fnmatch_lines(["no test has asked for anything to sweep"])


def test_fixtures_are_set_up_anew_and_what_they_ask_is_not_swept(project: pytest.Pytester) -> None:
    project.makepyfile(
        f"""{MAKES}
log = []

@pytest.fixture
def share(manila, manila_session):
    log.append("set up")
    make(manila_session, "fixture's")
    yield
    log.append("torn down")

class TestIt:
    def test_it(self, manila, share, manila_session):
        assert not hasattr(self, "seen")
        self.seen = True
        make(manila_session, "db")

def test_the_log():
    assert log == ["set up", "torn down"] * 3
"""
    )
    result = swept(project, "--fakemanila-sweep=500,503")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["2 runs: 2 passed"])


def test_the_failing_run_is_shown_with_its_journal(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        def test_it(manila, manila_session):
            manila_session.get("/shares", endpoint_filter={"service_type": "sharev2"})
        """
    )
    result = swept(project, "--fakemanila-sweep=hang")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*ReadTimeout*", "*- fakemanila -*", "*GET /v2/shares -> no answer*sweep 2:hang*"])


def test_what_a_test_records_is_recorded_once(project: pytest.Pytester) -> None:
    test = TEST.replace("(manila,", "(record_property, manila,") + '    record_property("made", "db")\n'
    project.makepyfile(test)
    swept(project, "--fakemanila-sweep=500,503", "--junitxml=junit.xml")
    found = ElementTree.parse(project.path / "junit.xml").iter("property")
    assert [each.get("name") for each in found] == ["made"]


def test_operations_are_chosen(project: pytest.Pytester) -> None:
    project.makepyfile(TEST)
    result = swept(project, "--fakemanila-sweep=500", "--fakemanila-sweep-operations=identity.*")
    result.stdout.fnmatch_lines(["1 run: 1 *"])


def test_it_stops_where_pytest_is_told_to(project: pytest.Pytester) -> None:
    project.makepyfile(TEST)
    result = swept(project, "-x", "--fakemanila-sweep=reset-after,stuck")
    result.stdout.fnmatch_lines(["1 run: 1 debris"])


def test_it_works_over_a_socket_and_in_several_workers(full_project: pytest.Pytester) -> None:
    full_project.makepyfile(TEST)
    result = full_project.runpytest("-W", "ignore", "-n", "1", "--fakemanila-sweep=reset-after", "--junitxml=junit.xml")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["1 run: 1 debris"])
    names = [case.get("name") for case in ElementTree.parse(full_project.path / "junit.xml").iter("testcase")]
    assert "test_it_makes_a_share" in names


def test_it_works_on_a_server_elsewhere(project: pytest.Pytester, server: Running) -> None:
    project.makepyfile(TEST)
    before = set(server.worlds)
    result = project.runpytest(
        "-W", "ignore", f"--fakemanila-url={server.url}", "--fakemanila-sweep=reset-after,503,stuck"
    )
    result.stdout.fnmatch_lines(["3 runs: 1 passed, 2 debris"])
    assert set(server.worlds) == before


def test_without_subtests_the_test_itself_tells(project: pytest.Pytester) -> None:
    project.makepyfile(TEST)
    result = swept(project, "-p", "no:subtests", "--fakemanila-sweep=reset-after,500")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*_ test_it_makes_a_share _*",
            "2:reset-after  debris  shares.create 'db'  one share 'db' too many",
            "2 runs: 1 passed, 1 debris",
        ]
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--fakemanila-sweep=reset-afer",), "did you mean 'reset-after'?"),
        (("--fakemanila-sweep", "test_x.py"), "'test_x.py' is not a kind of failure*name tests before it"),
        (("--fakemanila-sweep", "--fakemanila-sweep-operations=share.*"), "*no operation is called 'share.[*]'*"),
        (("--fakemanila-sweep", "--fakemanila-sweep-fail-on=all"), "*fail-on: 'all' is not a verdict*"),
    ],
)
def test_a_wrong_option_is_refused(project: pytest.Pytester, options: tuple[str, ...], message: str) -> None:
    result = swept(project, *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*{message.replace('?', '[?]')}*"])
