"""The ledger's further verbs on the command line: lapse, carry, close, reverse, journal, lots."""

from __future__ import annotations

import pytest

from planner.cli import main


@pytest.fixture
def run(run_there):
    return run_there


def by(key, on="2026-12-31"):
    return f"--basis Notice-1 --actor clerk --key {key} --on {on}"


def ledger(verb, amount, *, quota="energy_tce", unit="tce", key="k", ref="x"):
    named = "" if verb == "grant" else f" --for {ref}"
    where = f"--park ZONE --quota {quota} --year 2026 --amount {amount} --unit {unit}"
    return f"ledger {verb} {where}{named} {by(key)}"


def figures(run, **where):
    rows = [row for row in run("ledger balance")[1] if where.items() <= row.items()]
    return [(row["year"], row["granted"], row["reserved"], row["committed"], row["free"]) for row in rows]


def test_a_year_ends_reservations_lapse_quota_is_carried_and_the_book_is_closed(run):
    run(ledger("grant", 100, quota="offset_paddy_m2", unit="m2", key="1"))
    run(ledger("reserve", 40, quota="offset_paddy_m2", unit="m2", key="2"))
    run(ledger("commit", 10, quota="offset_paddy_m2", unit="m2", key="3"))
    status, refused = run(f"ledger close --park ZONE --year 2026 {by('4')}")
    assert (status, refused["error"]["code"]) == (4, "E_RESERVED")
    status, lapsed = run(f"ledger expire --for x {by('5')}")
    assert (status, lapsed["legs"][0]["amount"]) == (0, 30.0)
    status, carried = run(f"ledger carry --park ZONE --quota offset_paddy_m2 --year 2026 {by('6')}")
    assert (status, carried["legs"][0]["year"], carried["legs"][0]["amount"]) == (0, 2027, 90.0)
    status, closed = run(f"ledger close --park ZONE --year 2026 {by('7')}")
    assert status == 0 and closed["certified"] == [
        {"quota": "offset_paddy_m2", "granted": 10.0, "opened": 0.0, "reserved": 0.0, "committed": 10.0, "free": 0.0}
    ]
    assert figures(run) == [(2026, 10.0, 0.0, 10.0, 0.0), (2027, 90.0, 0.0, 0.0, 90.0)]
    assert run(ledger("grant", 1, quota="offset_paddy_m2", unit="m2", key="8"))[1]["error"]["code"] == "E_CLOSED"
    assert run(f"ledger close --park ZONE --year 2026 {by('7')}") == (0, closed)  # the same key: the first answer
    status, opened = run(f"ledger reverse {closed['entry']} {by('9')}")
    assert (status, opened["reverses"]) == (0, closed["entry"])
    assert run(ledger("grant", 1, quota="offset_paddy_m2", unit="m2", key="8"))[0] == 0
    assert run("ledger verify")[1]["ok"]


def test_energy_is_not_carried_while_no_rule_lets_it(run):
    run(ledger("grant", 100, key="1"))
    status, refused = run(f"ledger carry --park ZONE --quota energy_tce --year 2026 {by('2')}")
    assert (status, refused["error"]["code"]) == (4, "E_CARRY")
    assert run("ledger history")[1][-1]["entry"] == 1


def test_an_entry_is_reversed_once_by_its_number(run):
    run(ledger("grant", 100, key="1"))
    run(ledger("reserve", 40, key="2"))
    assert run(f"ledger reverse 2 {by('3')}")[0] == 0 and figures(run) == [(2026, 100.0, 0.0, 0.0, 100.0)]
    status, refused = run(f"ledger reverse 2 {by('4')}")
    assert (status, refused["error"]["code"]) == (2, "E_USAGE") and "3" in refused["error"]["message"]
    assert run(f"ledger reverse 99 {by('5')}")[0] == 2


@pytest.mark.parametrize("form", ["beancount", "hledger"])
def test_a_journal_is_text_and_an_unknown_form_is_refused(run, capsys, form):
    run(ledger("grant", 100, key="1"))
    assert main(["ledger", "journal", "--format", form]) == 0
    assert "100000" in capsys.readouterr().out
    assert run("ledger journal --format ledger")[1]["error"]["code"] == "E_FORMAT"


LOTS = """quota_type,year,amount,unit,park,basis,lot,expiry,county,city,province,price_yuan,lon,lat
offset_paddy,2026,3,mu,ZONE,验收 1,HN-A,2026-11-30,秀英区,海口市,海南省,150000,110.2,19.9
offset_paddy,2026,6,mu,ZONE,验收 2,HN-B,2028-12-31,儋州市,儋州市,海南省,90000,,
offset_quantity,2026,6,mu,ZONE,验收 2,HN-B,2028-12-31,儋州市,儋州市,海南省,,,
offset_quantity,2026,9,mu,ZONE,文件 3,,,,,,,,
"""


