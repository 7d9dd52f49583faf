import Catalogue
import Testing

@testable import Experiments
@testable import Reporting

/// What each format says of the same tables, beside published values.
struct TableFormatTests {
  private static let references = [
    ReportSettings.Reference(
      source: "Yan & al.", parameters: ["attack": .string("none"), "aggregator": .string("fedavg")],
      metrics: ["test_accuracy": 0.9]),
    ReportSettings.Reference(
      source: "another", parameters: ["attack": .string("none"), "aggregator": .string("fedavg")],
      metrics: ["test_accuracy": 0.5]),
    ReportSettings.Reference(
      source: "Yan & al.", parameters: ["attack": .string("fang-trim"), "bias": .number(0.5)],
      metrics: ["test_accuracy": 0.75]),
  ]

  private func render(_ format: TableFormat, _ references: [ReportSettings.Reference] = []) throws -> String {
    let summary = try Fixture.summary(Fixture.plain)
    return format.render(
      try Table.tables(from: summary, references: references),
      try Comparison(summary: summary, references: references))
  }

  @Test func writesLaTeX() throws {
    #expect(
      try render(.latex) == #"""
        % test_accuracy at the last round, mean ± standard deviation over 3 seeds
        % Needs \usepackage{booktabs} in the preamble.
        \begin{tabular}{lrr}
        \toprule
        attack & fedavg & skymask(threshold=0.6) \\
        \midrule
        none & \textbf{0.873 $\pm$ 0.012} & 0.860 $\pm$ 0.005 \\
        fang-trim & 0.100 $\pm$ 0.050$^{\dagger!\sim}$ & not run$^{\dagger}$ \\
        \bottomrule
        \end{tabular}
        \par\smallskip
        {\footnotesize \textbf{Bold}: the best of its row (the highest), among complete entries that did not diverge.
        $^{\dagger}$ not all seeds are finished: 2 of 3 (fang-trim $\times$ fedavg), 0 of 3 (fang-trim $\times$ skymask(threshold=0.6)).
        $^{!}$ seeds that failed: 1 of 3 (fang-trim $\times$ fedavg).
        $^{\sim}$ seeds that diverged: 1 of 3 (fang-trim $\times$ fedavg).\par}

        """#)
  }

  @Test func publishedValuesFollowInLaTeX() throws {
    let text = try render(.latex, [Self.references[0], Self.references[2]])
    let start = try #require(text.firstRange(of: "\n% Beside")).lowerBound
    #expect(
      text[start...] == #"""

        % Beside published values
        % Needs \usepackage{booktabs} in the preamble.
        \begin{tabular}{llrrrrl}
        \toprule
        cells & measurement & ours & seeds & published & difference & source \\
        \midrule
        aggregator fedavg, attack none & test\_accuracy & 0.873 & 3 & 0.900 & $-0.027$ & Yan \& al. \\
        attack fang-trim, bias 0.5 & test\_accuracy & 0.100 & 2 & 0.750 & $-0.650$ & Yan \& al. \\
        \bottomrule
        \end{tabular}

        """#)
  }

  @Test func keepsWhatMeansSomethingToLaTeX() throws {
    let row = #"d,a\b{c}$d&e#f%g_h^i~j<k>l|m,fedavg,0.5,,1,1,0,0,yes,1,,1,"# + "\n"
    let text = TableFormat.latex.render(try Table.tables(from: Fixture.summary(row)))
    #expect(
      text.contains(
        ##"a\textbackslash{}b\{c\}\$d\&e\#f\%g\_h\textasciicircum{}i\textasciitilde{}j\textless{}k\textgreater{}l\textbar{}m & 1.000 \\"##
      ))
  }

  @Test func publishedValuesFollowInMarkdown() throws {
    let text = try render(.markdown, [Self.references[0]])
    #expect(
      text.hasSuffix(
        #"""

        **Beside published values**

        | cells | measurement | ours | seeds | published | difference | source |
        | :-- | :-- | --: | --: | --: | --: | :-- |
        | aggregator fedavg, attack none | test\_accuracy | 0.873 | 3 | 0.900 | -0.027 | Yan & al. |

        """#))
  }

  @Test func publishedValuesFollowAsText() throws {
    let text = try render(.text, [Self.references[0]])
    #expect(
      text.hasSuffix(
        "~ seeds that diverged: 1 of 3 (fang-trim × fedavg)\n\naggregator fedavg, attack none: test_accuracy 0.8730 over 3 seeds, published 0.9000 "
          + "(Yan & al.), difference -0.0270"))
  }

  /// One row for each entry, and one for each published value where there are two.
  @Test func writesCSV() throws {
    let head =
      "attack,aggregator,measurement,mean,std,n_measured,n,n_expected,n_failed,n_diverged,played_rounds,fallback_rounds,"
      + "best,published,difference,source\n"
    #expect(
      try render(.csv) == head + """
        none,fedavg,test_accuracy,0.873,0.0124,3,3,3,0,0,30,0,1,,,
        none,skymask(threshold=0.6),test_accuracy,0.8601,0.0049,3,3,3,0,0,30,0,0,,,
        fang-trim,fedavg,test_accuracy,0.1,0.05,2,2,3,1,1,20,0,0,,,
        fang-trim,skymask(threshold=0.6),test_accuracy,,,0,0,3,0,0,0,0,0,,,

        """)
    let lines = try render(.csv, Self.references).split(separator: "\n")
    #expect(lines.count == 6)
    #expect(lines[1].hasPrefix("none,fedavg,test_accuracy,0.873,0.0124,3,3,3,0,0,30,0,1,0.9,-0.02"))
    #expect(lines[1].hasSuffix(",Yan & al."))
    #expect(lines[2].hasPrefix("none,fedavg,test_accuracy,0.873,0.0124,3,3,3,0,0,30,0,1,0.5,0.37"))
    #expect(lines[2].hasSuffix(",another"))
    #expect(lines[4] == "fang-trim,fedavg,test_accuracy,0.1,0.05,2,2,3,1,1,20,0,0,0.75,-0.65,Yan & al.")
    #expect(lines[5] == "fang-trim,skymask(threshold=0.6),test_accuracy,,,0,0,3,0,0,0,0,0,0.75,,Yan & al.")
  }

  @Test func everyMarkHasAMeaningInEveryFormat() throws {
    var summary = CSVTable(
      header: ["attack", "aggregator", "n", "n_expected", "n_failed", "n_diverged", "played_rounds", "fallback_rounds"]
        + ["test_accuracy_final_n", "test_accuracy_final_mean", "test_accuracy_final_std"])
    summary.append(["none", "fedavg", "3", "4", "1", "1", "20", "5", "2", "0.5", "0.25"])
    summary.append(["none", "krum", "4", "4", "0", "0", "40", "0", "4", "0.5", "0.25"])
    let tables = try Table.tables(from: summary)
    let text = TableFormat.text.render(tables)
    #expect(text.contains("none    0.500 ± 0.250 †!~§‡  0.500 ± 0.250\n"))
    #expect(
      text.contains(
        "\n§ the mean is over fewer seeds, as the others have no such measurement: 2 of 3 (none × fedavg)\n"))
    #expect(
      text.contains(
        "\n‡ rounds in which the rule used no update and fell back on something else: 5 of 20 (none × fedavg)\n"))
    let latex = TableFormat.latex.render(tables)
    #expect(latex.contains(#"0.500 $\pm$ 0.250$^{\dagger!\sim\S\ddagger}$"#))
    #expect(latex.contains(#"$^{\ddagger}$ rounds in which"#) && latex.contains(#"$^{\S}$ the mean"#))
  }

  @Test func tablesOfOtherParametersShareOneCSV() throws {
    let summary = try Fixture.summary(
      "d,none,fedavg,0.1,,1,1,0,0,yes,0.1,,0.2,\nd,none,fedavg,0.5,,1,1,0,0,yes,0.2,,0.4,\n")
    let requests = [
      TableRequest(rows: "attack", columns: "aggregator"),
      TableRequest(rows: "bias", columns: "aggregator", value: "test_accuracy_last10"),
    ]
    let tables = try requests.flatMap { try Table.tables(from: summary, $0) }
    #expect(
      TableFormat.csv.render(tables) == """
        attack,aggregator,bias,measurement,mean,std,n_measured,n,n_expected,n_failed,n_diverged,played_rounds,\
        fallback_rounds,best,published,difference,source
        none,fedavg,0.1,test_accuracy,0.1,,1,1,1,0,0,10,0,0,,,
        none,fedavg,0.5,test_accuracy,0.2,,1,1,1,0,0,10,0,0,,,
        ,fedavg,0.1,test_accuracy_last10,0.2,,1,1,1,0,0,10,0,0,,,
        ,fedavg,0.5,test_accuracy_last10,0.4,,1,1,1,0,0,10,0,0,,,

        """)
  }
}
