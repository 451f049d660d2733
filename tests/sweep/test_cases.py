"""Which runs there are, and what they are called."""

from __future__ import annotations

from typing import Any

import pytest

from fakemanila.faults import Rule
from fakemanila.sweep import cases, documents, failures, report, results
from fakemanila.sweep.asked import Asked
from fakemanila.sweep.cases import Case
from fakemanila.sweep.remains import Difference
from fakemanila.sweep.results import Ended, Result
from fakemanila.sweep.stage import Undisturbed


def request(number: int, operation: str | None, method: str = "GET", **fields: Any) -> Asked:
    said: dict[str, Any] = {
        "path": f"/v2/{number}",
        "status": 200,
        "about": "db",
        "nth": 1,
        "starts": False,
        "names": False,
        "repeats": False,
    }
    return Asked(number=number, operation=operation, method=method, **{**said, **fields})


TOKEN = request(1, "identity.tokens.create", "POST", about=None)
CREATE = request(2, "shares.create", "POST", starts=True)
SHOW = request(3, "shares.show", names=True)
AGAIN = request(4, "shares.show", names=True, nth=2, repeats=True)
LIST = request(5, "shares.detail", about=None)
ROOT = request(6, None, path="/", about=None)
ALL = (TOKEN, CREATE, SHOW, AGAIN, LIST, ROOT)
KINDS = tuple(failures.FAILURES.values())


def ids(*requests: Asked) -> list[str]:
    return [case.faults[0][1].name for case in cases.singles(requests, KINDS)]


class TestFailures:
    EVERYWHERE = ("reset-before", "500", "503", "429", "hang")

    def test_happen_where_they_can(self) -> None:
        assert ids(CREATE) == [
            *("reset-before", "reset-after", "500", "503", "413", "429", "hang"),
            *("expired-token", "ends-in-error", "stuck"),
        ]
        assert ids(SHOW) == ["reset-before", "500", "503", "413", "429", "hang", "expired-token", "gone"]
        assert ids(LIST) == ["reset-before", "500", "503", "413", "429", "hang", "stale-list", "expired-token"]
        assert ids(TOKEN) == ["reset-before", "reset-after", "500", "503", "429", "hang"]

    @pytest.mark.parametrize("failure", KINDS, ids=lambda failure: failure.name)
    def test_are_rules_that_a_world_takes(self, failure: failures.Failure) -> None:
        (rule,) = Case(((CREATE, failure),)).rules()
        assert Rule.parse(rule).label == f"sweep 2:{failure.name}"

    def test_are_named_in_any_order(self) -> None:
        assert [failure.name for failure in failures.parse(" hang, 500")] == ["500", "hang"]

    @pytest.mark.parametrize(
        ("names", "message"),
        [
            ("reset-afer", "'reset-afer' is not a kind of failure; did you mean 'reset-after'?"),
            (",", "',' names no kind of failure: expected some of reset-before, reset-after, 500, 503"),
        ],
    )
    def test_that_there_are_none_of_are_told(self, names: str, message: str) -> None:
        with pytest.raises(ValueError, match="^" + message.replace("?", r"\?")):
            failures.parse(names)


class TestSelection:
    def test_is_manilas_requests_without_those_that_repeat(self) -> None:
        assert cases.selected(ALL) == [CREATE, SHOW, LIST]

    def test_is_by_patterns_of_operations(self) -> None:
        assert cases.selected(ALL, ["identity.*", "*.create"]) == [TOKEN, CREATE]

    def test_says_what_was_left_out(self) -> None:
        said = report.requests(ALL, ())
        assert said == "6 requests, 3 of them swept, 1 repeats the one before, 2 for other operations"


class TestPairs:
    def test_are_of_two_requests_or_of_one_and_its_repetition(self) -> None:
        passed = cases.singles([CREATE, SHOW], failures.parse("500,gone"))
        assert [case.id for case in cases.pairs(passed)[0]] == [
            *("2:500+2:500", "2:500+3:500", "2:500+3:gone"),
            "3:500+3:500",
        ]

    def test_on_one_request_wait_for_the_next_one_like_it(self) -> None:
        case = cases.find("3:500+3:503", ALL)
        assert [rule["when"]["after"] for rule in case.rules()] == [0, 1]
        assert len({rule["name"] for rule in case.rules()}) == 2

    def test_are_so_many_and_no_more(self) -> None:
        passed = cases.singles([request(number, "shares.show") for number in range(1, 30)], KINDS)
        chosen, all_pairs = cases.pairs(passed, limit=100)
        assert len(chosen) <= 100 < all_pairs
        assert len({case.faults[0][0].number for case in chosen}) > 20


