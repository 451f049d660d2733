"""What the catalog is made of: services, their endpoints, and regions."""

from __future__ import annotations

from typing import ClassVar

from ..http.reply import Reply
from . import catalog, rbac
from .collection import Collection
from .identity_errors import Conflict, Forbidden, Invalid, NotFound
from .identity_request import Call
from .tables import Record


class Services(Collection):
    name = "services"
    member = "service"
    permitted_first = True
    filters: ClassVar[tuple[str, ...]] = ("name", "type")
    beside_the_table = ("name",)
    strips_names = False

    def prepare(self, call: Call, record: Record) -> Record:
        given = {key: value for key, value in record.items() if key != "id"}
        return {"id": call.seeded.hex_id(), "name": "", "enabled": True, **given}

    def assert_unique(self, call: Call, record: Record) -> None:
        """Services may share a name, and a type."""

    def discard(self, call: Call, record: Record) -> None:
        for endpoint in list(call.state.endpoints.values()):
            if endpoint["service_id"] == record["id"]:
                del call.state.endpoints[endpoint["id"]]


class Endpoints(Collection):
    name = "endpoints"
    member = "endpoint"
    permitted_first = True
    filters: ClassVar[tuple[str, ...]] = ("interface", "service_id", "region_id")

    def shown(self, call: Call, record: Record) -> Record:
        shown = super().shown(call, record)
        return {**shown, "region": record["region_id"], "url": catalog.address(record["url"], call.request.base_url)}

    def prepare(self, call: Call, record: Record) -> Record:
        given = {key: value for key, value in record.items() if key != "id"}
        region = given.pop("region", None)
        given.setdefault("region_id", region)
        if region is not None and call.state.find("services", given["service_id"]) is not None:
            _make_region(call, region)
        return {"id": call.seeded.hex_id(), "enabled": True, **given}

    def update(self, call: Call) -> Reply:
        """Like others; a region given in the old way, by ``region``, is made if it isn't there."""
        changes = call.document(self._updating).get("endpoint", {})
        caller = call.require(self.writes)
        region = changes.get("region")
        if caller and region is not None and self.find(call) is not None and "region_id" not in changes:
            _make_region(call, region)
            changes["region_id"] = region
        return super().update(call)

    def check(self, call: Call, record: Record) -> None:
        for field, table in (("service_id", "services"), ("region_id", "regions")):
            if record[field] is not None:
                found = call.state.find(table, record[field])
                if found is None:
                    raise Invalid(f"There is no {table.removesuffix('s')} {record[field]}.")
                record[field] = found["id"]

    def assert_unique(self, call: Call, record: Record) -> None:
        """Endpoints have names at most by accident."""


def _make_region(call: Call, identifier: str) -> None:
    if call.state.find("regions", identifier) is None:
        call.state.regions[identifier] = {"id": identifier, "description": "", "parent_region_id": None}


class Regions(Collection):
    name = "regions"
    member = "region"
    filters: ClassVar[tuple[str, ...]] = ("parent_region_id",)
    reads = rbac.anyone
    lists = rbac.anyone

    def put(self, call: Call) -> Reply:
        """201 for one whose id is in the path; 400 when the body has another."""
        region = call.document(self._creating)["region"]
        if region.setdefault("id", call.path_args["region_id"]) != call.path_args["region_id"]:
            raise Invalid("The id in the path and the one in the body differ.")
        return self.create(call)

    def prepare(self, call: Call, record: Record) -> Record:
        identifier = record.get("id") or call.seeded.hex_id()
        if call.state.find("regions", identifier) is not None:
            raise Conflict(f"There is a region {identifier} already.")
        return {"parent_region_id": None, **record, "description": record.get("description") or "", "id": identifier}

    def check(self, call: Call, record: Record) -> None:
        parent = record["parent_region_id"]
        if parent is not None:
            found = call.state.find("regions", parent)
            if found is None:
                raise NotFound.of("region", parent)
            record["parent_region_id"] = found["id"]

    def assert_unique(self, call: Call, record: Record) -> None:
        """The id is all there is to be unique, and is looked at on create."""

    def discard(self, call: Call, record: Record) -> None:
        if any(endpoint["region_id"] == record["id"] for endpoint in call.state.endpoints.values()):
            raise Forbidden("There are endpoints in it.")
        if any(region["parent_region_id"] == record["id"] for region in call.state.regions.values()):
            raise Forbidden("There are regions below it.")


SERVICES = Services()
ENDPOINTS = Endpoints()
REGIONS = Regions()
