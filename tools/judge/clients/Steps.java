import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Runs the steps of a client, and prints a line with a JSON object for each. */
final class Steps {
  private static final ObjectMapper json = new ObjectMapper();

  private Steps() {}

  interface Step {
    void run() throws Exception;
  }

  /** A step before this one failed to make what it needs. */
  static final class NotMade extends RuntimeException {
    NotMade(String name) {
      super(name + " was not created");
    }
  }

  static void step(String name, Step step) throws Exception {
    String outcome = "passed";
    String reason = "";
    try {
      step.run();
    } catch (NotMade missing) {
      outcome = "skipped";
      reason = missing.getMessage();
    } catch (Exception | AssertionError error) {
      outcome = "failed";
      reason = error.getClass().getSimpleName() + ": " + error.getMessage();
    }
    System.out.println(json.writeValueAsString(Map.of("check", name, "outcome", outcome, "reason", reason)));
  }

  static void expect(Object found, Object wanted) {
    if (!Objects.equals(found, wanted)) {
      throw new AssertionError("the library read " + found + ", not " + wanted);
    }
  }

  /** The made resource of a name; throws NotMade. */
  static <T> T need(Map<String, T> made, String name) {
    T one = made.get(name);
    if (one == null) throw new NotMade(name);
    return one;
  }

  static List<String> sorted(java.util.stream.Stream<String> texts) {
    return texts.sorted().toList();
  }
}
