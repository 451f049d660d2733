"""A small release of our own, in the form of Manila's: a chapter about kettles, parameters, samples, policies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fakemanila.contract.derive import derive

Json = dict[str, Any]

CHAPTER = """\
.. -*- rst -*-

Kettles (since API v2.10)
=========================

List kettles
~~~~~~~~~~~~

.. rest_method::  GET /v2/kettles?color={color}

Words.

Response codes
--------------

.. rest_status_code:: success status.yaml

   - 200

.. rest_status_code:: error status.yaml

   - 401
   - 400

Request
-------

.. rest_parameters:: parameters.yaml

   - project_id: project_id_path
   - color: color_query

Response parameters
-------------------

.. rest_parameters:: parameters.yaml

   - id: kettle_id
   - lid : lid
   - spout: spout

Response example
----------------

.. literalinclude:: samples/kettles.json
   :language: javascript

Create kettle (since API v2.11)
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~

.. rest_method::  POST /v2/{project_id}/kettles

Response codes
--------------

.. rest_status_code:: success status.yaml

   - 202

Request
-------

.. rest_parameters:: parameters.yaml

   - lid: lid
   - litres: litres

Request example
---------------

.. literalinclude:: samples/kettle.json

Boil kettle
~~~~~~~~~~~

.. rest_method::  POST /v2/kettles/{kettle-id}/action

.. versionadded:: 2.12

Response codes
--------------

.. rest_status_code:: success status.yaml

   - 202

Request
-------

.. rest_parameters:: parameters.yaml

   - kettle_id: kettle_id_path
   - degrees: degrees

Request example
---------------

.. literalinclude:: ./samples/boil.json
"""

PARAMETERS = """\
project_id_path: {in: path, required: false, type: string, description: words}
kettle_id_path: {in: path, required: true, type: string, description: words}
color_query: {in: query, required: false, type: string, min_version: 2.20, description: words}
kettle_id: {in: body, required: true, type: string, description: words}
lid: {in: body, required: false, type: boolean, description: words}
spout: {in: body, required: false, type: string, max_version: 2.30, description: words}
litres: {in: body, required: true, type: integer, description: words}
degrees: {in: body, required: true, type: integer, min_version: 2.0, description: words}
"""

SAMPLES: Json = {
    "kettles.json": {"kettles": [{"id": "a", "lid": None}], "kettles_links": []},
    "kettle.json": {"kettle": {"lid": True, "litres": 2}},
    "boil.json": {"boilKettle": {"degrees": 95}},
}

POLICY_BASE = """\
ADMIN = 'rule:context_is_admin'
EITHER = f'({ADMIN}) or ' + '(role:cook)'
rules = [policy.RuleDefault('context_is_admin', 'role:admin', description='words')]
"""

POLICY = """\
BASE = 'kettle:%s'
rules = [
    policy.DocumentedRuleDefault(
        name=BASE % 'index',
        check_str=base.EITHER,
        scope_types=['project'],
        description='words',
        operations=[{'method': 'GET', 'path': '/kettles?{query}'}],
        deprecated_rule=deprecated,
    ),
    policy.DocumentedRuleDefault(
        BASE % 'boil', base.ADMIN, 'words', [{'method': ['POST'], 'path': '/kettles/{id}/action'}]
    ),
    policy.DocumentedRuleDefault(
        BASE % 'boil_kettle', base.ADMIN, 'words', [{'method': 'POST', 'path': '/kettles/{id}/action'}]
    ),
]
"""


def lay_out(root: Path, **patches: Any) -> tuple[Path, Path]:
    """A release of our own, unpacked, and the folder for what is derived from it."""
    files = {
        "PKG-INFO": "Name: kettle\nVersion: 1.2.3\n",
        "api-ref/source/kettle-things.inc": CHAPTER,
        "api-ref/source/parameters.yaml": PARAMETERS,
        "manila/policies/base.py": POLICY_BASE,
        "manila/policies/kettle.py": POLICY,
        "README.rst": "not read",
    } | {f"api-ref/source/samples/{name}": json.dumps(body) for name, body in SAMPLES.items()}
    for name, text in files.items():
        path = root / "kettle-1.2.3" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    target = root / "schemas"
    target.mkdir(exist_ok=True)
    (target / "patches.json").write_text(json.dumps(patches))
    return root / "kettle-1.2.3", target


def derived(root: Path, **patches: Any) -> Json:
    source, target = lay_out(root, **patches)
    derive(source, target)
    found: Json = json.loads((target / "kettle_things.json").read_text())["operations"]
    return found
