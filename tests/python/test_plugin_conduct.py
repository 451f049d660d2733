"""What the pytest plugin makes of the conduct of a test's clients."""

from __future__ import annotations

import pytest

POLLING = """
    import pytest

    @pytest.fixture
    def poll(manila):
        def poll():
            manila.clock.set(mode="manual")
            manila.delays["shares.create"] = "2s"
            client = manila.client()
            share = client.shares.create("NFS", 1, name="db")
            for _ in range(5):
                client.shares.get(share.id)
                manila.clock.advance("100ms")
            return share
        return poll
"""


@pytest.fixture
def polling(project: pytest.Pytester) -> pytest.Pytester:
    project.makeconftest(POLLING)
    return project


def allow(project: pytest.Pytester, *names: str) -> None:
    with (project.path / "pytest.ini").open("a") as ini:
        ini.write("\n    ".join(("fakemanila_allow_conduct =", *names)))


def test_a_failed_test_shows_findings_and_one_that_passes_does_not(polling: pytest.Pytester) -> None:
    polling.makepyfile(
        """
        def test_passes(poll):
            poll()

        def test_fails(poll):
            poll()
            raise KeyError("asked")

        def test_fails_with_good_conduct(manila):
            raise KeyError("nothing asked")
        """
    )
    result = polling.runpytest("-W", "ignore")
    result.assert_outcomes(passed=1, failed=2)
    output = result.stdout.str()
    assert output.count("- fakemanila conduct -") == 1
    assert output.count("polls-too-fast: 4 reads of what was changing came 0.1 s after the one before") == 1


def test_a_test_fails_at_its_end_on_request(polling: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)  # where pytest's summary says all of it once more
    polling.makepyfile(
        """
        import pytest

        def test_bad(poll):
            poll()

        @pytest.mark.fakemanila(allow_conduct="polls-too-fast")
        def test_allowed(poll):
            poll()

        def test_another_world(manila):
            manila.world("other").client("admin", microversion="2.6").shares.list()

        def test_fails_by_itself(poll):
            poll()
            raise KeyError("asked")
        """
    )
    result = polling.runpytest("-W", "ignore", "--fail-on-conduct")
    result.assert_outcomes(passed=3, failed=1, errors=2)
    result.stdout.fnmatch_lines_random(
        [
            "*ERROR at teardown of test_bad*",
            "its clients' conduct has findings:",
            "polls-too-fast: 4 reads of what was changing came 0.1 s *",
            "world other:",
            "old-microversion: *",
        ]
    )
    assert result.stdout.str().count("polls-too-fast: ") == 2  # once of each test


def test_only_the_named_findings_fail_and_what_is_left_behind_is_one_by_name(polling: pytest.Pytester) -> None:
    polling.makepyfile(
        """
        import pytest

        @pytest.fixture
        def cleaned(manila, poll):
            share = poll()
            yield
            manila.clock.advance_to_idle()
            manila.client().shares.delete(share.id)

        def test_leaves_something(poll):
            poll()

        def test_is_cleaned_up(cleaned):
            pass
        """
    )
    named = "--fail-on-conduct=resources-left-behind,full-lists"
    result = polling.runpytest("-W", "ignore", named)
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*teardown of test_leaves_something*", "resources-left-behind: *"])
    polling.runpytest("-W", "ignore", "--fail-on-conduct=full-lists").assert_outcomes(passed=2)


@pytest.mark.parametrize("workers", [(), ("-p", "xdist.plugin", "-n", "1")], ids=["alone", "xdist"])
def test_the_summary_lists_findings_of_all_tests_on_request(polling: pytest.Pytester, workers: tuple[str, ...]) -> None:
    polling.makepyfile("def test_one(poll): poll()\n\n\ndef test_two(poll): poll()\n\n\ndef test_three(manila): pass")
    result = polling.runpytest("-W", "ignore", "--show-conduct", *workers)
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        [
            "*= fakemanila conduct =*",
            "*::test_one",
            "  polls-too-fast: 4 reads *",
            "*::test_two",
            "  polls-too-fast: 4 reads *",
            "polls-too-fast in 2 tests",
        ]
    )


def test_the_ini_file_allows_findings_in_all_tests(polling: pytest.Pytester) -> None:
    allow(polling, "full-lists", "polls-too-fast")
    polling.makepyfile("def test_one(poll): poll()")
    result = polling.runpytest("-W", "ignore", "--fail-on-conduct", "--show-conduct")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["no findings"])


def test_names_that_there_are_not_are_said(polling: pytest.Pytester) -> None:
    polling.makepyfile(
        """
        import pytest

        @pytest.mark.fakemanila(allow_conduct=["full-list"])
        def test_one(manila): pass
        """
    )
    marked = polling.runpytest("-W", "ignore")
    marked.assert_outcomes(errors=1)
    expected = "there is no finding 'full-list'; did you mean 'full-lists'?"
    marked.stdout.fnmatch_lines([f"@pytest.mark.fakemanila: allow_conduct: {expected}"])
    result = polling.runpytest("--fail-on-conduct=full-list")
    result.stderr.fnmatch_lines([f"ERROR: --fail-on-conduct: {expected}"])
    allow(polling, "full-list")
    result = polling.runpytest()
    result.stderr.fnmatch_lines([f"ERROR: fakemanila_allow_conduct: {expected}"])


def test_in_a_world_of_a_server_elsewhere(polling: pytest.Pytester) -> None:
    from fakemanila import FakeManila

    polling.makepyfile("def test_bad(poll): poll()\n\n\ndef test_good(manila): pass")
    with FakeManila() as server:
        result = polling.runpytest("-W", "ignore", "--fail-on-conduct", "--fakemanila-url", server.url)
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["its clients' conduct has findings:", "polls-too-fast: *"])