def test_lots_come_with_a_table_and_a_reservation_takes_them(run, tmp_path):
    (tmp_path / "lots.csv").write_text(LOTS, "utf-8")
    assert run("import lots.csv --role quotas --actor clerk")[1]["stored"] == 4
    status, found = run("lots list --on 2026-12-01")
    assert status == 0 and [(row["lot"], row["quota"], row["expired"]) for row in found] == [
        ("HN-A", "offset_paddy_m2", True), ("HN-B", "offset_paddy_m2", False), ("HN-B", "offset_quantity_m2", False),
    ]
    assert (found[0]["free"], found[0]["price_yuan"], found[0]["price_unit"]) == (2_000.0, 150_000.0, "mu")
    taken = run(ledger("reserve", 4_500, quota="offset_paddy_m2", unit="m2", key="r").replace("12-31", "05-01"))[1]
    assert {row["lot"]: row["amount"] for row in taken["lots"]} == {"HN-B": 4_000.0, "HN-A": 500.0}  # the cheaper first
    assert len(taken["legs"]) == 1
    assert figures(run, quota="offset_paddy_m2") == [(2026, 6_000.0, 4_500.0, 0.0, 1_500.0)]
    late = ledger("reserve", 1_500, quota="offset_paddy_m2", unit="m2", key="s")  # HN-A expired before
    status, refused = run(late)
    assert (status, refused["error"]["code"]) == (4, "E_OVERDRAW")
    assert run(f"ledger expire --park ZONE --lot HN-A {by('e')}")[0] == 0
    assert figures(run, quota="offset_paddy_m2") == [(2026, 4_500.0, 4_500.0, 0.0, 0.0)]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("energy_cap,2026,3,tce,ZONE,b,HN-A,,,,,,,", "lot"),
        ("offset_paddy,2026,3,mu,ZONE,b,,,秀英区,,,,,", "county"),
        ("offset_paddy,2026,3,mu,ZONE,b,HN-C,,,,,9万,,", "price_yuan"),
        ("offset_paddy,2026,3,mu,ZONE,b,HN-C,,,,,,19.9,110.2", "lat"),
        ("offset_paddy,2026,3,mu,ZONE,b,HN-A,,,,,,,", "lot"),
    ],
)
def test_a_lot_that_cannot_be_is_named_with_its_row_and_nothing_is_written(run, tmp_path, row, column):
    (tmp_path / "lots.csv").write_text(LOTS + row + "\n", "utf-8")
    status, refused = run("import lots.csv --role quotas --actor clerk")
    assert (status, refused["error"]["code"]) == (2, "E_ROWS")
    assert refused["error"]["rejected"][0]["column"] == column
    assert run("ledger balance")[1] == []


def transfer(source, target, amount, key):
    where = f"--quota energy_tce --year 2026 --amount {amount} --unit tce"
    return f"ledger transfer --from {source} --to {target} {where} {by(key)}"


def test_what_leaves_an_account_for_good_is_told_beside_what_comes(run):
    run(ledger("grant", 100, key="1"))
    given = run(transfer("ZONE", "OTHER", 30, "2"))[1]
    assert [(leg["account"], leg["amount"]) for leg in (*given["legs"], *given["out"])] == [
        ("OTHER/energy_tce/2026/free", 30.0), ("ZONE/energy_tce/2026/free", -30.0),
    ]
    back = run(transfer("ZONE", "PROVINCE", 20, "3"))[1]
    assert back["legs"] == [] and [leg["amount"] for leg in back["out"]] == [-20.0]
    assert "out" not in run(ledger("reserve", 5, key="4"))[1]  # it stays in the account


def test_what_closed_years_were_certified_with_is_read_back_also_of_a_year_that_was_opened_again(run, capsys):
    run(ledger("grant", 100, key="1"))
    run(ledger("open", 20, key="2"))
    closed = run(f"ledger close --park ZONE --year 2026 {by('3')}")[1]
    run(f"ledger reverse {closed['entry']} {by('4')}")
    run(ledger("grant", 1, key="5"))
    again = run(f"ledger close --park ZONE --year 2026 {by('6')}")[1]
    rows = run("ledger certified --park ZONE --year 2026")[1]
    assert [(row["entry"], row["reversed_by"], row["certified"][0]["free"]) for row in rows] == [
        (closed["entry"], closed["entry"] + 1, 80.0), (again["entry"], None, 81.0),
    ]
    assert rows[1]["certified"] == again["certified"]
    assert run("ledger certified --year 2027")[1] == run("ledger certified --park OTHER")[1] == []
    told = {row["entry"]: row for row in run("ledger history")[1]}
    assert told[4]["reverses"] == 3 and told[3]["certified"] == closed["certified"]
    capsys.readouterr()
    assert main(["ledger", "history", "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "reverses entry 3" in said and "closes 2026 of ZONE" in said and "100.0000" in said


def test_a_day_that_was_stated_is_part_of_what_a_key_stands_for(run):
    first = ledger("grant", 100, key="1")
    assert run(first)[0] == 0 and run(first)[1]["entry"] == 1
    status, refused = run(first.replace("2026-12-31", "2026-06-30"))
    assert (status, refused["error"]["code"]) == (4, "E_KEY")


def test_an_empty_head_is_no_proof_and_a_day_without_a_morrow_no_day(run):
    assert run(ledger("grant", 100, key="1").replace("2026-12-31", "9999-12-31"))[0] == 2
    assert run("ledger balance")[1] == []
    assert run("ledger verify", "--head", "")[0] == 2


def test_a_refusal_says_where_it_is_short(run):
    run(ledger("grant", 100, key="1"))
    refused = run(ledger("reserve", 101, key="2"))[1]["error"]
    assert refused["where"] == {"park": "ZONE", "quota": "energy_tce", "year": 2026}
