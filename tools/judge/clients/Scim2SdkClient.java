import com.fasterxml.jackson.databind.node.ArrayNode;
import com.unboundid.scim2.client.ScimService;
import com.unboundid.scim2.common.BaseScimResource;
import com.unboundid.scim2.common.exceptions.ScimException;
import com.unboundid.scim2.common.filters.Filter;
import com.unboundid.scim2.common.messages.ListResponse;
import com.unboundid.scim2.common.messages.PatchOperation;
import com.unboundid.scim2.common.messages.PatchRequest;
import com.unboundid.scim2.common.types.Email;
import com.unboundid.scim2.common.types.GroupResource;
import com.unboundid.scim2.common.types.Member;
import com.unboundid.scim2.common.types.UserResource;
import com.unboundid.scim2.common.utils.JsonUtils;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.client.ClientRequestFilter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.glassfish.jersey.apache.connector.ApacheConnectorProvider;
import org.glassfish.jersey.client.ClientConfig;

/** Drives scim2-sdk-client of UnboundID through users and groups. */
final class Scim2SdkClient {
  private static final Map<String, UserResource> made = new HashMap<>();
  private static ScimService scim;
  private static GroupResource staff;

  public static void main(String[] args) throws Exception {
    String token = new String(System.in.readAllBytes()).trim();
    ClientRequestFilter authorize = request -> request.getHeaders().add("Authorization", "Bearer " + token);
    Client client = ClientBuilder.newClient(new ClientConfig().connectorProvider(new ApacheConnectorProvider()));
    scim = new ScimService(client.register(authorize).target(args[0]));
    userSteps();
    groupSteps();
    client.close();
  }

  private static void userSteps() throws Exception {
    Steps.step(
        "discovery",
        () -> {
          Steps.expect(scim.getServiceProviderConfig().getPatch().isSupported(), true);
          Steps.expect(stream(scim.getResourceTypes()).anyMatch(one -> one.getName().equals("User")), true);
          Steps.expect(stream(scim.getSchemas()).anyMatch(one -> one.getName().equals("User")), true);
        });
    Steps.step("create a user", () -> Steps.expect(create("anna").getUserName(), "anna"));
    Steps.step("create another user", () -> create("bert"));
    Steps.step(
        "refused: create a user twice", () -> refused(() -> scim.create("Users", user("anna")), 409, "uniqueness"));
    Steps.step(
        "retrieve a user", () -> Steps.expect(retrieve("anna").getEmails().get(0).getValue(), "anna@judge.example"));
    Steps.step(
        "replace a user (PUT)",
        () -> Steps.expect(scim.replace(retrieve("anna").setDisplayName("Anna")).getDisplayName(), "Anna"));
    Steps.step(
        "modify a user (PATCH)",
        () -> Steps.expect(patchUser(PatchOperation.replace("title", "Dr.")).getTitle(), "Dr."));
    Steps.step(
        "refused: change an old version",
        () -> {
          PatchOperation doctor = PatchOperation.replace("title", "Dr.");
          var request = scim.modifyRequest(Steps.need(made, "anna")).addOperation(doctor).ifMatch();
          refused(() -> request.invoke(), 412, null);
        });
    Steps.step(
        "disable a user", () -> Steps.expect(patchUser(PatchOperation.replace("active", false)).getActive(), false));
    Steps.step(
        "enable a user", () -> Steps.expect(patchUser(PatchOperation.replace("active", true)).getActive(), true));
    Steps.step("filter users", () -> Steps.expect(found(Filter.eq("userName", "ANNA")), ids("anna")));
    Steps.step(
        "filter users by their e-mail",
        () -> Steps.expect(found(Filter.eq("emails.value", "bert@judge.example")), ids("bert")));
    Steps.step("filter users in vain", () -> Steps.expect(found(Filter.eq("userName", "nobody")), List.of()));
    Steps.step(
        "a page of users",
        () -> Steps.expect(stream(scim.searchRequest("Users").page(2, 1).invoke(UserResource.class)).count(), 1L));
    Steps.step(
        "search users (POST)",
        () -> {
          var list = scim.searchRequest("Users").filter(Filter.sw("userName", "anna")).invokePost(UserResource.class);
          Steps.expect(idsOf(list), ids("anna"));
        });
  }

