import Experiments
import Testing

@testable import Reporting

struct FigureTests {
  @Test func namesAreMadeOfWhatTheFileShows() {
    var names = FigureNames()
    #expect(names.name(["test_accuracy", "skymask(threshold=0.6)"]) == "test-accuracy-skymask-threshold-0-6")
    #expect(names.name(["Fashion MNIST", "../é/ü"]) == "fashion-mnist")
    #expect(names.name(["../fashion-mnist"]) == "fashion-mnist-2")
    #expect(names.name(["fashion", "mnist"]) == "fashion-mnist-3")
    #expect(names.name([String(repeating: "a", count: 1000)]).count == 160)
  }

  @Test func aNumberInANameTellsWhatItIsOf() {
    let pairs = [("attack", "none"), ("attack", "min-max"), ("bias", "0.5"), ("aggregator.threshold", "")]
    let words = pairs.map { Table.Pair(name: $0.0, value: $0.1) }.words
    #expect(words == ["attack none", "min-max", "bias 0.5", "aggregator.threshold none"])
  }

  @Test func everyFormatHasItsTerminal() {
    let figure = Figure(name: "a", width: 4.5, height: 3, data: "", commands: ["plot 'a.dat'"])
    #expect(
      figure.script(.pdf) == """
        # Drawn by: gnuplot a.gp
        # skymask plot writes this file and a.dat anew each time: copy what you change.
        set terminal pdfcairo size 4.5in,3in font "Helvetica,9" fontscale 0.75 linewidth 1.2
        set output 'a.pdf'
        set encoding utf8
        set termoption noenhanced
        set datafile missing 'NaN'
        plot 'a.dat'

        """)
    #expect(
      figure.script(.svg).contains(
        "set terminal svg size 432,288 enhanced font \"Helvetica,12\" background rgb \"white\"\nset output 'a.svg'\n"))
    #expect(
      figure.script(.png).contains(
        "set terminal pngcairo size 900,600 font \"Helvetica,9\" fontscale 2.083 linewidth 2 pointscale 3.2\n"
          + "set output 'a.png'\n"))
  }

  @Test func noTextEndsAQuoteOrALine() {
    #expect(Gnuplot.quoted("it's\n`date`") == "'it''s `date`'")
    #expect(Gnuplot.title(#"a "b" \n c"#, width: 100) == #""a \"b\" \\n c""#)
    #expect(Gnuplot.field("a \"b\"\nc") == "\"a 'b' c\"")
  }

  @Test func aLongTitleIsBrokenBetweenWords() {
    #expect(Gnuplot.title("attack min-max, bias 0.5", width: 1) == #""attack\nmin-max, bias\n0.5""#)
  }

  @Test func noTwoOfThirtyFiveLinesLookAlike() {
    #expect(Set((0..<35).map(Gnuplot.style)).count == 35)
    // Nor do they in black and white.
    let grey = (0..<30).map { Gnuplot.style($0).split(separator: " dt ")[1] }
    #expect(Set(grey).count == 30)
  }
}

struct CurveFigureTests {
  private func figures(_ rows: String, _ request: CurveRequest = CurveRequest()) throws -> [Figure] {
    let rounds = try CSVTable(Array(("key,attack,aggregator,seed,round,test_accuracy\n" + rows).utf8), name: "t")
    var summary = CSVTable(header: ["attack", "aggregator", "n"])
    for row in rounds.rows { summary.append([row[1], row[2], "1"]) }
    var names = FigureNames()
    return try Curves(rounds: rounds, summary: summary, request).figures(&names)
  }

  @Test func drawsBandsBelowLines() throws {
    let figures = try figures(
      """
      a,none,fedavg,1,0,0.25
      a,none,fedavg,1,5,0.5
      b,none,fedavg,2,0,0.75
      b,none,fedavg,2,5,0.5
      c,none,krum,1,0,0.125
      c,none,krum,1,5,0.5
      d,alie,krum,1,0,0.5

      """)
    #expect(figures.map(\.name) == ["test-accuracy-by-round-attack-none", "test-accuracy-by-round-alie"])
    #expect(
      figures[0].data == """
        # aggregator fedavg
        # round mean std seeds
        0.0 0.5 0.3535533905932738 2
        5.0 0.5 0.0 2


        # aggregator krum
        # round mean std seeds
        0.0 0.125 NaN 1
        5.0 0.5 NaN 1

        """)
    let file = "'test-accuracy-by-round-attack-none.dat'"
    #expect(
      figures[0].commands == [
        "set rmargin at screen 0.718",
        "set key at screen 0.735,0.5 left center vertical maxcols 1 Left reverse samplen 4 spacing 1.15"
          + " title 'aggregator' left",
        "set xlabel 'round'", "set ylabel 'test_accuracy'", "set grid ytics lc rgb '#dddddd' dt solid", "set border 3",
        "set tics nomirror", "set bars small", "set title \"attack none\"", "set yrange [0:0.9]",
        "set xrange [-0.1:5.1]",
        """
        plot \(file) index 0 using 1:($2-$3):($2+$3) with filledcurves fs transparent solid 0.12 noborder \
        lc rgb '#0072b2' notitle, \\
          \(file) index 0 using 1:2 with linespoints lw 1.5 lc rgb '#0072b2' dt solid pt 6 ps 0.65 title 'fedavg', \\
          \(file) index 1 using 1:2 with linespoints lw 1.5 lc rgb '#d55e00' dt (12,5) pt 4 ps 0.65 title 'krum'
        """,
      ])
    // A line looks the same in every panel.
    #expect(
      figures[1].commands.last?.contains("index 0 using 1:2 with linespoints lw 1.5 lc rgb '#d55e00' dt (12,5) pt 4")
        == true)
  }

  @Test func aPanelWithoutAPointIsNoFigure() throws {
    #expect(try figures("a,none,fedavg,1,0,\n").isEmpty)
  }

  @Test func manyLinesMakeAHighPicture() throws {
    let rows = (0..<11).map { "k,none,rule-\($0),1,0,0.5\nk,none,rule-\($0),1,1,0.5\n" }.joined()
    let figure = try #require(try figures(rows).first)
    #expect(figure.height > 4)
    #expect(figure.commands.last?.split(separator: "title 'rule-").count == 12)
  }
}

