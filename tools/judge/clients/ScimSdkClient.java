import de.captaingoldfish.scim.sdk.client.ScimClientConfig;
import de.captaingoldfish.scim.sdk.client.ScimRequestBuilder;
import de.captaingoldfish.scim.sdk.client.builder.PatchBuilder;
import de.captaingoldfish.scim.sdk.client.response.ServerResponse;
import de.captaingoldfish.scim.sdk.common.constants.enums.Comparator;
import de.captaingoldfish.scim.sdk.common.constants.enums.PatchOp;
import de.captaingoldfish.scim.sdk.common.etag.ETag;
import de.captaingoldfish.scim.sdk.common.resources.Group;
import de.captaingoldfish.scim.sdk.common.resources.ResourceNode;
import de.captaingoldfish.scim.sdk.common.resources.User;
import de.captaingoldfish.scim.sdk.common.resources.base.ScimObjectNode;
import de.captaingoldfish.scim.sdk.common.resources.multicomplex.Email;
import de.captaingoldfish.scim.sdk.common.resources.multicomplex.Member;
import de.captaingoldfish.scim.sdk.common.response.ListResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Drives scim-sdk-client of Captain-P-Goldfish through users and groups. */
final class ScimSdkClient {
  private static final String users = "/Users";
  private static final String groups = "/Groups";
  private static final Map<String, User> made = new HashMap<>();
  private static ScimRequestBuilder scim;
  private static Group staff;

  public static void main(String[] args) throws Exception {
    String token = new String(System.in.readAllBytes()).trim();
    ScimClientConfig config =
        ScimClientConfig.builder().httpHeaders(Map.of("Authorization", "Bearer " + token)).build();
    scim = new ScimRequestBuilder(args[0], config);
    userSteps();
    groupSteps();
    scim.close();
  }

  private static void userSteps() throws Exception {
    Steps.step("discovery", ScimSdkClient::discover);
    Steps.step("create a user", () -> Steps.expect(create("anna").getUserName().get(), "anna"));
    Steps.step("create another user", () -> create("bert"));
    Steps.step(
        "refused: create a user twice",
        () -> {
          ServerResponse<User> answer = scim.create(User.class, users).setResource(user("anna")).sendRequest();
          Steps.expect(answer.isValidScimResponse(), true);
          Steps.expect(answer.isSuccess(), false);
          Steps.expect(answer.getErrorResponse().getStatus(), 409);
          Steps.expect(answer.getErrorResponse().getScimType().orElse(null), "uniqueness");
        });
    Steps.step(
        "retrieve a user",
        () -> Steps.expect(retrieve("anna").getEmails().get(0).getValue().get(), "anna@judge.example"));
    Steps.step("replace a user (PUT)", ScimSdkClient::replaceUser);
    Steps.step(
        "modify a user (PATCH)",
        () -> Steps.expect(patchUser("title", PatchOp.ADD, "Dr.").getTitle().get(), "Dr."));
    Steps.step(
        "refused: change an old version",
        () -> {
          User old = Steps.need(made, "anna");
          ETag version = old.getMeta().get().getVersion().get();
          ServerResponse<User> answer =
              scim.update(User.class, users, old.getId().get())
                  .setETagForIfMatch(version)
                  .setResource(old)
                  .sendRequest();
          Steps.expect(answer.isValidScimResponse(), true);
          Steps.expect(answer.getErrorResponse().getStatus(), 412);
        });
    Steps.step("disable a user", () -> Steps.expect(activate(false).isActive().get(), false));
    Steps.step("enable a user", () -> Steps.expect(activate(true).isActive().get(), true));
    Steps.step("filter users", () -> Steps.expect(idsOf(find("userName", "ANNA")), ids("anna")));
    Steps.step(
        "filter users by their e-mail",
        () -> Steps.expect(idsOf(find("emails.value", "bert@judge.example")), ids("bert")));
    Steps.step("filter users in vain", () -> Steps.expect(find("userName", "nobody").getTotalResults(), 0L));
    Steps.step(
        "a page of users",
        () -> {
          ListResponse<User> page = read(scim.list(User.class, users).startIndex(2).count(1).get().sendRequest());
          Steps.expect(page.getListedResources().size(), 1);
        });
    Steps.step(
        "search users (POST)",
        () -> {
          ListResponse<User> found =
              read(scim.list(User.class, users).filter("userName sw \"anna\"").post().sendRequest());
          Steps.expect(idsOf(found), ids("anna"));
        });
  }

