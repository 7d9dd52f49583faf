import Foundation

/// A Chromium, or a Chrome, that opens pages without a window.
enum Browser {
  /// Nil where none is installed.
  static let path: String? = {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let candidates =
      folders.flatMap { folder in names.map { "\(folder)/\($0)" } } + [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
      ]
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
  }()
}

/// One look at a page: how wide, what its address asks for, and by day or by night.
struct Look {
  var name: String
  var width = 1200
  var fragment = ""
}

/// What a page shows after its scripts have run, as the script of `PageProbe` found it.
struct Seen: Decodable {
  struct Table: Decodable {
    var caption: String
    /// The texts of the cells that are shown, row by row, the head first.
    var rows: [[String]]
  }

  struct Panel: Decodable {
    var caption: String
    /// The names of the lines that are shown.
    var lines: [String]
    /// The labels that lie over each other.
    var overlaps: [String]
  }

  var width: Int
  var scrollWidth: Int
  var background: String
  var title: String
  var description: String
  var counts: [String]
  var shown: String
  var chosen: [String]
  var tables: [Table]
  var maps: [Table]
  var panels: [Panel]
  var legend: [String]
  /// What stands by the pointer over the last point of the first line.
  var tip: String
  /// What stands by the pointer in an empty corner.
  var tipElsewhere: String
  /// The address after the first box of the filter was clicked, and what is shown then.
  var addressAfterClick: String
  var panelsAfterClick: [String]
  var wasOwned: Bool
}

/// Opens a page in a browser, in frames of given widths, and reads what it shows.
struct PageProbe {
  let place: TestFolder
  let browser: String

  /// - Parameter page: the page's file in `place`; a script is added to a copy of it.
  func look(at page: String, _ looks: [Look], isDark: Bool = false) async throws -> [String: Seen] {
    let probe = "<script>\(PageProbe.script)</script></body>"
    try place.write(try place.read(page).replacing("</body>", with: probe), to: "probed.html")
    // A window of Chromium is never narrower than 500 pixels; a frame is.
    let frames = looks.map {
      "<iframe src=\"probed.html?\($0.name)\($0.fragment)\" style=\"width: \($0.width)px; height: 800px\"></iframe>\n"
    }
    try place.write(
      """
      <!DOCTYPE html><meta charset="utf-8"><style>iframe { border: 0 }</style><pre id="seen"></pre>
      <script>onmessage = (event) => document.getElementById("seen").append(event.data + "\\n")</script>
      \(frames.joined())
      """, to: "frames.html")
    // 0 is dark, and 1 light, whatever the system's own setting.
    let ended = try await place.shell(
      """
      exec '\(browser)' --headless --no-sandbox --disable-gpu --user-data-dir='\(place.path)/browser' \
      --blink-settings=preferredColorScheme=\(isDark ? 0 : 1) --window-size=1300,900 --virtual-time-budget=20000 \
      --dump-dom 'file://\(place.path)/frames.html' 2>browser.log
      """)
    guard let start = ended.out.range(of: #"<pre id="seen">"#), let end = ended.out.range(of: "</pre>") else {
      throw ProbeError(
        description: "the browser showed no page (status \(ended.code)): \(try place.read("browser.log"))")
    }
    var seen: [String: Seen] = [:]
    for line in ended.out[start.upperBound..<end.lowerBound].split(separator: "\n") {
      let parts = line.split(separator: " ")
      guard parts.count == 2, let json = String(parts[1]).removingPercentEncoding else {
        throw ProbeError(description: "not what the probe writes: \(line)")
      }
      seen[String(parts[0])] = try JSONDecoder().decode(Seen.self, from: Data(json.utf8))
    }
    return seen
  }

  /// Reads the page from inside, and tells the frame's parent.
  private static let script = #"""
    addEventListener("load", () => {
      const isShown = (element) => element.getClientRects().length > 0;
      const all = (selector, root = document) => Array.from(root.querySelectorAll(selector)).filter(isShown);
      const text = (element) => (element ? element.textContent.trim() : "");
      const caption = (block) => text(all("figcaption", block)[0]);
      const table = (block) => ({
        caption: caption(block),
        rows: all("tr", block).map((row) => all("th, td", row).map(text)),
      });
      const overlaps = (panel) => {
        const labels = all("text", panel).map((label) => ({ name: text(label), box: label.getBoundingClientRect() }));
        const found = [];
        labels.forEach((a, index) => labels.slice(index + 1).forEach((b) => {
          const isApart = a.box.right <= b.box.left || b.box.right <= a.box.left || a.box.bottom <= b.box.top ||
            b.box.bottom <= a.box.top;
          if (!isApart) found.push(`${a.name} / ${b.name}`);
        }));
        return found;
      };
      const tip = document.getElementById("tip");
      const pointAt = (panel, x, y) => {
        const place = new DOMPoint(x, y).matrixTransform(panel.getScreenCTM());
        panel.dispatchEvent(new PointerEvent("pointermove", { clientX: place.x, clientY: place.y }));
        return tip.hidden ? "" : Array.from(tip.children, text).join("|");
      };
      const seen = {
        width: innerWidth,
        scrollWidth: document.documentElement.scrollWidth,
        background: getComputedStyle(document.body).backgroundColor,
        title: text(document.querySelector("h1")),
        description: text(document.querySelector("header p")),
        counts: all(".counts li").map(text),
        shown: text(document.getElementById("shown")),
        chosen: Array.from(document.querySelectorAll("#filter input:checked"), (box) => `${box.name}=${box.value}`),
        tables: all("#tables .block").map(table),
        maps: all("#maps .block").map(table),
        panels: all("#curves .block").map((block) => ({
          caption: caption(block),
          lines: all("g.line", block).map((line) => line.dataset.name),
          overlaps: overlaps(block),
        })),
        legend: all(".legend li").map(text),
        wasOwned: "owned" in window,
      };
      const panel = all("svg.panel")[0];
      const points = all("g.line", panel)[0].querySelector("polyline").points;
      const last = points.getItem(points.numberOfItems - 1);
      seen.tip = pointAt(panel, last.x, last.y);
      seen.tipElsewhere = pointAt(panel, 0, 239);
      document.querySelector("#filter input").click();
      seen.addressAfterClick = location.hash;
      seen.panelsAfterClick = all("#curves .block").map(caption);
      parent.postMessage(location.search.slice(1) + " " + encodeURIComponent(JSON.stringify(seen)), "*");
    });
    """#
}

struct ProbeError: Error, CustomStringConvertible {
  let description: String
}
