"""The address that callers are told, where a proxy stands in front."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client, TestResponse

from fakemanila import FakeManila, create_app
from fakemanila.app import application
from fakemanila.control.access import Access
from fakemanila.http.public_address import PublicAddress
from fakemanila.world.worlds import Worlds

OUTER = "https://cloud.example.com/share"
LOGIN = {
    "auth": {
        "identity": {
            "methods": ["password"],
            "password": {"user": {"name": "demo", "domain": {"id": "default"}, "password": "secret"}},
        },
        "scope": {"project": {"name": "demo", "domain": {"id": "default"}}},
    }
}
HERE = {"Host": "127.0.0.1:8786"}


def client(*, token: str | None = None, public: str | None = None, trust_proxy: bool = False) -> Client:
    address = None if public is None else PublicAddress.parse(public)
    return application(Worlds(), Access(token), address, trust_proxy=trust_proxy).test_client()


def told(client: Client, **headers: str) -> str:
    """The address that the version document carries."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = client.get("/", headers=HERE | sent)
    assert answer.status_code == 300, answer.text
    href: str = answer.get_json()["versions"][0]["links"][-1]["href"]
    return href.removesuffix("/v2/")


def addresses(answer: TestResponse) -> set[str]:
    return {endpoint["url"] for service in answer.get_json()["token"]["catalog"] for endpoint in service["endpoints"]}


class TestPublicUrl:
    def test_is_what_version_documents_links_and_the_catalog_carry(self) -> None:
        caller = client(public=OUTER)
        assert told(caller) == OUTER
        token = caller.post("/identity/v3/auth/tokens", json=LOGIN)
        assert all(url.startswith(f"{OUTER}/") for url in addresses(token))
        headers = {"X-Auth-Token": token.headers["X-Subject-Token"]}
        made = caller.post("/v2/shares", json={"share": {"share_proto": "NFS", "size": 1}}, headers=headers)
        assert all(link["href"].startswith(f"{OUTER}/") for link in made.get_json()["share"]["links"])

    def test_is_where_redirects_lead(self) -> None:
        caller = client(public=OUTER)
        assert caller.get("/identity").headers["Location"] == f"{OUTER}/identity/v3/"
        token = caller.post("/identity/v3/auth/tokens", json=LOGIN).headers["X-Subject-Token"]
        assert caller.get("/v2", headers={"X-Auth-Token": token}).headers["Location"] == f"{OUTER}/v2/"

    def test_stands_in_front_of_a_world(self) -> None:
        answer = client(public=OUTER).get("/worlds/ci-17/v2/shares")
        assert answer.headers["WWW-Authenticate"] == f'Keystone uri="{OUTER}/worlds/ci-17/identity"'

    def test_is_fixed_whatever_a_trusted_proxy_says(self) -> None:
        assert told(client(public=OUTER, trust_proxy=True), X_Forwarded_Host="other.example.com") == OUTER

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("https://Cloud.example.com/", "https://cloud.example.com"),
            ("https://cloud.example.com:443", "https://cloud.example.com"),
            ("http://[fd00::1]:8786/a/b/", "http://[fd00::1]:8786/a/b"),
        ],
    )
    def test_is_written_in_one_way(self, given: str, kept: str) -> None:
        assert told(client(public=given)) == kept

    @pytest.mark.parametrize(
        "url",
        [
            *("cloud.example.com", "ftp://cloud", "https://", "https://u:p@cloud", "https://[::1", ""),
            *("https://cloud:99999", "https://cloud/a b", "https://cloud//a", "https://cloud/?a=b"),
        ],
    )
    def test_is_refused_where_it_is_no_address(self, url: str) -> None:
        with pytest.raises(ValueError, match=r"public_url: .* is not the address of a server: expected one such as"):
            FakeManila(serve=False, public_url=url)


class TestTrustProxy:
    @pytest.mark.parametrize(
        ("headers", "address"),
        [
            ({"X_Forwarded_Proto": "https"}, "https://127.0.0.1:8786"),
            ({"X_Forwarded_Host": "cloud:81", "X_Forwarded_Port": "82"}, "http://cloud:81"),
            ({"X_Forwarded_Host": "cloud", "X_Forwarded_Port": "82"}, "http://cloud:82"),
            ({"X_Forwarded_Host": "cloud", "X_Forwarded_Port": "443", "X_Forwarded_Proto": "HTTPS"}, "https://cloud"),
            ({"Host": "cloud", "X_Forwarded_Port": "82"}, "http://cloud:82"),
            ({"X_Forwarded_Prefix": "/share/"}, "http://127.0.0.1:8786/share"),
            ({"X_Forwarded_Prefix": "/outer, /inner"}, "http://127.0.0.1:8786/outer/inner"),
            ({"X_Forwarded_Host": "first, second", "X_Forwarded_Proto": "https,http"}, "https://first"),
            ({"Forwarded": "for=10.0.0.1;Proto=https;host=cloud"}, "https://cloud"),
            ({"Forwarded": 'host="[fd00::1]:81", host=second'}, "http://[fd00::1]:81"),
            ({"Forwarded": "for=10.0.0.1", "X_Forwarded_Host": "cloud"}, "http://127.0.0.1:8786"),
            ({"Forwarded": "host=cloud", "X_Forwarded_Prefix": "/share"}, "http://cloud/share"),
        ],
        ids=str,
    )
    def test_takes_the_address_from_the_headers(self, headers: dict[str, str], address: str) -> None:
        assert told(client(trust_proxy=True), **headers) == address

    @pytest.mark.parametrize(
        "headers",
        [
            {"X_Forwarded_Proto": "gopher"},
            {"X_Forwarded_Host": "a b"},
            {"X_Forwarded_Host": "cloud:99999"},
            {"X_Forwarded_Host": "cloud/../x"},
            {"X_Forwarded_Host": "u@cloud"},
            {"X_Forwarded_Port": "-1"},
            {"X_Forwarded_Prefix": "share"},
            {"X_Forwarded_Prefix": '/"><script>'},
            {"X_Forwarded_Prefix": "//evil.example.com"},
            {"Forwarded": ";;=,"},
            {"Forwarded": 'host="'},
        ],
        ids=str,
    )
    def test_passes_over_what_makes_no_sense(self, headers: dict[str, str]) -> None:
        assert told(client(trust_proxy=True), **headers) == "http://127.0.0.1:8786"

    @given(
        headers=st.dictionaries(
            st.sampled_from(["Forwarded", *(f"X-Forwarded-{n}" for n in ("Proto", "Host", "Port", "Prefix"))]),
            st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f")),
        )
    )
    def test_answers_whatever_the_headers_have(self, headers: dict[str, str]) -> None:
        assert CALLER.get("/", headers=HERE | headers).status_code == 300

    def test_puts_the_prefix_in_front_of_a_world(self) -> None:
        caller = client(trust_proxy=True)
        headers = {"X-Forwarded-Prefix": "/share", "X-Forwarded-Host": "cloud"}
        answer = caller.get("/worlds/w/identity", headers=headers)
        assert answer.headers["Location"] == "http://cloud/share/worlds/w/identity/v3/"

    def test_is_off_unless_asked_for(self) -> None:
        headers = {"Forwarded": "host=cloud", "X_Forwarded_Proto": "https", "X_Forwarded_Prefix": "/share"}
        assert told(client(), **headers) == told(client(public="http://a"), **headers).replace("a", "127.0.0.1:8786")


