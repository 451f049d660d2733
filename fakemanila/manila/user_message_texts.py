"""What user messages say, by the ids of Manila's ``message_field.py``. Clients match on the ids and the short names."""

from __future__ import annotations

_ACTIONS = {
    "001": "allocate host",
    "002": "create",
    "003": "delete access rules",
    "004": "promote",
    "005": "update",
    "006": "revert to snapshot",
    "007": "delete",
    "008": "extend",
    "009": "shrink",
    "010": "update access rules",
    "011": "add or update security service",
    "026": "transfer accept",
    "027": "update_metadata",
    "028": "restore share backup",
}

_NO_STORAGE = "No storage could be allocated for this share request"
"""What clients look for."""

_DETAILS = {
    "001": "Nothing is known about the cause.",
    "002": f"{_NO_STORAGE}. A smaller share, or one of another type, may find a place.",
    "003": "The backend is not set up for share networks, but one was given.",
    "004": "There is no share server on the share network, and none could be made there.",
    "005": "A replica can only be made of a share that has an 'active' one which is 'available'.",
    "006": "None of the share's replicas has the 'replica_state' 'active'.",
    "015": "The backend could not extend the share, whose status is extending_error now until somebody sees to it.",
    "017": "The backend could not make the share from the snapshot. A new attempt is possible.",
    "018": "The share holds more than it was to be shrunk to; it is available and as big as before.",
    "019": "The backend cannot shrink shares.",
    "020": "The backend refused access to this client; its id may not be allowed.",
    "021": "The backend could not grant access; it may not know the level or type.",
    "022": "The backend could not set up a security service of the share network.",
    "023": "The user of the security service was refused, or may not do what the backend needs.",
    "024": "There is no default share type, so a share type is needed.",
    "025": "The share network lacks the security service that the backend needs.",
    "026": "The transfer needs the share's access rules to be cleared.",
    "027": "The share network subnet may have no more ports; its quota is used up.",
    "028": f"{_NO_STORAGE}: the services of the backends are not ready yet.",
    "029": "The backend has acted on the changed metadata.",
    "030": "The backend could not act on the changed metadata.",
    "031": "Metadata that the backend acts on was removed without the backend being told.",
    "032": "The backend restores a backup only to the share that it is of.",
    "033": "The neutron subnet has no address left for a share server.",
    "034": "The backend cannot make a replica with this configuration.",
    "035": "The backend could not revert the share to the snapshot.",
}

_FILTERS = {
    "007": "AvailabilityZone",
    "008": "Capabilities",
    "009": "Capacity",
    "010": "Driver",
    "011": "IgnoreAttemptedHosts",
    "012": "Json",
    "013": "Retry",
    "014": "ShareReplication",
    "016": "CreateFromSnapshot",
}
"""Details about a filter of the scheduler that left nothing over."""

DETAILS = frozenset((*_DETAILS, *_FILTERS))
UNKNOWN_ERROR = "001"


def text(action_id: str, detail_id: str) -> str:
    """The text for users: ``allocate host: …``."""
    if detail_id in _FILTERS:
        detail = f"{_NO_STORAGE}: no pool passed the {_FILTERS[detail_id]} filter."
    else:
        detail = _DETAILS.get(detail_id, _DETAILS[UNKNOWN_ERROR])
    return f"{_ACTIONS.get(action_id, 'unknown action')}: {detail}"
