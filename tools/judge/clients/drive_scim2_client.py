"""Drives scim2-client through users and groups. Prints a line with a JSON object for each step."""

import json
import sys

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_models import EnterpriseUser, Group, PatchOp, PatchOperation, SCIMException, SearchRequest, User

http = Client(base_url=sys.argv[1], headers={"Authorization": "Bearer " + sys.stdin.read()}, timeout=60)
scim = SyncSCIMClient(http)
made = {}
core = "urn:ietf:params:scim:schemas:core:2.0:"


class NotMade(Exception):
    """An earlier step failed to make what this one needs."""


def step(name, run):
    outcome, reason = "passed", ""
    try:
        run()
    except NotMade as missing:
        outcome, reason = "skipped", str(missing)
    except Exception as error:
        outcome, reason = "failed", f"{type(error).__name__}: {error}"
    print(json.dumps({"check": name, "outcome": outcome, "reason": reason}), flush=True)


def expect(found, wanted):
    if found != wanted:
        raise AssertionError(f"the library read {found!r}, not {wanted!r}")


def get(name):
    if name not in made:
        raise NotMade(f"{name} was not created")
    return made[name]


def discover():
    try:
        scim.discover()
    except Exception:
        # The other steps are tried with the models that the library has itself.
        scim.resource_models = (User[EnterpriseUser], Group)
        scim.register_naive_resource_types()
        raise


def user(name, **values):
    return {
        "schemas": [core + "User"],
        "userName": name,
        "emails": [{"value": f"{name}@judge.example", "type": "work"}],
        **values,
    }


def group(display_name, *names):
    rows = [{"value": get(name).id} for name in names]
    return {"schemas": [core + "Group"], "displayName": display_name, "members": rows}


def create(name, kind, body):
    made[name] = scim.create(kind, body)
    return made[name]


def read(name):
    """Retrieves a resource as it is now. The library makes each change depend on its version."""
    return scim.query(type(get(name)), get(name).id)


def patch(resource, operation):
    rows = [PatchOperation(**operation)]
    return scim.modify(resource, PatchOp[type(resource)](operations=rows))


def patched(operation):
    """Changes a user. An answer without a body is followed by a read."""
    return patch(read("anna"), operation) or read("anna")


def replace(name, attribute, value):
    changed = read(name)
    setattr(changed, attribute, value)
    expect(getattr(scim.replace(changed), attribute), value)


def found(kind, filter, **more):
    answer = scim.query(kind, query_parameters=SearchRequest(filter=filter, **more))
    return answer.total_results, [one.id for one in answer.resources or []]


def members(group):
    return sorted(one.value for one in group.members or [])


def ids(*names):
    return sorted(get(name).id for name in names)


def change_members(wanted, **operation):
    patch(read("staff"), operation)
    expect(members(read("staff")), wanted)


def refused(run, status, scim_type=None):
    try:
        run()
    except SCIMException as error:
        expect((error.status, error.scim_type or None), (status, scim_type))
    else:
        raise AssertionError("the library read a success")


def rename():
    patch(read("staff"), {"op": "replace", "path": "displayName", "value": "Crew"})
    expect(read("staff").display_name, "Crew")


def set_members(value):
    changed = read("staff")
    changed.members = value
    expect(members(scim.replace(changed)), sorted(one.value for one in value or []))


def delete(name):
    resource = get(name)
    scim.delete(type(resource), resource.id)
    refused(lambda: scim.query(type(resource), resource.id), 404)


def search():
    request = SearchRequest(filter='userName sw "anna"')
    expect(scim.search(request).total_results, 1)


def change_old_version():
    if not scim.service_provider_config:
        raise NotMade("the library sends no If-Match without discovery")
    refused(lambda: patch(get("anna"), doctor), 412)


def disable(value):
    expect(patched({"op": "replace", "path": "active", "value": value}).active, value)


def member(name):
    return type(get("staff")).model_validate(group("Crew", name)).members


doctor = {"op": "add", "path": "title", "value": "Dr."}

step("discovery", discover)
step("create a user", lambda: expect(create("anna", "User", user("anna", active=True)).user_name, "anna"))
step("create another user", lambda: create("bert", "User", user("bert")))
step(
    "refused: create a user twice",
    lambda: refused(lambda: create("twin", "User", user("anna")), 409, "uniqueness"),
)
step("retrieve a user", lambda: expect(read("anna").emails[0].value, "anna@judge.example"))
step("replace a user (PUT)", lambda: replace("anna", "display_name", "Anna"))
step("modify a user (PATCH)", lambda: expect(patched(doctor).title, "Dr."))
step("refused: change an old version", change_old_version)
step("disable a user", lambda: disable(False))
step("enable a user", lambda: disable(True))
step("filter users", lambda: expect(found("User", 'userName eq "ANNA"'), (1, ids("anna"))))
step(
    "filter users by their e-mail",
    lambda: expect(found("User", 'emails[value eq "bert@judge.example"]'), (1, ids("bert"))),
)
step("filter users in vain", lambda: expect(found("User", 'userName eq "nobody"'), (0, [])))
step("a page of users", lambda: expect(len(found("User", None, start_index=2, count=1)[1]), 1))
step("search users (POST)", search)
step("create a group", lambda: expect(members(create("staff", "Group", group("Staff", "anna"))), ids("anna")))
step(
    "add a member",
    lambda: change_members(ids("anna", "bert"), op="add", path="members", value=[{"value": get("bert").id}]),
)
step(
    "remove a member",
    lambda: change_members(ids("bert"), op="remove", path=f'members[value eq "{get("anna").id}"]'),
)
step("rename a group", rename)
step("filter groups", lambda: expect(found("Group", 'displayName eq "Crew"'), (1, ids("staff"))))
step("empty a group (PATCH)", lambda: change_members([], op="remove", path="members"))
step("replace a group (PUT)", lambda: set_members(member("anna")))
step("empty a group (PUT)", lambda: set_members(None))
step("delete a user", lambda: delete("bert"))
step("delete a group", lambda: delete("staff"))