CALLER = client(trust_proxy=True)


class TestControlPlane:
    """A page from elsewhere, or a caller behind the proxy, must not get further than without one."""

    def get(self, caller: Client, path: str = "clock", **headers: str) -> int:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return caller.get(f"/_fakemanila/{path}", headers=HERE | sent).status_code

    def test_is_open_to_direct_callers_as_ever(self) -> None:
        assert self.get(client(trust_proxy=True)) == 200
        assert self.get(client(public=OUTER)) == 200
        assert self.get(client(public=OUTER), Host="evil.example.com") == 403

    def test_wants_a_token_of_whom_the_proxy_lets_through(self) -> None:
        assert self.get(client(trust_proxy=True), X_Forwarded_Host="cloud") == 403
        assert self.get(client(trust_proxy=True), X_Forwarded_For="10.0.0.1") == 403
        assert self.get(client(trust_proxy=True, token="t"), X_Forwarded_Host="cloud") == 401
        assert self.get(client(trust_proxy=True, token="t"), X_Forwarded_Host="cloud", X_Fakemanila_Token="t") == 200
        assert self.get(client(trust_proxy=True), "ui/", Forwarded="host=cloud") == 403

    def test_is_not_fooled_by_a_page_that_names_a_loopback_host(self) -> None:
        rebound = {"Host": "evil.example.com", "Origin": "http://evil.example.com", "X_Forwarded_Host": "127.0.0.1"}
        assert self.get(client(trust_proxy=True), **rebound) == 403
        assert self.get(client(trust_proxy=True, token="t"), **rebound) == 401

    def test_takes_its_own_pages_for_its_own(self) -> None:
        assert self.get(client(public=OUTER), Origin="https://cloud.example.com") == 200
        assert self.get(client(public=OUTER), Origin="https://evil.example.com") == 403
        proxy = {"X_Forwarded_Host": "cloud:443", "X_Forwarded_Proto": "https", "X_Fakemanila_Token": "t"}
        assert self.get(client(trust_proxy=True, token="t"), Origin="https://cloud", **proxy) == 200
        assert self.get(client(trust_proxy=True, token="t"), Origin="https://evil", **proxy) == 403

    def test_leads_dashboards_back_through_the_proxy(self) -> None:
        caller = client(public=OUTER, token="t")
        assert caller.get("/_fakemanila/ui/", headers=HERE).headers["Location"] == "/share/_fakemanila/ui/login"
        page = client(public=OUTER).get("/_fakemanila/ui/", headers=HERE).text
        assert f"{OUTER}/identity/v3" in page
        assert 'href="/share/_fakemanila/ui/resources"' in page


@pytest.mark.filterwarnings("ignore")  # the clients warn of what is deprecated in the libraries below them
class TestPython:
    def test_clients_in_process_follow_the_outer_address(self) -> None:
        with FakeManila(serve=False, public_url=f"{OUTER}/") as manila:
            assert manila.url == OUTER
            share = manila.client().shares.create("NFS", 1, name="db")
            assert share.links[0]["href"].startswith(f"{OUTER}/v2/shares/")
            assert [each.name for each in manila.connect().shared_file_system.shares()] == ["db"]
            other = manila.world("other")
            assert other.session().get_endpoint(service_type="sharev2") == f"{OUTER}/worlds/other/v2"

    def test_a_server_is_still_called_where_it_listens(self) -> None:
        with FakeManila(public_url=OUTER) as manila:
            assert manila.url.startswith("http://127.0.0.1:")
            assert manila.session().get_endpoint(service_type="sharev2") == f"{OUTER}/v2"

    def test_an_application_for_another_server_has_them_too(self) -> None:
        answer = create_app(trust_proxy=True).test_client().get("/identity", headers={"X-Forwarded-Host": "cloud"})
        assert answer.headers["Location"] == "http://cloud/identity/v3/"
