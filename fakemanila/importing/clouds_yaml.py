"""Sessions for clouds by their names in ``clouds.yaml``, as every OpenStack client finds them."""

from __future__ import annotations

import warnings

from keystoneauth1 import exceptions
from keystoneauth1.session import Session
from openstack.config import OpenStackConfig
from openstack.exceptions import ConfigException

from .cloud import Address, CloudError


def session_of(name: str) -> tuple[Session, Address]:
    """A session, and where the cloud's services are. Raises CloudError for a cloud that nobody knows."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openstacksdk's, of what it will read otherwise one day
            region = OpenStackConfig().get_one(cloud=name)
        session = region.get_session()
    except (ConfigException, exceptions.ClientException) as error:
        raise CloudError(f"--os-cloud {name!r}: {' '.join(str(error).split())}") from None
    interface = region.get_interface("shared-file-system") or "public"
    return session, Address(region.get_region_name(), str(interface))
