from fakemanila.package_data import fixtures_dir, schemas_dir


def test_the_contract_and_the_fixtures_are_found() -> None:
    assert (schemas_dir() / "SOURCE.json").is_file()
    assert fixtures_dir().is_dir()
