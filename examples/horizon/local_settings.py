"""Horizon's settings for trying it on one machine, and nothing for a deployment. run.py puts them in place."""

import os
import secrets
import warnings

from openstack_dashboard.settings import HORIZON_CONFIG

# Of the libraries that Horizon uses; it turns them on, just before it comes here.
warnings.filterwarnings("ignore", category=DeprecationWarning)

DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]

# A new one each time it starts: who was logged in has to log in again.
SECRET_KEY = secrets.token_hex(32)

# Not set while files are collected, when nobody asks it.
OPENSTACK_KEYSTONE_URL = os.environ.get("OS_AUTH_URL", "http://127.0.0.1:8786/identity/v3")

# One process has all sessions, so it needs no memcached.
SESSION_ENGINE = "django.contrib.sessions.backends.cache"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Styles and scripts are put together once, when Horizon is installed.
COMPRESS_OFFLINE = True

# Milliseconds between two looks at what is under way.
HORIZON_CONFIG["ajax_poll_interval"] = 2000

# Horizon begins with a page of Nova's, which isn't there.
HORIZON_CONFIG["user_home"] = "/project/shares/"

# fakemanila's Neutron has no routers. Quotas of Neutron are an error in Horizon 27 with any Neutron.
OPENSTACK_NEUTRON_NETWORK = {"enable_router": False, "enable_quotas": False}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
