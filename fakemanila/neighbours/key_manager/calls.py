"""Every call of Barbican's that is served, read top to bottom."""

from __future__ import annotations

from ..service import Body, Neighbour, Operation
from . import acls, documents, secrets

_SECRET = "/v1/secrets/{secret_id}"
_ACL = Body(None, {"read": acls.READ})

# fmt: off
CALLS: tuple[Operation, ...] = (
    Operation("key_manager.versions.list", "GET", "/", documents.versions, 300, who="nobody"),
    Operation("key_manager.versions.show", "GET", "/v1", documents.version),

    Operation("key_manager.secrets.list", "GET", "/v1/secrets", secrets.list_, who="member",
              omits="Filters by time; sort."),
    Operation("key_manager.secrets.create", "POST", "/v1/secrets", secrets.create, 201,
              Body(None, secrets.CREATE, more=True), "member",
              omits="Transport keys, quotas; keys and certificates are not looked into."),
    Operation("key_manager.secrets.show", "GET", _SECRET, secrets.read, omits="Consumers: there are none."),
    Operation("key_manager.secrets.store_payload", "PUT", _SECRET, secrets.store_payload, 204),
    Operation("key_manager.secrets.delete", "DELETE", _SECRET, secrets.delete, 204),
    Operation("key_manager.secrets.payload", "GET", f"{_SECRET}/payload", secrets.read_payload),

    Operation("key_manager.secret_acls.show", "GET", f"{_SECRET}/acl", acls.read),
    Operation("key_manager.secret_acls.replace", "PUT", f"{_SECRET}/acl", acls.replace, 200, _ACL),
    Operation("key_manager.secret_acls.update", "PATCH", f"{_SECRET}/acl", acls.change, 200, _ACL),
    Operation("key_manager.secret_acls.delete", "DELETE", f"{_SECRET}/acl", acls.delete),
)
# fmt: on

NEIGHBOUR = Neighbour(
    type="key-manager",
    title="Barbican",
    reference="https://docs.openstack.org/barbican/latest/api/",
    operations=CALLS,
    resources=(secrets.resource,),
    omits="No containers, orders, consumers, secret metadata, secret stores or quotas.",
)
