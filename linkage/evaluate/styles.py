"""How each invented State writes its upload: habits of its clerks, encoding, headers, dates and codes.

Three styles, all of them found in real files: the titles of the MDE list, MDE numbers, and a vendor's own synonyms.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from linkage.evaluate.pools import places

# column -> number and title of the Minimum Data Element, in the order of the list.
ELEMENTS: Mapping[str, tuple[int, str]] = {
    "state_student_id": (2, "State Student Identifier"),
    "state_student_id_type": (3, "State Student Identifier Type"),
    "first_name": (4, "First Name"),
    "middle_name": (5, "Middle Name"),
    "last_name_1": (6, "Last Name 1"),
    "last_name_2": (7, "Last Name 2"),
    "suffix": (8, "Suffix"),
    "sex": (9, "Sex"),
    "birth_date": (10, "Birth Date"),
    "multiple_birth": (11, "Multiple Birth Flag"),
    "birth_city": (12, "Birth City"),
    "birth_state": (13, "Birth State"),
    "birth_country": (14, "Birth Country"),
    "birth_date_verification": (15, "Birth Date Verification"),
    "parent1_first": (16, "Parent 1 First Name"),
    "parent1_last": (17, "Parent 1 Last Name"),
    "parent2_first": (18, "Parent 2 First Name"),
    "parent2_last": (19, "Parent 2 Last Name"),
    "qualifying_arrival_date": (20, "Qualifying Arrival Date"),
    "move_from_city": (21, "Qualifying Move From City"),
    "move_from_state": (22, "Qualifying Move From State"),
    "move_from_country": (23, "Qualifying Move From Country"),
    "move_to_city": (24, "Qualifying Move To City"),
    "move_to_state": (25, "Qualifying Move To State"),
    "eligibility_expiration_date": (26, "Eligibility Expiration Date"),
    "enrollment_date": (28, "Enrollment Date"),
    "enrollment_type": (29, "Enrollment Type"),
    "school_name": (30, "School or Project Name"),
    "project_type": (31, "MEP Project Type"),
    "school_id": (32, "School Identification Code"),
    "facility_name": (33, "Facility Name"),
    "facility_address_1": (34, "Facility Address 1"),
    "facility_address_2": (35, "Facility Address 2"),
    "facility_address_3": (36, "Facility Address 3"),
    "facility_city": (37, "Facility City"),
    "school_district": (38, "School District"),
    "facility_state": (39, "Facility State"),
    "facility_zip": (40, "Facility Zip"),
    "telephone": (41, "Telephone Number"),
    "grade_level": (42, "Grade Level"),
    "el_indicator": (43, "EL Indicator"),
    "iep_indicator": (44, "IDEA Indicator"),
    "med_alert": (45, "Med Alert Indicator"),
    "pfs_flag": (46, "Priority for Services Flag"),
    "immunization_flag": (47, "Immunization Record Flag"),
    "withdrawal_date": (49, "Withdrawal Date"),
    "residency_date": (70, "Residency Date"),
    "residency_verification_date": (73, "Residency Verification Date"),
}
COLUMNS = tuple(ELEMENTS)
DATE_COLUMNS = frozenset(column for column in COLUMNS if column.endswith("_date"))
YES_NO_COLUMNS = frozenset({"multiple_birth", "el_indicator", "iep_indicator", "pfs_flag", "immunization_flag"})

_VENDOR_HEADERS = {
    "state_student_id": "Student ID",
    "state_student_id_type": "Student ID Type",
    "first_name": "Given Name",
    "middle_name": "Middle Initial",
    "last_name_1": "Paternal Last Name",
    "last_name_2": "Maternal Last Name",
    "sex": "Gender",
    "birth_date": "DOB",
    "multiple_birth": "Twin Flag",
    "birth_city": "City of Birth",
    "birth_state": "State of Birth",
    "birth_country": "Country of Birth",
    "birth_date_verification": "DOB Verification Code",
    "parent1_first": "Father First Name",
    "parent1_last": "Father Last Name",
    "parent2_first": "Mother First Name",
    "parent2_last": "Mother Last Name",
    "qualifying_arrival_date": "QAD",
    "move_from_city": "From City",
    "move_from_state": "From State",
    "move_from_country": "From Country",
    "move_to_city": "To City",
    "move_to_state": "To State",
    "eligibility_expiration_date": "Eligibility End Date",
    "enrollment_date": "Entry Date",
    "school_name": "School",
    "school_id": "School Code",
    "school_district": "District",
    "facility_zip": "School Zip",
    "telephone": "School Phone",
    "grade_level": "Grade",
    "el_indicator": "ELL",
    "pfs_flag": "PFS",
    "withdrawal_date": "Exit Date",
}


@dataclass(frozen=True, slots=True)
class StateStyle:
    """The first three fields are habits of the clerks, as shares of records; the others are the format of the file."""

    upper_case: float  # names in capitals
    given_together: float  # both given names in First Name
    parents_two_surnames: float  # a parent's second surname is written down too
    encoding: str
    newline: str
    headers: Mapping[str, str]
    date_format: str
    sex: Mapping[str, str]
    yes_no: Mapping[str, str]

    def encodable(self, text: str) -> bool:
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return True


_TITLES = StateStyle(
    upper_case=0.1,
    given_together=0.25,
    parents_two_surnames=0.6,
    encoding="utf-8-sig",
    newline="\r\n",
    headers={column: title for column, (_, title) in ELEMENTS.items()},
    date_format="%Y%m%d",
    sex={"F": "Female", "M": "Male", "X": "Nonbinary"},
    yes_no={"Y": "Yes", "N": "No"},
)
_NUMBERS = StateStyle(
    upper_case=0.65,
    given_together=0.1,
    parents_two_surnames=0.25,
    encoding="utf-8",
    newline="\n",
    headers={column: f"MDE {number} {title}" for column, (number, title) in ELEMENTS.items()},
    date_format="%m/%d/%Y",
    sex={"F": "F", "M": "M", "X": "X"},
    yes_no={"Y": "Y", "N": "N"},
)
_VENDOR = StateStyle(
    upper_case=0.25,
    given_together=0.4,
    parents_two_surnames=0.35,
    encoding="cp1252",
    newline="\r\n",
    headers={column: _VENDOR_HEADERS.get(column, title) for column, (_, title) in ELEMENTS.items()},
    date_format="%Y-%m-%d",
    sex={"F": "FEMALE", "M": "MALE", "X": "OTHER"},
    yes_no={"Y": "TRUE", "N": "FALSE"},
)


def style_of(state: str) -> StateStyle:
    """The style of one of `pools.places().states`."""
    order = ("TX", "WA", "FL", *sorted(set(places().states) - {"TX", "WA", "FL"}))
    return (_TITLES, _NUMBERS, _VENDOR)[order.index(state) % 3]
