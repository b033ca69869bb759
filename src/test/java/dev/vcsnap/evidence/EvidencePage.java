package dev.vcsnap.evidence;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The page that says who vouches for what: the rules that tests show, and the served methods with
 * the clients that called them.
 */
final class EvidencePage {

  /** How many rules there are under each letter; numbers that were never given are left out. */
  private static final Map<String, List<Integer>> RULES =
      new TreeMap<>(
          Map.of(
              "A", upTo(25),
              "B", upTo(30),
              "C", upTo(23),
              "D", upTo(12),
              "E", upTo(6),
              "F", upTo(6)));

  private static final Map<String, String> TITLES =
      Map.of(
          "A", "Creating a snapshot",
          "B", "The tree, the files, and the merges",
          "C", "Changed block tracking",
          "D", "Tasks and events",
          "E", "Sessions and rights",
          "F", "Which delta format");

  /** A rule as one test shows it. */
  private record Shown(Rule rule, String test) {

    private String letter() {
      return rule.value().substring(0, 1);
    }

    private int number() {
      return Integer.parseInt(rule.value().substring(1));
    }
  }

  private final List<Shown> shown;
  private final List<String> methods;
  private final Map<String, String> callers;

  /**
   * @param methods what is served, as {@code VirtualMachine.PowerOnVM_Task}
   * @param callers the clients that called a method in the last recorded run
   */
  EvidencePage(List<String> methods, Map<String, String> callers) {
    this.shown = fromTests();
    this.methods = methods;
    this.callers = callers;
  }

  private static List<Integer> upTo(int last) {
    return IntStream.rangeClosed(1, last).boxed().toList();
  }

  private static List<Shown> fromTests() {
    return new ClassFileImporter()
        .withImportOption(new ImportOption.OnlyIncludeTests()).importPackages("dev.vcsnap").stream()
            .filter(type -> type.getMethods().stream().anyMatch(EvidencePage::carriesRule))
            .map(JavaClass::reflect)
            .flatMap(EvidencePage::shownBy)
            .sorted(
                Comparator.comparing(Shown::letter)
                    .thenComparing(Shown::number)
                    .thenComparing(Shown::test))
            .toList();
  }

  private static boolean carriesRule(com.tngtech.archunit.core.domain.JavaMethod method) {
    return method.isAnnotatedWith(Rule.class) || method.isAnnotatedWith(Rule.Rules.class);
  }

  private static Stream<Shown> shownBy(Class<?> test) {
    return Arrays.stream(test.getDeclaredMethods())
        .flatMap(method ->
            Arrays.stream(method.getAnnotationsByType(Rule.class))
                .map(rule -> new Shown(rule, nameOf(method))));
  }

  private static String nameOf(Method method) {
    return method.getDeclaringClass().getSimpleName() + "." + method.getName();
  }

  String text() {
    List<String> lines = new ArrayList<>();
    lines.add("# Evidence");
    lines.add("");
    lines.add(
        "Made from the tests by `EvidencePageTest`; nobody writes it by hand. A rule says what a"
            + " real server does;");
    lines.add(
        "beside it stands who says so, and the test that shows it here. *Assumed* means that nobody"
            + " says so: it may be");
    lines.add("wrong, and a recording of a real server is welcome.");
    RULES.forEach((letter, numbers) -> section(lines, letter, numbers));
    lines.add("");
    lines.add("## Methods");
    lines.add("");
    lines.add(
        "What is served, and which of the clients in `compat` called it in the last recorded run");
    lines.add("(`compat/record`). All of them are of the published interface.");
    lines.add("");
    lines.add("| method | called by |");
    lines.add("|---|---|");
    methods.forEach(
        method -> lines.add("| `%s` | %s |".formatted(method, callers.getOrDefault(method, ""))));
    return String.join("\n", lines) + "\n";
  }

  private void section(List<String> lines, String letter, List<Integer> numbers) {
    List<Shown> own = shown.stream().filter(one -> one.letter().equals(letter)).toList();
    TreeSet<Integer> missing = new TreeSet<>(numbers);
    own.forEach(one -> missing.remove(one.number()));
    lines.add("");
    lines.add("## %s. %s".formatted(letter, TITLES.get(letter)));
    lines.add("");
    lines.add("| rule | what a real server does | who says so | shown by |");
    lines.add("|---|---|---|---|");
    own.forEach(one ->
        lines.add(
            "| %s | %s | %s | `%s` |"
                .formatted(
                    one.rule().value(),
                    one.rule().says().replace("|", "\\|"),
                    words(one.rule().by()),
                    one.test())));
    if (!missing.isEmpty()) {
      lines.add("");
      lines.add(
          "No test carries: "
              + missing.stream().map(number -> letter + number).collect(Collectors.joining(", "))
              + ".");
    }
  }

  private static String words(Witness witness) {
    return switch (witness) {
      case DOCUMENT -> "the interface's documentation";
      case SOURCE -> "the component's source";
      case KNOWLEDGE_BASE -> "the vendor's manuals";
      case OBSERVED -> "observed on a real system";
      case CLIENT -> "a client relies on it";
      case ASSUMED -> "*assumed*";
    };
  }
}