class TestOnly:
    @pytest.mark.parametrize("id", ["2:reset-after", "4:500", "2:500+3:gone", "1:hang"])
    def test_finds_what_it_names(self, id: str) -> None:
        assert cases.find(id, ALL).id == id

    @pytest.mark.parametrize(
        ("id", "message"),
        [
            ("7", "'7' is not a run: expected one such as 7:reset-after"),
            ("7:500", "there is no request 7: the command made 6"),
            ("0:500", "there is no request 0: the command made 6"),
            ("2:501", "'501' is not a kind of failure; did you mean"),
            ("3:stuck", "stuck cannot happen to request 3, shares.show 'db'"),
            ("6:500", "request 6 is for no operation of an API: GET /"),
        ],
    )
    def test_says_why_there_is_no_such_run(self, id: str, message: str) -> None:
        with pytest.raises(ValueError, match="^" + message):
            cases.find(id, ALL)


def result(id: str, **fields: Any) -> Result:
    said: dict[str, Any] = {"ended": Ended(True, 1.5, 0), "reached": True, **fields}
    return Result(cases.find(id, ALL), **said)


MORE = Difference("shares", "share 'db'", "more")
RESULTS = [
    result("2:500"),
    result("2:reset-after", differences=[MORE]),
    result("3:500", ended=Ended(False, 1, 3, output="no\x00\x1b[31m"), differences=[MORE], journal=["GET /"]),
    result("3:hang", ended=Ended(False, 30, hung=True)),
    result("5:stale-list", reached=False),
    result("5:500", ended=Ended(False, 1, 1), reached=False),
]


class TestResults:
    def test_have_a_verdict(self) -> None:
        assert [each.verdict for each in RESULTS] == ["passed", "debris", "failed", "hung", "not reached", "failed"]
        assert results.summary(results.tally(RESULTS)) == "6 runs: 1 passed, 2 failed, 1 debris, 1 hung, 1 not reached"

    def test_are_rows_where_they_are_not_plainly_passed(self) -> None:
        assert report.rows(RESULTS) == [
            ("2:reset-after", "debris", "shares.create 'db'", "one share 'db' too many"),
            ("3:500", "failed", "shares.show 'db'", "exit status 3; one share 'db' too many"),
            ("3:hang", "hung", "shares.show 'db'", "ended after 30 s"),
            ("5:stale-list", "not reached", "shares.detail", ""),
            ("5:500", "failed", "shares.detail", "exit status 1; the fault was not reached"),
        ]

    def test_that_fail_a_sweep_are_chosen(self) -> None:
        assert results.parse_verdicts("hung,debris") == ("debris", "hung")
        assert results.parse_verdicts("none") == ()
        with pytest.raises(ValueError, match="'passed' is not a verdict"):
            results.parse_verdicts("passed")

    def test_are_a_junit_document(self) -> None:
        from xml.etree import ElementTree

        (suite,) = ElementTree.fromstring(documents.as_junit(RESULTS, ("debris", "failed")))
        assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("6", "3", "1")
        assert [[child.tag for child in case] for case in suite] == [
            *([], ["failure", "system-out"], ["failure", "system-out"]),
            *(["system-out"], ["skipped"], ["failure", "system-out"]),
        ]
        assert suite[2].get("name") == "3:500 shares.show 'db'"
        assert suite[2][0].get("type") == "failed"

    def test_are_a_json_document(self) -> None:
        import json

        first = Undisturbed(Ended(True, 0.25, 0), ALL, [], frozenset())
        document = json.loads(documents.as_json(["./run", "x"], 7, first, RESULTS))
        assert list(document) == ["version", "command", "seed", "undisturbed", "runs", "summary"]
        assert [each["number"] for each in document["undisturbed"]["requests"]] == [1, 2, 3, 4, 5, 6]
        assert document["summary"] == {"passed": 1, "failed": 2, "debris": 1, "hung": 1, "not reached": 1}
        assert document["runs"][1] == {
            "id": "2:reset-after",
            "faults": [{"request": 2, "operation": "shares.create", "about": "db", "nth": 1, "fault": "reset-after"}],
            "verdict": "debris",
            "reached": True,
            "exit_status": 0,
            "seconds": 1.5,
            "differences": [MORE.to_json()],
            "details": "one share 'db' too many",
        }
