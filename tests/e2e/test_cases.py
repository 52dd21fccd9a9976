"""Cases and roles as people move them: every move of a review by two, a conflict, conditions with days; a role that is
taken away, a backup that is looked at, the book proved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from planner.desk.desk import Desk
from planner.people import Role
from tests.e2e.conftest import Driver

pytestmark = pytest.mark.browser
ROW, HEAD = 28, 34  # pixels of a row of a table, and of its head

WORDS = {
    "zh": {"second": "须由第二人办理", "meanwhile": "已被他人改动", "nothing": "未写入任何内容", "whole": "备份完整",
           "same": "完全一致", "proved": "抄录的校验码在其中", "not": "账簿与原记录不符", "taken": "收回角色"},
    "en": {"second": "takes a second person", "meanwhile": "was changed meanwhile", "nothing": "Nothing was written",
           "whole": "The copy is whole", "same": "the one in use, to the last entry", "proved": "is among them",
           "not": "is not what it was", "taken": "take the role away"},
}


class Hands:
    """What a person does on a page of forms."""

    def __init__(self, driver: Driver, lang: str) -> None:
        self.driver, self.page, self.word = driver, driver.page, WORDS[lang]

    def ready(self) -> None:
        self.page.wait_for_timeout(400)  # a change is on its way before the page says that it works
        self.page.locator('[data-test-script-state="notRunning"]').first.wait_for(state="attached")

    def type(self, **words: str) -> None:
        for key, text in words.items():
            box = self.page.locator(f".st-key-{key.replace('_', '-')} input")
            box.fill(text)
            box.press("Tab")
            self.ready()

    def press(self, key: str) -> None:
        self.page.locator(f".st-key-{key} button").first.click()
        self.ready()

    def move(self, verb: str, actor: str, **words: str) -> None:
        if not self.page.locator(f".st-key-case-go-{verb}").count():
            self.press(f"case-move-{verb}")
        self.type(**{f"case_{name}": text for name, text in words.items()}, **{f"case_actor_{verb}": actor})
        self.press(f"case-go-{verb}")

    def choose(self, row: int) -> None:
        """A row of the first table."""
        box = self.driver.box(self.page.locator('[data-testid="stDataFrame"]').first)
        self.page.mouse.click(box["x"] + 16, box["y"] + HEAD + ROW * row + ROW / 2)
        self.ready()

    def stands(self, case: str, version: int) -> None:
        """The card shows a case in a version, and no form is open."""
        head = self.page.locator(".pl .name").filter(has_text=case)
        expect(head).to_contain_text(str(version))
        expect(self.page.locator('[class*="st-key-case-go-"]')).to_have_count(0)


@contextmanager
def another(path: Path) -> Iterator[Desk]:
    """Somebody else at the same workspace."""
    with closing(Desk.open(str(path))) as desk:
        yield desk


@pytest.fixture(params=["zh", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_case_is_moved_by_two_people_to_conditions_that_are_met(
    driver: Driver, address: tuple[str, Path], lang: str
) -> None:
    # Of the demo: one that was submitted, moved all the way; in the other language one that is recommended.
    case = {"zh": "case-labs", "en": "case-packaging"}[lang]
    driver.page.goto(f"{driver.url}/cases?lang={lang}")
    driver.page.locator('[data-testid="stDataFrame"]').first.wait_for()
    hands = Hands(driver, lang)
    hands.ready()
    with another(address[1]) as desk:
        version, row = desk.case(case).dossier.version, [one["case"] for one in desk.case_list()].index(case)
    hands.choose(row)
    if lang == "zh":
        for verb, actor, words in (("review", "Wang", {"note": "complete"}), ("return", "Wang", {"reason": "no power"}),
                                   ("submit", "Sun", {"note": "agreed"}), ("review", "Wang", {"note": "complete"})):
            hands.move(verb, actor, **words)
            hands.stands(case, version := version + 1)
        hands.move("override", "Wang", reason="redrawn", document="No. 12")
        hands.stands(case, version := version + 1)
        hands.move("recommend", "Wang", reason="fits")
        hands.stands(case, version := version + 1)
        hands.move("challenge", "Wang", reason="power")
        expect(driver.page.get_by_text(hands.word["second"]).last).to_be_visible()  # not by Wang, who recommended
        driver.shot(f"{lang}-case-second-person")
        hands.move("challenge", "Chen", reason="power")
        hands.stands(case, version := version + 1)
        hands.move("recommend", "Wang", reason="fits after all")
        hands.stands(case, version := version + 1)
    hands.press("case-move-decide")
    driver.page.locator('.st-key-case-outcome [role="radiogroup"] label').nth(1).click()
    hands.ready()
    # A day is taken when its calendar closes: when the next field is gone to.
    hands.type(case_basis="Minutes 7", case_due_0="2027-12-31", case_condition_0="power agreed")
    hands.press("case-condition-more")
    hands.type(case_due_1="2028-03-01", case_condition_1="offset inspected", case_actor_decide="Zhao")
    driver.shot(f"{lang}-case-conditions")
    hands.press("case-go-decide")
    hands.stands(case, version := version + 1)
    with another(address[1]) as desk:
        stated = [(one.text, one.due) for one in desk.case(case).dossier.conditions]
    assert stated == [("power agreed", date(2027, 12, 31)), ("offset inspected", date(2028, 3, 1))]
    hands.move("meet", "Wang", document="Letter 88")
    hands.stands(case, version := version + 1)
    # Somebody else lets the other condition lapse while this person writes on.
    hands.press("case-move-meet")
    hands.type(case_document="Letter 89", case_actor_meet="Wang")
    with another(address[1]) as desk:
        desk.withdraw_case(case, reason="the investor left", actor="Li", key=f"meanwhile-{lang}")
    hands.press("case-go-meet")
    expect(driver.page.get_by_text(hands.word["meanwhile"]).first).to_be_visible()
    driver.shot(f"{lang}-case-conflict")
    with another(address[1]) as desk:
        one = desk.case(case)
        assert one.record.state == "withdrawn" and [c.state for c in one.dossier.conditions][1] != "met"


def test_a_condition_lapses_and_what_was_held_is_free_again(driver: Driver, address: tuple[str, Path]) -> None:
    driver.page.goto(f"{driver.url}/cases?lang=en")
    driver.page.locator('[data-testid="stDataFrame"]').first.wait_for()
    hands = Hands(driver, "en")
    hands.ready()
    with another(address[1]) as desk:
        row = [one["case"] for one in desk.case_list()].index("case-reagents")
        version = desk.case("case-reagents").dossier.version
    hands.choose(row)
    hands.move("lapse", "Wang", reason="not met by its day")
    hands.stands("case-reagents", version + 1)
    driver.shot("en-case-lapsed")
    expect(driver.page.get_by_text("Held in the book")).to_have_count(0)
    with another(address[1]) as desk:
        assert desk.case("case-reagents").record.state == "closed"


def test_a_role_is_given_and_taken_away_by_its_row(driver: Driver, address: tuple[str, Path], lang: str) -> None:
    person = f"person-{lang}"
    with another(address[1]) as desk:
        desk.hold("root", Role.ADMINISTRATOR, actor="setup")
        desk.hold(person, Role.REVIEWER, park="ZONE", actor="root")
        row = [one.person for one in desk.people()].index(person)
    driver.page.goto(f"{driver.url}/administration?lang={lang}")
    driver.page.locator('[data-testid="stDataFrame"]').first.wait_for()
    hands = Hands(driver, lang)
    hands.ready()
    hands.choose(row)
    form = driver.page.locator('[data-testid="stForm"]').first
    expect(form.locator("input").first).to_have_value(person)
    expect(form.get_by_role("combobox").first).to_have_value(hands.word["taken"])
    driver.shot(f"{lang}-role-taken")
    hands.type(people_actor="root")
    form.locator('[data-testid="stFormSubmitButton"] button').click()
    hands.ready()
    expect(driver.page.get_by_text(f"{person}: ").first).to_be_visible()
    with another(address[1]) as desk:
        assert person not in [one.person for one in desk.people()]


def test_a_backup_is_looked_at_and_the_book_proved(
    driver: Driver, address: tuple[str, Path], lang: str, tmp_path: Path
) -> None:
    saved = tmp_path / "backup.gpkg"
    with another(address[1]) as desk:
        desk.backup(saved)
        head = desk.store.head()
    driver.page.goto(f"{driver.url}/administration?lang={lang}")
    driver.page.get_by_role("tab").nth(3).click()
    hands = Hands(driver, lang)
    driver.page.locator(".st-key-backup-given input[type=file]").set_input_files(saved)
    expect(driver.page.get_by_text(hands.word["whole"])).to_be_visible()
    expect(driver.page.get_by_text(hands.word["same"])).to_be_visible()
    hands.type(backup_head=head)
    hands.press("backup-verify")
    expect(driver.page.get_by_text(hands.word["proved"])).to_be_visible()
    driver.shot(f"{lang}-backups")
    hands.type(backup_head="0" * 64)  # a head that was never in this book
    hands.press("backup-verify")
    expect(driver.page.get_by_text(hands.word["not"])).to_be_visible()
