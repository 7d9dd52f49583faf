/// What the template shows: it finds the properties by their names, a nil or an empty array leaving a section out.
struct PageContent {
  struct Count: Equatable {
    let kind: String
    let number: Int
    let what: String
  }

  let title: String
  let description: String?
  let counts: [Count]
  let filters: [PageFilter]
  let hasFilters: Bool
  let tables: [TableSection]
  let maps: [MapSection]
  let remarks: RemarkSection?
  let curves: [CurveSection]
  let comparison: ComparisonSection?
  let failures: [FailureSection]
  let provenance: ProvenanceSection?
  let manifestText: String
  let style = PageStyle.text
  let script = PageScript.text
}

/// A parameter by which the page can be narrowed.
struct PageFilter: Equatable {
  struct Value: Equatable {
    let value: String
    let shown: String
  }

  let parameter: String
  let values: [Value]
}
