"""What was asked of a shadow, as a scenario that is played again somewhere else."""

from __future__ import annotations

from pathlib import Path

import yaml

from fakemanila.compare import script
from fakemanila.compare.exchanges import run
from fakemanila.compare.in_process import InProcess
from fakemanila.world.world import Settings

from .beside_cloud import Standing, standing


def steps(cloud: Standing) -> list[dict[str, object]]:
    document = yaml.safe_load(cloud.shadow.steps.scenario("recorded"))
    return list(document["recorded"]["steps"])


def test_it_goes_as_it_went(tmp_path: Path) -> None:
    with standing() as cloud:
        id = cloud.make_share(name="one")
        assert cloud.get(f"/v2/shares/{id}")["share"]["status"] == "creating"
        cloud.cloud.clock.advance("1m")
        assert cloud.get(f"/v2/shares/{id}")["share"]["status"] == "available"
        made = cloud.send("POST", "/v2/snapshots", {"snapshot": {"share_id": id, "name": "kept"}})
        cloud.cloud.clock.advance("1m")
        snapshot = made.document["snapshot"]["id"]
        cloud.get(f"/v2/snapshots/{snapshot}", user="admin")
        assert cloud.send("DELETE", f"/v2/shares/{id}").status == 403
        cloud.send("DELETE", f"/v2/snapshots/{snapshot}")
        cloud.cloud.clock.advance("1m")
        cloud.send("GET", f"/v2/snapshots/{snapshot}")
        cloud.send("DELETE", f"/v2/shares/{id}")
        text = cloud.shadow.steps.scenario("recorded")
    (tmp_path / script.SETUPS).write_text("{}")
    (tmp_path / "recorded.yaml").write_text(text)
    [scenario] = script.load(tmp_path).values()
    with InProcess(Settings(rate=1.0, start=None)) as server:
        outcomes = list(run(scenario, server))
    assert [(each.exchange.name.split(" ")[1], each.exchange.user, each.answer["status"]) for each in outcomes] == [
        ("shares.create", "demo", 200),
        ("shares.show", "demo", 200),
        ("snapshots.create", "demo", 202),
        ("snapshots.show", "admin", 200),
        ("shares.delete", "demo", 403),
        ("snapshots.delete", "demo", 202),
        ("snapshots.show", "demo", 404),
        ("shares.delete", "demo", 202),
    ]


def test_polls_become_waits() -> None:
    with standing() as cloud:
        id = cloud.make_share()
        for _ in range(3):
            cloud.get(f"/v2/shares/{id}")
        cloud.cloud.clock.advance("1m")
        cloud.get(f"/v2/shares/{id}")
        create, show = steps(cloud)
        assert create["wait"] == {
            "path": "/v2/shares/{share_1}",
            "until": {"share.status": "available", "share.access_rules_status": "active"},
        }
        assert show["path"] == "/v2/shares/{share_1}"


def test_projects_users_and_microversions_are_named() -> None:
    with standing() as cloud:
        project = str(cloud.cloud.session().get_project_id())
        cloud.get(f"/v2/{project}/shares?project_id={project}", version="2.65")
        cloud.send("GET", "/v2/shares", user="alt_demo")
        first, second = steps(cloud)
        assert first["path"] == "/v2/{demo_project}/shares?project_id={demo_project}"
        assert (first["version"], second["as"]) == ("2.65", "alt_demo")


def test_what_names_things_from_before_is_left_out_and_said() -> None:
    with standing(scenario={"resources": [{"kind": "share", "name": "old"}]}) as cloud:
        old = cloud.cloud.session().get("/shares", endpoint_filter={"service_type": "shared-file-system"})
        cloud.get(f"/v2/shares/{old.json()['shares'][0]['id']}")
        assert steps(cloud) == []
        text = cloud.shadow.steps.scenario("recorded")
        assert text.startswith("# 1 request is left out: it names what nothing here has made\n")
        cloud.get("/v2/shares")  # now there is a way to it
        cloud.get(f"/v2/shares/{old.json()['shares'][0]['id']}")
        listed, shown = steps(cloud)
        assert listed["save"] == {"share_1": "shares.0.id"}
        assert shown["path"] == "/v2/shares/{share_1}"


def test_secrets_are_not_in_it() -> None:
    with standing() as cloud:
        service = {"security_service": {"type": "ldap", "name": "names", "password": "hush"}}
        cloud.send("POST", "/v2/security-services", service)
        id = cloud.make_share()
        cloud.cloud.clock.advance("1m")
        made = cloud.send("POST", "/v2/share-transfers", {"transfer": {"share_id": id}}).document["transfer"]
        accept = {"accept": {"auth_key": made["auth_key"]}}
        cloud.send("POST", f"/v2/share-transfers/{made['id']}/accept", accept, user="alt_demo")
        text = cloud.shadow.steps.scenario("recorded")
        assert "hush" not in text
        assert made["auth_key"] not in text
        assert steps(cloud)[-1]["body"] == {"accept": {"auth_key": "{auth_key_1}"}}
