"""The floor: bare Flask, ``jsonify`` of ready-made bodies, Werkzeug's threaded server; no check of anything.

``python -m benchmarks.floor BODIES.json`` with ``{"detail": …, "show": …, "create": …}``; prints its address.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

from flask import Flask, Response, jsonify, request
from werkzeug.serving import make_server


def main() -> None:
    bodies = json.loads(Path(sys.argv[1]).read_text())
    logging.getLogger("werkzeug").disabled = True
    app = Flask("floor")

    @app.get("/v2/snapshots/detail")
    def detail() -> Response:
        return jsonify(bodies["detail"])

    @app.get("/v2/snapshots/<id>")
    def show(id: str) -> Response:
        return jsonify(bodies["show"])

    @app.post("/v2/snapshots")
    def create() -> tuple[Response, int]:
        request.get_json()
        return jsonify(bodies["create"]), 202

    server = make_server("127.0.0.1", 0, app, threaded=True)
    sys.stdout.write(f"ready url=http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
