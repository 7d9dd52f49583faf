/// A layer with its shapes, and the places of its tensors in the model's layout.
package struct PlacedLayer {
  package let layer: any Layer
  package let input: [Int]
  package let output: [Int]
  /// Of one sample's forward pass, with those of the branches.
  package let operations: Int
  /// Whether its output can be a model's logits.
  let givesLogits: Bool
  /// Indices into the layout's tensors, in the order of the layer's outline.
  package fileprivate(set) var slots: [Int]
  package fileprivate(set) var branches: [[PlacedLayer]]
}

/// Shapes and tensors of a model's layers.
package struct PlacedModel {
  package private(set) var layers: [PlacedLayer] = []
  package private(set) var layout = ParameterLayout(tensors: [])
  private let classes: Int
  private var drafts: [LayerOutline.Draft] = []
  private var counts: [String: Int] = [:]

  /// - Throws: `NetworkError.shape` for a layer that cannot take its input.
  package init(_ layers: [any Layer], input: [Int], classes: Int) throws {
    self.init(classes: classes)
    var placed = try place(layers, input: input)
    guard let last = placed.last, last.output == [classes], last.givesLogits else {
      throw NetworkError.shape(
        layer: "the model's end", input: placed.last?.output ?? input, need: "a linear layer of \(classes) as the last")
    }
    // Running statistics go behind everything trainable.
    let isStatistic: (Int) -> Bool = { [drafts] in drafts[$0].kind.isStatistic }
    let order = drafts.indices.filter { !isStatistic($0) } + drafts.indices.filter(isStatistic)
    var place = [Int](repeating: 0, count: drafts.count)
    var tensors: [ParameterLayout.Tensor] = []
    var offset = 0
    for (slot, draft) in order.enumerated() {
      place[draft] = slot
      let made = drafts[draft]
      tensors.append(.init(name: made.name, shape: made.shape, kind: made.kind, offset: offset, fanIn: made.fanIn))
      offset += made.shape.reduce(1, *)
    }
    PlacedModel.renumber(&placed, place)
    self.layers = placed
    layout = ParameterLayout(tensors: tensors)
  }

  /// - Throws: `NetworkError.shape` for a layer that cannot take its input.
  static func check(_ layers: [any Layer], input: [Int], classes: Int) throws {
    var model = PlacedModel(classes: classes)
    _ = try model.place(layers, input: input)
  }

  private init(classes: Int) { self.classes = classes }

  private static func renumber(_ layers: inout [PlacedLayer], _ place: [Int]) {
    for i in layers.indices {
      layers[i].slots = layers[i].slots.map { place[$0] }
      for b in layers[i].branches.indices { renumber(&layers[i].branches[b], place) }
    }
  }

  private mutating func place(_ layers: [any Layer], input: [Int]) throws -> [PlacedLayer] {
    var placed: [PlacedLayer] = []
    for layer in layers { placed.append(try place(layer, input: placed.last?.output ?? input)) }
    return placed
  }

  private mutating func place(_ layer: any Layer, input: [Int]) throws -> PlacedLayer {
    let branches = try layer.branches.map { try place($0, input: input) }
    let label = type(of: layer).label
    let number = counts[label, default: 0] + 1
    let outputs = branches.map { $0.last?.output ?? input }
    let outline = try layer.outline(
      input, branches: outputs, classes: classes, name: type(of: layer).hasTensors ? "\(label)\(number)" : label)
    if type(of: layer).hasTensors { counts[label] = number }
    let slots = outline.tensors.map { draft in
      var named = draft
      named.name = "\(label)\(number).\(draft.name)"
      drafts.append(named)
      return drafts.count - 1
    }
    return PlacedLayer(
      layer: layer, input: input, output: outline.output,
      operations: outline.operations + branches.joined().reduce(0) { $0 + $1.operations },
      givesLogits: outline.givesLogits, slots: slots, branches: branches)
  }
}
