/// The looks of the page: light or dark as the reader's system is, light on paper.
enum PageStyle {
  static var text: String {
    let lines = LineStyle.colours.enumerated().map { "--line-\($0): \($1);" }.joined(separator: " ")
    return ":root { \(lines) }\n" + rules
  }

  private static let rules = """
    :root {
      color-scheme: light dark;
      --paper: #ffffff; --ink: #1b1f24; --faint: #57606a; --rule: #d0d7de; --shade: #f3f5f7; --alarm: #b3261e;
    }
    @media screen and (prefers-color-scheme: dark) {
      :root {
        --paper: #14171a; --ink: #e6e8ea; --faint: #a3acb5; --rule: #3a4148; --shade: #1e2327; --alarm: #ff8a80;
        --line-0: #2b8fd0; --line-4: #f2f2f2;
      }
    }
    * { box-sizing: border-box; }
    body {
      margin: 0 auto; padding: 0 1rem 3rem; max-width: 90rem; background: var(--paper); color: var(--ink);
      font: 1rem/1.45 system-ui, "Helvetica Neue", Helvetica, Arial, sans-serif; overflow-wrap: anywhere;
    }
    h1 { margin: 1.2rem 0 0.2rem; font-size: 1.7rem; }
    h2 { margin: 2rem 0 0.4rem; font-size: 1.3rem; border-bottom: 1px solid var(--rule); }
    h3 { margin: 1.2rem 0 0.4rem; font-size: 1rem; }
    .off { display: none !important; }
    .counts { display: flex; flex-wrap: wrap; gap: 0.3rem 1.5rem; margin: 0.6rem 0; padding: 0; list-style: none; }
    .counts b { font-size: 1.3rem; }
    .failed b, .warning { color: var(--alarm); }
    .warning::before { content: "⚠ "; }
    #filter { padding: 0.5rem 0.8rem; background: var(--shade); border: 1px solid var(--rule); border-radius: 0.4rem; }
    #filter summary { font-weight: 600; cursor: pointer; }
    #filter fieldset { display: flex; flex-wrap: wrap; gap: 0.3rem; margin: 0.5rem 0; padding: 0; border: 0; }
    #filter legend { padding: 0; color: var(--faint); font-size: 0.9rem; }
    #filter p { margin: 0.4rem 0 0; }
    #filter label { position: relative; max-width: 100%; cursor: pointer; }
    #filter input { position: absolute; opacity: 0; }
    #filter label span, #filter button {
      display: inline-block; padding: 0.15rem 0.6rem; background: var(--paper); color: var(--ink); font: inherit;
      font-size: 0.9rem; border: 1px solid var(--rule); border-radius: 1rem; cursor: pointer;
    }
    #filter input:checked + span { background: var(--ink); color: var(--paper); border-color: var(--ink); }
    #filter input:focus-visible + span { outline: 3px solid var(--line-0); }
    #shown { color: var(--faint); font-size: 0.9rem; }
    figure { margin: 0 0 1.2rem; min-width: 0; break-inside: avoid; }
    figcaption { margin-bottom: 0.3rem; font-weight: 600; font-size: 0.95rem; }
    .scroll {
      /* A shadow at the side where there is more. */
      overflow-x: auto; background:
        linear-gradient(to right, var(--paper) 40%, transparent) left / 2rem 100% no-repeat local,
        linear-gradient(to left, var(--paper) 40%, transparent) right / 2rem 100% no-repeat local,
        linear-gradient(to right, var(--rule), transparent) left / 0.8rem 100% no-repeat scroll,
        linear-gradient(to left, var(--rule), transparent) right / 0.8rem 100% no-repeat scroll;
    }
    .block tr > :first-child { position: sticky; left: 0; background: var(--paper); }
    table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
    th, td { padding: 0.25rem 0.6rem; border-bottom: 1px solid var(--rule); text-align: right; white-space: nowrap; }
    th { font-weight: 600; }
    tr > :first-child, .words { text-align: left; }
    .best { font-weight: 700; text-decoration: underline; text-underline-offset: 0.2em; }
    .note { margin: 0.2rem 0; color: var(--faint); font-size: 0.85rem; }
    .grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr)); gap: 0 1.5rem; }
    .maps { display: flex; flex-wrap: wrap; gap: 0 2.5rem; }
    .maps figure { max-width: 100%; }
    .map th, .map td { border: 0; font-weight: 400; }
    .map td { min-width: 3.2em; padding: 0.35rem 0.3rem; border: 1px solid var(--paper); text-align: center; }
    .map thead th { vertical-align: bottom; }
    .map .turned { padding: 0.3rem 0; text-align: center; }
    .map .turned span { writing-mode: vertical-rl; transform: rotate(180deg); }
    .map .empty { background: repeating-linear-gradient(45deg, var(--shade) 0 4px, var(--rule) 4px 5px); }
    .map td { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    .scale { display: flex; align-items: center; gap: 0.5rem; margin: 0.2rem 0 0.6rem; font-size: 0.85rem; }
    .key { width: 10rem; height: 0.8rem; }
    .legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; margin: 0.3rem 0; padding: 0; list-style: none; }
    .legend li { display: flex; align-items: center; gap: 0.4rem; font-size: 0.9rem; }
    .sample { flex: none; width: 34px; height: 12px; overflow: visible; }
    .panel { display: block; width: 100%; max-width: 40rem; height: auto; overflow: visible; touch-action: pan-y; }
    .panel text { fill: var(--ink); font-size: 11px; }
    .panel .tick { stroke: var(--rule); }
    .panel .axis { stroke: var(--ink); }
    svg polyline { fill: none; stroke: var(--line); stroke-width: 1.6; stroke-linejoin: round; }
    svg .mark { fill: var(--paper); stroke: var(--line); stroke-width: 1.4; }
    svg .band { fill: var(--line); fill-opacity: 0.15; stroke: none; }
    svg .near polyline { stroke-width: 3; }
    svg .spot { display: none; fill: none; stroke: var(--ink); stroke-width: 1.5; }
    svg .spot.on { display: block; }
    #tip {
      position: fixed; z-index: 2; max-width: 20rem; padding: 0.3rem 0.6rem; background: var(--ink); color: var(--paper);
      border-radius: 0.3rem; font-size: 0.85rem; pointer-events: none;
    }
    #tip b, #tip span { display: block; }
    pre {
      padding: 0.6rem; background: var(--shade); border: 1px solid var(--rule); border-radius: 0.3rem; font-size: 0.85rem;
      white-space: pre-wrap;
    }
    summary { cursor: pointer; }
    @media print {
      body { max-width: none; padding: 0; font-size: 10pt; }
      #filter, #tip { display: none; }
      .scroll { overflow: visible; background: none; }
      .panel { max-width: 12cm; }
      h2, h3, .legend, .note, .scale { break-after: avoid; }
      /* No paper is as wide as eleven rules with their deviations. */
      #tables th, #tables td { padding: 0.15rem 0.3rem; font-size: 8pt; white-space: normal; overflow-wrap: anywhere; }
    }

    """
}
