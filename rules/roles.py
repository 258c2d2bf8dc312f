"""`rules/roles.yaml` as a typed, immutable model: roles and their permissions."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from rules.yaml_file import RuleModel

Permission = Annotated[str, StringConstraints(pattern=r"^[a-z]+:[a-z]+$")]


class Role(RuleModel):
    """`level`: an account with this role is of one region or one district of a State; "" where it may be of any.

    `masked`: names, birth dates and whatever else `masking` in policy.yaml lists are dots to this role until each is revealed.
    """

    id: str = Field(pattern=r"^[a-z_]+$")
    title: str
    permissions: frozenset[Permission]
    level: Literal["", "region", "district"] = ""
    masked: bool = False

    @model_validator(mode="after")
    def _keeps_nothing(self) -> "Role":
        if self.masked and "student:export" in self.permissions:
            raise ValueError("a masked role takes no files away: leave out `student:export`, or `masked`")
        return self


class Roles(RuleModel):
    roles: tuple[Role, ...]

    @model_validator(mode="after")
    def _once(self) -> "Roles":
        ids = [role.id for role in self.roles]
        if len(set(ids)) != len(ids):
            raise ValueError("a role id stands twice")
        return self

    def find(self, role_id: str) -> Role | None:
        """The role with this id; None if there is none, which gives no permission at all."""
        return next((role for role in self.roles if role.id == role_id), None)