struct MapFigureTests {
  @Test func eachBoxHasItsNumber() throws {
    let tables = try Table.tables(from: Fixture.summary(Fixture.plain))
    var names = FigureNames()
    let scale = try #require(HeatScale([0.1, 0.873]))
    let figure = try #require(tables[0].figure(scale, PageNumber.alike([0.873]), &names))
    #expect(figure.name == "test-accuracy-attack-by-aggregator")
    #expect(
      figure.data == """
        # column row mean text colour_of_text
        0 0 0.873 "0.87" 0x000000
        1 0 0.8601 "0.86" 0x000000
        0 1 0.1 "0.10†!~" 0xffffff
        1 1 NaN "–" 0x000000

        """)
    #expect(figure.commands.contains("set title \"test_accuracy at the last round, mean over 3\\nseeds\""))
    #expect(figure.commands.contains("set ytics ('none' 0, 'fang-trim' 1) scale 0 tc rgb 'black'"))
    #expect(
      figure.commands.contains(
        "set xtics ('fedavg' 0, 'skymask(threshold=0.6)' 1) rotate by 45 right scale 0 tc rgb 'black'"))
    #expect(figure.commands.contains("set cbrange [0.1:0.873]"))
    #expect(
      figure.commands.last == """
        plot 'test-accuracy-attack-by-aggregator.dat' using 1:2:(0.5):(0.5):3 with boxxyerror fs solid 1 border \
        lc rgb '#ffffff' lc palette, \\
          'test-accuracy-attack-by-aggregator.dat' using 1:2:4:5 with labels tc rgb variable
        """)
  }

  @Test func nothingMeasuredIsNoFigure() throws {
    let tables = try Table.tables(from: Fixture.summary("d,none,fedavg,0.5,,0,1,0,0,no,,,,\n"))
    var names = FigureNames()
    #expect(tables[0].figure(try #require(HeatScale([0])), PageNumber.alike([0]), &names) == nil)
  }
}

struct MaskCloudTests {
  private func cloud(_ rows: String) throws -> MaskCloud {
    let table = try CSVTable(Array(("round,client,malicious,root,kept,x,y\n" + rows).utf8), name: "masks.csv")
    return try MaskCloud(table, shared: [Table.Pair(name: "attack", value: "min-max")], name: "masks.csv")
  }

  @Test func eachKindHasAMarker() throws {
    var names = FigureNames()
    let figure = try #require(
      try cloud("0,0,1,0,0,-1,2\n0,1,0,0,1,1,-2\n0,2,0,0,0,,\n0,,0,1,,3,4\n5,0,1,0,1,1,1\n").figure(&names))
    #expect(figure.name == "masks-min-max")
    let kinds = "0 honest, kept; 1 honest, rejected; 2 malicious, kept; 3 malicious, rejected; 4 root"
    #expect(
      figure.data == """
        # round 0
        # x y kind (\(kinds))
        -1.0 2.0 3
        1.0 -2.0 0
        3.0 4.0 4


        # round 5
        # x y kind (\(kinds))
        1.0 1.0 2

        """)
    #expect(figure.commands.contains("set title 'round 5' offset 0,-0.6"))
    let legend = figure.commands.filter { $0.hasPrefix("set label ") }
    #expect(
      legend.map { $0.split(separator: "'")[1] } == ["honest, kept", "malicious, kept", "malicious, rejected", "root"])
    #expect(figure.commands.count { $0.hasPrefix("plot ") } == 2)
  }

  @Test func theFirstTheMiddleAndTheLastRoundAreShown() throws {
    var names = FigureNames()
    let figure = try #require(try cloud((0..<9).map { "\($0),0,0,0,1,1,1\n" }.joined()).figure(&names))
    let titles = figure.commands.filter { $0.hasPrefix("set title ") }
    #expect(titles.map { $0.split(separator: "'")[1] } == ["round 0", "round 4", "round 8"])
    #expect(figure.data.split(separator: "# round ").count == 9)
  }

  @Test func noRoundIsNoFigure() throws {
    var names = FigureNames()
    #expect(try cloud("").figure(&names) == nil)
  }
}
