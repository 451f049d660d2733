"""Serves Horizon until it gets a signal. run.py starts it in the virtual environment, with a port (0: a free one)."""

import os
import signal
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "openstack_dashboard.settings"

from cheroot.wsgi import Server
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application


def main():
    server = Server(("127.0.0.1", int(sys.argv[1])), StaticFilesHandler(get_wsgi_application()))
    server.shutdown_timeout = 1
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit())
    server.prepare()
    print(f"http://127.0.0.1:{server.bind_addr[1]}/", flush=True)
    try:
        server.serve()
    finally:
        server.stop()


main()