  private static void groupSteps() throws Exception {
    Steps.step(
        "create a group",
        () -> {
          Group group = Group.builder().displayName("Staff").members(List.of(member("anna"))).build();
          staff = read(scim.create(Group.class, groups).setResource(group).sendRequest());
          Steps.expect(membersOf(staff), ids("anna"));
        });
    Steps.step(
        "add a member",
        () -> {
          var operation = operation().path("members").op(PatchOp.ADD).valueNode(member("bert"));
          changeMembers(ids("anna", "bert"), operation);
        });
    Steps.step(
        "remove a member",
        () -> {
          String path = "members[value eq \"" + Steps.need(made, "anna").getId().get() + "\"]";
          changeMembers(ids("bert"), operation().path(path).op(PatchOp.REMOVE));
        });
    Steps.step(
        "rename a group",
        () -> {
          Group renamed =
              read(operation().path("displayName").op(PatchOp.REPLACE).value("Crew").build().sendRequest());
          Steps.expect(renamed.getDisplayName().get(), "Crew");
        });
    Steps.step(
        "filter groups",
        () -> {
          ListResponse<Group> found =
              read(scim.list(Group.class, groups).filter("displayName eq \"Crew\"").get().sendRequest());
          Steps.expect(found.getListedResources().get(0).getId().get(), group().getId().get());
        });
    Steps.step("empty a group (PATCH)", () -> changeMembers(List.of(), operation().path("members").op(PatchOp.REMOVE)));
    Steps.step("replace a group (PUT)", () -> replaceGroup(List.of(member("anna")), ids("anna")));
    Steps.step("empty a group (PUT)", () -> replaceGroup(List.of(), List.of()));
    Steps.step("delete a user", () -> delete(User.class, users, Steps.need(made, "bert")));
    Steps.step("delete a group", () -> delete(Group.class, groups, group()));
  }

  /** The resource of an answer, if the library takes the answer for a valid success. */
  private static <T extends ScimObjectNode> T read(ServerResponse<T> answer) {
    if (answer.isSuccess() && answer.isValidScimResponse()) return answer.getResource();
    throw new AssertionError(
        "status %d, success %b, valid %b"
            .formatted(answer.getHttpStatus(), answer.isSuccess(), answer.isValidScimResponse()));
  }

  private static void discover() {
    // It is made of three answers. The library gives it no headers, which isValidScimResponse() needs.
    var answer = scim.loadMetaConfiguration().sendRequest();
    Steps.expect(answer.isSuccess(), true);
    var meta = answer.getResource();
    Steps.expect(meta.getServiceProvider().getPatchConfig().isSupported(), true);
    Steps.expect(meta.getResourceTypes().stream().anyMatch(one -> one.getName().equals("User")), true);
    Steps.expect(meta.getSchemas().stream().anyMatch(one -> one.getName().get().equals("User")), true);
  }

  private static User user(String name) {
    Email email = Email.builder().value(name + "@judge.example").type("work").build();
    return User.builder().userName(name).active(true).emails(List.of(email)).build();
  }

  private static User create(String name) {
    User user = read(scim.create(User.class, users).setResource(user(name)).sendRequest());
    made.put(name, user);
    return user;
  }

  private static User retrieve(String name) {
    return read(scim.get(User.class, users, Steps.need(made, name).getId().get()).sendRequest());
  }

  private static void replaceUser() {
    User user = retrieve("anna");
    user.setDisplayName("Anna");
    User replaced = read(scim.update(User.class, users, user.getId().get()).setResource(user).sendRequest());
    Steps.expect(replaced.getDisplayName().get(), "Anna");
  }

  private static User patchUser(String path, PatchOp op, String value) {
    String id = Steps.need(made, "anna").getId().get();
    return read(scim.patch(User.class, users, id).addOperation().path(path).op(op).value(value).build().sendRequest());
  }

  /** Sends a boolean as text, because the builder has no other way: with valueNode() it sends [false]. */
  private static User activate(boolean value) {
    return patchUser("active", PatchOp.REPLACE, String.valueOf(value));
  }

  private static ListResponse<User> find(String attribute, String value) {
    return read(scim.list(User.class, users).filter(attribute, Comparator.EQ, value).build().get().sendRequest());
  }

  private static List<String> idsOf(ListResponse<User> list) {
    return Steps.sorted(list.getListedResources().stream().map(one -> one.getId().get()));
  }

  private static List<String> ids(String... names) {
    return Steps.sorted(Stream.of(names).map(name -> Steps.need(made, name).getId().get()));
  }

  private static Group group() {
    if (staff == null) throw new Steps.NotMade("staff");
    return staff;
  }

  private static Member member(String name) {
    return Member.builder().value(Steps.need(made, name).getId().get()).build();
  }

  private static List<String> membersOf(Group group) {
    return Steps.sorted(group.getMembers().stream().map(one -> one.getValue().get()));
  }

  private static PatchBuilder.PatchOperationBuilder<Group> operation() {
    return scim.patch(Group.class, groups, group().getId().get()).addOperation();
  }

  private static void changeMembers(List<String> wanted, PatchBuilder.PatchOperationBuilder<Group> operation) {
    read(operation.build().sendRequest());
    Steps.expect(membersOf(read(scim.get(Group.class, groups, group().getId().get()).sendRequest())), wanted);
  }

  private static void replaceGroup(List<Member> members, List<String> wanted) {
    Group group = Group.builder().displayName("Crew").members(members).build();
    Group replaced = read(scim.update(Group.class, groups, group().getId().get()).setResource(group).sendRequest());
    Steps.expect(membersOf(replaced), wanted);
  }

  private static <T extends ResourceNode> void delete(Class<T> type, String path, ResourceNode resource) {
    String id = resource.getId().get();
    ServerResponse<T> answer = scim.delete(type, path, id).sendRequest();
    Steps.expect(answer.isSuccess(), true);
    ServerResponse<T> gone = scim.get(type, path, id).sendRequest();
    Steps.expect(gone.isValidScimResponse(), true);
    Steps.expect(gone.getErrorResponse().getStatus(), 404);
  }
}
