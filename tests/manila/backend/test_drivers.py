"""What drivers besides the dummy one and Ceph's allow, export and report."""

from __future__ import annotations

import pytest

from fakemanila.contract.documents import properties
from fakemanila.manila.backend.drivers import DRIVERS, PROTOCOLS, serving
from fakemanila.manila.backend.drivers.base import COMMON

from .deployed import api_of, applied, locations, make, messages, paths

RULES = {
    "ip": "10.0.0.1",
    "user": "alice",
    "cert": "alice",
    "cephx": "alice",
}


@pytest.mark.parametrize(
    ("protocol", "types", "levels"),
    [
        ("NFS", {"ip"}, {"rw", "ro"}),
        ("CIFS", {"user"}, {"rw", "ro"}),
        ("CEPHFS", {"cephx"}, {"rw", "ro"}),
        ("GLUSTERFS", {"cert"}, {"rw"}),
        ("HDFS", {"user"}, {"rw", "ro"}),
        ("MAPRFS", {"user"}, {"rw", "ro"}),
        ("LUSTRE", {"ip"}, {"rw", "ro"}),
        ("WEKAFS", {"ip", "user", "cert", "cephx"}, {"rw", "ro"}),
    ],
)
def test_access_is_given_by_type_and_level(protocol: str, types: set[str], levels: set[str]) -> None:
    api = api_of({"name": "one", "protocols": [protocol]})
    share = make(api, protocol)
    assert share["status"] == "available"
    states = {(type, level): applied(api, make(api, protocol), type, to, level)["state"]
              for type, to in RULES.items() for level in ("rw", "ro")}  # fmt: skip
    assert {rule for rule, state in states.items() if state == "active"} == {
        (type, level) for type in types for level in levels
    }
    assert set(states.values()) <= {"active", "error"}


def test_gluster_volumes_take_no_name_with_a_blank_or_a_comma() -> None:
    api = api_of({"name": "one", "protocols": ["GLUSTERFS"]})
    share = make(api, "GLUSTERFS")
    states = [applied(api, share, "cert", name)["state"] for name in ("a b", "a,b", "a.b")]
    assert states == ["error", "error", "active"]
    assert messages(api) == []


@pytest.mark.parametrize(
    ("driver", "protocol", "expected"),
    [
        ("glusterfs", "GLUSTERFS", "10.0.0.10:/manila-share-{instance}"),
        ("glusterfs-nfs", "NFS", "10.0.0.10:/manila-volume/{instance}"),
        ("hdfs", "HDFS", "hdfs://10.0.0.10:9000/share-{instance}"),
        ("maprfs", "MAPRFS", "maprfs:///share-{instance} -C 10.0.0.10 -Z 10.0.0.10 -N my.cluster.com"),
        ("lustre", "LUSTRE", "10.0.0.10@tcp:/lustre/manila_shares/{instance}"),
    ],
)
def test_shares_are_mounted_in_the_drivers_own_way(driver: str, protocol: str, expected: str) -> None:
    api = api_of({"name": "one", "driver": driver})
    share = make(api, protocol)
    (location,) = locations(api, share, user="admin")
    assert location["path"] == expected.format(instance=location["share_instance_id"])
    assert locations(api, share)[0]["path"] == location["path"]


def test_weka_gives_each_project_a_password_and_says_where_its_file_system_is() -> None:
    api = api_of({"name": "one", "driver": "weka"})
    share = make(api, "WEKAFS")
    (location,) = locations(api, share, user="admin")
    name = ("manila_" + location["share_instance_id"].replace("-", ""))[:32]
    assert location["path"] == f"10.0.0.10/{name}"
    assert location["metadata"] == {
        "weka_fs_uid": location["share_instance_id"],
        "weka_fs_name": name,
        "weka_org_name": f"manila-{share['project_id']}",
        "weka_org_user": "manila-mnt",
    }
    keys = [applied(api, share, "ip", address)["access_key"] for address in ("10.0.0.1", "10.0.0.2", "fd00::1")]
    assert keys == [keys[0], keys[0], None]
    theirs = api.at(user="alt_demo")
    assert applied(theirs, make(theirs, "WEKAFS"), "ip", "10.0.0.1")["access_key"] not in (None, keys[0])
    nfs = make(api, "NFS")
    assert paths(api, nfs)[0].startswith("10.0.0.10:/manila_")
    assert applied(api, nfs, "user", "alice")["state"] == "error"
    assert applied(api, nfs, "ip", "10.0.0.1")["access_key"] is None


def test_every_protocol_has_a_driver_and_scenarios_know_all_of_them() -> None:
    assert {protocol for driver in DRIVERS.values() for protocol in driver.protocols} == set(PROTOCOLS)
    fields = properties("scenario.json#/$defs/backend")
    assert sorted(fields["driver"]["enum"]) == sorted(DRIVERS)
    assert fields["protocols"]["items"]["enum"] == list(PROTOCOLS)
    assert serving(["WEKAFS", "NFS"]) is DRIVERS["weka"]
    assert serving(["NFS", "CEPHFS"]) is None


@pytest.mark.parametrize("driver", DRIVERS)
def test_pools_report_what_their_driver_does(driver: str) -> None:
    api = api_of({"name": "one", "driver": driver})
    (pool,) = api.get("/v2/scheduler-stats/pools/detail", user="admin").json["pools"]
    reported = pool["capabilities"]
    assert COMMON.keys() <= reported.keys()
    assert reported["storage_protocol"] == "_".join(DRIVERS[driver].protocols)
    assert reported["share_backend_name"] == "ONE"
