"""The code of a small Manila of our own, which serves what the chapter in ``kettles`` describes."""

from __future__ import annotations

from pathlib import Path

from fakemanila.contract.derive import derive

from .kettles import lay_out

ROUTER = """\
from manila.api.v2 import kettles

raise RuntimeError("nobody runs this")

class Router:
    def _setup_routes(self, mapper):
        self.resources["kettles"] = kettles.create_resource()
        mapper.resource("kettle", "kettles",
                        controller=self.resources["kettles"],
                        member={"action": "POST"})
        for path_prefix in ['/{project_id}', '']:
            mapper.connect("kettles", "%s/kettles/{id}/lid" % path_prefix,
                           controller=self.resources["kettles"], action="lift", conditions={"method": ["GET"]})
"""

CONTROLLER = """\
from manila.api.schemas import kettles as schema

FIRST = '2.10'

class Mixin(object):
    @wsgi.Controller.api_version(FIRST)
    @wsgi.Controller.authorize
    @validation.request_query_schema(schema.index_query, max_version='2.19')
    @validation.request_query_schema(schema.index_query_v220, '2.20')
    @validation.response_body_schema(schema.index_response, '2.10', '2.30')
    @validation.response_body_schema(schema.index_response_v231, '2.31')
    def index(self, req):
        return open('/etc/passwd')

class KettleController(Mixin):
    @wsgi.Controller.api_version('2.11')
    @wsgi.response(http_client.ACCEPTED)
    @validation.request_body_schema(schema.create_body)
    def create(self, req, body):
        pass

    @wsgi.Controller.api_version('2.12')
    @wsgi.action('boilKettle')
    @validation.request_body_schema(schema.boil_body)
    def boil(self, req, id, body):
        pass

def create_resource():
    return wsgi.Resource(KettleController())
"""

SCHEMAS = """\
import copy
from oslo_config import cfg
from manila.api.validation import helpers
from manila.api.validation import parameter_types
from manila.common import constants

CONF = cfg.CONF
CONF.import_opt('x', 'y')
index_query = {'type': 'object', 'properties': {}, 'additionalProperties': True}
index_query_v220 = copy.deepcopy(index_query)
index_query_v220['properties'].update({'color': parameter_types.single_param({'type': 'string'})})

_kettle = {
    'type': 'object',
    'properties': {'id': {'type': 'string', 'description': helpers.description('kettle_id')},
                   'lid': {**parameter_types.lid}, 'old-spout': {'type': ['string', 'null']}},
    'required': ['id'] + ['lid'],
    'additionalProperties': False,
}
_kettle['properties']['spout'] = _kettle['properties'].pop('old-spout')
index_response = {
    'type': 'object',
    'properties': {
        'kettles': {'type': 'array', 'items': _kettle},
        'kettles_links': {'type': 'array'},
    },
}
index_response_v231 = copy.deepcopy(index_response)
index_response_v231['properties']['kettles']['items']['properties'].pop('spout')

create_body = {
    'type': 'object',
    'properties': {
        'kettle': {
            'type': 'object',
            'properties': {'lid': {'type': ['boolean', 'null']}, 'litres': {'type': 'integer'}},
            'required': list(constants.WANTED),
        },
    },
    'additionalProperties': True,
}
boil_body = {
    'type': 'object',
    'properties': {
        'boilKettle': {'type': 'object', 'properties': {'degrees': {'type': 'integer'}}, 'required': ['degrees']},
    },
    'additionalProperties': False,
}
"""

TYPES = """\
lid = {'type': ['boolean', 'null']}

def single_param(schema):
    ret = multi_params(schema)
    ret['maxItems'] = 1
    return ret

def multi_params(schema):
    return {'type': 'array', 'items': schema}
"""

FILES = {
    "manila/api/v2/router.py": ROUTER,
    "manila/api/v2/kettles.py": CONTROLLER,
    "manila/api/schemas/kettles.py": SCHEMAS,
    "manila/api/validation/parameter_types.py": TYPES,
    "manila/api/validation/helpers.py": "def description(name):\n    return yaml[name]\n",
    "manila/common/constants.py": "WANTED = (\n    'litres',\n)\n",
}

AGREED = {
    "kettles.list": {"query_enforced": True, "query": {"color": {"is": "color_query", "minLength": 0}}, "why": "test"}
}
"""What must be patched for both sides to agree: the query is checked."""


def lay_out_code(root: Path, old: str = "", new: str = "", **patches: object) -> tuple[Path, Path]:
    """A release with its code, `old` in one of its files replaced by `new`, and the contract derived from it."""
    source, target = lay_out(root, **({"operations": AGREED} | patches))
    assert not old or sum(text.count(old) for text in FILES.values()) == 1
    for name, text in FILES.items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace(old, new) if old else text)
    derive(source, target)
    return source, target