  private static void groupSteps() throws Exception {
    Steps.step(
        "create a group",
        () -> {
          staff = scim.create("Groups", new GroupResource().setDisplayName("Staff").setMembers(member("anna")));
          Steps.expect(membersOf(staff), ids("anna"));
        });
    Steps.step(
        "add a member",
        () -> {
          ArrayNode values = JsonUtils.getJsonNodeFactory().arrayNode();
          values.add(JsonUtils.valueToNode(member("bert")));
          changeMembers(ids("anna", "bert"), PatchOperation.add("members", values));
        });
    Steps.step(
        "remove a member",
        () -> {
          String path = "members[value eq \"" + Steps.need(made, "anna").getId() + "\"]";
          changeMembers(ids("bert"), PatchOperation.remove(path));
        });
    Steps.step(
        "rename a group",
        () -> {
          PatchRequest rename = new PatchRequest(PatchOperation.replace("displayName", "Crew"));
          scim.modify(group(), rename);
          Steps.expect(scim.retrieve("Groups", group().getId(), GroupResource.class).getDisplayName(), "Crew");
        });
    Steps.step(
        "filter groups",
        () -> {
          var list = scim.search("Groups", Filter.eq("displayName", "Crew").toString(), GroupResource.class);
          Steps.expect(idsOf(list), List.of(group().getId()));
        });
    Steps.step("empty a group (PATCH)", () -> changeMembers(List.of(), PatchOperation.remove("members")));
    Steps.step("replace a group (PUT)", () -> replaceGroup(List.of(member("anna")), ids("anna")));
    Steps.step("empty a group (PUT)", () -> replaceGroup(List.of(), List.of()));
    Steps.step("delete a user", () -> delete("Users", Steps.need(made, "bert")));
    Steps.step("delete a group", () -> delete("Groups", group()));
  }

  private static <T> Stream<T> stream(ListResponse<T> list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  private static void refused(Steps.Step step, int status, String scimType) throws Exception {
    try {
      step.run();
    } catch (ScimException error) {
      Steps.expect(error.getScimError().getStatus(), status);
      Steps.expect(error.getScimError().getScimType(), scimType);
      return;
    }
    throw new AssertionError("the library read a success");
  }

  private static UserResource user(String name) {
    Email email = new Email().setValue(name + "@judge.example").setType("work");
    return new UserResource().setUserName(name).setActive(true).setEmails(email);
  }

  private static UserResource create(String name) throws ScimException {
    UserResource user = scim.create("Users", user(name));
    made.put(name, user);
    return user;
  }

  private static UserResource retrieve(String name) throws ScimException {
    return scim.retrieve("Users", Steps.need(made, name).getId(), UserResource.class);
  }

  private static UserResource patchUser(PatchOperation operation) throws ScimException {
    UserResource anna = Steps.need(made, "anna");
    UserResource changed = scim.modify(anna, new PatchRequest(operation));
    // An answer without a body is followed by a read.
    return changed == null ? scim.retrieve("Users", anna.getId(), UserResource.class) : changed;
  }

  private static List<String> found(Filter filter) throws ScimException {
    return idsOf(scim.search("Users", filter.toString(), UserResource.class));
  }

  private static List<String> idsOf(ListResponse<? extends BaseScimResource> list) {
    return Steps.sorted(stream(list).map(BaseScimResource::getId));
  }

  private static List<String> ids(String... names) {
    return Steps.sorted(Stream.of(names).map(name -> Steps.need(made, name).getId()));
  }

  private static GroupResource group() {
    if (staff == null) throw new Steps.NotMade("staff");
    return staff;
  }

  private static Member member(String name) {
    return new Member().setValue(Steps.need(made, name).getId());
  }

  private static List<String> membersOf(GroupResource group) {
    List<Member> members = group.getMembers() == null ? List.of() : group.getMembers();
    return Steps.sorted(members.stream().map(Member::getValue));
  }

  private static void changeMembers(List<String> wanted, PatchOperation operation) throws ScimException {
    scim.modify(group(), new PatchRequest(operation));
    Steps.expect(membersOf(scim.retrieve("Groups", group().getId(), GroupResource.class)), wanted);
  }

  private static void replaceGroup(List<Member> members, List<String> wanted) throws ScimException {
    GroupResource group = scim.retrieve("Groups", group().getId(), GroupResource.class);
    Steps.expect(membersOf(scim.replace(group.setMembers(members))), wanted);
  }

  private static void delete(String path, BaseScimResource resource) throws Exception {
    scim.delete(path, resource.getId());
    refused(() -> scim.retrieve(path, resource.getId(), resource.getClass()), 404, null);
  }
}
